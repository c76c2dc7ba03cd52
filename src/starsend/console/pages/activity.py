"""The activity: what happened in all records, the newest first; takes at work and takes that were lost."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from starsend.console.hub import Hub
from starsend.console.open_takes import all_open_takes
from starsend.console.pages.rendering import render
from starsend.console.pages.whole import whole_page
from starsend.console.views.activity_view import KIND_WORDS, entry_view
from starsend.production.activity import Wanted, activity

_FILTERS: Final = ("by", "slate", "episode", "kind", "text")


def activity_router(hub: Hub) -> APIRouter:
    """``/{project}/activity``."""
    router = APIRouter()

    @router.get("/{project}/activity", response_class=HTMLResponse)
    def page(project: str, request: Request) -> Response:
        """The page."""
        return whole_page(hub, request, project, "activity", lambda: _shown(hub, project, request))

    @router.get("/{project}/activity/rows", response_class=HTMLResponse)
    def rows(project: str, request: Request) -> Response:
        """A page of the history."""
        return render(request, "activity_rows.html", project=project, **_rows(hub, project, request))

    @router.get("/{project}/activity/work", response_class=HTMLResponse)
    def work(project: str, request: Request) -> Response:
        """Takes that are not settled."""
        return render(request, "activity_work.html", project=project, work=all_open_takes(hub, project))

    return router


def _shown(hub: Hub, project: str, request: Request) -> dict[str, Any]:
    return {
        "work": all_open_takes(hub, project),
        "episodes": hub.story(project).episodes,
        "kinds": KIND_WORDS,
        "broken": hub.listing(project).broken,
        **_rows(hub, project, request),
    }


def _rows(hub: Hub, project: str, request: Request) -> dict[str, Any]:
    asked = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
    kind = asked["kind"] if asked["kind"] in KIND_WORDS else ""
    asked["kind"] = kind
    wanted = Wanted(*(asked[name] or None for name in _FILTERS))
    plan = hub.project(project).project
    page = activity(plan, wanted, after=request.query_params.get("after"))
    told = {name: value for name, value in asked.items() if value}
    return {
        "wanted": asked,
        "narrowed": bool(told),
        "rows": [entry_view(entry, project, plan.first_frame) for entry in page.entries],
        "next": None if page.next is None else urlencode({**told, "after": page.next}),
        "first": "after" not in request.query_params,
    }
