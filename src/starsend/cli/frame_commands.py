"""``crop``, ``finish``, ``import``: what a person brings in."""

from __future__ import annotations

import re
from pathlib import Path

import click

from starsend.cli.options import Where, complete_sequence, complete_slate, json_option, located, opened
from starsend.errors import PlanError
from starsend.model.record import CleanFrame
from starsend.model.slate import Slate, shot_id
from starsend.model.take import Box
from starsend.model.timing import counted


def _slate(seq: str, shot: str | None) -> Slate:
    return Slate.parse(seq) if shot is None else Slate.parse(f"{seq}_{shot_id(shot)}")


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    parts = text.replace(" ", "").split(",")
    if len(parts) != 4 or not all(re.fullmatch(r"-?[0-9]{1,9}", part) for part in parts):
        raise PlanError(
            f"--box {text}: four whole numbers are wanted", remedy="give pixels: --box 0,0,960,540", code="bad-box"
        )
    x0, y0, x1, y1 = map(int, parts)
    return (x0, y0, x1, y1)


@click.command("crop")
@click.option("--seq", required=True, help="The sequence.", shell_complete=complete_sequence)
@click.option("--shot", help="A shot of it, which gets a start frame of its own.")
@click.option("--from", "from_", help="The grid, such as SEQ01_T001; also another slate's.")
@click.option("--cell", type=int, help="Counted from 1, left to right, top to bottom.")
@click.option("--box", help="x0,y0,x1,y1 in pixels of the sheet.")
@json_option
@located
def crop_command(where: Where, seq: str, shot: str | None, from_: str | None, cell: int | None, box: str | None) -> int:
    """Pick a cell or a box of a grid as the start frame of a sequence or shot."""
    if (cell is None) == (box is None):
        raise PlanError("name a cell or a box", remedy="--cell 1, or --box 0,0,960,540", code="cell-or-box")
    with opened(where) as desk:
        slate = desk.project.as_planned(_slate(seq, shot))
        frame = desk.frames.crop(slate, cell=cell, box=_box(box), take=from_)
        _tell(where, desk.paths.workspace, slate, frame)
    return 0


@click.command("finish")
@click.option("--seq", required=True, help="The sequence.", shell_complete=complete_sequence)
@click.option("--shot", help="A shot of it.")
@click.option("--from", "from_", help="The grid, such as SEQ01_T001.")
@click.option("--cell", type=int, required=True, help="Counted from 1.")
@click.option("--provider", help="animatic (offline, free), or live.")
@click.option("--yes", is_flag=True, help="Don't ask, whatever it costs (budgets still hold).")
@json_option
@located
def finish_command(where: Where, seq: str, shot: str | None, from_: str | None, cell: int, yes: bool) -> int:
    """Render a picked cell again as one full-size frame, and accept it."""
    from starsend.cli.driving import confirm

    with opened(where) as desk:
        slate = desk.project.as_planned(_slate(seq, shot))
        made = desk.finisher.made_before(slate, cell=cell, take=from_)
        if made is not None:
            frame = desk.finisher.accept(slate, made)
        else:
            job = desk.finisher.prepare(slate, cell=cell, take=from_)
            confirm(desk, [job], yes=yes, max_cost=None)
            desk.keep_plan()
            frame = desk.finisher.finish(job)
        _tell(where, desk.paths.workspace, slate, frame)
    return 0


@click.command("import")
@click.argument("slate", shell_complete=complete_slate)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@located
def import_command(where: Where, slate: str, file: Path) -> int:
    """Make a video from elsewhere a numbered take that covers all shots of its slate."""
    from starsend.cli.render import as_json, say

    with opened(where) as desk:
        desk.keep_plan()
        record = desk.importer.import_file(desk.project.as_planned(Slate.parse(slate)), file)
        if where.json:
            as_json(record.model_dump(mode="json"))
            return 0
        take = record.takes[-1]
        say(f"{record.slate.take(take.take)} is imported: {take.media.path if take.media else ''}")
        for found in take.findings:
            say(f"  {found.severity}: {counted(found.message, desk.project.first_frame)}")
    return 0


def _tell(where: Where, workspace: Path, slate: Slate, frame: CleanFrame) -> None:
    from starsend.cli.render import as_json, say

    if where.json:
        as_json(frame.model_dump(mode="json"))
        return
    cell = f", cell {frame.cell}" if frame.cell is not None else ""
    say(f"{slate} starts with {frame.from_}{cell}: {workspace / frame.path} ({frame.width}x{frame.height})")
    if frame.note:
        say(f"  {frame.note}")
