"""The page of the player alone: its films, what its pixels say, and every picture that the browser composed."""

from __future__ import annotations

import base64
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from tests.browser.player_bench import take, view
from tests.fakes.numbered_films import Numbered, read_number

FIRST = Numbered(film=0)
SECOND = Numbered(film=1)
THIRD = Numbered(film=2, rate=Fraction(24000, 1001))
LONG = Numbered(film=3, frames=200, group=250, b_frames=2)
SHOTS = [
    {"id": "SH01", "start": 0, "end": 34, "planned": 0},
    {"id": "SH02", "start": 34, "end": 64, "planned": 32},
    {"id": "SH03", "start": 64, "end": 96, "planned": 64},
]
"""As the view has them for these cuts: SH02 was cut two frames late, and frame 50 is no shot's beginning."""


def takes() -> list[dict[str, Any]]:
    cut = {"shots": SHOTS, "found_cuts": [34, 50]}
    films: tuple[tuple[str, Numbered, dict[str, Any]], ...] = (
        ("first", FIRST, cut),
        ("second", SECOND, cut),
        ("third", THIRD, {}),
        ("long", LONG, {}),
    )
    return [take(n, f"/films/{name}.mp4", what, **more) for n, (name, what, more) in enumerate(films, 1)]


def load(page: Page, number: int = 1, frame: int = 0, **more: Any) -> dict[str, Any]:
    shown = view(*takes(), **more)
    page.evaluate("([view, n, frame]) => stage.load(view, n, { frame })", [shown, number, frame])
    return shown


def on(page: Page, kind: str = "front") -> tuple[int, int]:
    """The frame and the film that the pixels of the front, or the other, video show."""
    told = page.evaluate("(kind) => window.on(kind)", kind)
    return told["frame"], told["film"]


def until(page: Page, said: str, given: Any = None) -> None:
    # as a function: the page's own policy forbids expressions
    page.wait_for_function(said if said.startswith("(") else f"() => ({said})", arg=given, timeout=30_000)


def settled(page: Page, frame: int, kind: str = "front") -> None:
    """Waits for the pixels of a frame, which can't be said by anything but them."""
    until(page, "([kind, frame]) => window.on(kind)?.frame === frame", [kind, frame])


def composed(page: Page, during: Any, seconds: float) -> list[np.ndarray[Any, Any]]:
    """Every picture that the browser composed while something went on, of the picture's place only."""
    session = page.context.new_cdp_session(page)
    caught: list[tuple[float, str]] = []

    def caught_one(event: dict[str, Any]) -> None:
        caught.append((event["metadata"]["timestamp"], event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", caught_one)
    small = {"maxWidth": 960, "maxHeight": 600}  # enough to read them; what is sent is painted, zipped and read back
    session.send("Page.startScreencast", {"format": "jpeg", "quality": 80, "everyNthFrame": 1, **small})
    during()
    page.wait_for_timeout(seconds * 1000)
    session.send("Page.stopScreencast")
    session.detach()
    box = page.locator(".stage-picture").bounding_box()
    assert box is not None
    return [_cut_out(data, box) for _, data in sorted(caught)]  # a busy browser sends them out of order


def _cut_out(data: str, box: Any) -> np.ndarray[Any, Any]:
    whole = Image.open(BytesIO(base64.b64decode(data))).convert("RGB")
    scale = whole.width / 1440
    edges = (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    return np.asarray(whole.crop(tuple(round(edge * scale) for edge in edges)))


def films_seen(pictures: list[np.ndarray[Any, Any]]) -> list[tuple[int, int]]:
    return [(film, frame) for frame, film in (read_number(picture) for picture in pictures)]


def darkest(pictures: list[np.ndarray[Any, Any]]) -> float:
    """Of the upper part, where a film of ours is never dark; with labels it is still far above black."""
    return min(float(picture[: picture.shape[0] // 5].mean()) for picture in pictures)
