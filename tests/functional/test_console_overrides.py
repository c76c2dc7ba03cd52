"""Prompts overridden in the record, compared with the last run, and written back into the client's own file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.media.files import write_atomically
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served

NEW = "A kitchen at dawn. Steam."


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def override(film: Film, slate: str = "SEQ02", **overrides: str | None) -> Any:
    revision = film.get(f"/records/{slate}/overrides")["revision"]
    return film.post(f"/records/{slate}/overrides", revision=revision, overrides=overrides)


def make(film: Film) -> None:
    film.wait(film.act("SEQ02", "generate").json()["work"]["id"], "done")


def plan_text(film: Film) -> str:
    return film.desk.paths.plan.read_text(encoding="utf-8")


def test_an_override_lives_in_the_record_and_the_plan_stays(film: Film) -> None:
    before = plan_text(film)
    answer = override(film, SH01=NEW).json()
    assert answer["record"]["prompt_overrides"] == {"SH01": NEW}
    assert [(p["shot"], p["override"], p["now"]) for p in answer["prompts"]] == [
        ("SH01", NEW, NEW),
        ("SH02", None, "A window."),
    ]
    assert plan_text(film) == before


def test_an_override_marks_takes_stale_and_clearing_it_unmarks_them(film: Film) -> None:
    make(film)
    answer = override(film, SH01=NEW).json()
    assert answer["record"]["takes"][0]["stale"] == ["SH01's prompt was “A kitchen.”, is “A kitchen at dawn. Steam.”"]
    told = answer["prompts"][0]
    assert (told["sent"], told["sent_in"]) == ("A kitchen.", "SEQ02_T001")
    assert told["difference"] == [["=", "A "], ["-", "kitchen."], ["+", "kitchen at dawn. Steam."]]
    assert override(film, SH01=None).json()["record"]["takes"][0]["stale"] == []


def test_the_next_take_is_made_from_the_override(film: Film) -> None:
    override(film, SH01=NEW)
    make(film)
    assert film.world.provider.accepted()[0]["input"]["shots"][0]["prompt"] == NEW
    assert film.get("/records/SEQ02/overrides")["prompts"][0]["difference"] == [["=", NEW]]


def test_a_shot_is_asked_for_alone_and_kept_in_its_sequence(film: Film) -> None:
    answer = override(film, "SEQ02_SH02", SH02="A window, broken.").json()
    assert (answer["slate"], [p["shot"] for p in answer["prompts"]]) == ("SEQ02", ["SH02"])
    assert film.desk.store.load("SEQ02").record.prompt_overrides == {"SH02": "A window, broken."}


def test_the_plans_own_words_clear_an_override(film: Film) -> None:
    override(film, SH01=NEW)
    assert override(film, SH01="A kitchen.").json()["record"]["prompt_overrides"] == {}


def test_a_stale_override_is_refused(film: Film) -> None:
    override(film, SH01=NEW)
    answer = film.post("/records/SEQ02/overrides", revision=0, overrides={"SH01": "x"})
    assert (answer.status_code, answer.json()["record"]["prompt_overrides"]) == (409, {"SH01": NEW})


@pytest.mark.parametrize(
    ("overrides", "status", "code"),
    [
        ({"SH09": "x"}, 404, "unknown-name"),
        ({"SH01": "  "}, 422, "empty-prompt"),
        ({"SH01": "x" * 20_001}, 422, "prompt-too-long"),
        ({"SH01": "@nobody"}, 422, "unknown-name"),
        ({}, 422, "bad-input"),
    ],
)
def test_what_is_no_prompt_is_refused(film: Film, overrides: dict[str, Any], status: int, code: str) -> None:
    answer = film.post("/records/SEQ02/overrides", revision=0, overrides=overrides)
    assert answer.status_code == status
    assert answer.json()["code"] in (code, "unknown-shot")


def test_writing_back_is_shown_first_and_changes_that_string_alone(film: Film) -> None:
    before = plan_text(film)
    override(film, SH01=NEW)
    make(film)
    shown = film.get("/records/SEQ02/overrides/write-back")
    assert shown["shots"] == ["SH01"]
    changed = [line for line in shown["diff"].splitlines()[2:] if line[0] in "+-"]
    assert [line[0] for line in changed] == ["-", "+"]
    assert plan_text(film) == before
    answer = film.act("SEQ02", "overrides/write-back", plan_sha256=shown["plan_sha256"]).json()
    assert plan_text(film) == before.replace('"A kitchen."', json.dumps(NEW))
    assert (film.desk.paths.workspace / answer["backup"]).read_text(encoding="utf-8") == before
    assert answer["record"]["prompt_overrides"] == {}
    assert (answer["prompts"][0]["planned"], answer["prompts"][0]["override"]) == (NEW, None)
    assert film.desk.store.load("SEQ02").record.takes[0].stale == ()


def test_the_clients_own_formatting_stays(film: Film) -> None:
    path = film.desk.paths.plan
    odd = json.dumps(json.loads(plan_text(film)), separators=(" ,", ":  ")).replace("{", "{\r\n\t")
    path.write_bytes(b"\xef\xbb\xbf" + odd.encode())
    override(film, SH02="A window — “open”.")
    shown = film.get("/records/SEQ02/overrides/write-back")
    film.act("SEQ02", "overrides/write-back", plan_sha256=shown["plan_sha256"])
    after = path.read_bytes()
    assert after.decode("utf-8-sig") == odd.replace('"A window."', '"A window — “open”."')
    assert after.startswith(b"\xef\xbb\xbf")


def test_a_plan_that_changed_since_it_was_shown_is_not_written(film: Film) -> None:
    override(film, SH01=NEW)
    shown = film.get("/records/SEQ02/overrides/write-back")
    path = film.desk.paths.plan
    path.write_text(plan_text(film).replace("A window.", "A door."), encoding="utf-8")
    after = path.read_bytes()
    answer = film.act("SEQ02", "overrides/write-back", plan_sha256=shown["plan_sha256"])
    assert (answer.status_code, answer.json()["code"]) == (409, "plan-changed")
    assert path.read_bytes() == after
    assert film.desk.store.load("SEQ02").record.prompt_overrides == {"SH01": NEW}


def test_nothing_to_write_back_is_said(film: Film) -> None:
    answer = film.page.get("/api/v1/projects/film/records/SEQ02/overrides/write-back")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing-to-write-back")


def test_the_older_shape_is_written_back_too(film: Film) -> None:
    older = {"SEQ02": {"elements": [], "shots": [{"id": "SH01", "prompt": "A kitchen.", "duration": 3}]}}
    film.desk.paths.plan.write_text(json.dumps(older), encoding="utf-8")
    override(film, SH01=NEW)
    shown = film.get("/records/SEQ02/overrides/write-back")
    film.act("SEQ02", "overrides/write-back", plan_sha256=shown["plan_sha256"])
    assert json.loads(plan_text(film))["SEQ02"]["shots"][0]["prompt"] == NEW


def test_words_for_a_shot_that_is_gone_from_the_plan_are_listed_and_dropped(film: Film) -> None:
    film.act("SEQ02", "overrides", overrides={"SH02": "A door."})
    plan_file = film.desk.paths.plan
    plan_file.write_text(
        plan_file.read_text().replace(
            '"id": "SH02",\n              "prompt": "A window."', '"id": "SH05",\n              "prompt": "A window."'
        )
    )
    told = film.get("/records/SEQ02/overrides")
    assert ([each["shot"] for each in told["prompts"]], told["gone"]) == (
        ["SH01", "SH05"],
        [{"shot": "SH02", "override": "A door."}],
    )
    assert film.act("SEQ02", "overrides", overrides={"SH02": "Words."}).status_code == 404
    after = film.act("SEQ02", "overrides", overrides={"SH02": None})
    assert (after.status_code, after.json()["gone"]) == (200, [])
    assert film.desk.store.load("SEQ02").record.prompt_overrides == {}


def without_the_second_sequence(film: Film) -> None:
    """The client takes SEQ02 out of the plan."""
    plan = json.loads(plan_text(film))
    for episode in plan["episodes"]:
        episode["sequences"] = [each for each in episode["sequences"] if each["id"] != "SEQ02"]
    write_atomically(film.desk.paths.plan, json.dumps(plan).encode())


def test_words_for_a_sequence_that_is_gone_from_the_plan_are_seen_and_dropped(film: Film) -> None:
    override(film, SH01=NEW, SH02="A door.")
    without_the_second_sequence(film)
    told = film.get("/records/SEQ02/overrides")
    both = [{"shot": "SH01", "override": NEW}, {"shot": "SH02", "override": "A door."}]
    assert (told["slate"], told["prompts"], told["gone"]) == ("SEQ02", [], both)
    assert override(film, SH01="Other words.").status_code == 404
    after = override(film, SH01=None)
    assert (after.status_code, after.json()["gone"]) == (200, both[1:])
    assert override(film, "SEQ02_SH02", SH02=None).json()["gone"] == []
    assert film.desk.store.load("SEQ02").record.prompt_overrides == {}
    assert film.page.get("/api/v1/projects/film/records/SEQ77/overrides").status_code == 404
    assert film.page.get("/api/v1/projects/film/records/SEQ02/overrides/write-back").status_code == 404
