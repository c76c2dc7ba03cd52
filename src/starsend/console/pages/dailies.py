"""Dailies: what waits for a look, one slate large, and the takes of it."""

from __future__ import annotations

from threading import Lock
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from starsend.console.api.closing import closing_of
from starsend.console.api.dailies import view_of
from starsend.console.hub import Hub
from starsend.console.pages.drawn_rows import DrawnRows
from starsend.console.pages.rendering import render
from starsend.console.views.rows import ANY, RowPage, Wanted, page_of
from starsend.console.views.words import state_word
from starsend.errors import StarsendError
from starsend.model.status import Status


def dailies_router(hub: Hub) -> APIRouter:
    """``/{project}/dailies`` and the parts of it that are swapped."""
    router = APIRouter()
    drawn = DrawnRows()
    turn = Lock()  # who opens it at the same moment as others sees it sooner if they are drawn one after the other

    @router.get("/{project}/dailies", response_class=HTMLResponse)
    def dailies(project: str, request: Request) -> Response:
        """The page: the list, and the slate of the address, else the first of the list."""
        with turn:
            last_event = hub.events.last_id  # before anything is read: what happens meanwhile is told after
            wanted = Wanted.of(request.query_params)
            page = _page(hub, project, wanted, None)
            slate = request.query_params.get("slate") or (page.names[0] if page.names else None)
            view, fault = _view(hub, project, slate)
            return render(
                request,
                "dailies.html",
                tab="dailies",
                title=hub.project(project).loaded.plan.title or project,
                last_event=last_event,
                plan_fault=hub.project(project).plan_fault,
                view=view,
                fault=fault,
                take=_take(view, request.query_params.get("take")),
                asked=slate,
                closing=closing_of(hub, project) if view is None and fault is None else None,
                **_list(hub, project, wanted, page, drawn),
            )

    @router.get("/{project}/dailies/rows", response_class=HTMLResponse)
    def rows(project: str, request: Request, after: str | None = None) -> Response:
        """A page of the list: what the filters and the end of the page before ask for."""
        wanted = Wanted.of(request.query_params)
        page = _page(hub, project, wanted, after)
        return render(request, "dailies_rows.html", first=after is None, **_list(hub, project, wanted, page, drawn))

    @router.get("/{project}/dailies/row/{slate}", response_class=HTMLResponse)
    def row(project: str, slate: str, request: Request) -> Response:
        """One row of the list, as it is now, among the filters of the address; empty where the record is gone."""
        summary = hub.listing(project).shown.get(slate)
        if summary is None or summary.fault is not None:
            return HTMLResponse("", headers={"Cache-Control": "no-store"})
        made = _kept(drawn.row(project, slate, summary, hub.story(project)), Wanted.of(request.query_params).query)
        return HTMLResponse(made, headers={"Cache-Control": "no-store"})

    @router.get("/{project}/dailies/part/{slate}", response_class=HTMLResponse)
    def part(project: str, slate: str, request: Request, take: str | None = None) -> Response:
        """What is said of one slate and take: the parts beside and below the picture."""
        view = view_of(hub, project, slate)
        return render(request, "dailies_parts.html", project=project, view=view, take=_take(view, take))

    @router.get("/{project}/dailies/closing", response_class=HTMLResponse)
    def closing(project: str, request: Request) -> Response:
        """What was approved today, what is queued and at work in money, what waits: the end of dailies."""
        return render(request, "dailies_closing.html", project=project, closing=closing_of(hub, project))

    return router


def _page(hub: Hub, project: str, wanted: Wanted, after: str | None) -> RowPage:
    return page_of(hub.listing(project), wanted, after)


def _list(hub: Hub, project: str, wanted: Wanted, page: RowPage, drawn: DrawnRows) -> dict[str, Any]:
    """What the list is rendered from."""
    listing = hub.listing(project)
    story, rows, query = listing.story, listing.shown, wanted.query
    shown = tuple(name for name in page.names if name in rows)
    return {
        "project": project,
        "wanted": wanted,
        "page": page,
        "rows": [(rows[name].episode, _kept(drawn.row(project, name, rows[name], story), query)) for name in shown],
        "episodes": story.episodes,
        "states": [(str(state), state_word(str(state))) for state in Status],
        "any_state": ANY,
    }


def _kept(row: Markup, query: str) -> Markup:
    """A row whose address keeps the filters."""
    return row.replace("/dailies?", f"/dailies?{query}&", 1) if query else row


def _view(hub: Hub, project: str, slate: str | None) -> tuple[dict[str, Any] | None, StarsendError | None]:
    """The slate that is shown, or why it can't be: the rest of the page works."""
    if slate is None:
        return None, None
    try:
        return view_of(hub, project, slate), None
    except StarsendError as error:
        return None, error


def _take(view: dict[str, Any] | None, asked: str | None) -> dict[str, Any] | None:
    """The take that is shown: the one that the address names, else the one that comes first."""
    if view is None:
        return None
    number = int(asked) if asked and asked.isdecimal() else view["current"]
    takes = {take["take"]: take for take in view["takes"]}
    return takes.get(number) or takes.get(view["current"])
