"""The faces of a vehicle's body in its own frame: sections, cabin, glass, ends, lamps, cargo."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from starsend.animatic.solids import Corner, Face
from starsend.animatic.vehicle_builds import Build, Parked

RGB = tuple[float, float, float]
GLASS: RGB = (0.16, 0.21, 0.26)
TRIM: RGB = (0.13, 0.13, 0.15)
FRONT_LAMP: RGB = (1.0, 0.95, 0.80)
REAR_LAMP: RGB = (0.95, 0.10, 0.07)


def bodywork(build: Build, parked: Parked) -> list[Face]:
    """All faces of a vehicle, unturned: its nose toward +z."""
    faces = _body(build, parked) + _cabin(build, parked) + _ends(build, parked)
    return faces + _cargo(build.cargo) if build.cargo else faces


def _body(build: Build, parked: Parked) -> list[Face]:
    faces, paint = [], parked.paint
    for (z0, y0, w0), (z1, y1, w1) in pairwise(build.body):
        bed = build.bed and z0 >= build.bed[0] - 0.1 and z1 <= build.bed[1] + 1.0
        faces.append(
            Face(((-w0, y0, z0), (w0, y0, z0), (w1, y1, z1), (-w1, y1, z1)), TRIM if bed else paint, inked=False)
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
    glass = GLASS
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
    return [Face((at(a, 0.10), at(b, 0.10), at(b, 0.86), at(a, 0.86)), GLASS, nearer=0.4) for a, b in spans]


def _ends(build: Build, parked: Parked) -> list[Face]:
    faces = []
    for z, y, w, nose in ((*build.body[-1], True), (*build.body[0], False)):
        out = 0.02 if nose else -0.02
        low = build.sill_m
        faces.append(Face(((-w, low, z), (w, low, z), (w, y, z), (-w, y, z)), parked.paint))
        faces.append(
            Face(
                ((-w, low, z + out), (w, low, z + out), (w, low + 0.14, z + out), (-w, low + 0.14, z + out)),
                TRIM,
                nearer=0.3,
            )
        )
        if nose:
            grille = ((-w * 0.5, low + (y - low) * 0.38, z + out), (w * 0.5, low + (y - low) * 0.38, z + out),
                      (w * 0.5, low + (y - low) * 0.8, z + out), (-w * 0.5, low + (y - low) * 0.8,
                      z + out))  # fmt: skip
            faces.append(Face(grille, TRIM, nearer=0.3))
        plate = (
            (-0.24, low + 0.16, z + out * 2),
            (0.24, low + 0.16, z + out * 2),
            (0.24, low + 0.28, z + out * 2),
            (-0.24, low + 0.28, z + out * 2),
        )
        faces.append(Face(plate, (0.8, 0.8, 0.76), nearer=0.5))
        for side in (-1, 1):
            faces.append(lamp_face(build, parked, side, nose))
    return faces


def lamp_face(build: Build, parked: Parked, side: int, nose: bool) -> Face:
    """One lamp; `side` -1 or 1, at the nose or the tail."""
    z, y, w = build.body[-1] if nose else build.body[0]
    out = 0.04 if nose else -0.04
    top, foot = build.sill_m + (y - build.sill_m) * 0.88, build.sill_m + (y - build.sill_m) * 0.55
    dead = nose and parked.one_lamp and side > 0
    colour = (0.35, 0.35, 0.34) if dead else FRONT_LAMP if nose else REAR_LAMP
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
