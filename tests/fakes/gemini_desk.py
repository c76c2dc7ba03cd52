"""A workspace and Gemini providers on a rehearsal server, for the tests of the Gemini adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from starsend.media.picture import save_png
from starsend.model.slate import Slate
from starsend.providers.base import Intent
from starsend.providers.gemini import GeminiProvider
from starsend.providers.order import ElementOrder, Order, ShotOrder
from starsend.providers.surroundings import Access, Surroundings
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather

KEY = "AIza-marked-key-of-the-test"
GRID = Order(
    slate=Slate("SEQ01"),
    medium="grid",
    mode="grid",
    model="gemini-3-pro-image",
    title="Night road",
    shots=(ShotOrder("SH01", "Wide. A road at night.", 1.0),),
    elements=(ElementOrder("dana", "character", "woman, 30s", Path("elements/dana.png")),),
    style_images=(Path("style.png"),),
)
FINISH = replace(GRID, medium="frame", mode="finish", cell=2, cell_of="SEQ01_T001", start_frame=Path("style.png"))


def workspace_at(folder: Path) -> Path:
    """A folder with the pictures that the orders name."""
    (folder / "elements").mkdir(parents=True)
    save_png(np.full((400, 400, 3), 90, np.uint8), folder / "elements" / "dana.png")
    save_png(np.full((300, 500, 3), 40, np.uint8), folder / "style.png")
    return folder


@contextmanager
def opened(workspace: Path, url: str, key: str = KEY, **around: Any) -> Iterator[GeminiProvider]:
    provider = GeminiProvider(
        Surroundings(workspace, workspace / "state" / "uploads", "fast", gemini=Access(key), **around), url
    )
    try:
        yield provider
    finally:
        provider.close()


def intent_of(provider: GeminiProvider, order: Order = GRID) -> Intent:
    body = orjson.loads(orjson.dumps(provider.prepare(order).body))  # as it comes back from a record
    return Intent("i1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), order.slate, 1, order.medium, order.model, body)


def posts(server: RehearsalServer) -> list[tuple[str, bool]]:
    """(host, whether it carried a key) of all POSTs that came in."""
    return [(seen.host, seen.carried_key) for seen in server.books().requests if seen.method == "POST"]


def struck(server: RehearsalServer, gemini: GeminiProvider, weather: Weather) -> tuple[Intent, bytes]:
    intent = intent_of(gemini)
    server.set(weather)
    return intent, gemini.send_once(intent)
