"""The real parts of every day: time, ids, providers, and the children that check videos; a test may exchange them."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from starsend.model.take import Medium
from starsend.production.inspector import Inspector
from starsend.production.timekeeping import Desk
from starsend.providers import registry
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings
from starsend.settings import environ_without_keys
from starsend.store.checkpoints import Checkpoint, passing

if TYPE_CHECKING:  # they read videos: `starsend status` needs none of it
    from starsend.media.quality import Expected, TakeReport


def real_desk(acting: Callable[[], str] = lambda: "cli") -> Desk:
    """The clock, ids and randomness of every day; ``acting`` names who acts."""
    return Desk(
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        new_id=lambda: uuid.uuid4().hex,
        jitter=random.random,
        acting=acting,
    )


class PooledInspector:
    """Starts the pool of checking children when the first take needs it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pool: Inspector | None = None
        self._close: Callable[[], None] = lambda: None

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
        """Check one file in a child process."""
        with self._guard:
            if self._pool is None:
                from starsend.media.quality_pool import QualityPool

                pool = QualityPool(environ=environ_without_keys())  # they read what a provider sends
                self._pool, self._close = pool, pool.close
        return self._pool.check(video, expected, thumbnail, filmstrip)

    def close(self) -> None:
        """End the children."""
        with self._guard:
            self._close()
            self._pool, self._close = None, lambda: None


@dataclass(frozen=True)
class Parts:
    """What a test may exchange; the defaults are the real ones."""

    desk: Desk = field(default_factory=real_desk)
    checkpoint: Checkpoint = passing
    make_provider: Callable[[str, Surroundings, str | None], Provider] = registry.make
    choose_provider: Callable[[str, Medium], str] = registry.choose
    inspector: PooledInspector = field(default_factory=PooledInspector)
