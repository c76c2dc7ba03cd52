"""Elements: each with its images, what fits and what doesn't, where it is used, what was dropped where."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.whole import whole_page
from starsend.console.views.element_images import ImageLooks
from starsend.console.views.elements_view import elements_view


def elements_router(hub: Hub) -> APIRouter:
    """``/{project}/elements``."""
    router = APIRouter()
    looks = ImageLooks()

    @router.get("/{project}/elements", response_class=HTMLResponse)
    def elements(project: str, request: Request) -> Response:
        """The page."""
        return whole_page(
            hub, request, project, "elements", lambda: {"view": elements_view(hub.project(project), looks)}
        )

    return router
