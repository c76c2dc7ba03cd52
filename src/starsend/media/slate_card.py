"""The burn-in: vendored fonts, a slate bar, and running digits that cost next to nothing a frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Luma = npt.NDArray[np.uint8]
Family = Literal["inter", "jetbrains-mono"]

_BAR_SHARE = 64 / 720
_PAPER = (14, 14, 16)


@lru_cache(maxsize=64)
def font(size_px: int, bold: bool = False, family: Family = "inter") -> ImageFont.FreeTypeFont:
    """A vendored font. Latin only: other letters show as boxes."""
    name = f"{family}-latin-{700 if bold else 400}-normal.woff2"
    data = resources.files("starsend.media").joinpath("fonts", name).read_bytes()
    return ImageFont.truetype(BytesIO(data), max(6, size_px))


def timecode(frame: int, fps: Fraction) -> str:
    """Frame number from 0 as non-drop HH:MM:SS:FF, counted at the rounded rate."""
    rate = max(1, round(fps))
    seconds, frames = divmod(frame, rate)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def shortened(text: str, face: ImageFont.FreeTypeFont, width_px: float) -> str:
    """The text, cut with an ellipsis where it would be wider."""
    text = " ".join(text.split())
    if face.getlength(text) <= width_px:
        return text
    while text and face.getlength(text + "…") > width_px:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True)
class SlateText:
    """What stands on the bar: who (``SEQ01 SH02 T003``), how (``WS · 28 mm · PUSH IN``), the words."""

    who: str
    how: str
    words: str


class SlateCard:
    """A bar along the foot of the frame, painted once a shot; timecode and frame number are laid on it each frame.

    Args:
        text: What stands on it.
        width_px: Of the frame; even.
        height_px: Of the frame; even.
        fps: For the timecode.
        first_frame: What the first frame is called; the timecode begins at nought all the same.
    """

    def __init__(self, text: SlateText, width_px: int, height_px: int, fps: Fraction, first_frame: int = 0) -> None:
        unit = min(height_px / 720, width_px / 900)
        self.height_px = max(16, round(max(height_px * _BAR_SHARE * min(1.0, 2 * unit), 44 * unit) / 2) * 2)
        self.top = height_px - self.height_px
        self._fps = fps
        self._first = first_frame
        size = _fitting(text.who, self.height_px / 64, width_px)
        mono = font(round(20 * size), True, "jetbrains-mono")
        self._digits = _atlas(round(22 * size))
        self._small = _atlas(round(13 * size))
        digit_w, small_w = self._digits["0"].shape[1], self._small["0"].shape[1]
        margin = round(22 * size)
        self._clock_at = (self.top + round(8 * size), width_px - margin - 11 * digit_w)
        self._count_at = (self.top + round(40 * size), width_px - margin - 6 * small_w)
        room = self._clock_at[1] - 2 * margin
        picture = Image.new("RGB", (width_px, self.height_px), _PAPER)
        pen = ImageDraw.Draw(picture)
        who = shortened(text.who, mono, room)
        pen.text((margin, 8 * size), who, font=mono, fill=(255, 196, 64))
        used = mono.getlength(who) + 28 * size
        face = font(round(17 * size), True)
        if room - used > face.getlength(text.how) / 2:  # in a narrow frame it would be dots
            how = shortened(text.how, face, room - used)
            pen.text((margin + used, 10 * size), how, font=face, fill=(214, 214, 218))
        face = font(round(15 * size))
        pen.text((margin, 38 * size), shortened(text.words, face, room), font=face, fill=(172, 172, 178))
        self._planes = to_planes(np.asarray(picture))

    def draw(self, planes: tuple[Luma, Luma, Luma], frame: int) -> None:
        """Lay the bar on a yuv420p frame, in place; `frame` counts from 0 and runs through the whole film."""
        for plane, bar, step in zip(planes, self._planes, (1, 2, 2), strict=True):
            plane[self.top // step :] = bar
        _set(planes[0], self._digits, timecode(frame, self._fps), self._clock_at)
        _set(planes[0], self._small, f"{frame + self._first:06d}", self._count_at)


def _fitting(who: str, size: float, width_px: int) -> float:
    """The size, made smaller until slate and take stand whole beside the timecode, also in a narrow frame."""
    while size > 0.25:
        mono, clock = font(round(20 * size), True, "jetbrains-mono"), font(round(22 * size), True, "jetbrains-mono")
        if mono.getlength(who) + 11 * clock.getlength("0") + 3.5 * 22 * size <= width_px:
            break
        size *= 0.94
    return size


def to_planes(rgb: npt.NDArray[np.uint8]) -> tuple[Luma, Luma, Luma]:
    """RGB with even sides as yuv420p planes, BT.709, limited range.

    OpenCV's own conversion is BT.601, which players take for 709 in HD: reds shift.
    """
    matrix = np.array(
        [[0.1826, 0.6142, 0.0620, 16], [-0.1006, -0.3386, 0.4392, 128], [0.4392, -0.3989, -0.0403, 128]], np.float32
    )
    luma = cv2.transform(rgb, matrix[:1])
    small = cv2.resize(rgb, (rgb.shape[1] // 2, rgb.shape[0] // 2), interpolation=cv2.INTER_AREA)
    chroma = cv2.transform(small, matrix[1:])
    return luma.astype(np.uint8), np.ascontiguousarray(chroma[..., 0]), np.ascontiguousarray(chroma[..., 1])


@lru_cache(maxsize=16)
def _atlas(size_px: int) -> dict[str, Luma]:
    """Each digit as a tile of luma, all of one size."""
    face = font(size_px, True, "jetbrains-mono")
    width, height = round(face.getlength("0")) or 1, round(size_px * 1.3)
    tiles = {}
    for letter in "0123456789:":
        tile = Image.new("L", (width, height), 28)
        ImageDraw.Draw(tile).text((0, 0), letter, font=face, fill=225)
        tiles[letter] = np.asarray(tile)
    return tiles


def _set(luma: Luma, atlas: dict[str, Luma], text: str, at: tuple[int, int]) -> None:
    row, column = at
    for letter in text:
        tile = atlas[letter]
        target = luma[row : row + tile.shape[0], max(column, 0) : column + tile.shape[1]]
        target[:] = tile[: target.shape[0], : target.shape[1]]
        column += tile.shape[1]
