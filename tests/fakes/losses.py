"""What tests of the money protocol share: errors that adapters raise, and what came of jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starsend.errors import (
    OutcomeUnknown,
    StarsendError,
    Unreachable,
)
from starsend.production.engine import Result
from starsend.providers.base import Intent
from tests.fakes.bench import Bench
from tests.fakes.worlds import FakeTime, QuickDesk

LOST = OutcomeUnknown("the line went dead", remedy="look for it")
NO_LINE = Unreachable("connection refused", remedy="look at the network")


def time_of(films: Bench) -> FakeTime:
    assert isinstance(films.world.desk, QuickDesk)
    return films.world.desk.time


def always(error: Exception) -> Callable[[Any], None]:
    def act(_given: Any) -> None:
        raise error

    return act


def errors_of(results: list[Result]) -> list[StarsendError]:
    return [result.error for result in results if result.error is not None]


def stop_after(films: Bench, error: Exception) -> Callable[[Intent], None]:
    """Ctrl-C while the first POST is in flight, whose reply is lost."""
    left = [error]

    def act(_intent: Intent) -> None:
        if left:
            films.world.desk.stop.set()
            raise left.pop()

    return act
