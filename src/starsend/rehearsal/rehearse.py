"""A rehearsal of a production: a copy of the project, worked to its end against the rehearsal server, for nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from starsend.errors import PersonNeeded, SetupError, StarsendError
from starsend.model.slate import Slate
from starsend.production.engine import Result, Watcher
from starsend.rehearsal.accounts import Accounts, compare
from starsend.rehearsal.books import Books
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from starsend.settings import Keys, Notify, Poll, Settings
from starsend.store.execution_store import all_records
from starsend.store.files import disk_faults
from starsend.studio import OpenProject, Parts, Studio

KEY = "rehearsal-key"
"""What the rehearsal server is given in the place of a real key."""
_LEFT_OUT = ("takes", "edit", "grids", "finished", "pulled")
_ROUNDS = 30
_IDLE_ROUNDS = 3
"""So many rounds in a row must bring nothing new before what is left is left to a person."""
_POLL = Poll(first_s=0.2, max_s=1.0)


@dataclass(frozen=True)
class Rehearsal:
    """What came of it.

    Attributes:
        workspace: The copy, with its takes.
        accounts: The server's books beside ours.
        failed: Takes that were refused or failed, in words.
        picked: Slates whose first cell was picked in a person's place.
        stopped: What kept slates from going on, such as a budget.
    """

    workspace: Path
    books: Books
    accounts: Accounts
    failed: tuple[str, ...]
    picked: tuple[str, ...]
    stopped: tuple[StarsendError, ...]


def copy_project(settings: Settings, project: str, workspace: Path) -> None:
    """Copy a project's plan, references and clean frames; takes and records stay behind.

    Raises:
        SetupError: ``not-empty``, or the disk.
    """
    source = settings.workspace / "projects" / project
    if workspace.exists() and any(workspace.iterdir()):
        raise SetupError(
            f"{workspace} is not empty", remedy="rehearse into another folder: --into DIR", code="not-empty"
        )
    target = workspace / "projects" / project
    with disk_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_LEFT_OUT, ".*"))


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
    watcher: Watcher,
    say: Callable[[str], None],
    parts: Parts | None = None,
) -> Rehearsal:
    """Work a copy of a project to its end in a chosen weather. Costs nothing and touches nothing of the real one.

    Raises:
        PlanError: The plan has faults.
        SetupError: The folder is not empty, or the disk.
    """
    copy_project(settings, project, workspace)
    server = RehearsalServer(workspace / "server", weather=weather, seed=seed, clips=clips)
    with server, Studio(rehearsed(settings, workspace, server.url), parts) as studio:
        desk = studio.open(project)
        desk.keep_plan()
        play = _Play(desk, watcher, say)
        play.to_the_end()
        books = server.books()
    records, _ = all_records(desk.store)
    failed = tuple(
        f"{record.slate.take(take.take)}: {take.error.message if take.error is not None else take.outcome}"
        for record in records.values()
        for take in record.takes
        if take.outcome == "failed"
    )
    accounts = compare(books, records.values())
    return Rehearsal(workspace, books, accounts, failed, tuple(play.picked), tuple(play.stopped.values()))


class _Play:
    """What a producer's days would be: run, pick, run again, until nothing goes on by itself."""

    def __init__(self, desk: OpenProject, watcher: Watcher, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._watcher = watcher
        self._say = say
        self.picked: list[str] = []
        self.stopped: dict[str, StarsendError] = {}

    def to_the_end(self) -> None:
        idle = 0
        for number in range(1, _ROUNDS + 1):
            before = self._revisions()
            jobs = list(self._desk.runner.agenda().jobs)
            if jobs:
                self._say(f"round {number}: {len(jobs)} slate{'' if len(jobs) == 1 else 's'} to work on")
                self._keep(self._desk.engine.run(jobs, self._watcher))
            self._pick()
            self._desk.studio.desk.check_stop()
            idle = 0 if self._revisions() != before else idle + 1
            if idle >= _IDLE_ROUNDS or (not jobs and idle):
                return

    def _keep(self, results: list[Result]) -> None:
        for result in results:
            if result.error is None:
                self.stopped.pop(str(result.slate), None)
            elif not isinstance(result.error, PersonNeeded):
                self.stopped[str(result.slate)] = result.error

    def _pick(self) -> None:
        """Take the first cell of each grid, in a person's place."""
        for _, sequence in self._desk.loaded.plan.sequences():
            slate = Slate(sequence.id)
            record = self._desk.project.record(slate)
            if record is None or record.state != "keyframe_complete" or record.unsettled:
                continue
            self._desk.frames.crop(slate, cell=1, box=None)
            self.picked.append(str(slate))

    def _revisions(self) -> dict[str, int]:
        records, _ = all_records(self._desk.store)
        return {name: record.revision for name, record in records.items()}
