"""A shot that is missing from the cut says what is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import Refused
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def make(film: Film, slate: str, **wish: Any) -> None:
    answer = film.act(slate, "generate", **wish)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"])


def why(film: Film, slate: str) -> str:
    return next(str(item["why"]) for item in film.get("/cut")["items"] if item["slate"] == slate)


def test_a_missing_shot_follows_the_work_from_grid_to_verdict(film: Film) -> None:
    assert why(film, "SEQ01_SH01") == "a grid of SEQ01 is to be drawn, then a take is to be made, about $0.12"
    assert why(film, "SEQ01_SH02") == "a take is to be made, about $0.12"
    make(film, "SEQ01", mode="grid")
    assert why(film, "SEQ01_SH02") == "the grid of SEQ01 waits for a pick"
    film.act("SEQ01", "crop", cell=1)
    assert why(film, "SEQ01_SH01") == "a take is to be made, about $0.12"
    make(film, "SEQ01", mode="multi")
    assert why(film, "SEQ01_SH02") == "SEQ01_T002 waits for a verdict"
    film.act("SEQ01", "approve", **{"except": ["SH02"]})
    assert why(film, "SEQ01_SH02") == "SEQ01_T002 is approved without SH02; a fix is to be made"
    make(film, "SEQ01_SH02", mode="single")
    assert why(film, "SEQ01_SH02") == "SEQ01_SH02_T001 waits for a verdict"


def test_a_missing_shot_says_why_it_was_rejected_or_failed(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    film.act("SEQ02", "reject", reason="six fingers", reasons=["hands"])
    assert why(film, "SEQ02_SH01") == "SEQ02_T001 was rejected: hands: six fingers; another take is to be made"

    def refuse(_intent: Intent) -> None:
        raise Refused("the words were refused", remedy="change them")

    film.world.provider.before_send = refuse
    make(film, "SEQ02", mode="multi")
    assert why(film, "SEQ02_SH01") == "SEQ02_T002 failed: the words were refused"
