"""Smaller JPEGs of pictures, for lists."""

from __future__ import annotations

from pathlib import Path

from starsend.media.picture import load_rgb


def small_jpeg(path: Path, width_px: int, *, quality: int = 80) -> bytes:
    """A picture at most that wide, as JPEG; a smaller one keeps its size.

    Raises:
        MediaError: It can't be read, or is too large to be looked at.
    """
    import cv2

    image = load_rgb(path)
    height, width = image.shape[:2]
    if width > width_px:
        size = (width_px, max(1, round(height * width_px / width)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(image.dtype, copy=False)
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return coded.tobytes()
