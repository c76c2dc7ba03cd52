"""How quick the Console answers: a real server process over a large project, asked over HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.console_project import lay_project

MANY = 10_000
FEW = 1_000
TIMES = 40
PEOPLE = 5
PAGE = "/big/dailies"
LIST = "/api/v1/projects/big/dailies"
RECORDS = "/api/v1/projects/big/records"


@dataclass(frozen=True)
class Answer:
    """What a request took, as the client saw it.

    Attributes:
        ms: Wall milliseconds until the last byte.
        wire_bytes: Of the body, as it came over the wire (zipped).
    """

    ms: float
    wire_bytes: int
    status: int
    body: bytes


def lay_files(workspace: Path) -> None:
    """Give each take a file, the same under many names: a take without one can't be approved."""
    film = workspace / "film.mp4"
    film.write_bytes(b"0" * 1000)
    for record in sorted((workspace / "state").rglob("SEQ*.json")):
        for take in json.loads(record.read_bytes())["takes"]:
            place = workspace / take["media"]["path"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.hardlink_to(film)


@contextmanager
def served(records: int, dress: Callable[[Path], None] = lay_files) -> Iterator[tuple[str, int]]:
    """A Console of its own process over a project of so many records; gives host and port.

    Args:
        records: How many.
        dress: Lays what else the workspace needs.
    """
    with tempfile.TemporaryDirectory() as folder:
        lay_project(Path(folder), records)
        dress(Path(folder))
        code = "from starsend.__main__ import main; main()"
        given = [sys.executable, "-c", code, "console", "--workspace", folder, "--port", "0"]
        with subprocess.Popen(given, stdout=subprocess.PIPE, text=True) as server:
            try:
                said = server.stdout.readline() if server.stdout is not None else ""
                port = int(said.split("http://127.0.0.1:")[1].split(";")[0])
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
                ask(connection, PAGE)  # reads every record once
                connection.close()
                yield "127.0.0.1", port
            finally:
                server.terminate()
                server.wait(20)


def ask(connection: http.client.HTTPConnection, path: str, body: dict[str, Any] | None = None) -> Answer:
    """Ask once, with zipping, on a connection that is kept."""
    headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
    begun = time.perf_counter()
    data = None if body is None else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, data, headers)
    response = connection.getresponse()
    content = response.read()
    return Answer((time.perf_counter() - begun) * 1000, len(content), response.status, content)


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


def first_hundred(address: tuple[str, int]) -> tuple[float, float]:
    """The first 100 of 10,000, the slowest of page, list and records: p95 in ms; the largest in zipped kB."""
    answers = [_asked(address, path) for path in (PAGE, LIST, f"{RECORDS}?limit=100")]
    return max(p95([a.ms for a in each]) for each in answers), max(a.wire_bytes for e in answers for a in e) / 1000


def search(address: tuple[str, int]) -> float:
    """A text that few and one that all records contain, over 10,000: p95 in ms, the slower one."""
    paths = (
        f"{LIST}?state=any&text=lantern%204711",
        f"{LIST}?state=any&text=highway",
        f"{PAGE}/rows?state=any&text=truck",
    )
    return max(p95([a.ms for a in _asked(address, path)]) for path in paths)


def one_slate(address: tuple[str, int]) -> float:
    """A slate with 50 takes, all that is said of it: p95 in ms."""
    return p95([a.ms for a in _asked(address, f"{LIST}/SEQ00000")])


def approve(address: tuple[str, int]) -> tuple[float, float]:
    """Approve a take; and until a second person's page hears of it, from the click on: p95 in ms, each."""
    heard: dict[str, float] = {}
    ready, stop = threading.Event(), threading.Event()
    listener = threading.Thread(target=_listen, args=(address, heard, ready, stop), daemon=True)
    listener.start()
    ready.wait(10)
    took, seen = [], []
    connection = http.client.HTTPConnection(*address, timeout=30)
    for number in range(1, TIMES + 1):
        slate = f"SEQ{number:05d}"
        revision = json.loads(gzip.decompress(ask(connection, f"{LIST}/{slate}").body))["revision"]
        clicked = time.perf_counter()
        answer = ask(connection, f"{RECORDS}/{slate}/approve", {"revision": revision})
        if answer.status != 200:
            raise RuntimeError(f"approve said {answer.status}: {answer.body[:300]!r}")
        took.append(answer.ms)
        seen.append((_wait_for(heard, slate) - clicked) * 1000)
    stop.set()
    connection.close()
    return p95(took), p95(seen)


def five_at_once(address: tuple[str, int]) -> float:
    """Five people open Dailies of 1,000 records at the same moment: p95 in ms of one of them."""
    times: list[float] = []
    for _ in range(TIMES // 4):
        together(lambda: times.append(_open(address)))
    return p95(times)


def together(work: Callable[[], object]) -> None:
    """Do it in five threads that begin at once."""
    gate = threading.Barrier(PEOPLE)

    def go() -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=go) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _open(address: tuple[str, int]) -> float:
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        return ask(connection, PAGE).ms
    finally:
        connection.close()


def _asked(address: tuple[str, int], path: str) -> list[Answer]:
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        answers = [ask(connection, path) for _ in range(TIMES)]
    finally:
        connection.close()
    bad = next((answer for answer in answers if answer.status != 200), None)
    if bad is not None:
        raise RuntimeError(f"{path} said {bad.status}: {bad.body[:300]!r}")
    return answers


def _listen(address: tuple[str, int], heard: dict[str, float], ready: threading.Event, stop: threading.Event) -> None:
    """Hear events as a page does, and note when each slate was told of."""
    with socket.create_connection(address, timeout=30) as line:
        line.sendall(b"GET /api/v1/projects/big/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        kept = b""
        while not stop.is_set():
            kept += line.recv(65536)
            now = time.perf_counter()
            if b": connected" in kept:
                ready.set()
            *lines, kept = kept.split(b"\n")
            for each in lines:
                if each.startswith(b"data: "):
                    heard.setdefault(json.loads(each[6:]).get("slate", ""), now)


def _wait_for(heard: dict[str, float], slate: str) -> float:
    for _ in range(2000):
        if slate in heard:
            return heard[slate]
        time.sleep(0.001)
    raise RuntimeError(f"nobody was told of {slate}")
