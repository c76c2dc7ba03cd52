from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from starsend.model.money import NO_CAPS, Caps, Usd, lower, round_down, round_up, show_usd


@pytest.mark.parametrize(("amount", "cents"), [("1.57", "1.57"), ("1.5601", "1.57"), ("0.0001", "0.01"), ("0", "0.00")])
def test_estimates_round_up_to_the_cent(amount: str, cents: str) -> None:
    assert str(round_up(Decimal(amount))) == cents


@pytest.mark.parametrize(("amount", "cents"), [("48.339512", "48.33"), ("0.009", "0.00"), ("5", "5.00")])
def test_what_may_still_be_spent_rounds_down(amount: str, cents: str) -> None:
    assert str(round_down(Decimal(amount))) == cents


def test_a_sum_is_shown_in_dollars_and_never_less_than_it_is() -> None:
    assert show_usd(Decimal("1.5")) == "$1.50"
    assert show_usd(Decimal("0.336")) == "$0.34"


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
