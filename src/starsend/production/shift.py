"""One shift of work on a project: go on with what was begun, then do what is due, round by round, within a sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Protocol

from starsend.errors import BudgetError, StaleWrite, StarsendError
from starsend.model.money import ZERO, show_usd
from starsend.model.slate import Slate
from starsend.production.engine import Result
from starsend.production.job import Agenda, Job
from starsend.production.outlook import total_of

ROUNDS: Final = 20
"""A shift ends by itself when a round brings nothing new; this only bounds it."""

_Mark = tuple[str, bool, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """Which part of the project is worked on; None means all."""

    episode: str | None = None
    sequence: str | None = None

    @property
    def sequences(self) -> tuple[str, ...] | None:
        """The one sequence that is meant; None means all."""
        return None if self.sequence is None else (self.sequence,)


class Workflow(Protocol):
    """What says what is due: :class:`starsend.production.sequence_runner.ClientSequenceRunner`."""

    def at_work(self, episode: str | None, sequence: str | None) -> list[Slate]:
        """Slates with unsettled takes."""
        ...

    def going_on(self, slate: Slate) -> Job:
        """The job of such a slate."""
        ...

    def agenda(self, *, episode: str | None = None, sequence: str | None = None, dry: bool = False) -> Agenda:
        """What is to be done now."""
        ...


class Crew(Protocol):
    """Who works a shift: a command in its terminal, or the server for a page."""

    def let_send(self, jobs: Sequence[Job], sent: Decimal) -> None:
        """Let jobs pass, or raise; nothing of them was sent yet.

        Args:
            jobs: A round.
            sent: What the rounds before may have sent.

        Raises:
            StarsendError: The round is not begun, and the shift ends.
        """
        ...

    def drive(self, jobs: Sequence[Job]) -> Collection[str]:
        """Drive jobs to their ends. Gives the slates of which nothing was begun, as somebody else had changed them."""
        ...


class Shift:
    """Works on a part of a project.

    What takes of an earlier round lead to is done in a later one; what was tried once is not tried again by the same
    shift, and the sum of all that it sends is held against what its crew lets pass.

    Args:
        workflow: Says what is due.
        part: Which part.
        crew: Asks, and drives.
        mark_stale: Marks what a changed plan made stale, of some sequences or of all.
        stopped: Whether the shift should end.
    """

    def __init__(
        self,
        workflow: Workflow,
        part: Part,
        crew: Crew,
        *,
        mark_stale: Callable[[Collection[str] | None], None],
        stopped: Callable[[], bool],
    ) -> None:
        self._workflow = workflow
        self._part = part
        self._crew = crew
        self._mark_stale = mark_stale
        self._stopped = stopped
        self._sent = ZERO
        self._tried: set[_Mark] = set()
        self._troubles: dict[str, StarsendError] = {}

    def go_on(self) -> None:
        """Go on with all that is not settled; needs no plan that is sound. May send what never was, once it may pass.

        Raises:
            StarsendError: As the crew says.
        """
        slates = self._workflow.at_work(self._part.episode, self._part.sequence)
        if slates:
            self._drive([self._workflow.going_on(slate) for slate in slates])

    def work(self) -> None:
        """Do all that is due until a round brings nothing new. May cost what the crew lets pass.

        Raises:
            StarsendError: As the crew says; what was begun can be resumed.
        """
        self._mark_stale(self._part.sequences)
        for _ in range(ROUNDS):
            jobs = [job for job in self._agenda(dry=False).jobs if _mark(job) not in self._tried]
            if not jobs or self._stopped():
                break
            self._tried |= {_mark(job) for job in jobs}
            self._drive(jobs)
        self._mark_stale(self._part.sequences)

    def left(self) -> Agenda:
        """What is left to a person, with all that kept any round from some sequences."""
        after = self._agenda(dry=True)
        troubles = {trouble.message: trouble for trouble in (*after.troubles, *self._troubles.values())}
        return replace(after, troubles=tuple(troubles.values()))

    def _agenda(self, *, dry: bool) -> Agenda:
        agenda = self._workflow.agenda(episode=self._part.episode, sequence=self._part.sequence, dry=dry)
        self._troubles.update({trouble.message: trouble for trouble in agenda.troubles})
        return agenda

    def _drive(self, jobs: Sequence[Job]) -> None:
        self._crew.let_send(jobs, self._sent)
        self._sent += total_of(jobs)
        stale = self._crew.drive(jobs)
        self._tried = {mark for mark in self._tried if mark[0] not in stale}  # looked at again in the next round


def stale_slates(results: Iterable[Result]) -> set[str]:
    """Slates that somebody else changed between the look at them and the begin: nothing of them was begun."""
    return {str(result.slate) for result in results if isinstance(result.error, StaleWrite)}


def hold_within(jobs: Sequence[Job], sent: Decimal, most_usd: Decimal) -> None:
    """Let a round pass whose sum, with what was sent before, is within what was confirmed or needs no word.

    Raises:
        BudgetError: ``not-confirmed``: the round would cost more; it is not begun.
    """
    usd = total_of(jobs)
    if usd > 0 and sent + usd > most_usd:
        raise BudgetError(
            f"what is due now may cost {show_usd(usd)} more; {show_usd(most_usd - sent)} of what was confirmed is "
            "left, and nothing more was sent",
            remedy="look at what is due, and confirm it",
            code="not-confirmed",
        )


def _mark(job: Job) -> _Mark:
    covers = () if job.request is None else tuple(shot for draft in job.request.drafts for shot in draft.covers)
    return str(job.slate), job.request is None, covers
