"""The annotated sheet: each panel with its number, size, lens, move and words, as a board is read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from starsend.animatic.brief import Brief
from starsend.animatic.orders import GridOrder
from starsend.media.board_page import Area, BoardPage

_WHITE: Final = (255, 255, 255, 235)
_ANGLES: Final = {"low": "LOW ANGLE", "high": "HIGH ANGLE", "dutch": "DUTCH", "aerial": "AERIAL"}


@dataclass(frozen=True)
class Panel:
    """A painted cell and how it was staged."""

    picture: npt.NDArray[np.uint8]
    brief: Brief


def annotate(order: GridOrder, panels: list[Panel]) -> Image.Image:
    """Compose the sheet: a heading, then the panels with their captions."""
    page = BoardPage(order.columns, order.rows, order.aspect)
    names = ", ".join(element.name.lstrip("@") for element in order.elements)
    elements = f"ELEMENTS {names} — " if names else ""
    page.head(f"{order.slate} — {order.title.upper()}", f"{elements}T{order.take:03d} · animatic (offline)")
    for k, panel in enumerate(panels):
        area, brief = page.paste(k, panel.picture), panel.brief
        draw_move(page.pen, brief.move, area)
        page.frame(area, f"{order.slate}.{k + 1}")
        angle = _ANGLES.get(brief.angle, "EYE LEVEL")
        line = f"{brief.size}  ·  {brief.lens_mm} mm  ·  {angle}  ·  {brief.move.upper()}"
        present = ", ".join(element.name.lstrip("@") for element in brief.cast)
        page.caption(area, line, present, order.prompt.replace("@", ""))
    return page.sheet


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
