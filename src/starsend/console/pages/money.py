"""What is committed of a project's budget: in the header of every page, and alone, to be renewed by events."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render


def money_router(hub: Hub) -> APIRouter:
    """``/{project}/money``."""
    router = APIRouter()

    @router.get("/{project}/money", response_class=HTMLResponse)
    def money(project: str, request: Request) -> Response:
        """The words and the bar."""
        hub.project(project)
        return render(request, "money.html", project=project)

    return router


def money_of(hub: Hub, project: str) -> dict[str, Any]:
    """What is committed, and of which budget; money as text."""
    committed, cap = hub.listing(project).sums.project, hub.project(project).project.caps.project
    return {
        "committed": format(committed, "f"),
        "cap": None if cap is None else format(cap, "f"),
        "over": cap is not None and committed > cap,
    }
