"""``python -m benchmarks.bookkeeping TAKES``: what our books cost a take, with a provider that costs nothing itself."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.live_run import Counting
from benchmarks.live_worlds import parts, write_project
from starsend.model.take import JsonObject
from starsend.providers.animatic import AnimaticProvider
from starsend.providers.base import Collected, Intent, Progress, Provider
from starsend.providers.surroundings import Surroundings
from starsend.settings import Poll, Run, read_settings
from starsend.studio import Studio


@dataclass(frozen=True)
class Instant(AnimaticProvider):
    """Accepts at once, and gives the same ready-made clip for every take."""

    clip: Path = field(default=Path())

    def collect(
        self, intent: Intent, receipt: JsonObject, raw: bytes | None, part: Path, progress: Progress
    ) -> Collected:
        """Copy the clip; the first one is drawn."""
        if not self.clip.exists():
            super().collect(intent, receipt, raw, self.clip, progress)
        shutil.copyfile(self.clip, part)
        return Collected()


def main() -> None:
    """Make the takes, and print the CPU milliseconds of one."""
    takes = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"

        def make(_name: str, around: Surroundings, _base_url: str | None) -> Provider:
            return Instant(around.workspace, around.uploads, "fast", clip=Path(folder) / "clip.mp4")

        write_project(workspace, takes + 1)
        settings = read_settings(workspace, environ={}).model_copy(
            update={"run": Run(at_once=1), "poll": Poll(first_s=0.001, max_s=0.001)}
        )
        watcher = Counting()
        with Studio(settings, replace(parts(), make_provider=make)) as studio:
            desk = studio.open("film")
            first, *rest = desk.runner.agenda().jobs
            desk.engine.run([first], watcher)
            cpu = time.process_time()
            desk.engine.run(rest, watcher)
            spent_ms = (time.process_time() - cpu) * 1000
    if watcher.complete != takes + 1:
        raise RuntimeError(f"{watcher.complete} of {takes + 1} takes are complete: {watcher.errors[:3]}")
    print(json.dumps({"cpu_ms_a_take": spent_ms / takes}))


if __name__ == "__main__":
    main()
