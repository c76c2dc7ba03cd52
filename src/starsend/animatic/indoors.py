"""Rooms: walls, floor and ceiling, what stands in them, and the light of lamps and windows on all that."""

from __future__ import annotations

from typing import Final

import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.furnishing import Room, furnish
from starsend.animatic.furniture import CREAM, RED, WOOD
from starsend.animatic.furniture import table as four_legs
from starsend.animatic.ground import Ground
from starsend.animatic.openings import daylight_on_floor, window
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Face, Light, box, paint_faces
from starsend.animatic.staging import Staging

RGB = tuple[float, float, float]
_NEAR_M = 0.3
_WIDE: Final = ("EWS", "WS", "FS")
_WALLS: Final[dict[str, tuple[RGB, RGB]]] = {
    "diner": ((0.58, 0.62, 0.56), (0.72, 0.62, 0.46)), "bar": ((0.36, 0.24, 0.18), (0.30, 0.26, 0.24)),
    "kitchen": ((0.72, 0.66, 0.50), (0.58, 0.64, 0.62)), "living": ((0.62, 0.54, 0.44), (0.50, 0.56, 0.54)),
    "bedroom": ((0.56, 0.56, 0.62), (0.66, 0.58, 0.52)), "office": ((0.60, 0.60, 0.56), (0.52, 0.54, 0.56)),
    "corridor": ((0.60, 0.58, 0.48), (0.52, 0.56, 0.52)),
}  # fmt: skip


def indoors(
    staging: Staging, palette: Palette, light: Light, outside: Palette, chance: np.random.Generator
) -> list[Sheet]:
    """Paint a room from its far wall to the furniture behind the figure."""
    view, kind = staging.view, staging.brief.room
    room = _measure(staging, chance)
    shell = Sheet(view.height, view.width, 0.0)
    shell.alpha[:] = 255
    shell.rgb[:] = np.clip(palette.shadow * 255, 0, 255).astype(np.uint8)
    _walls(shell, staging, palette, light, room, mix(*_WALLS[kind], float(chance.random())))
    _floor(shell, staging, palette, outside, room, chance)
    furnish(room, kind, staging, chance)
    for x, y, z in room.lamps:
        _wash(shell, staging, palette, (x, y, room.back if kind != "corridor" else z), 2.1)
    if room.window:
        window(shell, staging, palette, light, outside, room, chance)
    goods = Sheet(view.height, view.width, 0.3)
    for x, y, z in room.lamps:
        _lamp(goods, staging, palette, (x, y, z), room.tall, hangs=y > 1.6)
    front = Sheet(view.height, view.width, 0.3)
    paint_faces(front, view, palette, light, room.faces)
    return [shell, front, goods]


def _measure(staging: Staging, chance: np.random.Generator) -> Room:
    """Walls close enough that something of each is seen, the window behind the subject's free side."""
    brief = staging.brief
    wide = brief.size in _WIDE
    back = staging.subject_z + float(chance.uniform(1.15, 1.5) if wide else chance.uniform(1.6, 2.2))
    half = float(chance.uniform(2.9, 3.4))
    middle = staging.subject_x * 0.5
    x, side = staging.subject_x, staging.side
    if brief.room == "corridor":
        back, half, middle = staging.subject_z + 9.0, 1.35, staging.subject_x * 0.6
    x0, x1 = middle - half, middle + half
    opening = None
    if brief.room == "diner":
        opening = (x0 + 0.35, x1 - x0 - 0.7, 0.92, 2.08)
    elif brief.room not in ("bar", "corridor"):
        left = x - side * (0.75 if wide else 0.55) - (1.5 if side > 0 else 0.0)
        opening = (float(np.clip(left, x0 + 0.3, x1 - 1.8)), 1.5, 0.95, 2.12)
    return Room(x0, x1, back, 2.45, -side, x, staging.subject_z, -side, opening)


def _walls(sheet: Sheet, staging: Staging, palette: Palette, light: Light, room: Room, tone: np.ndarray) -> None:
    x0, x1, back, tall, near = room.x0, room.x1, room.back, room.tall, _NEAR_M
    bare = _rgb(tone)
    lower = _rgb(tone * np.float32(0.72)) if staging.brief.room not in ("diner", "bar") else (0.40, 0.20, 0.16)
    faces = [
        Face(((x0, tall, near), (x1, tall, near), (x1, tall, back), (x0, tall, back)), _rgb(mix(tone, CREAM, 0.5)),
             0.30),
        Face(((x0, 0, back), (x1, 0, back), (x1, tall, back), (x0, tall, back)), bare, 0.0, -1.0),
    ]  # fmt: skip
    for x in (x0, x1):
        faces.append(Face(((x, 0, near), (x, 0, back), (x, tall, back), (x, tall, near)), bare, 0.16))
        faces.append(Face(((x, 0, near), (x, 0, back), (x, 0.85, back), (x, 0.85, near)), lower, 0.10, 0.2))
    z = back - 0.01
    faces.append(Face(((x0, 0, z), (x1, 0, z), (x1, 0.85, z), (x0, 0.85, z)), lower))
    faces += box(x0, x1, 0.85, 0.90, back - 0.04, back, _rgb(tone * np.float32(0.55)))
    faces += box(x0, x1, 0.0, 0.12, back - 0.03, back, _rgb(tone * np.float32(0.45)))
    paint_faces(sheet, staging.view, palette, light, faces)


def _floor(
    sheet: Sheet, staging: Staging, palette: Palette, outside: Palette, room: Room, chance: np.random.Generator
) -> None:
    view, kind = staging.view, staging.brief.room
    floor = Ground(view, palette, chance)
    floor.earth(palette.lit((0.44, 0.31, 0.21), 0.62), 0.16)
    if kind == "diner":
        checks = (np.mod(floor.x, 0.8) < 0.4) ^ (np.mod(floor.ahead, 0.8) < 0.4)
        field = np.broadcast_to(checks, floor.x.shape).astype(np.float32)
        floor.lay(field * np.float32(0.75), palette.lit((0.80, 0.77, 0.70), 0.62))
        floor.lay((1 - field) * np.float32(0.6), palette.lit((0.16, 0.15, 0.16), 0.5))
    else:
        seams = np.mod(floor.x, 0.19) < 0.018
        floor.lay(seams.astype(np.float32) * np.exp(-floor.z / 6) * np.float32(0.6), palette.shadow)
    if kind in ("living", "bedroom"):
        rug = np.exp(-(((floor.x - room.seat_x) / 1.3) ** 4) - ((floor.ahead - room.back + 1.2) / 0.95) ** 4)
        floor.lay((rug > 0.4).astype(np.float32) * np.float32(0.85), palette.lit((0.48, 0.22, 0.18), 0.55))
    if room.window:
        daylight_on_floor(floor, room, outside, palette)
    floor.pool(room.seat_x, room.seat_z, 1.7, palette.lamp, 0.16 if palette.dark else 0.08)
    top = int(np.clip(view.project([(0, 0, room.back)])[0, 1], 0, view.height - 1))
    patch = Sheet(view.height, view.width, 0.0)
    patch.fill(
        view.polygon([(room.x0, 0, _NEAR_M), (room.x1, 0, _NEAR_M), (room.x1, 0, room.back), (room.x0, 0, room.back)]),
        (1, 1, 1),
    )
    offset = max(floor.top, top)
    inside = patch.alpha[offset:].astype(np.float32) * np.float32(1 / 255)
    sheet.blend(inside, np.clip(floor.colour[offset - floor.top :], 0, 1), (0, offset))


def _wash(sheet: Sheet, staging: Staging, palette: Palette, at: tuple[float, float, float], radius_m: float) -> None:
    """A lamp's light on the wall behind it."""
    point, scale = staging.view.project([at])[0], staging.view.scale_at(at[2])
    reach = radius_m * scale * 0.6
    sheet.glow(float(point[0]), float(point[1]), reach, reach, palette.lamp, 0.46 if palette.dark else 0.12)


def _lamp(
    sheet: Sheet, staging: Staging, palette: Palette, at: tuple[float, float, float], tall: float, hangs: bool
) -> None:
    x, y, z = at
    top, foot = staging.view.project([(x, tall, z), (x, y + 0.12, z)])
    scale = staging.view.scale_at(z)
    fx, fy = float(foot[0]), float(foot[1])
    if hangs:
        sheet.line((tuple(top), tuple(foot)), palette.shadow, max(1.0, scale * 0.012))
    bright = 0.7 if palette.dark else 0.3
    sheet.glow(fx, fy + scale * 0.10, scale * 0.34, scale * 0.30, palette.lamp, bright)
    wide = 0.17
    shade = np.array([(-0.05, -0.10), (0.05, -0.10), (wide, 0.07), (-wide, 0.07)], np.float32) * scale + foot
    sheet.fill(shade, mix(palette.shadow, palette.lamp, 0.30 if hangs else 0.8))
    sheet.line(shade, palette.shadow, max(1.0, scale * 0.006), closed=True)
    sheet.glow(fx, fy + scale * 0.08, scale * 0.085, scale * 0.04, mix(palette.lamp, (1, 1, 1), 0.6), 1.0)


def seat_back(staging: Staging, palette: Palette, light: Light) -> Sheet:
    """What a seated figure who faces us leans on."""
    sheet = Sheet(staging.view.height, staging.view.width, 0.6)
    x, z = staging.subject_x, staging.subject_z + 0.28
    if staging.brief.room == "diner":
        faces = box(x - 1.05, x + 1.05, 0.3, 1.08, z, z + 0.16, RED)
        faces += [f for k in range(8) for f in box(x - 0.92 + 0.26 * k, x - 0.90 + 0.26 * k, 0.5, 1.09, z - 0.01, z,
                                                   (0.34, 0.07, 0.07))]  # fmt: skip
    else:
        faces = [f for y in (0.6, 0.85) for f in box(x - 0.24, x + 0.24, y, y + 0.12, z, z + 0.04, WOOD)]
        faces += [f for dx in (-0.24, 0.20) for f in box(x + dx, x + dx + 0.04, 0, 1.0, z, z + 0.04, WOOD)]
    paint_faces(sheet, staging.view, palette, light, faces)
    return sheet


def table(staging: Staging, palette: Palette, light: Light) -> Sheet:
    """The table before a seated figure who faces us, with a cup on it."""
    sheet = Sheet(staging.view.height, staging.view.width, 0.75)
    x, z = staging.subject_x, staging.subject_z - 0.60
    top = CREAM if staging.brief.room == "diner" else WOOD
    paint_faces(sheet, staging.view, palette, light, four_legs(x, z, 1.7, 0.66, top))
    cup = staging.view.project([(x - staging.side * 0.36, 0.74, z + 0.05)])[0]
    scale = staging.view.scale_at(z)
    body = np.array([(-0.045, -0.10), (0.045, -0.10), (0.036, 0.0), (-0.036, 0.0)], np.float32) * scale + cup
    sheet.fill(body, palette.lit((0.82, 0.80, 0.74), 0.8))
    sheet.line(body, palette.shadow, max(1.0, scale * 0.004), closed=True)
    return sheet


def _rgb(colour: np.ndarray) -> RGB:
    return float(colour[0]), float(colour[1]), float(colour[2])
