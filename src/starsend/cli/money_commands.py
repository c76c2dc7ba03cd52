"""``estimate`` and ``costs``: money before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from starsend.cli.options import Where, complete_sequence, json_option, located, opened
from starsend.errors import ProviderError
from starsend.model.money import ZERO, Caps, show_left, show_usd

if TYPE_CHECKING:
    from starsend.production.bookkeeper import Billing
    from starsend.production.costs import Cents, Column, CostLine, Costs


@click.command("estimate")
@click.option("--seq", help="Only this sequence.", shell_complete=complete_sequence)
@click.option("--provider", help="What is due is priced for it: animatic (offline, free), or live.")
@json_option
@located
def estimate_command(where: Where, seq: str | None) -> int:
    """Say what the whole plan would cost with its own models, and what is due now would cost here."""
    from starsend.cli.render import as_json, say, table, warn
    from starsend.production.estimate import beyond_budgets, estimate_plan

    with opened(where) as desk:
        if seq is not None:
            desk.loaded.plan.find_sequence(seq)
        every = estimate_plan(desk.project)
        lines = [line for line in every if seq is None or line.sequence == seq]
        due = desk.runner.agenda(sequence=seq, dry=True)
        setting = desk.studio.settings.provider
        beyond = beyond_budgets(desk.project, lines)
        unfit = [trouble.message for trouble in due.troubles]
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
                    "warnings": [*beyond, *unfit],
                }
            )
            return 0
        rows = [(x.sequence, x.what, x.model, show_usd(x.usd)) for x in lines]
        table(("sequence", "what", "model", "USD"), rows, numeric=(3,))
        say(f"one take of everything with the plan's own models: {show_usd(sum((x.usd for x in lines), ZERO))}")
        say(f"due now, with {setting}: {show_usd(due.estimate_usd)}")
        for line in _left(desk.project.caps, sum(desk.store.books().committed.values(), ZERO)):
            say(line)
        warn(*beyond)
        for trouble in due.troubles:
            warn(trouble.message, f"  → {trouble.remedy}")
    return 0


class Columns(click.ParamType[tuple[str, ...]]):
    """What costs are listed by: names with commas between them."""

    name = "COLUMNS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Read them."""
        from starsend.production.costs import COLUMNS

        names = tuple(part.strip() for part in str(value).split(","))
        for name in names:
            if name not in COLUMNS:
                self.fail(f"{name!r} is none of: {', '.join(COLUMNS)}", param, ctx)
        return names


@click.command("costs")
@click.option(
    "--by",
    multiple=True,
    type=Columns(),
    help="day, sequence, model, outcome: several with commas, or again. Days are UTC. Else sequence,model,outcome.",
)
@click.option("--billed", is_flag=True, help="Ask the providers first what they billed, and write it into the records.")
@json_option
@located
def costs_command(where: Where, by: tuple[tuple[str, ...], ...], billed: bool) -> int:
    """Say what was committed, estimated against actual; what is not known stays visible."""
    from starsend.cli.render import as_json
    from starsend.production.costs import COLUMNS, USUAL, add_up

    asked = [name for names in by for name in names]
    columns = tuple(dict.fromkeys(c for name in asked for c in COLUMNS if c == name)) or USUAL
    with opened(where, sound=False) as desk:
        billing = desk.bookkeeper.ask() if billed else None
        costs = add_up(desk.project, columns)
        if billing is not None:
            _tell_billing(billing, quiet=where.json)
        if where.json:
            as_json(_as_dict(costs, columns, billing))
        else:
            _show(costs, columns, Decimal(str(desk.studio.settings.notify.budget_part)))
    return 0 if billing is None or billing.answered else ProviderError.exit_code


def _as_dict(costs: Costs, columns: tuple[Column, ...], billing: Billing | None) -> dict[str, Any]:
    data = {
        "by": list(columns),
        "lines": [line.as_dict() for line in costs.lines],
        "total": costs.total.as_dict(),
        "committed_usd": format(costs.committed_usd, "f"),
        "budgets": [level.as_dict() for level in costs.levels],
        "broken": [bad.name for bad in costs.broken],
    }
    if billing is not None:
        data["billed"] = {
            "booked": [{"provider": b.provider, "take": b.name, "cost_usd": str(b.cost_usd)} for b in billing.booked],
            "unknown": list(billing.silent),
            "troubles": [trouble.message for trouble in billing.troubles],
        }
    return data


def _show(costs: Costs, columns: tuple[Column, ...], near: Decimal) -> None:
    from starsend.cli.render import say, table, warn
    from starsend.production.costs import in_cents

    cells, below = in_cents(costs)
    rows = [
        (*(value for _, value in line.by), *_cells(line, cents)) for line, cents in zip(costs.lines, cells, strict=True)
    ]
    if len(costs.lines) > 1:
        rows.append(("all", *[""] * (len(columns) - 1), *_cells(costs.total, below)))
    headers = (*columns, "takes", "estimated", "actual", "difference", "not known", "committed")
    table(headers, rows, numeric=range(len(columns), len(headers)))
    say(f"committed in all: {show_usd(costs.committed_usd)}")
    for level in costs.levels:
        if level.kind == "project":
            say(_free(level.cap_usd, level.committed_usd))
        elif level.reached(near):
            say(str(level))
    for bad in costs.broken:
        warn(f"the record of {bad.name} can't be read; its takes are not listed: {bad.why}")


def _cells(line: CostLine, cents: Cents) -> tuple[str, ...]:
    unknown = line.takes - line.known
    return (
        str(line.takes),
        f"${cents.estimated}",
        f"${cents.actual}",
        _signed(cents.difference) if line.known else "",
        f"${cents.unknown} of {unknown}" if unknown else "",
        f"${cents.committed}",
    )


def _signed(cents: Decimal) -> str:
    if cents == 0:
        return ""
    return f"+${cents}" if cents > 0 else f"-${-cents}"


def _tell_billing(billing: Billing, *, quiet: bool) -> None:
    from starsend.cli.render import say, warn

    if not quiet:
        say(*(f"{booked} (estimated: {booked.estimate_usd})" for booked in billing.booked))
        if billing.silent:
            say(f"nothing is said of: {', '.join(billing.silent)}; events may lag, so ask again later")
        if not billing.booked and not billing.silent and not billing.troubles:
            say("every cost is known; nobody had to be asked")
    for trouble in billing.troubles:
        warn(trouble.message, f"  → {trouble.remedy}")


def _left(caps: Caps, committed: Decimal) -> list[str]:
    if caps.project is None:
        return []
    return [_free(caps.project, committed)]


def _free(cap: Decimal, committed: Decimal) -> str:
    return f"the project's budget is {show_usd(cap)}; {show_left(cap, committed)} of it is free"
