"""Running jobs from a command: asking first, showing what happens, and the exit code that counts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from starsend.cli.options import Where
from starsend.errors import BudgetError, Interrupted, PersonNeeded, ProviderError, StaleWrite, WrongKey
from starsend.model.money import ZERO, show_usd
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.model.take import Take
    from starsend.production.engine import Result
    from starsend.production.job import Job
    from starsend.studio import OpenProject

WORST_FIRST = (130, 7, 6, 4, 5, 3, 2, 0)
"""Of several takes the worst exit code counts; an interruption is told above all."""


def worst(codes: Sequence[int]) -> int:
    """The exit code that counts of several."""
    return min(codes, key=lambda code: WORST_FIRST.index(code) if code in WORST_FIRST else 0, default=0)


def confirm(
    desk: OpenProject, jobs: Sequence[Job], *, yes: bool, max_cost: Decimal | None, sent: Decimal = ZERO
) -> None:
    """Hold the sum that this command may send against ``--max-cost`` and the confirmation threshold."""
    from starsend.cli.render import warn

    for name in dict.fromkeys(job.provider for job in jobs if job.request is not None and job.provider):
        desk.provider(name, None).check_ready()
    warn(*desk.bought_before(jobs))
    more = sum((job.estimate_usd for job in jobs), ZERO)
    ask(desk, more, more + sent, yes=yes, max_cost=max_cost)


def ask(desk: OpenProject, more: Decimal, total: Decimal, *, yes: bool, max_cost: Decimal | None) -> None:
    """Let a sum pass that is within ``--max-cost``, and that needs no word or gets it.

    Args:
        desk: Whose threshold counts.
        more: What may be sent next; where it is nothing, nobody is asked.
        total: All that this command may have sent then.
        yes: The word was given beforehand.
        max_cost: What it may be at most.

    Raises:
        BudgetError: ``over-max-cost``, ``not-confirmed``; nothing was sent.
    """
    if max_cost is not None and more > 0 and total > max_cost:
        raise BudgetError(
            f"this may cost {show_usd(total)}, more than --max-cost {show_usd(max_cost)}; nothing was sent",
            remedy="raise --max-cost, or do less at once: --seq SEQ01",
            code="over-max-cost",
        )
    if more == 0 or total <= desk.studio.settings.confirm.above_usd or yes:
        return
    if (
        sys.stdin.isatty()
        and sys.stderr.isatty()
        and click.confirm(f"This may cost {show_usd(total)}. Go on?", err=True)
    ):
        return
    raise BudgetError(
        f"this may cost {show_usd(total)} and was not confirmed; nothing was sent",
        remedy="confirm it: --yes",
        code="not-confirmed",
    )


def show_dry(desk: OpenProject, jobs: Sequence[Job]) -> int:
    """Print what would be sent."""
    from starsend.cli.render import as_json

    shown = []
    for job in jobs:
        takes = [] if job.request is None else job.request.drafts
        shown.append(
            {
                "slate": str(job.slate),
                "provider": job.provider,
                "notes": list(job.notes),
                "estimate_usd": str(job.estimate_usd),
                "requests": [desk.body_of(job, draft) for draft in takes],
            }
        )
    as_json({"dry_run": shown})
    return 0


class Terminal:
    """Shows what the engine does."""

    def __init__(self, bars: Any, *, quiet: bool) -> None:
        self._bars = bars
        self._quiet = quiet

    def began(self, job: Job) -> None:
        """Print what was chosen for it."""
        if not self._quiet:
            for note in job.notes:
                self._bars.line(note)

    def progress(self, slate: Slate, take: int, part: float) -> None:
        """Move its bar."""
        self._bars.update(slate.take(take), part)

    def ended(self, result: Result) -> None:
        """Print what came of it."""
        self._bars.finish(f"{result.slate}_T")
        if not self._quiet:
            for line in _told(result):
                self._bars.line(line)


def _told(result: Result) -> list[str]:
    from starsend.production.news import last_batch

    if result.record is None:
        return [f"{result.slate}: {result.error.message if result.error else ''}"]
    lines = []
    for take in last_batch(result.record):
        said = f": {take.error.message}" if take.error is not None and take.outcome != "complete" else ""
        where = f"  {take.media.path}" if take.media is not None else ""
        lines.append(f"{result.slate.take(take.take)} {take.outcome} → {result.record.state}{said}{where}")
    return lines or [f"{result.slate}: {result.record.state}"]


def drive(desk: OpenProject, jobs: Sequence[Job], where: Where, stale: set[str] | None = None) -> int:
    """Run jobs to their ends, show them, and give the worst exit code.

    With ``stale`` given, slates that somebody else changed meanwhile are put there instead of counting as errors.
    """
    from starsend.cli.render import Bars, as_json, show_error

    with telling(desk), Bars() as bars, nullcontext() if where.json else desk.remarks_to(bars.line):
        results = desk.engine.run(jobs, desk.notifier.watching(Terminal(bars, quiet=where.json)))
    if stale is not None:
        stale |= {str(result.slate) for result in results if isinstance(result.error, StaleWrite)}
        results = [result for result in results if not isinstance(result.error, StaleWrite)]
    codes = [_code_of(result) for result in results]
    if where.json:
        as_json({"records": [r.record.model_dump(mode="json") for r in results if r.record is not None]})
    told: set[tuple[str, str]] = set()
    for result in results:
        error = result.error
        if error is not None and not isinstance(error, Interrupted) and (error.message, error.remedy) not in told:
            told.add((error.message, error.remedy))  # a missing key is said once, not for each slate
            show_error(error)
    if desk.studio.desk.stop.is_set():
        show_error(Interrupted("stopped; everything that was begun can be resumed", remedy="go on: starsend run"))
        codes.append(130)
    return worst(codes)


@contextmanager
def telling(desk: OpenProject) -> Iterator[None]:
    """While this command works its news is told to whom ``[notify]`` names; what can't be told is only a warning."""
    from starsend.cli.render import warn

    context = click.get_current_context(silent=True)
    what = "starsend" if context is None else str(context.info_name)
    try:
        with desk.notifier.working(what):
            yield
    finally:
        warn(*desk.notifier.troubles())


def _code_of(result: Result) -> int:
    from starsend.production.news import last_batch

    if result.error is not None:
        return result.error.exit_code
    if result.record is None or not result.record.takes:
        return 0
    batch = last_batch(result.record)
    return worst([_code_of_take(take) for take in batch])


def _code_of_take(take: Take) -> int:
    if take.error is not None and take.error.code == WrongKey.code:
        return WrongKey.exit_code
    codes = {"complete": 0, "pending": 0, "unknown": PersonNeeded.exit_code}
    return codes.get(take.outcome, ProviderError.exit_code)
