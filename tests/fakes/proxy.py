"""A server that stands before another one and answers some requests in a way of its own; it keeps all that it saw."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>"


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        """All of it, to search in."""
        lines = "".join(f"{name}: {value}\n" for name, value in self.headers)
        return f"{self.method} {self.path}\n{lines}\n{self.body.decode('latin-1')}"


@dataclass(frozen=True)
class Told:
    """An answer.

    Attributes:
        length: What Content-Length says; None leaves it out and ends with the connection.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = -1


def page(status: int = 200) -> Told:
    """A web page where something else is wanted."""
    return Told(status, PAGE, "text/html; charset=utf-8")


def redirect(status: int, to: str) -> Told:
    """A redirect."""
    return Told(status, headers=(("Location", to),))


Rule = Callable[[Asked, Callable[[], Told]], Told]
"""Gives the answer to a request; the second argument gives what the server behind would answer."""


@dataclass
class Proxy:
    """Listens on loopback from the beginning of its block to its end.

    Args:
        behind: The address of the server that it stands before; without one, what no rule answers is not found.
        rules: A pattern for ``METHOD /path`` each, and what answers it; the first that fits counts.
    """

    behind: str = ""
    rules: dict[str, Rule] = field(default_factory=dict)
    seen: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Proxy:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                proxy.serve(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815 - http.server's names

            def log_message(self, format: str, *args: object) -> None: ...

        self._client = httpx.Client(timeout=30, follow_redirects=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._client.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def paths(self) -> list[str]:
        """``METHOD /path`` of all that came, queries left out."""
        return [f"{asked.method} {asked.path.partition('?')[0]}" for asked in self.seen]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, tuple(handler.headers.items()), body)
        self.seen.append(asked)
        what = f"{asked.method} {asked.path}"
        rule = next((rule for pattern, rule in self.rules.items() if re.search(pattern, what)), None)
        told = self._forward(asked) if rule is None else rule(asked, lambda: self._forward(asked))
        try:
            self._send(handler, told)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def _forward(self, asked: Asked) -> Told:
        """What the server behind answers; its own address is replaced by ours, so that all goes through here."""
        if not self.behind:
            return Told(404, b'{"detail": "Not Found"}')
        headers = [(n, v) for n, v in asked.headers if n.lower() not in ("host", "connection", "content-length")]
        answer = self._client.request(asked.method, self.behind + asked.path, headers=headers, content=asked.body)
        body = answer.content.replace(self.behind.encode(), self.url.encode())
        kept = tuple(
            (n, v.replace(self.behind, self.url))
            for n, v in answer.headers.multi_items()
            if n.lower() not in ("content-length", "content-type", "transfer-encoding", "connection", "date", "server")
        )
        return Told(answer.status_code, body, answer.headers.get("content-type", ""), kept)

    def _send(self, handler: BaseHTTPRequestHandler, told: Told) -> None:
        handler.send_response(told.status)
        for name, value in (("Content-Type", told.content_type), *told.headers):
            if value:
                handler.send_header(name, value)
        if told.length is not None:
            handler.send_header("Content-Length", str(len(told.body) if told.length < 0 else told.length))
        handler.send_header("Connection", "close")
        handler.close_connection = True
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(told.body)
