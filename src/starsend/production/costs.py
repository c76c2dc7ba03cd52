"""What was committed: takes added up by day, sequence, model and outcome; estimated against actual, unknown visible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Final, Literal

from starsend.model.money import ZERO, apportion, shown_cents
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.budget_levels import Level, budget_levels
from starsend.production.project import Project
from starsend.store.execution_store import Broken, all_records

Column = Literal["day", "sequence", "model", "outcome"]
COLUMNS: Final[tuple[Column, ...]] = ("day", "sequence", "model", "outcome")
USUAL: Final[tuple[Column, ...]] = ("sequence", "model", "outcome")
NO_DAY: Final = "no date"
"""Stands for the day of a take without a time of its intent."""


@dataclass(frozen=True)
class CostLine:
    """What takes that have something in common came to.

    Attributes:
        by: What they have in common, in the order that was asked for: ``(("day", "2026-11-22"), …)``.
        takes: How many there are.
        known: How many of them have a cost that is known; a proven non-send and what is free are known too.
        estimated_usd: What those that may have gone out were estimated at.
        actual_usd: What those with a known cost came to.
        difference_usd: Actual less estimated, of those with a known cost; above zero they cost more.
        unknown_usd: What is held for those whose cost is not known: their estimates.
    """

    by: tuple[tuple[Column, str], ...]
    takes: int
    known: int
    estimated_usd: Decimal
    actual_usd: Decimal
    difference_usd: Decimal
    unknown_usd: Decimal

    @property
    def committed_usd(self) -> Decimal:
        """What they hold of the budgets."""
        return self.actual_usd + self.unknown_usd

    def as_dict(self) -> dict[str, str | int]:
        """For JSON: money as text."""
        sums = {name: getattr(self, name) for name in _SUMS}
        return {
            **dict(self.by),
            "takes": self.takes,
            "known": self.known,
            **{name: format(usd, "f") for name, usd in sums.items()},
        }


_SUMS: Final = ("estimated_usd", "actual_usd", "difference_usd", "unknown_usd", "committed_usd")


@dataclass(frozen=True)
class Costs:
    """What a project has committed.

    Attributes:
        lines: In the order of what they have in common.
        total: All takes together.
        committed_usd: As the budgets count it: takes in records that can't be read are in it.
        levels: Every budget, and what is left of it.
        broken: Records that can't be read; their takes are on no line.
    """

    lines: tuple[CostLine, ...]
    total: CostLine
    committed_usd: Decimal
    levels: tuple[Level, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Cents:
    """A line in whole cents, as it is shown: every column of a table comes to its total, and each line adds up, too.

    Attributes:
        estimated: As of :class:`CostLine`, and so are the others.
    """

    estimated: Decimal
    actual: Decimal
    unknown: Decimal

    @property
    def committed(self) -> Decimal:
        """What they hold of the budgets."""
        return self.actual + self.unknown

    @property
    def difference(self) -> Decimal:
        """Actual less estimated, of those with a known cost."""
        return self.actual - (self.estimated - self.unknown)


def in_cents(costs: Costs) -> tuple[tuple[Cents, ...], Cents]:
    """The lines and their total in whole cents: what stands in a column comes to what stands below it."""
    total = costs.total
    unknown = shown_cents(total.unknown_usd)
    below = (shown_cents(total.estimated_usd), shown_cents(total.committed_usd) - unknown, unknown)
    columns = [
        apportion([getattr(line, name) for line in costs.lines], usd)
        for name, usd in zip(("estimated_usd", "actual_usd", "unknown_usd"), below, strict=True)
    ]
    return tuple(Cents(*cells) for cells in zip(*columns, strict=True)), Cents(*below)


def add_up(project: Project, by: Sequence[Column] = USUAL) -> Costs:
    """Add up all takes by what they have in common. A take that stands in two records (a copy by hand) counts once."""
    records, broken = all_records(project.store)
    groups: dict[tuple[str, ...], list[Take]] = defaultdict(list)
    every: list[Take] = []
    for slate, take in _once([(r.slate, take) for r in records.values() for take in r.takes]):
        groups[tuple(_place(slate, take, column) for column in by)].append(take)
        every.append(take)
    committed = project.store.books().committed
    return Costs(
        lines=tuple(_line(tuple(zip(by, key, strict=True)), takes) for key, takes in sorted(groups.items())),
        total=_line((), every),
        committed_usd=sum(committed.values(), ZERO),
        levels=budget_levels(project.paths.project, project.caps, committed),
        broken=broken,
    )


def _once(takes: Sequence[tuple[Slate, Take]]) -> Iterator[tuple[Slate, Take]]:
    owners: dict[tuple[str, str], str] = {}
    for slate, take in takes:
        mark = (take.intent_id, take.fingerprint)
        if not take.intent_id or owners.setdefault(mark, str(slate)) == str(slate):
            yield slate, take


def _place(slate: Slate, take: Take, column: Column) -> str:
    if column == "day":
        return NO_DAY if take.intent_at is None else take.intent_at.astimezone(UTC).date().isoformat()
    if column == "sequence":
        return slate.sequence
    if column == "model":
        return take.model
    return "not sent" if take.not_sent else take.outcome


def _line(by: tuple[tuple[Column, str], ...], takes: Sequence[Take]) -> CostLine:
    sent = [take for take in takes if not take.not_sent]
    told = [take for take in sent if take.cost_usd is not None]
    held = [take for take in sent if take.cost_usd is None]
    actual = sum((take.committed_usd for take in told), ZERO)
    return CostLine(
        by=by,
        takes=len(takes),
        known=len(takes) - sum(take.estimate_usd > 0 for take in held),
        estimated_usd=sum((take.estimate_usd for take in sent), ZERO),
        actual_usd=actual,
        difference_usd=actual - sum((take.estimate_usd for take in told), ZERO),
        unknown_usd=sum((take.estimate_usd for take in held), ZERO),
    )
