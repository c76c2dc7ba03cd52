"""Live: what anybody does is told to every open page, in order and without loss; over a real server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from starsend.console.app import create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.console.serve import listen
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

RECORDS = "/api/v1/projects/film/records"
SOON_S = 30.0
"""Bound of a wait that takes a tenth of a second on a quiet machine."""


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    desk = world(tmp_path, inspector).open()
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    return desk


@contextmanager
def served(film: OpenProject, name: str = "log", port: int = 0) -> Iterator[tuple[str, int]]:
    """A real server in a thread; gives its address and port."""
    listening = listen("127.0.0.1", port)
    hub = Hub(Studio(film.studio.settings, film.studio.parts), Events(name))
    config = uvicorn.Config(create_app(hub), log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        httpx.get(f"{address}{RECORDS}", timeout=SOON_S).raise_for_status()
        deadline = time.monotonic() + SOON_S
        while not hub.watching and time.monotonic() < deadline:
            time.sleep(0.01)
        yield address, listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


class Listener:
    """A page that hears events, as a browser does."""

    def __init__(self, address: str, after: str | None = None) -> None:
        host, port = address.removeprefix("http://").split(":")
        self._line = socket.create_connection((host, int(port)), timeout=SOON_S)
        asked = f"Last-Event-ID: {after}\r\n" if after else ""
        request = f"GET /api/v1/projects/film/events HTTP/1.1\r\nHost: 127.0.0.1\r\n{asked}\r\n"
        self._line.sendall(request.encode())
        self._kept = b""
        self.last = after or ""
        self._until(b": connected")

    def next(self, within_s: float = SOON_S) -> tuple[str, dict[str, Any]]:
        """The next event: its kind and data."""
        block = self._until(b"\n\n", b"id: ", within_s).decode()
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        self.last = fields["id"]
        return fields["event"], json.loads(fields["data"])

    def hear(self, **wanted: Any) -> dict[str, Any]:
        """The next event with these fields; a file that is being written may be told of as broken first."""
        for _ in range(20):
            told = self.next()[1]
            if wanted.items() <= told.items():
                return told
        raise AssertionError(f"{wanted} was never told")

    def _until(self, end: bytes, start: bytes = b"", within_s: float = SOON_S) -> bytes:
        self._line.settimeout(within_s)
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            begin = self._kept.find(start)
            stop = self._kept.find(end, max(begin, 0))
            if begin >= 0 and stop >= 0:
                found, self._kept = self._kept[begin:stop], self._kept[stop + len(end) :]
                return found
            self._kept += self._line.recv(65536)
        raise AssertionError(f"nothing was told; so far: {self._kept!r}")

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def test_an_action_is_told_to_everybody_once(film: OpenProject) -> None:
    with served(film) as (address, _), closing(Listener(address)) as one, closing(Listener(address)) as two:
        revision = film.store.load("SEQ01").record.revision
        for action in ("approve", "reopen"):
            answer = httpx.post(f"{address}{RECORDS}/SEQ01/{action}", json={"revision": revision})
            assert answer.status_code == 200
            revision += 1
            for page in (one, two):
                kind, data = page.next()
                assert (kind, data["slate"], data["revision"]) == ("record", "SEQ01", revision)


def test_what_the_command_line_and_a_hand_do_is_told(film: OpenProject) -> None:
    with served(film) as (address, _), closing(Listener(address)) as page:
        film.review.approve(Slate("SEQ01"))
        page.hear(state="approved")
        path = film.paths.record(Slate("SEQ01"))
        path.write_text(path.read_text().replace('"state": "approved"', '"state": "rejected"'))
        page.hear(state="rejected")
        listed = httpx.get(f"{address}{RECORDS}", params={"state": "rejected"}).json()["records"]
        assert [record["id"] for record in listed] == ["SEQ01"]


def test_a_record_that_breaks_or_vanishes_is_told_by_name(film: OpenProject) -> None:
    with served(film) as (address, _), closing(Listener(address)) as page:
        path = film.paths.record(Slate("SEQ01"))
        kept = path.read_text()
        path.write_text("{")
        told = page.next()[1]
        assert (told["slate"], "can't be read" in told["broken"]) == ("SEQ01", True)
        path.write_text(kept)
        page.hear(state="video_complete")
        path.unlink()
        page.hear(slate="SEQ01", gone=True)


def test_a_changed_plan_and_a_replaced_picture_are_told(film: OpenProject) -> None:
    with served(film) as (address, _), closing(Listener(address)) as page:
        film.paths.plan.write_text(film.paths.plan.read_text().replace("A kitchen.", "A cellar."))
        page.hear(path="plan.json")
        assert "A cellar." in httpx.get(f"{address}/api/v1/projects/film/dailies/SEQ02").json()["prompt"]


def test_a_dropped_connection_goes_on_where_it_was(film: OpenProject) -> None:
    with served(film) as (address, _):
        first = Listener(address)
        film.notes.write(Slate("SEQ01"), 1, "one")
        first.next()
        first.close()
        for text in ("two", "three"):
            seen = film.store.load("SEQ01").record.revision
            body = {"take": 1, "text": text, "revision": seen}
            assert httpx.post(f"{address}{RECORDS}/SEQ01/notes", json=body).status_code == 200
        with closing(Listener(address, first.last)) as again:
            assert again.next()[1]["revision"] + 1 == again.next()[1]["revision"]


def test_a_page_of_an_earlier_server_is_told_to_look_at_everything(film: OpenProject) -> None:
    with served(film, "new") as (address, _), closing(Listener(address, "old-7")) as page:
        assert page.next() == ("reset", {})


def test_the_empty_place_of_a_disk_is_not_the_workspace(film: OpenProject) -> None:
    workspace = film.paths.workspace
    with served(film) as (address, _), closing(Listener(address)) as page:
        away = workspace.rename(workspace.with_name("away"))
        workspace.mkdir()
        assert page.next() == ("workspace", {"there": False, "folder": str(workspace)})
        assert list(workspace.iterdir()) == []
        workspace.rmdir()
        away.rename(workspace)
        assert page.next() == ("workspace", {"there": True, "folder": str(workspace)})


def test_a_workspace_that_comes_back_is_watched_again(film: OpenProject) -> None:
    workspace = film.paths.workspace
    with served(film) as (address, _), closing(Listener(address)) as page:
        away = workspace.rename(workspace.with_name("away"))
        assert page.next() == ("workspace", {"there": False, "folder": str(workspace)})
        assert httpx.get(f"{address}{RECORDS}").json()["code"] == "workspace-gone"
        for path in ("/", "/film/board"):
            told = httpx.get(f"{address}{path}", headers={"Accept": "text/html"})
            assert (told.status_code, str(workspace) in told.text, "data-retry" in told.text) == (503, True, True)
        away.rename(workspace)
        assert page.next() == ("workspace", {"there": True, "folder": str(workspace)})
        deadline = time.monotonic() + 60
        heard: list[str] = []
        while "approved" not in heard and time.monotonic() < deadline:
            act = "reopen" if film.store.load("SEQ01").record.state is Status.APPROVED else "approve"
            film.review.approve(Slate("SEQ01")) if act == "approve" else film.review.reopen(Slate("SEQ01"))
            try:
                heard.append(str(page.next(1.0)[1].get("state")))
            except (AssertionError, TimeoutError):
                continue
        assert "approved" in heard
