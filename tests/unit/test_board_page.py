"""The annotated sheet of a grid that somebody else drew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from starsend.media.board_page import BoardWords, annotate_grid
from starsend.media.picture import load_rgb

WORDS = BoardWords("SEQ01", 2, "The pickup", "gemini-3-pro-image", ("dana", "truck"), "Wide. The truck alone. " * 20)


@pytest.mark.parametrize(("columns", "rows", "cell"), [(2, 2, (320, 180)), (3, 2, (200, 350)), (1, 1, (300, 300))])
def test_each_cell_is_on_the_sheet_in_its_place_and_shape(
    columns: int, rows: int, cell: tuple[int, int], tmp_path: Path
) -> None:
    width, height = cell
    sheet = np.full((rows * (height + 8), columns * (width + 8), 3), 18, np.uint8)
    boxes = []
    for index in range(columns * rows):
        x, y = (index % columns) * (width + 8) + 4, (index // columns) * (height + 8) + 4
        sheet[y : y + height, x : x + width] = 60 + 25 * index
        boxes.append((x, y, x + width, y + height))
    annotate_grid(sheet, tuple(boxes), columns, WORDS, tmp_path / "board.part")
    page = load_rgb(tmp_path / "board.part")
    assert page.shape[1] >= 1400
    for index in range(columns * rows):
        flat = np.all(page == 60 + 25 * index, axis=2)
        ys, xs = np.nonzero(flat)
        assert len(xs) > 0.7 * len(np.unique(xs)) * len(np.unique(ys))
        assert (xs.max() - xs.min()) / (ys.max() - ys.min()) == pytest.approx(width / height, rel=0.03)


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    sheet = np.full((200, 320, 3), 90, np.uint8)
    for name in ("a", "b"):
        annotate_grid(sheet, ((0, 0, 320, 180),), 1, WORDS, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
