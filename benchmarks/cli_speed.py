"""How quick the command line begins, and what it does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.store_speed import record_of_size
from starsend.model.record import Record

RUNS = 9
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled modules are kept, as they are for everybody who doesn't forbid it."""
HEAVY = ("av", "cv2", "google.genai", "fal_client", "PIL", "numpy")


def _median_ms(arguments: list[str]) -> float:
    times = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "starsend", *arguments], check=True, capture_output=True, env=ENVIRONMENT)
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times[1:])[RUNS // 2]


def bare_python_ms() -> float:
    """An interpreter that does nothing: what no command can be quicker than."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[RUNS // 2]


def help_ms() -> float:
    """``starsend --help``, wall."""
    return _median_ms(["--help"])


def status_ms() -> tuple[float, list[str]]:
    """``starsend status`` of 100 records, wall; and which heavy modules it imported."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        write_project(workspace, 100)
        milliseconds = _median_ms(["status", "--workspace", folder])
        code = (
            "import sys; from starsend.cli.main import run; "
            f"run(['status', '--workspace', {folder!r}]); "
            f"print(','.join(m for m in {HEAVY!r} if m in sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return milliseconds, [name for name in done.stdout.splitlines()[-1].split(",") if name]


def write_project(workspace: Path, count: int) -> None:
    """A plan of so many sequences, each with a worked record of 6 kB."""
    project = workspace / "projects" / "p"
    project.mkdir(parents=True)
    shots = [{"id": f"SH0{n}", "prompt": "Wide. A road.", "duration_s": 4} for n in (1, 2, 3)]
    sequences = [{"id": f"SEQ{n:03d}", "shots": shots} for n in range(count)]
    plan = {"project": "p", "episodes": [{"id": "ep_001", "sequences": sequences}]}
    (project / "plan.json").write_text(json.dumps(plan))
    state = workspace / "state" / "p" / "shots"
    state.mkdir(parents=True)
    for number in range(count):
        record: Record = record_of_size(f"SEQ{number:03d}", 6000)
        (state / f"SEQ{number:03d}.json").write_text(record.model_dump_json(indent=2))
