"""A rehearsal of a production: a copy of the project, worked to its end against the rehearsal server, for nothing."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from starsend.errors import Interrupted, SetupError, StarsendError
from starsend.media.files import sha256_of
from starsend.model.plan import Plan
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Fault
from starsend.production.engine import Result, Watcher
from starsend.rehearsal.accounts import Accounts, compare
from starsend.rehearsal.books import Books
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from starsend.settings import Keys, Notify, Poll, Settings
from starsend.store.execution_store import all_records
from starsend.store.files import disk_faults
from starsend.studio import OpenProject, Parts, Studio

KEY: Final = "rehearsal-key"
"""What the rehearsal server is given in the place of a real key."""
_ROUNDS: Final = 30
_IDLE_ROUNDS: Final = 3
"""So many rounds in a row must bring nothing new before what is left is left to a person."""
_IDLE_PAUSE_S: Final = 2.0
"""Between two of those: the listing in which a lost job is looked for lags behind."""
_POLL: Final = Poll(first_s=0.2, max_s=1.0)
_MADE: Final = ("takes", "edit")
_MADE_OF_FRAMES: Final = ("grids", "finished", "pulled")


@dataclass(frozen=True)
class Rehearsal:
    """What came of it.

    Attributes:
        workspace: The copy, with its takes.
        books: The server's.
        accounts: The server's books beside ours.
        struck: How often each switch of the weather struck.
        failed: Takes that were refused or failed, and what the provider said.
        picked: Slates whose first cell was picked in a person's place.
        left: What kept slates from going on: a budget, or an outcome that only a person can settle.
        stopped: Ctrl-C ended it before its end.
    """

    workspace: Path
    books: Books
    accounts: Accounts
    struck: Counter[str]
    failed: tuple[tuple[str, Fault], ...]
    picked: tuple[str, ...]
    left: tuple[StarsendError, ...]
    stopped: bool


def copy_project(settings: Settings, project: str, plan: Plan, workspace: Path, *, with_frames: bool) -> None:
    """Copy a project's plan, references and clean frames; takes and records stay behind.

    Args:
        settings: Of the real workspace.
        project: Its id.
        plan: What pictures it names are copied, wherever they lie.
        workspace: Where the copy goes; empty, or not there.
        with_frames: Without them the rehearsal begins with the grids.

    Raises:
        SetupError: ``not-empty``, or the disk.
    """
    source = settings.workspace / "projects" / project
    if workspace.exists() and any(workspace.iterdir()):
        raise SetupError(
            f"{workspace} is not empty", remedy="rehearse into another folder: --into DIR", code="not-empty"
        )
    target = workspace / "projects" / project

    def left_out(folder: str, names: list[str]) -> list[str]:
        place = Path(folder).relative_to(source).parts
        frames = (*_MADE_OF_FRAMES, *(() if with_frames else ("clean",)))
        made = _MADE if not place else frames if place[0] == "frames" and len(place) == 2 else ()
        return [name for name in names if name in made or name.startswith(".")]

    with disk_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, ignore=left_out)
        for path in _named(plan):
            if (source / path).is_file() and not (target / path).exists():
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / path, target / path)


def _named(plan: Plan) -> set[str]:
    """Pictures that a plan names."""
    named = {image for element in plan.elements for image in element.images} | set(plan.style_images)
    for _, sequence in plan.sequences():
        named |= {*sequence.style_images, *(shot.end_frame for shot in sequence.shots if shot.end_frame)}
    return named


def _shown(plan: Plan, folder: Path) -> dict[str, tuple[str, str]]:
    """What the elements' pictures show, by their hashes: a model sees it, and what draws in its place must be told."""
    return {
        sha256_of(folder / image): (element.kind, element.description)
        for element in plan.elements
        for image in element.images
        if (folder / image).is_file()
    }


def rehearsed(settings: Settings, workspace: Path, url: str) -> Settings:
    """The settings of a rehearsal: the paid providers at the rehearsal server, no news to anybody, quick looks."""
    return settings.model_copy(
        update={
            "workspace": workspace,
            "provider": "live",
            "keys": Keys(KEY, KEY, url, url),
            "notify": Notify(),
            "poll": _POLL,
        }
    )


def rehearse(
    settings: Settings,
    project: str,
    workspace: Path,
    *,
    weather: Weather,
    seed: int,
    clips: Literal["canned", "drawn"],
    with_frames: bool = True,
    watcher: Watcher,
    say: Callable[[str], None],
    parts: Parts | None = None,
) -> Rehearsal:
    """Work a copy of a project to its end in a chosen weather. Costs nothing and touches nothing of the real one.

    Raises:
        PlanError: The plan has faults.
        SetupError: The folder is not empty, or the disk.
    """
    with Studio(settings, parts) as real:
        plan = real.open(project).loaded.plan
        copy_project(settings, project, plan, workspace, with_frames=with_frames)
    shown = _shown(plan, workspace / "projects" / project)
    server = RehearsalServer(workspace / "server", weather=weather, seed=seed, clips=clips, shown=shown)
    with server, Studio(rehearsed(settings, workspace, server.url), parts) as studio:
        desk = studio.open(project)
        desk.keep_plan()
        play = _Play(desk, watcher, say)
        try:
            play.to_the_end()
        except Interrupted:
            stopped = True
        else:
            stopped = False
        books, struck = server.books(), server.struck()
    records, _ = all_records(desk.store)
    return Rehearsal(
        workspace,
        books,
        compare(books, records.values()),
        struck,
        tuple(_failed(list(records.values()))),
        tuple(play.picked),
        tuple(play.left.values()),
        stopped,
    )


def _failed(records: list[Record]) -> list[tuple[str, Fault]]:
    return [
        (record.slate.take(take.take), take.error or Fault(code="failed", message=take.outcome, remedy=""))
        for record in records
        for take in record.takes
        if take.outcome == "failed"
    ]


class _Play:
    """What a producer's days would be: run, pick, run again, until nothing goes on by itself."""

    def __init__(self, desk: OpenProject, watcher: Watcher, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._watcher = watcher
        self._say = say
        self.picked: list[str] = []
        self.left: dict[str, StarsendError] = {}

    def to_the_end(self) -> None:
        """Work it.

        Raises:
            Interrupted: Ctrl-C.
        """
        idle = 0
        for number in range(1, _ROUNDS + 1):
            before = self._revisions()
            agenda = self._desk.runner.agenda()
            self.left.update({trouble.message: trouble for trouble in agenda.troubles})
            jobs = list(agenda.jobs)
            if jobs:
                if idle == 0:
                    self._say(f"round {number}: {len(jobs)} slate{'' if len(jobs) == 1 else 's'} to work on")
                self._keep(self._desk.engine.run(jobs, self._watcher))
            self._desk.studio.desk.check_stop()
            self._pick()
            idle = 0 if self._revisions() != before else idle + 1
            if idle and (idle >= _IDLE_ROUNDS or not self._desk.store.books().at_work):
                return
            if idle:
                self._desk.studio.desk.wait(_IDLE_PAUSE_S)

    def _keep(self, results: list[Result]) -> None:
        for result in results:
            self.left.pop(str(result.slate), None)
            if result.error is not None and not isinstance(result.error, Interrupted):
                self.left[str(result.slate)] = result.error

    def _pick(self) -> None:
        """Take the first cell of each grid, in a person's place."""
        for _, sequence in self._desk.loaded.plan.sequences():
            slate = Slate(sequence.id)
            record = self._desk.project.record(slate)
            if record is None or record.state != "keyframe_complete" or record.unsettled:
                continue
            self._desk.frames.crop(slate, cell=1, box=None)
            self._say(f"{slate}: cell 1 is picked in your place")
            self.picked.append(str(slate))

    def _revisions(self) -> dict[str, int]:
        records, _ = all_records(self._desk.store)
        return {name: record.revision for name, record in records.items()}
