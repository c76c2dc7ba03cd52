"""How quick paid work is, at the rehearsal server: beside a bare script, with a thousand takes in flight, and alone."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.live_worlds import server, write_project

SLATES = 200
AT_ONCE = 50
ANSWER_S = 2.0
POLL_S = 0.5
ROUNDS = 3
IN_FLIGHT = 1000
INTERVAL_S = 15.0
WATCHED_S = 60.0
BOOKKEPT = 100
_ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_TICKS = os.sysconf("SC_CLK_TCK")


def _run(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=_ENVIRON)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def wall_against_bare() -> tuple[float, float, float]:
    """Wall seconds of ours and of the bare script for the same slates, medians, and the median of all ratios."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with server(place / "server", f"run_s={ANSWER_S}", f"at_once={AT_ONCE}") as url:
            _run("benchmarks.bare_fal", url, place / "warm", AT_ONCE, AT_ONCE, POLL_S)
            for number in range(ROUNDS):  # in turn, so that the machine's drift meets both
                bare.append(
                    _run("benchmarks.bare_fal", url, place / f"bare-{number}", SLATES, AT_ONCE, POLL_S)["wall_s"]
                )
                workspace = place / f"ours-{number}"
                write_project(workspace, SLATES)
                done = _run("benchmarks.live_run", url, workspace, AT_ONCE, POLL_S, POLL_S)
                if done["complete"] != SLATES:
                    raise RuntimeError(f"{done['complete']} of {SLATES} takes are complete: {done['errors']}")
                ours.append(done["wall_s"])
    ratios = [mine / other for mine, other in zip(ours, bare, strict=True)]
    return statistics.median(ours), statistics.median(bare), statistics.median(ratios)


@dataclass(frozen=True)
class Flight:
    """A thousand takes in flight.

    Attributes:
        core: Share of one core while they are polled.
        latest: The longest pause between two looks at one job, in intervals.
        looks: How many looks were seen.
    """

    memory_mb: float
    core: float
    latest: float
    looks: int


def in_flight() -> Flight:
    """A thousand takes, polled every fifteen seconds for a minute."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        write_project(workspace, IN_FLIGHT)
        with server(Path(folder) / "server", "run_s=3600", f"at_once={IN_FLIGHT}") as url:
            with _flying(url, workspace) as pid:
                _until_all_are_polled(url)
                cpu, begun = _cpu_s(pid), time.monotonic()
                time.sleep(WATCHED_S)
                core = (_cpu_s(pid) - cpu) / (time.monotonic() - begun)
                memory = _memory_mb(pid)
            gaps = _gaps(Path(folder) / "server")
    return Flight(memory, core, max(gaps) / INTERVAL_S, len(gaps))


@contextmanager
def _flying(url: str, workspace: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.live_run", url, str(workspace), "8", str(INTERVAL_S), str(INTERVAL_S)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_ENVIRON)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def _until_all_are_polled(url: str) -> None:
    for _ in range(600):
        found = httpx.get(f"{url}/rehearsal/books", timeout=60).json()
        polled = {request["path"] for request in found["requests"] if request["path"].endswith("/status")}
        if len(polled) >= IN_FLIGHT:
            return
        time.sleep(1)
    raise RuntimeError(f"{len(polled)} of {IN_FLIGHT} takes were ever polled")


def _cpu_s(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS


def _memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the kernel says nothing of its memory")


def _gaps(folder: Path) -> list[float]:
    """Seconds between two looks at the same job, of all jobs."""
    looks: dict[str, list[datetime]] = defaultdict(list)
    for line in (folder / "requests.jsonl").read_bytes().splitlines():
        seen = orjson.loads(line)
        if seen["path"].endswith("/status"):
            looks[seen["path"]].append(datetime.fromisoformat(seen["at"]))
    return [(after - before).total_seconds() for times in looks.values() for before, after in itertools.pairwise(times)]


def bookkeeping_ms() -> float:
    """CPU milliseconds a take, all fsyncs, from the request to the kept file; the provider answers at once."""
    done = _run("benchmarks.bookkeeping", BOOKKEPT)
    return float(done["cpu_ms_a_take"])
