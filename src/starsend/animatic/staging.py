"""Decides a picture's composition: lens, camera height, sides and distances; each variant stages the words anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from starsend.animatic.brief import Brief
from starsend.animatic.viewpoint import Viewpoint

_SIZES: Final = ("ECU", "CU", "MCU", "MS", "FS", "WS", "EWS")
_PERSON: Final = {
    "EWS": 0.15,
    "WS": 0.36,
    "FS": 0.80,
    "MS": 1.72,
    "OTS": 1.65,
    "MCU": 2.45,
    "CU": 3.6,
    "ECU": 5.8,
    "INS": 1.0,
}
_VEHICLE: Final = {
    "EWS": 0.15,
    "WS": 0.28,
    "FS": 0.42,
    "MS": 0.55,
    "OTS": 0.5,
    "MCU": 0.7,
    "CU": 0.9,
    "ECU": 1.2,
    "INS": 0.6,
}
_FOOT: Final = {"EWS": 0.83, "WS": 0.88, "FS": 0.955}
_EYE_LINE: Final = {"MS": 0.30, "OTS": 0.33, "MCU": 0.36, "CU": 0.42, "ECU": 0.46}
_EYE_M: Final = {"eye": 1.45, "low": 0.42, "high": 3.6, "dutch": 1.2, "aerial": 26.0}
_PITCH: Final = {"eye": 0.0, "low": -0.07, "high": 0.20, "dutch": 0.0, "aerial": 0.52}
_PERSON_M = 1.75
SEAT_M = 0.42  # how far a seated figure sinks
_HALF_M: Final = {"truck": 4.5, "bus": 4.5}
_DIAGONAL_MM = 43.3  # of 36 x 24 mm film


@dataclass(frozen=True)
class Variant:
    """One way to stage; ``step`` is tighter below 0 and wider above, ``turn`` is which way things face."""

    mirrored: bool
    step: int
    angle: str
    lens: float
    turn: int
    third: float


_VARIANTS: Final = (
    Variant(False, 0, "eye", 1.0, 0, 0.63), Variant(True, 0, "low", 0.75, 1, 0.60), Variant(False, -1, "eye", 1.5,
        2, 0.60),
    Variant(True, 1, "high", 0.8, 3, 0.66), Variant(False, 1, "low", 0.7, 1, 0.33), Variant(True, -1, "low", 1.3, 0,
        0.46),
    Variant(False, 0, "high", 1.2, 3, 0.36), Variant(True, 0, "eye", 0.8, 2, 0.50), Variant(False, -2, "eye", 1.4,
        0, 0.55),
)  # fmt: skip


@dataclass(frozen=True)
class Staging:
    """A composition.

    Args:
        brief: With the variant's size, angle and lens filled in.
        view: The camera.
        side: 1 if the subject stands to the right of the middle, -1 to the left.
        subject_x: Of the subject's foot, metres.
        subject_z: Its distance, metres.
        turn: 0 to 3: which way subject and vehicle turn.
        sun: Sun, moon or window light, px.
    """

    brief: Brief
    view: Viewpoint
    side: int
    subject_x: float
    subject_z: float
    turn: int
    sun: tuple[float, float]


def stage(brief: Brief, variant: int, chance: np.random.Generator, width: int, height: int) -> Staging:
    """Compose a brief for a frame; `variant` counts from 0, and 0 keeps closest to the words."""
    chosen = _VARIANTS[variant % len(_VARIANTS)]
    brief = _varied(brief, chosen)
    mirrored = chosen.mirrored ^ bool(chance.integers(0, 2) if variant == 0 else False)
    third = float(np.clip(chosen.third + chance.uniform(-0.05, 0.05), 0.26, 0.74))
    third = 1 - third if mirrored else third
    if width < height:
        third = 0.5 + (third - 0.5) * 0.5
    if brief.size in ("CU", "ECU", "MCU"):
        third = 0.5 + (third - 0.5) * 0.62
    focal = brief.lens_mm / _DIAGONAL_MM * float(np.hypot(width, height))
    share, tall = _share(brief, width, height)
    distance = focal * tall / (share * height)
    eye, pitch = _height(brief, distance, chance)
    view = Viewpoint(width, height, focal, eye, pitch, width * (0.5 + float(chance.uniform(-0.04, 0.04))), height / 2)
    if brief.angle == "aerial":
        distance = eye / np.tan(pitch) * float(chance.uniform(1.0, 1.25))
    else:
        view = replace(view, centre_y=_centre(view, brief, distance, tall))
    x = (third * width - view.centre_x) / view.scale_at(distance)
    light_side = -1 if third > 0.5 else 1
    sun_x = width * (0.5 + light_side * float(chance.uniform(0.16, 0.36)))
    horizon = max(view.horizon_px, height * 0.12)
    sun = (
        sun_x,
        horizon * float(chance.uniform(0.72, 0.92) if brief.time in ("dusk", "dawn") else chance.uniform(0.2, 0.45)),
    )
    return Staging(
        brief,
        view,
        1 if third >= 0.5 else -1,
        float(x),
        float(distance),
        (chosen.turn + int(chance.integers(0, 2)) * 2) % 4,
        sun,
    )


def _varied(brief: Brief, chosen: Variant) -> Brief:
    size, angle, lens = brief.size, brief.angle, brief.lens_mm
    if "size" not in brief.said and size in _SIZES:
        size = _SIZES[int(np.clip(_SIZES.index(size) + chosen.step, 1, len(_SIZES) - 1))]
    if "angle" not in brief.said and brief.size not in ("INS",):
        angle = chosen.angle
    lens = int(np.clip(round(lens * chosen.lens), 18, 135))
    return replace(brief, size=size, angle=angle, lens_mm=lens)


def _share(brief: Brief, width: int, height: int) -> tuple[float, float]:
    """The subject's share of the frame's height, and its own height in metres."""
    if brief.people or not brief.vehicle:
        share = max(_PERSON[brief.size], 0.56 if brief.indoors else 0.0)  # a room has no farther to go
        return min(share, 7.6 * width / height), _PERSON_M
    tall = {"car": 1.45, "pickup": 1.8, "van": 2.15, "bus": 3.0, "truck": 3.6}[brief.vehicle]
    share = _VEHICLE[brief.size] * (tall / 1.45) ** 0.6
    widest = 3.4 if brief.vehicle != "truck" else 4.4
    return min(share, 0.86 * width / height * tall / widest), tall


def _height(brief: Brief, distance: float, chance: np.random.Generator) -> tuple[float, float]:
    eye = _EYE_M[brief.angle] * float(chance.uniform(0.92, 1.1))
    pitch = _PITCH[brief.angle]
    if brief.indoors:
        return min(eye, 2.2), pitch * 0.6 if brief.angle != "aerial" else 0.3
    if brief.angle == "low" and brief.size in _EYE_LINE:  # lower, the ground would leave the frame
        eye, pitch = eye + 0.65, pitch * 0.4
    if brief.angle == "high":  # a high camera stays high over a far subject
        eye = max(eye, 1.6 + distance * 0.16)
    return (eye if brief.angle == "aerial" or brief.size not in ("EWS",) else eye * 1.25), pitch


def _centre(view: Viewpoint, brief: Brief, distance: float, tall: float) -> float:
    """Where the optical axis must meet the frame for the subject to stand right in it."""
    if brief.size in _EYE_LINE and (brief.people or not brief.vehicle):
        point, target = tall * 0.93 - (SEAT_M if brief.seated else 0.0), _EYE_LINE[brief.size]
    else:
        point, target = 0.0, _FOOT.get(brief.size, 0.90)
        if brief.vehicle and not brief.people:  # its near end must be in the frame too
            distance, target = distance - _HALF_M.get(brief.vehicle, 2.4), max(target, 0.92)
    at = float(view.project([(0.0, point, distance)])[0, 1])
    return view.centre_y + target * view.height - at
