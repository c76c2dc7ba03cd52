"""``approve``, ``reject``, ``reopen``, ``undo``, ``note``: choosing is free, instant and undoable."""

from __future__ import annotations

import click

from starsend.cli.options import Where, complete_slate, json_option, located, opened
from starsend.model.reasons import REASONS
from starsend.model.record import Record
from starsend.model.slate import parse_take


@click.command("approve")
@click.argument("slate", shell_complete=complete_slate)
@click.option("--take", type=click.IntRange(1), help="Another take than the newest.")
@click.option("--except", "except_", multiple=True, help="A shot that stays open until its fix is approved: SH03.")
@json_option
@located
def approve_command(where: Where, slate: str, take: int | None, except_: tuple[str, ...]) -> int:
    """Approve a complete take, also an older one; says which shots stay with their fixes."""
    from starsend.cli.render import say

    wanted, named = parse_take(slate)
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        shots = [shot for text in except_ for shot in text.replace(",", " ").split()]
        record = desk.review.approve(wanted, take or named, except_=shots)
        _tell(where, record)
        for fix in () if where.json else desk.review.kept_fixes(record):
            say(f"{fix.shot} stays with its fix {fix.name}; to use this take: starsend reopen {fix.slate} --every")
    return 0


@click.command("reject")
@click.argument("slate", shell_complete=complete_slate)
@click.option("--take", type=click.IntRange(1), help="Another take than the newest.")
@click.option("--reason", default="", help="Why, in words, for the next prompt.")
@click.option("--fault", "faults", multiple=True, type=click.Choice(list(REASONS)), help="A kind of fault; several.")
@json_option
@located
def reject_command(where: Where, slate: str, take: int | None, reason: str, faults: tuple[str, ...]) -> int:
    """Reject a complete take, with a reason."""
    wanted, named = parse_take(slate)
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        _tell(where, desk.review.reject(wanted, take or named, reason=reason, reasons=faults))
    return 0


@click.command("reopen")
@click.argument("slate", shell_complete=complete_slate)
@click.option("--every", is_flag=True, help="All approvals, so that the cut takes a shot from its sequence again.")
@json_option
@located
def reopen_command(where: Where, slate: str, every: bool) -> int:
    """Take back the approval that stands, else the last rejection."""
    wanted, _ = parse_take(slate)
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        _tell(where, desk.review.reopen(wanted, every=every))
    return 0


@click.command("undo")
@click.argument("slate", shell_complete=complete_slate)
@json_option
@located
def undo_command(where: Where, slate: str) -> int:
    """Take back exactly the last choice, if it was made here and nothing came between; says which."""
    wanted, _ = parse_take(slate)
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        _tell(where, desk.take_back(wanted))
    return 0


@click.command("note")
@click.argument("slate", shell_complete=complete_slate)
@click.argument("text")
@click.option("--take", type=click.IntRange(1), help="Another take than the newest complete video, else grid.")
@click.option(
    "--frame", type=click.IntRange(0), help="The frame that it is about, by the number that the player shows."
)
@click.option("--to-frame", type=click.IntRange(0), help="The last frame that it is about, where it is about several.")
@click.option("--reply-to", help="The note that it answers, such as t1n1.")
@json_option
@located
def note_command(
    where: Where,
    slate: str,
    text: str,
    take: int | None,
    frame: int | None,
    to_frame: int | None,
    reply_to: str | None,
) -> int:
    """Write a note on a take, or on some of its frames."""
    from starsend.production.notes import Remark, newest

    wanted, named = parse_take(slate)
    number = take or named
    with opened(where, sound=False) as desk:
        wanted = desk.project.named(wanted)
        number = number or newest(desk.project.record(wanted), wanted)
        first = desk.project.first_frame
        start, end = (None if shown is None else shown - first for shown in (frame, to_frame))
        _tell(where, desk.notes.remark(wanted, number, Remark(text, start, end, reply_to=reply_to))[0])
    return 0


def _tell(where: Where, record: Record) -> None:
    from starsend.cli.render import as_json, say

    if where.json:
        as_json(record.model_dump(mode="json"))
        return
    last = record.history[-1]
    say(f"{record.id}: {last.why} → {record.state}")
