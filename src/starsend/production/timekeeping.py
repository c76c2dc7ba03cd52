"""Time, ids and stopping, as parameters: production code asks no clock by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starsend.errors import Interrupted


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

    def wait(self, seconds: float) -> None:
        """Wait, or stop.

        Raises:
            Interrupted: Ctrl-C came.
        """
        if self.stop.wait(max(0.0, seconds)):
            self.check_stop()

    def check_stop(self) -> None:
        """Stop here if Ctrl-C came.

        Raises:
            Interrupted: It did.
        """
        if self.stop.is_set():
            raise Interrupted("stopped; everything that was begun can be resumed", remedy="go on: starsend run")
