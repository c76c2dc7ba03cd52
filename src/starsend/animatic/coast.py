"""A coast: the sea with the light's path on it, a headland of rock, a lighthouse with its beam."""

from __future__ import annotations

import cv2
import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.noise import cloud, ridge
from starsend.animatic.palette import Palette
from starsend.animatic.staging import Staging


def paint_sea(staging: Staging, palette: Palette, chance: np.random.Generator) -> Sheet:
    """A sea to the horizon: swell in bands, finer with distance, and glitter under sun or moon."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.3)
    top = int(np.clip(view.horizon_px, 1, view.height - 2))
    rows = view.height - top
    down = (np.arange(rows, dtype=np.float32)[:, None] + 1) / rows
    far = mix(palette.horizon, palette.zenith, 0.25) * np.float32(0.85)
    colour = far + (mix(palette.zenith, palette.shadow, 0.45) - far) * (down**0.55)[..., None]
    x = np.arange(view.width, dtype=np.float32)[None] - view.width / 2
    tile = cloud(256, 512, chance, 5, 5.0, 7.0)
    depth = 1 / (down + 0.03)
    u = np.mod(x * depth * np.float32(240 / view.width) + 1000, 511).astype(np.float32)
    v = np.mod(np.broadcast_to(depth * 92, u.shape), 255).astype(np.float32)
    swell = cv2.remap(tile, u, v, cv2.INTER_LINEAR).astype(np.float32)
    crest, trough = np.clip((swell - 0.54) * 7, 0, 1), np.clip((0.44 - swell) * 6, 0, 1)
    fade = np.clip(down * 6, 0.25, 1)
    light = mix(palette.horizon, palette.key, 0.25)
    colour = colour + (light - colour) * (crest * fade * np.float32(0.42))[..., None]
    colour = colour + (palette.shadow - colour) * (trough * fade * np.float32(0.40))[..., None]
    if not {"rain", "snow"} & staging.brief.effects or staging.brief.time in ("dusk", "dawn"):
        spread = view.width * (0.018 + 0.10 * down)
        path = np.exp(-(((np.arange(view.width, dtype=np.float32)[None] - staging.sun[0]) / spread) ** 2))
        glitter = path * np.clip((swell - 0.46) * 8, 0, 1) * (1.0 - 0.45 * down)
        colour = colour + (mix(palette.key, (1, 1, 1), 0.25) - colour) * (glitter * np.float32(0.9))[..., None]
    sheet.blend(np.ones((rows, view.width), np.float32), np.clip(colour, 0, 1).astype(np.float32), (0, top))
    return sheet


def paint_headland(staging: Staging, palette: Palette, chance: np.random.Generator) -> Sheet:
    """A cliff that runs out from the side away from the sun, with a lighthouse on it if the words name one."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.34)
    side = 1 if staging.sun[0] < view.width / 2 else -1
    lighthouse = "lighthouse" in staging.brief.things
    tall = view.height * (0.22 if lighthouse else 0.15) * (0.55 if staging.brief.angle == "aerial" else 1.0)
    out = np.linspace(0, 1, view.width, dtype=np.float32)
    out = out if side > 0 else out[::-1]
    rise = np.clip((out - 0.42) / 0.36, 0, 1)
    profile = rise * rise * (3 - 2 * rise)
    foot = view.horizon_px + view.height * 0.045
    rough = ridge(view.width, chance, 7, 0.6, 5)
    top = foot - tall * profile * (0.93 + 0.07 * rough) - view.height * 0.012 * rough * (profile > 0.02)
    top = np.where(profile > 0.004, top, view.height * 2.0)
    low = np.full(view.width, foot + view.height * 0.012, np.float32) + rough * view.height * 0.006
    _rock(sheet, staging, palette, chance, top, low, side)
    if lighthouse:
        at = int(view.width * (0.5 + side * 0.33))
        _lighthouse(sheet, staging, palette, float(at), float(top[at]) + view.height * 0.01, side)
    return sheet


def _rock(
    sheet: Sheet, staging: Staging, palette: Palette, chance: np.random.Generator, top: np.ndarray, low: np.ndarray,
    side: int,
) -> None:  # fmt: skip
    """Fill between two lines with broken rock, lit from the sun's side, grass along the edge."""
    view = staging.view
    rows = np.arange(view.height, dtype=np.float32)[:, None]
    mask = np.clip(rows - top[None] + 0.5, 0, 1) * np.clip(low[None] - rows + 0.5, 0, 1)
    grain = cloud(view.height, view.width, chance, 6, 1.6, 16.0)
    shift = np.array([[1, 0, side * view.width * 0.006], [0, 1, view.height * 0.006]], np.float32)
    behind = cv2.warpAffine(grain, shift, (view.width, view.height), borderMode=cv2.BORDER_REPLICATE)
    lit = np.clip((behind - grain) * 7 + 0.42, 0, 1)
    cut = np.clip((lit - 0.5) * 3.5 + 0.5, 0, 1)[..., None]
    stone = mix((0.40, 0.36, 0.34), palette.haze, 0.35)
    dark, bright = palette.lit(stone, 0.04), mix(palette.lit(stone, 0.75), palette.key, 0.12)
    colour = dark + (bright - dark) * cut
    deep = np.clip((rows - top[None]) / max(1.0, view.height * 0.012), 0, 3)[..., None]
    grass = palette.lit((0.34, 0.38, 0.20), 0.6)
    colour = np.where(deep < 1.0, grass, colour)
    sheet.blend(mask.astype(np.float32), colour.astype(np.float32))
    foam = np.abs(rows - low[None]) < max(1.0, view.height * 0.004)
    sheet.blend((foam & (mask > 0)).astype(np.float32) * np.float32(0.7), mix(palette.horizon, (1, 1, 1), 0.4))


def _lighthouse(sheet: Sheet, staging: Staging, palette: Palette, x: float, foot: float, side: int) -> None:
    view = staging.view
    tall = view.height * 0.30
    wide = tall * 0.085
    for k in range(5):  # bands, red and white
        a, b = k / 5, (k + 1) / 5
        half_a, half_b = wide * (1 - 0.32 * a), wide * (1 - 0.32 * b)
        ya, yb = foot - tall * 0.80 * a, foot - tall * 0.80 * b
        paint = (0.66, 0.12, 0.10) if k % 2 == 0 else (0.90, 0.88, 0.84)
        for share, (l0, l1) in ((0.85, (-1.0, -0.1)), (0.5, (-0.1, 0.45)), (0.12, (0.45, 1.0))):
            lit = share if side > 0 else 0.97 - share
            band = [(x + half_a * l0, ya), (x + half_a * l1, ya), (x + half_b * l1, yb), (x + half_b * l0, yb)]
            sheet.fill(band, palette.lit(paint, lit))
    edge = [
        (x - wide, foot),
        (x - wide * 0.68, foot - tall * 0.8),
        (x + wide * 0.68, foot - tall * 0.8),
        (x + wide, foot),
    ]
    ink = max(1.0, view.height / 620)
    sheet.line(edge, palette.shadow, ink)
    deck, lamp_y = foot - tall * 0.80, foot - tall * 0.865
    dark = palette.shadow * np.float32(1.2)
    sheet.fill(
        [(x - wide, deck), (x + wide, deck), (x + wide, deck - tall * 0.025), (x - wide, deck - tall * 0.025)], dark
    )
    glass = [
        (x - wide * 0.5, deck),
        (x + wide * 0.5, deck),
        (x + wide * 0.5, foot - tall * 0.92),
        (x - wide * 0.5, foot - tall * 0.92),
    ]
    sheet.fill(glass, mix(palette.lamp, (1, 1, 1), 0.4))
    sheet.line(glass, palette.shadow, ink, closed=True)
    sheet.fill([(x - wide * 0.7, foot - tall * 0.92), (x + wide * 0.7, foot - tall * 0.92), (x, foot - tall)], dark)
    if not palette.dark and staging.brief.time not in ("storm", "dawn"):
        return
    tone = mix(palette.lamp, (1.0, 0.96, 0.82), 0.5)
    for reach, drop, strength in ((view.width * 1.4, 0.15, 0.20), (view.width * 1.4, 0.07, 0.24)):
        end = x - side * reach
        beam = [
            (x, lamp_y - 2),
            (end, lamp_y - view.height * drop * 1.6),
            (end, lamp_y + view.height * drop * 0.3),
            (x, lamp_y + 2),
        ]
        sheet.soft(beam, tone, strength, view.height * 0.008)
    sheet.glow(x, lamp_y, wide * 1.8, wide * 1.8, tone, 0.95)
    sheet.glow(x, lamp_y, wide * 0.6, wide * 0.6, (1.0, 0.99, 0.92), 1.0)
