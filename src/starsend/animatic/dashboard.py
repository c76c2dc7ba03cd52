"""The inside of a vehicle, as a dark frame about what is seen through its windscreen."""

from __future__ import annotations

import numpy as np

from starsend.animatic.canvas import Sheet, mix, smooth
from starsend.animatic.palette import Palette
from starsend.animatic.viewpoint import Viewpoint


def paint_dashboard(view: Viewpoint, palette: Palette, side: int) -> Sheet:
    """The inside of a vehicle as a dark frame: dashboard, wheel, pillars, mirror."""
    sheet = Sheet(view.height, view.width, 1.0)
    w, h = view.width, view.height
    dark = palette.shadow * np.float32(0.9)
    sheet.fill([(0, 0), (w, 0), (w, h * 0.07), (w * 0.5, h * 0.045), (0, h * 0.07)], dark)
    for edge, dx in ((0.0, w * 0.085), (float(w), w * -0.085)):
        sheet.fill([(edge, 0), (edge + dx * 1.9, 0), (edge + dx * 0.8, h * 0.82), (edge, h)], dark)
    dash = smooth(
        [
            (0, h * 0.80),
            (w * 0.25, h * 0.765),
            (w * 0.5, h * 0.775),
            (w * 0.8, h * 0.765),
            (w, h * 0.80),
            (w, h * 1.05),
            (0, h * 1.05),
        ]
    )
    sheet.fill(dash, mix(dark, palette.haze, 0.10))
    sheet.line(dash[: len(dash) // 2], mix(dark, palette.key, 0.35), max(1.0, h / 300))
    x = w * (0.5 + 0.27 * side)
    ring = [
        (x + w * 0.145 * float(np.cos(t)), h * 0.99 - h * 0.245 * float(np.sin(t))) for t in np.linspace(0, np.pi, 30)
    ]
    sheet.line(ring, dark * np.float32(0.5), h * 0.036)
    sheet.line(ring, mix(dark, palette.key, 0.3), max(1.0, h / 360))
    mirror = smooth([(w * 0.44, h * 0.07), (w * 0.57, h * 0.07), (w * 0.575, h * 0.135), (w * 0.435, h * 0.135)], 4)
    sheet.fill(mirror, mix(dark, palette.zenith, 0.4))
    sheet.line(mirror, dark * np.float32(0.4), max(2.0, h / 140), closed=True)
    return sheet
