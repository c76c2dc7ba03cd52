"""How full each budget is: of the project, of its sequences, of its shots. Pure functions of the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from starsend.errors import PlanError
from starsend.model.money import ZERO, Caps, show_left, show_usd
from starsend.model.slate import Slate


@dataclass(frozen=True)
class Level:
    """One budget and what is committed of it.

    Attributes:
        name: The project's id, or the slate.
    """

    kind: Literal["project", "sequence", "shot"]
    name: str
    cap_usd: Decimal
    committed_usd: Decimal

    @property
    def left_usd(self) -> Decimal:
        """What may still be committed; never below zero."""
        return max(ZERO, self.cap_usd - self.committed_usd)

    def reached(self, part: Decimal) -> bool:
        """Whether so much of it, 0 to 1, is committed. A budget that nothing was taken from never is."""
        return self.committed_usd > 0 and self.committed_usd >= self.cap_usd * part

    def __str__(self) -> str:
        return (
            f"{show_usd(self.committed_usd)} of the {self.kind} {self.name}'s budget of {show_usd(self.cap_usd)} "
            f"is committed; {show_left(self.cap_usd, self.committed_usd)} is free"
        )

    def as_dict(self) -> dict[str, str]:
        """For JSON: money as text."""
        return {
            "kind": self.kind,
            "name": self.name,
            "cap_usd": str(self.cap_usd),
            "committed_usd": str(self.committed_usd),
            "left_usd": str(self.left_usd),
        }


def budget_levels(project: str, caps: Caps, committed: Mapping[str, Decimal]) -> tuple[Level, ...]:
    """Every budget that holds: the project's first, then the sequences', then the shots', by name.

    A sequence includes its shots, as in :func:`starsend.store.budgets.check_budgets`.

    Args:
        project: Its id.
        caps: The budgets that count.
        committed: USD a record, as the books say.
    """
    levels = []
    if caps.project is not None:
        levels.append(Level("project", project, caps.project, sum(committed.values(), ZERO)))
    sequences: dict[str, Decimal] = defaultdict(lambda: ZERO)
    shots: dict[str, Decimal] = {}
    for name, usd in sorted(committed.items()):
        try:
            slate = Slate.parse(name)
        except PlanError:  # a file that is no record of a slate counts for the project alone
            continue
        sequences[slate.sequence] += usd
        if slate.shot is not None:
            shots[name] = usd
    if caps.sequence is not None:
        levels += [Level("sequence", name, caps.sequence, usd) for name, usd in sequences.items()]
    if caps.shot is not None:
        levels += [Level("shot", name, caps.shot, usd) for name, usd in shots.items()]
    return tuple(levels)
