"""A picture that is uploaded for another shot: it lands there alone, is taken back, and a bad one changes nothing."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from starsend.media.picture import load_rgb
from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

ORANGE, BLUE = (220, 130, 40), (0, 0, 255)


@pytest.fixture
def grid(film: Theatre, page: Page) -> Dailies:
    page.on("filechooser", lambda _chooser: None)  # from the beginning: asked for with the click, it may come too late
    dailies = Dailies(film, page).open(slate="SEQ01")
    expect(page.locator(".sheet-cell")).to_have_count(4)
    return dailies


def for_another(grid: Dailies, digit: str, file: FilePayload) -> None:
    """Choose the shot by its digit, then the file, as a person does."""
    page = grid.page
    page.get_by_role("button", name="Upload for another shot").click()
    expect(page.locator("dialog.chooser")).to_contain_text("Give a picture to another shot")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press(digit)
    chooser.value.set_files(file)


def phone_photo() -> FilePayload:
    """Held upright while it was taken: its file lies on its side, and says so."""
    photo = Image.new("RGB", (900, 1600), BLUE)
    photo.paste(ORANGE, (0, 0, 450, 1600))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    photo.save(out, "JPEG", exif=exif, quality=95)
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_picture_lands_at_the_shot_that_was_chosen_and_can_be_taken_back(film: Theatre, grid: Dailies) -> None:
    before = film.on_disk("SEQ01")
    for_another(grid, "3", phone_photo())
    toasts = grid.page.locator("#toasts")
    expect(toasts).to_contain_text("SEQ01_SH03: IMG_0042.jpg is the start frame, 1280×720 px")
    frame = film.on_disk("SEQ01_SH03")["clean_frame"]
    assert (frame["from"], frame["note"]) == ("upload", "uploaded: IMG_0042.jpg, 1600×900 px")
    seen = load_rgb(film.workspace / frame["path"]).astype(int)
    assert abs(seen[100] - ORANGE).max() < 9, "it stands upright"
    assert abs(seen[620] - BLUE).max() < 9
    assert film.on_disk("SEQ01") == before
    grid.shows("SEQ01")
    grid.press("u")
    expect(toasts).to_contain_text("Taken back: SEQ01_SH03 has no start frame")
    grid.on_disk("SEQ01_SH03", lambda record: record["clean_frame"] is None, "the pick is taken back")
    assert not (film.workspace / frame["path"]).exists()
    with grid.page.expect_file_chooser() as chooser:
        grid.page.get_by_role("button", name="Upload a picture").click()
    chooser.value.set_files(phone_photo())  # the other shot is not remembered
    grid.on_disk("SEQ01", lambda record: record["clean_frame"] is not None, "a frame of its own")
    assert film.on_disk("SEQ01_SH03")["clean_frame"] is None


def test_what_is_none_is_refused_by_its_own_name_and_changes_nothing(film: Theatre, grid: Dailies) -> None:
    before = film.on_disk("SEQ01")
    said = grid.page.locator(".beside-said")
    for name, content, words in (
        ("notes.png", b"just words", "notes.png is not a picture."),
        ("empty.png", b"", "empty.png is not a picture (it is empty)."),
        ("photo.png", b"\x00\x00\x00\x18ftypheic", "photo.png is not a picture (it is a HEIC photo)."),
    ):
        for_another(grid, "2", {"name": name, "mimeType": "image/png", "buffer": content})
        expect(said).to_contain_text(words)
        expect(said.locator(".remedy")).to_contain_text("Give a PNG or JPEG file.")
    assert not film.record_file("SEQ01_SH02").exists()
    assert film.on_disk("SEQ01") == before
    grid.page.get_by_role("button", name="Upload for another shot").click()
    grid.press("Escape")
    expect(grid.page.locator("dialog.chooser")).to_have_count(0)
