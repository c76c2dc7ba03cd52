"""A server that says, byte for byte, what a test wants in the place of fal, and notes what it was sent."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from starsend.model.slate import Slate
from starsend.model.take import JsonObject
from starsend.providers.base import Intent
from starsend.providers.fal import FalProvider
from starsend.providers.surroundings import Access, Surroundings

KEY = "fal-marked-key-7f3a"
CLIP = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40
JOB = "/fal-ai/kling-video/requests/r1"
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BODY = {"_endpoint": "fal-ai/kling-video/o3/pro/text-to-video", "prompt": "A road.", "duration": "5"}
INTENT = Intent("i1", NOW, Slate("SEQ01"), 2, "video", "kling-o3-pro", BODY)


class Says:
    """One answer.

    Attributes:
        length: What Content-Length says; -1 is the truth, None leaves it out and closes the connection at the end.
    """

    def __init__(self, status: int, body: Any = b"", length: int | None = -1, **headers: str) -> None:
        self.status = status
        self.body = body if isinstance(body, bytes) else orjson.dumps(body)
        self.length = len(self.body) if length == -1 else length
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if "Content-Type" not in self.headers:
            self.headers["Content-Type"] = "video/mp4" if isinstance(body, bytes) else "application/json"


class Server(ThreadingHTTPServer):
    """Gives the answers of a path in order; the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, list[Says]] = defaultdict(list)
        self.seen: list[tuple[str, str, dict[str, str], bytes, int]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def elsewhere(self) -> str:
        return f"http://localhost:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    def headers_of(self, path: str) -> list[dict[str, str]]:
        return [headers for _, seen, headers, _, _ in self.seen if seen.partition("?")[0] == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, content, self.client_address[1]))
        answers = self.server.answers[self.path.partition("?")[0]]
        says = answers.pop(0) if len(answers) > 1 else answers[0] if answers else Says(404, {"detail": "Not Found"})
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        if says.length is None:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(says.length))
            self.close_connection = says.length != len(says.body)
        self.end_headers()
        self.wfile.write(says.body)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Silent."""


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def make(server: Server, workspace: Path, **around: Any) -> FalProvider:
    access = Access(KEY, server.url)
    return FalProvider(Surroundings(workspace, workspace / "uploads", "fast", fal=access, **around), server.url)


def receipt(server: Server) -> JsonObject:
    job = server.url + JOB
    return {"request_id": "r1", "status_url": f"{job}/status", "response_url": job, "cancel_url": f"{job}/cancel"}


def complete(server: Server, **status: Any) -> None:
    server.answers[f"{JOB}/status"] = [Says(200, {"status": "COMPLETED", "logs": None, **status})]


def no_progress(_: float) -> None:
    """Nothing is shown."""
