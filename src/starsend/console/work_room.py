"""Where the server works: jobs in the background, one at a time a slate, each told as it begins, goes on and ends.

Nothing that matters is held here: the records are the checkpoint, and whatever dies is gone on with by the next server
or by ``starsend run``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from decimal import Decimal
from typing import Final

from starsend.console.events import Events
from starsend.console.places import below, told_below
from starsend.console.works import Kind, Telling, Work, error_view, result_view
from starsend.errors import Busy, Interrupted, MoveError, StarsendError, UnknownName
from starsend.model.money import ZERO
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.production.shift import stale_slates
from starsend.production.timekeeping import Desk, stopped_by
from starsend.studio import OpenProject

_KEPT: Final = 200
"""So many works that ended are remembered."""


class WorkRoom:
    """Runs the work of all projects of a server.

    Args:
        events: Told of beginnings, progress and ends.
        desk: Time, ids, and the stop that ends all work.
        at_once: How many works run at the same time; each runs its jobs at once.
    """

    def __init__(self, events: Events, desk: Desk, at_once: int) -> None:
        self._events = events
        self._desk = desk
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="starsend-work")
        self._guard = threading.Lock()
        self._works: dict[str, Work] = {}
        self._taken: dict[tuple[str, str], str] = {}

    def begin(
        self,
        desk: OpenProject,
        kind: Kind,
        slates: Collection[Slate],
        do: Callable[[Hands], object],
        *,
        estimate_usd: Decimal = ZERO,
        then: Callable[[Work], None] = lambda _work: None,
        mark: str = "",
        part: str = "",
    ) -> Work:
        """Begin work in the background.

        Args:
            desk: The project.
            kind: What it is called.
            slates: Those that nobody else in this server may work on meanwhile; more may be taken while it runs.
            do: The work; raises what stops all of it.
            estimate_usd: What it may send.
            then: Called when it has ended, before that is told.
            mark: What marks its items in the basket.
            part: Of which part of the project it is: one run of a part at a time.

        Raises:
            Busy: ``at-work``: one of the slates is being worked on here, or the same part is being run.
        """
        name = desk.paths.project
        work = Work(
            self._desk.new_id()[:12],
            name,
            kind,
            sorted(map(str, slates)),
            self._desk.now(),
            estimate_usd,
            mark,
            part=part,
        )
        with self._guard:
            for slate in work.slates:
                self._refuse_taken(name, slate)
            if kind == "run":
                self._refuse_run(name, part)
            self._taken.update({(name, slate): work.id for slate in work.slates})
            self._works[work.id] = work
            for old in [w.id for w in self._works.values() if w.ended_at is not None][:-_KEPT]:
                del self._works[old]
        self._tell(work)
        try:
            self._pool.submit(copy_context().run, self._run, desk, work, do, then)  # who asked stays known
        except RuntimeError as error:  # the server ends
            self._end(work, Interrupted("the server ends; nothing was begun", remedy="go on: starsend run"))
            raise Busy("the Console is ending", remedy="start it again: starsend console", code="ending") from error
        return work

    def works(self, project: str) -> list[Work]:
        """What is at work and what ended lately, the newest first."""
        with self._guard:
            return [work for work in reversed(self._works.values()) if work.project == project]

    def stop(self, project: str, work_id: str) -> Work:
        """Stop one work as Ctrl-C would: POSTs in flight are waited for, the rest can be resumed.

        Raises:
            UnknownName: ``no-work``.
            MoveError: ``ended``.
        """
        work = next((work for work in self.works(project) if work.id == work_id), None)
        if work is None:
            raise UnknownName(f"nothing here is called {work_id}", remedy="see what is at work", code="no-work")
        if work.ended_at is not None:
            raise MoveError("it has ended already", remedy="see what it came to", code="ended")
        work.stop.set()
        self._tell(work)
        return work

    def at_work(self, project: str) -> set[str]:
        """Slates that are being worked on here."""
        with self._guard:
            return {slate for owner, slate in self._taken if owner == project}

    def take(self, work: Work, slates: Collection[Slate]) -> set[str]:
        """Take more slates for a work that runs; gives those that it has now, without those that another one has."""
        with self._guard:
            free = {name for slate in slates if self._taken.get((work.project, name := str(slate)), work.id) == work.id}
            self._taken.update({(work.project, name): work.id for name in free})
            more = free.difference(work.slates)
            work.slates = sorted({*work.slates, *free})
        if more:
            self._tell(work)
        return free

    def close(self) -> None:
        """Stop as Ctrl-C does: POSTs in flight are waited for, the rest can be resumed."""
        self._desk.stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def publish(self, project: str, slate: str, take: int, part: float) -> None:
        """Tell how far a take is."""
        self._events.publish(project, "progress", {"slate": slate, "take": take, "part": round(part, 4)})

    def _run(self, desk: OpenProject, work: Work, do: Callable[[Hands], object], then: Callable[[Work], None]) -> None:
        work.state = "running"
        self._tell(work)
        error: StarsendError | None = None
        try:
            with stopped_by(work.stop), desk.notifier.working(work.kind):
                do(Hands(self, desk, work))
        except StarsendError as stopped:
            error = stopped
        except Exception as defect:  # noqa: BLE001 - it must be seen on the page, and the slates be free again
            error = StarsendError(
                f"{type(defect).__name__}: {defect}",
                remedy="report this as a defect of Starsend; what was begun goes on with: starsend run",
                code="defect",
            )
        try:
            then(work)
        except StarsendError as later:
            error = error or later
        if error is not None:
            told_below(desk.paths.workspace, error)
        for result in work.results:
            if result["error"] is not None:
                result["error"] = {key: below(desk.paths.workspace, text) for key, text in result["error"].items()}
        self._end(work, error)

    def _end(self, work: Work, error: StarsendError | None) -> None:
        interrupted = isinstance(error, Interrupted) or self._desk.stop.is_set() or work.stop.is_set()
        failed = error is not None or any(result["error"] for result in work.results)
        with self._guard:
            work.error = None if error is None else error_view(error)
            work.state = "stopped" if interrupted else "failed" if failed else "done"
            work.ended_at = self._desk.now()
            for key in [key for key, owner in self._taken.items() if owner == work.id]:
                del self._taken[key]
        self._tell(work)

    def _tell(self, work: Work) -> None:
        self._events.publish(work.project, "work", work.as_dict())

    def _refuse_run(self, project: str, part: str) -> None:
        live = [w for w in self._works.values() if w.kind == "run" and w.project == project and w.ended_at is None]
        if any(work.part == part for work in live):
            raise Busy(
                f"what is due{f' of {part}' if part else ''} is being made",
                remedy="wait for its end, or stop it",
                code="at-work",
            )

    def _refuse_taken(self, project: str, slate: str) -> None:
        if (project, slate) in self._taken:
            raise Busy(
                f"{slate} is being worked on",
                remedy="wait for its end; a take that is being made can be cancelled",
                code="at-work",
            )


class Hands:
    """What one work works with."""

    def __init__(self, room: WorkRoom, desk: OpenProject, work: Work) -> None:
        self._room = room
        self._desk = desk
        self.work = work

    def run(self, jobs: Sequence[Job], noticed: Callable[[], None] = lambda: None) -> list[Result]:
        """Drive jobs to their ends; those of slates that another work has are left to it.

        Args:
            jobs: One a slate.
            noticed: Called when a job's takes were opened, and at its end.
        """
        return self._run(jobs, Telling(self.work, self._room.publish, self._desk.studio.desk, noticed))

    def run_again(self, jobs: Sequence[Job]) -> set[str]:
        """As :meth:`run`. Gives slates that somebody else had changed: they count for nothing, and are looked at again.

        Args:
            jobs: One a slate.
        """
        return stale_slates(
            self._run(jobs, Telling(self.work, self._room.publish, self._desk.studio.desk, keep_stale=False))
        )

    def _run(self, jobs: Sequence[Job], watcher: Telling) -> list[Result]:
        ours = self._room.take(self.work, [job.slate for job in jobs])
        return self._desk.engine.run(
            [job for job in jobs if str(job.slate) in ours], self._desk.notifier.watching(watcher)
        )

    def done(self, record: Record) -> None:
        """Keep what came of a slate that was worked on without jobs."""
        self.work.results.append(result_view(Result(record.slate, record)))

    def failed(self, slate: Slate, error: StarsendError) -> None:
        """Keep what stopped a slate before anything was begun."""
        self.work.results.append(result_view(Result(slate, None, error)))
