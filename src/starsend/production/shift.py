"""One shift of work on a project: go on with what was begun, then do what is due, round by round, within a sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from starsend.errors import BudgetError
from starsend.model.money import ZERO, show_usd
from starsend.production.outlook import total_of
from starsend.production.sequence_runner import Agenda, Job

ROUNDS: Final = 20
"""A shift ends by itself when a round brings nothing new; this only bounds it."""


def work_rounds(
    agenda: Callable[[], Agenda],
    run: Callable[[Sequence[Job]], object],
    *,
    most_usd: Decimal,
    stopped: Callable[[], bool],
) -> None:
    """Do all that is due. What was tried once is not tried again by the same shift.

    Args:
        agenda: What is due now.
        run: Drives jobs to their ends.
        most_usd: What all rounds together may send: what was confirmed, or what needs no word.
        stopped: Whether the shift should end.

    Raises:
        BudgetError: ``not-confirmed``: a later round would cost more; it is not begun.
    """
    tried: set[tuple[str, bool, tuple[str, ...]]] = set()
    sent = ZERO
    for _ in range(ROUNDS):
        jobs = [job for job in agenda().jobs if _mark(job) not in tried]
        if not jobs or stopped():
            return
        usd = total_of(jobs)
        if usd > 0 and sent + usd > most_usd:
            raise BudgetError(
                f"what is due now may cost {show_usd(usd)} more; {show_usd(most_usd - sent)} of what was confirmed is "
                "left, and nothing more was sent",
                remedy="look at what is due, and confirm it",
                code="not-confirmed",
            )
        sent += usd
        tried |= {_mark(job) for job in jobs}
        run(jobs)


def _mark(job: Job) -> tuple[str, bool, tuple[str, ...]]:
    covers = () if job.request is None else tuple(shot for draft in job.request.drafts for shot in draft.covers)
    return str(job.slate), job.request is None, covers
