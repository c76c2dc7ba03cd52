"""What went wrong is told without saying where the workspace lies on the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from starsend.errors import Refused
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def test_a_refusal_names_files_below_the_workspace(film: Film) -> None:
    film.post("/basket/items", slate="SEQ02")
    film.desk.basket.path.write_text("{", encoding="utf-8")
    answer = film.page.get("/api/v1/projects/film/basket")
    assert answer.json()["code"] == "basket-broken"
    assert answer.json()["remedy"] == "mend it by hand, or move it away: state/film/basket.json"
    assert str(film.world.workspace) not in answer.text


def test_failed_work_names_files_below_the_workspace(film: Film) -> None:
    def fail(_intent: Intent) -> None:
        place = film.world.workspace / "projects" / "film" / "plan.json"
        raise Refused(f"{place} can't be read", remedy=f"look at it: {place}")

    film.world.provider.before_send = fail
    answer = film.act("SEQ02", "generate")
    done = film.wait(answer.json()["work"]["id"])
    assert done["state"] == "failed"
    assert "projects/film/plan.json can't be read" in str(done)
    assert str(film.world.workspace) not in str(done)
    assert str(film.world.workspace) not in str(film.told("work")[-1])
