"""What is worth telling somebody who doesn't look: a person is needed, a refusal, a budget, the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from starsend.errors import (
    BadRequest,
    BudgetError,
    Interrupted,
    PersonNeeded,
    ProviderError,
    RateLimited,
    Refused,
    Unreachable,
    WrongKey,
)
from starsend.model.money import show_usd
from starsend.model.record import Record
from starsend.model.take import Take
from starsend.production.budget_levels import Level
from starsend.production.coverage import Waiting
from starsend.production.engine import Result

Event = Literal["waits", "refused", "budget", "ended"]

_NO_REFUSAL: Final = frozenset({"job-failed", "damage", RateLimited.code, Unreachable.code, ProviderError.code})
"""A take that failed so was not turned away; it is in the counts of the end. All else is told: codes are many."""


@dataclass(frozen=True)
class News:
    """Something to tell.

    Attributes:
        slate: Whose news it is; empty for those of the whole project.
        remedy: What to do, a command where there is one.
    """

    event: Event
    project: str
    slate: str
    message: str
    remedy: str = ""

    def as_dict(self, at: datetime) -> dict[str, str]:
        """As it is sent: ``text`` is what chat services show of a posted message."""
        text = f"{self.message}\n→ {self.remedy}" if self.remedy else self.message
        return {**vars(self), "at": at.isoformat(), "text": f"{self.project}: {text}"}


def news_of(result: Result, project: str) -> tuple[News, ...]:
    """What a job's end has for somebody who doesn't look."""
    slate, error = str(result.slate), result.error
    if error is not None:
        event: Event | None = None
        if isinstance(error, BudgetError):
            event = "budget"
        elif isinstance(error, Refused | BadRequest | WrongKey):
            event = "refused"
        elif error.exit_code == PersonNeeded.exit_code:
            event = "waits"
        return () if event is None else (News(event, project, slate, error.message, error.remedy),)
    return () if result.record is None else tuple(_news_of_takes(result.record, project))


def _news_of_takes(record: Record, project: str) -> list[News]:
    news = []
    for take in last_batch(record):
        name = record.slate.take(take.take)
        if take.outcome == "unknown" and take.unsettled:
            remedy = f"settle it: starsend reconcile {record.id} --give-up, or --resend"
            news.append(News("waits", project, record.id, f"the outcome of {name} is not known", remedy))
        elif take.outcome == "failed" and take.error is not None and take.error.code not in _NO_REFUSAL:
            said = take.error.message
            message = said if name in said else f"{name} was refused: {said}"
            news.append(News("refused", project, record.id, message, take.error.remedy))
    return news


def last_batch(record: Record) -> tuple[Take, ...]:
    """The takes that were asked for together with the last one."""
    last = record.takes[-1] if record.takes else None
    return tuple(t for t in record.takes if last and t.batch == last.batch and t.medium == last.medium)


def news_of_waiting(waiting: Sequence[Waiting], project: str) -> tuple[News, ...]:
    """What a run leaves to a person; takes that failed are no news: they were told, or are in the counts."""
    return tuple(News("waits", project, str(w.slate), w.message, w.remedy) for w in waiting if w.kind != "failed")


def news_of_level(level: Level, project: str) -> News:
    """A budget that so much of is committed."""
    slate = "" if level.kind == "project" else level.name
    return News("budget", project, slate, str(level), f"look at it: starsend costs --project {project} --by day")


def news_of_end(what: str, project: str, results: Sequence[Result], waiting: int, spent_usd: Decimal) -> News:
    """How a command ended: counts, and what it committed.

    Args:
        what: ``run`` or ``generate``.
        project: Its id.
        results: How its jobs ended.
        waiting: How many slates wait for a person.
        spent_usd: What its takes hold of the budgets.
    """
    counts: Counter[str] = Counter()
    for result in results:
        counts.update(_outcomes(result))
    said = [f"{count} {word}" for word, count in sorted(counts.items())]
    if waiting:
        said.append(f"{waiting} left to a person")
    message = f"{what} ended: {', '.join(said) or 'nothing was made'}; {show_usd(spent_usd)} committed"
    return News("ended", project, "", message, f"look at it: starsend status --project {project}")


def _outcomes(result: Result) -> tuple[str, ...]:
    if isinstance(result.error, Interrupted):
        return ("stopped",)
    if result.error is not None:
        waits = result.error.exit_code == PersonNeeded.exit_code
        return ("waiting for a person" if waits else "not done",)
    return tuple(take.outcome for take in last_batch(result.record)) if result.record is not None else ()
