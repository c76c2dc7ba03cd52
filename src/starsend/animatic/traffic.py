"""Vehicles in the scene, and the light of head lamps and street lamps on the ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.cast import Cast
from starsend.animatic.ground import Ground
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Light
from starsend.animatic.staging import Staging
from starsend.animatic.vehicle import paint_vehicle
from starsend.animatic.vehicle_art import heading_shown, paint_art
from starsend.animatic.vehicle_builds import Parked

_PAINTS = ((0.22, 0.30, 0.42), (0.55, 0.16, 0.14), (0.62, 0.62, 0.60), (0.20, 0.26, 0.24))
_LONG_M = {"truck": 11.0, "bus": 11.0}


def park(staging: Staging, cast: Cast, chance: np.random.Generator) -> list[Parked]:
    """Decide which vehicles are in the picture, where, and how they stand."""
    brief, kind = staging.brief, staging.brief.vehicle
    close = brief.people and brief.size in ("CU", "ECU") and "headlights" not in brief.effects
    if not kind or brief.inside_vehicle or close:
        return []
    lamps = "headlights" in brief.effects or brief.time in ("night", "neon", "dusk", "blue", "storm")
    paint = cast.vehicle_colour or _PAINTS[int(chance.integers(0, 4))]
    heading = _heading(staging, cast, kind)
    if not brief.people:
        x, z = staging.subject_x, staging.subject_z
    else:
        z = staging.subject_z + max(5.5, staging.subject_z * 0.5) + _LONG_M.get(kind, 2.0)
        x = staging.subject_x - staging.side * min(3.4, 0.30 * staging.view.width / staging.view.scale_at(z))
        if cast.vehicle is None and brief.facing != "profile":
            heading = np.pi + 0.28 * staging.side
    return [Parked(kind, paint, float(x), float(z), float(heading), lamps, "one lamp" in brief.effects)]


def _heading(staging: Staging, cast: Cast, kind: str) -> float:
    brief, side = staging.brief, staging.side
    if brief.facing == "back":
        return 0.25 * side
    if brief.facing == "profile":
        return float(np.pi / 2 * side)
    if cast.vehicle is not None and staging.turn != 2:  # the way its picture shows it
        return float(
            np.pi - heading_shown(kind, cast.vehicle) * side + np.arctan2(staging.subject_x, staging.subject_z)
        )
    if not brief.people and staging.turn == 3 and brief.facing != "front":
        return 0.4 * side  # one variant shows the tail
    return float(np.pi + (0.34, -0.62, 0.10, 0.8)[staging.turn] * side)


def paint_traffic(staging: Staging, palette: Palette, light: Light, cast: Cast, parked: list[Parked]) -> list[Sheet]:
    """Paint the vehicles, far ones first: from their own picture where it fits, else drawn in its colours."""
    sheets = []
    if lamp_posts(staging, palette):  # they fall on the vehicles too
        palette = replace(palette, key=mix(palette.key, palette.lamp, 0.5), dark=False)
    for each in sorted(parked, key=lambda p: -p.z):
        sheet = Sheet(staging.view.height, staging.view.width, 0.6 if each.z > staging.subject_z + 0.5 else 0.68)
        if cast.vehicle is None or not paint_art(sheet, staging.view, palette, light, each, cast.vehicle):
            paint_vehicle(sheet, staging.view, palette, light, each)
        sheets.append(sheet)
    return sheets


def throw_light(ground: Ground, staging: Staging, palette: Palette, parked: list[Parked]) -> None:
    """Lay on the ground what head lamps, street lamps and lamps out of frame throw."""
    brief = staging.brief
    for each in parked:
        if each.lamps:
            _beams(ground, staging, palette, each)
    if lit_from_off(staging, palette):
        tone = mix(palette.lamp, (1.0, 0.97, 0.88), 0.6)
        ground.pool(staging.subject_x, staging.subject_z, 2.6, tone, 0.42)
        ground.pool(staging.subject_x - staging.side * 2.5, staging.subject_z - 1.0, 3.4, tone, 0.34)
    if brief.place == "street" and palette.dark:
        for z in (11.0, 24.0, 40.0):
            for side in (-4.4, 4.4):
                ground.pool(side, z, 3.0, palette.lamp, 0.30)
    for x, z in lamp_posts(staging, palette):
        ground.pool(x - staging.side * 1.2, z, 3.6, palette.lamp, 0.46)


def lit_from_off(staging: Staging, palette: Palette) -> bool:
    """Whether people stand in the headlights of a vehicle that is out of the picture."""
    brief = staging.brief
    dark = palette.dark or brief.time == "storm"
    return bool("headlights" in brief.effects and brief.people and not brief.vehicle and dark and not brief.indoors)


def lamp_posts(staging: Staging, palette: Palette) -> list[tuple[float, float]]:
    """Where lamps stand by a road that the words light with street lamps, as ``(x, z)``."""
    brief = staging.brief
    if brief.place != "road" or "lamplight" not in brief.effects or not palette.dark:
        return []
    x = staging.subject_x + staging.side * (1.9 if brief.people else 5.4)
    first = staging.subject_z + (3.5 if brief.people else 7.0)
    return [(x, first + 26.0 * k) for k in range(3)]


def paint_lamp_posts(staging: Staging, palette: Palette) -> Sheet:
    """Paint those lamps, their glow, and the cone of light under them."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.5)
    for x, z in reversed(lamp_posts(staging, palette)):
        reach = -staging.side * 1.5
        foot, top, tip = view.project([(x, 0, z), (x, 6.0, z), (x + reach, 6.4, z)])
        cone = view.project([(x + reach, 6.3, z), (x + reach * 0.6 - 2.4, 0, z), (x + reach * 0.6 + 2.4, 0, z)])
        scale = view.scale_at(z)
        sheet.soft(cone, palette.lamp, 0.10, max(2.0, scale * 0.35))
        tone = palette.far(palette.shadow * np.float32(1.4), z, 150)
        sheet.line((tuple(foot), tuple(top)), tone, max(1.5, scale * 0.13))
        sheet.line((tuple(top), tuple(tip)), tone, max(1.0, scale * 0.09))
        head = mix(palette.lamp, (1, 0.92, 0.75), 0.5)
        sheet.glow(float(tip[0]), float(tip[1]), scale * 1.3, scale * 1.1, palette.lamp, 0.55)
        sheet.glow(float(tip[0]), float(tip[1]), scale * 0.30, scale * 0.20, head, 1.0)
    return sheet


def paint_glare(staging: Staging, palette: Palette) -> Sheet:
    """The haze of head lamps that stand just out of the picture."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.66)
    edge = 0.0 if staging.side > 0 else float(view.width)
    y = float(np.clip(view.project([(0.0, 0.8, staging.subject_z)])[0, 1], view.height * 0.4, view.height * 0.86))
    tone, far = mix(palette.lamp, (1.0, 0.97, 0.88), 0.6), view.width * 0.75 * staging.side
    beam = [(edge, y - view.height * 0.10), (edge + far, y - view.height * 0.42), (edge + far, y + view.height * 0.35),
            (edge, y + view.height * 0.12)]  # fmt: skip
    sheet.soft(beam, tone, 0.17, view.height * 0.07)
    sheet.glow(edge, y, view.width * 0.16, view.height * 0.20, tone, 0.8)
    return sheet


def _beams(ground: Ground, staging: Staging, palette: Palette, each: Parked) -> None:
    brief = staging.brief
    toward = 1.0 if np.cos(each.heading) > 0 else -1.0
    strength = 0.62 if brief.time in ("night", "neon", "storm") and palette.dark else 0.2
    for side in (-0.6,) if each.one_lamp else (-0.6, 0.6):
        tone = mix(palette.lamp, (1, 1, 0.9), 0.5)
        ground.beam(each.x + side, each.z + toward * 2.2, toward, tone, strength)
    if toward < 0 or "wet" in brief.effects:
        colour = (1.0, 0.9, 0.65) if toward < 0 else (0.9, 0.08, 0.05)
        ground.pool(each.x, each.z - 3.0, 3.2, colour, 0.35 if palette.dark else 0.14)


def headlit(palette: Palette) -> Palette:
    """An hour's colours where head lamps fall: their light is the key, and strong."""
    return replace(palette, key=mix(palette.lamp, (1.0, 0.97, 0.90), 0.6), dark=False, backlit=False)
