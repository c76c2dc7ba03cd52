"""Dailies for programs: the list as the page shows it, and one slate with all that is said of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from starsend.console.hub import Hub
from starsend.console.open_takes import open_takes
from starsend.console.progress import progress_of
from starsend.console.replies import json_reply
from starsend.console.views.dailies_view import dailies_view
from starsend.console.views.rows import Wanted, page_of, row_view
from starsend.model.slate import Slate
from starsend.model.take import Medium


class Asked(BaseModel):
    """What a list is asked for; empty means any."""

    state: str = ""
    episode: str = ""
    sequence: str = ""
    medium: Medium | Literal[""] = ""
    stale: bool = False
    text: str = ""
    order: Literal["story", "newest"] = "story"
    after: str | None = None
    limit: int = Field(100, ge=1, le=1000)


def dailies_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/dailies`` and ``…/dailies/{slate}``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["dailies"])

    @router.get("/dailies")
    def listed(project: str, asked: Annotated[Asked, Query()]) -> Response:
        """What waits for a look, or ``state=any``, in the order of the story or newest first; ``next`` is ``after``."""
        listing = hub.listing(project)
        wanted = Wanted.of({name: str(value) for name, value in asked if name in Wanted.__dataclass_fields__})
        page = page_of(listing, wanted, asked.after, asked.limit)
        return json_reply(
            {
                "rows": [row_view(name, listing.shown[name], listing.story, project) for name in page.names],
                "next": page.next,
                "total": page.total,
                "waiting": page.waiting,
                "broken": [{"name": each.name, "why": each.why} for each in page.broken],
            }
        )

    @router.get("/dailies/{slate}")
    def one(project: str, slate: str) -> Response:
        """One slate: its takes, prompts, findings, notes, what it is compared with, and the budgets it falls under."""
        return json_reply(view_of(hub, project, slate))

    return router


def view_of(hub: Hub, project: str, slate: str) -> dict[str, Any]:
    """The view of one slate, as the page's island and the API give it."""
    listing = hub.listing(project)
    desk, progress = hub.project(project), progress_of(hub, project)
    view = dailies_view(desk, Slate.parse(slate), listing.story, listing.sums, hub.hashes, progress)
    at_work = any(take["unsettled"] for take in view["takes"])
    return {**view, "work": open_takes(hub, project, [view["slate"]]) if at_work else None}
