"""Only pages of the Console's own address may change anything; each answer carries the headers that keep it so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from starsend.console.assets import STATIC, assets
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
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
    return TestClient(
        app_of(Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))),
        base_url="http://127.0.0.1:8484",
    )


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


def test_a_page_asks_for_one_script_and_the_modules_are_served_singly_too(page: TestClient) -> None:
    shown = page.get("/film/dailies").text
    asked = re.findall(r'<script type="module" src="([^"]+)"', shown)
    assert asked == [assets().script("dailies")] == [f"{assets().root}/pack/dailies.js"]
    script = page.get(asked[0])
    assert script.headers["cache-control"].endswith("immutable")
    assert '"js/stage/stage.js"' in script.text
    assert "../js/api.js" in page.get(f"{asked[0]}.map").json()["sources"]
    assert page.get(f"{assets().root}/js/stage/stage.js").status_code == 200
    assert assets().script("../../etc") == f"{assets().root}/pack/page.js"
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', shown) == [assets().style("dailies")]
    styles = page.get(assets().style("dailies"))
    assert styles.headers["content-type"].startswith("text/css")
    assert styles.text.startswith((STATIC / "css" / "base.css").read_text())


def test_our_own_files_are_kept_for_ever_by_what_they_are(page: TestClient) -> None:
    script = page.get(f"{assets().root}/js/live.js")
    assert script.headers["cache-control"].endswith("immutable")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.text == (STATIC / "js" / "live.js").read_text()
    old = page.get("/static/0123456789ab/js/live.js")
    assert (old.status_code, old.headers["cache-control"], old.text) == (200, "no-cache", script.text)
    again = page.get("/static/js/live.js", headers={"if-none-match": script.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/js/nope.js", "/static/../pages/rendering.py", "/static/%2e%2e/app.py", "/static/"]
)
def test_nothing_else_is_served_as_our_own(page: TestClient, path: str) -> None:
    assert page.get(path).status_code == 404
    assert page.post("/static/js/live.js").status_code == 405


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_without_end_is_broken_off(page: TestClient, film: OpenProject, chunked: bool) -> None:
    taken = 0

    def pieces() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(200):
            taken += 1
            yield b" " * 100_000

    given = pieces() if chunked else b"{" + b" " * 3_000_000 + b"}"
    answer = page.post(APPROVE, content=given, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert film.store.load("SEQ01").record.state is Status.VIDEO_COMPLETE
