"""Dailies: what waits for a look, one slate large, and the takes of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render
from starsend.store.execution_store import Filter


def dailies_router(hub: Hub) -> APIRouter:
    """``/{project}/dailies``."""
    router = APIRouter()

    @router.get("/{project}/dailies", response_class=HTMLResponse)
    def dailies(project: str, request: Request) -> Response:
        """The page."""
        desk = hub.project(project)
        page = desk.store.list(Filter(), limit=100)
        return render(
            request,
            "dailies.html",
            project=project,
            title=desk.loaded.plan.title or project,
            tab="dailies",
            records=[version.record for version in page.rows],
            last_event=hub.events.last_id,
        )

    return router
