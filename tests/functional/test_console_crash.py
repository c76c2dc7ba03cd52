"""A real server, killed while it works: the next one goes on by itself, and nothing is bought twice."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fakes.worlds import write_plan


@contextmanager
def console(workspace: Path) -> Iterator[tuple[subprocess.Popen[str], Callable[..., Any]]]:
    """A server of its own, and how it is asked."""
    command = [sys.executable, "-m", "starsend", "console", "--workspace", str(workspace), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://[^;]+", process.stdout.readline())
        assert found is not None

        def ask(path: str, body: dict[str, Any] | None = None) -> Any:
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(f"{found[0]}/api/v1/projects/film{path}", data=data)
            request.add_header("Content-Type", "application/json")
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)

        yield process, ask
    finally:
        process.kill()
        process.wait(30)
        process.stdout.close()


def until(true: Callable[[], bool]) -> None:
    for _ in range(900):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_a_killed_server_is_gone_on_from_by_the_next(tmp_path: Path) -> None:
    write_plan(tmp_path)
    record = tmp_path / "state/film/shots/SEQ02.json"
    with console(tmp_path) as (process, ask):
        work = ask("/records/SEQ02/generate", {"revision": 0})["work"]
        assert work["kind"] == "generate"
        until(lambda: record.exists() and '"receipt": {' in record.read_text(encoding="utf-8"))
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    assert json.loads(record.read_bytes())["takes"][0]["outcome"] == "pending"
    with console(tmp_path) as (process, ask):
        until(lambda: bool(ask("/records/SEQ02")["state"] == "video_complete"))
        takes = ask("/records/SEQ02")["takes"]
        assert [(take["outcome"], take["media"] is not None) for take in takes] == [("complete", True)]
        assert ask("/jobs")["works"][0]["kind"] == "resume"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, 130)
    by = {entry["by"] for entry in json.loads(record.read_bytes())["history"]}
    assert by == {"console"}
