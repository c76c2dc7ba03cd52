"""The costs: what was committed by day, sequence, model and outcome, every budget, and what lies ahead."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.api.costs import columns_of
from starsend.console.api.wishes import estimate_view
from starsend.console.hub import Hub
from starsend.console.pages.rendering import render
from starsend.console.pages.whole import whole_page
from starsend.console.sending import basket_view
from starsend.console.starting import due, idle
from starsend.console.views.costs_view import ahead_view, books_view
from starsend.errors import StarsendError
from starsend.model.money import ZERO
from starsend.production.costs import USUAL, add_up
from starsend.production.estimate import beyond_budgets, estimate_plan
from starsend.studio import OpenProject

_USUAL = ",".join(USUAL)


def costs_router(hub: Hub) -> APIRouter:
    """``/{project}/costs``."""
    router = APIRouter()

    @router.get("/{project}/costs", response_class=HTMLResponse)
    def costs(project: str, request: Request, by: str = _USUAL) -> Response:
        """The page; what lies ahead is worked out when its part is asked for."""
        return whole_page(hub, request, project, "costs", lambda: {"view": _books(hub.project(project), by)})

    @router.get("/{project}/costs/books", response_class=HTMLResponse)
    def books(project: str, request: Request, by: str = _USUAL) -> Response:
        """What was committed, and the budgets."""
        return render(request, "costs_books.html", project=project, view=_books(hub.project(project), by))

    @router.get("/{project}/costs/ahead", response_class=HTMLResponse)
    def ahead(project: str, request: Request) -> Response:
        """What is due, what lies in the basket, what the plan would cost. Reads pictures: slower than the books."""
        return render(request, "costs_ahead.html", project=project, ahead=_ahead(hub, hub.project(project)))

    return router


def _books(desk: OpenProject, by: str) -> dict[str, Any]:
    columns = columns_of(by)
    return books_view(add_up(desk.project, columns), columns)


def _ahead(hub: Hub, desk: OpenProject) -> dict[str, Any]:
    lines = estimate_plan(desk.project)
    basket = basket_view(hub, desk, desk.basket.read())
    return ahead_view(
        _due(hub, desk),
        hub.story(desk.paths.project),
        basket,
        sum((line.usd for line in lines), ZERO),
        beyond_budgets(desk.project, lines),
    )


def _due(hub: Hub, desk: OpenProject) -> dict[str, Any]:
    try:
        agenda = due(desk, None, None, dry=True)
        waiting = [{"slate": str(each.slate), "message": each.message} for each in agenda.waiting]
        jobs = idle(hub, desk, agenda.jobs)
        troubles = [{"message": each.message, "remedy": each.remedy} for each in agenda.troubles]
        making = len(agenda.jobs) - len(jobs)
        return {**estimate_view(hub, desk, jobs), "waiting": waiting, "troubles": troubles, "making": making}
    except StarsendError as error:  # a plan with faults: the rest of the page is true
        return {"fault": {"message": error.message, "remedy": error.remedy}}
