"""A whole page of a project: what each of them needs to say where it is and to follow what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from starsend.console.hub import Hub
from starsend.console.pages.rendering import render


def whole_page(hub: Hub, request: Request, project: str, tab: str, read: Callable[[], dict[str, Any]]) -> HTMLResponse:
    """Render ``<tab>.html`` of a project.

    Args:
        hub: The workspace.
        request: Who asks.
        project: Its id.
        tab: Which page.
        read: Gives what the template shows; called after the place in the log is known, so that nothing is missed.
    """
    last_event = hub.events.last_id  # before anything is read: what happens meanwhile is told after
    desk = hub.project(project)
    return render(
        request,
        f"{tab}.html",
        tab=tab,
        project=project,
        title=desk.loaded.plan.title or project,
        last_event=last_event,
        plan_fault=desk.plan_fault,
        **read(),
    )
