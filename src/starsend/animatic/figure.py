"""People at any size: one figure of limbs, coat, hands and head, which the frame crops as the shot size asks.

Outlines are in head heights from the crown (y 0) to the soles (y 7.5); x grows the way the figure faces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth, tube
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.head import Outline, Place, paint_hair_behind, paint_head
from starsend.animatic.limbs import Limb, paint_arm
from starsend.animatic.wardrobe import Wardrobe

HEADS = 7.5


@dataclass(frozen=True)
class Pose:
    """Joints: shoulder, elbow, wrist of both arms; hip, knee, ankle of both legs. ``near`` is toward the back of x."""

    near_arm: Limb
    far_arm: Limb
    near_leg: Limb
    far_leg: Limb
    open_hand: bool = False
    arms_over: bool = False
    seated: bool = False


_STAND_LEGS: Final = (((-0.34, 3.6), (-0.38, 5.45), (-0.42, 7.15)), ((0.30, 3.6), (0.36, 5.4), (0.38, 7.15)))
POSES: Final[dict[str, Pose]] = {
    "stand": Pose(((-0.74, 1.62), (-0.94, 2.75), (-0.80, 3.80)), ((0.70, 1.62), (0.88, 2.72), (0.84, 3.75)),
        *_STAND_LEGS),
    "walk": Pose(((-0.74, 1.62), (-1.06, 2.70), (-1.02, 3.70)), ((0.70, 1.62), (0.92, 2.66), (1.30, 3.45)),
                 ((-0.26, 3.6), (-0.34, 5.40), (-1.02, 6.95)), ((0.26, 3.6), (0.66, 5.30), (0.78, 7.15))),
    "run": Pose(((-0.70, 1.62), (-1.45, 2.45), (-0.80, 3.15)), ((0.70, 1.62), (1.15, 2.65), (1.75, 1.95)),
                ((-0.26, 3.6), (-0.55, 5.20), (-1.90, 5.75)), ((0.26, 3.6), (1.15, 4.80), (0.85, 6.95))),
    "raise": Pose(((-0.74, 1.62), (-0.94, 2.75), (-0.80, 3.80)), ((0.68, 1.58), (1.30, 0.98), (1.28, -0.22)),
        *_STAND_LEGS, open_hand=True),
    "point": Pose(((-0.74, 1.62), (-0.94, 2.75), (-0.80, 3.80)), ((0.70, 1.60), (1.50, 1.85), (2.35, 1.62)),
        *_STAND_LEGS, open_hand=True),
    "hold": Pose(((-0.76, 1.62), (-0.98, 2.75), (0.14, 2.85)), ((0.72, 1.62), (1.10, 2.62), (0.72, 2.02)),
        *_STAND_LEGS, arms_over=True),
    "phone": Pose(((-0.74, 1.62), (-1.20, 2.45), (-0.66, 1.28)), ((0.70, 1.62), (0.88, 2.72), (0.84, 3.75)),
        *_STAND_LEGS),
    "hug": Pose(((-0.50, 1.62), (0.15, 2.30), (1.15, 2.10)), ((0.66, 1.62), (1.05, 2.00), (1.70, 1.85)),
        *_STAND_LEGS, arms_over=True),
    "sit": Pose(((-0.66, 1.62), (-0.56, 2.70), (0.55, 2.68)), ((0.72, 1.62), (0.90, 2.60), (1.55, 2.62)),
                ((-0.20, 3.55), (1.65, 3.72), (1.50, 5.38)), ((0.24, 3.55), (1.95, 3.68), (1.95, 5.38)),
                arms_over=True, seated=True),
}  # fmt: skip

_TORSO: Final[Outline] = ((-0.16, 1.06), (-0.34, 1.20), (-0.76, 1.36), (-0.94, 1.60), (-0.80, 2.15), (-0.68, 2.75),
    (-0.70, 3.30), (-0.72, 3.62),
                          (0.0, 3.70), (0.66, 3.62), (0.64, 3.30), (0.62, 2.75), (0.72, 2.15), (0.88, 1.60), (0.72,
                          1.36), (0.32, 1.20), (0.18, 1.06))  # fmt: skip
_HEMS: Final[dict[str, tuple[float, float]]] = {"parka": (4.25, 1.10), "coat": (5.0, 1.16), "dress": (5.3, 1.35),
    "suit": (3.85, 1.0),
                                                "jacket": (3.75, 1.02), "shirt": (3.6, 0.95)}  # fmt: skip
_FOLDS: Final[tuple[Outline, ...]] = (((-0.66, 2.62), (-0.42, 2.78), (-0.12, 2.80)), ((0.60, 2.50), (0.42, 2.72),
    (0.22, 2.78)),
                                      ((-0.70, 1.72), (-0.58, 1.95), (-0.52, 2.25)), ((0.68, 1.72), (0.56, 1.98),
                                      (0.52, 2.25)),
                                      ((-0.5, 3.2), (-0.2, 3.32), (0.0, 3.34)))  # fmt: skip


@dataclass(frozen=True)
class Stance:
    """How a figure stands: crown and height in px, facing (1 right, -1 left), view and pose.

    `gaze` is the view of the head where it turns from the body's.
    """

    x: float
    crown_y: float
    height_px: float
    facing: int
    view: str
    pose: str
    gaze: str = ""

    @property
    def unit(self) -> float:
        """A head's height, px."""
        return self.height_px / HEADS


def paint_figure(sheet: Sheet, stance: Stance, wardrobe: Wardrobe, modelling: Modelling) -> None:
    """Paint a person."""
    pose = _turned(POSES.get(stance.pose, POSES["stand"]), stance.view)
    unit = stance.unit
    slim = 0.86 if wardrobe.slight else 1.0
    depth = {"profile": 0.66, "quarter": 0.93, "back": 1.0}[stance.view]

    def place(points: npt.NDArray[np.float32] | Outline) -> npt.NDArray[np.float32]:
        array = np.asarray(points, np.float32)
        return (array * (unit * stance.facing, unit) + (stance.x, stance.crown_y)).astype(np.float32)

    def bodily(points: npt.NDArray[np.float32] | Outline) -> npt.NDArray[np.float32]:
        array = np.asarray(points, np.float32).copy()
        array[:, 0] *= slim * depth
        return place(array)

    behind = stance.view == "back"
    _legs(sheet, bodily, pose, wardrobe, modelling, unit)
    paint_hair_behind(sheet, place, stance.gaze or stance.view, wardrobe, modelling, unit)
    if not pose.arms_over:
        paint_arm(sheet, bodily, pose.far_arm, wardrobe, modelling, unit, pose.open_hand)
    elif behind:
        paint_arm(sheet, bodily, pose.far_arm, wardrobe, modelling, unit, False)
        paint_arm(sheet, bodily, pose.near_arm, wardrobe, modelling, unit, False)
    _neck(sheet, place, stance.view, wardrobe, modelling, unit)
    _coat(sheet, bodily, stance.view, wardrobe, modelling, unit, pose.seated)
    if not (behind and pose.arms_over):
        if pose.arms_over:
            paint_arm(sheet, bodily, pose.far_arm, wardrobe, modelling, unit, pose.open_hand)
        paint_arm(sheet, bodily, pose.near_arm, wardrobe, modelling, unit, False)
    faces_light = stance.facing * modelling.light_x > 0
    paint_head(sheet, place, stance.gaze or stance.view, wardrobe, modelling, unit, faces_light)


def _turned(pose: Pose, view: str) -> Pose:
    """A pose as the view narrows it: the joints at the trunk come together, but limbs keep their reach to the side."""
    if view != "profile":
        return pose

    def kept(limb: Limb) -> Limb:
        root = limb[0][0]
        return limb[0], (root + (limb[1][0] - root) / 0.66, limb[1][1]), (root + (limb[2][0] - root) / 0.66, limb[2][1])

    return replace(
        pose, near_arm=kept(pose.near_arm), far_arm=kept(pose.far_arm), near_leg=kept(pose.near_leg),
        far_leg=kept(pose.far_leg),
    )  # fmt: skip


def _legs(sheet: Sheet, place: Place, pose: Pose, wardrobe: Wardrobe, modelling: Modelling, unit: float) -> None:
    for leg, tone in ((pose.far_leg, 0.75), (pose.near_leg, 1.0)):
        ankle = leg[2]
        shoe: Outline = ((ankle[0] - 0.20, ankle[1] - 0.05), (ankle[0] + 0.16, ankle[1] - 0.08), (ankle[0] + 0.42,
            ankle[1] + 0.18),
                         (ankle[0] + 0.50, ankle[1] + 0.33), (ankle[0] - 0.20, ankle[1] + 0.34))  # fmt: skip
        paint_shape(sheet, place(smooth(shoe, 4)), (0.10, 0.09, 0.09), modelling, unit * 0.1)
        colour = mix((0, 0, 0), wardrobe.trousers, tone)
        paint_shape(sheet, place(tube(leg, (0.40, 0.29, 0.20))), colour, modelling, unit * 0.22)


def _neck(sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float) -> None:
    lean = {"quarter": -0.02, "profile": -0.10, "back": 0.0}[view]
    neck: Outline = ((lean - 0.19, 0.72), (lean + 0.19, 0.80), (lean + 0.22, 1.34), (lean - 0.24, 1.34))
    shaded = mix(wardrobe.skin, (0.0, 0.0, 0.0), 0.38 if view != "back" else 0.15)
    paint_shape(sheet, place(neck), shaded, modelling, unit * 0.1)


def _coat(
    sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float, seated: bool
) -> None:
    hem, flare = _HEMS.get(wardrobe.coat, _HEMS["jacket"])
    hem = min(hem, 3.9) if seated else hem
    torso = np.asarray(_TORSO, np.float32).copy()
    low = torso[:, 1] > 2.9
    torso[low, 0] *= flare
    torso[low, 1] = 2.9 + (torso[low, 1] - 2.9) * (hem - 2.9) / 0.8
    paint_shape(sheet, place(smooth(torso)), wardrobe.coat_colour, modelling, unit * 0.36)
    ink = modelling.palette.lit(mix(wardrobe.coat_colour, (0, 0, 0), 0.65), modelling.level * 0.4)
    if unit > 14:
        for fold in _FOLDS:
            sheet.line(place(smooth(fold, closed=False)), ink, max(1.0, unit * 0.014))
        if view != "back":
            sheet.line(place(((0.20, 1.30), (0.24, 2.2), (0.22, hem - 0.05))), ink, max(1.0, unit * 0.016))
    _collar(sheet, place, view, wardrobe, modelling, unit)


def _collar(sheet: Sheet, place: Place, view: str, wardrobe: Wardrobe, modelling: Modelling, unit: float) -> None:
    colour = wardrobe.coat_colour
    if view == "back":
        band: Outline = ((-0.30, 1.02), (0.30, 1.02), (0.42, 1.26), (0.0, 1.36), (-0.42, 1.26))
        shapes: tuple[Outline, ...] = (band,)
    elif wardrobe.coat in ("suit", "coat", "dress", "shirt"):
        inner: Outline = ((-0.10, 1.16), (0.34, 1.16), (0.23, 1.95))
        sheet.fill(place(inner), modelling.palette.lit((0.78, 0.76, 0.72), modelling.level * 0.7))
        shapes = (
            ((-0.30, 1.06), (-0.08, 1.12), (0.22, 1.98), (-0.20, 1.62)),
            ((0.30, 1.06), (0.36, 1.14), (0.24, 1.98), (0.46, 1.55)),
        )
    else:
        shapes = (((-0.40, 1.22), (-0.30, 0.98), (-0.16, 1.08), (0.16, 1.36), (0.10, 1.56), (-0.22, 1.42)),
                  ((0.20, 1.36), (0.34, 1.06), (0.44, 1.22), (0.36, 1.48), (0.22, 1.58)))  # fmt: skip
    for shape in shapes:
        paint_shape(sheet, place(smooth(shape, 4)), mix(colour, (1, 1, 1), 0.06), modelling, unit * 0.08)
