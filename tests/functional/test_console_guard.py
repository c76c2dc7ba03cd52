"""Only pages of the Console's own address may change anything; each answer carries the headers that keep it so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from starsend.console.app import create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

APPROVE = "/api/v1/projects/film/records/SEQ01/approve"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    desk = world(tmp_path, inspector).open()
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    return desk


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    return TestClient(create_app(Hub(film.studio, Events("test"))), base_url="http://127.0.0.1:8484")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost.evil.example:8484"])
def test_another_host_is_turned_away(page: TestClient, host: str) -> None:
    answer = page.get("/film/dailies", headers={"host": host})
    assert answer.json()["code"] == "turned-away"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "LOCALHOST:1", "[::1]:8484"])
def test_this_machine_by_any_of_its_names_is_let_in(page: TestClient, host: str) -> None:
    assert page.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(page: TestClient, film: OpenProject, headers: dict[str, str]) -> None:
    before = film.store.load("SEQ01").digest
    assert page.post(APPROVE, json={"revision": 1}, headers=headers).json()["code"] == "turned-away"
    assert film.store.load("SEQ01").digest == before


def test_a_program_without_an_origin_and_our_own_page_may_act(page: TestClient, film: OpenProject) -> None:
    seen = film.store.load("SEQ01").record.revision
    ours = {"origin": "http://127.0.0.1:8484", "sec-fetch-site": "same-origin"}
    done = page.post(APPROVE, json={"revision": seen}, headers=ours)
    assert done.status_code == 200
    reopened = page.post(APPROVE.replace("approve", "reopen"), json={"revision": seen + 1})
    assert reopened.status_code == 200


@pytest.mark.parametrize("path", ["/film/dailies", "/api/v1/projects", "/static/css/base.css", "/nope", "/media/nope"])
def test_every_answer_keeps_foreign_scripts_out(page: TestClient, path: str) -> None:
    headers = page.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_page_tells_the_browser_all_its_scripts_at_once() -> None:
    from starsend.console.pages.rendering import SCRIPTS, modules

    told = modules("dailies")
    assert "/static/js/stage/stage.js" in told
    assert "/static/js/api.js" in told
    assert all((SCRIPTS.parent / address.removeprefix("/static/")).is_file() for address in told)
    assert modules("../../etc") == ("/static/js/live.js",)
