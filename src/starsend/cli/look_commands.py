"""``status`` and ``show``: what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from starsend.cli.options import Where, complete_slate, json_option, located, opened
from starsend.errors import MoveError, RecordBroken, UnknownName
from starsend.model.money import show_usd
from starsend.model.reasons import said_reason
from starsend.model.slate import Slate, parse_take
from starsend.model.timing import counted
from starsend.store.execution_store import COPY

if TYPE_CHECKING:
    from pathlib import Path

    from starsend.model.record import Record
    from starsend.model.take import Note, Take
    from starsend.production.overview import Overview, Row
    from starsend.studio import OpenProject


@click.command("status")
@json_option
@located
def status_command(where: Where) -> int:
    """List slates, states, takes, money, and what each waits for."""
    from starsend.production.overview import look_over

    with opened(where, sound=False) as desk:
        overview = look_over(desk.project)
        if where.json:
            _status_json(overview)
        else:
            _status_table(overview)
            _status_notes(overview)
    return 7 if any(not broken.why.startswith(COPY) for broken in overview.broken) else 0


@click.command("show")
@click.argument("slate", shell_complete=complete_slate)
@json_option
@located
def show_command(where: Where, slate: str) -> int:
    """Show one slate: takes, findings, notes, warnings, history."""
    from starsend.cli.render import as_json
    from starsend.production.overview import look_over

    wanted, take = parse_take(slate)
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        record = desk.project.record(wanted)
        if record is None:
            desk.project.planned(wanted)
            raise MoveError(
                f"{wanted} has no take yet; it is planned, and would begin as {desk.project.first_state(wanted)}",
                remedy=f"make one: starsend generate --seq {wanted.sequence} --mode grid",
                code="no-record",
            )
        if where.json:
            as_json(record.model_dump(mode="json"))
            return 0
        stale = next((row.stale for row in look_over(desk.project).rows if row.slate == wanted), {})
        cut = {} if wanted.shot is not None else _cut(desk, wanted)
        _show(record, stale, cut, first_frame=desk.project.first_frame, only=take, workspace=desk.paths.workspace)
    return 0


def _cut(desk: OpenProject, slate: Slate) -> dict[str, str | None]:
    from starsend.cli.render import warn
    from starsend.production.overview import cut_of

    try:
        return cut_of(desk.project, desk.loaded.plan.find_sequence(slate.sequence)[1])
    except (RecordBroken, UnknownName) as error:
        warn(error.message)
        return {}


def _status_json(overview: Overview) -> None:
    from starsend.cli.render import as_json

    as_json(
        {
            "records": [_row_json(row) for row in overview.rows],
            "broken": [{"id": broken.name, "why": broken.why} for broken in overview.broken],
        }
    )


def _row_json(row: Row) -> dict[str, Any]:
    known = {} if row.record is None else row.record.model_dump(mode="json")
    return {
        "id": str(row.slate),
        "state": row.state,
        "episode": row.episode,
        **known,
        "planned": row.planned,
        "waits": row.waits,
        "stale": {str(number): list(reasons) for number, reasons in row.stale.items()},
        "committed_usd": str(row.committed_usd),
        "unrecorded": list(row.unrecorded),
        "missing": list(row.missing),
    }


def _status_table(overview: Overview) -> None:
    from starsend.cli.render import table

    rows = [
        (
            str(row.slate),
            str(row.state),
            _takes(row.record),
            _approved(row.record),
            show_usd(row.committed_usd),
            row.waits,
        )
        for row in overview.rows
    ]
    table(("slate", "state", "takes", "approved", "committed", "waits for"), rows, numeric=(4,))


def _status_notes(overview: Overview) -> None:
    from starsend.cli.render import warn

    for row in overview.rows:
        for number, reasons in row.stale.items():
            warn(f"{row.slate.take(number)} is stale: {'; '.join(reasons)}")
        for path in row.unrecorded:
            warn(f"{path} is in no record; make it a take: starsend import {row.slate} {path}")
        for path in row.missing:
            warn(f"{path} is gone, and {row.slate} has a take of it; put it back from a copy")
    for broken in overview.broken:
        warn(f"the record of {broken.name} can't be read and was left as it is: {broken.why}")


def _approved(record: Record | None) -> str:
    """The takes that are approved: more than one where a sequence is made in parts."""
    if record is None:
        return ""
    numbers = [take.take for take in record.takes if take.verdict == "approved"]
    standing = [record.approved_take] if record.approved_take else []
    return ", ".join(f"T{number:03d}" for number in numbers or standing)


def _takes(record: Record | None) -> str:
    if record is None or not record.takes:
        return "–"
    grids = sum(take.medium == "grid" for take in record.takes)
    videos = [take for take in record.takes if take.medium == "video"]
    bad = sum(take.outcome in ("failed", "unknown", "cancelled") for take in record.takes)
    parts = [f"{grids} grid{'s' * (grids != 1)}" if grids else "", f"{len(videos)} video" if videos else ""]
    return ", ".join(part for part in parts if part) + (f" ({bad} failed)" if bad else "") or f"{len(record.takes)}"


def _show(
    record: Record,
    stale: dict[int, tuple[str, ...]],
    cut: dict[str, str | None],
    *,
    first_frame: int,
    only: int | None,
    workspace: Path,
) -> None:
    from starsend.cli.render import say, table

    say(f"{record.id}  {record.state}  revision {record.revision}  {show_usd(record.committed_usd)} committed")
    if record.clean_frame is not None:
        frame = record.clean_frame
        say(f"start frame  {frame.path}  {frame.width}x{frame.height}  from {frame.from_}")
        if frame.note:
            say(f"             {frame.note}")
    for take in record.takes:
        if only is None or take.take == only:
            _show_take(record, take, stale.get(take.take, ()), first_frame, workspace)
    if cut:
        say("", "cut", style="bold")
        table(("shot", "from"), [(shot, hit or "nothing approved") for shot, hit in cut.items()])
    say("", "history", style="bold")
    rows = [(f"{m.at:%Y-%m-%d %H:%M:%S}", "" if m.from_ == m.to else str(m.to), m.by, m.why) for m in record.history]
    table(("when (UTC)", "moved to", "by", "why"), rows)


def _show_take(record: Record, take: Take, stale: tuple[str, ...], first_frame: int, workspace: Path) -> None:
    from starsend.cli.render import say
    from starsend.production.notes import named

    verdict = f"  {take.verdict}" if take.verdict else ""
    left_out = f" without {', '.join(take.except_)}" if take.except_ else ""
    gone = "  file gone" if take.media is not None and not _lies(workspace / take.media.path) else ""
    covers = f"  covers {', '.join(take.covers)}" if take.covers else ""
    repair = f"  repairs {take.made_for}" if take.made_for else ""
    cost = show_usd(take.committed_usd) + ("" if take.cost_usd is not None else " estimated")
    say("", f"{record.slate.take(take.take)}  {take.medium}  {take.outcome}{verdict}{left_out}{gone}", style="bold")
    stands = f" (stands for {take.stands_for})" if take.stands_for else ""
    say(f"  {take.provider} {take.model}{stands}  {cost}{covers}{repair}")
    if take.media is not None:
        media = take.media
        length = f"  {media.duration_s:g} s  {media.frames} frames" if media.duration_s is not None else ""
        say(f"  {media.path}  {media.width}x{media.height}{length}")
    if take.board:
        say(f"  {take.board}")
    if take.inputs.start_frame is not None:
        say(f"  starts with {counted(take.inputs.start_frame.choice, first_frame)}")
    if why := said_reason(take.reason, take.reasons):
        say(f"  rejected: {why}")
    if take.error is not None:
        say(f"  {take.error.code}: {take.error.message}", f"    → {take.error.remedy}")
    for warning in take.warnings:
        say(f"  ! {warning}", style="yellow")
    for reason in stale:
        say(f"  stale: {reason}", style="yellow")
    for found in take.findings:
        said = counted(found.message, first_frame)
        say(f"  {found.severity}: {said}", style="red" if found.severity == "failure" else "")
    for note in named(take):
        say(f"  note {note.id}{_about(note, first_frame)} by {note.by}: {note.text or '(a drawing)'}")


def _lies(path: Path) -> bool:
    """Whether a file lies there, and something is in it."""
    try:
        return path.stat().st_size > 0
    except (OSError, ValueError):
        return False


def _about(note: Note, first_frame: int) -> str:
    """The frames that a note is about, what it answers, and whether it is done."""
    last = f"–{note.end_frame + first_frame}" if note.end_frame is not None else ""
    frame = f", frame {note.frame + first_frame}{last}" if note.frame is not None else ""
    drawn = ", drawn" if note.drawing and note.text else ""
    reply = f", to {note.reply_to}" if note.reply_to else ""
    return f"{frame}{drawn}{reply}{', done' if note.done else ''}"
