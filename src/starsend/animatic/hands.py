"""Hands that hold things, in parts: what lies behind the thing, and the fingers that come before it.

All points are in the sizes of the thing's frame: the thing stands about (0, 0), 0.8 high; the arm comes from the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth, tube
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.wardrobe import RGB

Point = tuple[float, float]
Outline = Sequence[Point] | npt.NDArray[np.float32]
Place = Callable[[Outline], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Hand:
    """A hand to draw: where its points fall, the thing's size in px, skin, sleeve, light."""

    sheet: Sheet
    place: Place
    size: float
    skin: RGB
    sleeve: RGB
    light: Modelling

    def part(self, outline: Outline, round_share: float, tone: float = 1.0) -> None:
        """Paint one part of it, rounded; `tone` below 1 is out of the light."""
        skin = mix((0.0, 0.0, 0.0), self.skin, tone)
        paint_shape(self.sheet, self.place(outline), skin, self.light, self.size * round_share)

    def nail(self, outline: Outline) -> None:
        """Paint a finger nail."""
        pale = mix(self.skin, (1.0, 0.92, 0.90), 0.45)
        self.sheet.fill(self.place(smooth(outline, 5)), self.light.palette.lit(pale, self.light.level))

    def cuff(self, points: Sequence[Point], radii: Sequence[float]) -> None:
        """Paint the sleeve."""
        paint_shape(self.sheet, self.place(tube(points, radii)), self.sleeve, self.light, self.size * 0.10)


def turned(place: Place, at: Point, radians: float, scale: float = 1.0) -> Place:
    """The same frame turned about a point of it."""
    cos, sin = float(np.cos(radians)) * scale, float(np.sin(radians)) * scale

    def put(points: Outline) -> npt.NDArray[np.float32]:
        array = np.asarray(points, np.float32)
        x, y = array[:, 0] * cos - array[:, 1] * sin + at[0], array[:, 0] * sin + array[:, 1] * cos + at[1]
        return place(np.stack([x, y], axis=1).astype(np.float32))

    return put


def palm_behind(hand: Hand) -> None:
    """The palm and the backs of the fingers, behind a flat thing that lies in them."""
    hand.cuff(((0.44, 1.05), (0.33, 0.80), (0.25, 0.60)), (0.26, 0.22, 0.185))
    palm = ((0.16, -0.06), (0.255, -0.02), (0.315, 0.12), (0.335, 0.30), (0.34, 0.50), (0.33, 0.66), (0.12, 0.68),
            (0.05, 0.50), (-0.06, 0.42), (-0.17, 0.36), (-0.20, 0.10))  # fmt: skip
    hand.part(smooth(palm), 0.07)
    wrap = ((-0.16, -0.20), (-0.225, -0.17), (-0.245, -0.05), (-0.25, 0.10), (-0.235, 0.24), (-0.16, 0.30), (0.0, 0.1))
    hand.part(smooth(wrap), 0.05, 0.75)


def fingers_round(hand: Hand) -> None:
    """Finger tips round the far edge of a flat thing, side by side, and the thumb along the near one."""
    for y, reach, thick in (
        (-0.150, 0.125, 0.050),
        (-0.045, 0.145, 0.053),
        (0.063, 0.138, 0.051),
        (0.160, 0.110, 0.044),
    ):
        tip = -0.232 + reach
        hand.part(
            tube(((-0.232, y + 0.012), (-0.20, y - 0.002), (tip - 0.02, y + 0.008)), (thick, thick, thick * 0.82), 5),
            0.03,
        )
        hand.nail(
            ((tip - 0.028, y - 0.022), (tip + 0.010, y - 0.012), (tip + 0.012, y + 0.022), (tip - 0.026, y + 0.032))
        )
    thumb = tube(((0.30, 0.50), (0.292, 0.27), (0.245, 0.08), (0.175, -0.035), (0.115, -0.085)),
                 (0.105, 0.088, 0.066, 0.056, 0.040), 6)  # fmt: skip
    hand.part(thumb, 0.045)
    hand.nail(((0.165, -0.082), (0.115, -0.118), (0.088, -0.096), (0.125, -0.050)))
    for x, y in ((0.215, 0.005), (0.232, 0.028)):  # the joint's creases
        hand.sheet.line(hand.place([(x - 0.025, y + 0.018), (x + 0.012, y - 0.008)]), hand.light.palette.shadow,
                        max(1.0, hand.size * 0.004))  # fmt: skip


def pinch_behind(hand: Hand) -> None:
    """Forefinger behind the lower edge of a light thing, the others curled below."""
    hand.cuff(((0.78, 0.98), (0.60, 0.76), (0.47, 0.62)), (0.25, 0.21, 0.165))
    back = (
        (0.16, 0.24),
        (0.30, 0.20),
        (0.44, 0.30),
        (0.56, 0.50),
        (0.56, 0.68),
        (0.40, 0.72),
        (0.24, 0.60),
        (0.14, 0.44),
    )
    hand.part(smooth(back), 0.08)
    hand.part(tube(((0.30, 0.30), (0.14, 0.20), (0.02, 0.22)), (0.075, 0.062, 0.045), 5), 0.04)


def pinch_before(hand: Hand) -> None:
    """The thumb upon the thing, and three curled fingers that touch each other."""
    for k, (x, y) in enumerate(((0.13, 0.40), (0.17, 0.495), (0.225, 0.58))):
        curl = tube(((x + 0.17, y + 0.03), (x + 0.06, y - 0.025), (x - 0.005, y + 0.02), (x + 0.05, y + 0.055)),
                    (0.062, 0.060, 0.052, 0.040), 5)  # fmt: skip
        hand.part(curl, 0.035, 1.0 - 0.06 * k)
    thumb = tube(((0.46, 0.50), (0.33, 0.40), (0.19, 0.335), (0.075, 0.255)), (0.095, 0.080, 0.064, 0.044), 6)
    hand.part(thumb, 0.045)
    hand.nail(((0.13, 0.258), (0.075, 0.222), (0.055, 0.245), (0.098, 0.285)))


def fist(hand: Hand, place: Place, trigger: bool = False) -> None:
    """A closed hand about an upright handle at the frame's middle: fingers joined, thumb across."""
    own = Hand(hand.sheet, place, hand.size, hand.skin, hand.sleeve, hand.light)
    own.cuff(((1.05, 0.16), (0.72, 0.10), (0.50, 0.06)), (0.24, 0.20, 0.155))
    back = (
        (-0.02, -0.20),
        (0.16, -0.235),
        (0.34, -0.17),
        (0.46, -0.08),
        (0.46, 0.16),
        (0.32, 0.22),
        (0.14, 0.235),
        (-0.02, 0.21),
    )
    own.part(smooth(back), 0.09)
    for k, y in enumerate((-0.150, -0.048, 0.052, 0.145)):
        if trigger and k == 0:
            own.part(tube(((0.10, y), (-0.08, y - 0.02), (-0.24, y - 0.01)), (0.056, 0.050, 0.036), 5), 0.035)
            continue
        finger = tube(((0.14, y), (-0.03, y - 0.012), (-0.125, y + 0.004)), (0.057, 0.057, 0.048), 5)
        own.part(finger, 0.035, 1.0 - 0.05 * k)
    thumb = tube(((0.30, -0.14), (0.14, -0.215), (-0.01, -0.19), (-0.075, -0.13)), (0.075, 0.064, 0.054, 0.038), 6)
    own.part(thumb, 0.04)
    own.nail(((-0.035, -0.185), (-0.085, -0.155), (-0.080, -0.122), (-0.035, -0.145)))


def wrist(hand: Hand) -> None:
    """A forearm from the right, back of the hand to us, for a watch to lie on at the middle."""
    hand.cuff(((1.15, 0.42), (0.75, 0.24), (0.46, 0.13)), (0.27, 0.24, 0.215))
    hand.part(tube(((0.55, 0.15), (0.15, 0.05), (-0.12, -0.01)), (0.19, 0.165, 0.18), 6), 0.10)
    back = ((-0.02, -0.20), (-0.22, -0.24), (-0.43, -0.20), (-0.50, -0.02), (-0.44, 0.17), (-0.22, 0.20), (-0.04, 0.17))
    hand.part(smooth(back), 0.08)
    for k, y in enumerate((-0.17, -0.07, 0.035, 0.125)):
        finger = tube(((-0.40, y), (-0.58, y + 0.03), (-0.66, y + 0.13 - 0.02 * k)), (0.060, 0.055, 0.042), 5)
        hand.part(finger, 0.035, 1.0 - 0.05 * k)
    hand.part(tube(((-0.16, 0.14), (-0.32, 0.27), (-0.46, 0.31)), (0.085, 0.065, 0.045), 5), 0.04)
