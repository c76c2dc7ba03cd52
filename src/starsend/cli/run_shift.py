"""One ``starsend run``: go on with what was begun, then do what is due, round by round, until nothing new is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.cli.driving import confirm, drive, telling, worst
from starsend.cli.options import Where

if TYPE_CHECKING:
    from starsend.production.job import Agenda, Job
    from starsend.production.shift import Part
    from starsend.studio import OpenProject


class _Crew:
    """Works a shift in a terminal: asks for each round, drives it, and keeps the exit codes."""

    def __init__(self, desk: OpenProject, where: Where, *, yes: bool, max_cost: Decimal | None) -> None:
        self._desk = desk
        self._where = where
        self._yes = yes
        self._max_cost = max_cost
        self.codes: list[int] = []

    def let_send(self, jobs: Sequence[Job], sent: Decimal) -> None:
        """Hold the sum of the whole command against ``--max-cost`` and the threshold."""
        confirm(self._desk, jobs, yes=self._yes, max_cost=self._max_cost, sent=sent)

    def drive(self, jobs: Sequence[Job]) -> set[str]:
        """Show what happens; gives the slates that somebody else had changed."""
        stale: set[str] = set()
        self.codes.append(drive(self._desk, jobs, self._where, stale))
        return stale


def run_part(desk: OpenProject, where: Where, part: Part, *, yes: bool, max_cost: Decimal | None) -> int:
    """Work until nothing new is due, and give the exit code that counts."""
    with telling(desk):
        return _run_part(desk, where, part, _Crew(desk, where, yes=yes, max_cost=max_cost))


def _run_part(desk: OpenProject, where: Where, part: Part, crew: _Crew) -> int:
    from starsend.cli.render import as_json, say

    shift = desk.shift(part, crew)
    shift.go_on()
    if desk.plan_fault is not None:
        raise desk.plan_fault
    gate(desk, part.sequence)
    desk.keep_plan()
    shift.work()
    left = shift.left()
    desk.notifier.left(left.waiting)
    if not crew.codes and where.json:
        as_json({"records": []})
    elif not crew.codes and not left.waiting and not left.troubles:
        say("nothing is due")
    return worst([*crew.codes, tell_left(left)])


def gate(desk: OpenProject, sequence: str | None) -> None:
    """Stop at the plan's faults, all at once; say what else is worth it."""
    from starsend.cli.render import warn
    from starsend.production.plan_gate import let_pass

    warn(*let_pass(desk.project, None if sequence is None else (sequence,)))


def tell_left(agenda: Agenda) -> int:
    """Say what is left to a person, and give its exit code."""
    from starsend.cli.render import show_error, warn

    for waiting in agenda.waiting:
        warn(f"{waiting.message}", f"  → {waiting.remedy}")
    troubles = {trouble.message: trouble for trouble in agenda.troubles}.values()
    for trouble in troubles:
        show_error(trouble)
    codes = [5 if waiting.kind == "failed" else 6 for waiting in agenda.waiting]
    return worst([*codes, *(trouble.exit_code for trouble in troubles)])
