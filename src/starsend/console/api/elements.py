"""Elements for programs: images and their faults, uses, and what is dropped where."""

from __future__ import annotations

from fastapi import APIRouter, Response

from starsend.console.hub import Hub
from starsend.console.replies import json_reply
from starsend.console.views.element_images import ImageLooks
from starsend.console.views.elements_view import elements_view


def elements_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/elements``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["elements"])
    looks = ImageLooks()

    @router.get("/elements")
    def elements(project: str) -> Response:
        """Each element with its images (the frontal one first), what is unfit, where it is used and where dropped."""
        return json_reply(elements_view(hub.project(project), looks))

    return router
