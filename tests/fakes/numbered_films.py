"""Films whose every frame shows its number, in digits for people and in blocks that a test reads back from pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

BITS: Final = 10
"""Frames 0 to 1,023, the highest bit first."""

FILMS: Final = 4
"""Marks of the films themselves: two more blocks tell which of four films a picture is of."""

Pixels = NDArray[np.uint8]

READ_IN_PAGE: Final = """
(video) => {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0);
  const bit = (n) => {
    const x = Math.round(canvas.width * (n + 1.5) / 16), y = Math.round(canvas.height * 0.85);
    return pen.getImageData(x, y, 1, 1).data[0] > 127 ? 1 : 0;
  };
  let frame = 0;
  for (let n = 0; n < 10; n += 1) frame = frame * 2 + bit(n);
  return { frame, film: bit(10) * 2 + bit(11) };
}
"""
"""A function for the page: what the blocks of a ``<video>`` say. ``{frame, film}``."""


@dataclass(frozen=True)
class Numbered:
    """What a film is made of.

    Args:
        frames: How many, at most 1,024.
        rate: Frames a second.
        width_px: Even.
        height_px: Even.
        film: 0 to 3: told by two blocks and by its colour.
        group: Frames from one key frame to the next.
        b_frames: Frames in between that are decoded out of order.
    """

    frames: int = 96
    rate: Fraction = Fraction(24)
    width_px: int = 640
    height_px: int = 360
    film: int = 0
    group: int = 12
    b_frames: int = 0


COLOURS: Final[Sequence[tuple[int, int, int]]] = ((150, 120, 90), (90, 130, 150), (120, 150, 100), (150, 100, 140))
"""Bright enough that a black frame is never mistaken for one of theirs."""


def write_numbered(path: Path, what: Numbered) -> Path:
    """Write the film as H.264 in MP4, and return its path."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        options = {"preset": "veryfast", "crf": "20", "g": str(what.group), "bf": str(what.b_frames)}
        stream = container.add_stream("libx264", rate=what.rate, options=options)
        stream.width, stream.height, stream.pix_fmt = what.width_px, what.height_px, "yuv420p"
        for number in range(what.frames):
            picture = av.VideoFrame.from_ndarray(paint(what, number), format="rgb24")
            picture.pts, picture.time_base = number, 1 / what.rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def paint(what: Numbered, number: int) -> Pixels:
    """The picture of one frame."""
    image = Image.new("RGB", (what.width_px, what.height_px), COLOURS[what.film])
    pen = ImageDraw.Draw(image)
    travelled, ball = what.width_px * number // max(1, what.frames), what.height_px // 12
    pen.ellipse((travelled - ball, ball, travelled + ball, 3 * ball), fill=(230, 220, 190))
    pen.text((what.width_px // 16, what.height_px // 3), f"{number:04d}", "white", _font(what.height_px // 4))
    bits = [number >> (BITS - 1 - n) & 1 for n in range(BITS)] + [what.film >> 1, what.film & 1]
    unit, middle = what.width_px / 16, what.height_px * 0.85
    for place, bit in enumerate(bits):
        left = unit * (place + 1)
        pen.rectangle(
            (left, middle - unit / 2, left + unit * 0.98, middle + unit / 2), fill="white" if bit else "black"
        )
    return np.asarray(image)


@cache
def _font(height_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(height_px)


def read_number(picture: Pixels) -> tuple[int, int]:
    """The frame and the film that a picture of any size shows."""
    height, width = picture.shape[:2]
    bits = [int(picture[round(height * 0.85), round(width * (n + 1.5) / 16), 0]) > 127 for n in range(BITS + 2)]
    return int("".join("01"[bit] for bit in bits[:BITS]), 2), bits[BITS] * 2 + bits[BITS + 1]
