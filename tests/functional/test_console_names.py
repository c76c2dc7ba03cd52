"""Who acts on a page: each browser under a name of its own, which stands beside what it did and guards its undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.console.names import CONSOLE, LONGEST, NAME, acting, cleaned
from starsend.model.status import Status
from starsend.studio import OpenProject, Parts, PooledInspector, Studio, real_desk
from tests.fakes.console_app import app_of
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

RECORD = "/api/v1/projects/film/records/SEQ01"
PAGE = {"accept": "text/html"}


@pytest.fixture
def studio(tmp_path: Path, inspector: PooledInspector) -> Studio:
    made = world(tmp_path, inspector)
    lay(made.open(), "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    parts = Parts(real_desk(acting), make_provider=made.make, choose_provider=made.choose, inspector=inspector)
    return Studio(made.studio().settings, parts)


@pytest.fixture
def film(studio: Studio) -> OpenProject:
    return studio.open("film")


@pytest.fixture
def app(studio: Studio) -> FastAPI:
    return app_of(Hub(studio, Events("test")))


def person(app: FastAPI) -> TestClient:
    """Somebody with a browser of their own, who has opened Dailies."""
    client = TestClient(app, base_url="http://127.0.0.1:8484")
    assert client.get("/film/dailies", headers=PAGE).status_code == 200
    return client


def judge(client: TestClient, action: str, revision: int) -> Any:
    return client.post(f"{RECORD}/{action}", json={"revision": revision})


def test_each_browser_is_named_once_and_keeps_its_name(app: FastAPI) -> None:
    one, other = person(app), person(app)
    name = one.cookies[NAME]
    assert name.startswith("guest-")
    assert other.cookies[NAME] != name
    again = one.get("/film/dailies", headers=PAGE)
    assert "set-cookie" not in again.headers
    assert f">{name}</button>" in again.text


def test_what_is_done_stands_under_the_name(app: FastAPI, film: OpenProject) -> None:
    ada = person(app)
    ada.cookies.set(NAME, quote("Ada Lovelace-Köhler"), domain="127.0.0.1", path="/")
    seen = film.store.load("SEQ01").record.revision
    assert judge(ada, "approve", seen).status_code == 200
    assert film.store.load("SEQ01").record.history[-1].by == "Ada Lovelace-Köhler"


def test_nobody_takes_back_what_another_decided(app: FastAPI, film: OpenProject) -> None:
    one, other = person(app), person(app)
    done = judge(one, "approve", film.store.load("SEQ01").record.revision).json()
    refused = judge(other, "undo", done["revision"])
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing-to-undo")
    assert one.cookies[NAME] in refused.json()["detail"]
    assert film.store.load("SEQ01").record.state is Status.APPROVED
    assert judge(one, "undo", done["revision"]).json()["state"] == "video_complete"


def test_a_program_is_the_console_unless_it_says_who_it_is(app: FastAPI, film: OpenProject) -> None:
    program = TestClient(app, base_url="http://127.0.0.1:8484")
    seen = film.store.load("SEQ01").record.revision
    done = judge(program, "approve", seen).json()
    assert done["history"][-1]["by"] == CONSOLE
    named = program.post(f"{RECORD}/reopen", json={"revision": done["revision"]}, headers={NAME: "bot"}).json()
    assert named["history"][-1]["by"] == "bot"
    assert "set-cookie" not in program.get("/api/v1/projects").headers


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("  Ada \n Lovelace ", "Ada Lovelace"),
        ("<b>x</b>", "<b>x</b>"),
        ("\x00\x1b[31m", "[31m"),
        ("", CONSOLE),
        (" \t", CONSOLE),
        ("x" * 500, "x" * LONGEST),
    ],
)
def test_a_name_is_one_short_line(told: str, written: str) -> None:
    assert cleaned(told) == written


def test_a_name_is_shown_as_text(app: FastAPI) -> None:
    client = person(app)
    client.cookies.set(NAME, quote("<script>alert(1)</script>"), domain="127.0.0.1", path="/")
    assert "<script>alert" not in client.get("/film/dailies", headers=PAGE).text
