"""A provider of films that are made in a moment and are worth looking at: frame numbers burned in, cells numbered."""

from __future__ import annotations

import base64
import io
import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import orjson
from PIL import Image, ImageDraw, ImageFont
from pydantic import TypeAdapter

from starsend.model.take import JsonObject
from starsend.model.timing import shot_starts
from starsend.providers.base import Collected, Intent, Progress
from starsend.providers.order import Order
from tests.fakes.book_provider import BookProvider
from tests.fakes.numbered_films import FILMS, Numbered, Pixels, paint

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)
SIZE_PX = (640, 360)
GRID_PX = (1280, 720)
_SKIES = ((20, 40, 90), (150, 100, 40), (30, 110, 60), (130, 60, 130))
_HUES = ((58, 74, 92), (96, 70, 52), (52, 84, 66), (84, 60, 88))


@dataclass
class FilmProvider(BookProvider):
    """A :class:`BookProvider` whose videos carry their frame numbers and whose grids have numbered cells."""

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        return SIZE_PX

    def reply_room_bytes(self, order: Order) -> int:
        return 2_000_000

    def send_once(self, intent: Intent) -> bytes:
        reply = orjson.loads(super().send_once(intent))
        if intent.medium == "video":
            return orjson.dumps(reply)
        sheet = self.book / f"{reply['request_id']}.png"
        draw_grid(sheet) if intent.medium == "grid" else draw_card(sheet, "finished", SIZE_PX)
        return orjson.dumps({**reply, "image": base64.b64encode(sheet.read_bytes()).decode()})

    def collect(
        self, intent: Intent, receipt: JsonObject, raw: bytes | None, part: Path, progress: Progress
    ) -> Collected:
        if intent.medium != "video":
            return super().collect(intent, receipt, raw, part, progress)
        progress(0.5)
        slate = {"sequence": intent.slate.sequence, "shot": intent.slate.shot}
        order = _ORDERS.validate_python({**intent.body, "slate": slate})
        starts = shot_starts(tuple(shot.duration_s for shot in order.shots), order.fps)
        write_film(part, starts, order.fps, film=intent.take % FILMS)
        return Collected()


def write_film(path: Path, starts: tuple[int, ...], fps: Fraction, *, film: int) -> None:
    """A numbered film whose shots differ in their skies, so that its cuts are found; at times one more at frame 64."""
    path.write_bytes(_film(starts, fps, film))


@cache
def _film(starts: tuple[int, ...], fps: Fraction, film: int) -> bytes:
    what = Numbered(starts[-1], fps, *SIZE_PX, film=film)
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "23", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = *SIZE_PX, "yuv420p"
        for shot, (start, end) in enumerate(itertools.pairwise(starts)):
            for number in range(start, end):
                picture = av.VideoFrame.from_ndarray(_tinted(paint(what, number), shot), format="rgb24")
                picture.pts, picture.time_base = number, 1 / fps
                container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return made.getvalue()


def _tinted(painted: Pixels, shot: int) -> Pixels:
    """The shot's sky above, and blocks of less contrast, so that those that flip are seldom a cut."""
    pixels = painted.copy()
    sky, blocks = pixels[: SIZE_PX[1] * 3 // 4], pixels[SIZE_PX[1] * 3 // 4 :]
    sky[:] = sky // 3 + np.asarray(_SKIES[shot % len(_SKIES)], np.uint8)
    blocks[:] = blocks // 3 + 85
    return pixels


def draw_grid(path: Path) -> None:
    """A 2x2 sheet with light gutters; each cell has its number and a horizon of its own."""
    sheet = Image.new("RGB", GRID_PX, (238, 238, 238))
    width, height = GRID_PX[0] // 2 - 6, GRID_PX[1] // 2 - 6
    for index, (x, y) in enumerate(((0, 0), (width + 12, 0), (0, height + 12), (width + 12, height + 12))):
        sheet.paste(_scene(str(index + 1), (width, height), index), (x, y))
    sheet.save(path, compress_level=1)


def draw_card(path: Path, words: str, size_px: tuple[int, int], hue: int = 0) -> None:
    """A picture with words on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _scene(words, size_px, hue).save(path, compress_level=1)


def _scene(words: str, size_px: tuple[int, int], hue: int) -> Image.Image:
    """Noise over a ground and a sky, so that nothing takes it for an empty picture."""
    width, height = size_px
    noise = np.random.default_rng(hue).integers(-9, 9, (height, width, 1))
    ramp = np.linspace(1.5, 0.5, height)[:, None, None]
    pixels = np.clip(np.array(_HUES[hue % len(_HUES)]) * ramp + noise, 0, 255).astype(np.uint8)
    pixels[int(height * (0.5 + hue * 0.06)) :] //= 2
    picture = Image.fromarray(pixels)
    font = ImageFont.load_default(max(14, min(height // 3, width // max(len(words), 1))))
    ImageDraw.Draw(picture).text((width / 2, height / 2), words, (230, 226, 218), font, anchor="mm")
    return picture
