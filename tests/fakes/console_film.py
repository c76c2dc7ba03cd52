"""A film served by the Console, in one process: the app, its page, and the studio under it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.console_app import app_of
from tests.fakes.worlds import World, world

P = "/api/v1/projects/film"


@dataclass
class Film:
    """What a test works with."""

    world: World
    hub: Hub
    page: TestClient

    @property
    def desk(self) -> OpenProject:
        return self.hub.project("film")

    def get(self, path: str) -> Any:
        return self.page.get(f"{P}{path}").json()

    def post(self, path: str, **body: Any) -> Any:
        answer: Any = self.page.post(f"{P}{path}", json=body)
        return answer

    def revision(self, slate: str) -> int:
        found = self.desk.store.find(slate)
        return 0 if found is None else found.record.revision

    def act(self, slate: str, what: str, **body: Any) -> Any:
        """An action on a slate as it is now."""
        return self.post(f"/records/{slate}/{what}", **{"revision": self.revision(slate), **body})

    def wait(self, work: str, state: str | None = None) -> dict[str, Any]:
        """Wait for the end of a work, at most a minute."""
        for _ in range(3000):
            found: dict[str, Any] = next(w for w in self.get("/jobs")["works"] if w["id"] == work)
            if found["ended_at"] is not None:
                assert state is None or found["state"] == state, found
                return found
            time.sleep(0.02)
        raise AssertionError(f"{work} didn't end")

    def until(self, true: Callable[[], bool]) -> None:
        for _ in range(3000):
            if true():
                return
            time.sleep(0.02)
        raise AssertionError("it never came")

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Data of all events of a kind so far."""
        return [event.data for event in self.hub.events._log if event.kind == kind]


@contextmanager
def served(tmp_path: Path, inspector: PooledInspector, settings: str = "", **given: Any) -> Iterator[Film]:
    """A film, served; ``settings`` is its starsend.toml."""
    made = world(tmp_path, inspector, **given)
    if settings:
        (made.workspace / "starsend.toml").write_text(settings, encoding="utf-8")
    hub = Hub(made.studio(), Events("test"))
    with TestClient(app_of(hub), base_url="http://127.0.0.1") as page:
        yield Film(made, hub, page)
