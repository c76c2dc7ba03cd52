"""A picture from elsewhere, checked and brought to the shape of a frame; a refusal says the numbers."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from starsend.errors import MediaError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_PIXELS: Final = 100_000_000
"""More than a 12K frame; decoded it is 300 MB. Ours, 2026-11-22."""
SMALLEST_PX: Final = 64
_ONE_AT_A_TIME: Final = Lock()
"""A picture of that size takes a gigabyte while it is decoded; several at once would take all there is."""


def fitted_upload(picture: Path, name: str, size_px: tuple[int, int]) -> tuple[NDArray[np.uint8], str]:
    """The picture in a frame's ratio and no larger than it, (height, width, 3) uint8 RGB; and a note of what it was.

    Args:
        picture: The file.
        name: What the person calls it.
        size_px: Width and height of the project's frames.

    Raises:
        MediaError: It is no picture, damaged, tiny, or has more than :data:`LARGEST_PIXELS`.
    """
    with _ONE_AT_A_TIME:
        return _fitted(picture, name, size_px)


def _fitted(picture: Path, name: str, size_px: tuple[int, int]) -> tuple[NDArray[np.uint8], str]:
    from starsend.media.picture import inspect_picture, load_rgb
    from starsend.media.reframe import fitted

    try:
        info = inspect_picture(picture, max_pixels=LARGEST_PIXELS)
    except MediaError as error:  # the person knows it by its own name
        said = error.message.replace(str(picture), name)
        if error.code != "picture-bomb":
            raise MediaError(said, remedy=error.remedy, code=error.code) from error
        most = f"{LARGEST_PIXELS / 1e6:.0f} megapixels"
        said = f"{said.partition(': too large')[0]}; a start frame may have {most}"
        remedy = f"scale it down to {most} or less; frames here are {size_px[0]}×{size_px[1]} px"
        raise MediaError(said, remedy=remedy, code=error.code) from error
    if min(info.width_px, info.height_px) < SMALLEST_PX:
        raise MediaError(
            f"{name} is only {info.width_px}×{info.height_px} px",
            remedy=f"give a picture of at least {SMALLEST_PX} px on each side",
            code="picture-too-small",
        )
    return fitted(load_rgb(picture), size_px), f"uploaded: {name}, {info.width_px}×{info.height_px} px"
