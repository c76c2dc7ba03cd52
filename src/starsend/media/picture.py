"""Pictures: inspected before they are trusted, checked as references, loaded and saved as pixels."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from starsend.errors import MediaError
from starsend.media.files import looks_like, sha256_of, unreadable, write_atomically

MAX_PIXELS = 120_000_000
"""More than a 12K frame; decoded, that is 360 MB. Ours, 2026-11-22."""
MAX_SIDE_PX = 32_768
"""More than twice a 12K frame's width. Ours, 2026-11-22."""

# EPS and the like are left out: Pillow would start another program for them.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")
_TURNED = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112

# Pillow's own guard warns on stderr from half of what it refuses; ours answers with an error instead.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class PictureInfo:
    """What a picture file is: Pillow's format name, size as shown (EXIF turned), bytes and content hash."""

    format: str
    width_px: int
    height_px: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ReferenceLimits:
    """What a provider takes as a reference image. Defaults: Kling O3 through fal, 2026-11-22."""

    formats: tuple[str, ...] = ("PNG", "JPEG")
    min_side_px: int = 300
    min_ratio: float = 0.4
    max_ratio: float = 2.5
    max_bytes: int = 10_000_000


def inspect_picture(path: Path, *, max_pixels: int = MAX_PIXELS, longest_px: int = MAX_SIDE_PX) -> PictureInfo:
    """Decode a whole picture once and say what it is.

    Args:
        path: The file.
        max_pixels: A picture whose header promises more is refused before it is decoded.
        longest_px: And one of which a side is longer: a line of pixels is no picture.

    Raises:
        MediaError: It is missing, no picture, damaged, or a decompression bomb.
    """
    with opened_picture(path, max_pixels, longest_px) as image:
        turned = image.getexif().get(_ORIENTATION) in _TURNED
        width, height = reversed(image.size) if turned else image.size
        name = "JPEG" if image.format == "MPO" else str(image.format)  # phones write two JPEGs in one
    return PictureInfo(name, width, height, path.stat().st_size, sha256_of(path))


def reference_faults(path: Path, limits: ReferenceLimits | None = None) -> tuple[str, ...]:
    """List in words all that makes a picture unfit as a reference image; empty if it is fit.

    Never raises for a bad picture: being missing or unreadable is a fault like the others.
    """
    limits = limits or ReferenceLimits()
    try:
        info = inspect_picture(path)
    except MediaError as error:
        return (error.message,)
    faults = []
    if info.format not in limits.formats:
        faults.append(f"{path.name} is {info.format}; it must be {' or '.join(limits.formats)}.")
    if min(info.width_px, info.height_px) < limits.min_side_px:
        faults.append(
            f"{path.name} is {info.width_px}×{info.height_px} px; both sides must be at least {limits.min_side_px} px."
        )
    ratio = info.width_px / info.height_px
    if not limits.min_ratio <= ratio <= limits.max_ratio:
        faults.append(
            f"{path.name} has a width of {ratio:.2f} times its height; it must be between"
            f" {limits.min_ratio:g} and {limits.max_ratio:g}."
        )
    if info.bytes > limits.max_bytes:
        megabytes = limits.max_bytes / 1e6
        faults.append(f"{path.name} has {info.bytes / 1e6:.1f} MB; it may have at most {megabytes:g} MB.")
    return tuple(faults)


def load_rgb(path: Path) -> NDArray[np.uint8]:
    """Load a picture as (height, width, 3) uint8 RGB, turned as its EXIF says, laid on white where transparent.

    Raises:
        MediaError: As for `inspect_picture`.
    """
    with opened_picture(path, MAX_PIXELS) as opened:
        image = on_white(eight_bits(ImageOps.exif_transpose(opened)))
        return np.array(image.convert("RGB"), dtype=np.uint8)


def eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits a pixel as one of 8, where Pillow would clip; any other as it is."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray(np.clip(np.asarray(image).astype(np.int32) >> 8, 0, 255).astype(np.uint8))


def on_white(image: Image.Image) -> Image.Image:
    """A transparent picture laid on white; any other as it is."""
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)


def save_png(image: NDArray[np.uint8], destination: Path) -> None:
    """Write (height, width, 3) uint8 RGB as a PNG, whole or not at all.

    Raises:
        SetupError: The disk is full or the folder may not be written.
    """
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, "PNG", compress_level=4)
    write_atomically(destination, buffer.getvalue())


def save_jpeg(image: NDArray[np.uint8], destination: Path, *, quality: int = 82) -> None:
    """Write (height, width, 3) uint8 RGB as a JPEG, whole or not at all.

    Raises:
        SetupError: The disk is full or the folder may not be written.
    """
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, "JPEG", quality=quality, optimize=True)
    write_atomically(destination, buffer.getvalue())


@contextmanager
def opened_picture(path: Path, max_pixels: int, longest_px: int = MAX_SIDE_PX) -> Iterator[Image.Image]:
    """Open and decode a picture, not turned yet; the one place that maps Pillow's errors.

    Raises:
        MediaError: As for `inspect_picture`.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            _decode(image, path, max_pixels, longest_px)
            yield image
    except MediaError:
        raise
    except UnidentifiedImageError as exc:
        raise _no_picture(path) from exc
    except (FileNotFoundError, IsADirectoryError, PermissionError) as exc:
        raise unreadable(path, exc) from exc
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as exc:
        raise _bomb(path, _pixels(exc)) from exc
    except Exception as exc:
        raise MediaError(
            f"{path} is a damaged picture: {exc}.",
            remedy="Export or download it again as PNG or JPEG.",
            code="not-a-picture",
        ) from exc


def _decode(image: Image.Image, path: Path, max_pixels: int, longest_px: int) -> None:
    """Look at the size before a pixel is decoded, then decode them all."""
    if image.width * image.height > max_pixels or max(image.size) > longest_px:
        raise _bomb(path, f"{image.width}×{image.height} px")
    if image.format == "PNG":
        with Image.open(path, formats=_FORMATS) as sums:
            sums.verify()  # compares the check sums, which decoding skips
    image.load()


def _pixels(exc: Exception) -> str:
    """How many pixels Pillow refused, by its words: it doesn't tell width and height."""
    count = re.search(r"\((\d+) pixels\)", str(exc))
    return "far too many pixels" if count is None else f"{int(count[1]) / 1e6:.0f} megapixels"


def _no_picture(path: Path) -> MediaError:
    return MediaError(
        f"{path} is not a picture{looks_like(path)}.", remedy="Give a PNG or JPEG file.", code="not-a-picture"
    )


def _bomb(path: Path, size: str) -> MediaError:
    return MediaError(
        f"{path} says that it holds {size}: too large to open safely.",
        remedy="Scale it down and save it again as PNG or JPEG.",
        code="picture-bomb",
    )
