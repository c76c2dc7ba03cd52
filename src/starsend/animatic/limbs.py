"""Arms: sleeve, creases, and a hand with its fingers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth, tube
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.head import Outline, Place
from starsend.animatic.wardrobe import Wardrobe

Limb = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


def paint_arm(
    sheet: Sheet, place: Place, arm: Limb, wardrobe: Wardrobe, modelling: Modelling, unit: float, open_hand: bool
) -> None:
    """Paint a hand and the sleeve above it."""
    _hand(sheet, place, arm, wardrobe, modelling, unit, open_hand)
    full = 1.12 if wardrobe.coat in ("parka", "coat") else 1.0
    for outline in _sleeve(arm, (0.27 * full, 0.225 * full, 0.165 * full)):
        paint_shape(sheet, place(outline), wardrobe.coat_colour, modelling, unit * 0.16)
    if unit > 20:
        ink = modelling.palette.lit(mix(wardrobe.coat_colour, (0, 0, 0), 0.65), modelling.level * 0.4)
        elbow = np.asarray(arm[1], np.float32)
        for dy in (-0.10, 0.06):
            crease: Outline = ((float(elbow[0]) - 0.16, float(elbow[1]) + dy), (float(elbow[0]),
                float(elbow[1]) + dy + 0.06),
                               (float(elbow[0]) + 0.12, float(elbow[1]) + dy))  # fmt: skip
            sheet.line(place(smooth(crease, closed=False)), ink, max(1.0, unit * 0.013))


def _sleeve(arm: Limb, thick: tuple[float, float, float]) -> list[npt.NDArray[np.float32]]:
    """The outline of an arm; two, if it is bent so far that one smooth tube would fold over itself."""
    shoulder, elbow, wrist = (np.asarray(joint, np.float32) for joint in arm)
    if float(np.dot(elbow - shoulder, wrist - elbow)) >= 0:
        return [tube(arm, thick)]
    upper, lower = (shoulder + elbow) / 2, (elbow + wrist) / 2
    return [
        tube(np.stack([shoulder, upper, elbow]), (thick[0], (thick[0] + thick[1]) / 2, thick[1])),
        tube(np.stack([elbow, lower, wrist]), (thick[1], (thick[1] + thick[2]) / 2, thick[2])),
    ]


def _hand(
    sheet: Sheet, place: Place, arm: Limb, wardrobe: Wardrobe, modelling: Modelling, unit: float, open_hand: bool
) -> None:
    wrist, elbow = np.asarray(arm[2], np.float32), np.asarray(arm[1], np.float32)
    along = (wrist - elbow) / (np.linalg.norm(wrist - elbow) + 1e-6)
    side = np.array([-along[1], along[0]], np.float32)

    def at(forward: float, across: float) -> tuple[float, float]:
        point = wrist + along * forward + side * across
        return float(point[0]), float(point[1])

    spread = 0.085 if open_hand else 0.045
    reach = 0.68 if open_hand else 0.54
    fingers = [
        (at(0.26, (k - 1.5) * 0.07), at(reach - 0.05 * abs(k - 1.2), (k - 1.5) * spread * 1.5)) for k in range(4)
    ]
    for start, end in fingers:
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        paint_shape(
            sheet,
            place(tube((start, middle, end), (0.05, 0.048, 0.034), 4)),
            wardrobe.skin,
            modelling,
            unit * 0.03,
            ink=unit > 60,
        )
    palm = (at(-0.05, -0.10), at(0.12, -0.16), at(0.34, -0.15), at(0.36, 0.13), at(0.12, 0.15), at(-0.05, 0.10))
    paint_shape(sheet, place(smooth(palm, 4)), wardrobe.skin, modelling, unit * 0.06, ink=unit > 40)
    thumb = (at(0.08, -0.13), at(0.24, -0.22 if not open_hand else -0.28), at(0.40, -0.17 if not open_hand else -0.34))
    paint_shape(
        sheet, place(tube(thumb, (0.06, 0.055, 0.036), 4)), wardrobe.skin, modelling, unit * 0.03, ink=unit > 40
    )
