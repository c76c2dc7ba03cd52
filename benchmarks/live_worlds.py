"""What benchmarks of paid work begin with: a rehearsal server in a process of its own, a project of many slates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starsend.media.files import sha256_of
from starsend.media.quality import Expected, TakeReport
from starsend.media.video import probe
from starsend.settings import Poll, Run, Settings, read_settings
from starsend.studio import Parts, PooledInspector, real_desk

SECONDS = 3
MODEL = "kling-o3-standard"
ENDPOINT = "fal-ai/kling-video/o3/standard/text-to-video"
KEY = "bench-key"


@contextmanager
def server(folder: Path, *switches: str) -> Iterator[str]:
    """A rehearsal server with canned clips; gives its address."""
    flags = [flag for switch in switches for flag in ("--switch", switch)]
    command = [sys.executable, "-m", "starsend.rehearsal", "--folder", str(folder), "--clips", "canned", *flags]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def prompt_of(number: int) -> str:
    """The words of one slate; each asks for something else."""
    return f"Wide. Road number {number} at night, rain on the asphalt. Slow push in."


def write_project(workspace: Path, slates: int) -> None:
    """A plan of so many sequences of one shot each, without frames."""
    sequences = [
        {
            "id": f"SEQ{number:04d}",
            "start_frame": "none",
            "shots": [{"id": "SH01", "prompt": prompt_of(number), "duration_s": SECONDS}],
        }
        for number in range(1, slates + 1)
    ]
    plan = {
        "schema_version": 1,
        "project": "film",
        "format": {"fps": "24", "resolution": "720p"},
        "defaults": {"video_model": MODEL},
        "episodes": [{"id": "ep_001", "sequences": sequences}],
    }
    place = workspace / "projects" / "film" / "plan.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(plan), encoding="utf-8")


def settings(workspace: Path, url: str, *, at_once: int, poll: Poll) -> Settings:
    """Paid work sent to the rehearsal server."""
    environ = {
        "FAL_KEY": KEY,
        "GEMINI_API_KEY": KEY,
        "STARSEND_FAL_URL": url,
        "GOOGLE_GEMINI_BASE_URL": url,
    }
    read = read_settings(workspace, provider="live", environ=environ)
    return read.model_copy(update={"run": Run(at_once=at_once), "poll": poll})


class ProbeOnly(PooledInspector):
    """Looks at a file's head and leaves the quality check out, which is measured elsewhere."""

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:  # noqa: ARG002
        """Read the measures, and nothing more."""
        return TakeReport(probe(video), (), False, (), None, sha256_of(video))


def parts() -> Parts:
    """Real parts, but for the quality check."""
    return Parts(real_desk(lambda: "bench"), inspector=ProbeOnly())
