"""The costs as the page shows them: the books in words, budgets in parts of a hundred, and what lies ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from starsend.console.views.story import Story
from starsend.model.money import ZERO, show_left, show_price, show_usd
from starsend.production.budget_levels import Level
from starsend.production.costs import COLUMNS, USUAL, Cents, Column, CostLine, Costs, in_cents

COLUMN_WORDS: Final[dict[Column, str]] = {"day": "Day", "sequence": "Sequence", "model": "Model", "outcome": "Outcome"}
MOST_BARS: Final = 12
"""So many budgets of one kind are drawn, the fullest first."""


def books_view(costs: Costs, by: Sequence[Column]) -> dict[str, Any]:
    """What was committed, a line each, and every budget."""
    return {
        "by": list(by),
        "columns": [{"key": key, "word": COLUMN_WORDS[key], "chosen": key in by} for key in COLUMNS],
        "choices": [{"word": COLUMN_WORDS[key], "query": key, "chosen": tuple(by) == (key,)} for key in COLUMNS]
        + [{"word": "Sequence, model, outcome", "query": ",".join(USUAL), "chosen": tuple(by) == USUAL}],
        **_table(costs),
        "committed": show_usd(costs.committed_usd),
        "committed_usd": format(costs.committed_usd, "f"),
        "not_listed": costs.committed_usd - costs.total.committed_usd,
        "budgets": [_kind(kind, costs.levels) for kind in ("project", "sequence", "shot")],
        "broken": [{"name": each.name, "why": each.why} for each in costs.broken],
    }


def difference_words(usd: Decimal) -> str:
    """``$0.12 more`` than estimated, ``$0.05 less``, ``as estimated``."""
    if usd == 0:
        return "as estimated"
    return f"{show_usd(abs(usd))} {'more' if usd > 0 else 'less'}"


def _table(costs: Costs) -> dict[str, Any]:
    """The lines and their total in whole cents: what stands in a column comes to what stands below it."""
    cells, below = in_cents(costs)
    lines = [_line(line, cents) for line, cents in zip(costs.lines, cells, strict=True)]
    return {"lines": lines, "total": _line(costs.total, below)}


def _line(line: CostLine, cents: Cents) -> dict[str, Any]:
    told = line.known > 0  # where nobody has said a cost yet, zero would look like one
    exact = ("estimated_usd", "actual_usd", "difference_usd", "unknown_usd", "committed_usd")
    return {
        "by": [{"key": key, "value": value} for key, value in line.by],
        "takes": line.takes,
        "unknown": line.takes - line.known,
        "estimated": f"${cents.estimated}",
        "actual": f"${cents.actual}" if told else "–",
        "unknown_usd": f"${cents.unknown}",
        "committed": f"${cents.committed}",
        "difference": difference_words(cents.difference) if told else "–",
        "over": cents.difference > 0,
        "exact": {name: f"${getattr(line, name):f}".replace("$-", "-$") for name in exact},
    }


def _kind(kind: str, levels: Sequence[Level]) -> dict[str, Any]:
    mine = sorted((level for level in levels if level.kind == kind), key=_part, reverse=True)
    return {"kind": kind, "more": max(0, len(mine) - MOST_BARS), "bars": [_bar(level) for level in mine[:MOST_BARS]]}


def _bar(level: Level) -> dict[str, Any]:
    part = _part(level)
    return {
        "name": level.name,
        "cap": show_usd(level.cap_usd),
        "committed": show_usd(level.committed_usd),
        "left": show_left(level.cap_usd, level.committed_usd),
        "exact": f"${level.committed_usd:f} of ${level.cap_usd:f}",
        "percent": int(part * 100),
        "fill": float(min(Decimal(1), part)),
        "word": "spent" if part >= 1 else "nearly spent" if part >= Decimal("0.8") else "",
    }


def _part(level: Level) -> Decimal:
    """How much of it is committed, 1 for all."""
    if level.cap_usd == 0:
        return Decimal(1) if level.committed_usd else Decimal(0)
    return level.committed_usd / level.cap_usd


def ahead_view(
    due: Mapping[str, Any], story: Story, basket: Mapping[str, Any], planned_usd: Decimal, warnings: Sequence[str]
) -> dict[str, Any]:
    """What would be committed next: what is due, what lies in the basket, and one take of everything.

    Args:
        due: As ``GET …/jobs/due`` answers; or ``fault`` alone, where it can't be said.
        story: Which sequence is of which episode.
        basket: As ``GET …/basket`` answers.
        planned_usd: One take of everything with the plan's own models.
        warnings: Budgets that this would break.
    """
    fault = due.get("fault")
    return {
        "fault": fault,
        "due": [] if fault else list(due["jobs"]),
        "due_usd": "" if fault else _price(due["estimate_usd"]),
        "sequences": [] if fault else _parts(due["jobs"], lambda name: name),
        "episodes": [] if fault else _parts(due["jobs"], lambda name: story.planned.get(name, ("", None))[0]),
        "begun": not fault and _all_begun(due["jobs"]) and not Decimal(due["estimate_usd"]),
        "making": 0 if fault else due["making"],
        "troubles": [] if fault else list(due["troubles"]),
        "over": [] if fault else [_over(each) for each in due["budgets"] if each["over"]],
        "waiting": [] if fault else list(due["waiting"]),
        "basket": list(basket["items"]),
        "basket_usd": _price(basket["total_usd"]),
        "planned_usd": show_usd(planned_usd),
        "warnings": list(warnings),
    }


def _parts(jobs: Sequence[Mapping[str, Any]], part_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """What is due, added up by the part of the project that it is of; what is gone from the plan is of none."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for job in jobs:
        groups.setdefault(part_of(str(job["slate"]).partition("_SH")[0]), []).append(job)
    sums = {name: sum((Decimal(job["estimate_usd"]) for job in some), ZERO) for name, some in groups.items()}
    return [
        {"id": name, "usd": show_price(usd), "jobs": groups[name], "begun": not usd and _all_begun(groups[name])}
        for name, usd in sums.items()
        if name
    ]


def _all_begun(jobs: Sequence[Mapping[str, Any]]) -> bool:
    return all(job["going_on"] for job in jobs)


def _price(text: str) -> str:
    return show_price(Decimal(text))


def _shown(text: str) -> str:
    return show_usd(Decimal(text))


def _over(budget: Mapping[str, Any]) -> str:
    return (
        f"the {budget['kind']} {budget['name']} would hold {_shown(budget['after_usd'])} of {_shown(budget['cap_usd'])}"
    )
