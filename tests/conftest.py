from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.studio import PooledInspector
from tests.fakes import console_app
from tests.fakes.crash_child import Orders
from tests.fakes.processes import Process
from tests.fakes.warm import WARM


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """What the test had of the Console's apps may be lent again: its fixtures, with what was served, have ended."""
    console_app.end_of_test()


@pytest.fixture(scope="session")
def inspector() -> PooledInspector:
    """One warm pool of checking children for all tests of a worker."""
    return WARM


def pytest_sessionfinish() -> None:
    """The children end with their worker."""
    WARM.end()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts real commands on a film; ends those that are left."""
    started: list[Process] = []

    def start(**orders: Any) -> Process:
        given = {"workspace": tmp_path / "workspace", "book": tmp_path / "book", **orders}
        started.append(Process(Orders.model_validate(given)))
        return started[-1]

    yield start
    for process in started:
        process.kill()
