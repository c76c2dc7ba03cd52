"""One ``starsend run``: go on with what was begun, then do what is due, round by round, until nothing new is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.cli.driving import confirm, drive, telling, worst
from starsend.cli.options import Where
from starsend.errors import StarsendError
from starsend.model.money import ZERO

if TYPE_CHECKING:
    from starsend.production.sequence_runner import Agenda, Job
    from starsend.studio import OpenProject

ROUNDS = 20
"""A run ends by itself when a round brings nothing new; this only bounds it."""


@dataclass(frozen=True)
class Part:
    """Which part of the project is run; None means all."""

    episode: str | None = None
    sequence: str | None = None


class RunShift:
    """Runs a part of a project.

    What takes of an earlier round lead to is done in a later one; what was tried once is not tried again by the same
    command, and the sum of all that it sends is held against ``--max-cost`` and the threshold.
    """

    def __init__(self, desk: OpenProject, where: Where, part: Part, *, yes: bool, max_cost: Decimal | None) -> None:
        self._desk = desk
        self._where = where
        self._part = part
        self._yes = yes
        self._max_cost = max_cost
        self._sent = ZERO
        self._tried: set[tuple[str, bool, tuple[str, ...]]] = set()
        self._troubles: dict[str, StarsendError] = {}

    def work(self) -> int:
        """Work until nothing new is due, and give the exit code that counts."""
        with telling(self._desk):
            return self._work()

    def _work(self) -> int:
        from starsend.cli.render import as_json, say

        desk = self._desk
        going_on = [
            desk.runner.going_on(slate) for slate in desk.runner.at_work(self._part.episode, self._part.sequence)
        ]
        codes = [self._drive(going_on)] if going_on else []
        if desk.plan_fault is not None:
            raise desk.plan_fault
        gate(desk, self._part.sequence)
        desk.keep_plan()
        sequences = None if self._part.sequence is None else (self._part.sequence,)
        desk.mark_stale(sequences)
        for _ in range(ROUNDS):
            jobs = [job for job in self._agenda().jobs if self._is_new(job)]
            if not jobs or desk.studio.desk.stop.is_set():
                break
            codes.append(self._drive(jobs))
        desk.mark_stale(sequences)
        after = self._agenda(dry=True)
        desk.notifier.left(after.waiting)
        if not codes and self._where.json:
            as_json({"records": []})
        elif not codes and not after.waiting and not self._troubles:
            say("nothing is due")
        return worst([*codes, tell_left(after, tuple(self._troubles.values()))])

    def _agenda(self, *, dry: bool = False) -> Agenda:
        agenda = self._desk.runner.agenda(episode=self._part.episode, sequence=self._part.sequence, dry=dry)
        self._troubles.update({trouble.message: trouble for trouble in agenda.troubles})
        return agenda

    def _is_new(self, job: Job) -> bool:
        covers = () if job.request is None else tuple(shot for draft in job.request.drafts for shot in draft.covers)
        mark = (str(job.slate), job.request is None, covers)
        if mark in self._tried:
            return False
        self._tried.add(mark)
        return True

    def _drive(self, jobs: list[Job]) -> int:
        confirm(self._desk, jobs, yes=self._yes, max_cost=self._max_cost, sent=self._sent)
        self._sent += sum((job.estimate_usd for job in jobs), ZERO)
        stale: set[str] = set()
        code = drive(self._desk, jobs, self._where, stale)
        self._tried = {mark for mark in self._tried if mark[0] not in stale}  # looked at again in the next round
        return code


def gate(desk: OpenProject, sequence: str | None) -> None:
    """Stop at the plan's faults, all at once; say what else is worth it."""
    from starsend.cli.render import warn
    from starsend.production.plan_gate import let_pass

    warn(*let_pass(desk.project, None if sequence is None else (sequence,)))


def tell_left(agenda: Agenda, troubles: tuple[StarsendError, ...] = ()) -> int:
    """Say what is left to a person, and give its exit code."""
    from starsend.cli.render import show_error, warn

    for waiting in agenda.waiting:
        warn(f"{waiting.message}", f"  → {waiting.remedy}")
    all_troubles = {trouble.message: trouble for trouble in (*agenda.troubles, *troubles)}.values()
    for trouble in all_troubles:
        show_error(trouble)
    codes = [5 if waiting.kind == "failed" else 6 for waiting in agenda.waiting]
    return worst([*codes, *(trouble.exit_code for trouble in all_troubles)])
