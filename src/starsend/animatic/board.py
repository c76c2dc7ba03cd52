"""Draws storyboard sheets: a clean one for cropping and an annotated one for reading, and single cells full size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from starsend.animatic.brief import Brief, look_of, read_brief
from starsend.animatic.canvas import flatten
from starsend.animatic.cast import Cast, assemble
from starsend.animatic.finish import finish
from starsend.animatic.noise import generator
from starsend.animatic.orders import GridOrder, Progress
from starsend.animatic.scene import build_scene
from starsend.animatic.sheet import Panel, annotate
from starsend.animatic.weather import fall_still

Box = tuple[int, int, int, int]
Picture = npt.NDArray[np.uint8]

_GUTTER_SHARE = 1 / 160  # of the sheet's width
_PAPER = 18


def draw_grid(order: GridOrder, clean: Path, annotated: Path, progress: Progress) -> tuple[Box, ...]:
    """Draw both sheets as PNG, whatever the suffixes.

    Args:
        order: What to draw.
        clean: Where the sheet for cropping goes: equal cells of exactly the asked shape between thin dark gutters.
        annotated: Where the sheet for reading goes.
        progress: Told after each cell; what it raises goes through.

    Returns:
        The clean sheet's cells ``(x0, y0, x1, y1)``, end excluded, row by row.
    """
    cv2.setNumThreads(1)
    boxes, size = _layout(order)
    sheet = np.full((size[1], size[0], 3), _PAPER, np.uint8)
    brief, cast = _read(order)
    panels = []
    for k, (x0, y0, x1, y1) in enumerate(boxes):
        picture, staged = _paint(order, brief, cast, k, x1 - x0, y1 - y0)
        sheet[y0:y1, x0:x1] = picture
        panels.append(Panel(picture, staged))
        progress(0.9 * (k + 1) / len(boxes))
    Image.fromarray(sheet).save(clean, format="PNG", compress_level=4)
    annotate(order, panels).save(annotated, format="PNG", compress_level=4)
    progress(1.0)
    return boxes


def draw_cell(order: GridOrder, cell: int, destination: Path, width_px: int, height_px: int) -> None:
    """Paint a cell (counted from 1) of the sheet again, full size, in the same composition; writes a PNG."""
    cv2.setNumThreads(1)
    brief, cast = _read(order)
    picture, _ = _paint(order, brief, cast, cell - 1, width_px, height_px)
    Image.fromarray(picture).save(destination, format="PNG", compress_level=4)


def _layout(order: GridOrder) -> tuple[tuple[Box, ...], tuple[int, int]]:
    """Cell boxes and the sheet's size; a cell's sides are whole multiples of the aspect's terms."""
    wide, tall = order.aspect
    gutter = max(4, round(order.sheet_width_px * _GUTTER_SHARE / 2) * 2)
    room = (order.sheet_width_px - gutter * (order.columns + 1)) // order.columns
    most = min(room, 1600 * wide // tall)
    times = max(1, most // wide)
    times -= times % 2 if times > 1 else 0
    width, height = (wide * times, tall * times) if times * wide >= most * 0.8 else (most, round(most * tall / wide))
    boxes = tuple(
        (
            gutter + c * (width + gutter),
            gutter + r * (height + gutter),
            gutter + c * (width + gutter) + width,
            gutter + r * (height + gutter) + height,
        )
        for r in range(order.rows)
        for c in range(order.columns)
    )
    return boxes, (boxes[-1][2] + gutter, boxes[-1][3] + gutter)


def _read(order: GridOrder) -> tuple[Brief, Cast]:
    brief = read_brief(order.prompt, order.style, order.elements)
    return brief, assemble(brief)


def _paint(order: GridOrder, brief: Brief, cast: Cast, cell: int, width: int, height: int) -> tuple[Picture, Brief]:
    seed = (order.slate, order.take, order.prompt, cell)
    scene = build_scene(brief, cast, cell, generator(*seed, "scene"), width, height)
    picture = fall_still(flatten(scene.sheets), scene.staging.brief, scene.palette, generator(*seed, "weather"))
    return finish(picture, look_of(order.style, order.prompt), generator(*seed, "paper")), scene.staging.brief
