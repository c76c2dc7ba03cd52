"""What runs steps: it decides only when and where. It can die at any moment, and holds nothing that matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starsend.errors import StarsendError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.production.job import Job


@dataclass(frozen=True)
class Result:
    """How a job ended: with its record, or with the error that stopped it."""

    slate: Slate
    record: Record | None
    error: StarsendError | None = None


class Watcher(Protocol):
    """Is told what happens, from any thread."""

    def began(self, job: Job) -> None:
        """A job is taken up."""
        ...

    def progress(self, slate: Slate, take: int, part: float) -> None:
        """A take is so far, 0 to 1."""
        ...

    def ended(self, result: Result) -> None:
        """A job came to its end."""
        ...


class Engine(Protocol):
    """Drives jobs to their ends."""

    def run(self, jobs: Sequence[Job], watcher: Watcher) -> list[Result]:
        """Drive every job until its slate is settled or needs a person. One that fails doesn't stop the others."""
        ...
