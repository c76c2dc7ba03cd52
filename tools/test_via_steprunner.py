"""The low-level command: one step of one slate, straight through the StepRunner, with no workflow around it.

python tools/test_via_steprunner.py --project driver-beware --slate SEQ01 --step advance
python tools/test_via_steprunner.py --project driver-beware --slate SEQ01 --step keyframe
python tools/test_via_steprunner.py --project driver-beware --slate SEQ01 --step multi_shot
python tools/test_via_steprunner.py --project driver-beware --slate SEQ01_SH03 --step video

``advance`` takes the next step of an unsettled take and prints the record's state; the others begin a take and run it
to its end.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from starsend.cli.render import show_error
from starsend.errors import StarsendError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.production.wish import Mode, Wish
from starsend.settings import read_settings
from starsend.studio import OpenProject, Studio

MODES: dict[str, Mode] = {"keyframe": "grid", "multi_shot": "multi", "video": "single"}


def main() -> int:
    """Run one step and say what the record is then."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--project")
    parser.add_argument("--slate", required=True)
    parser.add_argument("--step", choices=["advance", *MODES], default="advance")
    parser.add_argument("--fast", action="store_true")
    asked = parser.parse_args()
    try:
        with Studio(read_settings(asked.workspace, fast=asked.fast)) as studio:
            record = step(studio.open(asked.project), Slate.parse(asked.slate), asked.step)
    except StarsendError as error:
        show_error(error)
        return error.exit_code
    last = record.takes[-1] if record.takes else None
    take = "" if last is None else f"  {record.slate.take(last.take)} {last.medium} {last.outcome}"
    print(f"{record.id} {record.state}{take}")
    return 0


def step(desk: OpenProject, slate: Slate, name: str) -> Record:
    """Take the step."""
    if name == "advance":
        return desk.steps.advance(slate).record
    wish = Wish(MODES[name], slate.shot)
    job = desk.runner.prepare(slate.sequence, wish)[0]
    if job.request is None:
        return desk.steps.run_out(slate)
    execute = {
        "keyframe": desk.steps.execute_keyframe,
        "multi_shot": desk.steps.execute_multi_shot,
        "video": desk.steps.execute_video,
    }[name]
    return execute(slate, job.request, job.provider)


if __name__ == "__main__":
    sys.exit(main())
