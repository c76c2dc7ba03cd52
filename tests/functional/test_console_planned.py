"""A project that was just begun, from the page alone: planned slates are listed, and say what they need next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.worlds import plan, write_plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    document = plan()
    sequences = document["episodes"][0]["sequences"]
    sequences[0] |= {"title": "The pickup"}
    sequences.append({"id": "SEQ03", "mode": "single", "start_frame": "optional", "shots": sequences[0]["shots"]})
    with served(tmp_path, inspector, document=document) as film:
        yield film


def listed(film: Film, query: str = "state=any") -> list[tuple[str, str]]:
    return [(row["slate"], row["word"]) for row in film.get(f"/dailies?{query}")["rows"]]


def make(film: Film, slate: str, **wish: Any) -> None:
    answer = film.act(slate, "generate", **wish)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"], "done")


def following(film: Film, slate: str) -> tuple[str, str | None]:
    told = film.get(f"/dailies/{slate}")["next"]
    return told["need"], told["mode"]


def test_planned_sequences_stand_in_the_list_in_story_order(film: Film) -> None:
    assert listed(film) == [("SEQ01", "planned"), ("SEQ02", "planned"), ("SEQ03", "planned")]
    assert film.get("/dailies")["rows"] == []
    make(film, "SEQ02", mode="multi")
    assert listed(film) == [("SEQ01", "planned"), ("SEQ02", "waits"), ("SEQ03", "planned")]
    assert film.get("/dailies?state=any&order=newest")["rows"][0]["slate"] == "SEQ02"


def test_planned_sequences_are_filtered_as_in_their_first_state(film: Film) -> None:
    assert [name for name, _ in listed(film, "state=keyframe_pending")] == ["SEQ01", "SEQ03"]
    assert [name for name, _ in listed(film, "state=video_pending")] == ["SEQ02"]
    assert [name for name, _ in listed(film, "state=any&text=kitchen")] == ["SEQ02"]
    assert [name for name, _ in listed(film, "state=any&text=pickup")] == ["SEQ01"]
    assert listed(film, "state=any&medium=video") == listed(film, "state=any&episode=ep_009") == []


def test_the_page_shows_a_planned_row_and_a_changed_plan(film: Film) -> None:
    page = film.page.get("/film/dailies?state=any").text
    assert page.count('class="row"') == 3
    row = film.page.get("/film/dailies/row/SEQ01").text
    assert 'data-state="keyframe_pending"' in row
    assert "planned" in row
    board = film.get("/board")
    words = {card["slate"]: card["word"] for each in board["columns"] for g in each["groups"] for card in g["cards"]}
    assert words["SEQ01"] == "planned"
    write_plan(film.world.workspace)
    assert [name for name, _ in listed(film)] == ["SEQ01", "SEQ02"]


def test_a_broken_record_is_not_listed_as_planned(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    place = film.world.workspace / "state/film/shots/SEQ02.json"
    place.write_text("{", encoding="utf-8")
    answer = film.get("/dailies?state=any")
    assert [row["slate"] for row in answer["rows"]] == ["SEQ01", "SEQ03"]
    assert [each["name"] for each in answer["broken"]] == ["SEQ02"]
    place.unlink()
    film.until(lambda: ("SEQ02", "planned") in listed(film))


def test_a_slate_says_what_it_needs_next_and_that_can_be_sent(film: Film) -> None:
    assert following(film, "SEQ01") == ("grid", "grid")
    assert following(film, "SEQ01_SH02") == ("grid", "grid")
    assert following(film, "SEQ02") == ("video", "multi")
    assert following(film, "SEQ02_SH02") == ("video", "single")
    assert film.get("/dailies/SEQ03")["next"] | {"words": ""} == {
        "need": "shots",
        "mode": "single",
        "shot": "SH01",
        "words": "",
        "frame": True,
    }
    for slate, mode in (("SEQ01", "grid"), ("SEQ01_SH02", "grid"), ("SEQ02", "multi"), ("SEQ03_SH01", "single")):
        told = film.post(f"/records/{slate}/estimate", mode=mode)
        assert told.status_code == 200, told.text


def test_after_a_grid_a_pick_and_after_the_pick_a_video(film: Film) -> None:
    make(film, "SEQ01", mode="grid")
    assert following(film, "SEQ01") == ("pick", "grid")
    film.act("SEQ01", "crop", cell=1)
    assert following(film, "SEQ01") == ("video", "multi")
    make(film, "SEQ01", mode="multi")
    assert following(film, "SEQ01_SH02") == ("video", "single")


def test_a_sequence_made_shot_by_shot_needs_the_first_that_is_left(film: Film) -> None:
    make(film, "SEQ03_SH01", mode="single")
    told = film.get("/dailies/SEQ03")["next"]
    assert (told["need"], told["shot"]) == ("shots", "SH02")
    for shot in ("SH02", "SH03"):
        make(film, f"SEQ03_{shot}", mode="single")
    assert following(film, "SEQ03") == ("nothing", None)
