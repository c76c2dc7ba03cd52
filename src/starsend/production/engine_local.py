"""The engine at home: a few threads and a heap of due times in one process."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field

from starsend.errors import Busy, Interrupted, StarsendError
from starsend.model.slate import Slate
from starsend.production.engine import Result, Watcher
from starsend.production.job import Job
from starsend.production.step_runner import StepRunner
from starsend.production.timekeeping import Desk

_SAME_REQUEST_PAUSE_S = 1.0
"""How long a job waits that asks for exactly what another one is having made."""


@dataclass(order=True)
class _Turn:
    due: float
    number: int
    job: Job = field(compare=False)


class LocalEngine:
    """Works many slates at once: ``at_once`` threads take the next due step from one heap."""

    def __init__(self, steps: StepRunner, desk: Desk, at_once: int) -> None:
        self._steps = steps
        self._desk = desk
        self._at_once = at_once

    def run(self, jobs: Sequence[Job], watcher: Watcher) -> list[Result]:
        """Drive every job to its end; after Ctrl-C the steps in hand are finished and the rest is left as it is."""
        if not jobs:
            return []
        shift = _Shift(jobs, self._steps, self._desk, watcher)
        workers = min(self._at_once, len(jobs))
        with ThreadPoolExecutor(workers, thread_name_prefix="starsend") as pool:
            done = [pool.submit(copy_context().run, shift.work) for _ in range(workers)]  # who asked stays known
        for future in done:
            future.result()
        return shift.results


class _Shift:
    """One run: the heap, and what its jobs came to."""

    def __init__(self, jobs: Sequence[Job], steps: StepRunner, desk: Desk, watcher: Watcher) -> None:
        self._steps = steps
        self._desk = desk
        self._watcher = watcher
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._heap = [_Turn(0.0, next(self._order), job) for job in jobs]
        heapq.heapify(self._heap)
        self._in_hand = 0
        self._begun: set[str] = set()
        self._open = {str(job.slate) for job in jobs}
        self._waiting: set[str] = set()
        self.results: list[Result] = []

    def work(self) -> None:
        while (turn := self._next()) is not None:
            try:
                again = self._step(turn.job)
            except BaseException:
                self._give_back(None)
                raise
            self._give_back(
                None if again is None else _Turn(self._desk.monotonic() + again, next(self._order), turn.job)
            )

    def _next(self) -> _Turn | None:
        with self._changed:
            while True:
                if self._desk.stopped:
                    self._leave_all()
                if not self._heap:
                    if self._in_hand == 0:
                        self._changed.notify_all()
                        return None
                    self._changed.wait(0.2)
                    continue
                wait = self._heap[0].due - self._desk.monotonic()
                if wait <= 0:
                    self._in_hand += 1
                    return heapq.heappop(self._heap)
                self._changed.wait(min(wait, 0.2))

    def _give_back(self, turn: _Turn | None) -> None:
        with self._changed:
            self._in_hand -= 1
            if turn is not None:
                heapq.heappush(self._heap, turn)
                self._changed.notify()  # one is enough to look at the heap again
            elif not self._heap and self._in_hand == 0:
                self._changed.notify_all()

    def _leave_all(self) -> None:
        for turn in self._heap:
            error = Interrupted(f"{turn.job.slate} was stopped and can be resumed", remedy="go on: starsend run")
            self._end(Result(turn.job.slate, None, error))
        self._heap.clear()

    def _step(self, job: Job) -> float | None:
        """One step of a job; seconds until the next one, or None when it is at its end."""
        slate = job.slate
        first = str(slate) not in self._begun
        if first and str(slate) not in self._waiting:
            self._watcher.began(job)
        try:
            if first and job.request is not None:
                step = self._steps.advance(slate, job.request, job.provider, self._watcher.progress)
            else:
                step = self._steps.advance(slate, progress=self._watcher.progress)
        except StarsendError as error:
            if isinstance(error, Busy) and error.code == "same-request" and self._twin_may_end(slate):
                return _SAME_REQUEST_PAUSE_S
            self._end(Result(slate, None, error))
            return None
        except Exception as error:  # noqa: BLE001 - one job that breaks must not take the others with it
            defect = StarsendError(
                f"{slate}: {error!r}",
                remedy="report this as a defect of Starsend; what was begun can be resumed: starsend run",
                code="defect",
            )
            defect.__cause__ = error
            self._end(Result(slate, None, defect))
            return None
        self._begun.add(str(slate))
        with self._changed:
            self._waiting.discard(str(slate))
        if step.done:
            self._end(Result(slate, step.record))
            return None
        return step.wait_s

    def _twin_may_end(self, slate: Slate) -> bool:
        """Whether waiting for the same request makes sense: another job of this run is still at work."""
        with self._changed:
            self._waiting.add(str(slate))
            return bool(self._open - self._waiting)

    def _end(self, result: Result) -> None:
        self._open.discard(str(result.slate))
        self.results.append(result)
        self._watcher.ended(result)
