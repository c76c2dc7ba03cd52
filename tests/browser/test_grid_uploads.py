"""A picture of one's own in the place of a cell: chosen, dropped, refused in words."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.picking import Picking, open_grid
from tests.browser.theatre import Theatre


@pytest.fixture
def picking(film: Theatre, page: Page) -> Picking:
    return open_grid(film, page)


def test_a_picture_is_uploaded_instead(picking: Picking) -> None:
    picking.upload(_file(Image.new("RGB", (1600, 900), (40, 60, 90))))
    frame = picking.picked()
    assert (frame["from"], frame["width"] / frame["height"]) == ("upload", pytest.approx(16 / 9, rel=0.01))
    expect(picking.page.locator("#toasts")).to_contain_text("SEQ01: frame.png is the start frame")
    picking.dailies.shows("SEQ02")


def test_a_dropped_picture_is_taken(picking: Picking) -> None:
    picking.page.evaluate(_DROP)
    assert picking.picked()["from"] == "upload"


def test_an_upload_of_200_megapixels_is_refused_in_words(picking: Picking) -> None:
    before = picking.film.on_disk("SEQ01")
    picking.upload(_file(Image.new("1", (20_000, 10_000))))
    said = picking.page.locator(".beside-said")
    expect(said).to_contain_text("frame.png says that it holds 20000×10000 px; a start frame may have 100")
    expect(said.locator(".remedy")).not_to_be_empty()
    assert picking.film.on_disk("SEQ01") == before
    assert not list((picking.film.workspace / "projects/film/frames/ep_001/clean").glob("SEQ01*"))
    expect(picking.page.locator(".sheet-cell")).to_have_count(4)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"hello"}, "not a picture"),
        ({"name": "false.png", "mimeType": "image/png", "buffer": b"hello"}, "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(picking: Picking, file: FilePayload, words: str) -> None:
    picking.upload(file)
    expect(picking.page.locator(".beside-said")).to_contain_text(words)
    assert picking.film.on_disk("SEQ01")["clean_frame"] is None


def _file(picture: Image.Image) -> FilePayload:
    made = io.BytesIO()
    picture.save(made, "PNG")
    return {"name": "frame.png", "mimeType": "image/png", "buffer": made.getvalue()}


_DROP = """
async () => {
  const canvas = new OffscreenCanvas(1600, 900);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#446688";
  brush.fillRect(0, 0, 1600, 900);
  const data = new DataTransfer();
  data.items.add(new File([await canvas.convertToBlob()], "dropped.png", { type: "image/png" }));
  const place = document.querySelector(".sheet-place");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
"""
