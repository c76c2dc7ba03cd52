"""Runs the application on an address of this machine."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from uuid import uuid4

import uvicorn
from fastapi import FastAPI

from starsend.console.app import LOOPBACK, create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.errors import SetupError
from starsend.studio import Studio


def serve(studio: Studio, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        studio: Whose projects are shown.
        host: Where it listens.
        port: 0 takes a free one.
        ready: Told the address once it listens.

    Raises:
        SetupError: ``cannot-listen``.
    """
    listening = listen(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    events = Events(uuid4().hex[:8])
    hub = Hub(studio, events, keep_for_good)
    app = create_app(hub, LOOPBACK if host in LOOPBACK else frozenset())
    ready(url)
    try:
        ConsoleServer(app, events).run(sockets=[listening])
    finally:  # a second Ctrl-C skips the application's own end
        hub.close()


def keep_for_good() -> None:
    """Keep the garbage collector from walking through all records again and again: they stay as long as the server."""
    gc.collect()
    gc.freeze()


class ConsoleServer(uvicorn.Server):
    """A server that lets open pages go before it waits for their connections: Ctrl-C is answered at once.

    Args:
        app: What it serves.
        events: Whose streams keep connections open.
    """

    def __init__(self, app: FastAPI, events: Events) -> None:
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, lifespan="on")
        super().__init__(config)
        self._events = events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything."""
        self._events.end()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        SetupError: ``cannot-listen``: another program has the port, or the host is not this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # so named, asyncio turns Nagle's wait off
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(256)
    except OSError as error:
        raise SetupError(
            f"the Console can't listen on {host}:{port}: {error.strerror or error}",
            remedy="choose another port: starsend console --port 8585",
            code="cannot-listen",
        ) from error
    return made
