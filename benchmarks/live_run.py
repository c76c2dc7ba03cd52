"""Our side of the comparison: the same slates through the whole money protocol, records and all.

``python -m benchmarks.live_run URL WORKSPACE AT_ONCE FIRST_S MAX_S [STOP_AFTER_S]`` prints wall and CPU seconds.
With a time to stop after, it is stopped then, as by Ctrl-C; takes in flight stay as they are.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from benchmarks.live_worlds import parts, settings
from starsend.model.slate import Slate
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.settings import Poll
from starsend.studio import Studio


class Counting:
    """Counts what came to its end."""

    def __init__(self) -> None:
        self.complete = 0
        self.errors: list[str] = []

    def began(self, job: Job) -> None:
        """Nothing to say."""

    def progress(self, slate: Slate, take: int, part: float) -> None:
        """Nothing to say."""

    def ended(self, result: Result) -> None:
        """Count it."""
        if result.error is not None:
            self.errors.append(f"{result.error.code}: {result.error.message}")
        elif result.record is not None and result.record.state == "video_complete":
            self.complete += 1


def main() -> None:
    """Do it and print what it took."""
    url, workspace, at_once, first_s, max_s = (
        sys.argv[1],
        Path(sys.argv[2]),
        int(sys.argv[3]),
        *map(float, sys.argv[4:6]),
    )
    stop_after_s = float(sys.argv[6]) if len(sys.argv) > 6 else None
    watcher = Counting()
    with Studio(settings(workspace, url, at_once=at_once, poll=Poll(first_s=first_s, max_s=max_s)), parts()) as studio:
        desk = studio.open("film")
        desk.keep_plan()
        desk.provider("fal", None).check_ready()  # the bare script has imported its SDK by now, too
        begun, cpu = time.perf_counter(), time.process_time()
        if stop_after_s is not None:
            threading.Timer(stop_after_s, studio.desk.stop.set).start()
        jobs = list(desk.runner.agenda().jobs)
        desk.engine.run(jobs, watcher)
    print(
        json.dumps(
            {
                "wall_s": time.perf_counter() - begun,
                "cpu_s": time.process_time() - cpu,
                "complete": watcher.complete,
                "errors": watcher.errors[:3],
            }
        )
    )


if __name__ == "__main__":
    main()
