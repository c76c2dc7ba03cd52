"""The JSON API, ``/api/v1``: everything that the pages do, through the same functions as the command line."""

from __future__ import annotations

from fastapi import APIRouter

from starsend.console.api.activity import activity_router
from starsend.console.api.basket import basket_router
from starsend.console.api.board import board_router
from starsend.console.api.closing import closing_router
from starsend.console.api.costs import costs_router
from starsend.console.api.dailies import dailies_router
from starsend.console.api.elements import elements_router
from starsend.console.api.events import events_router
from starsend.console.api.frames import frames_router
from starsend.console.api.health import health_router
from starsend.console.api.notes import notes_router
from starsend.console.api.overrides import overrides_router
from starsend.console.api.picking import picking_router
from starsend.console.api.records import records_router
from starsend.console.api.start_frames import start_frames_router
from starsend.console.api.verdicts import verdicts_router
from starsend.console.api.work import work_router
from starsend.console.hub import Hub


def api_router(hub: Hub) -> APIRouter:
    """All of it."""
    router = APIRouter()
    for part in (
        records_router,
        dailies_router,
        closing_router,
        verdicts_router,
        notes_router,
        overrides_router,
        work_router,
        frames_router,
        start_frames_router,
        basket_router,
        costs_router,
        board_router,
        activity_router,
        picking_router,
        elements_router,
        events_router,
        health_router,
    ):
        router.include_router(part(hub))
    return router
