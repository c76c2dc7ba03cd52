"""Takes are marked stale as soon as the plan or a picture changes by hand, and unmarked when that is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        film.until(lambda: film.hub.watching)
        yield film


def make(film: Film, slate: str, **wish: Any) -> None:
    answer = film.act(slate, "generate", **wish)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"], "done")


def row(film: Film, slate: str) -> bool:
    rows = film.get("/dailies?state=any")["rows"]
    return next(bool(each["stale"]) for each in rows if each["slate"] == slate)


def on_board(film: Film, slate: str) -> bool:
    cards = [c for column in film.get("/board")["columns"] for group in column["groups"] for c in group["cards"]]
    return next(bool(card["stale"]) for card in cards if card["slate"] == slate)


def edit(film: Film, old: str, new: str) -> None:
    plan = film.desk.paths.plan
    plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_hand_in_the_plan_moves_the_marks_of_list_and_board_at_once(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    assert (row(film, "SEQ02"), on_board(film, "SEQ02")) == (False, False)
    edit(film, "A kitchen.", "A cellar.")
    film.until(lambda: row(film, "SEQ02"))
    assert on_board(film, "SEQ02")
    [take] = film.get("/dailies/SEQ02")["takes"]
    assert take["stale"] == ["SH01's prompt was “A kitchen.”, is “A cellar.”"]
    part = film.page.get("/film/dailies/part/SEQ02").text
    assert "<b>changed since</b> SH01" in part
    edit(film, "A cellar.", "A kitchen.")
    film.until(lambda: not row(film, "SEQ02"))


def test_a_replaced_start_frame_marks_what_was_made_from_it(film: Film) -> None:
    make(film, "SEQ01", mode="grid")
    frame = film.act("SEQ01", "crop", cell=1).json()["frame"]
    make(film, "SEQ01", mode="multi")
    make(film, "SEQ02", mode="multi")
    Image.new("RGB", (1280, 720), "teal").save(film.desk.paths.workspace / frame["path"])
    film.until(lambda: row(film, "SEQ01"))
    assert film.get("/dailies/SEQ01")["takes"][1]["stale"] == ["its start frame SEQ01.png was replaced"]
    assert not row(film, "SEQ02")


def test_a_plan_with_faults_marks_nothing(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    revision = film.revision("SEQ02")
    edit(film, '"schema_version": 1', '"schema_version": ')
    film.until(lambda: any(each["path"] == "plan.json" for each in film.told("plan")))
    edit(film, '"schema_version": ', '"schema_version": 1')
    edit(film, "A window.", "A door.")
    film.until(lambda: row(film, "SEQ02"))
    assert film.revision("SEQ02") == revision + 1
