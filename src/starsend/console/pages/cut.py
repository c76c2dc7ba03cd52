"""The cut: an episode as it would be delivered now, playable, with what is missing held as slates."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render
from starsend.console.views.cut_view import cut_view


def cut_router(hub: Hub) -> APIRouter:
    """``/{project}/cut``."""
    router = APIRouter()

    @router.get("/{project}/cut", response_class=HTMLResponse)
    def cut(project: str, request: Request, episode: str = "") -> Response:
        """The page."""
        last_event = hub.events.last_id  # before anything is read: what happens meanwhile is told after
        desk = hub.project(project)
        return render(
            request,
            "cut.html",
            tab="cut",
            project=project,
            title=desk.loaded.plan.title or project,
            last_event=last_event,
            plan_fault=desk.plan_fault,
            view=cut_view(desk.project, episode.strip()),
        )

    return router
