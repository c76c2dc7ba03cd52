"""Windows: what is seen through them, and the light that they let in."""

from __future__ import annotations

import numpy as np

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.furnishing import Room
from starsend.animatic.ground import Ground
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Face, Light, box, paint_faces
from starsend.animatic.staging import Staging

Pane = tuple[float, float, float, float]

_FRAME = (0.70, 0.66, 0.58)
_CURTAIN = (0.46, 0.36, 0.30)


def window(
    sheet: Sheet, staging: Staging, palette: Palette, light: Light, outside: Palette, room: Room,
    chance: np.random.Generator,
) -> None:  # fmt: skip
    """Paint the far wall's window: sky, lights or roofs, rain on the pane, frame and sill."""
    if room.window is None:
        return
    left, wide, low, high = room.window
    z = room.back - 0.02
    for k in range(6):  # a sky that is lighter toward its foot
        y0, y1 = low + (high - low) * k / 6, low + (high - low) * (k + 1) / 6
        tone = mix(outside.horizon, outside.zenith, (k + 0.5) / 6)
        sky = (float(tone[0]), float(tone[1]), float(tone[2]))
        pane = ((left, y0, z), (left + wide, y0, z), (left + wide, y1, z), (left, y1, z))
        paint_faces(sheet, staging.view, palette, light, [Face(pane, sky, 1.0, 0.2, inked=False)])
    _roofs(sheet, staging, outside, room.window, room.back, chance)
    if outside.dark:
        _lights(sheet, staging, outside, room.window, room.back, chance)
    if "rain" in staging.brief.effects:
        _drops(sheet, staging, outside, room.window, room.back, chance)
    bars = max(2, round(wide / 1.1))
    frame = []
    for k in range(bars + 1):
        x = left + wide * k / bars
        frame += box(x - 0.035, x + 0.035, low, high, z - 0.04, z, _FRAME)
    for y in (low, high) if wide > 2 else (low, low + (high - low) * 0.68, high):
        frame += box(left - 0.06, left + wide + 0.06, y - 0.035, y + 0.035, z - 0.06, z, _FRAME)
    frame += box(left - 0.1, left + wide + 0.1, low - 0.08, low - 0.03, z - 0.16, z, _FRAME)
    if staging.brief.room in ("living", "bedroom"):
        for a in (left - 0.28, left + wide - 0.06):
            for k in range(4):
                frame += box(
                    a + 0.085 * k, a + 0.085 * k + 0.08, 0.15, high + 0.12, z - 0.10 - 0.03 * (k % 2), z, _CURTAIN
                )
    if staging.brief.room == "office":
        for y in np.arange(low + 0.25, high, 0.09):
            frame += box(left, left + wide, float(y), float(y) + 0.02, z - 0.07, z - 0.05, (0.62, 0.62, 0.58))
    paint_faces(sheet, staging.view, palette, light, frame)


def _roofs(
    sheet: Sheet, staging: Staging, outside: Palette, at: Pane, back: float, chance: np.random.Generator
) -> None:
    left, wide, low, high = at
    x, tone = left, mix(outside.horizon, outside.shadow, 0.62 if outside.dark else 0.4)
    while x < left + wide:
        step = float(chance.uniform(0.2, 0.6))
        top = low + (high - low) * float(chance.uniform(0.12, 0.42))
        right = min(x + step, left + wide)
        sheet.fill(
            staging.view.project([(a, b, back - 0.02) for a, b in ((x, low), (right, low), (right, top), (x, top))]),
            tone,
        )
        x += step


def _lights(
    sheet: Sheet, staging: Staging, outside: Palette, at: Pane, back: float, chance: np.random.Generator
) -> None:
    """Street lights and cars out of focus."""
    left, wide, low, high = at
    scale = staging.view.scale_at(back)
    for _ in range(int(8 * wide)):
        x = left + wide * float(chance.uniform(0.03, 0.97))
        y = low + (high - low) * float(chance.uniform(0.05, 0.6))
        px, py = staging.view.project([(x, y, back - 0.02)])[0]
        radius = scale * float(chance.uniform(0.02, 0.05))
        lamp = outside.lamp if chance.random() < 0.65 else np.array((0.9, 0.2, 0.15), np.float32)
        ring = [(px + radius * np.cos(t), py + radius * np.sin(t)) for t in np.linspace(0, 6.28, 14, endpoint=False)]
        sheet.soft(ring, lamp, 0.75, max(0.6, radius * 0.25))


def _drops(
    sheet: Sheet, staging: Staging, outside: Palette, at: Pane, back: float, chance: np.random.Generator
) -> None:
    """Rain that runs down the pane."""
    left, wide, low, high = at
    scale = staging.view.scale_at(back)
    tone = mix(outside.horizon, (1, 1, 1), 0.35)
    for _ in range(int(26 * wide)):
        x, y = left + wide * float(chance.random()), low + (high - low) * float(chance.random())
        run = float(chance.uniform(0.03, 0.16))
        ends = staging.view.project([(x, y, back - 0.03), (x - 0.01, max(low, y - run), back - 0.03)])
        sheet.line(ends, tone, max(1.0, scale * 0.006))


def daylight_on_floor(floor: Ground, room: Room, outside: Palette, palette: Palette) -> None:
    """The window's light, fallen on the floor with the bars' shadow in it."""
    if room.window is None:
        return
    left, wide, _, _ = room.window
    ahead = (room.back - floor.ahead) / np.float32(2.4)
    slid = floor.x - left - (room.back - floor.ahead) * np.float32(0.22)
    inside = np.clip(np.minimum(slid, wide - slid) * 9 + 0.5, 0, 1) * np.clip(np.minimum(ahead, 1.3 - ahead) * 4, 0, 1)
    bars = np.clip(np.abs(np.mod(slid, wide / max(2, round(wide / 1.1))) - 0.03) * 30, 0.2, 1)
    colour = mix(outside.horizon, outside.key, 0.4)
    floor.colour += (
        np.asarray(colour, np.float32) * (inside * bars * np.float32(0.10 if palette.dark else 0.34))[..., None]
    )
