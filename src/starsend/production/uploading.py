"""A picture from elsewhere, checked and brought to the shape of a frame; a refusal says the numbers."""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final

from starsend.errors import MediaError
from starsend.settings import environ_without_keys

LARGEST_PIXELS: Final = 100_000_000
"""More than a 12K frame; decoded it is 300 MB. Ours, 2026-11-22."""
SMALLEST_PX: Final = 64
_SMALL: Final = "; too small: "
_ONE_AT_A_TIME: Final = Lock()
"""A picture of that size takes a gigabyte while it is decoded; several at once would take all there is."""
IN_LINE: Final = BoundedSemaphore(4)
"""Who waits holds one of the server's threads."""


def fitted_upload(picture: Path, name: str, size_px: tuple[int, int]) -> tuple[Path, str]:
    """The picture as a PNG of a frame's size, beside the file; and a note of what it was.

    It is decoded in a process of its own, one at a time. A smaller one is enlarged, and the note says so.

    Args:
        picture: The file.
        name: What the person calls it.
        size_px: Width and height of the project's frames.

    Raises:
        MediaError: It is no picture, damaged, tiny, has more than :data:`LARGEST_PIXELS`, or can't be decoded;
            ``uploads-busy``: several others are being looked at.
    """
    if not IN_LINE.acquire(blocking=False):
        raise MediaError(
            f"{name} was not looked at: other pictures are being taken in",
            remedy="send it again in a moment",
            code="uploads-busy",
        )
    try:
        with _ONE_AT_A_TIME:
            return _fitted(picture, name, size_px)
    finally:
        IN_LINE.release()


def _fitted(picture: Path, name: str, size_px: tuple[int, int]) -> tuple[Path, str]:
    from starsend.media.incoming import Job
    from starsend.media.incoming_child import take_in_child

    made = picture.with_name(f"{picture.name}.fitted.png")
    job = Job(picture, made, size_px, LARGEST_PIXELS, SMALLEST_PX)
    try:
        taken = take_in_child(job, environ=environ_without_keys())
    except MediaError as error:  # the person knows it by its own name
        said = error.message.replace(str(picture), name)
        if error.code != "picture-bomb":
            raise MediaError(said, remedy=error.remedy, code=error.code) from error
        most = f"{LARGEST_PIXELS / 1e6:.0f} megapixels"
        said = f"{said.partition(': too large')[0]}; a start frame may have {most}."
        remedy = f"Scale it down to {most} or less; frames here are {size_px[0]}×{size_px[1]} px."
        raise MediaError(said, remedy=remedy, code=error.code) from error
    first = f", the first of {taken.pictures} pictures" if taken.pictures > 1 else ""
    note = f"uploaded: {name}, {taken.width_px}×{taken.height_px} px{first}"
    return made, note if taken.cut_px is None else f"{note}{_SMALL}{_enlarged_words(taken.cut_px, size_px)}"


def upload_warnings(note: str | None) -> list[str]:
    """What an upload's note warns of: that it was too small."""
    said = "" if note is None else note.rpartition(_SMALL)[2] if _SMALL in note else ""
    return [f"Smaller than the frame wanted: {said}"] if said else []


def _enlarged_words(cut: tuple[int, int], size: tuple[int, int]) -> str:
    factor = max(size[0] / cut[0], size[1] / cut[1])
    return f"{cut[0]}×{cut[1]} px of it were enlarged {factor:.2f} times to {size[0]}×{size[1]} px and are softer."
