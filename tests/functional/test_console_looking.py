"""Costs, budgets, estimates and activity through the API; and what holds for every route."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from starsend.model.record import Move
from starsend.model.status import Status
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.records import AT, a_take, lay
from tests.fakes.worlds import plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector, document=plan(budget={"project_usd": "5", "sequence_usd": "1"})) as film:
        yield film


def test_costs_are_added_up_by_what_was_asked(film: Film) -> None:
    film.wait(film.act("SEQ02", "generate").json()["work"]["id"], "done")
    costs = film.get("/costs?by=model")
    assert [(line["model"], line["takes"], line["committed_usd"]) for line in costs["lines"]] == [
        ("kling-o3-pro", 1, "0.34")
    ]
    assert costs["committed_usd"] == "0.34"
    bad = film.page.get("/api/v1/projects/film/costs?by=mood")
    assert (bad.status_code, bad.json()["code"]) == (422, "unknown-column")


def test_budgets_say_what_is_left(film: Film) -> None:
    lay(film.desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    told = film.get("/budgets")
    assert [(b["kind"], b["left_usd"]) for b in told["budgets"]] == [("project", "4.66"), ("sequence", "0.66")]
    assert (told["committed_usd"], told["confirm_above_usd"]) == ("0.34", "5.00")


def test_the_plan_and_what_is_due_are_estimated(film: Film) -> None:
    told = film.get("/estimate?sequence=SEQ02")
    assert ([line["what"] for line in told["planned"]], told["due"]) == (
        ["SH01–SH02, 3 s"],
        [{"slate": "SEQ02", "usd": "0.34"}],
    )
    assert film.page.get("/api/v1/projects/film/estimate?sequence=SEQ09").status_code == 404


def test_asking_what_was_billed_buys_nothing(film: Film) -> None:
    film.wait(film.act("SEQ02", "generate").json()["work"]["id"], "done")
    told = film.post("/costs/billed").json()["billed"]
    assert (told["unknown"], len(film.world.provider.accepted())) == (["SEQ02_T001"], 1)


def test_activity_is_told_newest_first_and_filtered(film: Film) -> None:
    lay(film.desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    film.act("SEQ01", "notes", take=1, text="softer")
    film.act("SEQ01", "approve")
    film.post("/records/SEQ02/overrides", revision=0, overrides={"SH01": "x"})
    told = film.get("/activity")["entries"]
    assert [(entry["slate"], entry["kind"]) for entry in told] == [
        ("SEQ02", "prompt"),
        ("SEQ02", "made"),
        ("SEQ01", "verdict"),
        ("SEQ01", "note"),
        ("SEQ01", "made"),
    ]
    assert [e["why"] for e in film.get("/activity?kind=verdict")["entries"]] == ["SEQ01_T001 is approved"]
    assert {e["slate"] for e in film.get("/activity?slate=SEQ02")["entries"]} == {"SEQ02"}
    assert [e["kind"] for e in film.get("/activity?by=hand")["entries"]] == ["made"]
    assert film.get("/activity?text=softer")["entries"] == []


def test_activity_comes_in_pages_without_a_gap(film: Film) -> None:
    for number in range(1, 4):
        record = lay(film.desk, f"SEQ01_SH0{number}", Status.VIDEO_COMPLETE, a_take(1))
        history = tuple(
            Move(at=AT + timedelta(minutes=10 * step + number), from_="video_complete", to="video_complete", by="x")
            for step in range(1, 9)
        )
        lay(film.desk, record.id, Status.VIDEO_COMPLETE, *record.takes).but(history=history)
        path = film.desk.paths.record(record.slate)
        path.write_text(record.but(history=(*record.history, *history)).model_dump_json(), encoding="utf-8")
    every = film.get("/activity?limit=1000")["entries"]
    assert len(every) == 27
    assert [entry["at"] for entry in every] == sorted((entry["at"] for entry in every), reverse=True)
    paged, after = [], ""
    for _ in range(20):
        page = film.get(f"/activity?limit=4{after}")
        paged += page["entries"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert paged == every


def test_a_place_that_is_none_is_bad_input(film: Film) -> None:
    answer = film.page.get("/api/v1/projects/film/activity?after=x")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-place")


def test_a_broken_record_doesnt_hide_the_others(film: Film) -> None:
    lay(film.desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    (film.desk.paths.records / "SEQ02.json").write_text("{", encoding="utf-8")
    assert [entry["slate"] for entry in film.get("/activity")["entries"]] == ["SEQ01"]
    assert film.get("/costs")["broken"][0]["name"] == "SEQ02"


def test_every_route_of_the_api_says_what_it_does(film: Film) -> None:
    paths = film.page.get("/openapi.json").json()["paths"]
    routes = {f"{verb} {path}": told for path, verbs in paths.items() for verb, told in verbs.items()}
    assert all(told.get("summary") and told.get("description") for told in routes.values()), [
        name for name, told in routes.items() if not told.get("description")
    ]
    wanted = ("approve", "reject", "reopen", "undo", "crop", "frame", "generate", "notes", "cancel", "reconcile")
    assert all(f"post /api/v1/projects/{{project}}/records/{{slate}}/{name}" in routes for name in wanted)


def test_a_post_of_another_sites_page_changes_nothing(film: Film) -> None:
    lay(film.desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    answer = film.page.post(
        "/api/v1/projects/film/records/SEQ01/approve",
        json={"revision": 1},
        headers={"Origin": "https://evil.example"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "turned-away")
    assert film.desk.store.load("SEQ01").record.state == "video_complete"
