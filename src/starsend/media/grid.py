"""Sheets of variants: finds their cells, and crops one to a clean frame of the project's ratio."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from starsend.errors import MediaError
from starsend.media.files import keep_backup, sha256_of
from starsend.media.gutters import find_gaps, row_gaps, spans
from starsend.media.lines import Lines
from starsend.media.picture import load_rgb, save_png

Box = tuple[int, int, int, int]
"""(x0, y0, x1, y1) in source pixels, end excluded."""

_SMALLEST_PX = 32  # a frame under this is a slip of the mouse

__all__ = [
    "Box",
    "Cropped",
    "FoundGrid",
    "cell_box",
    "crop_frame",
    "find_cells",
    "find_grid",
    "keep_backup",
    "lock_ratio",
]


@dataclass(frozen=True)
class FoundGrid:
    """The cells of a sheet, row by row from the top left.

    Attributes:
        cells: The largest centred box of the asked ratio inside each cell.
        raw_cells: The whole cells, without gutters and border.
        found: False where at least one gutter had to be guessed by even division.
    """

    cells: tuple[Box, ...]
    raw_cells: tuple[Box, ...]
    found: bool


@dataclass(frozen=True)
class Cropped:
    """What a crop made.

    Attributes:
        box: What was taken from the sheet, after the ratio was locked.
        source_px: Its true (width, height).
        size_px: The (width, height) written.
        upscaled: Whether that is more than the sheet had.
        note: What to tell the person, if anything.
        sha256: Of the PNG written.
        backup: Where the frame before it is kept.
    """

    box: Box
    source_px: tuple[int, int]
    size_px: tuple[int, int]
    upscaled: bool
    note: str | None
    sha256: str
    backup: Path | None


def find_grid(sheet: NDArray[np.uint8], columns: int, rows: int, aspect: tuple[int, int]) -> FoundGrid:
    """Find the cells of a (height, width, 3) uint8 RGB sheet by its gutters, which may be of any colour or none."""
    height, width = sheet.shape[:2]
    columns_of, rows_of = Lines.of(sheet), Lines.of(np.asarray(cv2.transpose(sheet), dtype=np.uint8))
    across, down = find_gaps(columns_of, columns), find_gaps(rows_of, rows)
    xs, colours = spans(columns_of, across, [])
    ys, colours = spans(rows_of, down, colours)
    if rows > 1 and columns == 1:  # the border's colour is known from the rows only
        xs, _ = spans(columns_of, across, colours)
    raw: list[Box] = []
    sure = rows_found = all(g.weight > 0 for g in down)
    for y0, y1 in ys:
        row_xs, gaps = xs, across
        if rows_found and rows > 1:  # the pictures of one row may lie a little beside those of the next
            own = Lines.of(sheet[y0:y1])
            gaps = row_gaps(across, own, columns)
            row_xs = xs if gaps == across else spans(own, gaps, colours)[0]
        sure = sure and all(g.weight > 0 for g in gaps)
        raw += [(x0, y0, x1, y1) for x0, x1 in row_xs]
    cells = tuple(lock_ratio(box, aspect, (width, height)) for box in raw)
    return FoundGrid(cells, tuple(raw), sure)


def find_cells(sheet: NDArray[np.uint8], columns: int, rows: int, aspect: tuple[int, int]) -> tuple[Box, ...]:
    """Find the cells of a sheet, each as the largest centred box of the asked ratio; see `find_grid`."""
    return find_grid(sheet, columns, rows, aspect).cells


def cell_box(cells: tuple[Box, ...], number: int) -> Box:
    """Pick a cell by its number from 1, left to right, top to bottom.

    Raises:
        MediaError: The sheet has no such cell.
    """
    if not 1 <= number <= len(cells):
        raise MediaError(
            f"There is no cell {number}; the grid has {len(cells)}.",
            remedy=f"Give a cell from 1 to {len(cells)}, or a --box x0,y0,x1,y1.",
            code="no-such-cell",
        )
    return cells[number - 1]


def lock_ratio(box: Box, aspect: tuple[int, int], within: tuple[int, int]) -> Box:
    """The largest box of an aspect ratio, to the nearest pixel, centred in a box.

    Args:
        box: Cut at the picture's edges first.
        aspect: (width, height) such as (16, 9).
        within: The picture's (width, height) in pixels.
    """
    x0, y0, x1, y1 = max(0, box[0]), max(0, box[1]), min(within[0], box[2]), min(within[1], box[3])
    width, height = max(0, x1 - x0), max(0, y1 - y0)
    if width * aspect[1] > height * aspect[0]:
        new_width, new_height = min(width, round(height * aspect[0] / aspect[1])), height
    else:
        new_width, new_height = width, min(height, round(width * aspect[1] / aspect[0]))
    left, top = x0 + (width - new_width) // 2, y0 + (height - new_height) // 2
    return left, top, left + new_width, top + new_height


def crop_frame(
    sheet: Path, box: Box, aspect: tuple[int, int], destination: Path, *, min_size_px: tuple[int, int]
) -> Cropped:
    """Cut a box out of a picture and write it as a clean frame, a PNG.

    The box is locked to the ratio, enlarged where smaller than `min_size_px` (width, height), and written whole or not
    at all; a frame that is already there is first kept as a numbered backup.

    Raises:
        MediaError: The sheet is no picture, or the box lies outside it, is empty, or is tiny.
        SetupError: The disk is full or the folder may not be written.
    """
    picture = load_rgb(sheet)
    height, width = picture.shape[:2]
    _check_box(box, (width, height), sheet)
    locked = lock_ratio(box, aspect, (width, height))
    x0, y0, x1, y1 = locked
    source = (x1 - x0, y1 - y0)
    if min(source) < _SMALLEST_PX:
        raise MediaError(
            f"The crop is only {source[0]}×{source[1]} px.",
            remedy=f"Draw a box of at least {_SMALLEST_PX} px on each side; the picture is {width}×{height} px.",
            code="crop-too-small",
        )
    size = grown(source, min_size_px)
    frame = picture[y0:y1, x0:x1]
    backup = keep_backup(destination)
    save_png(frame if size == source else enlarged(frame, size), destination)
    return Cropped(locked, source, size, size != source, _note(source, size), sha256_of(destination), backup)


def _check_box(box: Box, size: tuple[int, int], sheet: Path) -> None:
    x0, y0, x1, y1 = box
    said = f"{x0},{y0},{x1},{y1}"
    if x1 <= x0 or y1 <= y0:
        raise MediaError(
            f"The box {said} is empty: its end must lie right of and below its start.",
            remedy="Give --box x0,y0,x1,y1 in pixels, from the top left corner to the bottom right one.",
            code="crop-empty",
        )
    if x0 < 0 or y0 < 0 or x1 > size[0] or y1 > size[1]:
        raise MediaError(
            f"The box {said} lies outside {sheet.name}, which is {size[0]}×{size[1]} px.",
            remedy=f"Give a box inside 0,0,{size[0]},{size[1]}.",
            code="crop-outside",
        )


def grown(source: tuple[int, int], least: tuple[int, int]) -> tuple[int, int]:
    """The size to write: the least one where the source is smaller, at the source's ratio."""
    factor = max(least[0] / source[0], least[1] / source[1])
    if factor <= 1:
        return source
    grown = round(source[0] * factor), round(source[1] * factor)
    # A crop is of its ratio to the nearest pixel only: grown, that must not leave a line more than asked for.
    slack = factor + 1
    close = abs(grown[0] - least[0]) <= slack and abs(grown[1] - least[1]) <= slack
    return least if close else grown


def enlarged(frame: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Lanczos, then a mild unsharp mask: half the difference to a blur of 1 px."""
    large = cv2.resize(frame, size, interpolation=cv2.INTER_LANCZOS4)
    soft = cv2.GaussianBlur(large, (0, 0), 1.0)
    return np.asarray(cv2.addWeighted(large, 1.5, soft, -0.5, 0), dtype=np.uint8)


def _note(source: tuple[int, int], size: tuple[int, int]) -> str | None:
    if source == size:
        return None
    return (
        f"The crop is {source[0]}×{source[1]} px; it was enlarged {size[0] / source[0]:.2f} times"
        f" to {size[0]}×{size[1]} px and is softer than a frame made at that size."
    )
