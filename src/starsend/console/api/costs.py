"""Money: what was committed, what is left of the budgets, what the plan would cost."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from starsend.console.hub import Hub
from starsend.errors import PlanError
from starsend.model.money import ZERO
from starsend.production.bookkeeper import Billing
from starsend.production.budget_levels import budget_levels
from starsend.production.costs import COLUMNS, USUAL, Column, add_up
from starsend.production.estimate import beyond_budgets, estimate_plan
from starsend.studio import OpenProject


def costs_router(hub: Hub) -> APIRouter:
    """``…/costs``, ``…/estimate`` and ``…/budgets``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["costs"])

    @router.get("/costs", summary="What was committed")
    def costs(project: str, by: str = ",".join(USUAL)) -> dict[str, Any]:
        """By day, sequence, model, outcome; estimated against actual. What is not known stays visible."""
        return costs_view(hub.project(project), columns_of(by))

    @router.post("/costs/billed", summary="Ask the providers what they billed")
    def billed(project: str, by: str = ",".join(USUAL)) -> dict[str, Any]:
        """Writes it into the records; buys nothing. Gives the costs as they are then."""
        desk = hub.project(project)
        billing = desk.bookkeeper.ask()
        return {**costs_view(desk, columns_of(by)), "billed": _billing_view(billing)}

    @router.get("/budgets", summary="Every budget, and what is left of it")
    def budgets(project: str) -> dict[str, Any]:
        """Also from which sum on a person is asked."""
        desk = hub.project(project)
        committed = desk.store.books().committed
        levels = budget_levels(desk.paths.project, desk.project.caps, committed)
        return {
            "budgets": [level.as_dict() for level in levels],
            "committed_usd": format(sum(committed.values(), ZERO), "f"),
            "confirm_above_usd": format(hub.studio.settings.confirm.above_usd, "f"),
        }

    @router.get("/estimate", summary="What the plan would cost, and what is due")
    def estimate(project: str, sequence: str | None = None) -> dict[str, Any]:
        """One take of everything with the plan's own models; and what is due now, here."""
        desk = hub.project(project)
        if sequence is not None:
            desk.loaded.plan.find_sequence(sequence)
        lines = [line for line in estimate_plan(desk.project) if sequence in (None, line.sequence)]
        due = desk.runner.agenda(sequence=sequence, dry=True)
        return {
            "planned": [{"sequence": x.sequence, "what": x.what, "model": x.model, "usd": str(x.usd)} for x in lines],
            "planned_usd": format(sum((x.usd for x in lines), ZERO), "f"),
            "due": [{"slate": str(job.slate), "usd": str(job.estimate_usd)} for job in due.jobs],
            "due_usd": format(due.estimate_usd, "f"),
            "provider": hub.studio.settings.provider,
            "warnings": [*beyond_budgets(desk.project, lines), *(trouble.message for trouble in due.troubles)],
        }

    return router


def costs_view(desk: OpenProject, columns: tuple[Column, ...]) -> dict[str, Any]:
    """The costs of a project as plain data; money is text."""
    costs = add_up(desk.project, columns)
    return {
        "by": list(columns),
        "lines": [line.as_dict() for line in costs.lines],
        "total": costs.total.as_dict(),
        "committed_usd": format(costs.committed_usd, "f"),
        "budgets": [level.as_dict() for level in costs.levels],
        "broken": [{"name": bad.name, "why": bad.why} for bad in costs.broken],
    }


def columns_of(by: str) -> tuple[Column, ...]:
    """``day,model`` as columns, in their own order; the usual ones for none.

    Raises:
        PlanError: ``unknown-column``.
    """
    asked = [name.strip() for name in by.split(",") if name.strip()]
    strange = [name for name in asked if name not in COLUMNS]
    if strange:
        raise PlanError(
            f"costs are not listed by {strange[0]}", remedy=f"choose of: {', '.join(COLUMNS)}", code="unknown-column"
        )
    return tuple(dict.fromkeys(column for name in asked for column in COLUMNS if column == name)) or USUAL


def _billing_view(billing: Billing) -> dict[str, Any]:
    return {
        "booked": [{"provider": b.provider, "take": b.name, "cost_usd": str(b.cost_usd)} for b in billing.booked],
        "unknown": list(billing.silent),
        "troubles": [{"code": t.code, "message": t.message, "remedy": t.remedy} for t in billing.troubles],
        "answered": billing.answered,
    }
