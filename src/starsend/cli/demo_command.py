"""``demo``: the sample project, and the whole job on it through the same commands that a user types."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starsend.cli.options import Where, opened, studio_of
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.production.job import Job
    from starsend.studio import OpenProject


@click.command("demo")
@click.option(
    "--workspace",
    "-w",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the sample project is made; one that is there is gone on with.",
)
@click.option("--fast", is_flag=True, help="Animatics smaller and flatter, several times as fast.")
def demo_command(workspace: Path, fast: bool) -> int:
    """Make the sample project and run the whole job on it: grid, pick, multi-shot, fix of one shot, approve."""
    from starsend.cli.render import say
    from starsend.production.sample import write_sample
    from starsend.production.sample_plans import SAMPLE_PROJECT

    where = Where(workspace, SAMPLE_PROJECT, provider="animatic", fast=fast)
    with studio_of(where) as studio:
        if SAMPLE_PROJECT not in studio.projects():
            say(f"drawing the sample project {SAMPLE_PROJECT} in {studio.settings.workspace}")
            write_sample(studio.settings.workspace)
    with opened(where) as desk:
        code = _play(desk, where)
        _show(desk)
    return code


def _play(desk: OpenProject, where: Where) -> int:
    """The day's work; each step is left out where it is done already, so that a stopped demo goes on."""
    from starsend.cli.driving import drive, worst
    from starsend.production.wish import Wish

    codes = [_step("1. grids: variants of each start frame", desk, desk.runner.agenda().jobs, where)]
    desk.keep_plan()
    for number, (_, sequence) in enumerate(desk.loaded.plan.sequences()):
        slate = Slate(sequence.id)
        record = desk.project.record(slate)
        if record is not None and record.clean_frame is None and record.newest("grid") is not None:
            cell = 3 if number == 0 else 2
            frame = desk.frames.crop(slate, cell=cell, box=None)
            _say(f"2. {slate}: cell {cell} is picked: {frame.path}")
    codes.append(_step("3. each sequence as one multi-shot take", desk, desk.runner.agenda().jobs, where))
    first = Slate(next(sequence.id for _, sequence in desk.loaded.plan.sequences()))
    fix = first.of_shot("SH03")
    if desk.project.record(fix) is None and desk.project.record(first) is not None:
        _say(f"4. {first} is good but for SH03: it is approved without it, and SH03 is made again alone")
        desk.review.approve(first, except_=["SH03"])
        codes.append(drive(desk, desk.runner.prepare(first.sequence, Wish("single", "SH03")), where))
    for slate in (fix, *(Slate(sequence.id) for _, sequence in desk.loaded.plan.sequences())):
        record = desk.project.record(slate)
        if record is not None and record.state == "video_complete":
            desk.review.approve(slate)
            _say(f"5. {slate} is approved")
    return worst(codes)


def _step(title: str, desk: OpenProject, jobs: tuple[Job, ...], where: Where) -> int:
    from starsend.cli.driving import drive

    if not jobs:
        return 0
    _say(title)
    return drive(desk, jobs, where)


def _show(desk: OpenProject) -> None:
    """The table of slates, states, takes and files, and how to open them."""
    from starsend.cli.render import say, table
    from starsend.production.overview import look_over

    rows = []
    for row in look_over(desk.project).rows:
        for take in row.record.takes if row.record is not None else ():
            path = take.media.path if take.media is not None else "–"
            rows.append((str(row.slate), str(row.state), f"T{take.take:03d}", take.medium, take.verdict or "", path))
    say("")
    table(("slate", "state", "take", "medium", "verdict", "file"), rows)
    place = desk.paths.workspace
    command = "starsend" if shutil.which("starsend") else str(Path(sys.executable).with_name("starsend"))
    say(
        "",
        f"all files lie in {place}",
        f"  look at a grid:   xdg-open {place}/projects/{desk.paths.project}/frames/ep_001/grids/SEQ01_T001_board.png",
        f"  play a take:      xdg-open {place}/projects/{desk.paths.project}/takes/ep_001/SEQ01/SEQ01_T002.mp4",
        f"  see it all:       {command} status --workspace {place}",
        f"  see one slate:    {command} show SEQ01 --workspace {place}",
        "  (on a Mac: open instead of xdg-open)",
    )


def _say(text: str) -> None:
    from starsend.cli.render import say

    say(text, style="bold")
