"""A project that was just begun: the plan that `starsend init` writes, with shots of seconds, and not one record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starsend.production.sample_plans import starting_plan
from tests.browser.dailies_world import SETTINGS, film_world
from tests.browser.theatre import Theatre
from tests.fakes.worlds import write_plan


def fresh_plan() -> dict[str, Any]:
    """One sequence that needs a start frame, of two shots; one that needs none."""
    plan = starting_plan("film")
    arrival = plan["episodes"][0]["sequences"][0]
    arrival["shots"][0]["duration_s"], arrival["shots"][1]["duration_s"] = 2, 1
    shot = {"id": "SH01", "prompt": "Wide shot. The train leaves.", "duration_s": 3}
    plan["episodes"][0]["sequences"].append({"id": "SEQ02", "title": "Leaving", "start_frame": "none", "shots": [shot]})
    return plan


@contextmanager
def fresh_theatre(folder: Path) -> Iterator[Theatre]:
    """The Console on such a project."""
    workspace = folder / "workspace"
    write_plan(workspace, fresh_plan())
    (workspace / "starsend.toml").write_text(SETTINGS, encoding="utf-8")
    made = Theatre(film_world(workspace, folder / "book"))
    made.open()
    try:
        yield made
    finally:
        made.close()
