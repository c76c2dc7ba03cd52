"""One piece of the server's work: what it is of, how far it is, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from starsend.errors import StarsendError
from starsend.model.money import ZERO
from starsend.model.slate import Slate
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.production.shift import stale_slates
from starsend.production.timekeeping import Desk

Kind = Literal["generate", "run", "resume", "finish", "reconcile", "resend", "basket"]

_TELL_EVERY_S: Final = 0.25
"""A take's progress is told at most so often."""


@dataclass
class Work:
    """Jobs that were begun together.

    Attributes:
        mark: What marks its items in the basket; empty where there are none.
        progress: How far each take is, 0 to 1, by its name.
        error: What stopped all of it; what stopped one job is in ``results``.
        stop: Set when a person stops it; it ends soon after, as with Ctrl-C.
        part: Which episode or sequence a run is of; empty for all, and for other works.
    """

    id: str
    project: str
    kind: Kind
    slates: list[str]
    begun_at: datetime
    estimate_usd: Decimal = ZERO
    mark: str = ""
    state: Literal["waiting", "running", "done", "failed", "stopped"] = "waiting"
    ended_at: datetime | None = None
    progress: dict[str, float] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, str] | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    part: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **{name: value for name, value in vars(self).items() if name not in ("mark", "stop")},
            "stopping": self.stop.is_set() and self.ended_at is None,
            "slates": list(self.slates),
            "progress": dict(self.progress),
            "results": list(self.results),
            "estimate_usd": format(self.estimate_usd, "f"),
        }


class Telling:
    """Tells the pages what the engine does; may be called from any thread.

    Args:
        work: What it is told of.
        publish: Tells how far a take is: the project, the slate, the take, 0 to 1.
        desk: The clock.
        noticed: Called when a job's takes were opened, and at its end.
        keep_stale: Keep also what came to nothing as somebody else had changed the slate.
    """

    def __init__(
        self,
        work: Work,
        publish: Callable[[str, str, int, float], None],
        desk: Desk,
        noticed: Callable[[], None] = lambda: None,
        *,
        keep_stale: bool = True,
    ) -> None:
        self._work = work
        self._publish = publish
        self._desk = desk
        self._noticed = noticed
        self._keep_stale = keep_stale
        self._told: dict[str, float] = {}
        self._guard = threading.Lock()

    def began(self, job: Job) -> None:
        """Nothing yet: the record tells it."""

    def progress(self, slate: Slate, take: int, part: float) -> None:
        """Tell it, unless it was told just now."""
        name, now = slate.take(take), self._desk.monotonic()
        with self._guard:
            first = name not in self._work.progress
            self._work.progress[name] = round(part, 4)
        if first:
            self._noticed()
        with self._guard:
            if part < 1 and now - self._told.get(name, float("-inf")) < _TELL_EVERY_S:
                return
            self._told[name] = now
        self._publish(self._work.project, str(slate), take, part)

    def ended(self, result: Result) -> None:
        """Keep what came of it."""
        if self._keep_stale or not stale_slates([result]):
            with self._guard:
                self._work.results.append(result_view(result))
        self._noticed()


def result_view(result: Result) -> dict[str, Any]:
    """How a job ended: the state, and the error that stopped it or that its last takes ended with."""
    record = result.record
    error = None if result.error is None else error_view(result.error)
    if record is not None and record.takes and error is None:
        last = [take for take in record.takes if take.batch == record.takes[-1].batch]
        faults = [take.error for take in last if take.outcome == "failed" and take.error is not None]
        error = faults[0].model_dump(include={"code", "message", "remedy"}) if faults else None
    return {"slate": str(result.slate), "state": None if record is None else str(record.state), "error": error}


def error_view(error: StarsendError) -> dict[str, str]:
    """An error as pages show it."""
    return {"code": error.code, "message": error.message, "remedy": error.remedy}
