"""Picking from a grid: by digit, by box to the pixel, for another shot, by keyboard alone, on a phone."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import orjson
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from starsend.errors import Refused
from starsend.media.grid import crop_frame
from starsend.model.slate import Slate
from starsend.providers.base import Intent
from tests.browser.dailies_page import Dailies
from tests.browser.picking import Picking, open_grid
from tests.browser.theatre import Theatre

WANTED_PX = (1280, 720)


@pytest.fixture
def picking(film: Theatre, page: Page) -> Picking:
    return open_grid(film, page)


def test_a_digit_shows_a_cell_and_enter_takes_it(picking: Picking) -> None:
    cells = picking.grid()["cells"]
    picking.dailies.press("Shift+G")
    expect(picking.page.locator("#toasts")).to_contain_text("Pick a cell first: digits, then Enter.")
    picking.dailies.press("2")
    x0, y0, x1, y1 = cells[1]
    expect(picking.loupe.locator(".loupe-size")).to_contain_text(f"{x1 - x0}×{y1 - y0} px")
    expect(picking.loupe.locator(".loupe-size")).to_contain_text("1:1")
    expect(picking.loupe.locator(".loupe-warning")).to_contain_text("Smaller than the frame wanted, 1280×720")
    picking.dailies.press("Enter")
    frame = picking.picked()
    assert (frame["from"], frame["cell"], tuple(frame["box"])) == ("SEQ01_T001", 2, tuple(cells[1]))
    expect(picking.page.locator("#toasts")).to_contain_text("SEQ01: cell 2 is the start frame, 1280×720 px, enlarged")
    picking.dailies.state("SEQ01", "video_pending")
    picking.dailies.shows("SEQ02")
    expect(picking.loupe).to_have_count(0)


def test_two_digits_show_a_cell_beyond_the_ninth(film: Theatre, page: Page) -> None:
    record = film.on_disk("SEQ01")
    sheet = record["takes"][-1]
    width, height = sheet["media"]["width"] // 4, sheet["media"]["height"] // 4
    places = [(x * width, y * height) for y in range(4) for x in range(4)]
    sheet["cells"] = [[x, y, x + width, y + height] for x, y in places]
    film.record_file("SEQ01").write_bytes(orjson.dumps(record))
    Dailies(film, page).open(slate="SEQ01")
    expect(page.locator(".sheet-cell")).to_have_count(16)
    title = page.locator("dialog.loupe[open] h2")
    for keys, cell in (("12", 12), ("2", 2), ("17", 7)):
        for key in keys:
            page.keyboard.press(key)
        expect(title).to_contain_text(f"cell {cell} of 16")
        page.wait_for_timeout(650)


def test_what_is_shown_at_true_size_are_the_sheets_own_pixels(picking: Picking) -> None:
    picking.page.locator("[data-cell='3']").click()
    expect(picking.loupe).to_be_visible()
    x0, y0, x1, y1 = picking.grid()["cells"][2]
    left, top = picking.place(x0, y0)
    clip = {"x": round(left) + 4, "y": round(top) + 4, "width": x1 - x0 - 8, "height": y1 - y0 - 8}
    shot = Image.open(io.BytesIO(picking.page.screenshot(clip=clip))).convert("RGB")  # type: ignore[arg-type]
    with Image.open(picking.sheet) as sheet:
        meant = sheet.convert("RGB").crop((x0 + 4, y0 + 4, x1 - 4, y1 - 4))
    assert np.abs(np.asarray(shot, np.int16) - np.asarray(meant, np.int16)).max() <= 1


def test_a_dragged_box_is_cropped_to_the_pixel(picking: Picking, tmp_path: Path) -> None:
    picking.dailies.press("b")
    picking.drag((700, 400), (1180, 620))
    assert picking.box == (700, 400, 1180, 670), "480 wide is 270 high, whatever the hand did"
    picking.drag((900, 500), (931, 489))
    assert picking.box == (731, 389, 1211, 659), "the whole box was moved"
    picking.drag((1211, 659), (1111, 640))
    x0, y0, x1, y1 = picking.box
    assert (x0, y0) == (731, 389), "the corner that wasn't held stays"
    assert abs((x1 - x0) * 9 - (y1 - y0) * 16) <= 16, "the ratio is locked"
    meant = picking.box
    picking.dailies.press("Enter")
    frame = picking.picked()
    assert (frame["from"], frame["cell"], tuple(frame["box"])) == ("SEQ01_T001", None, meant)
    crop_frame(picking.sheet, meant, (16, 9), tmp_path / "meant.png", min_size_px=WANTED_PX)
    assert _pixels(picking.film.workspace / frame["path"]) == _pixels(tmp_path / "meant.png")
    expect(picking.page.locator("#toasts")).to_contain_text("SEQ01: box")


def test_every_box_that_can_be_dragged_is_left_as_it_is_by_the_server(picking: Picking) -> None:
    """Sizes whose ratio falls between pixels, drawn from each side, at the edges too."""
    picking.dailies.press("b")
    for start, end in (((640, 360), (13, 7)), ((100, 100), (411, 300)), ((1, 719), (777, 2)), ((1279, 1), (905, 700))):
        picking.dailies.press("4" if start[0] < 600 or end[0] < 100 else "1")  # out of the way
        picking.page.keyboard.press("[")
        picking.drag(start, end)
        box = picking.box
        answer = picking.page.request.post(
            f"{picking.film.origin}/api/v1/projects/film/records/SEQ01/crop",
            data={"revision": picking.film.on_disk("SEQ01")["revision"], "take": "SEQ01_T001", "box": box},
        )
        assert answer.status == 200, answer.text()
        assert tuple(answer.json()["frame"]["box"]) == box


def test_the_wheel_zooms_and_the_box_stays(picking: Picking) -> None:
    picking.dailies.press("b")
    before = picking.box
    picking.page.mouse.move(*picking.place(900, 500))
    for _ in range(6):
        picking.page.mouse.wheel(0, -120)
    expect(picking.loupe.locator(".loupe-size")).not_to_contain_text("fit")
    assert picking.box == before
    picking.drag((880, 480), (960, 525))
    assert picking.box == (880, 480, 960, 525), "zoomed in, a pixel is larger and as exact"
    picking.dailies.press("0")
    expect(picking.loupe.locator(".loupe-size")).to_contain_text("fit")
    assert picking.box == (880, 480, 960, 525)


def test_shift_and_digit_give_a_cell_to_another_shot(picking: Picking) -> None:
    picking.dailies.press("Shift+Digit3")
    chooser = picking.page.locator("dialog.chooser")
    expect(chooser).to_contain_text("Give cell 3 to another shot")
    expect(chooser.locator("[data-slate]")).to_have_count(3)
    picking.dailies.press("2")
    frame = picking.picked("SEQ01_SH02")
    assert (frame["from"], frame["cell"]) == ("SEQ01_T001", 3)
    expect(picking.page.locator("#toasts")).to_contain_text("SEQ01_SH02: cell 3 is the start frame")
    assert picking.film.on_disk("SEQ01")["state"] == "keyframe_complete"
    picking.dailies.shows("SEQ01")


def test_by_keyboard_alone(picking: Picking) -> None:
    press = picking.dailies.press
    press("ArrowRight", "Enter")
    expect(picking.loupe).to_contain_text("cell 2 of 4")
    press("ArrowRight", "z")
    expect(picking.loupe).to_contain_text("cell 3 of 4")
    expect(picking.loupe.locator(".loupe-size")).to_contain_text("fit")
    press("Escape")
    expect(picking.page.locator("[data-cell='3']")).to_be_focused()
    press("4", "b")
    whole = picking.box
    press("[", "[", "[")
    small = picking.box
    assert small[2] - small[0] < whole[2] - whole[0]
    press("ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowUp", "ArrowDown")
    assert picking.box == (small[0] - 11, small[1] - 9, small[2] - 11, small[3] - 9)
    press("?")
    expect(picking.page.locator("#keys-panel")).to_contain_text("Take the cell, or crop the box")
    press("Escape")
    expect(picking.page.locator("#keys-panel")).not_to_be_visible()
    meant = picking.box
    press("Shift+Digit0")
    expect(picking.page.locator("dialog.chooser")).to_be_visible()
    press("Escape", "Enter")
    assert tuple(picking.picked()["box"]) == meant
    picking.dailies.shows("SEQ02")


def test_what_changed_meanwhile_is_said_and_the_box_is_kept(film: Theatre, page: Page) -> None:
    page.route("**/events*", lambda route: route.abort())  # the news are late
    picking = open_grid(film, page)
    picking.dailies.press("b")
    picking.drag((700, 400), (1180, 670))
    film.project().notes.write(Slate("SEQ01"), 1, "take the third", frame=None)
    picking.dailies.press("Enter")
    expect(picking.loupe.locator(".loupe-said")).to_contain_text("SEQ01 has changed since you saw it")
    assert picking.box == (700, 400, 1180, 670)
    expect(page.locator("#notes")).to_contain_text("take the third")
    picking.dailies.press("Enter")
    assert tuple(picking.picked()["box"]) == (700, 400, 1180, 670)


def test_a_pick_is_taken_back_to_the_one_before(picking: Picking) -> None:
    picking.dailies.press("1", "Enter")
    picking.dailies.shows("SEQ02")
    picking.dailies.press("u")
    picking.dailies.shows("SEQ01")
    expect(picking.page.locator(".beside-words")).to_contain_text("none yet")
    assert picking.film.on_disk("SEQ01")["clean_frame"] is None
    picking.dailies.press("1", "Enter")
    picking.dailies.shows("SEQ02")
    picking.dailies.press("ArrowUp")
    picking.dailies.shows("SEQ01")
    expect(picking.page.locator(".beside-words")).to_contain_text("SEQ01_T001, cell 1")
    expect(picking.page.locator("[data-cell='1']")).to_have_attribute("aria-label", re.compile("present start frame"))
    picking.dailies.press("4", "Enter")
    expect(picking.page.locator(".beside-words")).to_contain_text("cell 4")
    picking.dailies.press("u")
    expect(picking.page.locator(".beside-words")).to_contain_text("cell 1")
    assert picking.film.on_disk("SEQ01")["clean_frame"]["cell"] == 1


def test_older_grids_are_flipped_through(film: Theatre, page: Page) -> None:
    picking = open_grid(film, page)
    asked = {"revision": film.on_disk("SEQ01")["revision"], "mode": "grid"}
    path = f"{film.origin}/api/v1/projects/film/records/SEQ01"
    asked["confirmed_usd"] = page.request.post(f"{path}/estimate", data={"mode": "grid"}).json()["estimate_usd"]
    answer = page.request.post(f"{path}/generate", data=asked)
    assert answer.status == 202, answer.text()
    picking.dailies.state("SEQ01", "keyframe_complete")
    picking.dailies.until(lambda: len(film.on_disk("SEQ01")["takes"]) == 2, "a second grid")
    picking.dailies.open(slate="SEQ01", take=2)
    expect(page.locator(".beside-place")).to_have_text("2 of 2")
    picking.dailies.press("PageUp")
    picking.dailies.shows("SEQ01", 1)
    expect(page.locator(".beside-place")).to_have_text("1 of 2")
    picking.dailies.press("`")
    picking.dailies.shows("SEQ01", 2)
    picking.dailies.press("`")
    picking.dailies.shows("SEQ01", 1)
    picking.dailies.press("3", "Enter")
    assert picking.picked()["from"] == "SEQ01_T001"


def test_a_cell_is_finished_after_its_price_was_confirmed(picking: Picking) -> None:
    picking.dailies.press("2")
    finish = picking.loupe.get_by_role("button", name="Finish")
    expect(finish).to_contain_text(re.compile("Finish(, free| \\$)"))
    picking.dailies.press("Shift+f")
    price = picking.page.locator("dialog.price")
    expect(price).to_contain_text("Finish cell 2 as one full-size frame")
    picking.dailies.press("Escape")
    expect(price).to_have_count(0)
    assert [take["medium"] for take in picking.film.on_disk("SEQ01")["takes"]] == ["grid"]
    picking.dailies.press("Shift+f", "Enter")
    frame = picking.picked()
    assert frame["note"] == "finished as SEQ01_T002"


def test_a_finish_that_fails_says_why(picking: Picking) -> None:
    def refuse(_intent: Intent) -> None:
        raise Refused("SEQ01: the provider refused the picture: weapons", remedy="pick another cell")

    picking.film.world.provider.before_send = refuse
    picking.dailies.press("2")
    expect(picking.loupe.get_by_role("button", name="Finish")).to_be_visible()
    picking.dailies.press("Shift+f", "Enter")
    said = picking.page.locator("#stage [role=status][data-bad]:visible")
    expect(said).to_contain_text("the provider refused the picture: weapons")
    assert picking.film.on_disk("SEQ01")["clean_frame"] is None


def test_on_a_phone_a_cell_is_tapped_swiped_and_taken_by_the_thumb(film: Theatre, phone: Page) -> None:
    picking = open_grid(film, phone)
    sheet = phone.locator(".sheet-frame").bounding_box()
    assert sheet is not None
    assert sheet["width"] > 360
    phone.locator("[data-cell='1']").tap()
    expect(picking.loupe).to_contain_text("cell 1 of 4")
    phone.evaluate(_SWIPE)
    expect(picking.loupe).to_contain_text("cell 2 of 4")
    take = picking.loupe.get_by_role("button", name="Take it")
    box = take.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] > 844 * 0.6
    take.tap()
    assert picking.picked()["cell"] == 2


def _pixels(path: Path) -> tuple[tuple[int, int], bytes]:
    with Image.open(path) as picture:
        return picture.size, picture.convert("RGB").tobytes()


_SWIPE = """
() => {
  const view = document.querySelector(".loupe-view");
  view.setPointerCapture = () => undefined;
  const at = (kind, x) => view.dispatchEvent(new PointerEvent(kind, {
    pointerId: 7, pointerType: "touch", clientX: x, clientY: 400, button: 0, bubbles: true, cancelable: true }));
  at("pointerdown", 300);
  at("pointermove", 200);
  at("pointermove", 120);
  at("pointerup", 120);
}
"""
