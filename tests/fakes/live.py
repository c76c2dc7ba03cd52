"""A film made with the paid providers against a rehearsal server, its processes killed or frozen; and both books.

One server serves many scenes: each has a marker of its own in all its prompts, by which its jobs are told apart.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from starsend.media.files import sha256_of
from starsend.media.picture import save_png
from starsend.model.record import Record
from starsend.model.status import MOVES, Status
from starsend.model.take import Take
from starsend.rehearsal.accounts import Accounts, compare
from starsend.rehearsal.books import UNFINISHED, Books, Job
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather
from tests.fakes.crash_child import Orders
from tests.fakes.guillotine import KILLED, Child, Guillotine, until
from tests.fakes.worlds import write_plan

GOOD = 0
WAITS = 6
_serial = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """What is made while the power is cut: the slate's mode, and the provider that makes it."""

    slate: str
    mode: str
    provider: str = "fal"


MULTI = Case("SEQ01", "multi")
SINGLE = Case("SEQ02_SH01", "single")
GRID = Case("SEQ03", "grid", "gemini")
CASES = {"multi": MULTI, "single": SINGLE, "grid": GRID}


def film(marker: str, **changes: Any) -> dict[str, Any]:
    """SEQ01 with a start frame and elements, SEQ02 of words alone, SEQ03 a grid with an element."""
    dana = {
        "id": "dana",
        "kind": "character",
        "description": "woman, red parka",
        "frontal": "elements/dana.png",
        "references": ["elements/dana_side.png"],
    }
    truck = {"id": "truck", "kind": "prop", "description": "an old truck", "frontal": "elements/truck.png"}
    road, car = (
        {"id": f"SH0{n}", "prompt": f"{marker}. {text}", "duration_s": n}
        for n, text in ((1, "A road, @truck."), (2, "@dana drives."))
    )
    alone = {"id": "SH01", "prompt": f"{marker}. A kitchen.", "duration_s": 3}
    drawn = {"id": "SH01", "prompt": f"{marker}. @dana at the door.", "duration_s": 3}
    sequences = [
        {"id": "SEQ01", "elements": ["dana", "truck"], "shots": [road, car]},
        {"id": "SEQ02", "start_frame": "none", "mode": "single", "shots": [alone]},
        {"id": "SEQ03", "elements": ["dana"], "shots": [drawn]},
    ]
    plan: dict[str, Any] = {
        "schema_version": 1,
        "project": "film",
        "format": {"fps": "24", "resolution": "720p"},
        "defaults": {"image_model": "gemini-3-pro-image", "video_model": "kling-o3-standard"},
        "elements": [dana, truck],
        "episodes": [{"id": "ep_001", "sequences": sequences}],
    }
    return plan | changes


def words(marker: str, *texts: str, **changes: Any) -> dict[str, Any]:
    """SEQ11, SEQ12… of one shot each, made of words alone."""
    sequences = [
        {
            "id": f"SEQ{number}",
            "start_frame": "none",
            "shots": [{"id": "SH01", "prompt": f"{marker}. {text}", "duration_s": 3}],
        }
        for number, text in enumerate(texts, 11)
    ]
    return film(marker, elements=[], episodes=[{"id": "ep_001", "sequences": sequences}], **changes)


def picture(path: Path, tone: int, size: tuple[int, int] = (320, 320)) -> None:
    """A small picture that the models take."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((size[1], size[0], 3), tone, np.uint8)
    pixels[size[1] // 3 : size[1] // 2, size[0] // 4 : size[0] // 2] = 255 - tone
    save_png(pixels, path)


@dataclass(frozen=True)
class Scene:
    """One workspace, worked by processes that may die, beside a server that doesn't."""

    folder: Path
    case: Case
    server: RehearsalServer
    guillotine: Guillotine
    marker: str = field(default_factory=lambda: f"mark{next(_serial):05d}x")

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def begin(self, weather: Weather = CALM, plan: dict[str, Any] | None = None, settings: str = "") -> Scene:
        """Write plan and pictures, and let the weather be so."""
        write_plan(self.workspace, plan if plan is not None else film(self.marker))
        (self.workspace / "starsend.toml").write_text(
            f"[poll]\nfirst_s = 0.02\nmax_s = 0.05\n{settings}", encoding="utf-8"
        )
        root = self.workspace / "projects" / "film"
        for tone, name in enumerate(("dana", "dana_side", "truck"), 3):
            picture(root / "elements" / f"{name}.png", 30 * tone)
        picture(root / "frames" / "ep_001" / "clean" / "SEQ01.png", 60, (640, 360))
        self.server.set(weather)
        return self

    def orders(self, **more: Any) -> Orders:
        given = {"slate": self.case.slate, "mode": self.case.mode, "provider": "live", "url": self.server.url, **more}
        return Orders.model_validate({"workspace": self.workspace, "book": self.folder / "book", **given})

    def child(self, **more: Any) -> int:
        """Run a process to its end; gives its exit code."""
        return self.guillotine.run(self.orders(**more))

    def start(self, **more: Any) -> Child:
        """Start a process beside this one."""
        return self.guillotine.start(self.orders(**more))

    def trace(self, *, ends: tuple[int, ...] = (GOOD, WAITS), **more: Any) -> list[tuple[str, int]]:
        """The checkpoints that one whole run passes, each with the how-many-th time it is; looks only once."""
        path = self.folder / "trace"
        path.unlink(missing_ok=True)
        assert self.child(trace=path, **more) in ends
        times: Counter[str] = Counter()
        points = []
        for name in path.read_text(encoding="utf-8").split():
            times[name] += 1
            points.append((name, times[name]))
        return [point for point in points if point[0] != "POLLED" or point[1] == 1]  # how often depends on the vendor

    def to_the_end(self) -> int:
        """Start new processes until one has nothing left to go on with; the vendor is given the time that it needs."""
        code = -1
        for _ in range(4):
            self.until_made()
            code = self.child()
            if code in (GOOD, WAITS):
                break
        return code

    def until_made(self) -> None:
        """Wait until the vendor has ended all its jobs of this scene."""
        until(lambda: all(job.outcome not in UNFINISHED for job in self.jobs), "the vendor's jobs end")

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What the server has accepted of this scene."""
        mark = self.marker.encode()
        return tuple(job for job in self.server.books().jobs if mark in orjson.dumps(job.input))

    @property
    def records(self) -> list[Record]:
        paths = sorted((self.workspace / "state" / "film" / "shots").glob("*.json"))
        return [Record.model_validate_json(path.read_bytes()) for path in paths]

    @property
    def record(self) -> Record:
        return next(record for record in self.records if record.id == self.case.slate)

    @property
    def sent(self) -> bool:
        """The server has accepted something of this scene, and made it."""
        return any(job.outcome == "ok" for job in self.jobs)

    @property
    def whys(self) -> list[str]:
        return [move.why for record in self.records for move in record.history]

    @property
    def takes(self) -> tuple[Take, ...]:
        return tuple(take for record in self.records for take in record.takes)

    @property
    def outcomes(self) -> list[str]:
        return [take.outcome for take in self.record.takes]

    @property
    def accounts(self) -> Accounts:
        return compare(Books(self.jobs), self.records)


class Stage:
    """Makes scenes of one test."""

    def __init__(self, folder: Path, server: RehearsalServer, guillotine: Guillotine) -> None:
        self._folder, self._server, self._guillotine = folder, server, guillotine

    def scene(self, case: Case, weather: Weather = CALM) -> Scene:
        """A scene of the usual film."""
        return self._bare(case).begin(weather)

    def worded(self, *texts: str, weather: Weather = CALM, settings: str = "", **changes: Any) -> Scene:
        """A scene with sequences of words alone; SEQ11 is the one that is meant unless another is named."""
        scene = self._bare(Case("SEQ11", "multi"))
        return scene.begin(weather, words(scene.marker, *texts, **changes), settings)

    def _bare(self, case: Case) -> Scene:
        number = len(list(self._folder.iterdir())) if self._folder.exists() else 0
        return Scene(self._folder / str(number), case, self._server, self._guillotine)

    def lost(self, case: Case, weather: Weather = CALM) -> Scene:
        """A scene whose process died with the provider's reply in its memory."""
        scene = self.scene(case, weather)
        assert scene.child(kill_on=("REPLY_RECEIVED", 1)) == KILLED
        return scene


@dataclass(frozen=True)
class Verdict:
    """What is wrong in a scene after its last process, in words; nothing where all agrees."""

    scene: Scene
    code: int
    takes: int = 1

    def faults(self) -> Iterator[str]:
        yield from self.scene.accounts.faults
        yield from self._money()
        yield from self._files()
        yield from self._history()

    @cached_property
    def waiting(self) -> list[tuple[Record, Take]]:
        return [(record, take) for record in self.scene.records for take in record.unsettled]

    def _money(self) -> Iterator[str]:
        takes, jobs = self.scene.takes, self.scene.jobs
        if len(takes) != self.takes:
            yield f"{len(takes)} takes, {self.takes} were asked for"
        if len(jobs) > len(takes):
            yield f"{len(jobs)} jobs for {len(takes)} takes"
        frames = Counter(job.input["start_image_url"] for job in jobs if "start_image_url" in job.input)
        if any(count > 1 for count in frames.values()):  # it is uploaded anew for each intent
            yield f"one intent was sent twice: {frames}"
        for record, take in self.waiting:
            name = record.slate.take(take.take)
            if take.receipt is not None:
                yield f"{name} has a receipt, and was left alone"
            elif not any(name in move.why and "not known" in move.why for move in record.history):
                yield f"{name} waits, and the history doesn't say why"
        if bool(self.waiting) != (self.code == WAITS):
            yield f"exit {self.code} with {len(self.waiting)} takes waiting"

    def _files(self) -> Iterator[str]:
        complete = [take for take in self.scene.takes if take.outcome == "complete"]
        for take in complete:
            if take.media is None or sha256_of(self.scene.workspace / take.media.path) != take.media.sha256:
                yield f"take {take.take} has no whole file"
        left = [
            path.name
            for path in (self.scene.workspace / "projects" / "film" / "takes").rglob("*")
            if path.is_file() and path.suffix in (".mp4", ".part", ".from", ".new", ".tmp")
        ]
        videos = sum(take.medium == "video" for take in complete)
        if len([name for name in left if name.endswith(".mp4")]) != videos or (not self.waiting and len(left) > videos):
            yield f"files {left} for {videos} videos"

    def _history(self) -> Iterator[str]:
        for record in self.scene.records:
            for move in record.history:
                if move.from_ is not None and move.from_ != move.to and move.to not in MOVES[Status(move.from_)]:
                    yield f"history: {move.from_} → {move.to}"
            if record.history[-1].to != record.state:
                yield f"the history ends in {record.history[-1].to}, the state is {record.state}"
