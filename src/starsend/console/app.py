"""The web application: pages, the JSON API, media and events, over one workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from starsend import __version__
from starsend.console.api import api_router
from starsend.console.guard import Guard
from starsend.console.hub import Hub
from starsend.console.media import media_router
from starsend.console.pages import pages_router
from starsend.console.problems import Fresh, on_error
from starsend.console.watching import watch
from starsend.errors import StarsendError

STATIC: Final = Path(__file__).parent / "static"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


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
        try:
            yield
        finally:
            stop.set()
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
    app.add_middleware(GZipMiddleware, minimum_size=1500, compresslevel=5)
    app.add_middleware(Guard, hosts=hosts)
    app.add_exception_handler(StarsendError, on_error)
    app.add_exception_handler(Fresh, on_error)
    app.add_exception_handler(RequestValidationError, on_error)
    app.include_router(api_router(hub))
    app.include_router(media_router(hub))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(pages_router(hub))
    return app
