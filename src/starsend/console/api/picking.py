"""Picking from a grid, for programs and for the page: what frame is wanted, what stands, whom a cell could go to."""

from __future__ import annotations

from fastapi import APIRouter, Response

from starsend.console.hub import Hub
from starsend.console.replies import json_reply
from starsend.console.views.picking_view import picking_view
from starsend.model.slate import Slate


def picking_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/records/{slate}/picking``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}", tags=["frames"])

    @router.get("/picking")
    def picking(project: str, slate: str) -> Response:
        """The frame's ratio and size in pixels, the clean frame that stands, and the sequence's shots with theirs."""
        return json_reply(picking_view(hub.project(project), Slate.parse(slate)))

    return router
