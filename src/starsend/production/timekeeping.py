"""Time, ids and stopping, as parameters: production code asks no clock by itself."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starsend.errors import Interrupted

_OWN_STOP: Final[ContextVar[threading.Event | None]] = ContextVar("own_stop", default=None)
_LOOK_S: Final = 0.2
"""A wait that two stops can end looks at them so often."""


@contextmanager
def stopped_by(own: threading.Event) -> Iterator[None]:
    """Let one piece of work be stopped alone, as Ctrl-C stops all: whatever this context begins heeds both.

    Args:
        own: Set to stop it.
    """
    before = _OWN_STOP.set(own)
    try:
        yield
    finally:
        _OWN_STOP.reset(before)


@dataclass(frozen=True)
class Desk:
    """What the steps need of the world around them, given by ``studio.py``.

    Attributes:
        now: Aware UTC time.
        monotonic: A clock in seconds that never jumps.
        new_id: A fresh intent id.
        jitter: A random number from 0 to 1.
        acting: Names who acts, as it is written into histories.
        stop: Set by Ctrl-C; no new POST begins once it is set, and waits end.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    new_id: Callable[[], str]
    jitter: Callable[[], float]
    acting: Callable[[], str] = lambda: "cli"
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def by(self) -> str:
        """Who acts now, as it is written into histories."""
        return self.acting()

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C came, or this work alone was stopped."""
        own = _OWN_STOP.get()
        return self.stop.is_set() or (own is not None and own.is_set())

    def wait(self, seconds: float) -> None:
        """Wait, or stop.

        Raises:
            Interrupted: Ctrl-C came, or this work was stopped.
        """
        looks = 1 if _OWN_STOP.get() is None else max(1, math.ceil(seconds / _LOOK_S))
        for _ in range(looks):
            self.stop.wait(max(0.0, seconds) / looks)
            self.check_stop()

    def check_stop(self) -> None:
        """Stop here if Ctrl-C came, or if this work was stopped.

        Raises:
            Interrupted: It did.
        """
        if self.stopped:
            raise Interrupted("stopped; everything that was begun can be resumed", remedy="go on: starsend run")
