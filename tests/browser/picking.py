"""The grid of a slate in an open page, as the tests of picking reach for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

Box = tuple[int, int, int, int]


@dataclass
class Picking:
    """The grid of SEQ01 in an open page."""

    film: Theatre
    page: Page
    dailies: Dailies

    @property
    def loupe(self) -> Locator:
        return self.page.locator("dialog.loupe[open]")

    @property
    def box(self) -> Box:
        """The box as the page has it, in pixels of the sheet."""
        said = self.loupe.locator(".loupe-box").get_attribute("data-box") or ""
        x0, y0, x1, y1 = (int(each) for each in said.split(","))
        return x0, y0, x1, y1

    def upload(self, file: FilePayload) -> None:
        """Choose a file in the place of a cell."""
        self.page.get_by_label("A picture to upload as the start frame").set_input_files(file)

    def grid(self) -> dict[str, Any]:
        """The newest grid as the record has it."""
        takes = self.film.on_disk("SEQ01")["takes"]
        found: dict[str, Any] = [take for take in takes if take["medium"] == "grid"][-1]
        return found

    @property
    def sheet(self) -> Path:
        return self.film.workspace / str(self.grid()["media"]["path"])

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a pixel of the sheet is in the window."""
        box = self.loupe.locator(".table-sheet").bounding_box()
        assert box is not None
        with Image.open(self.sheet) as sheet:
            scale = box["width"] / sheet.width
        return box["x"] + x * scale, box["y"] + y * scale

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the mouse from one pixel of the sheet to another, by way of some between."""
        self.page.mouse.move(*self.place(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.place((start[0] + end[0]) / 2, start[1]))
        self.page.mouse.move(*self.place(*end), steps=3)
        self.page.mouse.up()

    def picked(self, slate: str = "SEQ01") -> dict[str, Any]:
        """Wait for a clean frame, and give what the record says of it."""
        there: Callable[[dict[str, Any]], bool] = lambda record: record["clean_frame"] is not None  # noqa: E731
        self.dailies.until(lambda: self.film.record_file(slate).is_file(), f"a record of {slate}")
        found: dict[str, Any] = self.dailies.on_disk(slate, there, f"a frame of {slate}")["clean_frame"]
        return found


def open_grid(film: Theatre, page: Page) -> Picking:
    dailies = Dailies(film, page).open(slate="SEQ01")
    expect(page.locator(".sheet-cell")).to_have_count(4)
    expect(page.locator(".beside-words")).to_have_text("none yet: pick a cell")
    return Picking(film, page, dailies)
