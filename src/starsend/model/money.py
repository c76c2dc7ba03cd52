"""Money is Decimal, in US dollars. Estimates round up to the cent, a take at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def _as_text(value: Decimal) -> str:
    return format(value, "f")


MOST = Decimal(10**9)
"""No sum of a film is as large; what is larger is a slip of the hand."""

Usd = Annotated[Decimal, Field(ge=0, lt=MOST, allow_inf_nan=False), PlainSerializer(_as_text, return_type=str)]
"""A sum that is written to JSON as text, never as a float. It is never negative."""


def round_up(amount: Decimal) -> Decimal:
    """The next whole cent at or above the amount."""
    return amount.quantize(CENT, rounding=ROUND_CEILING)


def round_down(amount: Decimal) -> Decimal:
    """The whole cent at or below the amount: what may still be spent."""
    return amount.quantize(CENT, rounding=ROUND_FLOOR)


def show_usd(amount: Decimal) -> str:
    """``$1.57``: to the nearest cent; what costs anything is at least one."""
    return f"${shown_cents(amount)}"


def shown_cents(amount: Decimal) -> Decimal:
    """An amount as people read it: to the nearest cent, and never nothing where there is something."""
    cents = amount.quantize(CENT, rounding=ROUND_HALF_UP)
    return CENT if not cents and amount > 0 else cents


def show_left(cap: Decimal, committed: Decimal) -> str:
    """What is left of a budget, so that it and what is shown as committed come to the cap as it is shown."""
    return f"${max(ZERO, shown_cents(cap) - shown_cents(committed))}"


def show_price(amount: Decimal) -> str:
    """``$1.57``, or ``free``."""
    return show_usd(amount) if amount else "free"


def apportion(parts: Sequence[Decimal], total: Decimal) -> tuple[Decimal, ...]:
    """Whole cents for each part that come to the total exactly; none is off by a cent or more where total is their sum.

    Args:
        parts: The exact amounts.
        total: Whole cents, such as their sum rounded.
    """
    cents = [round_down(part) for part in parts]
    missing = int((total - sum(cents, ZERO)) / CENT)
    order = sorted(range(len(parts)), key=lambda place: cents[place] - parts[place])
    for place in order[: max(0, missing)]:
        cents[place] += CENT
    return tuple(cents)


@dataclass(frozen=True)
class Caps:
    """Hard budgets that one take must fit into; None means no cap.

    Attributes:
        project: All that the project has committed.
        sequence: All that the sequence and its shots have committed.
        shot: What the record of one shot has committed.
    """

    project: Decimal | None = None
    sequence: Decimal | None = None
    shot: Decimal | None = None


def lower(studio: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """The cap that counts: a plan may only lower the studio's."""
    if studio is None or plan is None:
        return plan if studio is None else studio
    return min(studio, plan)


NO_CAPS = Caps()
"""Nothing is capped."""
