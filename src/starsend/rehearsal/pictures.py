"""The pictures that Gemini's stand-in gives: sizes, and canned sheets with gutters."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from functools import lru_cache

import numpy as np
from PIL import Image

from starsend.errors import MediaError

# Width and height of 1K; 2K and 4K are two and four times that. Google's image pages, remembered, 2026-11-22.
SIZES_1K = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
}
TIMES = {"1K": 1, "2K": 2, "4K": 4}
_PAPER = 20
_GUTTER_SHARE = 1 / 130


def size_of(ratio: str, size: str) -> tuple[int, int]:
    """Width and height in pixels of a ratio and a size."""
    width, height = SIZES_1K[ratio]
    return width * TIMES[size], height * TIMES[size]


@lru_cache(maxsize=32)
def canned_sheet(columns: int, rows: int, size: tuple[int, int]) -> bytes:
    """A PNG of equal cells that fill the sheet, but for thin white gutters between them."""
    width, height = size
    sheet = np.full((height, width, 3), 255, np.uint8)
    gutter = max(4, round(width * _GUTTER_SHARE))
    cell_w, cell_h = (width - gutter * (columns - 1)) // columns, (height - gutter * (rows - 1)) // rows
    for number in range(columns * rows):
        x = number % columns * (cell_w + gutter)
        y = number // columns * (cell_h + gutter)
        sheet[y : y + cell_h, x : x + cell_w] = _cell(number, cell_w, cell_h)
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _cell(number: int, width: int, height: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A sky over a ground with a block standing on it; each number another light."""
    chance = np.random.Generator(np.random.PCG64(number))
    picture = np.empty((height, width, 3), np.uint8)
    horizon = int(height * chance.uniform(0.45, 0.65))
    picture[:horizon] = chance.integers(110, 220, size=3)
    picture[horizon:] = chance.integers(60, 120, size=3)
    x, wide, tall = int(width * chance.uniform(0.2, 0.6)), width // 6, height // 3
    picture[horizon - tall // 2 : horizon + tall // 2, x : x + wide] = chance.integers(30, 250, size=3)
    return picture


def fitted(png: bytes, size: tuple[int, int]) -> bytes:
    """A picture at exactly this size: scaled, laid on paper where its shape differs by much.

    Raises:
        MediaError: It is no picture.
    """
    try:
        with Image.open(io.BytesIO(png)) as opened:
            picture = opened.convert("RGB")
    except OSError as error:
        raise MediaError("The picture can't be read.", remedy="Send a PNG or JPEG.", code="not-a-picture") from error
    if abs(Fraction(picture.width, picture.height) / Fraction(*size) - 1) < Fraction(3, 100):
        made = picture.resize(size)
    else:
        scale = min(Fraction(size[0], picture.width), Fraction(size[1], picture.height))
        inner = picture.resize((round(picture.width * scale), round(picture.height * scale)))
        made = Image.new("RGB", size, (_PAPER, _PAPER, _PAPER))
        made.paste(inner, ((size[0] - inner.width) // 2, (size[1] - inner.height) // 2))
    buffer = io.BytesIO()
    made.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def named(png: bytes, name: str) -> bytes:
    """The same picture with a comment, so that its bytes are its own."""
    comment = b"tEXtComment\x00" + name.encode("latin-1")
    chunk = struct.pack(">I", len(comment) - 4) + comment + struct.pack(">I", zlib.crc32(comment))
    return png[:-12] + chunk + png[-12:]
