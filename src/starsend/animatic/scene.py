"""Builds a picture from a brief: the place, then who and what is in it, then the weather; sheets from far to near."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from starsend.animatic.brief import Brief
from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.cast import Cast
from starsend.animatic.closeups import paint_insert
from starsend.animatic.dashboard import paint_dashboard
from starsend.animatic.drapery import Modelling
from starsend.animatic.figure import Stance, paint_figure
from starsend.animatic.indoors import indoors, seat_back, table
from starsend.animatic.outdoors import SHORE_M, outdoors, roadside
from starsend.animatic.palette import Palette, palette_for
from starsend.animatic.solids import Light
from starsend.animatic.staging import SEAT_M, Staging, stage
from starsend.animatic.vehicle import Parked, paint_vehicle
from starsend.animatic.wardrobe import Wardrobe

_NEAR = ("MS", "MCU", "CU", "ECU", "OTS")
_PAINTS = ((0.22, 0.30, 0.42), (0.55, 0.16, 0.14), (0.62, 0.62, 0.60), (0.20, 0.26, 0.24))


@dataclass(frozen=True)
class Scene:
    """A painted scene: its sheets from far to near, and how it was staged."""

    sheets: tuple[Sheet, ...]
    staging: Staging
    palette: Palette


def build_scene(brief: Brief, cast: Cast, variant: int, chance: np.random.Generator, width: int, height: int) -> Scene:
    """Paint a brief at a size in pixels; `variant` counts from 0."""
    staging = stage(brief, variant, chance, width, height)
    brief = staging.brief
    outside = palette_for("night" if brief.time == "warm" else brief.time, "street", None)
    earth = "desert" if brief.place == "road" and "arid" in brief.effects else brief.place
    palette = palette_for(brief.time, earth, cast.place_colour)
    if brief.indoors and brief.time in ("night", "dusk", "blue", "neon"):
        palette = palette_for("warm", brief.place, cast.place_colour)
        outside = palette_for("night" if brief.time != "neon" else "neon", "street", None)
    left = -1.0 if staging.sun[0] < width / 2 else 1.0
    light = Light(_unit(left * 0.6, 0.65, 0.25 if palette.backlit else -0.55), max(1.0, height / 620))
    if brief.size == "INS" and brief.detail:
        sheets = paint_insert(staging, palette, cast, chance)
    elif brief.indoors:
        sheets = indoors(staging, palette, light, outside, chance)
        facing_us = brief.seated and brief.size in _NEAR
        if facing_us:
            sheets.append(seat_back(staging, palette, light))
        sheets += _people(staging, palette, cast)
        if facing_us:
            sheets.append(table(staging, palette, light))
    else:
        sheets = _open_air(staging, palette, light, cast, chance)
    sheets += _foreground(staging, palette, cast)
    _fog(sheets, staging, palette)
    if brief.angle == "dutch":
        for sheet in sheets:
            _lean(sheet, 7.0 * staging.side)
    return Scene(tuple(sheets), staging, palette)


def _open_air(staging: Staging, palette: Palette, light: Light, cast: Cast, chance: np.random.Generator) -> list[Sheet]:
    brief = staging.brief
    sheets, ground, strip = outdoors(staging, palette, light, chance)
    parked = _parked(staging, cast, chance)
    for each in parked:
        if each.lamps:
            toward = 1.0 if np.cos(each.heading) > 0 else -1.0
            for side in (-0.6, 0.6) if not each.one_lamp else (-0.6,):
                ground.beam(
                    each.x + side,
                    each.z + toward * 2.2,
                    toward,
                    mix(palette.lamp, (1, 1, 0.9), 0.5),
                    0.55 if brief.time in ("night", "neon", "storm") else 0.2,
                )
            if toward < 0 or "wet" in brief.effects:
                colour = (1.0, 0.9, 0.65) if toward < 0 else (0.9, 0.08, 0.05)
                ground.pool(each.x, each.z - 3.0, 3.2, colour, 0.35)
    if brief.place == "street" and palette.dark:
        for z in (11.0, 24.0, 40.0):
            for side in (-4.4, 4.4):
                ground.pool(side, z, 3.0, palette.lamp, 0.30)
    sheets.append(ground.sheet(0.35, SHORE_M if brief.place == "coast" else None))
    sheets.sort(key=lambda sheet: sheet.depth)  # house fronts stand on the ground, ridges behind it
    sheets.append(roadside(staging, palette, light, strip, chance))
    for each in sorted(parked, key=lambda p: -p.z):
        sheet = Sheet(staging.view.height, staging.view.width, 0.6 if each.z > staging.subject_z + 0.5 else 0.68)
        paint_vehicle(sheet, staging.view, palette, light, each)
        sheets.append(sheet)
    return sheets + _people(staging, palette, cast)


def _parked(staging: Staging, cast: Cast, chance: np.random.Generator) -> list[Parked]:
    brief, kind = staging.brief, staging.brief.vehicle
    if (
        not kind
        or brief.inside_vehicle
        or (brief.people and brief.size in ("CU", "ECU") and "headlights" not in brief.effects)
    ):
        return []
    lamps = "headlights" in brief.effects or brief.time in ("night", "neon", "dusk", "blue", "storm")
    paint = cast.vehicle_colour or _PAINTS[int(chance.integers(0, 4))]
    rear = brief.facing == "back"
    headings = {
        0: np.pi + 0.34 * staging.side,
        1: np.pi - 0.62 * staging.side,
        2: np.pi + 0.10,
        3: np.pi + 0.8 * staging.side,
    }
    heading = 0.25 * staging.side if rear else headings[staging.turn]
    if brief.facing == "profile":
        heading = np.pi / 2 * staging.side
    if not brief.people:
        if not rear and staging.turn == 3 and brief.facing != "front":
            heading = 0.4 * staging.side  # one variant shows the tail
        return [
            Parked(
                kind, paint, staging.subject_x, staging.subject_z, float(heading), lamps, "one lamp" in brief.effects
            )
        ]
    behind = staging.subject_z + max(5.5, staging.subject_z * 0.5) + {"truck": 11.0, "bus": 11.0}.get(kind, 2.0)
    x = staging.subject_x - staging.side * min(3.4, 0.30 * staging.view.width / staging.view.scale_at(behind))
    return [
        Parked(
            kind, paint, float(x), float(behind), float(np.pi + 0.28 * staging.side), lamps, "one lamp" in brief.effects
        )
    ]


def _people(staging: Staging, palette: Palette, cast: Cast) -> list[Sheet]:
    sheets = []
    for k, wardrobe in reversed(list(enumerate(cast.people))):
        if staging.brief.size in ("CU", "ECU") and k > 0:
            continue
        sheet = Sheet(
            staging.view.height, staging.view.width, 0.8 if staging.brief.size not in ("EWS", "WS", "FS") else 0.7
        )
        _person(sheet, staging, palette, wardrobe, k, cast)
        sheets.append(sheet)
    return sheets


def _person(sheet: Sheet, staging: Staging, palette: Palette, wardrobe: Wardrobe, k: int, cast: Cast) -> None:
    brief, view = staging.brief, staging.view
    z = staging.subject_z * (1 + 0.08 * k)
    x = staging.subject_x - staging.side * k * (0.85 if brief.size in (*_NEAR, "FS") else 1.1)
    sunk = SEAT_M if brief.seated else 0.0
    tall = 1.75 * wardrobe.stature
    foot, crown = view.project([(x, -sunk, z), (x, tall - sunk, z)])
    height_px = float(foot[1] - crown[1])
    if brief.size not in (*_NEAR, "INS") and not sunk:
        shadow = _oval(float(foot[0]), float(foot[1]), height_px * 0.24, height_px * 0.03)
        sheet.soft(shadow, palette.shadow * np.float32(0.5), 0.7, height_px * 0.012)
    left = -1.0 if staging.sun[0] < view.width / 2 else 1.0
    ink_px = min(3.0, height_px / 420 + 0.5) * view.height / 720
    level, rim = (0.68, 0.85) if palette.backlit else (0.82, 0.30)
    modelling = Modelling(palette, left * 0.8, -0.55, level, rim, ink_px)
    facing = -staging.side if k == 0 else staging.side
    looks, pose = _attitude(staging, k)
    art = cast.cutouts[k]
    if art is not None and brief.size in (*_NEAR, "FS") and looks != "back" and pose == "stand":
        art.paint(sheet, float(foot[0]), float(crown[1]), height_px, modelling, facing)
        return
    paint_figure(sheet, Stance(float(foot[0]), float(crown[1]), height_px, facing, looks, pose), wardrobe, modelling)


def _attitude(staging: Staging, k: int) -> tuple[str, str]:
    """The side that a figure shows, and its pose; the words decide, and the variant where they are silent."""
    brief = staging.brief
    pose = brief.pose if k == 0 or brief.pose in ("walk", "run", "sit") else "stand"
    if pose == "sit" and not brief.seated:
        pose = "stand"
    said = {"back": "back", "profile": "profile", "front": "quarter"}.get(brief.facing)
    if brief.facing == "away":
        said = "back" if brief.size in ("EWS", "WS", "FS") and not brief.seated else "profile"
    if said:
        return said, pose
    if brief.seated and brief.size not in _NEAR:  # at the table's end: that is how a booth or chair stands
        return "profile", pose
    if staging.turn in (1, 3) and brief.size in ("CU", "MCU", "WS", "FS"):
        return "profile", pose
    return ("back" if staging.turn == 2 and brief.size in ("WS", "EWS") else "quarter"), pose


def _foreground(staging: Staging, palette: Palette, cast: Cast) -> list[Sheet]:
    brief, view = staging.brief, staging.view
    sheets = []
    if brief.inside_vehicle:
        sheets.append(paint_dashboard(view, palette, staging.side))
    if brief.size == "OTS":
        sheet = Sheet(view.height, view.width, 1.0)
        tall = view.height * 3.5 * min(1.0, 1.4 * view.width / view.height)
        x = view.width * (0.5 - staging.side * 0.36)
        listener = (
            cast.people[1]
            if len(cast.people) > 1
            else replace(cast.people[0], hair="short", coat="jacket", coat_colour=(0.22, 0.22, 0.25))
            if cast.people
            else None
        )
        if listener:
            dim = Modelling(palette, 1.0 if staging.side < 0 else -1.0, -0.4, 0.22, 0.35, 2.0 * view.height / 720)
            paint_figure(sheet, Stance(x, view.height * 0.17, tall, staging.side, "back", "stand"), listener, dim)
        sheets.append(sheet)
    return sheets


def _fog(sheets: list[Sheet], staging: Staging, palette: Palette) -> None:
    brief, view = staging.brief, staging.view
    if "fog" in brief.effects or brief.place == "forest":
        fog = Sheet(view.height, view.width, 0.45)
        y = float(np.clip(view.horizon_px, 0, view.height))
        band = [
            (0, y - view.height * 0.10),
            (view.width, y - view.height * 0.10),
            (view.width, y + view.height * 0.05),
            (0, y + view.height * 0.05),
        ]
        fog.soft(
            band, mix(palette.haze, palette.horizon, 0.5), 0.55 if "fog" in brief.effects else 0.3, view.height * 0.06
        )
        at = next((k for k, sheet in enumerate(sheets) if sheet.depth >= 0.45), len(sheets))
        if not brief.indoors:
            sheets.insert(at, fog)


def _oval(x: float, y: float, rx: float, ry: float) -> list[tuple[float, float]]:
    return [
        (x + rx * float(np.cos(t)), y + ry * float(np.sin(t))) for t in np.linspace(0, 2 * np.pi, 20, endpoint=False)
    ]


def _lean(sheet: Sheet, degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((sheet.width / 2, sheet.height / 2), degrees, 1.24)
    size = (sheet.width, sheet.height)
    sheet.rgb = cv2.warpAffine(sheet.rgb, turn, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    sheet.alpha = cv2.warpAffine(sheet.alpha, turn, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = float(np.sqrt(x * x + y * y + z * z))
    return x / length, y / length, z / length
