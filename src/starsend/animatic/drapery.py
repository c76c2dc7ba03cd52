"""Puts a rounded, lit, inked shape on a sheet: two tones and a rim of light, as a board artist blocks it in."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Colour, Sheet, fixed, mix
from starsend.animatic.palette import Palette

Points = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Modelling:
    """How light falls on rounded shapes.

    Args:
        palette: The hour's.
        light_x: Toward the light in the frame; -1 is from the left.
        light_y: -1 is from above.
        level: Overall light on the figure, 0 to 1.
        rim: Strength of the light edge.
        ink_px: Width of the outlines.
    """

    palette: Palette
    light_x: float
    light_y: float
    level: float
    rim: float
    ink_px: float


def paint_shape(
    sheet: Sheet, outline: Points, base: Colour, modelling: Modelling, round_px: float, ink: bool = True
) -> None:
    """Paint one closed outline, shaded as if rounded off by `round_px`."""
    x0, y0 = np.maximum(np.floor(outline.min(axis=0)).astype(int) - 1, 0)
    x1 = min(int(np.ceil(outline[:, 0].max())) + 2, sheet.width)
    y1 = min(int(np.ceil(outline[:, 1].max())) + 2, sheet.height)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [fixed(outline - np.array([x0, y0], np.float32))], 255, cv2.LINE_AA, 4)
    reach = max(1.0, round_px)
    dark = cv2.subtract(mask, _moved(mask, modelling.light_x * reach * 0.8, modelling.light_y * reach * 0.8))
    dark = cv2.GaussianBlur(dark, (0, 0), max(0.6, reach * 0.16)) if reach > 2 else dark
    edge_px = max(1.0, reach * 0.10)
    rim = cv2.subtract(mask, _moved(mask, -modelling.light_x * edge_px * 1.6, -modelling.light_y * edge_px * 1.6))
    palette = modelling.palette
    body, shade = palette.lit(base, modelling.level), palette.lit(base, modelling.level * 0.18)
    weight = dark.astype(np.float32)[..., None] * np.float32(1 / 255)
    colour = body + (shade - body) * weight
    light = rim.astype(np.float32)[..., None] * np.float32(modelling.rim / 255)
    colour += (mix(palette.key, palette.lit(base, 1.0), 0.35) - colour) * light
    sheet.blend(mask.astype(np.float32) * np.float32(1 / 255), colour, (int(x0), int(y0)))
    if ink and modelling.ink_px >= 0.6:
        sheet.line(outline, palette.shadow * np.float32(0.7), modelling.ink_px, closed=True)


def _moved(mask: npt.NDArray[np.uint8], dx: float, dy: float) -> npt.NDArray[np.uint8]:
    shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    moved = cv2.warpAffine(mask, shift, (mask.shape[1], mask.shape[0]), flags=cv2.INTER_LINEAR)
    return np.asarray(moved, np.uint8)
