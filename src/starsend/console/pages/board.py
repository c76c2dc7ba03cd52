"""The Sequence Board: slates in columns by state; the columns alone, for events to renew."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render
from starsend.console.pages.whole import whole_page
from starsend.console.views.board_view import board_view


def board_router(hub: Hub) -> APIRouter:
    """``/{project}/board``."""
    router = APIRouter()

    @router.get("/{project}/board", response_class=HTMLResponse)
    def board(project: str, request: Request, episode: str = "") -> Response:
        """The page."""
        return whole_page(hub, request, project, "board", lambda: {"view": _view(hub, project, episode)})

    @router.get("/{project}/board/columns", response_class=HTMLResponse)
    def columns(project: str, request: Request, episode: str = "") -> Response:
        """What changes on it."""
        return render(request, "board_columns.html", project=project, view=_view(hub, project, episode))

    return router


def _view(hub: Hub, project: str, episode: str) -> dict[str, Any]:
    return board_view(hub.project(project).project, hub.listing(project), episode.strip())
