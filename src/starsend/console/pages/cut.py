"""The cut: an episode as it would be delivered now, playable, with what is missing held as slates."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.whole import whole_page
from starsend.console.views.cut_view import cut_view


def cut_router(hub: Hub) -> APIRouter:
    """``/{project}/cut``."""
    router = APIRouter()

    @router.get("/{project}/cut", response_class=HTMLResponse)
    def cut(project: str, request: Request, episode: str = "") -> Response:
        """The page."""
        return whole_page(
            hub, request, project, "cut", lambda: {"view": cut_view(hub.project(project).project, episode.strip())}
        )

    return router
