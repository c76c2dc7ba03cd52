"""What we think of a vendor, and whether the traffic of a canary bears it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from starsend.doctor.traffic import Seen
from starsend.model.take import Take

Verdict = Literal["as expected", "different", "not seen"]
Answer = tuple[Verdict, str]

NOT_SEEN: Answer = ("not seen", "")


@dataclass(frozen=True)
class Evidence:
    """What one job of a canary left behind.

    Attributes:
        take: As its record has it now.
        traffic: All that went to and fro, of this and of other jobs.
        asked_s: Seconds of video that were asked for.
        size_px: Width and height that are expected; of pictures about.
        price_usd: What the catalogue says it costs, exact.
    """

    take: Take
    traffic: tuple[Seen, ...]
    size_px: tuple[int, int]
    price_usd: Decimal
    asked_s: Decimal = Decimal(0)


@dataclass(frozen=True)
class Expectation:
    """One thing that we think of a vendor, with how it is seen in the traffic.

    Attributes:
        matters: What hangs on it.
    """

    provider: str
    name: str
    expected: str
    matters: str
    check: Callable[[Evidence], Answer]


@dataclass(frozen=True)
class Outcome:
    """How an expectation fared."""

    provider: str
    name: str
    expected: str
    verdict: Verdict
    seen: str
    matters: str


def judge(expectations: tuple[Expectation, ...], evidence: Evidence) -> tuple[Outcome, ...]:
    """Hold each against the evidence; what can't be read counts as different, since we thought that it could."""
    outcomes = []
    for each in expectations:
        try:
            verdict, seen = each.check(evidence)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            verdict, seen = "different", f"it can't be read: {error!r}"
        outcomes.append(Outcome(each.provider, each.name, each.expected, verdict, seen, each.matters))
    return tuple(outcomes)


def same(is_so: bool, seen: str) -> Answer:
    """As expected, or different; with what was seen."""
    return ("as expected" if is_so else "different"), seen
