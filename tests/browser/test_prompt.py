"""The opened prompt: what the take was made from, what is new, and the shot under the playhead."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.dailies_world import Making
from tests.browser.theatre import Theatre

LONG = "A window, and rain that runs down the glass in long lines. " * 30


def test_prompt_is_the_takes_own_and_follows_the_shot(page: Page, film: Theatre) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=1, frame=40)
    line, notes = page.locator("#panel .prompt .line"), page.locator("#notes")
    expect(line).to_have_text("A kitchen in the morning. A window. Steam on the glass.")
    room = notes.bounding_box()
    page.locator("#panel .prompt summary").click()
    made = page.get_by_role("list", name="What SEQ04_T001 was made from")
    expect(made.locator("ins")).to_have_text("new: , a cat outside")
    assert notes.bounding_box() == room, "the notes keep their place"
    here = made.locator("[data-here]")
    expect(here).to_have_attribute("data-shot", "SH02")
    dailies.press("Shift+ArrowUp", "Shift+ArrowUp")
    expect(here).to_have_attribute("data-shot", "SH01")
    dailies.press("3")
    expect(page.get_by_role("list", name="What SEQ04_T003 was made from")).to_contain_text("a cat outside")
    expect(page.locator("#panel ins")).to_have_count(0)
    page.locator("#panel .prompt summary").press("Escape")
    expect(line).to_have_text("A kitchen in the morning. A window. Steam on the glass, a cat outside.")


def test_long_words_stay_within_the_phone(phone: Page, film: Theatre) -> None:
    making = Making(film.world)
    making.override("SEQ04", "SH02", LONG)
    making.note("SEQ04", 2, "Averylongwordwithoutabreak" * 20, 10)
    Dailies(film, phone).open(slate="SEQ04", take=2)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator("#panel .prompt summary").click()
    expect(phone.locator("#panel .prompt ins").first).to_contain_text("rain that runs down the glass")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
