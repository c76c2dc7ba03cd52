"""Places under the sky: a road, a street, a coast, a forest, open land."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from starsend.animatic.backdrop import conifer, paint_ridges, paint_skyline, paint_treeline
from starsend.animatic.canvas import Sheet, flatten, mix, tube
from starsend.animatic.coast import paint_headland, paint_sea
from starsend.animatic.ground import Ground, Strip
from starsend.animatic.palette import Palette
from starsend.animatic.sky import paint_sky
from starsend.animatic.solids import Face, Light, box, paint_faces
from starsend.animatic.staging import Staging
from starsend.animatic.street import houses, pavements

SHORE_M = 13.0


def outdoors(
    staging: Staging, palette: Palette, light: Light, chance: np.random.Generator
) -> tuple[list[Sheet], Ground, Strip]:
    """Paint sky and backdrop, far to near; returns the ground unpainted, for light to fall on, and the road."""
    brief, view = staging.brief, staging.view
    sheets = [paint_sky(view, palette, brief.time, staging.sun, chance, covered=bool({"rain", "snow"} & brief.effects))]
    bend = float(chance.uniform(-1, 1)) * 0.0016
    strip = Strip(_road_middle(staging), 3.6, bend, marked=brief.place == "road")
    place = brief.place
    if place == "mountain":
        sheets += paint_ridges(staging, palette, chance, 3, 0.34, 0.54)
    elif place == "desert" or (place == "road" and "arid" in brief.effects):
        sheets += paint_ridges(staging, palette, chance, 2, 0.10, 0.36)
    elif place in ("field", "road"):
        sheets += paint_ridges(staging, palette, chance, 2, 0.12, 0.48)
        sheets.append(paint_treeline(staging, palette, chance, 90, 9, 10 if place == "road" else 0, 0.2))
        if place == "road":
            sheets.append(paint_treeline(staging, palette, chance, 46, 11, 13, 0.36))
    elif place == "coast":
        sheets += paint_ridges(staging, palette, chance, 2, 0.13, 0.5)
    elif place == "forest":
        sheets += [
            paint_treeline(staging, palette, chance, z, 17, clear, (0.12, 0.2, 0.36)[k])
            for k, (z, clear) in enumerate(((80, 0), (48, 2), (27, 5)))
        ]
    elif place == "street":
        sheets.append(paint_skyline(staging, palette, chance))
        sheets.append(houses(staging, palette, light, chance))
    ground = Ground(view, palette, chance)
    ground.earth(palette.ground)
    if place in ("road", "street"):
        if place == "street":
            pavements(ground, palette)
        ground.road(strip if place == "road" else Strip(0.0, 4.2))
    elif place in ("desert", "mountain", "field") and brief.vehicle:
        ground.lay(ground.band(strip.centre(ground.ahead), 2.6) * 0.6, mix(palette.ground, palette.haze, 0.45))
    if "wet" in brief.effects and place in ("road", "street"):
        where = ground.band(strip.centre(ground.ahead) if place == "road" else np.zeros(1, np.float32), 9.0)
        ground.shine(flatten(sheets), where, 0.75 if palette.dark else 0.5)
    if place == "coast":
        sheets += [paint_sea(staging, palette, chance), paint_headland(staging, palette, chance)]
    return sheets, ground, strip


def _road_middle(staging: Staging) -> float:
    """The road passes beside a person, and under a vehicle."""
    brief = staging.brief
    if brief.people:
        return staging.subject_x - staging.side * 3.4
    return staging.subject_x - staging.side * 1.5 if brief.vehicle else 0.0


def roadside(staging: Staging, palette: Palette, light: Light, strip: Strip, chance: np.random.Generator) -> Sheet:
    """What stands near a road or in a wood: guard rail, posts, poles, near trunks."""
    view, place = staging.view, staging.brief.place
    sheet = Sheet(view.height, view.width, 0.5)
    if place == "road":
        side = 1 if strip.middle_m > staging.subject_x else -1
        steel = mix((0.52, 0.54, 0.56), palette.shadow, 0.35)
        grey = (float(steel[0]), float(steel[1]), float(steel[2]))
        faces: list[Face] = []
        for z in np.arange(4.0, 110, 4.0):
            x0, x1 = (float(strip.centre(float(at))) + side * (strip.half_m + 1.6) for at in (z, z + 4))
            faces.append(
                Face(((x0, 0.45, z), (x1, 0.45, z + 4), (x1, 0.75, z + 4), (x0, 0.75, z)), grey, inked=bool(z < 50))
            )
            faces += box(x0 - 0.05, x0 + 0.05, 0, 0.5, z, z + 0.1, grey) if z < 60 else []
        paint_faces(sheet, view, palette, light, faces)
        _poles(sheet, staging, palette, strip, -side)
    if place == "forest":
        for _ in range(9):
            x, z = float(chance.uniform(-9, 9)), float(chance.uniform(5, 17))
            if abs(x - staging.subject_x) < 1.3 or abs(x) < 1.4:
                continue
            foot, top = view.project([(x, 0, z), (x + float(chance.uniform(-0.5, 0.5)), 14, z)])
            scale, tone = view.scale_at(z), palette.far(mix(palette.shadow, (0.2, 0.15, 0.1), 0.35), z, 40)
            sheet.fill(
                tube((tuple(foot), tuple((foot + top) / 2), tuple(top)), (scale * 0.30, scale * 0.22, scale * 0.15), 3),
                tone,
            )
            edge = -0.16 if staging.sun[0] < foot[0] else 0.16
            left = np.array([edge * scale, 0], np.float32)
            sheet.line(
                (tuple(foot + left), tuple(top + left * np.float32(0.6))), mix(tone, palette.key, 0.4), scale * 0.07
            )
    if staging.brief.angle == "aerial" and place not in ("street", "desert", "coast"):
        _woods_from_above(sheet, staging, palette, strip, chance)
    elif place in ("mountain", "field", "forest"):
        for _ in range(5):
            x, z = staging.side * -float(chance.uniform(3, 14)), float(chance.uniform(14, 40))
            foot, scale = view.project([(x, 0, z)])[0], view.scale_at(z)
            tone = palette.far(mix(palette.shadow, palette.ground, 0.3), z, 90)
            conifer(
                sheet,
                float(foot[0]),
                float(foot[1]),
                scale * float(chance.uniform(4, 8)),
                tone,
                mix(tone, palette.key, 0.22),
                chance,
                staging.sun[0] < foot[0],
            )
    return sheet


def _woods_from_above(
    sheet: Sheet, staging: Staging, palette: Palette, strip: Strip, chance: np.random.Generator
) -> None:
    """Trees scattered over the land, far ones first, clear of the road and the subject."""
    view = staging.view
    many = 260 if staging.brief.place in ("forest", "road") else 60
    for z in np.sort(chance.uniform(18, 170, many))[::-1]:
        x = float(chance.uniform(-0.7, 0.7)) * view.width / view.scale_at(float(z))
        if abs(x - float(strip.centre(float(z)))) < 7.5 or np.hypot(x - staging.subject_x, z - staging.subject_z) < 8:
            continue
        foot, scale = view.project([(x, 0, float(z))])[0], view.scale_at(float(z))
        tone = palette.far(mix(palette.shadow, (0.16, 0.26, 0.14), 0.6), float(z), 160)
        light = mix(tone, palette.key, 0.22)
        lit_left = staging.sun[0] < foot[0]
        conifer(
            sheet, float(foot[0]), float(foot[1]), scale * float(chance.uniform(5, 9)), tone, light, chance, lit_left
        )


def _poles(sheet: Sheet, staging: Staging, palette: Palette, strip: Strip, side: int) -> None:
    view = staging.view
    tips = []
    for z in np.arange(12.0, 120, 18.0):
        x = float(strip.centre(float(z))) + side * (strip.half_m + 4.5)
        foot, top, arm0, arm1 = view.project([(x, 0, z), (x, 7.5, z), (x - 0.9, 7.0, z), (x + 0.9, 7.0, z)])
        tone, scale = palette.far(palette.shadow * np.float32(1.3), float(z), 150), view.scale_at(float(z))
        sheet.line((tuple(foot), tuple(top)), tone, max(1.0, scale * 0.2))
        sheet.line((tuple(arm0), tuple(arm1)), tone, max(1.0, scale * 0.12))
        tips.append(arm0)
    for here, there in pairwise(tips):
        middle = (here + there) / 2 + (0, abs(here[0] - there[0]) * 0.08)
        sheet.line((tuple(here), tuple(middle), tuple(there)), palette.shadow, 1)
