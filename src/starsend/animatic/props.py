"""Things that are held or lie about: phone, paper, photograph, cup, key, watch, gun, lantern, and a plain parcel.

All points are in the sizes of the thing's frame: it stands about (0, 0), 0.8 high.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from starsend.animatic.canvas import Sheet, mix, smooth, tube
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.hands import Outline, Place, Point

_STEEL = (0.60, 0.61, 0.64)
_BRASS = (0.72, 0.56, 0.26)
_PAPER = (0.86, 0.83, 0.74)


def paint_prop(sheet: Sheet, place: Place, thing: str, size: float, light: Modelling) -> None:
    """Paint a thing; one that isn't known is a parcel, which claims to be nothing else."""
    _PAINTERS.get(thing, _parcel)(sheet, place, size, light)


def paint_object(sheet: Sheet, thing: str, centre: Point, size: float, light: Modelling) -> None:
    """Paint a thing by itself, upright, about 0.8 of `size` high."""

    def place(points: Outline) -> np.ndarray:
        return (np.asarray(points, np.float32) * np.float32(size) + np.asarray(centre, np.float32)).astype(np.float32)

    paint_prop(sheet, place, thing, size, light)


def _phone(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    palette = light.palette
    body = _rounded(-0.195, -0.45, 0.175, 0.35, 0.035)
    middle = place([(-0.01, -0.05)])[0]
    glass = mix((0.62, 0.80, 0.95), palette.key, 0.2)
    if palette.dark:
        sheet.glow(float(middle[0]), float(middle[1]), size * 0.30, size * 0.36, glass, 0.45)
    paint_shape(sheet, place(body), (0.08, 0.08, 0.09), light, size * 0.02)
    sheet.fill(place(_rounded(-0.178, -0.415, 0.158, 0.315, 0.02)), glass * np.float32(0.92))
    sheet.fill(place([(-0.178, -0.40), (0.158, -0.40), (0.158, -0.365), (-0.178, -0.365)]), glass * np.float32(0.6))
    for k in range(4):  # signal bars
        a, y = 0.05 + 0.022 * k, -0.382 - 0.006 * k
        sheet.fill(place([(a, -0.374), (a + 0.014, -0.374), (a + 0.014, y), (a, y)]), (0.1, 0.12, 0.16))
    sheet.fill(place(_rounded(-0.14, -0.26, 0.12, -0.08, 0.015)), (0.94, 0.95, 0.96))
    for k, wide in enumerate((0.20, 0.16, 0.10)):
        line = place([(-0.12, -0.225 + 0.05 * k), (-0.12 + wide, -0.225 + 0.05 * k)])
        sheet.line(line, (0.25, 0.28, 0.34), max(1.0, size * 0.010))


def _cup(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    handle = [(0.16 + 0.13 * float(np.sin(t)), -0.02 - 0.14 * float(np.cos(t))) for t in np.linspace(0, np.pi, 12)]
    sheet.line(place(handle), light.palette.lit((0.66, 0.64, 0.58), light.level), size * 0.05)
    side = smooth([(-0.20, -0.24), (0.18, -0.24), (0.165, 0.10), (0.11, 0.27), (-0.13, 0.27), (-0.185, 0.10)], 5)
    paint_shape(sheet, place(side), (0.80, 0.78, 0.72), light, size * 0.12)
    sheet.fill(place(_ring(-0.01, -0.24, 0.19, 0.055)), light.palette.lit((0.70, 0.68, 0.62), light.level))
    sheet.fill(place(_ring(-0.01, -0.232, 0.165, 0.042)), light.palette.lit((0.20, 0.12, 0.07), 0.8))
    for k in range(3):  # steam
        x = -0.10 + 0.09 * k
        curl = [(x, -0.30), (x + 0.03, -0.38), (x - 0.02, -0.46), (x + 0.02, -0.56)]
        sheet.soft(place(tube(curl, (0.010, 0.014, 0.014, 0.006))), (0.9, 0.9, 0.9), 0.35, size * 0.012)


def _paper(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    leaf = [(-0.26, -0.38), (0.02, -0.365), (0.24, -0.37), (0.235, -0.02), (0.24, 0.32), (-0.02, 0.325), (-0.25, 0.31)]
    paint_shape(sheet, place(leaf), _PAPER, light, size * 0.02)
    tone = light.palette.shadow
    for y in (-0.14, 0.10):  # folds
        fold = place([(-0.255, y), (0.238, y + 0.006)])
        sheet.line(fold, light.palette.lit((0.66, 0.62, 0.54), light.level), max(1.0, size * 0.006))
    for k in range(11):
        y, end = -0.30 + 0.05 * k, 0.17 - 0.07 * (k % 3 == 2) - 0.03 * (k % 2)
        words = [(-0.21 + (end + 0.21) * j / 12, y + 0.006 * (-1) ** j) for j in range(13)]
        sheet.line(place(words), tone, max(1.0, size * 0.005))


def _photo(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    paint_shape(sheet, place([(-0.27, -0.36), (0.25, -0.36), (0.25, 0.30), (-0.27, 0.30)]), (0.90, 0.88, 0.82), light,
                size * 0.02)  # fmt: skip
    lit = light.palette.lit
    sheet.fill(place([(-0.235, -0.325), (0.215, -0.325), (0.215, 0.17), (-0.235, 0.17)]), lit((0.52, 0.58, 0.58), 0.7))
    sheet.fill(place([(-0.235, 0.0), (0.215, -0.04), (0.215, 0.17), (-0.235, 0.17)]), lit((0.38, 0.40, 0.32), 0.6))
    for x, tone in ((-0.075, (0.34, 0.22, 0.18)), (0.07, (0.22, 0.26, 0.32))):  # two people, arm in arm
        sheet.fill(place(_ring(x, -0.11, 0.045, 0.055)), lit((0.62, 0.46, 0.36), 0.6))
        coat = smooth([(x - 0.09, 0.17), (x - 0.075, -0.02), (x, -0.055), (x + 0.075, -0.02), (x + 0.09, 0.17)], 4)
        sheet.fill(place(coat), lit(tone, 0.6))


def _key(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    shaft = [(-0.045, 0.02), (-0.045, -0.40), (-0.01, -0.46), (0.03, -0.42), (0.03, -0.36), (0.075, -0.35),
             (0.075, -0.30), (0.035, -0.29), (0.035, -0.25), (0.09, -0.24), (0.09, -0.18), (0.035, -0.17),
             (0.03, 0.02)]  # fmt: skip
    paint_shape(sheet, place(shaft), _BRASS, light, size * 0.02)
    paint_shape(sheet, place(_ring(0.0, 0.13, 0.15, 0.15)), _BRASS, light, size * 0.04)
    sheet.fill(place(_ring(0.0, 0.07, 0.035, 0.035)), light.palette.shadow)


def _watch(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    strap = [(-0.13, -0.30), (0.10, -0.33), (0.17, 0.28), (-0.06, 0.30)]
    paint_shape(sheet, place(smooth(strap, 3)), (0.20, 0.13, 0.09), light, size * 0.03)
    paint_shape(sheet, place(_ring(0.02, 0.0, 0.205, 0.205)), _STEEL, light, size * 0.03)
    sheet.fill(place(_ring(0.02, 0.0, 0.17, 0.17)), light.palette.lit((0.88, 0.87, 0.82), 0.85))
    ink = light.palette.shadow
    for k in range(12):
        t = k * np.pi / 6
        mark = [(0.02 + r * float(np.sin(t)), -r * float(np.cos(t))) for r in (0.135, 0.158)]
        sheet.line(place(mark), ink, max(1.0, size * (0.012 if k % 3 == 0 else 0.006)))
    for t, reach, thick in ((5.5, 0.085, 0.014), (0.9, 0.13, 0.009)):
        hand = [(0.02, 0.0), (0.02 + reach * float(np.sin(t)), -reach * float(np.cos(t)))]
        sheet.line(place(hand), ink, max(1.0, size * thick))


def _gun(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    grip = [(0.10, -0.06), (0.27, -0.08), (0.36, 0.34), (0.17, 0.37)]
    paint_shape(sheet, place(smooth(grip, 3)), (0.22, 0.15, 0.11), light, size * 0.05)
    guard = [(-0.10 + 0.11 * float(np.cos(t)), -0.02 + 0.11 * float(np.sin(t))) for t in np.linspace(0, np.pi, 14)]
    sheet.line(place([(0.12 + x, y) for x, y in guard]), light.palette.shadow, max(2.0, size * 0.022))
    slide = [(-0.50, -0.24), (0.22, -0.24), (0.31, -0.20), (0.31, -0.06), (0.10, -0.03), (-0.20, -0.06), (-0.50, -0.09)]
    paint_shape(sheet, place(slide), (0.17, 0.18, 0.20), light, size * 0.05)
    for k in range(6):
        x = 0.13 + 0.024 * k
        sheet.line(place([(x, -0.22), (x, -0.12)]), light.palette.shadow, max(1.0, size * 0.006))
    sheet.line(place([(-0.49, -0.165), (0.05, -0.165)]), light.palette.shadow, max(1.0, size * 0.006))


def _lantern(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    hoop = [(0.19 * float(np.cos(t)), -0.16 - 0.26 * float(np.sin(t))) for t in np.linspace(0, np.pi, 18)]
    sheet.line(place(hoop), light.palette.lit(_STEEL, 0.3), max(2.0, size * 0.018))
    middle = place([(0.0, 0.10)])[0]
    flame = mix(light.palette.lamp, (1.0, 0.9, 0.6), 0.4)
    sheet.glow(float(middle[0]), float(middle[1]), size * 0.42, size * 0.42, flame, 0.75)
    for low, high, half in ((0.28, 0.40, 0.20), (-0.17, -0.07, 0.17)):
        base = [(-half, high), (-half * 0.85, low), (half * 0.85, low), (half, high)]
        paint_shape(sheet, place(base), (0.30, 0.28, 0.26), light, size * 0.04)
    glass = [(-0.14, -0.07), (0.14, -0.07), (0.175, 0.10), (0.14, 0.28), (-0.14, 0.28), (-0.175, 0.10)]
    sheet.fill(place(smooth(glass, 4)), mix(flame, (1, 1, 1), 0.15))
    wick = [(0, -0.02), (0.05, 0.12), (0.03, 0.21), (-0.03, 0.21), (-0.05, 0.12)]
    sheet.fill(place(smooth(wick, 4)), (1, 0.98, 0.9))
    for x in (-0.16, 0.0, 0.16):
        sheet.line(place([(x, -0.07), (x * 1.05, 0.28)]), light.palette.shadow, max(1.0, size * 0.010))


def _parcel(sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
    paint_shape(sheet, place([(-0.26, -0.16), (0.20, -0.22), (0.24, 0.24), (-0.22, 0.30)]), (0.56, 0.43, 0.29), light,
                size * 0.05)  # fmt: skip
    string = light.palette.lit((0.80, 0.74, 0.60), light.level)
    for line in ([(-0.03, -0.19), (0.01, 0.27)], [(-0.24, 0.07), (0.22, 0.01)]):
        sheet.line(place(line), string, max(1.0, size * 0.012))


def _ring(x: float, y: float, rx: float, ry: float) -> list[Point]:
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    return [(x + rx * float(np.cos(t)), y + ry * float(np.sin(t))) for t in turn]


def _rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> list[Point]:
    corners = ((x1 - radius, y1 - radius), (x0 + radius, y1 - radius), (x0 + radius, y0 + radius),
               (x1 - radius, y0 + radius))  # fmt: skip
    return [
        (x + radius * float(np.cos(t)), y + radius * float(np.sin(t)))
        for k, (x, y) in enumerate(corners)
        for t in np.linspace(k * np.pi / 2, (k + 1) * np.pi / 2, 5)
    ]


_PAINTERS: Final[dict[str, Callable[[Sheet, Place, float, Modelling], None]]] = {
    "phone": _phone, "cup": _cup, "paper": _paper, "photo": _photo, "key": _key, "watch": _watch, "gun": _gun,
    "lantern": _lantern,
}  # fmt: skip
