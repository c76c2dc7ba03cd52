"""The child process of `QualityPool`: one job a line on stdin, one report a line on stdout, both JSON."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
from pydantic import TypeAdapter

from starsend.media.quality import Expected, TakeReport, check_take


@dataclass(frozen=True)
class Job:
    """What `check_take` is asked."""

    video: Path
    expected: Expected
    thumbnail: Path
    filmstrip: Path


JOBS = TypeAdapter(Job)
REPORTS = TypeAdapter(TakeReport)


def main() -> None:
    """Check takes until stdin ends, which it does when the parent dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    cv2.setNumThreads(1)
    # A library that prints must not break the line of reports: they get a descriptor of their own.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as reports:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin.buffer:
            job = JOBS.validate_json(line)
            report = check_take(job.video, job.expected, job.thumbnail, job.filmstrip)
            reports.write(REPORTS.dump_json(report) + b"\n")
            reports.flush()


if __name__ == "__main__":
    main()
