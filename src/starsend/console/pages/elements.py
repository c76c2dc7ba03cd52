"""Elements: each with its images, what fits and what doesn't, where it is used, what was dropped where."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render
from starsend.console.views.element_images import ImageLooks
from starsend.console.views.elements_view import elements_view


def elements_router(hub: Hub) -> APIRouter:
    """``/{project}/elements``."""
    router = APIRouter()
    looks = ImageLooks()

    @router.get("/{project}/elements", response_class=HTMLResponse)
    def elements(project: str, request: Request) -> Response:
        """The page."""
        last_event = hub.events.last_id  # before anything is read: what happens meanwhile is told after
        desk = hub.project(project)
        return render(
            request,
            "elements.html",
            tab="elements",
            project=project,
            title=desk.loaded.plan.title or project,
            last_event=last_event,
            plan_fault=desk.plan_fault,
            view=elements_view(desk, looks),
        )

    return router
