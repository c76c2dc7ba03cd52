"""Records for programs: pages of them, lean and whole, and the OpenAPI that describes it all."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

RECORDS = "/api/v1/projects/film/records"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    return TestClient(
        app_of(Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))), base_url="http://127.0.0.1"
    )


def test_records_come_a_page_at_a_time_in_the_order_of_their_ids(page: TestClient, film: OpenProject) -> None:
    for name in ("SEQ02", "SEQ01_SH02", "SEQ01"):
        lay(film, name, Status.VIDEO_PENDING)
    first = page.get(RECORDS, params={"limit": 2}).json()
    assert ([r["id"] for r in first["records"]], first["next"]) == (["SEQ01", "SEQ01_SH02"], "SEQ01_SH02")
    rest = page.get(RECORDS, params={"limit": 2, "after": first["next"]}).json()
    assert ([r["id"] for r in rest["records"]], rest["next"]) == (["SEQ02"], None)


def test_a_list_leaves_out_what_was_sent_and_one_record_has_it(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, request={"prompt": "long"}, unknown_field="kept"))
    film.notes.write(Slate("SEQ01"), 1, "softer")
    listed = page.get(RECORDS).json()["records"][0]
    assert listed["takes"][0]["unknown_field"] == "kept"
    assert "request" not in listed["takes"][0]
    assert [entry["why"] for entry in listed["history"]] == ["a note on SEQ01_T001"]
    whole = page.get(RECORDS, params={"whole": True}).json()["records"][0]
    assert whole == page.get(f"{RECORDS}/SEQ01").json()
    assert whole["takes"][0]["request"] == {"prompt": "long"}


def test_filters_of_records(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    lay(film, "SEQ02", Status.KEYFRAME_COMPLETE, a_take(1, medium="grid", covers=()))
    for query, found in (
        ({"state": "video_complete"}, ["SEQ01"]),
        ({"medium": "grid"}, ["SEQ02"]),
        ({"text": "seq02"}, ["SEQ02"]),
        ({"sequence": "SEQ01"}, ["SEQ01"]),
        ({"episode": "ep_001"}, ["SEQ01", "SEQ02"]),
        ({}, ["SEQ01", "SEQ02"]),
    ):
        assert [record["id"] for record in page.get(RECORDS, params=query).json()["records"]] == found
    assert page.get(RECORDS, params={"medium": "song"}).status_code == 422


def test_broken_records_are_named_beside_the_others(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE)
    film.paths.record(Slate("SEQ02")).write_text('{"id": "SEQ02", "state": "nice"}')
    answer = page.get(RECORDS).json()
    assert [record["id"] for record in answer["records"]] == ["SEQ01"]
    assert answer["broken"] == [{"name": "SEQ02", "why": "state: 'nice' is none of the states"}]


def test_an_unknown_record_is_a_404_with_a_remedy(page: TestClient) -> None:
    answer = page.get(f"{RECORDS}/SEQ01")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-name")
    assert answer.json()["remedy"].startswith("see what there is")


def test_every_read_is_described_by_openapi(page: TestClient) -> None:
    described = page.get("/openapi.json").json()["paths"]
    base = "/api/v1/projects/{project}"
    reads = ("/records", "/records/{slate}", "/dailies", "/dailies/{slate}", "/events")
    for path in (*(f"{base}{each}" for each in reads), "/api/v1/projects", "/media/{path}", "/healthz"):
        assert described[path]["get"]["description"]
    told = {each["name"] for each in described[f"{base}/dailies"]["get"]["parameters"]}
    assert {"state", "episode", "sequence", "medium", "stale", "text", "order", "after", "limit"} <= told


@pytest.mark.parametrize("name", ["%00", "a%00b", "%ff", "x" * 10_000, "%2e%2e", "a%2fb"])
def test_a_name_that_no_project_can_have_is_unknown(page: TestClient, name: str) -> None:
    for path in (f"/api/v1/projects/{name}/records", f"/{name}/board", f"/{name}/dailies"):
        answer = page.get(path)
        assert answer.status_code in (404, 422), (path, answer.text[:200])
        assert "Traceback" not in answer.text
