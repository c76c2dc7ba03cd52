"""The end of dailies: what was approved today, what is queued and at work in money, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from starsend.console.views.listing import Listing
from starsend.model.money import ZERO
from starsend.model.status import Status

_FAILED: Final = frozenset({Status.KEYFRAME_FAILED, Status.VIDEO_FAILED})
_SHOWN: Final = 12


def closing_view(listing: Listing, basket: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Add a project up from its summaries; money is text, of slates only the first dozen are named.

    Args:
        listing: Its records.
        basket: As ``GET …/basket`` answers; or ``fault`` alone, where it can't be read.
        today: The day in UTC whose verdicts count as today's.
    """
    rows = {name: listing.rows[name] for name in listing.order}
    approved = [name for name, row in rows.items() if row.state == Status.APPROVED]
    fresh = [name for name in approved if _day(rows[name].glance.judged_at) == today]
    working = [name for name, row in rows.items() if row.glance.unsettled]
    at_work = sum((held.usd for name in working for held in rows[name].held if held.unsettled), ZERO)
    again = [name for name, row in rows.items() if row.state in _FAILED or row.state == Status.REJECTED]
    due = [name for name, row in rows.items() if row.state == Status.VIDEO_PENDING and not row.glance.unsettled]
    return {
        "begun": bool(listing.rows),
        "day": today.isoformat(),
        "approved": _part(sorted(fresh, key=lambda name: rows[name].glance.judged_at, reverse=True)),
        "approved_ever": len(approved),
        "waiting": _part(listing.waiting),
        "due": _part(due),
        "again": _part(again),
        "working": {**_part(working), "usd": _text(at_work)},
        "basket": _basket(basket),
        "committed_usd": _text(listing.sums.project),
        "broken": len(listing.broken),
    }


def _part(names: list[str] | tuple[str, ...]) -> dict[str, Any]:
    return {"count": len(names), "slates": list(names[:_SHOWN])}


def _basket(basket: Mapping[str, Any]) -> dict[str, Any]:
    items = basket.get("items", ())
    names = list(dict.fromkeys(str(item["slate"]) for item in items))
    return {
        **_part(names),
        "count": len(items),
        "takes": sum(item["takes"] for item in items),
        "usd": basket.get("total_usd", "0"),
        "over": [str(each["name"]) for each in basket.get("budgets", ()) if each["over"]],
        "fault": basket.get("fault"),
    }


def _text(usd: Decimal) -> str:
    return format(usd, "f")


def _day(at: str) -> date | None:
    """The day in UTC; None for what is no time, as a hand may have written it."""
    try:
        return datetime.fromisoformat(at).astimezone(UTC).date()
    except ValueError:
        return None
