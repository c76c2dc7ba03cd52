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
from starsend.animatic.indoors import indoors, seat_back, table
from starsend.animatic.outdoors import SHORE_M, outdoors, roadside
from starsend.animatic.palette import Palette, palette_for
from starsend.animatic.players import NEAR, paint_listener, paint_people, passers_by
from starsend.animatic.solids import Light
from starsend.animatic.staging import Staging, stage
from starsend.animatic.traffic import (
    lamp_posts,
    lit_from_off,
    paint_glare,
    paint_lamp_posts,
    paint_traffic,
    park,
    throw_light,
)


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
    if "white" in brief.effects:
        snow = mix(palette.haze, (0.92, 0.95, 1.0), 0.25 if palette.dark else 0.75)
        palette = replace(palette, ground=mix(palette.ground, snow, 0.85))
    if brief.indoors and brief.time in ("night", "dusk", "blue", "neon"):
        palette = palette_for("warm", brief.place, cast.place_colour)
        outside = palette_for("night" if brief.time != "neon" else "neon", "street", None)
    left = -1.0 if staging.sun[0] < width / 2 else 1.0
    light = Light(_unit(left * 0.6, 0.65, 0.25 if palette.backlit else -0.55), max(1.0, height / 620))
    if brief.size == "INS" and brief.detail:
        sheets = paint_insert(staging, palette, cast, chance)
    elif brief.indoors:
        sheets = indoors(staging, palette, light, outside, chance)
        facing_us = brief.seated and brief.size in NEAR
        if facing_us:
            sheets.append(seat_back(staging, palette, light))
        sheets += paint_people(staging, palette, cast)
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
    parked = park(staging, cast, chance)
    throw_light(ground, staging, palette, parked)
    sheets.append(ground.sheet(0.35, SHORE_M if brief.place == "coast" else None))
    sheets.sort(key=lambda sheet: sheet.depth)  # house fronts stand on the ground, ridges behind it
    sheets.append(roadside(staging, palette, light, strip, chance))
    if lamp_posts(staging, palette):
        sheets.append(paint_lamp_posts(staging, palette))
    if brief.place == "street" and brief.size in ("EWS", "WS", "FS"):
        sheets.append(passers_by(staging, palette, chance))
    sheets += paint_traffic(staging, palette, light, cast, parked)
    if lit_from_off(staging, palette):
        sheets.append(paint_glare(staging, palette))
    return sheets + paint_people(staging, palette, cast)


def _foreground(staging: Staging, palette: Palette, cast: Cast) -> list[Sheet]:
    sheets = [paint_dashboard(staging.view, palette, staging.side)] if staging.brief.inside_vehicle else []
    return [*sheets, paint_listener(staging, palette, cast)] if staging.brief.size == "OTS" else sheets


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


def _lean(sheet: Sheet, degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((sheet.width / 2, sheet.height / 2), degrees, 1.24)
    size = (sheet.width, sheet.height)
    sheet.rgb = cv2.warpAffine(sheet.rgb, turn, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    sheet.alpha = cv2.warpAffine(sheet.alpha, turn, size, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    length = float(np.sqrt(x * x + y * y + z * z))
    return x / length, y / length, z / length
