"""The Console on a workspace of a test's own: a real server on loopback, real commands beside it, and its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.console.names import acting
from starsend.console.serve import ConsoleServer, listen
from starsend.model.record import Record
from starsend.studio import OpenProject, Parts, Studio, real_desk
from tests.browser.dailies_world import film_world
from tests.fakes import console_app
from tests.fakes.worlds import World

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@dataclass
class Theatre:
    """A workspace and the address of the Console that shows it.

    Args:
        world: Whose provider makes what the pages ask for.
        desks: How often a server was opened: each has an event log of its own.
    """

    world: World
    port: int = 0
    desks: int = 0
    _app: FastAPI | None = field(default=None, repr=False)
    _server: ConsoleServer | None = None
    _thread: threading.Thread | None = None
    _studio: Studio | None = field(default=None, repr=False)

    @property
    def workspace(self) -> Path:
        return self.world.workspace

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url(self, page: str = "dailies", **query: Any) -> str:
        """The address of a page of the film, such as ``dailies`` with ``slate="SEQ02"``."""
        return f"{self.origin}/film/{page}{'?' if query else ''}{urlencode(query)}"

    def open(self) -> None:
        """Begin to serve, on the port of before if there was one."""
        listening = listen("127.0.0.1", self.port)
        self.port = listening.getsockname()[1]
        self.desks += 1
        parts = Parts(
            real_desk(acting), make_provider=self.world.make, choose_provider=self.world.choose,
            inspector=self.world.inspector,
        )  # fmt: skip
        self._studio = Studio(self.world.studio().settings, parts)
        events = Events(f"test{self.desks}")
        self._app = console_app.take(Hub(self._studio, events))
        self._server = ConsoleServer(self._app, events)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, name="console")
        self._thread.start()

    def close(self) -> None:
        """Stop serving; pages that are open lose their connection."""
        if self._server is None or self._thread is None or self._studio is None or self._app is None:
            return
        self._server.should_exit = True
        self._thread.join(timeout=20)
        assert not self._thread.is_alive(), "the Console did not end"
        self._studio.__exit__()
        console_app.give_back(self._app)
        self._server = self._thread = None

    def project(self) -> OpenProject:
        """The film, read anew, as another process would."""
        return self.world.open()

    def record(self, slate: str) -> Record:
        """A record as it is on disk now."""
        return self.project().store.load(slate).record

    def record_file(self, slate: str) -> Path:
        return self.workspace / "state" / "film" / "shots" / f"{slate}.json"

    def on_disk(self, slate: str) -> dict[str, Any]:
        """A record's bytes, read."""
        read: dict[str, Any] = orjson.loads(self.record_file(slate).read_bytes())
        return read

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a real ``starsend`` command on the workspace, to its end."""
        command = [sys.executable, "-m", "starsend", *arguments, "--workspace", str(self.workspace)]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=_plain_environment()
        )
        assert done.returncode == 0, done.stderr
        return done


@contextmanager
def theatre(template: Path, folder: Path) -> Iterator[Theatre]:
    """A copy of the finished film in ``folder``, served until the end."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    made = Theatre(film_world(folder / "workspace", folder / "book"))
    made.open()
    try:
        yield made
    finally:
        made.close()


def _plain_environment() -> dict[str, str]:
    """Ours, without keys and settings of whoever runs the tests."""
    unwanted = ("STARSEND_", "FAL_", "GEMINI_", "GOOGLE_")
    return {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
