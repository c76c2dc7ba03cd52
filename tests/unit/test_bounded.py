"""Answers that never end: they are broken off, whatever they are made of."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

import httpx
import pytest

from starsend.errors import OutcomeUnknown, ProviderError
from starsend.providers.bounded import BoundedClient
from starsend.providers.wire import mapped

Speak = Callable[[socket.socket], None]


@contextmanager
def server(speak: Speak) -> Iterator[str]:
    """A server that says one answer, byte for byte, and hangs up."""

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                speak(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.close()
            thread.join(10)
            assert not thread.is_alive()


def head(*lines: str) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: application/json", *lines, "", "")).encode()


def endless(connection: socket.socket) -> None:
    connection.sendall(head("Transfer-Encoding: chunked"))
    for _ in range(10_000):
        connection.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")


def zipped(connection: socket.socket) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    connection.sendall(head("Content-Encoding: gzip", f"Content-Length: {len(bomb)}") + bomb)


def client(**given: float) -> BoundedClient:
    ticks = count()
    bounds = {"most_bytes": 1_000_000, "most_s": 60.0, **given}
    return BoundedClient(
        most_bytes=int(bounds["most_bytes"]),
        most_s=bounds["most_s"],
        monotonic=lambda: float(next(ticks)),
        trust_env=False,
    )


@pytest.mark.parametrize("speak", [endless, zipped])
def test_more_than_is_taken_is_broken_off(speak: Speak) -> None:
    with server(speak) as url, client(most_s=1e9) as http, pytest.raises(httpx.ReadError, match="more than 1000000"):
        http.get(url)


def test_what_comes_in_drops_is_broken_off_in_time() -> None:
    """The clock goes on by a second at each look."""
    with server(endless) as url, client(most_s=5, most_bytes=1e12) as http, pytest.raises(httpx.ReadError, match="5 s"):
        http.get(url)


@pytest.mark.parametrize(("paid", "kind"), [(True, OutcomeUnknown), (False, ProviderError)])
def test_of_a_paid_call_nobody_says_that_it_was_not_sent(paid: bool, kind: type[ProviderError]) -> None:
    with server(endless) as url, client() as http, pytest.raises(kind) as caught, mapped("fal", "sending", paid=paid):
        http.post(url)
    assert not caught.value.proven_not_sent


def test_a_whole_answer_is_read_as_httpx_would() -> None:
    def speak(connection: socket.socket) -> None:
        body = gzip.compress('{"said": "grün"}'.encode())
        connection.sendall(head("Content-Encoding: gzip", f"Content-Length: {len(body)}", "X-Fal-A: b") + body)

    with server(speak) as url, client() as http:
        response = http.get(url)
    assert (response.status_code, response.json(), response.headers["x-fal-a"]) == (200, {"said": "grün"}, "b")
    assert response.request.url == url
    assert response.is_closed
    assert response.elapsed.total_seconds() > 0
