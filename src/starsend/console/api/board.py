"""The Sequence Board and the cut, as data."""

from __future__ import annotations

from fastapi import APIRouter, Response

from starsend.console.hub import Hub
from starsend.console.replies import json_reply
from starsend.console.views.board_view import board_view
from starsend.console.views.cut_view import cut_view


def board_router(hub: Hub) -> APIRouter:
    """``…/board`` and ``…/cut``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["board"])

    @router.get("/board", summary="The Sequence Board")
    def board(project: str, episode: str = "") -> Response:
        """Slates in columns by state, each with what it waits for."""
        return json_reply(board_view(hub.project(project).project, hub.listing(project), episode.strip()))

    @router.get("/cut", summary="The cut of an episode")
    def cut(project: str, episode: str = "") -> Response:
        """Its shots in order: the file and frames that the cut takes, or why there are none. Frames count from 0."""
        return json_reply(cut_view(hub.project(project).project, episode.strip()))

    return router
