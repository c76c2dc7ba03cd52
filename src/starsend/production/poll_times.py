"""When to look at a running job again: intervals that grow and are jittered, kept in memory only."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from starsend.production.timekeeping import Desk

_GROWTH = 1.5


@dataclass
class _Next:
    at: float
    interval_s: float


class PollTimes:
    """Remembers for each intent when its next look is due. Safe for threads.

    Args:
        first_s: Seconds until the first look after the receipt's; 0 looks at once.
        max_s: The longest interval.
    """

    def __init__(self, first_s: float, max_s: float, desk: Desk) -> None:
        self._first_s = first_s
        self._max_s = max(first_s, max_s)
        self._desk = desk
        self._guard = threading.Lock()
        self._next: dict[str, _Next] = {}

    def wait_s(self, intent_id: str) -> float:
        """Seconds until this job should be looked at; an unknown one is due now."""
        with self._guard:
            entry = self._next.get(intent_id)
        return 0.0 if entry is None else max(0.0, entry.at - self._desk.monotonic())

    def looked(self, intent_id: str) -> None:
        """Note that the job was looked at: the next look is a little later than this one was."""
        with self._guard:
            entry = self._next.get(intent_id)
            interval = self._first_s if entry is None else min(self._max_s, entry.interval_s * _GROWTH)
            jittered = interval * (0.9 + 0.2 * self._desk.jitter())
            self._next[intent_id] = _Next(self._desk.monotonic() + jittered, interval)

    def forget(self, intent_id: str) -> None:
        """The job is settled."""
        with self._guard:
            self._next.pop(intent_id, None)
