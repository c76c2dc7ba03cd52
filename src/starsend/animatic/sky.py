"""Sky: gradient, sun or moon, clouds, stars."""

from __future__ import annotations

import cv2
import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.noise import cloud
from starsend.animatic.palette import Palette
from starsend.animatic.viewpoint import Viewpoint

_COVER = {"storm": 0.30, "dusk": 0.47, "dawn": 0.52, "day": 0.55, "blue": 0.52, "night": 0.58, "neon": 0.5, "warm": 0.6}


def paint_sky(
    view: Viewpoint,
    palette: Palette,
    time: str,
    sun: tuple[float, float],
    chance: np.random.Generator,
    covered: bool = False,
) -> Sheet:
    """Paint the whole sheet opaque, since what is nearer may not cover all of it.

    Args:
        view: For the horizon.
        palette: The hour's.
        time: The hour's name.
        sun: Where sun or moon stands, px; it may be out of frame.
        chance: For clouds and stars.
        covered: Whether the weather hides sun, moon and stars.
    """
    sheet = Sheet(view.height, view.width, 0.0)
    horizon = max(view.horizon_px, view.height * 0.08)
    down = np.clip(np.arange(view.height, dtype=np.float32) / horizon, 0, 1)[:, None, None] ** np.float32(1.5)
    colour = palette.zenith + (palette.horizon - palette.zenith) * down
    colour = np.repeat(colour, view.width, axis=1)
    _shine(colour, view, palette, time, sun)
    _clouds(colour, view, palette, _COVER[time] - (0.14 if covered else 0.0), horizon, sun, chance)
    sheet.rgb[:] = np.clip(colour * 255, 0, 255).astype(np.uint8)
    sheet.alpha[:] = 255
    if time == "night" and not covered:
        _stars(sheet, horizon, chance)
    if not covered and time in ("dusk", "dawn", "day", "night", "blue") and 0 < sun[1] < horizon * 1.02:
        _disc(sheet, palette, time, sun)
    return sheet


def _shine(colour: np.ndarray, view: Viewpoint, palette: Palette, time: str, sun: tuple[float, float]) -> None:
    x = (np.arange(view.width, dtype=np.float32) - sun[0]) / view.width
    y = (np.arange(view.height, dtype=np.float32) - sun[1]) * np.float32(1.3) / view.width
    reach = np.sqrt(x[None] ** 2 + y[:, None] ** 2)
    strength = {"dusk": 0.62, "dawn": 0.55, "day": 0.2, "blue": 0.25, "night": 0.2}.get(time, 0.12)
    colour += palette.key * (np.exp(-reach * 6) * np.float32(strength))[..., None]


def _clouds(
    colour: np.ndarray, view: Viewpoint, palette: Palette, cover: float, horizon: float, sun: tuple[float, float],
    chance: np.random.Generator,
) -> None:  # fmt: skip
    rows = max(2, int(min(view.height, horizon * 1.1)))
    field = cloud(rows, view.width, chance, 6, 2.4)
    high = np.clip(1.2 - 0.75 * np.arange(rows, dtype=np.float32) / horizon, 0, 1)[:, None]
    body = np.clip((field - cover) * 4, 0, 1) * high * np.float32(0.85)
    lift = 0.02 * view.height
    shift = np.array([[1, 0, (sun[0] / view.width - 0.5) * -lift], [0, 1, lift]], np.float32)
    behind = cv2.warpAffine(field, shift, (view.width, rows), borderMode=cv2.BORDER_REPLICATE)
    lit = np.clip((field - behind) * 3 + 0.45, 0, 1)[..., None]
    dark, bright = mix(palette.zenith, palette.haze, 0.35) * np.float32(0.9), mix(palette.horizon, palette.key, 0.4)
    colour[:rows] += (dark + (bright - dark) * lit - colour[:rows]) * body[..., None]


def _stars(sheet: Sheet, horizon: float, chance: np.random.Generator) -> None:
    for _ in range(140):
        x, y = chance.uniform(0, sheet.width), chance.uniform(0, max(2.0, horizon * 0.85))
        light = chance.uniform(0.1, 0.6) * (1 - y / horizon)
        sheet.glow(float(x), float(y), 1.1, 1.1, (0.85, 0.9, 1.0), float(light))


def _disc(sheet: Sheet, palette: Palette, time: str, sun: tuple[float, float]) -> None:
    radius = sheet.height * (0.032 if time in ("dusk", "dawn") else 0.02)
    sheet.glow(sun[0], sun[1], radius * 3.5, radius * 3.5, palette.key, 0.7)
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    disc = np.stack([sun[0] + radius * np.cos(turn), sun[1] + radius * np.sin(turn)], axis=1)
    sheet.fill(disc.astype(np.float32), mix(palette.key, (1, 1, 1), 0.6))
