"""The whole job with nothing exchanged: real commands in real processes, the real painter, real files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from starsend.media.picture import inspect_picture
from starsend.media.video import probe
from tests.fakes.worlds import plan, write_plan

ROOT = Path(__file__).parents[2]


def starsend(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "starsend", *arguments, "--workspace", str(workspace)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)


def tool(workspace: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / name), *arguments, "--workspace", str(workspace), "--fast"]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=workspace)


def record(workspace: Path, slate: str) -> Any:
    return json.loads((workspace / "state" / "film" / "shots" / f"{slate}.json").read_text())


@pytest.fixture
def film(tmp_path: Path) -> Path:
    write_plan(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_the_demo_runs_the_whole_job_and_a_second_one_makes_nothing_new(tmp_path: Path) -> None:
    workspace = tmp_path / "demo"
    done = starsend(workspace, "demo", "--fast")
    assert done.returncode == 0, done.stderr
    status = json.loads(starsend(workspace, "status", "--json").stdout)["records"]
    assert {row["id"]: row["state"] for row in status} == {
        "SEQ01": "approved",
        "SEQ01_SH03": "approved",
        "SEQ02": "approved",
    }
    for row in status:
        for take in row["takes"]:
            made = workspace / take["media"]["path"]
            if take["medium"] == "video":
                info = probe(made)
                assert info.frames == take["media"]["frames"]
                assert not [f for f in take["findings"] if f["severity"] == "failure"]
            else:
                assert inspect_picture(made).format == "PNG"
                assert (workspace / take["board"]).is_file()
    dropped = "Model takes 3 elements beside a start frame; dropped: rain (SEQ01)"
    assert dropped in status[0]["takes"][1]["warnings"]
    assert dropped in done.stderr + done.stdout
    before = sorted(path for path in workspace.rglob("*") if path.is_file())
    assert starsend(workspace, "demo", "--fast").returncode == 0
    assert sorted(path for path in workspace.rglob("*") if path.is_file()) == before


def test_the_three_commands_of_the_day_on_a_plan_that_is_not_the_sample(film: Path) -> None:
    asked = ("--project", "film", "--seq", "SEQ01")
    grid = tool(film, "client_generate.py", *asked, "--mode", "grid")
    assert grid.returncode == 0, grid.stderr
    assert starsend(film, "crop", "--seq", "SEQ01", "--cell", "2").returncode == 0
    multi = tool(film, "client_generate.py", *asked, "--mode", "multi")
    assert multi.returncode == 0, multi.stderr
    single = tool(film, "client_generate.py", *asked, "--shot", "3", "--mode", "single")
    assert single.returncode == 0, single.stderr
    take = record(film, "SEQ01")["takes"][1]
    assert (take["media"]["width"], take["media"]["height"], take["media"]["frames"]) == (640, 360, 72)
    assert take["found_cuts"] == [24, 48]
    fix = record(film, "SEQ01_SH03")["takes"][0]
    assert fix["made_for"] == "SEQ01_T002"
    assert fix["inputs"]["start_frame"]["choice"] == "SH03's first frame in SEQ01_T002 (frame 48)"


def test_single_steps_through_the_step_runner(film: Path) -> None:
    done = tool(film, "test_via_steprunner.py", "--project", "film", "--slate", "SEQ02", "--step", "multi_shot")
    assert done.stdout == "SEQ02 video_complete  SEQ02_T001 video complete\n"
    done = tool(film, "test_via_steprunner.py", "--project", "film", "--slate", "SEQ02", "--step", "advance")
    assert (done.returncode, done.stdout) == (0, "SEQ02 video_complete  SEQ02_T001 video complete\n")


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_that_is_stopped_while_it_draws_is_gone_on_with(film: Path, number: int, code: int) -> None:
    document = plan()
    document["episodes"][0]["sequences"] = document["episodes"][0]["sequences"][1:]
    write_plan(film, document)
    command = [sys.executable, "-m", "starsend", "run", "--workspace", str(film)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(film / "projects" / "film" / "takes" / "ep_001" / "SEQ02" / ".SEQ02_T001.part")
    process.send_signal(number)
    assert process.wait(timeout=60) == code
    assert record(film, "SEQ02")["state"] == "video_processing"
    assert starsend(film, "run").returncode == 0
    takes = record(film, "SEQ02")["takes"]
    assert [(take["take"], take["outcome"]) for take in takes] == [(1, "complete")]
    assert [path.name for path in (film / "projects" / "film" / "takes" / "ep_001" / "SEQ02").glob("*.mp4")] == [
        "SEQ02_T001.mp4"
    ]


def wait_for(path: Path) -> None:
    """Wait until another process has made a file; bounded."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.02)
