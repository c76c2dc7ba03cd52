"""Paints cars, pickups, vans, trucks and buses: shadow, body, wheels, lamps, right from every side."""

from __future__ import annotations

import numpy as np

from starsend.animatic.canvas import Sheet, mix, smooth
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Corner, Face, Light, paint_faces, turned
from starsend.animatic.vehicle_body import FRONT_LAMP, REAR_LAMP, TRIM, bodywork, lamp_face
from starsend.animatic.vehicle_builds import BUILDS, Build, Parked
from starsend.animatic.viewpoint import Viewpoint

RGB = tuple[float, float, float]
_TYRE: RGB = (0.05, 0.05, 0.06)


def paint_vehicle(sheet: Sheet, view: Viewpoint, palette: Palette, light: Light, parked: Parked) -> None:
    """Paint a vehicle, its shadow and its lamps."""
    build = BUILDS[parked.kind]
    if parked.shadow:
        cast_shadow(sheet, view, palette, parked, build)
    head_on = across(parked) < 0.35  # then the body hides most of the wheels
    _wheels(sheet, view, palette, parked, build, far=True)
    if head_on:
        _wheels(sheet, view, palette, parked, build)
    own = _outward(bodywork(build, parked), view, parked)
    paint_faces(sheet, view, palette, light, turned(own, parked.x, parked.z, parked.heading))
    if not head_on:
        _wheels(sheet, view, palette, parked, build)
    if parked.lamps:
        paint_lamps(sheet, view, palette, parked, build)


def to_world(parked: Parked, corners: list[Corner]) -> np.ndarray:
    """Points of the vehicle's own frame, in the world."""
    face = turned([Face(tuple(corners), TRIM)], parked.x, parked.z, parked.heading)[0]
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


def _wheels(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build, far: bool = False) -> None:
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    near = to_world(parked, [(1.0, 0.5, 0.0), (-1.0, 0.5, 0.0)])
    side = 1 if np.linalg.norm(near[0]) < np.linalg.norm(near[1]) else -1
    shown = across(parked)
    side = -side if far else side
    half = max(w for _, _, w in build.body)
    for axle in build.axles:
        if shown < 0.35:
            _tread(sheet, view, palette, parked, build, (side * half, axle))
        if not far and shown > 0.3:
            _arch(sheet, view, palette, parked, build, (side * (half + 0.006), axle))
        for reach, colour, r in (
            (half * 0.94, _TYRE, 1.1),
            (half + 0.02, _TYRE, 1.0),
            (half + 0.03, (0.42, 0.43, 0.45), 0.58),
            (half + 0.04, TRIM, 0.2),
        ):
            if r < 1.1 and (far or shown < 0.05):
                continue
            rim = [
                (side * reach, build.wheel_m + build.wheel_m * r * np.sin(t), axle + build.wheel_m * r * np.cos(t))
                for t in turn
            ]
            sheet.fill(
                view.polygon(to_world(parked, [(float(a), float(b), float(c)) for a, b, c in rim])),
                palette.lit(colour, 0.5),
            )


def _tread(
    sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build, at: tuple[float, float]
) -> None:
    """A tyre seen end on."""
    toward = 1.0 if np.cos(parked.heading) < 0 else -1.0
    a, b, z, top = at[0] * 0.72, at[0] * 0.98, at[1] + toward * build.wheel_m * 0.7, build.wheel_m * 1.6
    rim: list[Corner] = [(a, 0.0, z), (b, 0.0, z), (b, top, z), (a, top, z)]
    sheet.fill(view.polygon(to_world(parked, rim)), palette.lit(_TYRE, 0.5))


def _arch(
    sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build, at: tuple[float, float]
) -> None:
    """The dark opening in the body above a wheel."""
    radius = build.wheel_m * 1.2
    rim = [(at[0], build.sill_m * 0.9, at[1] + radius), (at[0], build.sill_m * 0.9, at[1] - radius)]
    for t in np.linspace(np.pi, 0, 12):
        y = max(build.sill_m * 0.9, build.wheel_m * 1.04 + radius * float(np.sin(t)))
        rim.append((at[0], y, at[1] + radius * float(np.cos(t))))
    sheet.fill(view.polygon(to_world(parked, rim)), palette.lit((0.03, 0.03, 0.035), 0.3))


def across(parked: Parked) -> float:
    """How far the vehicle shows its side: 0 end on to 1 side on."""
    return abs(float(np.sin(np.arctan2(parked.x, parked.z) - parked.heading)))


def cast_shadow(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build) -> None:
    """Paint the shadow under a vehicle."""
    z0 = build.cargo[0] if build.cargo else build.body[0][0]
    z1, w = build.body[-1][0], max(w for _, _, w in build.body)
    rim = [(-w, 0.0, z0), (w, 0.0, z0), (w, 0.0, z1), (-w, 0.0, z1)]
    outline = view.polygon(to_world(parked, [(a * 1.12, b, c * 1.04) for a, b, c in rim]))
    if len(outline) >= 3:
        sheet.soft(
            smooth(outline, 3), palette.shadow * np.float32(0.6), 0.85, max(1.0, view.scale_at(max(parked.z, 1)) * 0.12)
        )


def paint_lamps(sheet: Sheet, view: Viewpoint, palette: Palette, parked: Parked, build: Build) -> None:
    """Paint the glow of the lamps that look our way."""
    for nose in (True, False):
        ahead = float(np.cos(parked.heading)) * (1 if nose else -1)
        if ahead > 0.15:  # this end looks away from us
            continue
        for side in (-1, 1):
            if nose and parked.one_lamp and side > 0:
                continue
            face = lamp_face(build, parked, side, nose)
            at = to_world(parked, list(face.corners)).mean(axis=0)
            (x, y), size = view.project(at[None])[0], view.scale_at(max(float(at[2]), 0.5))
            facing = min(1.0, -ahead + 0.25)
            colour = mix(FRONT_LAMP, palette.lamp, 0.2) if nose else np.array(REAR_LAMP, np.float32)
            reach = max(size * (0.55 if nose else 0.3), view.height * 0.008)
            sheet.glow(float(x), float(y), reach, reach, colour, (0.95 if nose else 0.6) * facing)
            if nose:
                sheet.glow(float(x), float(y), reach * 3.4, reach * 2.6, colour, 0.30 * facing)
                sheet.glow(float(x), float(y), reach * 4.5, reach * 0.16, colour, 0.75 * facing)
                sheet.glow(float(x), float(y), reach * 0.35, reach * 0.35, (1.0, 1.0, 0.97), facing)
