from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from starsend.model.money import (
    NO_CAPS,
    Caps,
    Usd,
    apportion,
    lower,
    round_down,
    round_up,
    show_left,
    show_price,
    show_usd,
    shown_cents,
)


@pytest.mark.parametrize(("amount", "cents"), [("1.57", "1.57"), ("1.5601", "1.57"), ("0.0001", "0.01"), ("0", "0.00")])
def test_estimates_round_up_to_the_cent(amount: str, cents: str) -> None:
    assert str(round_up(Decimal(amount))) == cents


@pytest.mark.parametrize(("amount", "cents"), [("48.339512", "48.33"), ("0.009", "0.00"), ("5", "5.00")])
def test_what_may_still_be_spent_rounds_down(amount: str, cents: str) -> None:
    assert str(round_down(Decimal(amount))) == cents


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1.5", "$1.50"), ("0.336", "$0.34"), ("2.980542", "$2.98"), ("0.001", "$0.01"), ("0", "$0.00")],
)
def test_a_sum_is_shown_to_the_cent_and_is_never_nothing_where_it_is_something(amount: str, shown: str) -> None:
    assert show_usd(Decimal(amount)) == shown


def test_what_costs_nothing_is_free() -> None:
    assert (show_price(Decimal("0.00")), show_price(Decimal("0.34"))) == ("free", "$0.34")


@pytest.mark.parametrize(("cap", "committed", "left"), [("150", "2.980542", "$147.02"), ("1", "1.2", "$0.00")])
def test_what_is_shown_as_left_and_as_committed_come_to_the_cap(cap: str, committed: str, left: str) -> None:
    assert show_left(Decimal(cap), Decimal(committed)) == left


def test_parts_in_whole_cents_come_to_their_total_in_whole_cents() -> None:
    parts = [Decimal(text) for text in ("0.025", "0.026", "-0.004", "1.602064", "0")]
    total = shown_cents(sum(parts, Decimal(0)))
    cents = apportion(parts, total)
    assert sum(cents) == total == Decimal("1.65")
    assert all(abs(part - shown) < Decimal("0.01") for part, shown in zip(parts, cents, strict=True))
    assert apportion([], Decimal("0.00")) == ()


@pytest.mark.parametrize(
    ("studio", "plan", "counts"),
    [
        ("5", "3", "3"),
        ("3", "5", "3"),
        ("3", None, "3"),
        (None, "5", "5"),
        (None, None, None),
        ("3", "0", "0"),
        ("0", "3", "0"),
    ],
)
def test_a_plan_may_only_lower_the_studios_cap(studio: str | None, plan: str | None, counts: str | None) -> None:
    def cap(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    assert lower(cap(studio), cap(plan)) == cap(counts)


def test_no_caps_cap_nothing() -> None:
    assert Caps(None, None, None) == NO_CAPS


@pytest.mark.parametrize("text", ["1.57", "0.00", "0.00000001", "123456789.12"])
def test_money_is_text_in_json_and_never_a_float(text: str) -> None:
    sums: TypeAdapter[Decimal] = TypeAdapter(Usd)
    assert sums.dump_json(Decimal(text)).decode() == f'"{text}"'
    assert sums.validate_json(f'"{text}"') == Decimal(text)
