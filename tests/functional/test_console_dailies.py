"""Dailies: the list, one slate with all that is said of it, the page, and what it says when something is wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.money import show_usd
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Found, Inputs, Media, ShotInput
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import plan, world, write_plan

API = "/api/v1/projects/film/dailies"
PAGE = "/film/dailies"
FROZEN = Found(code="frozen", message="Frozen in frames 12 to 30 (0.50 to 1.29 s).", frame=12, end_frame=31)
BAD = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def media(frames: int = 72, name: str = "SEQ01_T001") -> Media:
    path = f"projects/film/takes/ep_001/SEQ01/{name}.mp4"
    return Media(path=path, sha256="a" * 64, bytes=1, width=1280, height=720, fps="24/1", frames=frames, duration_s=3.0)


SHOTS = tuple(ShotInput(id=f"SH0{n}", prompt=f"prompt {n}", duration_s=1) for n in (1, 2, 3))


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


@pytest.fixture
def hub(film: OpenProject) -> Hub:
    return Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))


@pytest.fixture
def page(hub: Hub) -> TestClient:
    return TestClient(app_of(hub), base_url="http://127.0.0.1")


def names(page: TestClient, **query: Any) -> list[str]:
    return [row["slate"] for row in page.get(API, params=query).json()["rows"]]


def lay_some(film: OpenProject) -> None:
    lay(film, "SEQ02", Status.VIDEO_COMPLETE, a_take(1, media=media()))
    lay(film, "SEQ01_SH03", Status.VIDEO_COMPLETE, a_take(1, stale=("the style changed",), media=media()))
    lay(film, "SEQ01", Status.KEYFRAME_COMPLETE, a_take(1, medium="grid", mode="grid", covers=()))
    lay(film, "SEQ01_SH01", Status.APPROVED, a_take(1, verdict="approved", media=media()))


def test_what_waits_is_listed_in_story_order(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    answer = page.get(API).json()
    assert [row["slate"] for row in answer["rows"]] == ["SEQ01", "SEQ01_SH03", "SEQ02"]
    assert (answer["total"], answer["waiting"], answer["next"]) == (3, 3, None)
    assert answer["rows"][0] | {"word": "pick a cell", "dot": "wait", "detail": ""} == answer["rows"][0]


def test_filters_narrow_the_list(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    assert names(page, state="any") == ["SEQ01", "SEQ01_SH01", "SEQ01_SH03", "SEQ02"]
    assert names(page, state="approved") == ["SEQ01_SH01"]
    assert names(page, sequence="SEQ01") == ["SEQ01", "SEQ01_SH03"]
    assert names(page, medium="grid") == ["SEQ01"]
    assert names(page, stale="true") == ["SEQ01_SH03"]
    assert names(page, episode="ep_002") == []


def test_a_search_covers_prompts_notes_and_reasons_of_all_records(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, inputs=Inputs(shots=SHOTS)))
    lay(film, "SEQ02", Status.REJECTED, a_take(1, verdict="rejected", reason="six fingers"))
    assert names(page, state="any", text="PROMPT 2") == ["SEQ01"]
    assert names(page, state="any", text="fingers") == ["SEQ02"]


def test_pages_of_the_list_follow_each_other_even_while_rows_are_decided(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    first = page.get(API, params={"limit": 1}).json()
    assert [row["slate"] for row in first["rows"]] == ["SEQ01"]
    lay(film, "SEQ01", Status.APPROVED, a_take(1))
    assert names(page, after=first["next"]) == ["SEQ01_SH03", "SEQ02"]


def test_newest_first_pages_without_a_gap(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    film.notes.write(Slate("SEQ02"), 1, "softer")
    whole = names(page, order="newest", state="any")
    assert whole[0] == "SEQ02"
    paged, after = [], None
    for _ in range(4):
        answer = page.get(API, params={"order": "newest", "state": "any", "limit": 1, "after": after}).json()
        paged += [row["slate"] for row in answer["rows"]]
        after = answer["next"]
    assert (paged, after) == (whole, None)


def test_a_hand_edit_is_listed_at_once_where_nobody_watches(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    assert names(page, state="approved") == ["SEQ01_SH01"]
    lay(film, "SEQ02", Status.APPROVED, a_take(1))
    assert names(page, state="approved") == ["SEQ01_SH01", "SEQ02"]


def test_a_watched_folder_is_read_where_a_change_was_told(page: TestClient, film: OpenProject, hub: Hub) -> None:
    lay_some(film)
    assert names(page, state="approved") == ["SEQ01_SH01"]
    hub.watch(True)
    path = film.paths.record(Slate("SEQ02"))
    path.write_text(path.read_text().replace('"video_complete"', '"approved"'))
    assert names(page, state="approved") == ["SEQ01_SH01"]
    hub.project("film").store.changed_outside("SEQ02")
    assert names(page, state="approved") == ["SEQ01_SH01", "SEQ02"]


def test_one_slate_says_all_that_the_page_needs(page: TestClient, film: OpenProject) -> None:
    takes = (
        a_take(1, medium="grid", mode="grid", covers=()),
        a_take(2, media=media(), inputs=Inputs(shots=SHOTS), found_cuts=(27, 48), warnings=("dropped: rain",)),
        a_take(3, media=media(name="SEQ01_T003"), verdict="rejected", reason="hands"),
    )
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, *takes)
    fix = a_take(1, covers=("SH02",), mode="single", media=media(24), intent_id="fix")
    lay(film, "SEQ01_SH02", Status.VIDEO_COMPLETE, fix)
    view = page.get(f"{API}/SEQ01").json()
    assert (view["slate"], view["kind"], view["state"], view["waits"]) == ("SEQ01", "sequence", "video_complete", True)
    assert (view["current"], view["except_possible"], view["first_frame"]) == (2, True, 0)
    assert view["prompt"] == "Wide. A road at night. Close-up. A hand on the wheel. Wide. The car stops."
    assert [(s["id"], s["start"], s["end"], s["planned"]) for s in view["takes"][1]["shots"]] == [
        ("SH01", 0, 27, 0),
        ("SH02", 27, 48, 24),
        ("SH03", 48, 72, 48),
    ]
    assert view["takes"][1]["warnings"] == ["dropped: rain"]
    assert view["takes"][1]["media"]["url"].endswith(f"SEQ01_T001.mp4?v={'a' * 16}")
    assert [(c["name"], c["offset"], c["frames"], c["at"]) for c in view["compare"]] == [
        ("SEQ01_SH02_T001", 0, 24, {"2": 27, "3": 24})
    ]
    assert view["budget"]["sequence"]["committed"] == "1.36"


def test_a_fix_is_compared_with_its_part_of_the_take_that_it_repairs(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.APPROVED, a_take(2, media=media(), inputs=Inputs(shots=SHOTS), found_cuts=(27, 48)))
    lay(film, "SEQ01_SH02", Status.VIDEO_COMPLETE, a_take(1, covers=("SH02",), mode="single", media=media(24)))
    view = page.get(f"{API}/SEQ01_SH02").json()
    assert [(c["name"], c["offset"], c["frames"], c["at"]) for c in view["compare"]] == [
        ("SEQ01_T002", 27, 21, {"1": 0})
    ]
    before, after = view["neighbours"]["previous"], view["neighbours"]["next"]
    assert (before["name"], before["shot"], before["offset"], before["frames"]) == ("SEQ01_T002", "SH01", 0, 27)
    assert (after["shot"], after["offset"], after["frames"]) == ("SH03", 48, 24)


def test_what_changed_since_a_take_is_said_on_it_at_once(page: TestClient, film: OpenProject) -> None:
    order = {"slate": {"sequence": "SEQ01", "shot": None}}
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, inputs=Inputs(shots=SHOTS[:1]), order=order, media=media()))
    said = page.get(f"{API}/SEQ01").json()["takes"][0]["stale"]
    assert said[0] == "SH01's prompt was “prompt 1”, is “Wide. A road at night.”"


def test_a_slate_that_is_planned_and_has_no_take_can_be_looked_at(page: TestClient) -> None:
    view = page.get(f"{API}/SEQ02").json()
    assert (view["takes"], view["current"], view["revision"], view["state"]) == ([], None, 0, "video_pending")
    assert "SEQ02 has no take yet" in page.get(PAGE, params={"slate": "SEQ02"}).text


def test_a_slate_gone_from_the_plan_is_still_shown(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ09", Status.VIDEO_COMPLETE, a_take(1, media=media(), inputs=Inputs(shots=SHOTS)))
    view = page.get(f"{API}/SEQ09").json()
    assert (view["planned"], view["prompt"]) == (False, "prompt 1 prompt 2 prompt 3")
    assert view["neighbours"] == {"previous": None, "next": None}


def test_the_page_shows_the_first_slate_that_waits(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    html = page.get(PAGE).text
    assert 'data-slate="SEQ01_SH03"' in html
    assert json.loads(html.split('id="view">')[1].split("</script>")[0])["slate"] == "SEQ01"


def test_the_page_returns_to_the_take_of_its_address(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=media()), a_take(2, media=media()))
    part = page.get(f"{PAGE}/part/SEQ01", params={"take": "1"}).text
    assert 'data-take="1" aria-current="true"' in part
    assert 'data-take="2" aria-current="true"' in page.get(PAGE, params={"slate": "SEQ01", "take": "77"}).text


def test_the_end_of_dailies_says_what_was_approved_what_is_at_work_and_what_waits(
    page: TestClient, film: OpenProject
) -> None:
    now = film.studio.desk.now()
    approved = a_take(1, verdict="approved", verdict_at=now, estimate_usd="1.10", media=media())
    before = a_take(1, verdict="approved", verdict_at=now - timedelta(days=2), estimate_usd="0.10", intent_id="y")
    lay(film, "SEQ01", Status.APPROVED, approved, approved_take=1)
    lay(film, "SEQ01_SH01", Status.APPROVED, before, approved_take=1)
    lay(film, "SEQ02", Status.VIDEO_PROCESSING, a_take(1, outcome="pending", estimate_usd="2.20", intent_id="x"))
    film.basket.add(Slate("SEQ01"), {"takes": 2, "start_frame": "none"})
    told = page.get("/api/v1/projects/film/closing").json()
    assert told["day"] == now.astimezone(UTC).date().isoformat()
    assert (told["approved"], told["approved_ever"]) == ({"count": 1, "slates": ["SEQ01"]}, 2)
    assert (told["working"]["slates"], told["working"]["usd"]) == (["SEQ02"], "2.20")
    assert (told["basket"]["slates"], told["basket"]["takes"]) == (["SEQ01"], 2)
    assert Decimal(told["basket"]["usd"]) > 0
    assert (told["committed_usd"], told["waiting"]["count"]) == ("3.40", 0)
    html = page.get(PAGE).text
    assert "That was all of today's dailies" in html
    assert all(sum_ in html for sum_ in ("$2.20", "$3.40", show_usd(Decimal(told["basket"]["usd"]))))
    assert "Nothing waits for a look." in html
    lay(film, "SEQ02", Status.VIDEO_COMPLETE, a_take(1, media=media()))
    waiting = page.get(f"{PAGE}/closing").text
    assert "1 more waits for a look" in waiting
    assert "state=any&amp;slate=SEQ02" in waiting


def test_where_nothing_can_be_shown_it_says_whether_nothing_was_made_or_nothing_matches(
    page: TestClient, film: OpenProject
) -> None:
    assert "Nothing was made yet" in page.get(PAGE).text
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=media()))
    html = page.get(PAGE, params={"text": "nobody says this"}).text
    assert "<h1>Nothing matches</h1>" in html
    assert "today's dailies" not in html


def test_a_basket_that_cannot_be_read_is_named_at_the_end_of_dailies(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.APPROVED, a_take(1, verdict="approved"))
    film.basket.path.write_text("{")
    assert "basket.json" in page.get("/api/v1/projects/film/closing").json()["basket"]["fault"]
    assert "basket.json" in page.get(PAGE).text


@pytest.mark.parametrize("tab", ["dailies", "board", "cut", "elements", "costs", "activity", "money"])
def test_the_money_stands_on_every_page(page: TestClient, film: OpenProject, tab: str) -> None:
    lay(film, "SEQ01", Status.APPROVED, a_take(1, verdict="approved", estimate_usd="1.10"))
    write_plan(film.paths.workspace, plan(budget={"project_usd": "7.50"}))
    assert "$1.10 of $7.50" in re.sub(r"<[^>]+>", "", page.get(f"/film/{tab}").text)


def test_a_script_in_a_prompt_a_note_or_a_reason_is_shown_as_text(page: TestClient, film: OpenProject) -> None:
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][0]["prompt"] = BAD
    document["episodes"][0]["sequences"][0]["title"] = BAD
    write_plan(film.paths.workspace, document)
    take = a_take(1, inputs=Inputs(shots=SHOTS), verdict="rejected", reason=BAD, warnings=(BAD,), media=media())
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, take, prompt_overrides={"SH02": BAD})
    film.notes.write(Slate("SEQ01"), 1, BAD)
    for path in (f"{PAGE}?slate=SEQ01", f"{PAGE}/part/SEQ01", f"{PAGE}?text={BAD}", f"{PAGE}/rows?state=any"):
        html = page.get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert page.get(PAGE).headers["content-security-policy"].count("script-src 'self'") == 1


def test_a_record_broken_by_hand_is_named_and_the_rest_works(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    film.paths.record(Slate("SEQ01")).write_text("{ not json")
    html = page.get(PAGE).text
    assert "<b>SEQ01</b> can't be read" in html.replace("&#39;", "'")
    assert 'data-slate="SEQ02"' in html
    assert [each["name"] for each in page.get(API).json()["broken"]] == ["SEQ01"]
    refused = page.get(f"{API}/SEQ01")
    assert (refused.status_code, refused.json()["code"]) == (503, "record-broken")
    assert "SEQ01 can't be shown" in page.get(PAGE, params={"slate": "SEQ01"}).text.replace("&#39;", "'")
    assert page.get(f"{API}/SEQ01_SH03").status_code == 200


def test_a_workspace_that_vanishes_is_named_and_waited_for(page: TestClient, film: OpenProject, tmp_path: Path) -> None:
    lay_some(film)
    assert page.get(PAGE).status_code == 200
    moved = film.paths.workspace.rename(tmp_path / "elsewhere")
    gone = page.get(API)
    assert (gone.status_code, gone.json()["code"]) == (503, "workspace-gone")
    html = page.get(PAGE, headers={"accept": "text/html"})
    assert html.status_code == 503
    assert "this page goes on by itself" in html.text
    moved.rename(film.paths.workspace)
    assert names(page) == ["SEQ01", "SEQ01_SH03", "SEQ02"]


def test_a_plan_with_faults_is_told_and_the_last_one_stands_in(page: TestClient, film: OpenProject) -> None:
    lay_some(film)
    film.keep_plan()
    film.paths.plan.write_text('{"project": "film", "episodes": 3}')
    html = page.get(PAGE).text.replace("&#39;", "'")
    assert "The plan can't be used" in html
    assert 'data-slate="SEQ02"' in html


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{API}/NIX", 404, "unknown-sequence"),
        (f"{API}/SEQ01_T001", 422, "bad-id"),
        (f"{API}/..%2f..%2fetc", 404, "no-page"),
        (f"{API}?state=nice", 422, "unknown-state"),
        (f"{API}?limit=0", 422, "bad-input"),
        ("/api/v1/projects/nope/dailies", 404, "unknown-project"),
        ("/api/v1/nope", 404, "no-page"),
    ],
)
def test_unknown_ids_are_answered_with_code_and_remedy(page: TestClient, path: str, status: int, code: str) -> None:
    answer = page.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    assert answer.json()["remedy"]


def test_an_unknown_page_is_a_page_for_people(page: TestClient) -> None:
    answer = page.get("/nope/dailies", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "there is no project nope" in answer.text


def test_frames_count_from_where_the_plan_says_else_the_studio(film: OpenProject) -> None:
    from starsend.settings import read_settings

    workspace = film.paths.workspace
    (workspace / "starsend.toml").write_text("[review]\nfirst_frame = 1\n")
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=media(), findings=(FROZEN,)))
    for said, first in ((None, 1), (1001, 1001), (0, 0)):
        write_plan(workspace, plan(format={"fps": "24", "first_frame": said}))
        with Studio(read_settings(workspace, environ={}), film.studio.parts) as studio:
            page = TestClient(app_of(Hub(studio, Events("t"))), base_url="http://127.0.0.1")
            assert page.get(f"{API}/SEQ01").json()["first_frame"] == first
            assert page.get("/api/v1/projects/film/cut").json()["first_frame"] == first
            told = page.get(f"{PAGE}?slate=SEQ01&state=any", headers={"accept": "text/html"}).text
            assert f'data-seek="12">{12 + first}</button> Frozen in frames {12 + first} to {30 + first} (0.50' in told
