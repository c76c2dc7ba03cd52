"""The web application: pages, the JSON API, media and events, over one workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from starsend import __version__
from starsend.console.api import api_router
from starsend.console.assets import assets
from starsend.console.bodies import Bodies
from starsend.console.guard import Guard
from starsend.console.hub import Hub
from starsend.console.media import media_router
from starsend.console.names import Named
from starsend.console.openapi import openapi
from starsend.console.pages import pages_router
from starsend.console.pages.faults import answer_fault
from starsend.console.pages.money import money_of
from starsend.console.problems import Fresh
from starsend.console.starting import go_on_free
from starsend.console.watching import watch
from starsend.errors import StarsendError

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Zipped:
    """Zips what is text. Media and our own files are small already, and events must leave at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._zipped = GZipMiddleware(app, minimum_size=1500, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        path = str(scope.get("path", ""))
        plain = path.startswith(("/media/", "/static/")) or path.endswith("/events")
        await (self._plain if plain else self._zipped)(scope, receive, send)


def create_app(hub: Hub, hosts: frozenset[str] = LOOPBACK) -> FastAPI:
    """Build the application.

    Args:
        hub: The workspace that it shows.
        hosts: Names that it is reached by; empty allows all.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(hub, stop))
        going_on = asyncio.create_task(asyncio.to_thread(go_on_free, hub))
        try:
            yield
        finally:
            stop.set()
            await going_on
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            hub.close()

    app = FastAPI(
        title="Starsend",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        description="From a client's JSON plan to an approved cut. Errors are problem details: code and remedy.",
    )
    app.state.workspace = hub.workspace
    app.state.money = partial(money_of, hub)
    app.add_middleware(Bodies)
    app.add_middleware(Zipped)
    app.add_middleware(Guard, hosts=hosts)
    app.add_middleware(Named)
    for kind in (StarsendError, Fresh, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer_fault)
    app.include_router(api_router(hub))
    app.include_router(media_router(hub))
    app.mount("/static", assets(), name="static")
    app.include_router(pages_router(hub))
    app.openapi = partial(openapi, app)  # type: ignore[method-assign]  # the documented way to replace it
    return app
