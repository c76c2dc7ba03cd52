"""Films of one shot that need no frame, to be sent to the rehearsal server by commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from starsend.media.picture import save_png
from starsend.rehearsal.server import RehearsalServer
from tests.fakes.crash_child import Orders
from tests.fakes.paid_worlds import QUICK, PaidWorld
from tests.fakes.worlds import write_plan


def plan_of(*sequences: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "project": "film",
        "format": {"resolution": "720p"},
        "episodes": [{"id": "ep_001", "sequences": list(sequences)}],
        **more,
    }


def film(name: str = "SEQ01", **more: Any) -> dict[str, Any]:
    """A sequence of one shot that needs no frame."""
    return {
        "id": name,
        "start_frame": "none",
        "shots": [{"id": "SH01", "prompt": f"A road, {name}.", "duration_s": 3}],
        **more,
    }


def paid_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    """A world with a film of one shot, in which polls are quick."""
    world = PaidWorld(tmp_path / "workspace", monkeypatch, capsys)
    write_plan(world.workspace, plan_of(film()))
    (world.workspace / "starsend.toml").write_text(QUICK, encoding="utf-8")
    return world


def settings(starsend: PaidWorld, more: str) -> None:
    (starsend.workspace / "starsend.toml").write_text(QUICK + more, encoding="utf-8")


def with_frame(starsend: PaidWorld) -> None:
    """A sequence that starts with a picture, which must be uploaded."""
    write_plan(starsend.workspace, plan_of(film(start_frame="required")))
    frame = starsend.workspace / "projects" / "film" / "frames" / "ep_001" / "clean" / "SEQ01.png"
    frame.parent.mkdir(parents=True)
    save_png(np.full((720, 1280, 3), 90, np.uint8), frame)


def child(workspace: Path, server: RehearsalServer, **more: Any) -> tuple[int, str]:
    """One command in a process of its own: its exit code, and what it said."""
    given = {"workspace": workspace, "book": workspace, "provider": "live", "url": server.url, **more}
    orders = Orders.model_validate(given).model_dump_json()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.crash_child", "--once", orders],
        capture_output=True,
        text=True,
        timeout=50,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    return done.returncode, done.stderr
