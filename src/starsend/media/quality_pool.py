"""Checks takes in child processes, since a decoder can crash on what a provider sends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from starsend.media.quality import Expected, TakeReport, broken_report
from starsend.media.quality_worker import JOBS, REPORTS, Job

# -P: a folder named starsend in the current one must not be run instead of us.
_COMMAND = (sys.executable, "-P", "-m", "starsend.media.quality_worker")


class QualityPool:
    """A few warm children that run `check_take`; thread-safe, started when first needed.

    They are new processes, never forks: a forked child would keep its parent's locks.

    Args:
        workers: How many takes are checked at once; more callers wait.
        time_limit_s: After this a child is killed, and the take counts as damaged.
        command: The child to start; another one than ours in tests.
        environ: The environment of the children; None is ours.
    """

    def __init__(
        self,
        workers: int = 2,
        *,
        time_limit_s: float = 300.0,
        command: Sequence[str] = _COMMAND,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._time_limit_s = time_limit_s
        self._children: LifoQueue[_Child] = LifoQueue()  # the warmest first
        self._all = [_Child(tuple(command), environ) for _ in range(workers)]
        for child in reversed(self._all):
            self._children.put(child)

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
        """Run `check_take` in a child. Never raises for a bad video, nor where the child crashes or hangs."""
        child = self._children.get()
        try:
            job = Job(video.resolve(), expected, thumbnail.resolve(), filmstrip.resolve())
            return child.run(job, self._time_limit_s)
        finally:
            self._children.put(child)

    def close(self) -> None:
        """End the children; a check that still runs ends with its child, as damaged. May be used again."""
        for child in self._all:
            child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Child:
    """One process at a time, replaced after it died. Used by one thread at a time; `stop` may come from any."""

    def __init__(self, command: tuple[str, ...], environ: Mapping[str, str] | None) -> None:
        self._command = command
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, job: Job, time_limit_s: float) -> TakeReport:
        process = self._started()
        overdue = threading.Event()

        def give_up() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(time_limit_s, give_up)
        timer.start()
        try:
            answer = _ask(process, JOBS.dump_json(job) + b"\n")
        finally:
            timer.cancel()
        if answer is not None:
            return answer
        self.stop()
        if overdue.is_set():
            return broken_report(f"The check of {job.video.name} took longer than {time_limit_s:g} s and was stopped.")
        return broken_report(f"The decoder crashed on {job.video.name} (exit {process.returncode}).")

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what could not be sent to a dead child is lost, as it should be
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environ,
            )
        return self._process


def _ask(process: subprocess.Popen[bytes], question: bytes) -> TakeReport | None:
    """Send a job and wait for its report; None if the child dies or answers nonsense."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(question)
        process.stdin.flush()
        return REPORTS.validate_json(process.stdout.readline())
    except (OSError, ValueError, ValidationError):
        return None
