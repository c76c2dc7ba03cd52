"""Heads, from behind, in profile and in three-quarter view: planes and shadows, not a mask.

All outlines are in head heights: y 0 at the crown, 1 at the chin; x grows the way the face looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.wardrobe import Wardrobe

Outline = tuple[tuple[float, float], ...]
Place = Callable[[npt.NDArray[np.float32] | Outline], npt.NDArray[np.float32]]

_FACE: Final[dict[str, Outline]] = {
    "quarter": ((0.20, 0.06), (0.335, 0.17), (0.385, 0.31), (0.377, 0.395), (0.350, 0.465), (0.378, 0.565), (0.358,
        0.68),
                (0.322, 0.79), (0.285, 0.93), (0.20, 0.995), (0.08, 0.985), (-0.09, 0.885), (-0.225, 0.73), (-0.265,
                0.55),
                (-0.28, 0.33), (-0.16, 0.10), (0.02, 0.03)),
    "profile": ((0.20, 0.09), (0.30, 0.21), (0.33, 0.335), (0.327, 0.385), (0.298, 0.44), (0.345, 0.53), (0.412, 0.615),
                (0.398, 0.655), (0.334, 0.675), (0.326, 0.705), (0.358, 0.74), (0.332, 0.766), (0.344, 0.798),
                (0.305, 0.835),
                (0.322, 0.885), (0.292, 0.96), (0.20, 0.987), (0.05, 0.93), (-0.08, 0.84), (-0.14, 0.68), (-0.14, 0.45),
                (-0.10, 0.2), (0.05, 0.09)),
    "back": ((0.0, 0.05), (0.24, 0.10), (0.36, 0.30), (0.37, 0.55), (0.30, 0.80), (0.16, 0.95), (-0.16, 0.95),
        (-0.30, 0.80),
             (-0.37, 0.55), (-0.36, 0.30), (-0.24, 0.10)),
}  # fmt: skip
_CROP: Final[dict[str, Outline]] = {
    "quarter": ((0.345, 0.26), (0.34, 0.14), (0.23, 0.00), (0.02, -0.055), (-0.22, -0.02), (-0.40, 0.14), (-0.455,
        0.36),
                (-0.41, 0.56), (-0.32, 0.72), (-0.255, 0.70), (-0.285, 0.56), (-0.225, 0.44), (-0.205, 0.55),
                (-0.175, 0.50),
                (-0.165, 0.36), (-0.07, 0.25), (0.10, 0.17), (0.25, 0.17)),
    "profile": ((0.29, 0.20), (0.27, 0.07), (0.10, -0.035), (-0.16, -0.035), (-0.38, 0.11), (-0.475, 0.36), (-0.43,
        0.58),
                (-0.32, 0.76), (-0.21, 0.74), (-0.165, 0.62), (-0.15, 0.46), (-0.055, 0.44), (-0.045, 0.54),
                (-0.005, 0.52),
                (0.02, 0.36), (0.08, 0.24), (0.20, 0.19)),
    "back": ((0.0, -0.05), (0.25, 0.0), (0.40, 0.18), (0.43, 0.42), (0.37, 0.66), (0.25, 0.84), (0.0, 0.89), (-0.25,
        0.84),
             (-0.37, 0.66), (-0.43, 0.42), (-0.40, 0.18), (-0.25, 0.0)),
}  # fmt: skip
_LONG_BEHIND: Final[dict[str, Outline]] = {
    "quarter": ((0.30, 0.10), (0.05, -0.05), (-0.24, -0.02), (-0.43, 0.17), (-0.50, 0.50), (-0.53, 0.90), (-0.58,
        1.25), (-0.44, 1.52),
                (-0.22, 1.46), (-0.12, 1.2), (0.10, 1.15), (0.36, 1.22), (0.42, 1.0), (0.38, 0.6)),
    "profile": ((0.20, 0.05), (-0.10, -0.05), (-0.38, 0.08), (-0.51, 0.36), (-0.53, 0.74), (-0.60, 1.15), (-0.50,
        1.50), (-0.24, 1.45),
                (-0.10, 1.15), (-0.04, 0.8), (0.0, 0.4)),
    "back": ((0.0, -0.06), (0.27, -0.01), (0.43, 0.18), (0.48, 0.50), (0.52, 0.90), (0.55, 1.22), (0.40, 1.52),
        (0.12, 1.46), (0.0, 1.56),
             (-0.16, 1.45), (-0.42, 1.53), (-0.55, 1.2), (-0.51, 0.90), (-0.48, 0.50), (-0.43, 0.18), (-0.27, -0.01)),
}  # fmt: skip
_LONG_FRONT: Final[dict[str, Outline]] = {
    "quarter": ((0.35, 0.30), (0.34, 0.13), (0.22, -0.01), (0.0, -0.06), (-0.24, -0.02), (-0.42, 0.16), (-0.48,
        0.5), (-0.50, 0.92),
                (-0.46, 1.28), (-0.33, 1.40), (-0.28, 1.10), (-0.20, 0.85), (-0.24, 0.62), (-0.16, 0.36), (-0.03,
                0.20), (0.14, 0.12), (0.27, 0.18)),
    "profile": ((0.29, 0.22), (0.26, 0.06), (0.08, -0.045), (-0.18, -0.04), (-0.40, 0.12), (-0.50, 0.40), (-0.51,
        0.85), (-0.48, 1.28),
                (-0.30, 1.42), (-0.16, 1.15), (-0.03, 0.86), (-0.02, 0.60), (0.05, 0.40), (0.13, 0.24), (0.22, 0.19)),
}  # fmt: skip
_HOOD_BEHIND: Final[Outline] = ((0.42, 0.30), (0.34, 0.02), (0.08, -0.13), (-0.24, -0.09), (-0.48, 0.12), (-0.57,
    0.48), (-0.52, 0.85),
                                (-0.62, 1.15), (0.36, 1.18), (0.40, 0.8))  # fmt: skip
_HOOD_FRONT: Final[Outline] = ((0.44, 0.36), (0.36, 0.04), (0.08, -0.13), (-0.24, -0.09), (-0.48, 0.12), (-0.57,
    0.48), (-0.50, 0.90),
                               (-0.60, 1.20), (-0.10, 1.26), (-0.19, 0.95), (-0.28, 0.55), (-0.20, 0.22), (0.06,
                               0.08), (0.28, 0.16))  # fmt: skip
_SIDE_PLANE: Final[dict[str, Outline]] = {
    "quarter": ((-0.28, 0.25), (-0.12, 0.28), (-0.08, 0.42), (-0.02, 0.56), (-0.055, 0.70), (0.03, 0.85), (0.11,
        0.985), (-0.09, 0.885),
                (-0.225, 0.73), (-0.265, 0.55)),
    "profile": ((-0.14, 0.25), (0.06, 0.30), (0.12, 0.46), (0.10, 0.62), (0.16, 0.80), (0.17, 0.96), (0.05, 0.93),
        (-0.08, 0.84), (-0.14, 0.68)),
}  # fmt: skip
_SOCKETS: Final[dict[str, tuple[Outline, ...]]] = {
    "quarter": (((-0.045, 0.42), (0.05, 0.395), (0.16, 0.41), (0.205, 0.45), (0.165, 0.495), (0.07, 0.505), (-0.02,
        0.48)),
                ((0.245, 0.42), (0.31, 0.395), (0.372, 0.405), (0.35, 0.47), (0.29, 0.495), (0.25, 0.475))),
    "profile": (((0.16, 0.42), (0.25, 0.395), (0.325, 0.405), (0.298, 0.455), (0.26, 0.50), (0.19, 0.485)),),
}  # fmt: skip
_DARKS: Final[dict[str, tuple[Outline, ...]]] = {  # underside of the nose, upper lip
    "quarter": (((0.222, 0.47), (0.262, 0.58), (0.312, 0.640), (0.270, 0.678), (0.185, 0.668), (0.196, 0.628),
        (0.232, 0.60)),
                ((0.135, 0.775), (0.215, 0.742), (0.250, 0.752), (0.283, 0.742), (0.322, 0.765), (0.25, 0.786))),
    "profile": (((0.40, 0.655), (0.334, 0.677), (0.285, 0.662), (0.300, 0.630), (0.345, 0.645)),
                ((0.345, 0.745), (0.334, 0.767), (0.235, 0.782), (0.29, 0.755))),
}  # fmt: skip
_STROKES: Final[dict[str, tuple[tuple[Outline, float], ...]]] = {  # brows, lash lines, lower lip, jaw
    "quarter": ((((-0.05, 0.385), (0.05, 0.350), (0.165, 0.375)), 2.0), (((0.255, 0.375), (0.315, 0.350), (0.372,
        0.372)), 1.7),
                (((-0.005, 0.468), (0.06, 0.437), (0.145, 0.462)), 1.5), (((0.268, 0.460), (0.315, 0.437), (0.355,
                0.458)), 1.3),
                (((0.185, 0.832), (0.24, 0.842), (0.29, 0.828)), 0.9)),
    "profile": ((((0.18, 0.385), (0.26, 0.355), (0.322, 0.372)), 2.0), (((0.205, 0.470), (0.25, 0.443), (0.298,
        0.452)), 1.5)),
}  # fmt: skip
_PUPILS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "quarter": ((0.085, 0.463), (0.326, 0.460)),
    "profile": ((0.278, 0.462),),
}


def paint_hair_behind(
    sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float
) -> None:
    """Paint what of hair or hood lies behind the neck; call before neck and coat."""
    if wardrobe.hair == "long" and view != "back":
        paint_shape(
            sheet, place(smooth(_LONG_BEHIND[view])), mix(wardrobe.hair_colour, (0, 0, 0), 0.35), modelling, unit * 0.2
        )
    if wardrobe.hair == "hood" and view != "back":
        paint_shape(
            sheet, place(smooth(_HOOD_BEHIND)), mix(wardrobe.coat_colour, (0, 0, 0), 0.5), modelling, unit * 0.2
        )


def paint_head(
    sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float, faces_light: bool
) -> None:
    """Paint a head.

    Args:
        sheet: To draw on.
        place: Puts points in head heights on the sheet.
        view: ``quarter``, ``profile`` or ``back``.
        wardrobe: Hair, skin.
        modelling: The light.
        unit: A head's height, px.
        faces_light: Whether the face looks toward the light; its side plane is dark then, else its front.
    """
    paint_shape(sheet, place(smooth(_FACE[view])), wardrobe.skin, modelling, unit * 0.14)
    if view != "back" and unit > 9:
        _features(sheet, place, view, wardrobe, modelling, unit, faces_light)
    _hair(sheet, place, view, wardrobe, modelling, unit)


def _features(
    sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float, faces_light: bool
) -> None:
    dark = modelling.palette.lit(wardrobe.skin, modelling.level * 0.16)
    ink = modelling.palette.shadow * np.float32(0.6)
    if faces_light:
        sheet.soft(place(smooth(_SIDE_PLANE[view])), dark, 0.62, unit * 0.02)
    else:
        front = place(smooth(_FACE[view]))
        sheet.soft(front, dark, 0.45, unit * 0.03)
    if wardrobe.beard:
        jaw: Outline = (
            (0.33, 0.72),
            (0.30, 0.93),
            (0.20, 1.01),
            (0.05, 0.99),
            (-0.15, 0.87),
            (-0.24, 0.62),
            (-0.10, 0.72),
            (0.10, 0.72),
            (0.22, 0.70),
        )
        sheet.soft(
            place(smooth(jaw)), modelling.palette.lit(wardrobe.hair_colour, modelling.level * 0.5), 0.85, unit * 0.015
        )
    for outline in _SOCKETS[view]:
        sheet.soft(place(smooth(outline)), dark, 0.60, unit * 0.016)
    for outline in _DARKS[view]:
        sheet.soft(place(smooth(outline)), mix(dark, (0.30, 0.08, 0.07), 0.25), 0.72, unit * 0.008)
    if unit < 26:
        return
    for line, weight in _STROKES[view]:
        sheet.line(place(smooth(line, closed=False)), ink, max(1.0, unit * 0.0105 * weight))
    for x, y in _PUPILS[view]:
        rim = [(x + 0.021 * np.cos(t), y + 0.019 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 12, endpoint=False)]
        sheet.fill(place(tuple((float(a), float(b)) for a, b in rim)), ink)


def _hair(sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float) -> None:
    style, colour = wardrobe.hair, wardrobe.hair_colour
    if style == "bald":
        return
    if style == "hood":
        outline = _HOOD_FRONT if view != "back" else _LONG_BEHIND["back"][:6] + _LONG_BEHIND["back"][11:]
        paint_shape(sheet, place(smooth(outline)), wardrobe.coat_colour, modelling, unit * 0.16)
        return
    shape = (_LONG_BEHIND["back"] if view == "back" else _LONG_FRONT[view]) if style == "long" else _CROP[view]
    paint_shape(sheet, place(smooth(shape)), colour, modelling, unit * 0.15)
    if style == "bun":
        middle = (-0.50, 0.22) if view != "back" else (0.0, 0.15)
        ring = [
            (middle[0] + 0.15 * np.cos(t), middle[1] + 0.15 * np.sin(t))
            for t in np.linspace(0, 2 * np.pi, 14, endpoint=False)
        ]
        paint_shape(sheet, place(tuple((float(a), float(b)) for a, b in ring)), colour, modelling, unit * 0.08)
    if unit > 40:
        _strands(sheet, place, shape, modelling, wardrobe, unit)
    if style in ("hat", "beanie"):
        crown: Outline = (
            (0.36, 0.20),
            (0.30, -0.02),
            (0.05, -0.15),
            (-0.25, -0.12),
            (-0.44, 0.08),
            (-0.46, 0.26),
            (0.0, 0.24),
        )
        paint_shape(
            sheet, place(smooth(crown)), mix(wardrobe.coat_colour, (0.1, 0.1, 0.1), 0.45), modelling, unit * 0.14
        )
        if style == "hat":
            brim: Outline = ((0.62, 0.24), (0.30, 0.17), (-0.30, 0.20), (-0.60, 0.28), (-0.30, 0.31), (0.25, 0.27))
            paint_shape(
                sheet, place(smooth(brim)), mix(wardrobe.coat_colour, (0.1, 0.1, 0.1), 0.6), modelling, unit * 0.05
            )


def _strands(sheet: Sheet, place: Place, shape: Outline, modelling: Modelling, wardrobe: Wardrobe, unit: float) -> None:
    """A few locks that follow the outline inward, so that hair is not a cap."""
    outer = np.asarray(shape, np.float32)
    middle = outer.mean(axis=0)
    light = modelling.palette.lit(mix(wardrobe.hair_colour, (1, 1, 1), 0.14), min(1.0, modelling.level * 1.2))
    dark = modelling.palette.shadow * np.float32(0.8)
    half = outer[2 : len(outer) // 2 + 1]
    for k, inward in enumerate((0.14, 0.26, 0.40, 0.54)):
        lock = half + (middle - half) * inward
        sheet.line(place(smooth(lock[k % 2 :], closed=False)), light if k % 2 == 0 else dark, max(1.0, unit * 0.007))
