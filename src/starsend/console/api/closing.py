"""The end of dailies for programs and for the page: what was approved today, what is queued, what waits."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from fastapi import APIRouter, Response

from starsend.console.hub import Hub
from starsend.console.replies import json_reply
from starsend.console.sending import basket_view
from starsend.console.views.closing import closing_view
from starsend.errors import StarsendError


def closing_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/closing``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["dailies"])

    @router.get("/closing", summary="The end of dailies: approved today, queued in money, waiting")
    def closing(project: str) -> Response:
        """Today is the day in UTC. Of slates the first dozen are named; money is text."""
        return json_reply(closing_of(hub, project))

    return router


def closing_of(hub: Hub, project: str) -> dict[str, Any]:
    """The end of dailies as the page and the API give it; a basket that can't be read is named in it."""
    desk = hub.project(project)
    try:
        basket = basket_view(hub, desk, desk.basket.read())
    except StarsendError as error:
        basket = {"fault": f"{error.message}; {error.remedy}"}
    return closing_view(hub.listing(project), basket, desk.studio.desk.now().astimezone(UTC).date())
