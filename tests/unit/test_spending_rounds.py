"""Sums that a person confirmed, rounds of work within them, and texts compared by words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from starsend.errors import BudgetError
from starsend.model.slate import Slate
from starsend.production.outlook import check_confirmed
from starsend.production.overrides import word_difference
from starsend.production.sequence_runner import Agenda, Job
from starsend.production.shift import ROUNDS, work_rounds

FIVE = Decimal("5.00")


def job(slate: str, usd: str) -> Job:
    return Job(Slate.parse(slate), None, "book", unsent_usd=Decimal(usd))


class Rounds:
    """What is due, a round each; and what was run."""

    def __init__(self, *rounds: Sequence[Job]) -> None:
        self._rounds = iter(rounds)
        self.ran: list[list[str]] = []

    def agenda(self) -> Agenda:
        return Agenda(tuple(next(self._rounds, ())), ())

    def run(self, jobs: Sequence[Job]) -> None:
        self.ran.append([str(each.slate) for each in jobs])


def test_rounds_go_on_until_nothing_new_is_due() -> None:
    rounds = Rounds([job("SEQ01", "1")], [job("SEQ01", "1"), job("SEQ02", "2")], [job("SEQ02", "2")])
    work_rounds(rounds.agenda, rounds.run, most_usd=FIVE, stopped=lambda: False)
    assert rounds.ran == [["SEQ01"], ["SEQ02"]]


def test_a_round_beyond_what_was_confirmed_is_not_begun() -> None:
    rounds = Rounds([job("SEQ01", "3")], [job("SEQ02", "2.01")])
    with pytest.raises(BudgetError, match=r"\$2\.01 more; \$2\.00 of what was confirmed is left"):
        work_rounds(rounds.agenda, rounds.run, most_usd=FIVE, stopped=lambda: False)
    assert rounds.ran == [["SEQ01"]]


def test_what_costs_nothing_goes_on_whatever_was_confirmed() -> None:
    rounds = Rounds([job("SEQ01", "0")])
    work_rounds(rounds.agenda, rounds.run, most_usd=Decimal(0), stopped=lambda: False)
    assert rounds.ran == [["SEQ01"]]


def test_a_stop_ends_the_rounds() -> None:
    rounds = Rounds([job("SEQ01", "0")])
    work_rounds(rounds.agenda, rounds.run, most_usd=FIVE, stopped=lambda: True)
    assert rounds.ran == []


def test_rounds_are_bounded() -> None:
    rounds = Rounds(*([job(f"SEQ{number:02}", "0")] for number in range(1, 60)))
    work_rounds(rounds.agenda, rounds.run, most_usd=FIVE, stopped=lambda: False)
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
