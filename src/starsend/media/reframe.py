"""Cuts a cell out of a sheet as it is, and brings a picture to the shape and size of a frame."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from starsend.media.grid import Box, lock_ratio
from starsend.media.picture import load_rgb


def cut(sheet: Path, box: Box) -> NDArray[np.uint8]:
    """A box of a picture, pixel for pixel; (height, width, 3) uint8 RGB.

    Raises:
        MediaError: It can't be read.
    """
    x0, y0, x1, y1 = box
    return load_rgb(sheet)[y0:y1, x0:x1]


def fitted(picture: NDArray[np.uint8], size_px: tuple[int, int]) -> NDArray[np.uint8]:
    """The largest centred part of a frame's shape, scaled down to its (width, height); a smaller one stays as it is."""
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = lock_ratio((0, 0, width, height), size_px, (width, height))
    part = picture[y0:y1, x0:x1]
    if (x1 - x0, y1 - y0) == size_px or x1 - x0 < size_px[0] or y1 - y0 < size_px[1]:
        return part
    return np.asarray(cv2.resize(part, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)
