"""Rooms: walls, window, furniture, a lamp; a kitchen by default, a diner if asked."""

from __future__ import annotations

import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.ground import Ground
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Face, Light, box, paint_faces
from starsend.animatic.staging import Staging

RGB = tuple[float, float, float]
_WOOD: RGB = (0.44, 0.29, 0.18)


def _rgb(colour: np.ndarray) -> RGB:
    return float(colour[0]), float(colour[1]), float(colour[2])


def indoors(
    staging: Staging, palette: Palette, light: Light, outside: Palette, chance: np.random.Generator
) -> list[Sheet]:
    """Paint a room from its far wall to the furniture behind the figure."""
    view, brief = staging.view, staging.brief
    back = staging.subject_z + float(chance.uniform(2.2, 3.2))
    half, tall = max(3.0, float(chance.uniform(2.8, 3.6))), 2.75
    middle = staging.subject_x * 0.4
    x0, x1 = middle - half, middle + half
    wall = mix((0.62, 0.56, 0.46), (0.45, 0.52, 0.54), float(chance.random()))
    shell = Sheet(view.height, view.width, 0.0)
    shell.alpha[:] = 255
    shell.rgb[:] = np.clip(palette.shadow * 255, 0, 255).astype(np.uint8)
    tone, near = _rgb(wall), 0.3
    paint_faces(shell, view, palette, light, [
        Face(((x0, 0, near), (x0, 0, back), (x0, tall, back), (x0, tall, near)), _rgb(wall * np.float32(0.75))),
        Face(((x1, 0, near), (x1, 0, back), (x1, tall, back), (x1, tall, near)), _rgb(wall * np.float32(0.82))),
        Face(((x0, tall, near), (x1, tall, near), (x1, tall, back), (x0, tall, back)), _rgb(wall * np.float32(0.9))),
        Face(((x0, 0, back), (x1, 0, back), (x1, tall, back), (x0, tall, back)), tone, 0.0, -1.0),
    ])  # fmt: skip
    floor = Ground(view, palette, chance)
    floor.earth(palette.lit((0.42, 0.30, 0.21), 0.55), 0.2)
    seams = np.mod(floor.x, 0.22) < 0.022
    floor.lay(seams.astype(np.float32) * np.exp(-floor.z / 6) * np.float32(0.6), palette.shadow)
    if brief.place == "diner":
        checks = (np.mod(floor.x, 1.0) < 0.5) ^ (np.mod(floor.ahead, 1.0) < 0.5)
        floor.lay(
            np.broadcast_to(checks, floor.x.shape).astype(np.float32) * np.float32(0.5),
            palette.lit((0.75, 0.72, 0.66), 0.5),
        )
    top = int(np.clip(view.project([(0, 0, back)])[0, 1], 0, view.height - 1))
    inside = np.zeros((view.height, view.width), np.float32)
    corner = view.polygon([(x0, 0, near), (x1, 0, near), (x1, 0, back), (x0, 0, back)])
    patch = Sheet(view.height, view.width, 0.0)
    patch.fill(corner, (1, 1, 1))
    inside[top:] = patch.alpha[top:].astype(np.float32) / 255
    offset = max(floor.top, top)
    shell.blend(inside[offset:], np.clip(floor.colour[offset - floor.top :], 0, 1), (0, offset))
    _window(shell, staging, palette, light, outside, (x0, x1, back), chance)
    goods = Sheet(view.height, view.width, 0.3)
    _furniture(goods, staging, palette, light, (x0, x1, back), chance)
    return [shell, goods]


def _window(
    sheet: Sheet,
    staging: Staging,
    palette: Palette,
    light: Light,
    outside: Palette,
    room: tuple[float, float, float],
    chance: np.random.Generator,
) -> None:
    x0, x1, back = room
    diner = staging.brief.place == "diner"
    wide = 3.4 if diner else 1.4
    left = staging.subject_x - staging.side * (1.6 + wide / 2) - wide / 2
    left = float(np.clip(left, x0 + 0.2, x1 - wide - 0.2))
    low, high, z = 0.95, 2.25, back - 0.02
    sky = mix(outside.horizon, outside.zenith, 0.3)
    paint_faces(
        sheet,
        staging.view,
        palette,
        light,
        [Face(((left, low, z), (left + wide, low, z), (left + wide, high, z), (left, high, z)), _rgb(sky), 1.0, 0.2)],
    )
    if outside.dark:
        for _ in range(12):
            x, y = left + wide * float(chance.uniform(0.05, 0.95)), float(chance.uniform(low + 0.1, high - 0.2))
            px, py = staging.view.project([(x, y, z)])[0]
            radius = staging.view.scale_at(z) * float(chance.uniform(0.025, 0.08))
            sheet.glow(
                float(px), float(py), radius, radius, outside.lamp if chance.random() < 0.6 else (0.9, 0.2, 0.15), 0.8
            )
    frame = []
    for k in range(4 if diner else 3):
        x = left + wide * k / (3 if diner else 2)
        frame += box(x - 0.035, x + 0.035, low, high, z - 0.04, z, (0.72, 0.68, 0.60))
    for y in (low, high) if diner else (low, (low + high) / 2, high):
        frame += box(left - 0.06, left + wide + 0.06, y - 0.035, y + 0.035, z - 0.06, z, (0.72, 0.68, 0.60))
    paint_faces(sheet, staging.view, palette, light, frame)


def _furniture(
    sheet: Sheet,
    staging: Staging,
    palette: Palette,
    light: Light,
    room: tuple[float, float, float],
    chance: np.random.Generator,
) -> None:
    x0, x1, back = room
    side = staging.side
    faces: list[Face] = []
    if staging.brief.place == "diner":
        seat: RGB = (0.52, 0.12, 0.12)
        for k in range(3):
            x = staging.subject_x + (k - 1) * 2.3 + 0.75
            faces += box(x, x + 0.55, 0, 1.15, back - 1.3, back - 0.1, seat)
        faces += box(x0, x1, 0.82, 0.9, back - 0.06, back, (0.6, 0.6, 0.6))
    else:
        run0, run1 = (x0, x0 + 2.4) if side > 0 else (x1 - 2.4, x1)
        faces += box(run0, run1, 0, 0.88, back - 0.6, back, (0.50, 0.50, 0.44)) + box(
            run0, run1, 0.88, 0.93, back - 0.63, back, _WOOD
        )
        for k in range(4):
            z = back - 0.61
            a, b = run0 + 0.6 * k + 0.05, run0 + 0.6 * k + 0.55
            faces.append(Face(((a, 0.12, z), (b, 0.12, z), (b, 0.80, z), (a, 0.80, z)), (0.56, 0.56, 0.50), 0.0, 0.3))
        far = x1 - 0.8 if side > 0 else x0
        faces += box(far, far + 0.8, 0, 1.85, back - 0.7, back, (0.66, 0.66, 0.62))
        shelf = run0 + 0.2
        faces += box(shelf, shelf + 1.9, 1.62, 1.66, back - 0.28, back, _WOOD)
        for k in range(7):
            x = shelf + 0.1 + 0.25 * k
            faces += box(
                x, x + 0.12, 1.66, 1.66 + float(chance.uniform(0.12, 0.3)), back - 0.2, back - 0.08, (0.45, 0.36, 0.30)
            )
    paint_faces(sheet, staging.view, palette, light, faces)
    _pendant(sheet, staging, palette)


def _pendant(sheet: Sheet, staging: Staging, palette: Palette) -> None:
    x, z = staging.subject_x - staging.side * 0.55, staging.subject_z + 0.15
    top, foot = staging.view.project([(x, 2.9, z), (x, 2.18, z)])
    scale = staging.view.scale_at(z)
    sheet.line((tuple(top), tuple(foot)), palette.shadow, max(1.0, scale * 0.015))
    sheet.glow(
        float(foot[0]),
        float(foot[1]) + scale * 0.06,
        scale * 0.55,
        scale * 0.5,
        palette.lamp,
        0.75 if palette.dark else 0.4,
    )
    shade = np.array([(-0.05, -0.12), (0.05, -0.12), (0.19, 0.06), (-0.19, 0.06)], np.float32) * scale + foot
    sheet.fill(shade, mix(palette.shadow, palette.lamp, 0.25))
    sheet.glow(
        float(foot[0]),
        float(foot[1]) + scale * 0.07,
        scale * 0.09,
        scale * 0.06,
        mix(palette.lamp, (1, 1, 1), 0.6),
        1.0,
    )


def table(staging: Staging, palette: Palette, light: Light) -> Sheet:
    """The table before a seated figure, with a cup on it."""
    sheet = Sheet(staging.view.height, staging.view.width, 0.75)
    x, z = staging.subject_x, staging.subject_z - 0.42
    top: RGB = (0.62, 0.60, 0.56) if staging.brief.place == "diner" else _WOOD
    faces = box(x - 0.85, x + 0.85, 0.70, 0.75, z - 0.35, z + 0.35, top)
    faces += [face for dx in (-0.78, 0.70) for face in box(x + dx, x + dx + 0.07, 0, 0.70, z - 0.3, z - 0.23, top)]
    paint_faces(sheet, staging.view, palette, light, faces)
    cup = staging.view.project([(x - staging.side * 0.36, 0.75, z - 0.1)])[0]
    scale = staging.view.scale_at(z - 0.1)
    body = np.array([(-0.045, -0.10), (0.045, -0.10), (0.036, 0.0), (-0.036, 0.0)], np.float32) * scale + cup
    sheet.fill(body, palette.lit((0.82, 0.80, 0.74), 0.8))
    sheet.line(body, palette.shadow, max(1.0, scale * 0.004), closed=True)
    return sheet
