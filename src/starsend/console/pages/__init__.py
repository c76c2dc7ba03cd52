"""The pages: rendered on the server, swapped in parts, alive by events."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.activity import activity_router
from starsend.console.pages.board import board_router
from starsend.console.pages.costs import costs_router
from starsend.console.pages.cut import cut_router
from starsend.console.pages.dailies import dailies_router
from starsend.console.pages.elements import elements_router
from starsend.console.pages.money import money_router
from starsend.console.pages.rendering import render


def pages_router(hub: Hub) -> APIRouter:
    """All pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/", response_class=HTMLResponse)
    def index(request: Request) -> Response:
        """The projects, or the one that there is."""
        hub.check_workspace()
        projects = hub.studio.projects()
        if len(projects) == 1:
            return RedirectResponse(f"/{projects[0]}/dailies", status_code=307)
        return render(request, "projects.html", projects=projects, workspace=str(hub.workspace))

    parts = (dailies_router, board_router, cut_router, elements_router, costs_router, activity_router, money_router)
    for part in parts:
        router.include_router(part(hub))

    @router.get("/{project}")
    def project(project: str) -> Response:
        """A project's first page."""
        hub.project(project)
        return RedirectResponse(f"/{project}/dailies", status_code=307)

    return router
