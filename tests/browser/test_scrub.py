"""The filmstrip under the pointer, in the list of Dailies."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.theatre import Theatre
from tests.fakes.numbered_films import read_number

CELLS, FRAMES = 20, 96


def test_a_whole_cell_is_shown_wherever_the_pointer_is(standing_film: Theatre, page: Page) -> None:
    page.goto(standing_film.url("dailies", slate="SEQ05"))
    row = page.locator("#rows .row[data-slate='SEQ02']")
    box = row.bounding_box()
    assert box is not None
    for part in (0.01, 0.31, 0.52, 0.56, 0.77, 0.99):
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
        cell = min(CELLS - 1, int(part * CELLS))
        expect(row.locator(".scrub")).to_have_attribute("data-cell", str(cell))
        page.wait_for_function("() => document.querySelector('.scrub i').style.height !== ''")
        shown = np.asarray(Image.open(BytesIO(row.locator(".still").screenshot())).convert("RGB"))
        assert read_number(shown) == (round(cell * (FRAMES - 1) / (CELLS - 1)), 1)
    page.mouse.move(box["x"] + box["width"] + 300, box["y"])
    expect(page.locator(".scrub")).to_have_count(0)
