"""What stands behind the ground: ridges, mesas, trees, sea, skylines."""

from __future__ import annotations

import cv2
import numpy as np

from starsend.animatic.canvas import Sheet, mix, tube
from starsend.animatic.noise import ridge
from starsend.animatic.palette import Palette
from starsend.animatic.staging import Staging
from starsend.animatic.viewpoint import Viewpoint


def paint_ridges(
    staging: Staging, palette: Palette, chance: np.random.Generator, count: int, height: float, rough: float
) -> list[Sheet]:
    """Mountain ridges behind each other; lit on the sun's side, their height a share of the frame's."""
    view = staging.view
    sheets = []
    for k in range(count):
        near = (k + 1) / count
        sheet = Sheet(view.height, view.width, 0.05 + 0.12 * near)
        tall = height * view.height * (1.15 - 0.6 * near)
        line = ridge(view.width, chance, 8, rough, 2 + k)
        top = view.horizon_px - tall * (0.55 + 0.45 * line) + view.height * 0.01
        base = mix(palette.haze, mix(palette.ground, palette.shadow, 0.35), 0.25 + 0.5 * near)
        _slope(
            sheet,
            view,
            top,
            base,
            palette,
            chance,
            1 if staging.sun[0] < view.width / 2 else -1,
            staging.brief.place == "mountain" and k == 0,
        )
        sheets.append(sheet)
    return sheets


def _slope(
    sheet: Sheet,
    view: Viewpoint,
    top: np.ndarray,
    base: np.ndarray,
    palette: Palette,
    chance: np.random.Generator,
    sun: int,
    snowy: bool,
) -> None:
    first = max(0, int(top.min()) - 1)
    last = min(view.height, int(view.horizon_px + view.height * 0.05) + 1)
    if last <= first:
        return
    rows = np.arange(first, last, dtype=np.float32)[:, None]
    mask = np.clip(rows - top[None] + 0.5, 0, 1).astype(np.float32)
    deep = np.maximum(rows - top[None], 0)
    spurs = ridge(view.width * 2, chance, 5, 0.5, 9)
    column = np.clip(np.arange(view.width)[None] + view.width * 0.5 - sun * deep * 0.9, 0, view.width * 2 - 2).astype(
        np.int32
    )
    slope = (spurs[column + 1] - spurs[column]) * np.float32(view.width * 0.05 * -sun)
    light = cv2.GaussianBlur(np.clip(0.5 + slope * 0.5, 0, 1), (0, 0), max(0.8, view.height / 500)).astype(np.float32)[
        ..., None
    ]
    shade = base * np.float32(0.86)
    colour = shade + (mix(base, palette.key, 0.10 if palette.dark else 0.20) - shade) * light
    if snowy:
        cap = np.clip((view.height * 0.08 - deep) / (view.height * 0.03) + slope * 2, 0, 1)[..., None] * (
            mask[..., None] > 0
        )
        snow = mix(palette.haze, (1, 1, 1), 0.55) * (0.7 + 0.3 * light)
        colour = colour + (snow - colour) * cap * np.float32(0.8)
    air = np.clip(deep / (view.height * 0.35), 0, 0.55)[..., None]
    colour = colour + (palette.haze - colour) * air
    sheet.blend(mask, colour.astype(np.float32), (0, first))


def paint_treeline(
    staging: Staging,
    palette: Palette,
    chance: np.random.Generator,
    z: float,
    tall_m: float,
    keep_clear: float,
    depth: float,
) -> Sheet:
    """A row of trees at a distance; `keep_clear` metres each side of the middle stay open."""
    view = staging.view
    sheet = Sheet(view.height, view.width, depth)
    scale = view.scale_at(z)
    reach = view.width / scale * 0.65
    x = -reach
    tone = palette.far(mix(palette.shadow, palette.ground, 0.35), z, 120)
    while x < reach:
        tall = tall_m * float(chance.uniform(0.6, 1.2))
        if abs(x) > keep_clear:
            foot = view.project([(x, 0.0, z)])[0]
            conifer(
                sheet,
                float(foot[0]),
                float(foot[1]) + 2,
                tall * scale,
                tone,
                mix(tone, palette.key, 0.16),
                chance,
                staging.sun[0] < foot[0],
            )
        x += tall_m * float(chance.uniform(0.12, 0.34))
    return sheet


def conifer(
    sheet: Sheet,
    x: float,
    foot: float,
    tall: float,
    dark: np.ndarray,
    light: np.ndarray,
    chance: np.random.Generator,
    lit_left: bool,
) -> None:
    """A fir: drooping boughs with torn edges, lighter on the sun's side."""
    if tall < 3:
        return
    sheet.fill(tube(((x, foot), (x, foot - tall * 0.5), (x, foot - tall)), (tall * 0.022, tall * 0.014, 1.0), 2), dark)
    cone = [(x, foot - tall * 0.97), (x + tall * 0.11, foot - tall * 0.1), (x - tall * 0.11, foot - tall * 0.1)]
    sheet.fill(np.asarray(cone, np.float32), dark)
    tiers = int(np.clip(tall / 16, 5, 13))
    for k in range(tiers):
        up = k / tiers
        y, half = foot - tall * (0.12 + 0.86 * up), tall * 0.21 * (1 - up) ** 0.8 * float(chance.uniform(0.8, 1.15)) + 1
        for side in (-1, 1):
            jags = int(np.clip(half / 9, 2, 6))
            edge = [(x, y - tall * 0.07)]
            for j in range(jags + 1):
                out = half * (1 - j / (jags + 1))
                edge.append((x + side * out, y + out * 0.38 + float(chance.uniform(-0.05, 0.05)) * half))
                edge.append((x + side * out * 0.86, y + out * 0.30))
            edge.append((x, y + tall * 0.02))
            sheet.fill(np.asarray(edge, np.float32), light if (side < 0) == lit_left and k % 2 else dark)


def paint_skyline(staging: Staging, palette: Palette, chance: np.random.Generator) -> Sheet:
    """Far towers with lit windows."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.08)
    x = -20.0
    while x < view.width:
        wide, tall = view.width * float(chance.uniform(0.03, 0.07)), view.height * float(chance.uniform(0.06, 0.26))
        top, tone = view.horizon_px - tall, mix(palette.haze, palette.shadow, float(chance.uniform(0.25, 0.5)))
        sheet.fill(
            np.array(
                [(x, top), (x + wide, top), (x + wide, view.horizon_px + 4), (x, view.horizon_px + 4)], np.float32
            ),
            tone,
        )
        step = max(5.0, view.height * 0.014)
        for wy in np.arange(top + step, view.horizon_px - step, step * 1.4):
            for wx in np.arange(x + step * 0.6, x + wide - step, step):
                if chance.random() < (0.28 if palette.dark else 0.06):
                    pane = np.array(
                        [(wx, wy), (wx + step * 0.45, wy), (wx + step * 0.45, wy + step * 0.7), (wx, wy + step * 0.7)],
                        np.float32,
                    )
                    sheet.fill(pane, mix(palette.lamp, palette.haze, 0.25))
        x += wide * float(chance.uniform(0.7, 1.3))
    return sheet
