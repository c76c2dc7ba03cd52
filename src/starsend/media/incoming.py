"""Brings a picture from elsewhere to the shape of a frame, in a child process that lives for one picture.

A hundred megapixels take a gigabyte while they are decoded, and a decoder can crash: both end with the child.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps
from pydantic import TypeAdapter

from starsend.errors import MediaError, SetupError
from starsend.media.grid import enlarged, grown, lock_ratio
from starsend.media.picture import eight_bits, on_white, opened_picture, save_png

_MOST_BYTES = 4 << 30
"""Of address space, of which the libraries map some hundred megabytes. Ours, 2026-11-22."""
_ANIMATED = frozenset({"WEBP", "GIF", "PNG"})


@dataclass(frozen=True)
class Job:
    """What a child is asked: a picture, where the frame goes, and (width, height) of frames.

    Attributes:
        max_pixels: A picture whose header promises more is refused before it is decoded.
        min_side_px: One of which a side is shorter is refused.
    """

    picture: Path
    destination: Path
    size_px: tuple[int, int]
    max_pixels: int
    min_side_px: int


@dataclass(frozen=True)
class Taken:
    """What the picture was: its size as shown, and of how many pictures of an animation it was the first.

    Attributes:
        cut_px: Width and height of the part that was enlarged to a frame's size; None where it was large enough.
    """

    width_px: int
    height_px: int
    pictures: int = 1
    cut_px: tuple[int, int] | None = None


@dataclass(frozen=True)
class Fault:
    """Why it was refused.

    Attributes:
        setup: It isn't the picture's fault: the frame can't be written.
    """

    code: str
    message: str
    remedy: str
    setup: bool = False


@dataclass(frozen=True)
class Answer:
    """One of the two."""

    taken: Taken | None = None
    fault: Fault | None = None


JOBS = TypeAdapter(Job)
ANSWERS = TypeAdapter(Answer)


def take_in(job: Job) -> Taken:
    """Decode a picture once and write it as a PNG of a frame's size, in sRGB; a smaller one is enlarged as a crop is.

    It is turned as its EXIF says, laid on white where transparent, and of an animation the first picture is taken.

    Raises:
        MediaError: It is no picture, damaged, tiny, or a decompression bomb.
        SetupError: The frame can't be written.
    """
    with opened_picture(job.picture, job.max_pixels) as image:
        pictures = getattr(image, "n_frames", 1) if image.format in _ANIMATED else 1
        profile = image.info.get("icc_profile")
        ImageOps.exif_transpose(image, in_place=True)
        width, height = image.size
        if min(image.size) < job.min_side_px:
            raise MediaError(
                f"{job.picture} is only {width}×{height} px",
                remedy=f"give a picture of at least {job.min_side_px} px on each side",
                code="picture-too-small",
            )
        fitted = on_white(in_srgb(_fitted(eight_bits(image), job.size_px), profile)).convert("RGB")
    frame, cut = np.asarray(fitted, dtype=np.uint8), fitted.size
    size = grown(cut, job.size_px)
    save_png(frame if size == cut else enlarged(frame, size), job.destination)
    return Taken(width, height, pictures, None if size == cut else cut)


def _fitted(image: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    """The largest centred part of a frame's shape, scaled down to its size; of a smaller one all of it."""
    if image.mode not in ("L", "RGB", "RGBA", "CMYK"):  # palettes and bits can't be scaled as they are
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    box = lock_ratio((0, 0, *image.size), size_px, image.size)
    width, height = box[2] - box[0], box[3] - box[1]
    if (width, height) == size_px or width < size_px[0] or height < size_px[1]:
        return image.crop(box)
    return image.resize(size_px, Image.Resampling.BOX, box)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture in the colours of sRGB by its own profile: phones and print shops use others; without one as it is."""
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.getOpenProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):  # a profile for another kind of picture, or a damaged one
        return image
    return image if made is None else made


def main() -> None:
    """Answer one job, read from stdin, on stdout: both JSON. What breaks the process is told by its exit code."""
    _limit()
    Image.MAX_IMAGE_PIXELS = (
        None  # Pillow's own guard doesn't say width and height; ours looks before a pixel is decoded
    )
    # A library that prints must not break the answer: it gets a descriptor of its own.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        job = JOBS.validate_json(sys.stdin.buffer.read())
        try:
            answer = Answer(taken=take_in(job))
        except (MediaError, SetupError) as error:
            answer = Answer(fault=Fault(error.code, error.message, error.remedy, isinstance(error, SetupError)))
        answers.write(ANSWERS.dump_json(answer))


def _limit() -> None:
    """Let this process go after others, and let the system end it rather than others, where it can."""
    with suppress(AttributeError, OSError):
        os.nice(5)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    main()
