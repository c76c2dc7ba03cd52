"""What jobs may cost, said before anything is sent: against each budget, and against what a person confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starsend.errors import BudgetError
from starsend.model.money import ZERO, Caps, show_usd
from starsend.production.budget_levels import Level, budget_levels
from starsend.production.job import Job


@dataclass(frozen=True)
class Prospect:
    """One budget, and what it would hold after the jobs.

    Attributes:
        level: As it is now.
        after_usd: What would be committed of it.
    """

    level: Level
    after_usd: Decimal

    @property
    def over(self) -> bool:
        """It can't bear the jobs: they would be refused."""
        return self.after_usd > self.level.cap_usd

    def as_dict(self) -> dict[str, Any]:
        """For JSON: money as text."""
        return {**self.level.as_dict(), "after_usd": format(self.after_usd, "f"), "over": self.over}


def prospects(project: str, caps: Caps, committed: Mapping[str, Decimal], jobs: Sequence[Job]) -> tuple[Prospect, ...]:
    """The project's budget and those of the jobs' slates, as they are and as they would be.

    Args:
        project: Its id.
        caps: The budgets that count.
        committed: USD a record, as the books say.
        jobs: What would be sent. What goes on and was never sent is committed already.
    """
    after = dict(committed)
    concerned: set[str] = {project}
    for job in jobs:
        concerned |= {str(job.slate), job.slate.sequence}
        spends = ZERO if job.request is None else job.request.estimate_usd
        after[str(job.slate)] = after.get(str(job.slate), ZERO) + spends
    now = {(level.kind, level.name): level.committed_usd for level in budget_levels(project, caps, committed)}
    return tuple(
        Prospect(
            Level(level.kind, level.name, level.cap_usd, now.get((level.kind, level.name), ZERO)), level.committed_usd
        )
        for level in budget_levels(project, caps, after)
        if level.kind == "project" or level.name in concerned
    )


def job_view(job: Job) -> dict[str, Any]:
    """A job as plain data: what it makes, with what, and what it may cost."""
    drafts = () if job.request is None else job.request.drafts
    return {
        "slate": str(job.slate),
        "mode": drafts[0].order.mode if drafts else "",
        "provider": job.provider,
        "model": drafts[0].order.model if drafts else "",
        "takes": len(drafts),
        "covers": list(dict.fromkeys(shot for draft in drafts for shot in draft.covers)),
        "estimate_usd": format(job.estimate_usd, "f"),
        "notes": list(job.notes),
        "warnings": list(dict.fromkeys(warning for draft in drafts for warning in draft.warnings)),
        "going_on": job.request is None,
    }


def total_of(jobs: Sequence[Job]) -> Decimal:
    """What all of them may send."""
    return sum((job.estimate_usd for job in jobs), ZERO)


def check_confirmed(total: Decimal, confirmed: Decimal | None, *, above: Decimal, what: str) -> None:
    """Let a sum pass that a person confirmed as it is, or that needs nobody's word.

    Args:
        total: What may be sent.
        confirmed: What the person was shown and said yes to; None where nobody was asked.
        above: Up to this sum nobody needs to be asked.
        what: Whose sum it is, for the message.

    Raises:
        BudgetError: ``not-confirmed``; nothing was sent.
    """
    if total == 0 and not confirmed:
        return
    if confirmed is None and total <= above:
        return
    if confirmed == total:
        return
    said = "was not confirmed" if confirmed is None else f"{show_usd(confirmed)} was confirmed"
    raise BudgetError(
        f"{what} may cost {show_usd(total)}, and {said}; nothing was sent",
        remedy=f"look at the sum and confirm it: {format(total, 'f')}",
        code="not-confirmed",
    )
