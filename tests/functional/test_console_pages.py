"""The board, the cut, the costs and the activity, as the server renders them and as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import OutcomeUnknown
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.worlds import plan

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def generate(film: Film, slate: str = "SEQ02", **body: object) -> None:
    answer = film.act(slate, "generate", confirmed_usd=body.pop("usd", "0.34"), **body)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"])


def board(film: Film, **query: str) -> dict[str, list[str]]:
    """Column → slates."""
    told = film.page.get("/api/v1/projects/film/board", params=query).json()
    return {
        column["key"]: [card["slate"] for group in column["groups"] for card in group["cards"]]
        for column in told["columns"]
    }


def card(film: Film, slate: str) -> dict[str, Any]:
    columns = film.get("/board")["columns"]
    return next(c for column in columns for group in column["groups"] for c in group["cards"] if c["slate"] == slate)


def page(film: Film, path: str) -> str:
    answer = film.page.get(f"/film/{path}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_board_begins_with_what_is_planned(film: Film) -> None:
    told = board(film)
    assert (told["frame"], told["ready"], told["judge"]) == (["SEQ01"], ["SEQ02"], [])
    assert card(film, "SEQ01")["waits"] == "a grid, which is due"
    assert card(film, "SEQ02")["waits"] == "a take of SH01, SH02, which is due"


def test_a_slate_goes_from_column_to_column(film: Film) -> None:
    generate(film)
    assert board(film)["judge"] == ["SEQ02"]
    made = card(film, "SEQ02")
    assert (made["takes"], made["cost"], made["waits"]) == (1, "$0.34", "a look")
    film.act("SEQ02", "approve", **{"except": ["SH02"]})
    assert board(film)["approved"] == ["SEQ02"]
    assert card(film, "SEQ02")["waits"] == "a fix of SH02"
    film.act("SEQ02", "reject", reason="dull")
    assert board(film)["again"] == ["SEQ02"]


def test_the_board_shows_one_episode_and_says_when_it_is_empty(film: Film) -> None:
    assert board(film, episode="ep_001")["ready"] == ["SEQ02"]
    assert not any(board(film, episode="ep_009").values())
    assert "Nothing is planned" in page(film, "board?episode=ep_009")


def test_a_record_broken_by_hand_is_named_on_the_board(film: Film) -> None:
    generate(film)
    film.desk.paths.records.joinpath("SEQ02.json").write_text("{", encoding="utf-8")
    film.desk.store.changed_outside("SEQ02")
    assert [each["name"] for each in film.get("/board")["broken"]] == ["SEQ02"]
    assert "SEQ02</b> can't be read" in page(film, "board")
    assert "SEQ02</b> can't be read" in page(film, "activity")
    assert board(film)["frame"] == ["SEQ01"]
    missing = film.get("/cut")["items"][-1]
    assert (missing["slate"], missing["url"]) == ("SEQ02_SH02", None)


def test_the_cut_takes_frames_from_approved_takes_and_holds_slates_for_the_rest(film: Film) -> None:
    generate(film)
    film.act("SEQ02", "approve")
    told = film.get("/cut")
    first, *_, before, last = told["items"]
    assert (first["slate"], first["url"], first["length"], first["at"]) == ("SEQ01_SH01", None, 24, 0)
    assert (before["take"], before["start"], before["end"], before["at"]) == ("SEQ02_T001", 0, 48, 72)
    assert (last["take"], last["start"], last["end"], last["url"]) == ("SEQ02_T001", 48, 72, before["url"])
    assert (told["fps"], before["fps"], told["frames"], told["missing_frames"]) == ("24", "24", 144, 72)
    assert (told["total_s"], told["missing"], told["missing_s"]) == (6.0, 3, 3.0)
    assert "0:03.0</b> missing in 3 shots" in page(film, "cut")


def test_the_cut_leaves_out_a_shot_that_was_excepted_until_its_fix_is_approved(film: Film) -> None:
    generate(film)
    film.act("SEQ02", "approve", **{"except": ["SH02"]})
    assert [item["take"] for item in film.get("/cut")["items"][-2:]] == ["SEQ02_T001", None]
    generate(film, "SEQ02_SH02", usd=film.post("/records/SEQ02_SH02/estimate").json()["estimate_usd"])
    film.act("SEQ02_SH02", "approve")
    fixed = film.get("/cut")["items"][-1]
    assert (fixed["take"], fixed["start"]) == ("SEQ02_SH02_T001", 0)
    assert fixed["href"].startswith("/film/dailies?state=any&slate=SEQ02_SH02&take=1")


def test_a_file_that_is_gone_is_a_slate_that_says_so(film: Film) -> None:
    generate(film)
    film.act("SEQ02", "approve")
    take = film.desk.store.load("SEQ02").record.takes[0]
    assert take.media is not None
    (film.hub.workspace / take.media.path).unlink()
    item = film.get("/cut")["items"][-1]
    assert (item["url"], item["gone"], item["why"]) == (None, True, "the file of SEQ02_T001 is gone")
    shown = page(film, "cut")
    assert "missing in 5 shots; of 2 the file is gone</span>" in shown
    assert (shown.count("</i>file gone</span>"), shown.count("</i>missing</span>")) == (2, 3)


def test_an_episode_that_is_none_is_said(film: Film) -> None:
    answer = film.page.get("/api/v1/projects/film/cut?episode=ep_009")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-episode")


def test_the_costs_say_what_is_not_known_and_what_lies_ahead(film: Film) -> None:
    assert "Nothing was bought yet" in page(film, "costs")
    assert "SEQ01" in page(film, "costs/ahead")
    generate(film)
    told = page(film, "costs?by=model")
    assert "kling-o3-pro" in told
    assert "$0.34" in told
    strange = film.page.get("/film/costs?by=weather", headers={"Accept": "text/html"})
    assert (strange.status_code, "choose of: day" in strange.text) == (422, True)


def test_a_budget_is_told_in_words_and_as_a_part(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector, document=plan(budget={"sequence_usd": "0.40", "project_usd": "0.34"})) as film:
        generate(film)
        told = page(film, "costs")
        assert "$0.34 of $0.40 · 85 % · <b>nearly spent</b>" in told
        assert "$0.34 of $0.34 · 100 % · <b>spent</b>" in told


def test_the_history_is_filtered_and_paged_and_words_are_only_words(film: Film) -> None:
    generate(film)
    film.post("/records/SEQ02/notes", take=1, text=SCRIPT)
    assert "<q>" + "&lt;" in page(film, "activity/rows?kind=note")
    film.act("SEQ02", "reject", reason=SCRIPT)
    told = page(film, "activity?kind=verdict")
    assert told.count('class="happened"') == 1
    assert SCRIPT not in told
    assert 'class="happened"' not in page(film, "activity/rows?text=no-such-word")
    assert "Clear the filters" in page(film, "activity/rows?text=no-such-word")
    every = page(film, "activity/rows")
    assert every.count('class="happened"') > 5
    assert every.index("is rejected") < every.index("is asked for")


def test_a_lost_take_stands_apart_with_what_buying_it_again_would_cost(film: Film) -> None:
    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the line broke", remedy="look for it")

    film.world.provider.before_send = lose
    generate(film)
    told = page(film, "activity/work")
    assert 'data-slate="SEQ02"' in told
    assert 'data-usd="0.34"' in told
    assert film.act("SEQ02", "reconcile", how="give-up").status_code in (200, 202)
    assert 'data-slate="SEQ02"' not in page(film, "activity/work")
