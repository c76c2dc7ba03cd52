"""Servers of odd ways in Gemini's place: nothing is asked twice, and the key stays at home."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import (
    OutcomeUnknown,
    ProviderError,
    WrongKey,
)
from starsend.providers.wire import Reply
from tests.fakes.gemini_desk import KEY, intent_of, opened, workspace_at


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspace_at(tmp_path / "workspace")


@dataclass
class Odd:
    """A server that gives every request the same answer, and remembers what came."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    short_by: int = 0
    seen: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def odd(**ways: Any) -> Iterator[Odd]:
    way = Odd(**ways)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            way.seen.append((self.path, self.headers.get("x-goog-api-key")))
            self.send_response(way.status)
            for name, value in way.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(way.body) + way.short_by))
            self.end_headers()
            self.wfile.write(way.body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    way.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield way
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def picture_reply(**candidate: Any) -> bytes:
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    parts = [{"inlineData": {"mimeType": "image/png", "data": data}}]
    return orjson.dumps({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP", **candidate}]})


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_no_redirect_of_any_kind_takes_the_key_to_another_host(workspace: Path, status: int) -> None:
    with odd(body=picture_reply()) as elsewhere, odd(status=status, headers={"location": elsewhere.url}) as home:
        with opened(workspace, home.url) as provider:
            intent = intent_of(provider)
            with pytest.raises(OutcomeUnknown):
                provider.read_reply(intent, provider.send_once(intent))
        assert len(home.seen) == 1
        assert elsewhere.seen == []


def test_a_reply_that_wants_to_be_continued_is_not_asked_again(workspace: Path) -> None:
    body = picture_reply(continuationToken="more", finishReason="CONTINUATION")
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        provider.read_reply(intent, provider.send_once(intent))
        assert len(server.seen) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_no_status_makes_the_sdk_ask_again(workspace: Path, status: int) -> None:
    with odd(status=status, body=b"<html>busy</html>") as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert (Reply.unpack(raw).status, Reply.unpack(raw).body) == (status, b"<html>busy</html>")
        with pytest.raises(OutcomeUnknown):
            provider.read_reply(intent, raw)
        assert len(server.seen) == 1


def test_a_reply_that_breaks_off_is_no_reply(workspace: Path) -> None:
    with odd(body=picture_reply(), short_by=10) as server, opened(workspace, server.url) as provider:
        with pytest.raises(OutcomeUnknown):
            provider.send_once(intent_of(provider))
        assert len(server.seen) == 1


def test_a_reply_that_the_sdk_can_not_read_is_kept(workspace: Path) -> None:
    body = b'{"candidates": [{"finishReason": 7, "content": {"parts": "none"}}]}'
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert Reply.unpack(raw).body == body
        with pytest.raises(ProviderError):
            provider.read_reply(intent, raw)


def test_a_server_that_echoes_the_key_does_not_get_it_onto_the_disk(workspace: Path) -> None:
    said = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": f"The key {KEY} is no good."}}
    with odd(status=403, body=orjson.dumps(said)) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert KEY.encode() not in raw
        with pytest.raises(WrongKey, match="no good"):
            provider.read_reply(intent, raw)
        assert KEY not in repr(provider.probe())
        assert {key for _, key in server.seen} == {KEY}


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{}", b"[]", b'{"models": 7}'])
def test_probing_a_stranger_never_raises(workspace: Path, body: bytes) -> None:
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        assert any(probe.state != "good" for probe in provider.probe())
        assert len(server.seen) == 1
