"""Places under the sky: a road, a street, a coast, a forest, open land."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from starsend.animatic.backdrop import conifer, paint_ridges, paint_sea, paint_skyline, paint_treeline
from starsend.animatic.canvas import Sheet, flatten, mix, tube
from starsend.animatic.ground import Ground, Strip
from starsend.animatic.palette import Palette
from starsend.animatic.sky import paint_sky
from starsend.animatic.solids import Face, Light, box, paint_faces
from starsend.animatic.staging import Staging

SHORE_M = 13.0
_SIGNS = ((1.0, 0.16, 0.45), (0.15, 0.85, 1.0), (1.0, 0.62, 0.12), (0.35, 1.0, 0.55), (0.75, 0.3, 1.0))


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
        sheets += paint_ridges(staging, palette, chance, 1, 0.09, 0.5)
    elif place == "forest":
        sheets += [
            paint_treeline(staging, palette, chance, z, 17, clear, (0.12, 0.2, 0.36)[k])
            for k, (z, clear) in enumerate(((80, 0), (48, 2), (27, 5)))
        ]
    elif place == "street":
        sheets.append(paint_skyline(staging, palette, chance))
        sheets.append(_houses(staging, palette, light, chance))
    ground = Ground(view, palette, chance)
    ground.earth(palette.ground)
    if place in ("road", "street"):
        if place == "street":
            _pavements(ground, palette)
        ground.road(strip if place == "road" else Strip(0.0, 4.2))
    elif place in ("desert", "mountain", "field") and brief.vehicle:
        ground.lay(ground.band(strip.centre(ground.ahead), 2.6) * 0.6, mix(palette.ground, palette.haze, 0.45))
    if "wet" in brief.effects and place in ("road", "street"):
        where = ground.band(strip.centre(ground.ahead) if place == "road" else np.zeros(1, np.float32), 9.0)
        ground.shine(flatten(sheets), where, 0.75 if palette.dark else 0.5)
    if place == "coast":
        sheets.append(paint_sea(staging, palette, chance))
    return sheets, ground, strip


def _pavements(ground: Ground, palette: Palette) -> None:
    """Flagstones on both sides, with a curb."""
    across = np.abs(ground.x)
    flags = np.clip((across - 4.2) / ground.footprint, 0, 1).astype(np.float32)
    ground.lay(flags, mix(palette.shadow, palette.haze, 0.55))
    joints = (np.mod(ground.x, 1.3) < 0.05) | (np.mod(ground.ahead, 1.3) < 0.06)
    near = np.exp(-ground.z / 14) * np.float32(0.55)
    ground.lay((flags * joints * near).astype(np.float32), palette.shadow)
    curb = np.clip(1 - np.abs(across - 4.3) / 0.12, 0, 1).astype(np.float32)
    ground.lay(curb, mix(palette.haze, palette.key, 0.2))


def _road_middle(staging: Staging) -> float:
    """The road passes beside a person, and under a vehicle."""
    brief = staging.brief
    if brief.people:
        return staging.subject_x - staging.side * 3.4
    return staging.subject_x - staging.side * 1.5 if brief.vehicle else 0.0


def _houses(staging: Staging, palette: Palette, light: Light, chance: np.random.Generator) -> Sheet:
    """Two rows of house fronts along the street, with windows, shop fronts and signs."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.4)
    for side in (-1, 1):
        faces: list[Face] = []
        z = 3.0
        while z < 120:
            deep, tall = float(chance.uniform(7, 14)), float(chance.uniform(8, 21))
            shade = float(chance.uniform(0.30, 0.55))
            stone = mix((shade, shade * 0.92, shade * 0.86), palette.haze, 0.3)
            wall = (float(stone[0]), float(stone[1]), float(stone[2]))
            x = side * (7.6 + float(chance.uniform(-0.25, 0.5)))
            faces += [Face(((x, 0, z), (x, 0, z + deep), (x, tall, z + deep), (x, tall, z)), wall)]
            faces += [Face(((x, 0, z), (x + side * 9, 0, z), (x + side * 9, tall, z), (x, tall, z)), wall)]
            faces += _front(side, x, z, deep, tall, palette, chance)
            z += deep + float(chance.choice([0.0, 0.0, 2.2]))
        paint_faces(sheet, view, palette, light, faces)
    if palette.dark:
        _street_lamps(sheet, staging, palette)
    return sheet


def _front(
    side: int, x: float, z: float, deep: float, tall: float, palette: Palette, chance: np.random.Generator
) -> list[Face]:
    faces = []
    out = x - side * 0.05
    lit_shop = palette.dark and chance.random() < 0.7
    shop = tuple(float(c) for c in (palette.lamp if lit_shop else mix(palette.shadow, palette.haze, 0.3)))
    faces.append(Face(((out, 0.6, z + 0.8), (out, 0.6, z + deep - 0.8), (out, 2.9, z + deep - 0.8), (out, 2.9,
        z + 0.8)), (shop[0], shop[1], shop[2]),
                      0.75 if lit_shop else 0.1, 0.6))  # fmt: skip
    awning = _SIGNS[int(chance.integers(0, 5))]
    faces.append(Face(((out, 3.0, z + 0.5), (out, 3.0, z + deep - 0.5), (out - side * 0.9, 2.7, z + deep - 0.5),
        (out - side * 0.9, 2.7, z + 0.5)),
                      (awning[0] * 0.6, awning[1] * 0.5, awning[2] * 0.5), 0.0, 0.9))  # fmt: skip
    columns = max(2, int(deep / 2.2))
    for up in np.arange(4.4, tall - 1.6, 2.9):
        for k in range(columns):
            z0 = z + deep * (k + 0.25) / columns
            glow = palette.dark and chance.random() < 0.34
            tone = mix(palette.lamp, (1, 1, 1), 0.1) if glow else mix(palette.shadow, palette.zenith, 0.45)
            pane = (
                (out, up, z0),
                (out, up, z0 + deep * 0.5 / columns),
                (out, up + 1.6, z0 + deep * 0.5 / columns),
                (out, up + 1.6, z0),
            )
            faces.append(
                Face(pane, (float(tone[0]), float(tone[1]), float(tone[2])), 0.85 if glow else 0.1, 0.6, inked=z < 40)
            )
    if palette.dark and chance.random() < 0.75:
        sign, low = _SIGNS[int(chance.integers(0, 5))], float(chance.uniform(3.4, 5))
        high, zs = low + float(chance.uniform(1.2, 3.4)), z + float(chance.uniform(0.5, deep - 1))
        faces.append(
            Face(
                (
                    (out - side * 0.2, low, zs),
                    (out - side * 1.4, low, zs),
                    (out - side * 1.4, high, zs),
                    (out - side * 0.2, high, zs),
                ),
                sign,
                0.95,
                1.4,
            )
        )
    return faces


def _street_lamps(sheet: Sheet, staging: Staging, palette: Palette) -> None:
    view = staging.view
    for z in (58.0, 40.0, 24.0, 11.0):
        for side in (-1, 1):
            foot, top, tip = view.project([(side * 5.0, 0, z), (side * 5.0, 6.2, z), (side * 3.8, 6.5, z)])
            scale = view.scale_at(z)
            post = mix(palette.shadow, palette.haze, min(0.5, z / 120))
            sheet.fill(
                tube((tuple(foot), tuple((foot + top) / 2), tuple(top)), (scale * 0.09, scale * 0.06, scale * 0.05), 2),
                post,
            )
            sheet.line((tuple(top), tuple(tip)), post, max(1.0, scale * 0.08))
            sheet.glow(
                float(tip[0]), float(tip[1]), scale * 0.45, scale * 0.45, mix(palette.lamp, (1, 0.9, 0.7), 0.5), 0.9
            )


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
