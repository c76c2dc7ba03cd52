"""``estimate`` and ``costs``: money before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from starsend.cli.options import Where, complete_sequence, json_option, located, opened
from starsend.model.money import ZERO, Caps, show_usd

if TYPE_CHECKING:
    from starsend.studio import OpenProject


@click.command("estimate")
@click.option("--seq", help="Only this sequence.", shell_complete=complete_sequence)
@json_option
@located
def estimate_command(where: Where, seq: str | None) -> int:
    """Say what the whole plan would cost with its own models, and what is due now would cost here."""
    from starsend.cli.render import as_json, say, table
    from starsend.production.estimate import estimate_plan

    with opened(where) as desk:
        if seq is not None:
            desk.loaded.plan.find_sequence(seq)
        lines = [line for line in estimate_plan(desk.project) if seq is None or line.sequence == seq]
        due = desk.runner.agenda(sequence=seq, dry=True)
        setting = desk.studio.settings.provider
        if where.json:
            as_json(
                {
                    "planned": [
                        {"sequence": x.sequence, "what": x.what, "model": x.model, "usd": str(x.usd)} for x in lines
                    ],
                    "planned_usd": str(sum((x.usd for x in lines), ZERO)),
                    "due": [{"slate": str(j.slate), "usd": str(j.estimate_usd)} for j in due.jobs],
                    "due_usd": str(due.estimate_usd),
                    "provider": setting,
                }
            )
            return 0
        rows = [(x.sequence, x.what, x.model, show_usd(x.usd)) for x in lines]
        table(("sequence", "what", "model", "USD"), rows, numeric=(3,))
        say(f"one take of everything with the plan's own models: {show_usd(sum((x.usd for x in lines), ZERO))}")
        say(f"due now, with {setting}: {show_usd(due.estimate_usd)}")
        for line in _left(desk.project.caps, _committed(desk)):
            say(line)
    return 0


@click.command("costs")
@json_option
@located
def costs_command(where: Where) -> int:
    """Say what was committed, by sequence, model and outcome; what is estimated and what is known."""
    from starsend.cli.render import as_json, say, table, warn
    from starsend.production.estimate import add_up

    with opened(where, sound=False) as desk:
        lines, broken = add_up(desk.project)
        total = sum((line.committed_usd for line in lines), ZERO)
        if where.json:
            as_json({"lines": [line.as_dict() for line in lines], "committed_usd": str(total)})
            return 0
        rows = [
            (
                line.sequence,
                line.model,
                line.outcome,
                str(line.takes),
                show_usd(line.estimated_usd),
                show_usd(line.actual_usd) if line.known == line.takes else f"{show_usd(line.actual_usd)} + unknown",
                show_usd(line.committed_usd),
            )
            for line in lines
        ]
        headers = ("sequence", "model", "outcome", "takes", "estimated", "actual", "committed")
        table(headers, rows, numeric=(3, 4, 5, 6))
        say(f"committed in all: {show_usd(total)}")
        for line in _left(desk.project.caps, total):
            say(line)
        for bad in broken:
            warn(f"the record of {bad.name} can't be read; its takes are not listed: {bad.why}")
    return 0


def _committed(desk: OpenProject) -> Decimal:
    return sum(desk.store.books().committed.values(), ZERO)


def _left(caps: Caps, committed: Decimal) -> list[str]:
    if caps.project is None:
        return []
    left = max(ZERO, caps.project - committed)
    return [f"the project's budget is {show_usd(caps.project)}; {show_usd(left)} of it is free"]
