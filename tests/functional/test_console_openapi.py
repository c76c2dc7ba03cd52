"""The API's description: each route has a described answer, and real answers are as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from starsend.console.described import ANSWERS, OTHERS
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Fault, Media
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay, put_file
from tests.fakes.worlds import plan, world

SEEN = {"slate": "SEQ01", "project": "film"}
QUERIES = {"/dailies": "?state=any", "/records": "?whole=true", "/finish": "?cell=1"}
VIDEO = Media(
    path="projects/film/takes/ep_001/SEQ01/SEQ01_T002.mp4", sha256="a" * 64, bytes=1, width=1280, height=720,
    fps="24/1", frames=72, duration_s=3.0,
)  # fmt: skip
GETS = sorted(path for method, path in ANSWERS if method == "get")


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    """Slates in many states, notes, words of its own, a record that is broken, and something in the basket."""
    film = world(tmp_path, inspector, document=plan(budget={"project_usd": "50", "shot_usd": "5"})).open()
    grid = a_take(1, medium="grid", mode="grid", covers=(), cells=((0, 0, 640, 360), (640, 0, 1280, 360)))
    put_file(film, VIDEO)
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, grid, a_take(2, media=VIDEO), prompt_overrides={"SH01": "otherwise"})
    lay(film, "SEQ01_SH02", Status.APPROVED, a_take(1, verdict="approved", media=VIDEO), approved_take=1)
    failed = a_take(1, outcome="failed", error=Fault(code="refused", message="no", remedy="other words"))
    lay(film, "SEQ01_SH01", Status.VIDEO_FAILED, failed)
    lay(film, "SEQ02", Status.VIDEO_PROCESSING, a_take(1, outcome="pending", intent_id="x"))
    film.notes.write(Slate("SEQ01"), 2, "too dark", frame=4)
    film.paths.record(Slate("SEQ09")).write_text("{")
    film.basket.add(Slate("SEQ01"), {"start_frame": "none", "notes": ["t2n1"]})
    film.basket.add(Slate("SEQ02"), {})
    return film


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    hub = Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))
    return TestClient(app_of(hub), base_url="http://127.0.0.1")


def described(page: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = page.get("/openapi.json").json()
    return told


def faults(told: dict[str, Any], schema: dict[str, Any], answer: Any) -> list[str]:
    """What in an answer is not as the schema says."""
    validator = Draft202012Validator({**schema, "components": told["components"]})
    return [f"{each.json_path}: {each.message[-200:]}" for each in validator.iter_errors(answer)]


@pytest.mark.parametrize("path", GETS)
def test_real_answers_are_as_described(page: TestClient, path: str) -> None:
    answer = page.get(path.format(**SEEN) + QUERIES.get(path[path.rindex("/") :], ""))
    assert answer.status_code == 200, answer.text
    told = described(page)
    schema = told["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(told, schema, answer.json()) == []
    assert faults(told, schema, {}) != [], "the description says nothing"


def test_answers_of_actions_are_as_described(page: TestClient, film: OpenProject) -> None:
    told = described(page)
    root, at = "/api/v1/projects/{project}", film.store.load("SEQ01").record.revision
    revision = film.basket.read().revision
    for path, body in (
        (f"{root}/records/{{slate}}/notes", {"revision": at, "take": 2, "text": "brighter"}),
        (f"{root}/records/{{slate}}/approve", {"revision": at + 1, "take": 2}),
        (f"{root}/records/{{slate}}/undo", {"revision": at + 2}),
        (f"{root}/records/{{slate}}/overrides", {"revision": at + 3, "overrides": {"SH02": "a boat"}}),
        (f"{root}/records/{{slate}}/estimate", {"start_frame": "none"}),
        (f"{root}/basket/items", {"slate": "SEQ01", "revision": revision, "start_frame": "none"}),
        (f"{root}/costs/billed", {}),
    ):
        answer = page.post(path.format(**SEEN), json=body)
        assert answer.status_code == 200, (path, answer.text)
        schema = told["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert faults(told, schema, answer.json()) == [], path


def test_every_route_is_described_by_name_answer_and_problem(page: TestClient) -> None:
    told = described(page)
    routes = {(method, path): each for path, methods in told["paths"].items() for method, each in methods.items()}
    assert routes.keys() == ANSWERS.keys() | OTHERS.keys()
    names = [each["operationId"] for each in routes.values()]
    assert len(set(names)) == len(names)
    assert all(name.isalpha() for name in names)
    assert all(each["summary"] and each["tags"] for each in routes.values())
    assert all("4XX" in each["responses"] and "422" not in each["responses"] for each in routes.values())
    text = page.get("/openapi.json").text
    assert "HTTPValidationError" not in text


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/projects/film/records/SEQ99", None, 404),
        ("/api/v1/projects/film/dailies?limit=none", None, 422),
        ("/api/v1/projects/film/records/SEQ01/approve", {"revision": 0}, 409),
        ("/api/v1/projects/film/records/SEQ01/approve", {}, 422),
        ("/api/v1/projects/film/basket/send", {"revision": 2, "confirmed_usd": "0.01"}, 402),
    ],
)
def test_real_errors_are_the_described_problem(
    page: TestClient, path: str, body: dict[str, Any] | None, status: int
) -> None:
    answer = page.get(path) if body is None else page.post(path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = described(page)
    schema = told["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]
    assert faults(told, schema, answer.json()) == []
