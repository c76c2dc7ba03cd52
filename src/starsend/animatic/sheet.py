"""The annotated sheet: each panel with its number, size, lens, move and words, as a board is read aloud."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from starsend.animatic.brief import Brief
from starsend.animatic.orders import GridOrder
from starsend.media.slate_card import font, shortened

_PAPER: Final = (242, 239, 232)
_INK: Final = (20, 20, 24)
_RED: Final = (176, 60, 30)
_GREY: Final = (92, 90, 86)
_WHITE: Final = (255, 255, 255, 235)
_WIDTH_PX = 2048

Area = tuple[float, float, float, float]


@dataclass(frozen=True)
class Panel:
    """A painted cell and how it was staged."""

    picture: npt.NDArray[np.uint8]
    brief: Brief


def annotate(order: GridOrder, panels: list[Panel]) -> Image.Image:
    """Compose the sheet: a heading, then the panels with their captions."""
    gap = 28
    width = (_WIDTH_PX - gap * (order.columns + 1)) // order.columns
    height = round(width * order.aspect[1] / order.aspect[0])
    if height > 1400:
        width, height = round(1400 * order.aspect[0] / order.aspect[1]), 1400
    caption = round(104 * min(1.0, max(0.62, width / 984)))
    page = (width * order.columns + gap * (order.columns + 1), 84 + (height + caption) * order.rows + 12)
    sheet = Image.new("RGB", page, _PAPER)
    pen = ImageDraw.Draw(sheet, "RGBA")
    _heading(pen, order, page[0], gap)
    for k, panel in enumerate(panels):
        x, y = gap + (k % order.columns) * (width + gap), 84 + (k // order.columns) * (height + caption)
        sheet.paste(Image.fromarray(panel.picture).resize((width, height), Image.Resampling.LANCZOS), (x, y))
        _panel(pen, order, panel.brief, k + 1, (x, y, x + width, y + height))
    return sheet


def _heading(pen: ImageDraw.ImageDraw, order: GridOrder, width: int, gap: int) -> None:
    left = shortened(f"{order.slate}  {order.title.upper()}", font(36, True), width * 0.55)
    pen.text((gap, 18), left, font=font(36, True), fill=_INK)
    names = " · ".join(element.name.lstrip("@") for element in order.elements)
    right = f"{'ELEMENTS  ' + names + '     ' if names else ''}T{order.take:03d}   animatic (offline)"
    right = shortened(right, font(22), width - 3 * gap - font(36, True).getlength(left))
    pen.text((width - gap, 28), right, font=font(22), fill=_GREY, anchor="ra")


def _panel(pen: ImageDraw.ImageDraw, order: GridOrder, brief: Brief, cell: int, area: Area) -> None:
    x0, y0, x1, y1 = area
    unit = min(1.0, max(0.62, (x1 - x0) / 984))
    draw_move(pen, brief.move, area)
    pen.rectangle((x0, y0, x1 - 1, y1 - 1), outline=_INK, width=3)
    tab = f"{order.slate}.{cell}"
    face = font(round(24 * unit), True, "jetbrains-mono")
    pen.rectangle((x0, y0, x0 + face.getlength(tab) + 24, y0 + 40 * unit), fill=_INK)
    pen.text((x0 + 12, y0 + 5 * unit), tab, font=face, fill=(255, 255, 255))
    angle = {"low": "LOW ANGLE", "high": "HIGH ANGLE", "dutch": "DUTCH", "aerial": "AERIAL"}.get(
        brief.angle, "EYE LEVEL"
    )
    line = f"{brief.size}  ·  {brief.lens_mm} mm  ·  {angle}  ·  {brief.move.upper()}"
    face = font(round(21 * unit), True)
    pen.text((x0, y1 + 9 * unit), shortened(line, face, x1 - x0), font=face, fill=_RED)
    present = ", ".join(element.name.lstrip("@") for element in brief.cast)
    if present and face.getlength(line + present) < (x1 - x0) * 0.9:
        pen.text((x1, y1 + 9 * unit), present, font=font(round(21 * unit)), fill=_GREY, anchor="ra")
    face = font(round(21 * unit))
    letters = max(12, int((x1 - x0) / (face.getlength("abcdefghij ") / 11)))
    for k, text in enumerate(textwrap.wrap(order.prompt.replace("@", ""), letters, max_lines=2, placeholder=" …")):
        pen.text((x0, y1 + (38 + 27 * k) * unit), text, font=face, fill=(40, 40, 44))


def draw_move(pen: ImageDraw.ImageDraw, move: str, area: Area) -> None:
    """Draw the camera's move as boards do: a frame in the frame for in and out, arrows for the others."""
    x0, y0, x1, y1 = area
    w, h, cx, cy = x1 - x0, y1 - y0, (x0 + x1) / 2, (y0 + y1) / 2
    if move in ("push in", "pull back"):
        inner = (x0 + w * 0.16, y0 + h * 0.16, x1 - w * 0.16, y1 - h * 0.16)
        pen.rectangle(inner, outline=_WHITE, width=3)
        for far, near in zip(((0, 1), (2, 1), (0, 3), (2, 3)), ((0, 1), (2, 1), (0, 3), (2, 3)), strict=True):
            outer = ((x0 + 12, y0 + 12, x1 - 12, y1 - 12)[far[0]], (x0 + 12, y0 + 12, x1 - 12, y1 - 12)[far[1]])
            point = (inner[near[0]], inner[near[1]])
            _arrow(pen, outer, point, w / 230) if move == "push in" else _arrow(pen, point, outer, w / 230)
        return
    side = -1 if "left" in move else 1
    if move in ("pan left", "pan right", "track left", "track right", "arc"):
        _arrow(pen, (cx - side * w * 0.22, y1 - h * 0.09), (cx + side * w * 0.22, y1 - h * 0.09), w / 130)
        if "track" in move:
            pen.line((cx - w * 0.22, y1 - h * 0.05, cx + w * 0.22, y1 - h * 0.05), fill=_WHITE, width=3)
        if move == "arc":
            pen.arc((cx - w * 0.22, y1 - h * 0.22, cx + w * 0.22, y1 - h * 0.04), 20, 160, fill=_WHITE, width=4)
    elif move in ("tilt up", "tilt down"):
        up = 1 if move == "tilt up" else -1
        _arrow(pen, (x1 - w * 0.06, cy + up * h * 0.25), (x1 - w * 0.06, cy - up * h * 0.25), w / 130)


def _arrow(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float], thick: float) -> None:
    length = float(np.hypot(end[0] - start[0], end[1] - start[1])) or 1.0
    ux, uy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    px, py, head = -uy * thick, ux * thick, thick * 3.4
    neck = (end[0] - ux * head, end[1] - uy * head)
    outline = [(start[0] + px * 0.4, start[1] + py * 0.4), (neck[0] + px, neck[1] + py), (neck[0] + px * 2.4,
        neck[1] + py * 2.4), end,
               (neck[0] - px * 2.4, neck[1] - py * 2.4), (neck[0] - px, neck[1] - py), (start[0] - px * 0.4,
               start[1] - py * 0.4)]  # fmt: skip
    pen.polygon(outline, fill=_WHITE, outline=(20, 20, 24, 255))
