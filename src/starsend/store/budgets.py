"""What a project has committed, and the budgets that a new take must fit into. Pure functions of summaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from starsend.errors import BudgetError, Busy
from starsend.model.money import ZERO, Caps, show_usd
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.store.execution_store import Books
from starsend.store.summary import Summary


def sum_up(rows: Mapping[str, Summary]) -> Books:
    """Add up all records by id.

    A take that stands in two records (a copy made by hand) counts once, and is settled where one says so.
    """
    names = sorted(rows, key=lambda name: (rows[name].fault is not None, name))
    settled = {held.intent for row in rows.values() for held in row.held if held.intent and not held.unsettled}
    owners: dict[str, str] = {}
    committed = {
        name: sum((h.usd for h in rows[name].held if not h.intent or owners.setdefault(h.intent, name) == name), ZERO)
        for name in names
    }
    unsettled = {
        held.fingerprint: held.take
        for name in names
        for held in rows[name].held
        if held.unsettled and held.fingerprint and held.intent not in settled
    }
    bought = {
        held.fingerprint: held.take
        for name in names
        for held in rows[name].held
        if held.fingerprint and held.usd > 0 and not held.unsettled
    }
    at_work = tuple(n for n in names if rows[n].fault is None and any(held.unsettled for held in rows[n].held))
    return Books(committed, unsettled, at_work, bought)


def check_budgets(project: str, slate: Slate, takes: Sequence[Take], caps: Caps, books: Books) -> None:
    """Let takes pass that fit into every budget together.

    Raises:
        BudgetError: ``over-budget``, naming the budget.
    """
    asked = sum((take.committed_usd for take in takes), ZERO)
    family = [usd for name, usd in books.committed.items() if of_sequence(name, slate.sequence)]
    rows: list[tuple[str, Decimal | None, Decimal]] = [
        (f"the project {project}", caps.project, sum(books.committed.values(), ZERO)),
        (f"the sequence {slate.sequence}", caps.sequence, sum(family, ZERO)),
    ]
    if slate.shot is not None:
        rows.append((f"the shot {slate}", caps.shot, books.committed.get(str(slate), ZERO)))
    for what, cap, spent in rows:
        if cap is not None and spent + asked > cap:
            raise BudgetError(
                f"{slate}: {show_usd(asked)} more would bring {what} to {show_usd(spent + asked)}, "
                f"over its budget of {show_usd(cap)} ({show_usd(spent)} is committed)",
                remedy="raise the budget in the plan (at most to the cap in starsend.toml), or make fewer takes",
            )


def check_same_request(id: str, takes: Sequence[Take], books: Books) -> None:
    """Let takes pass that nobody asks for just now.

    Raises:
        Busy: ``same-request``, naming the unsettled take that asks for exactly the same.
    """
    for take in takes:
        other = books.unsettled.get(take.fingerprint)
        if take.fingerprint and other is not None:
            raise Busy(
                f"{id}: {other} asks for exactly the same and is not settled yet",
                remedy=f"let {other} finish first: starsend run",
                code="same-request",
            )


def of_sequence(name: str, sequence: str) -> bool:
    """Whether a record is that of a sequence or of one of its shots."""
    return name == sequence or name.startswith(f"{sequence}_SH")
