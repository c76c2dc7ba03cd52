"""The served Console ends at once when it is told to, also while pages listen to its events."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpx

from starsend.console.app import create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.console.serve import ConsoleServer, listen
from starsend.studio import PooledInspector
from tests.fakes.worlds import world


def test_it_ends_at_once_while_a_page_listens(tmp_path: Path, inspector: PooledInspector) -> None:
    events = Events("here")
    server = ConsoleServer(create_app(Hub(world(tmp_path, inspector).studio(), events)), events)
    listening: socket.socket = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1/projects/film/events"
    with httpx.stream("GET", address, timeout=20, trust_env=False) as page:
        lines = page.iter_lines()
        assert next(lines) == ": connected"
        server.should_exit = True
        assert not any(line for line in lines if not line.startswith(":")), "the stream ends, and says nothing more"
        thread.join(timeout=60)
        assert not thread.is_alive(), "it did not wait for the page to leave"
