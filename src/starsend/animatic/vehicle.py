"""Cars, pickups, vans, trucks and buses, built from cross-sections, so that they stand right from every side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from starsend.animatic.canvas import Sheet, mix, smooth
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Corner, Face, Light, paint_faces, turned
from starsend.animatic.viewpoint import Viewpoint

RGB = tuple[float, float, float]
_GLASS: RGB = (0.16, 0.21, 0.26)
_TYRE: RGB = (0.05, 0.05, 0.06)
_TRIM: RGB = (0.13, 0.13, 0.15)
_FRONT_LAMP: RGB = (1.0, 0.95, 0.80)
_REAR_LAMP: RGB = (0.95, 0.10, 0.07)


@dataclass(frozen=True)
class Build:
    """A vehicle's shape, metres. Its nose is at z = length / 2, before turning; sections run from tail to nose.

    Args:
        body: Sections ``(z, height of the shoulder, half width)``.
        cabin: ``(z of rear foot, rear roof, front roof, front foot, roof height, half width of the roof)``.
        axles: z of the wheels.
        wheel_m: Their radius.
        sill_m: Height of the body over the ground.
        bed: For a pickup, ``(z0, z1)`` of the open bed.
        cargo: For a truck, ``(z0, z1, top)`` of the box.
    """

    body: tuple[tuple[float, float, float], ...]
    cabin: tuple[float, float, float, float, float, float]
    axles: tuple[float, ...]
    wheel_m: float
    sill_m: float
    bed: tuple[float, float] | None = None
    cargo: tuple[float, float, float] | None = None


BUILDS: Final[dict[str, Build]] = {
    "car": Build(((-2.3, 0.84, 0.80), (-2.15, 0.95, 0.88), (-1.4, 0.98, 0.91), (0.85, 0.95, 0.91), (2.0, 0.78, 0.87),
                  (2.28, 0.64, 0.78)), (-1.75, -0.95, 0.30, 1.05, 1.44, 0.66), (-1.42, 1.42), 0.33, 0.24),
    "pickup": Build(((-2.7, 1.02, 0.93), (-2.6, 1.06, 0.96), (0.25, 1.08, 0.97), (1.3, 1.08, 0.97), (2.45, 1.04, 0.95),
                     (2.62, 0.90, 0.90)), (-0.55, -0.40, 0.70, 1.30, 1.82, 0.76), (-1.65, 1.72), 0.42, 0.46,
                    bed=(-2.55, -0.60)),
    "van": Build(((-2.5, 1.05, 0.96), (-2.4, 1.10, 0.98), (1.5, 1.10, 0.98), (2.2, 1.02, 0.95), (2.5, 0.78, 0.90)),
                 (-2.45, -2.35, 1.05, 1.95, 2.15, 0.86), (-1.6, 1.65), 0.36, 0.30),
    "bus": Build(((-5.6, 1.25, 1.22), (5.45, 1.25, 1.22), (5.6, 1.15, 1.20)), (-5.58, -5.5, 5.35, 5.52, 3.05, 1.18),
                 (-3.2, 3.6), 0.50, 0.35),
    "truck": Build(((1.5, 1.75, 1.22), (4.0, 1.75, 1.22), (4.2, 1.55, 1.20)), (1.55, 1.7, 3.75, 4.1, 3.15, 1.12),
                   (-4.4, -3.2, 1.9, 3.3), 0.52, 0.55, cargo=(-6.2, 1.2, 3.9)),
}  # fmt: skip


@dataclass(frozen=True)
class Parked:
    """A vehicle in the world: its build, paint, place, heading (0: its tail is to us), lamps."""

    kind: str
    paint: RGB
    x: float
    z: float
    heading: float
    lamps: bool = False
    one_lamp: bool = False
    shadow: bool = True


def paint_vehicle(sheet: Sheet, view: Viewpoint, palette: Palette, light: Light, parked: Parked) -> None:
    """Paint a vehicle, its shadow and its lamps."""
    build = BUILDS[parked.kind]
    if parked.shadow:
        _cast_shadow(sheet, view, palette, parked, build)
    head_on = _across(parked) < 0.35  # then the body hides most of the wheels
    _wheels(sheet, view, palette, parked, build, far=True)
    if head_on:
        _wheels(sheet, view, palette, parked, build)
    own = _body(build, parked) + _cabin(build, parked) + _ends(build, parked)
    if build.cargo:
        own += _cargo(build.cargo)
    paint_faces(sheet, view, palette, light, turned(_outward(own, view, parked), parked.x, parked.z, parked.heading))
    if not head_on:
        _wheels(sheet, view, palette, parked, build)
    if parked.lamps:
        _lamps(sheet, view, palette, parked, build)


def to_world(parked: Parked, corners: list[Corner]) -> np.ndarray:
    """Points of the vehicle's own frame, in the world."""
    face = turned([Face(tuple(corners), _TRIM)], parked.x, parked.z, parked.heading)[0]
    return np.asarray(face.corners, np.float32)


def _outward(faces: list[Face], view: Viewpoint, parked: Parked) -> list[Face]:
    """Drop faces whose outside looks away; a body's corners run counter-clockwise as seen from outside."""
    kept = []
    middle = np.array([0.0, 0.8, 0.0])
    cos, sin = np.cos(parked.heading), np.sin(parked.heading)
    dx, dz = -parked.x, -parked.z
    eye = np.array([dx * cos - dz * sin, view.eye_m, dx * sin + dz * cos])
    for face in faces:
        corners = np.asarray(face.corners)
        centre = corners.mean(axis=0)
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        outward = centre - (middle[0], middle[1], centre[2] * 0.8)
        if np.dot(normal, outward) < 0:
            normal = -normal
        if np.dot(normal, eye - centre) > 0:
            kept.append(face)
    return kept


def _body(build: Build, parked: Parked) -> list[Face]:
    faces, paint = [], parked.paint
    for (z0, y0, w0), (z1, y1, w1) in pairwise(build.body):
        bed = build.bed and z0 >= build.bed[0] - 0.1 and z1 <= build.bed[1] + 1.0
        faces.append(
            Face(((-w0, y0, z0), (w0, y0, z0), (w1, y1, z1), (-w1, y1, z1)), _TRIM if bed else paint, inked=False)
        )
        for side in (-1, 1):
            waist0, waist1 = (y0 + build.sill_m) / 2, (y1 + build.sill_m) / 2
            upper = (
                (side * w0 * 0.97, y0, z0),
                (side * w0, waist0, z0),
                (side * w1, waist1, z1),
                (side * w1 * 0.97, y1, z1),
            )
            lower = ((side * w0, waist0, z0), (side * w0 * 0.95, build.sill_m, z0),
                     (side * w1 * 0.95, build.sill_m, z1), (side * w1, waist1, z1))  # fmt: skip
            faces.append(Face(upper, paint, inked=False))
            faces.append(Face(lower, (paint[0] * 0.72, paint[1] * 0.72, paint[2] * 0.72), inked=False))
    return faces


def _cabin(build: Build, parked: Parked) -> list[Face]:
    rear, rear_top, front_top, front, roof, half = build.cabin
    at = [z for z, _, _ in build.body]
    foot_r = (
        float(np.interp(rear, at, [w for _, _, w in build.body])) * 0.95,
        float(np.interp(rear, at, [y for _, y, _ in build.body])),
    )
    foot_f = (
        float(np.interp(front, at, [w for _, _, w in build.body])) * 0.93,
        float(np.interp(front, at, [y for _, y, _ in build.body])),
    )
    (wr, yr), (wf, yf) = foot_r, foot_f
    glass = _GLASS
    faces = [
        Face(
            ((-half, roof, rear_top), (half, roof, rear_top), (half, roof, front_top), (-half, roof, front_top)),
            parked.paint,
            nearer=0.1,
        ),
        Face(((-wf, yf, front), (wf, yf, front), (half, roof, front_top), (-half, roof, front_top)), glass, nearer=0.2),
        Face(
            ((-wr, yr, rear), (wr, yr, rear), (half, roof, rear_top), (-half, roof, rear_top)),
            glass if parked.kind not in ("van", "truck") else parked.paint,
            nearer=0.2,
        ),
    ]
    for side in (-1, 1):
        faces.append(Face(((side * wr, yr, rear), (side * wf, yf, front), (side * half, roof, front_top),
                           (side * half, roof, rear_top)), parked.paint, nearer=0.15))  # fmt: skip
        faces += _side_glass(side, (rear, rear_top, front_top, front, roof, half), foot_r, foot_f, parked.kind)
    return faces


def _side_glass(
    side: int, cabin: tuple[float, ...], rear_foot: tuple[float, float], front_foot: tuple[float, float], kind: str
) -> list[Face]:
    rear, rear_top, front_top, front, roof, half = cabin
    (wr, yr), (wf, yf) = rear_foot, front_foot

    def at(along: float, up: float) -> Corner:
        z = (rear + (front - rear) * along) * (1 - up) + (rear_top + (front_top - rear_top) * along) * up
        y = (yr + (yf - yr) * along) * (1 - up) + roof * up
        w = (wr + (wf - wr) * along) * (1 - up) + half * up
        return (side * (w + 0.015), y, z)

    panes = {
        "car": ((0.10, 0.46), (0.50, 0.90)),
        "pickup": ((0.12, 0.88),),
        "van": ((0.70, 0.93),),
        "truck": ((0.45, 0.9),),
    }
    spans = panes.get(kind, tuple((0.03 + k * 0.12, 0.13 + k * 0.12) for k in range(8)))
    return [Face((at(a, 0.10), at(b, 0.10), at(b, 0.86), at(a, 0.86)), _GLASS, nearer=0.4) for a, b in spans]


def _ends(build: Build, parked: Parked) -> list[Face]:
    faces = []
    for z, y, w, nose in ((*build.body[-1], True), (*build.body[0], False)):
        out = 0.02 if nose else -0.02
        low = build.sill_m
        faces.append(Face(((-w, low, z), (w, low, z), (w, y, z), (-w, y, z)), parked.paint))
        faces.append(
            Face(
                ((-w, low, z + out), (w, low, z + out), (w, low + 0.14, z + out), (-w, low + 0.14, z + out)),
                _TRIM,
                nearer=0.3,
            )
        )
        if nose:
            grille = ((-w * 0.5, low + (y - low) * 0.38, z + out), (w * 0.5, low + (y - low) * 0.38, z + out),
                      (w * 0.5, low + (y - low) * 0.8, z + out), (-w * 0.5, low + (y - low) * 0.8,
                      z + out))  # fmt: skip
            faces.append(Face(grille, _TRIM, nearer=0.3))
        plate = (
            (-0.24, low + 0.16, z + out * 2),
            (0.24, low + 0.16, z + out * 2),
            (0.24, low + 0.28, z + out * 2),
            (-0.24, low + 0.28, z + out * 2),
        )
        faces.append(Face(plate, (0.8, 0.8, 0.76), nearer=0.5))
        for side in (-1, 1):
            faces.append(_lamp_face(build, parked, side, nose))
    return faces


def _lamp_face(build: Build, parked: Parked, side: int, nose: bool) -> Face:
    z, y, w = build.body[-1] if nose else build.body[0]
    out = 0.04 if nose else -0.04
    top, foot = build.sill_m + (y - build.sill_m) * 0.88, build.sill_m + (y - build.sill_m) * 0.55
    dead = nose and parked.one_lamp and side > 0
    colour = (0.35, 0.35, 0.34) if dead else _FRONT_LAMP if nose else _REAR_LAMP
    inner = 0.56 if nose else 0.62
    corners = (
        (side * w * inner, foot, z + out),
        (side * w * 0.97, foot, z + out),
        (side * w * 0.97, top, z + out),
        (side * w * inner, top, z + out),
    )
    return Face(corners, colour, glow=0.0 if dead else 0.95 if parked.lamps else 0.25, nearer=0.5)


def _cargo(cargo: tuple[float, float, float]) -> list[Face]:
    z0, z1, top = cargo
    w, low, colour = 1.25, 1.05, (0.62, 0.62, 0.60)
    return [
        Face(((-w, low, z0), (w, low, z0), (w, top, z0), (-w, top, z0)), colour),
        Face(((-w, low, z1), (w, low, z1), (w, top, z1), (-w, top, z1)), colour),
        Face(((-w, top, z0), (w, top, z0), (w, top, z1), (-w, top, z1)), colour),
        *(Face(((s * w, low, z0), (s * w, low, z1), (s * w, top, z1), (s * w, top, z0)), colour) for s in (-1, 1)),
    ]


def _wheels(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build, far: bool = False) -> None:
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    near = to_world(parked, [(1.0, 0.5, 0.0), (-1.0, 0.5, 0.0)])
    side = 1 if np.linalg.norm(near[0]) < np.linalg.norm(near[1]) else -1
    across = _across(parked)
    side = -side if far else side
    half = max(w for _, _, w in build.body)
    for axle in build.axles:
        for reach, colour, r in (
            (half * 0.94, _TYRE, 1.1),
            (half + 0.02, _TYRE, 1.0),
            (half + 0.03, (0.42, 0.43, 0.45), 0.58),
            (half + 0.04, _TRIM, 0.2),
        ):
            if r < 1.1 and (far or across < 0.05):
                continue
            rim = [
                (side * reach, build.wheel_m + build.wheel_m * r * np.sin(t), axle + build.wheel_m * r * np.cos(t))
                for t in turn
            ]
            sheet.fill(
                view.polygon(to_world(parked, [(float(a), float(b), float(c)) for a, b, c in rim])),
                palette.lit(colour, 0.5),
            )


def _across(parked: Parked) -> float:
    """How far the vehicle shows its side: 0 end on to 1 side on."""
    return abs(float(np.sin(np.arctan2(parked.x, parked.z) - parked.heading)))


def _cast_shadow(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build) -> None:
    z0 = build.cargo[0] if build.cargo else build.body[0][0]
    z1, w = build.body[-1][0], max(w for _, _, w in build.body)
    rim = [(-w, 0.0, z0), (w, 0.0, z0), (w, 0.0, z1), (-w, 0.0, z1)]
    outline = view.polygon(to_world(parked, [(a * 1.12, b, c * 1.04) for a, b, c in rim]))
    if len(outline) >= 3:
        sheet.soft(
            smooth(outline, 3), palette.shadow * np.float32(0.6), 0.85, max(1.0, view.scale_at(max(parked.z, 1)) * 0.12)
        )


def _lamps(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build) -> None:
    for nose in (True, False):
        ahead = float(np.cos(parked.heading)) * (1 if nose else -1)
        if ahead > 0.15:  # this end looks away from us
            continue
        for side in (-1, 1):
            if nose and parked.one_lamp and side > 0:
                continue
            face = _lamp_face(build, parked, side, nose)
            at = to_world(parked, list(face.corners)).mean(axis=0)
            (x, y), size = view.project(at[None])[0], view.scale_at(max(float(at[2]), 0.5))
            facing = min(1.0, -ahead + 0.25)
            colour = mix(_FRONT_LAMP, palette.lamp, 0.2) if nose else np.array(_REAR_LAMP, np.float32)
            reach = max(size * (0.55 if nose else 0.3), view.height * 0.008)
            sheet.glow(float(x), float(y), reach, reach, colour, (0.95 if nose else 0.6) * facing)
            if nose:
                sheet.glow(float(x), float(y), reach * 4.5, reach * 0.16, colour, 0.75 * facing)
                sheet.glow(float(x), float(y), reach * 0.35, reach * 0.35, (1.0, 1.0, 0.97), facing)
