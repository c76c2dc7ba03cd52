"""Servers and workspaces that several modules work with; one that wants another defines its own by the same name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # imported by the tests that use them: the others begin sooner
    from starsend.rehearsal.server import RehearsalServer
    from tests.fakes.fal_desk import Desk
    from tests.fakes.guillotine import Guillotine
    from tests.fakes.live import Stage


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    """A rehearsal server as it comes."""
    from starsend.rehearsal.server import RehearsalServer

    with RehearsalServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def fal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    """A rehearsal server for the fal adapter's tests: calm, with one seed, its clips tiny."""
    from starsend.rehearsal.server import RehearsalServer
    from starsend.rehearsal.weather import CALM

    with RehearsalServer(tmp_path_factory.mktemp("server"), weather=CALM, seed=1, clips="canned") as server:
        yield server


@pytest.fixture
def desk(fal_server: RehearsalServer, tmp_path: Path) -> Iterator[Desk]:
    """A workspace and fal providers on that server."""
    from tests.fakes.fal_desk import desk_at

    with desk_at(tmp_path, fal_server) as desk:
        yield desk


@pytest.fixture(scope="module")
def guillotine() -> Iterator[Guillotine]:
    """Starts commands that can be cut off."""
    from tests.fakes.guillotine import Guillotine

    server = Guillotine()
    yield server
    server.close()


@pytest.fixture
def stage(tmp_path: Path, server: RehearsalServer, guillotine: Guillotine) -> Stage:
    """Where scenes of paid takes are played."""
    from tests.fakes.live import Stage

    return Stage(tmp_path / "scenes", server, guillotine)
