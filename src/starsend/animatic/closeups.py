"""Inserts, and frames within the frame: a phone in a hand, a cup, the inside of a car."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth, tube
from starsend.animatic.cast import Cast
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.palette import Palette
from starsend.animatic.staging import Staging
from starsend.animatic.viewpoint import Viewpoint

Point = tuple[float, float]
Outline = Sequence[Point] | npt.NDArray[np.float32]
Place = Callable[[Outline], npt.NDArray[np.float32]]


def paint_insert(staging: Staging, palette: Palette, cast: Cast, chance: np.random.Generator) -> list[Sheet]:
    """A detail that fills the frame: the thing in a hand, before lights out of focus."""
    view = staging.view
    back = Sheet(view.height, view.width, 0.0)
    back.alpha[:] = 255
    down = np.linspace(0, 1, view.height, dtype=np.float32)[:, None, None]
    wash = (
        mix(palette.zenith, palette.haze, 0.5)
        + (palette.shadow * np.float32(1.4) - mix(palette.zenith, palette.haze, 0.5)) * down
    )
    back.rgb[:] = np.clip(np.repeat(wash, view.width, axis=1) * 255, 0, 255).astype(np.uint8)
    for _ in range(16):
        x, y = float(chance.uniform(0, view.width)), float(chance.uniform(0, view.height * 0.7))
        radius = view.height * float(chance.uniform(0.02, 0.07))
        ring = [
            (x + radius * float(np.cos(t)), y + radius * float(np.sin(t)))
            for t in np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ]
        back.soft(
            ring, mix(palette.lamp, palette.key, float(chance.random())), 0.35 if palette.dark else 0.15, radius * 0.12
        )
    front = Sheet(view.height, view.width, 0.8)
    size = min(view.height, view.width * 1.1)
    lean = 0.20 * staging.side * (1 if staging.turn % 2 else 0.5)
    centre = (view.width * (0.5 + 0.08 * staging.side), view.height * 0.50)
    coat = cast.people[0].coat_colour if cast.people else (0.3, 0.32, 0.38)
    skin = cast.people[0].skin if cast.people else (0.83, 0.62, 0.49)
    light = Modelling(
        palette, -0.3 * staging.side, -0.8, 0.62 if palette.dark else 0.8, 0.5, max(1.0, view.height / 380)
    )
    thing = staging.brief.things[0] if staging.brief.things else "phone"
    _hold(front, centre, size, lean, staging.side, thing, coat, skin, palette, light)
    return [back, front]


def _hold(
    sheet: Sheet, centre: Point, size: float, lean: float, side: int, thing: str, coat: tuple[float, float, float],
    skin: tuple[float, float, float], palette: Palette, light: Modelling,
) -> None:  # fmt: skip
    cos, sin = float(np.cos(lean)), float(np.sin(lean))

    def at(points: Outline) -> npt.NDArray[np.float32]:
        array = np.asarray(points, np.float32) * (side * size, size)
        return np.stack([array[:, 0] * cos - array[:, 1] * sin, array[:, 0] * sin + array[:, 1] * cos], axis=1).astype(
            np.float32
        ) + np.asarray(centre, np.float32)

    sleeve = tube(((0.30, 0.85), (0.24, 0.62), (0.19, 0.46)), (0.24, 0.20, 0.165))
    palm = smooth(
        [
            (0.13, -0.02),
            (0.24, 0.02),
            (0.30, 0.16),
            (0.32, 0.34),
            (0.30, 0.50),
            (0.08, 0.52),
            (0.0, 0.36),
            (-0.02, 0.10),
        ]
    )
    paint_shape(sheet, at(palm), skin, light, size * 0.07)
    paint_shape(sheet, at(sleeve), coat, light, size * 0.10)
    _object(sheet, at, thing, size, palette, light)
    knuckles = (-0.16, -0.02, 0.115, 0.24)
    for k, y in enumerate(knuckles):  # fingers come round the far edge
        reach = (-0.055, -0.04, -0.045, -0.075)[k]
        finger = tube(((-0.255, y - 0.015), (-0.215, y - 0.03), (reach - 0.10, y + 0.005)), (0.046, 0.047, 0.036), 5)
        paint_shape(sheet, at(finger), skin, light, size * 0.03)
        nail = smooth(
            [
                (reach - 0.125, y - 0.018),
                (reach - 0.085, y - 0.014),
                (reach - 0.078, y + 0.016),
                (reach - 0.12, y + 0.016),
            ]
        )
        sheet.fill(at(nail), light.palette.lit(mix(skin, (1, 0.9, 0.88), 0.35), light.level))
    thumb = tube(((0.29, 0.33), (0.265, 0.13), (0.19, -0.02), (0.125, -0.085)), (0.082, 0.066, 0.053, 0.040), 6)
    paint_shape(sheet, at(thumb), skin, light, size * 0.04)
    nail = smooth([(0.165, -0.075), (0.12, -0.115), (0.098, -0.088), (0.135, -0.04)])
    sheet.fill(at(nail), light.palette.lit(mix(skin, (1, 0.9, 0.88), 0.4), light.level))


def paint_object(sheet: Sheet, thing: str, centre: Point, size: float, light: Modelling) -> None:
    """Paint a thing by itself, upright, about 0.8 of `size` high."""

    def at(points: Outline) -> npt.NDArray[np.float32]:
        return (np.asarray(points, np.float32) * np.float32(size) + np.asarray(centre, np.float32)).astype(np.float32)

    _object(sheet, at, thing, size, light.palette, light)


def _object(sheet: Sheet, place: Place, thing: str, size: float, palette: Palette, light: Modelling) -> None:
    if thing == "cup":
        paint_shape(
            sheet,
            place(smooth([(-0.20, -0.26), (0.17, -0.26), (0.14, 0.26), (-0.16, 0.26)], 3)),
            (0.80, 0.78, 0.72),
            light,
            size * 0.12,
        )
        sheet.fill(
            place(smooth([(-0.20, -0.26), (-0.02, -0.31), (0.17, -0.26), (-0.02, -0.21)])),
            palette.lit((0.24, 0.14, 0.08), 0.7),
        )
        return
    if thing == "paper":
        paint_shape(
            sheet,
            place([(-0.24, -0.36), (0.20, -0.34), (0.19, 0.30), (-0.23, 0.28)]),
            (0.86, 0.83, 0.74),
            light,
            size * 0.02,
        )
        for k in range(8):
            y = -0.27 + 0.062 * k
            sheet.line(place([(-0.19, y), (0.15 - 0.05 * (k % 3), y + 0.005)]), palette.shadow, max(1.0, size * 0.005))
        return
    body = [
        (-0.195, -0.43),
        (-0.175, -0.45),
        (0.155, -0.45),
        (0.175, -0.43),
        (0.175, 0.33),
        (0.155, 0.35),
        (-0.175, 0.35),
        (-0.195, 0.33),
    ]
    paint_shape(sheet, place(body), (0.08, 0.08, 0.09), light, size * 0.02)
    middle = place([(-0.01, -0.05)])[0]
    screen = [(-0.178, -0.415), (0.158, -0.415), (0.158, 0.315), (-0.178, 0.315)]
    glass = mix((0.62, 0.80, 0.95), palette.key, 0.2)
    if palette.dark:
        sheet.glow(float(middle[0]), float(middle[1]), size * 0.30, size * 0.36, glass, 0.45)
    sheet.fill(place(body), (0.05, 0.05, 0.06))
    sheet.fill(place(screen), glass * np.float32(0.92))
    sheet.fill(place([(-0.178, -0.415), (0.158, -0.415), (0.158, -0.375), (-0.178, -0.375)]), glass * np.float32(0.6))
    for k in range(4):  # signal bars, struck out
        bar = 0.05 + 0.022 * k
        sheet.fill(
            place([(bar, -0.382), (bar + 0.014, -0.382), (bar + 0.014, -0.390 - 0.006 * k), (bar, -0.390 - 0.006 * k)]),
            (0.1, 0.12, 0.16),
        )
    sheet.fill(place([(-0.14, -0.26), (0.12, -0.26), (0.12, -0.08), (-0.14, -0.08)]), (0.94, 0.95, 0.96))
    for k, wide in enumerate((0.20, 0.16, 0.10)):
        sheet.line(
            place([(-0.12, -0.225 + 0.05 * k), (-0.12 + wide, -0.225 + 0.05 * k)]),
            (0.25, 0.28, 0.34),
            max(1.0, size * 0.010),
        )


def paint_dashboard(view: Viewpoint, palette: Palette, side: int) -> Sheet:
    """The inside of a vehicle as a dark frame: dashboard, wheel, pillars, mirror."""
    sheet = Sheet(view.height, view.width, 1.0)
    w, h = view.width, view.height
    dark = palette.shadow * np.float32(0.9)
    sheet.fill([(0, 0), (w, 0), (w, h * 0.07), (w * 0.5, h * 0.045), (0, h * 0.07)], dark)
    for edge, dx in ((0.0, w * 0.085), (float(w), w * -0.085)):
        sheet.fill([(edge, 0), (edge + dx * 1.9, 0), (edge + dx * 0.8, h * 0.82), (edge, h)], dark)
    dash = smooth(
        [
            (0, h * 0.80),
            (w * 0.25, h * 0.765),
            (w * 0.5, h * 0.775),
            (w * 0.8, h * 0.765),
            (w, h * 0.80),
            (w, h * 1.05),
            (0, h * 1.05),
        ]
    )
    sheet.fill(dash, mix(dark, palette.haze, 0.10))
    sheet.line(dash[: len(dash) // 2], mix(dark, palette.key, 0.35), max(1.0, h / 300))
    x = w * (0.5 + 0.27 * side)
    ring = [
        (x + w * 0.145 * float(np.cos(t)), h * 0.99 - h * 0.245 * float(np.sin(t))) for t in np.linspace(0, np.pi, 30)
    ]
    sheet.line(ring, dark * np.float32(0.5), h * 0.036)
    sheet.line(ring, mix(dark, palette.key, 0.3), max(1.0, h / 360))
    mirror = smooth([(w * 0.44, h * 0.07), (w * 0.57, h * 0.07), (w * 0.575, h * 0.135), (w * 0.435, h * 0.135)], 4)
    sheet.fill(mirror, mix(dark, palette.zenith, 0.4))
    sheet.line(mirror, dark * np.float32(0.4), max(2.0, h / 140), closed=True)
    return sheet
