"""Rain and snow: still strokes on a board, tiles that scroll through a film."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from starsend.animatic.brief import Brief
from starsend.animatic.canvas import mix
from starsend.animatic.palette import Palette

Luma = npt.NDArray[np.uint8]


def streaks(height: int, width: int, effect: str, chance: np.random.Generator) -> Luma:
    """Strokes of rain or flakes of snow, brightness to add; the tile joins on to itself from top to bottom."""
    tile = np.zeros((height, width), np.uint8)
    unit = height / 720
    for _ in range(int(460 * max(0.6, width / height / 1.78))):
        x, y, near = (
            float(chance.uniform(-0.1, 1.1)) * width,
            float(chance.uniform(0, 1)) * height,
            float(chance.uniform(0.25, 1)) ** 2,
        )
        for wrap in (-height, 0, height):
            if effect == "snow":
                cv2.circle(
                    tile,
                    (int(x * 8), int((y + wrap) * 8)),
                    int((0.6 + 2.0 * near) * unit * 8) + 4,
                    36 + 84 * near,
                    -1,
                    cv2.LINE_AA,
                    3,
                )
            else:
                end = (int(x - 12 * unit * (0.4 + near)), int(y + wrap + 62 * unit * (0.4 + near)))
                cv2.line(
                    tile,
                    (int(x), int(y + wrap)),
                    end,
                    14 + 40 * near,
                    1 if near < 0.6 or unit < 0.8 else 2,
                    cv2.LINE_AA,
                )
    return tile


def falling(brief: Brief) -> str | None:
    """What falls in front of the camera, if anything: ``rain`` or ``snow``."""
    if brief.indoors or brief.inside_vehicle:
        return None
    return next((effect for effect in ("rain", "snow") if effect in brief.effects), None)


def fall_still(
    picture: npt.NDArray[np.uint8], brief: Brief, palette: Palette, chance: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Lay what falls over a still picture; returns the picture itself if the sky is dry."""
    effect = falling(brief)
    if effect is None:
        return picture
    tile = streaks(picture.shape[0], picture.shape[1], effect, chance)
    tint = mix(palette.haze, (1, 1, 1), 0.5)
    layer = (tile[..., None].astype(np.float32) * tint).astype(np.uint8)
    return np.asarray(cv2.add(picture, layer), np.uint8)
