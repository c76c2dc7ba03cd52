"""Finding one's way: filters in the address, the browser's Back, the order of the list, keys on every page, motion."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK
from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre


def test_filters_stand_in_the_address_and_outlive_a_reload(standing_film: Theatre, page: Page) -> None:
    dailies = Dailies(standing_film, page).open()
    dailies.press("/")
    page.keyboard.type("steam")
    dailies.until(lambda: dailies.asked.get("text") == "steam", "the words in the address")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.get_by_role("link", name="All", exact=True).click()
    dailies.until(lambda: dailies.asked.get("state") == "any", "the state in the address")
    row = dailies.row("SEQ04")
    assert (row.get_attribute("href") or "").endswith("/dailies?state=any&text=steam&slate=SEQ04")
    page.reload()
    dailies.ready()
    expect(page.get_by_role("searchbox")).to_have_value("steam")
    expect(page.locator("#rows .row")).to_have_count(1)


def test_back_goes_slate_by_slate_and_not_frame_by_frame(standing_film: Theatre, page: Page) -> None:
    dailies = Dailies(standing_film, page).open(slate="SEQ02", frame=20)
    dailies.shows_frame(20)
    dailies.press("ArrowRight", "ArrowRight")
    dailies.until(lambda: dailies.asked.get("frame") == "22", "the frame in the address")
    dailies.press("Alt+ArrowRight")
    dailies.shows("SEQ03_SH02")
    dailies.press("Alt+ArrowRight")
    dailies.shows("SEQ04")
    page.go_back()
    dailies.shows("SEQ03_SH02")
    page.go_back()
    dailies.shows("SEQ02")
    dailies.shows_frame(22)
    expect(dailies.row("SEQ02")).to_have_attribute("aria-current", "true")
    page.go_forward()
    dailies.shows("SEQ03_SH02")
    dailies.press("Alt+ArrowLeft")
    dailies.shows("SEQ02")


def test_the_newest_come_first_on_request_and_a_strip_is_scrubbed(standing_film: Theatre, page: Page) -> None:
    dailies = Dailies(standing_film, page).open(state="any")
    rows = page.locator("#rows .row:has(img)")
    story = rows.evaluate_all("rows => rows.map((row) => row.dataset.slate)")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Order").select_option("newest")
    dailies.until(lambda: dailies.asked.get("order") == "newest", "the order in the address")
    expect(rows.first).to_have_attribute("data-slate", "SEQ05")
    newest = rows.evaluate_all("rows => rows.map((row) => row.dataset.slate)")
    assert (sorted(newest), newest[-1]) == (sorted(story), "SEQ01"), newest
    still = dailies.row("SEQ02")
    still.hover()
    expect(still.locator(".scrub")).to_be_visible()
    page.mouse.move(720, 300)
    expect(page.locator(".scrub")).to_have_count(0)


def test_the_counter_says_the_frame_that_is_burned_in(standing_film: Theatre, page: Page) -> None:
    dailies = Dailies(standing_film, page).open(slate="SEQ04", take=2, frame=41)
    dailies.shows_frame(41)
    expect(page.locator(".stage-count b")).to_have_text("41")


def test_the_keys_are_shown_on_every_page(standing_film: Theatre, page: Page) -> None:
    for which in ("dailies", "board", "cut", "elements", "costs", "activity"):
        page.goto(standing_film.url(which))
        if which == "dailies":
            Dailies(standing_film, page).ready()
        expect(page.get_by_role("button", name="Keys", exact=True).first).to_be_visible()
        page.keyboard.press("?")
        panel = page.get_by_role("dialog", name="Keys")
        expect(panel).to_contain_text("Show these keys")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()


def test_nothing_plays_by_itself_where_motion_is_unwelcome(standing_film: Theatre, chromium: Browser) -> None:
    context = chromium.new_context(**DESK, reduced_motion="reduce")
    try:
        dailies = Dailies(standing_film, context.new_page()).open(slate="SEQ02")
        dailies.press("ArrowDown")
        dailies.shows("SEQ03_SH02")
        stage = dailies.page.locator("#stage .stage")
        dailies.shows_frame(0)
        dailies.page.wait_for_timeout(300)
        expect(stage).to_have_attribute("data-state", "paused")
        assert dailies.picture()["frame"] == 0
        dailies.press("Space")
        expect(stage).to_have_attribute("data-state", "playing")
    finally:
        context.close()


def test_shift_tab_goes_to_the_note_and_back_and_delete_throws_a_drawing_away(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=12)
    dailies.shows_frame(12)
    note, pin = page.get_by_label("Note on SEQ04_T003"), page.locator(".composer .pin")
    dailies.press("Shift+Tab")
    expect(note).to_be_focused()
    dailies.press("Shift+Tab")
    expect(note).not_to_be_focused()
    dailies.press("d")
    box = page.locator("#stage .stage-picture").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 450, box["y"] + 260, steps=4)
    page.mouse.up()
    expect(pin).to_contain_text("drawing")
    dailies.press("Delete")
    expect(pin).to_be_hidden()
    dailies.press("Control+z")
    expect(pin).to_contain_text("drawing")


def test_a_slate_without_a_take_has_nothing_to_pin(standing_film: Theatre, page: Page) -> None:
    Dailies(standing_film, page).open(slate="SEQ01_SH02", state="any")
    expect(page.locator(".composer textarea")).to_be_disabled()
    for empty in (".pin", ".unpin"):
        expect(page.locator(f".composer {empty}")).to_be_hidden()
