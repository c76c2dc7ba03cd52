"""A city street: pavements, house fronts with windows, shops and signs, street lamps."""

from __future__ import annotations

import numpy as np

from starsend.animatic.canvas import Sheet, mix, tube
from starsend.animatic.ground import Ground
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Face, Light, paint_faces
from starsend.animatic.staging import Staging

_STONES = ((0.46, 0.42, 0.39), (0.52, 0.31, 0.24), (0.60, 0.52, 0.40), (0.42, 0.40, 0.42), (0.56, 0.44, 0.36))
_SIGNS = ((1.0, 0.16, 0.45), (0.15, 0.85, 1.0), (1.0, 0.62, 0.12), (0.35, 1.0, 0.55), (0.75, 0.3, 1.0))


def pavements(ground: Ground, palette: Palette) -> None:
    """Flagstones on both sides, with a curb."""
    across = np.abs(ground.x)
    flags = np.clip((across - 4.2) / ground.footprint, 0, 1).astype(np.float32)
    ground.lay(flags, mix(palette.shadow, palette.haze, 0.55))
    joints = (np.mod(ground.x, 1.3) < 0.05) | (np.mod(ground.ahead, 1.3) < 0.06)
    near = np.exp(-ground.z / 14) * np.float32(0.55)
    ground.lay((flags * joints * near).astype(np.float32), palette.shadow)
    curb = np.clip(1 - np.abs(across - 4.3) / 0.12, 0, 1).astype(np.float32)
    ground.lay(curb, mix(palette.haze, palette.key, 0.2))


def houses(staging: Staging, palette: Palette, light: Light, chance: np.random.Generator) -> Sheet:
    """Two rows of house fronts along the street, with windows, shop fronts and signs."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.4)
    for side in (-1, 1):
        faces: list[Face] = []
        z = 3.0
        while z < 120:
            deep, tall = float(chance.uniform(7, 14)), float(chance.uniform(8, 21))
            shade = float(chance.uniform(0.75, 1.15))
            stone = mix(_STONES[int(chance.integers(len(_STONES)))], palette.haze, 0.3) * np.float32(shade)
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
    faces.append(Face(((out, 3.0, z + 0.5), (out, 3.0, z + deep - 0.5), (out - side * 1.3, 2.55, z + deep - 0.5),
        (out - side * 1.3, 2.55, z + 0.5)),
                      (awning[0] * 0.75, awning[1] * 0.55, awning[2] * 0.55), 0.0, 0.9))  # fmt: skip
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
