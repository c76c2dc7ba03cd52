"""The end of dailies: what was approved, what is at work in money, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from starsend.console.views.words import WAITING
from starsend.model.money import ZERO
from starsend.model.status import Status
from starsend.store.record_index import Summary

_FAILED: Final = frozenset({Status.KEYFRAME_FAILED, Status.VIDEO_FAILED})
_SHOWN: Final = 12


@dataclass(frozen=True)
class Closing:
    """A project at a glance.

    Attributes:
        approved: Slates whose take stands, the latest first; only the first dozen.
        approved_count: All of them.
        working: Slates with a take at work, or with one whose outcome is not known.
        working_usd: What those takes hold of the budgets.
        looks: Slates that wait for a look.
        failed: Slates whose last attempt failed.
        rejected: Slates that are rejected and wait for another take.
        committed_usd: All that the project holds.
    """

    approved: tuple[str, ...]
    approved_count: int
    working: tuple[str, ...]
    working_usd: Decimal
    looks: int
    failed: tuple[str, ...]
    rejected: tuple[str, ...]
    committed_usd: Decimal


def closing_of(rows: Mapping[str, Summary]) -> Closing:
    """Add a project up from its summaries."""
    sound = {name: row for name, row in sorted(rows.items()) if row.fault is None}
    approved = [name for name, row in sound.items() if row.state == Status.APPROVED]
    working = tuple(name for name, row in sound.items() if row.glance.unsettled)
    return Closing(
        approved=tuple(sorted(approved, key=lambda name: sound[name].glance.at, reverse=True)[:_SHOWN]),
        approved_count=len(approved),
        working=working[:_SHOWN],
        working_usd=sum((held.usd for name in working for held in sound[name].held if held.unsettled), ZERO),
        looks=sum(row.state in WAITING for row in sound.values()),
        failed=tuple(name for name, row in sound.items() if row.state in _FAILED)[:_SHOWN],
        rejected=tuple(name for name, row in sound.items() if row.state == Status.REJECTED)[:_SHOWN],
        committed_usd=sum((row.usd for row in sound.values()), ZERO),
    )
