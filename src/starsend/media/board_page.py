"""The page of an annotated grid: a heading, then each cell with its number and its words, as a board is read aloud."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from starsend.media.slate_card import font, shortened

_PAPER: Final = (242, 239, 232)
_INK: Final = (20, 20, 24)
_RED: Final = (176, 60, 30)
_GREY: Final = (92, 90, 86)
_WORDS: Final = (40, 40, 44)
_WIDTH_PX: Final = 2048
_GAP_PX: Final = 28
_HEAD_PX: Final = 84
_TALLEST_PX: Final = 1400

Area = tuple[float, float, float, float]
"""``(x0, y0, x1, y1)`` on the page, in pixels."""


class BoardPage:
    """A page of ``columns`` × ``rows`` panels that are all of the shape ``aspect``.

    Attributes:
        sheet: The picture.
        pen: Draws on it.
    """

    def __init__(self, columns: int, rows: int, aspect: tuple[int, int]) -> None:
        width = (_WIDTH_PX - _GAP_PX * (columns + 1)) // columns
        height = round(width * aspect[1] / aspect[0])
        if height > _TALLEST_PX:
            width, height = round(_TALLEST_PX * aspect[0] / aspect[1]), _TALLEST_PX
        self._columns = columns
        self._panel = (width, height)
        self._unit = min(1.0, max(0.62, width / 984))
        self._caption = round(104 * self._unit)
        size = (width * columns + _GAP_PX * (columns + 1), _HEAD_PX + (height + self._caption) * rows + 12)
        self.sheet = Image.new("RGB", size, _PAPER)
        self.pen = ImageDraw.Draw(self.sheet, "RGBA")

    def head(self, left: str, right: str) -> None:
        """Write the heading: the slate and its title at the left, who made it at the right; shortened where needed."""
        width = self.sheet.width
        left = shortened(left, font(36, True), width * 0.55)
        self.pen.text((_GAP_PX, 18), left, font=font(36, True), fill=_INK)
        right = shortened(right, font(22), width - 3 * _GAP_PX - font(36, True).getlength(left))
        self.pen.text((width - _GAP_PX, 28), right, font=font(22), fill=_GREY, anchor="ra")

    def paste(self, index: int, picture: npt.NDArray[np.uint8]) -> Area:
        """Put a picture, ``(height, width, 3)`` uint8 RGB, into a panel (from 0, row by row). Gives its area."""
        width, height = self._panel
        column, row = index % self._columns, index // self._columns
        x, y = _GAP_PX + column * (width + _GAP_PX), _HEAD_PX + row * (height + self._caption)
        self.sheet.paste(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS), (x, y))
        return (x, y, x + width, y + height)

    def frame(self, area: Area, label: str) -> None:
        """Draw a panel's border, and its label in the corner: ``SEQ01.3``."""
        x0, y0, x1, y1 = area
        self.pen.rectangle((x0, y0, x1 - 1, y1 - 1), outline=_INK, width=3)
        face = font(round(24 * self._unit), True, "jetbrains-mono")
        self.pen.rectangle((x0, y0, x0 + face.getlength(label) + 24, y0 + 40 * self._unit), fill=_INK)
        self.pen.text((x0 + 12, y0 + 5 * self._unit), label, font=face, fill=(255, 255, 255))

    def caption(self, area: Area, line: str, aside: str, words: str) -> None:
        """Write below a panel: a line in red, something at its right where there is room, and two lines of words."""
        x0, _, x1, y1 = area
        unit = self._unit
        face = font(round(21 * unit), True)
        self.pen.text((x0, y1 + 9 * unit), shortened(line, face, x1 - x0), font=face, fill=_RED)
        if aside and face.getlength(line + aside) < (x1 - x0) * 0.9:
            self.pen.text((x1, y1 + 9 * unit), aside, font=font(round(21 * unit)), fill=_GREY, anchor="ra")
        face = font(round(21 * unit))
        letters = max(12, int((x1 - x0) / (face.getlength("abcdefghij ") / 11)))
        for k, text in enumerate(textwrap.wrap(words, letters, max_lines=2, placeholder=" …")):
            self.pen.text((x0, y1 + (38 + 27 * k) * unit), text, font=face, fill=_WORDS)


@dataclass(frozen=True)
class BoardWords:
    """What is written on the annotated sheet of a grid that somebody else drew.

    Attributes:
        slate: ``SEQ01``.
        take: From 1.
        made_by: The model.
        elements: The ids of those that went along.
        words: The prompt.
    """

    slate: str
    take: int
    title: str
    made_by: str
    elements: tuple[str, ...]
    words: str


def annotate_grid(
    sheet: npt.NDArray[np.uint8],
    cells: tuple[tuple[int, int, int, int], ...],
    columns: int,
    words: BoardWords,
    destination: Path,
) -> None:
    """Write the annotated sheet of a grid as PNG, whatever the suffix.

    Args:
        sheet: The grid, ``(height, width, 3)`` uint8 RGB.
        cells: Boxes ``(x0, y0, x1, y1)`` in its pixels, end excluded, row by row.
        columns: Cells in a row.
        words: What is written on it.
        destination: Where it goes.
    """
    x0, y0, x1, y1 = cells[0]
    page = BoardPage(columns, -(-len(cells) // columns), (x1 - x0, y1 - y0))
    names = f"ELEMENTS {', '.join(words.elements)} — " if words.elements else ""
    page.head(f"{words.slate} — {words.title.upper()}", f"{names}T{words.take:03d} · {words.made_by}")
    for index, (x0, y0, x1, y1) in enumerate(cells):
        area = page.paste(index, np.ascontiguousarray(sheet[y0:y1, x0:x1]))
        page.frame(area, f"{words.slate}.{index + 1}")
        page.caption(area, f"CELL {index + 1}", f"{x1 - x0} × {y1 - y0} px", words.words)
    page.sheet.save(destination, format="PNG", compress_level=4)
