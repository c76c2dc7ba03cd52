"""Power is cut at every checkpoint of a take, in a real process; then the books are compared."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.media.files import sha256_of
from starsend.model.record import Record
from starsend.model.status import MOVES, Status
from starsend.model.take import Take
from starsend.store.checkpoints import CrashPoint
from tests.fakes.crash_child import Orders
from tests.fakes.guillotine import KILLED, ROOT, Guillotine, Spawner
from tests.fakes.worlds import write_plan

SENT_UNKNOWN = ("MARKED_SENDING", "REPLY_RECEIVED")
"""Killed here, nobody but the provider knows whether the request went out."""


@dataclass(frozen=True)
class Case:
    """What is made while the power is cut."""

    slate: str
    mode: str
    takes: int = 1
    first: str | None = None
    """What must be there before; ``grid`` draws one."""


CASES = {
    "multi": Case("SEQ01", "multi"),
    "single": Case("SEQ02_SH01", "single"),
    "grid": Case("SEQ03", "grid"),
    "two-takes": Case("SEQ01", "multi", takes=2),
    "finished-frame": Case("SEQ03", "finish", first="grid"),
}
MEDIUM = {"grid": "grid", "finish": "frame"}


@dataclass(frozen=True)
class Scene:
    """One workspace with the provider's own books beside it."""

    folder: Path
    case: Case
    listing: bool
    guillotine: Guillotine
    provider: str = "book"

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def begin(self) -> Scene:
        shots = [{"id": "SH01", "prompt": "A road.", "duration_s": 3}]
        sequences: list[dict[str, Any]] = [
            {"id": "SEQ01", "start_frame": "none", "shots": [*shots, {**shots[0], "id": "SH02", "prompt": "A car."}]},
            {"id": "SEQ02", "start_frame": "none", "mode": "single", "shots": shots},
            {"id": "SEQ03", "shots": shots},
        ]
        plan = {
            "schema_version": 1,
            "project": "film",
            "format": {"fps": "8", "resolution": "720p"},
            "episodes": [{"id": "ep_001", "sequences": sequences}],
        }
        write_plan(self.workspace, plan)
        (self.workspace / "starsend.toml").write_text("[poll]\nfirst_s = 0.01\nmax_s = 0.02\n", encoding="utf-8")
        if self.case.first is not None:
            assert self.child(mode=self.case.first) == 0
        return self

    def orders(self, **more: Any) -> Orders:
        given = {"mode": self.case.mode, "takes": self.case.takes, "provider": self.provider, **more}
        return Orders.model_validate(
            {
                "workspace": self.workspace,
                "book": self.folder / "book",
                "slate": self.case.slate,
                "listing": self.listing,
                **given,
            }
        )

    def child(self, **more: Any) -> int:
        return self.guillotine.run(self.orders(**more))

    def trace(self, **more: Any) -> list[str]:
        """The checkpoints that one whole run passes."""
        path = self.folder / "trace"
        path.unlink(missing_ok=True)
        assert self.child(trace=path, **more) in (0, 6)
        return path.read_text(encoding="utf-8").split()

    @property
    def record(self) -> Record:
        path = self.workspace / "state" / "film" / "shots" / f"{self.case.slate}.json"
        return Record.model_validate_json(path.read_bytes())

    @property
    def takes(self) -> list[Take]:
        return [take for take in self.record.takes if take.medium == MEDIUM.get(self.case.mode, "video")]

    def accepted(self) -> list[dict[str, Any]]:
        jobs = [orjson.loads(path.read_bytes()) for path in sorted((self.folder / "book").glob("job-*.json"))]
        return jobs[1:] if self.case.first is not None else jobs


@dataclass(frozen=True)
class Books:
    """What is wrong with the books of a scene, in words; empty where they agree."""

    scene: Scene
    code: int

    def faults(self) -> Iterator[str]:
        yield from self._money()
        yield from self._files()
        yield from self._state()

    @cached_property
    def waiting(self) -> list[Take]:
        return [take for take in self.scene.takes if take.unsettled]

    def _money(self) -> Iterator[str]:
        takes, jobs = self.scene.takes, self.scene.accepted()
        by_intent = Counter(job["sent_at"] for job in jobs)
        if twice := [when for when, count in by_intent.items() if count > 1]:
            yield f"sent twice: {twice}"
        receipts = [take.receipt["request_id"] for take in takes if take.receipt is not None]
        if len(set(receipts)) != len(receipts):
            yield f"one job for two takes: {receipts}"
        orphans = {job["request_id"] for job in jobs} - set(receipts)
        if len(orphans) > len([take for take in self.waiting if take.receipt is None]):
            yield f"paid and lost: {orphans}"
        if len(takes) != self.scene.case.takes:
            yield f"{len(takes)} takes, {self.scene.case.takes} were asked for"
        for take in self.waiting:
            name = f"{self.scene.case.slate}_T{take.take:03d}"
            if not any(name in move.why and "not known" in move.why for move in self.scene.record.history):
                yield f"{name} waits, and the history doesn't say why"
        if bool(self.waiting) != (self.code == 6):
            yield f"exit {self.code} with {len(self.waiting)} takes waiting"

    def _files(self) -> Iterator[str]:
        complete = [take for take in self.scene.takes if take.outcome == "complete"]
        for take in complete:
            if take.media is None or sha256_of(self.scene.workspace / take.media.path) != take.media.sha256:
                yield f"take {take.take} has no whole file"
        names = [
            path.name
            for path in (self.scene.workspace / "projects").rglob("*")
            if path.is_file() and path.suffix in (".mp4", ".part", ".tmp") and not path.name.startswith(".")
        ]
        videos = len(complete) if self.scene.case.mode in ("multi", "single") else 0
        if len(names) != videos:
            yield f"files {names} for {videos} videos"

    def _state(self) -> Iterator[str]:
        record = self.scene.record
        for move in record.history:
            if move.from_ is not None and move.from_ != move.to and move.to not in MOVES[Status(move.from_)]:
                yield f"history: {move.from_} → {move.to}"
        if record.history[-1].to != record.state:
            yield f"the history ends in {record.history[-1].to}, the state is {record.state}"
        ends = {
            "grid": {"keyframe_complete"},
            "finish": {"keyframe_complete"},
            "multi": {"video_complete"},
            "single": {"video_complete"},
        }[self.scene.case.mode]
        if not self.waiting and record.state not in ends:
            yield f"it ends in {record.state}"


@pytest.fixture(scope="session")
def guillotine() -> Iterator[Guillotine]:
    server = Guillotine()
    yield server
    server.close()


def to_the_end(scene: Scene) -> int:
    """Start new processes until one has nothing left to go on with."""
    code = scene.child()
    for _ in range(3):
        if code in (0, 6):
            break
        code = scene.child()
    return code


def cut_everywhere(folder: Path, case: Case, guillotine: Guillotine, *, listing: bool) -> list[str]:
    trace = Scene(folder / "dry", case, listing, guillotine).begin().trace()
    assert "MARKED_SENDING" in trace
    faults: list[str] = []
    for number, point in enumerate(trace, 1):
        scene = Scene(folder / str(number), case, listing, guillotine).begin()
        assert scene.child(kill_at=number) == KILLED
        code = to_the_end(scene)
        where = f"{number} {point}"
        faults += [f"{where}: {fault}" for fault in Books(scene, code).faults()]
        asked = point in SENT_UNKNOWN and not (listing and point == "REPLY_RECEIVED")
        if (code == 6) != asked:
            faults.append(f"{where}: exit {code}")
    return faults


BOTH = [(name, listing) for name in ("multi", "grid") for listing in (True, False)]
MORE = [("single", True), ("single", False), ("two-takes", True)]


@pytest.mark.parametrize(
    ("name", "listing"),
    [*BOTH, ("finished-frame", False), *(pytest.param(*one, marks=pytest.mark.slow) for one in MORE)],
)
def test_a_kill_at_any_checkpoint_pays_once_and_loses_nothing(
    name: str, listing: bool, tmp_path: Path, guillotine: Guillotine
) -> None:
    assert cut_everywhere(tmp_path, CASES[name], guillotine, listing=listing) == []


@pytest.mark.parametrize("name", ["multi", "grid"])
def test_a_kill_while_a_lost_job_is_adopted_pays_once_too(name: str, tmp_path: Path, guillotine: Guillotine) -> None:
    def lost(folder: str) -> Scene:
        scene = Scene(tmp_path / folder, CASES[name], True, guillotine).begin()
        assert scene.child(kill_at=sent) == KILLED
        return scene

    sent = Scene(tmp_path / "dry", CASES[name], True, guillotine).begin().trace().index("REPLY_RECEIVED") + 1
    adoption = lost("adopted").trace()
    faults: list[str] = []
    for number, point in enumerate(adoption, 1):
        scene = lost(str(number))
        assert scene.child(kill_at=number) == KILLED
        code = to_the_end(scene)
        faults += [f"{number} {point}: exit {code}, {fault}" for fault in Books(scene, code).faults()]
    assert faults == []


@pytest.mark.parametrize("name", ["multi", "single", "grid"])
@pytest.mark.parametrize("point", SENT_UNKNOWN)
def test_give_up_and_resend_each_lead_on_from_a_lost_reply(
    name: str, point: str, tmp_path: Path, guillotine: Guillotine
) -> None:
    case = CASES[name]
    number = Scene(tmp_path / "dry", case, False, guillotine).begin().trace().index(point) + 1
    given_up = Scene(tmp_path / "give-up", case, False, guillotine).begin()
    assert (given_up.child(kill_at=number), given_up.child()) == (KILLED, 6)
    assert given_up.child(act="give-up") == 0
    assert [take.outcome for take in given_up.takes] == ["unknown"]
    assert given_up.record.state.endswith("_failed")
    assert given_up.child() == 0, "nothing is bought again by itself"
    resent = Scene(tmp_path / "resend", case, False, guillotine).begin()
    assert (resent.child(kill_at=number), resent.child()) == (KILLED, 6)
    assert resent.child(act="resend") == 0
    assert [take.outcome for take in resent.takes] == ["unknown", "complete"]
    assert resent.record.committed_usd == 2 * resent.takes[0].estimate_usd
    assert len(resent.accepted()) == (2 if point == "REPLY_RECEIVED" else 1)


def test_a_kill_during_a_resend_sends_it_at_most_once_more(tmp_path: Path, guillotine: Guillotine) -> None:
    def lost(folder: str) -> Scene:
        scene = Scene(tmp_path / folder, CASES["multi"], False, guillotine).begin()
        assert (scene.child(kill_at=sent), scene.child()) == (KILLED, 6)
        return scene

    sent = Scene(tmp_path / "dry", CASES["multi"], False, guillotine).begin().trace().index("REPLY_RECEIVED") + 1
    for number, point in enumerate(lost("resent").trace(act="resend"), 1):
        scene = lost(str(number))
        assert scene.child(act="resend", kill_at=number) == KILLED
        code = to_the_end(scene)
        by_intent = Counter(job["sent_at"] for job in scene.accepted())
        assert max(by_intent.values()) == 1, f"{number} {point}"
        assert len(scene.accepted()) <= len(scene.takes) <= 2, f"{number} {point}"
        second = scene.takes[1:]
        asked = scene.takes[0].unsettled or any(take.unsettled for take in second)
        assert (code == 6) == asked, f"{number} {point}: exit {code}"
        assert all(take.outcome == "complete" for take in second if take.receipt is not None), f"{number} {point}"


def test_every_crash_point_is_passed_by_these_takes(tmp_path: Path, guillotine: Guillotine) -> None:
    seen: set[str] = set()
    for name in ("multi", "grid"):
        scene = Scene(tmp_path / name, CASES[name], True, guillotine).begin()
        trace = scene.trace()
        seen |= set(trace)
    lost = Scene(tmp_path / "lost", CASES["grid"], True, guillotine).begin()
    assert lost.child(kill_at=trace.index("REPLY_RECEIVED") + 1) == KILLED
    seen |= set(lost.trace())
    assert sorted({point.name for point in CrashPoint} - seen) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("listing", [True, False], ids=["listing", "no-listing"])
@pytest.mark.parametrize("name", ["multi", "grid"])
def test_whole_commands_with_the_real_pool_pay_once_too(name: str, listing: bool, tmp_path: Path) -> None:
    assert cut_everywhere(tmp_path, CASES[name], Spawner(), listing=listing) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ["multi", "grid", "finished-frame"])
def test_animatics_survive_a_kill_at_any_checkpoint(name: str, tmp_path: Path) -> None:
    case, spawner = CASES[name], Spawner()
    trace = Scene(tmp_path / "dry", case, True, spawner, "animatic").begin().trace()
    for number, point in enumerate(trace, 1):
        scene = Scene(tmp_path / str(number), case, True, spawner, "animatic").begin()
        assert scene.child(kill_at=number) == KILLED
        code = to_the_end(scene)
        outcomes = {take.outcome for take in scene.takes}
        never_sent = all(take.not_sent for take in scene.takes if take.outcome == "failed")
        assert outcomes <= {"complete", "failed"}, f"{number} {point}: {outcomes}, exit {code}"
        assert never_sent, f"{number} {point}"
        assert outcomes == {"complete"} or point in SENT_UNKNOWN, f"{number} {point}: {outcomes}"


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2])
def test_commands_that_run_at_once_and_are_killed_at_random_agree_with_the_books(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    scene = Scene(tmp_path, CASES["multi"], True, Spawner()).begin()
    command = [sys.executable, "-m", "tests.fakes.crash_child", "--once"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(5):
        orders = [scene.orders(act="run", kill_at=dice.randint(1, 60)) for _ in range(3)]
        killed = [subprocess.Popen([*command, o.model_dump_json()], cwd=ROOT, env=environ) for o in orders]
        assert all(process.wait() in (KILLED, 0, 3, 5, 6) for process in killed)
    code = scene.child(act="run")
    paths = (tmp_path / "workspace" / "state" / "film" / "shots").glob("*.json")
    takes = [take for path in paths for take in Record.model_validate_json(path.read_bytes()).takes]
    jobs = scene.accepted()
    waiting = [take for take in takes if take.unsettled]
    receipts = [take.receipt["request_id"] for take in takes if take.receipt is not None]
    assert len({job["sent_at"] for job in jobs}) == len(jobs)
    assert len(set(receipts)) == len(receipts)
    assert {job["request_id"] for job in jobs} >= set(receipts)
    assert len(jobs) - len(receipts) <= len(waiting)
    assert all(take.outcome == "complete" for take in takes if not take.unsettled)
    for take in takes:
        if take.media is not None:
            assert sha256_of(scene.workspace / take.media.path) == take.media.sha256
    assert code in (0, 6)
    assert (code == 6) == bool(waiting)


def test_the_orders_of_a_child_survive_their_way(tmp_path: Path) -> None:
    orders = Orders(workspace=tmp_path, book=tmp_path / "book", kill_at=3)
    assert Orders.model_validate(json.loads(orders.model_dump_json())) == orders
