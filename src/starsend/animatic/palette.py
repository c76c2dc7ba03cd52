"""The colours of an hour, and how distance takes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Colour, mix

RGB = npt.NDArray[np.float32]


def _c(r: float, g: float, b: float) -> RGB:
    return np.array([r, g, b], np.float32)


@dataclass(frozen=True)
class Palette:
    """Colours, RGB from 0 to 1, and how the light falls.

    Args:
        zenith: Top of the sky.
        horizon: Foot of the sky.
        haze: What the distance fades to.
        ground: Earth in the light.
        key: The light itself.
        shadow: What lies out of the light.
        lamp: Artificial light.
        dark: Whether lamps and windows are lit.
        backlit: Whether the light stands behind the figures.
    """

    zenith: RGB
    horizon: RGB
    haze: RGB
    ground: RGB
    key: RGB
    shadow: RGB
    lamp: RGB
    dark: bool
    backlit: bool

    def lit(self, base: Colour, amount: float) -> RGB:
        """A surface of a colour: `amount` 0 in shadow, 1 in full light."""
        body = np.asarray(base, np.float32)
        shade = mix(self.shadow, body * self.ambient, 0.55)
        light = body * mix(self.key, (1.0, 1.0, 1.0), 0.35) * np.float32(0.74 if self.dark else 1.0)
        return mix(shade, light, amount)

    @property
    def ambient(self) -> RGB:
        """The colour of light from everywhere."""
        sky = mix(self.horizon, self.zenith, 0.5)
        return mix(sky / max(float(sky.max()), 0.05), (1, 1, 1), 0.4) * np.float32(0.34 if self.dark else 0.62)

    def far(self, colour: Colour, distance_m: float, sight_m: float = 260.0) -> RGB:
        """A colour seen through so much air."""
        return mix(colour, self.haze, float(1 - np.exp(-distance_m / sight_m)))


_HOURS: Final[dict[str, Palette]] = {
    "day": Palette(_c(0.36, 0.58, 0.80), _c(0.86, 0.91, 0.90), _c(0.72, 0.80, 0.84), _c(0.50, 0.48, 0.36),
                   _c(1.0, 0.97, 0.88), _c(0.17, 0.20, 0.27), _c(1.0, 0.86, 0.58), False, False),
    "dawn": Palette(_c(0.45, 0.56, 0.72), _c(0.99, 0.83, 0.68), _c(0.79, 0.75, 0.76), _c(0.36, 0.35, 0.33),
                    _c(1.0, 0.86, 0.66), _c(0.16, 0.17, 0.25), _c(1.0, 0.82, 0.5), False, True),
    "dusk": Palette(_c(0.16, 0.20, 0.38), _c(0.97, 0.58, 0.34), _c(0.62, 0.42, 0.44), _c(0.27, 0.21, 0.23),
                    _c(1.0, 0.70, 0.40), _c(0.09, 0.08, 0.16), _c(1.0, 0.80, 0.45), True, True),
    "blue": Palette(_c(0.10, 0.17, 0.34), _c(0.42, 0.54, 0.70), _c(0.28, 0.37, 0.52), _c(0.14, 0.18, 0.25),
                    _c(0.74, 0.84, 1.0), _c(0.05, 0.07, 0.14), _c(1.0, 0.76, 0.42), True, True),
    "night": Palette(_c(0.025, 0.045, 0.10), _c(0.12, 0.19, 0.30), _c(0.09, 0.14, 0.22), _c(0.07, 0.085, 0.12),
                     _c(0.66, 0.79, 1.0), _c(0.018, 0.024, 0.055), _c(1.0, 0.80, 0.46), True, True),
    "storm": Palette(_c(0.24, 0.29, 0.33), _c(0.62, 0.68, 0.68), _c(0.47, 0.53, 0.55), _c(0.24, 0.26, 0.25),
                     _c(0.86, 0.92, 0.94), _c(0.07, 0.09, 0.11), _c(1.0, 0.82, 0.52), False, False),
    "neon": Palette(_c(0.05, 0.03, 0.13), _c(0.36, 0.12, 0.40), _c(0.20, 0.11, 0.30), _c(0.07, 0.06, 0.13),
                    _c(0.36, 0.92, 1.0), _c(0.03, 0.02, 0.08), _c(1.0, 0.36, 0.66), True, True),
    "warm": Palette(_c(0.24, 0.15, 0.10), _c(0.80, 0.58, 0.36), _c(0.56, 0.40, 0.28), _c(0.32, 0.21, 0.14),
                    _c(1.0, 0.84, 0.60), _c(0.17, 0.11, 0.09), _c(1.0, 0.84, 0.56), True, False),
}  # fmt: skip

_EARTH: Final[dict[str, tuple[float, float, float]]] = {
    "desert": (0.80, 0.58, 0.38), "field": (0.46, 0.48, 0.26), "forest": (0.25, 0.30, 0.19), "coast": (0.40, 0.38,
        0.33),
    "mountain": (0.42, 0.42, 0.36), "street": (0.34, 0.34, 0.36), "road": (0.33, 0.34, 0.28),
    "room": (0.44, 0.31, 0.21), "diner": (0.38, 0.36, 0.36),
}  # fmt: skip


def palette_for(time: str, place: str, lent: Colour | None = None) -> Palette:
    """The colours of an hour at a place; `lent` is the colour of a place's own reference picture, which tints them."""
    hour = _HOURS[time]
    brightness = float(hour.ground.mean()) / 0.42
    earth = mix(hour.ground, np.array(_EARTH[place], np.float32) * brightness, 0.6)
    hour = replace(hour, ground=earth, haze=mix(hour.haze, earth, 0.15) if place == "desert" else hour.haze)
    if lent is None:
        return hour
    tint = np.asarray(lent, np.float32)
    tint = tint / max(float(tint.max()), 0.1)
    return replace(
        hour,
        haze=mix(hour.haze, tint * hour.haze.max(), 0.45),
        horizon=mix(hour.horizon, tint * hour.horizon.max(), 0.35),
        ground=mix(hour.ground, tint * hour.ground.max(), 0.5),
    )
