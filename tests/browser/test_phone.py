"""All of Dailies under one thumb: what is decided, the list, the money, and swipes over films and grids."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.test_touch import Fingers
from tests.browser.theatre import Theatre

WIDTH, HEIGHT = 390, 844


def test_shots_are_marked_and_taken_back_by_thumb(film: Theatre, phone: Page) -> None:
    dailies = Dailies(film, phone).open(slate="SEQ02", frame=30)
    dailies.shows_frame(30)
    decide = phone.locator("#decisions")
    _tap(decide.get_by_role("button", name="Mark SH02 bad"))
    _tap(decide.get_by_role("button", name="Approve without SH02"))
    record = dailies.state("SEQ02", "approved")
    assert record["takes"][0]["except"] == ["SH02"]
    dailies.shows("SEQ03_SH02")
    _tap(decide.get_by_role("button", name="Undo"))
    dailies.state("SEQ02", "video_complete")
    dailies.shows("SEQ02")


def test_the_list_is_pulled_up_and_shut(standing_film: Theatre, phone: Page) -> None:
    dailies = Dailies(standing_film, phone).open(slate="SEQ02")
    sheet, pull = phone.locator("#list"), phone.get_by_role("button", name="Slates")
    expect(sheet).to_be_hidden()
    _tap(pull)
    expect(dailies.row("SEQ02")).to_be_focused()
    phone.touchscreen.tap(WIDTH / 2, 40)
    expect(sheet).to_be_hidden()
    assert dailies.asked["slate"] == "SEQ02", "what lies below was not pressed"
    _tap(pull)
    dailies.row("SEQ04").tap()
    dailies.shows("SEQ04")
    expect(sheet).to_be_hidden()


def test_nothing_hides_at_the_side(standing_film: Theatre, phone: Page) -> None:
    Dailies(standing_film, phone).open(slate="SEQ04", take=2)
    expect(phone.locator("#money")).to_contain_text("of $150.00")
    expect(phone.locator("#money progress")).to_be_visible()
    for name in ("Play", "Compare", "Speed", "Sound off", "Full screen", "In context"):
        within(phone.locator("#strip").get_by_label(name, exact=True).first)
    for name in ("Dailies", "Board", "Cut", "Elements", "Costs", "Activity"):
        within(phone.get_by_role("navigation", name="Pages").get_by_role("link", name=name))


def test_a_swipe_goes_on_from_a_grid_and_opens_no_cell(standing_film: Theatre, phone: Page) -> None:
    dailies = Dailies(standing_film, phone).open(slate="SEQ01")
    box = phone.locator(".sheet-cell").nth(1).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] - 20, box["y"] + box["height"] / 2
    Fingers(phone).move(((x, y), (x - 240, y + 8)))
    dailies.shows("SEQ02")
    expect(phone.get_by_role("dialog")).to_have_count(0)
    Fingers(phone).move(((x - 240, y), (x, y + 8)))
    dailies.shows("SEQ01")
    expect(phone.locator("#stage")).to_have_attribute("data-shows", "grid")


def _tap(button: Locator) -> None:
    """Tap what lies within the thumb's reach."""
    box = button.bounding_box()
    assert box is not None
    assert (box["y"] > HEIGHT * 0.75, box["height"] >= 40) == (True, True), box
    button.tap()


def within(control: Locator) -> None:
    """See that a control lies wholly within the screen's width, without anything being scrolled."""
    box = control.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= WIDTH, (control, box)
