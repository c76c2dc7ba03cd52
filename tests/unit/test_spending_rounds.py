"""Sums that a person confirmed, rounds of work within them, and texts compared by words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import pytest

from starsend.errors import BudgetError, PlanError
from starsend.model.slate import Slate
from starsend.production.job import Agenda, Job
from starsend.production.outlook import check_confirmed
from starsend.production.overrides import word_difference
from starsend.production.shift import ROUNDS, Part, Shift, hold_within

FIVE = Decimal("5.00")


def job(slate: str, usd: str) -> Job:
    return Job(Slate.parse(slate), None, "book", unsent_usd=Decimal(usd))


class Rounds:
    """A workflow with what is due, a round each; and a crew that writes down what was run.

    Args:
        rounds: What is due, round by round.
        most_usd: What the crew lets pass.
        stale: Slates that somebody else changed, the first time that they are run.
    """

    def __init__(self, *rounds: Sequence[Job], most_usd: Decimal = FIVE, stale: Collection[str] = ()) -> None:
        self._rounds = iter(rounds)
        self._most_usd = most_usd
        self._stale = set(stale)
        self.open: list[str] = []
        self.ran: list[list[str]] = []
        self.marked = 0

    def at_work(self, episode: str | None, sequence: str | None) -> list[Slate]:
        return [Slate.parse(name) for name in self.open]

    def going_on(self, slate: Slate) -> Job:
        return job(str(slate), "1")

    def agenda(self, *, episode: str | None = None, sequence: str | None = None, dry: bool = False) -> Agenda:
        if dry:
            return Agenda((), (), (PlanError("in the end", remedy="mend it"),))
        number = len(self.ran)
        return Agenda(tuple(next(self._rounds, ())), (), (PlanError(f"in round {number}", remedy="mend it"),))

    def let_send(self, jobs: Sequence[Job], sent: Decimal) -> None:
        hold_within(jobs, sent, self._most_usd)

    def drive(self, jobs: Sequence[Job]) -> set[str]:
        names = [str(each.slate) for each in jobs]
        self.ran.append(names)
        stale, self._stale = self._stale & set(names), self._stale - set(names)
        return stale

    def mark_stale(self, sequences: Collection[str] | None) -> None:
        self.marked += 1

    def shift(self, *, stopped: bool = False) -> Shift:
        return Shift(self, Part(), self, mark_stale=self.mark_stale, stopped=lambda: stopped)


def test_rounds_go_on_until_nothing_new_is_due() -> None:
    rounds = Rounds([job("SEQ01", "1")], [job("SEQ01", "1"), job("SEQ02", "2")], [job("SEQ02", "2")])
    rounds.shift().work()
    assert (rounds.ran, rounds.marked) == ([["SEQ01"], ["SEQ02"]], 2)


def test_what_was_begun_goes_on_first_and_counts_in_the_sum() -> None:
    rounds = Rounds([job("SEQ02", "4.01")])
    rounds.open = ["SEQ01"]
    shift = rounds.shift()
    shift.go_on()
    with pytest.raises(BudgetError, match=r"\$4\.01 more; \$4\.00 of what was confirmed is left"):
        shift.work()
    assert rounds.ran == [["SEQ01"]]


def test_what_somebody_else_changed_is_looked_at_again() -> None:
    rounds = Rounds([job("SEQ01", "1"), job("SEQ02", "1")], [job("SEQ01", "1"), job("SEQ02", "1")], stale={"SEQ02"})
    rounds.shift().work()
    assert rounds.ran == [["SEQ01", "SEQ02"], ["SEQ02"]]


def test_what_kept_any_round_from_its_work_is_said_in_the_end() -> None:
    rounds = Rounds([job("SEQ01", "1")])
    shift = rounds.shift()
    shift.work()
    assert [trouble.message for trouble in shift.left().troubles] == ["in the end", "in round 0", "in round 1"]


def test_a_round_beyond_what_was_confirmed_is_not_begun() -> None:
    rounds = Rounds([job("SEQ01", "3")], [job("SEQ02", "2.01")])
    with pytest.raises(BudgetError, match=r"\$2\.01 more; \$2\.00 of what was confirmed is left"):
        rounds.shift().work()
    assert rounds.ran == [["SEQ01"]]


def test_what_costs_nothing_goes_on_whatever_was_confirmed() -> None:
    rounds = Rounds([job("SEQ01", "0")], most_usd=Decimal(0))
    rounds.shift().work()
    assert rounds.ran == [["SEQ01"]]


def test_a_stop_ends_the_rounds() -> None:
    rounds = Rounds([job("SEQ01", "0")])
    rounds.shift(stopped=True).work()
    assert rounds.ran == []


def test_rounds_are_bounded() -> None:
    rounds = Rounds(*([job(f"SEQ{number:02}", "0")] for number in range(1, 60)))
    rounds.shift().work()
    assert len(rounds.ran) == ROUNDS


@pytest.mark.parametrize(
    ("total", "confirmed", "passes"),
    [
        ("0", None, True),
        ("5.00", None, True),
        ("5.01", None, False),
        ("5.01", "5.01", True),
        ("5.01", "5.00", False),
        ("1.00", "2.00", False),
        ("0", "0", True),
        ("0", "1.00", False),
    ],
)
def test_a_sum_passes_as_it_was_confirmed(total: str, confirmed: str | None, passes: bool) -> None:
    said = None if confirmed is None else Decimal(confirmed)
    if passes:
        check_confirmed(Decimal(total), said, above=FIVE, what="SEQ01")
        return
    with pytest.raises(BudgetError) as refused:
        check_confirmed(Decimal(total), said, above=FIVE, what="SEQ01")
    assert (refused.value.code, refused.value.exit_code) == ("not-confirmed", 4)


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("a b", "a  b"), ("one two three", "zero two\nfour"), ("Ü — x", "ü — x y")]
)
def test_the_pieces_of_a_difference_join_to_both_texts(before: str, after: str) -> None:
    pieces = word_difference(before, after)
    assert "".join(text for tag, text in pieces if tag in "=-") == before
    assert "".join(text for tag, text in pieces if tag in "=+") == after
