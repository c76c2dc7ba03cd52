"""Commands as a user types them, on a world whose provider keeps books."""

from __future__ import annotations

import json
from typing import Any

import pytest

from starsend.cli.main import run
from starsend.studio import Parts
from tests.fakes.worlds import World


def cli(film: World, *arguments: str) -> int:
    """Run one command line in the world's workspace, and give its exit code."""
    parts = Parts(film.desk, film.checkpoint, film.make, film.choose, film.inspector)
    return run([*arguments, "--workspace", str(film.workspace)], parts)


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    """What was printed since the last look, as JSON."""
    return json.loads(capsys.readouterr().out)
