"""A workspace and fal providers on a rehearsal server, for the tests of the fal adapter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from starsend.media.picture import save_png
from starsend.model.slate import Slate
from starsend.model.take import JsonObject
from starsend.providers.base import Intent, JobStatus, Provider
from starsend.providers.fal import FalProvider
from starsend.providers.order import ElementOrder, Order, ShotOrder
from starsend.providers.surroundings import Access, Surroundings
from starsend.rehearsal.books import Seen
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM

KEY = "fal-marked-key-7f3a"
SHOTS = (ShotOrder("SH01", "Wide. @Element1 waits.", 4.0), ShotOrder("SH02", "Close-up.", 3.0))


@dataclass
class Desk:
    """A workspace with pictures, and providers that are made anew, as by another process."""

    workspace: Path
    server: RehearsalServer
    made: list[FalProvider] = field(default_factory=list)
    begun: int = 0

    def provider(self, *, key: str = KEY, url: str | None = None, **around: Any) -> FalProvider:
        url = url or self.server.url
        surroundings = Surroundings(self.workspace, self.workspace / "uploads", "fast", fal=Access(key, url), **around)
        provider = FalProvider(surroundings, url, sleep=lambda _: None)
        self.made.append(provider)
        return provider

    def order(self, **changes: Any) -> Order:
        order = Order(
            slate=Slate("SEQ01"),
            medium="video",
            mode="multi",
            model="kling-o3-pro",
            title="Film",
            shots=SHOTS,
            elements=(ElementOrder("dana", "character", "woman", Path("dana.png")),),
            start_frame=Path("start.png"),
        )
        return replace(order, **changes)

    def intent(self, body: JsonObject | None = None, intent_id: str = "i1", **order: Any) -> Intent:
        body = body if body is not None else self.provider().prepare(self.order(**order)).body
        return Intent(intent_id, datetime.now(UTC), Slate("SEQ01"), 2, "video", "kling-o3-pro", body)

    def sent(self, intent: Intent | None = None) -> tuple[Intent, JsonObject]:
        intent = intent or self.intent()
        provider = self.provider()
        return intent, provider.read_reply(intent, provider.send_once(intent))

    def ended(self, intent: Intent, receipt: JsonObject) -> JobStatus:
        return ended(self.provider(), intent, receipt)

    @property
    def seen(self) -> list[Seen]:
        """What the server saw since this test began."""
        return list(self.server.books().requests[self.begun :])

    def paths(self, method: str = "POST") -> list[str]:
        return [seen.path for seen in self.seen if seen.method == method]


def ended(provider: Provider, intent: Intent, receipt: JsonObject) -> JobStatus:
    for _ in range(200):
        status = provider.poll(intent, receipt)
        if status.state not in ("queued", "running"):
            return status
        time.sleep(0.02)
    raise AssertionError("the job doesn't end")


@contextmanager
def desk_at(workspace: Path, server: RehearsalServer) -> Iterator[Desk]:
    """A desk in calm weather; afterwards it is checked where the key has been."""
    server.set(CALM)
    for name, grey in (("start", 60), ("dana", 90), ("truck", 120), ("style", 150)):
        save_png(np.full((720, 1280, 3), grey, np.uint8), workspace / f"{name}.png")
    desk = Desk(workspace, server, begun=len(server.books().requests))
    yield desk
    server.set(CALM)
    for provider in desk.made:
        provider.close()
    for path in workspace.rglob("*"):  # whatever a test did: the key is in no file
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
    assert not any(seen.key_in_url for seen in desk.seen)
    assert not any(seen.carried_key for seen in desk.seen if seen.path.startswith(("/files", "/storage/put")))
    assert not any(seen.carried_key for seen in desk.seen if seen.host.startswith("localhost"))


def no_progress(_: float) -> None:
    """Nothing is shown."""
