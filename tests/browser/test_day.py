"""A person's day in Dailies by keyboard alone: no mouse is touched in this file but to drag a crop."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre


def test_approving_plays_the_next_slate_and_undo_comes_back(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.press("a")
    dailies.shows("SEQ03_SH02")
    dailies.state("SEQ02", "approved")
    expect(page.locator("#toasts")).to_contain_text("SEQ02_T001 approved")
    dailies.press("u")
    dailies.state("SEQ02", "video_complete")
    dailies.shows("SEQ02", 1)
    assert film.on_disk("SEQ02")["takes"][0]["verdict"] is None


def test_a_bad_shot_is_left_out_of_the_approval(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", take=1, frame=30)
    dailies.shows_frame(30)
    dailies.press("x", "a")
    record = dailies.state("SEQ02", "approved")
    assert record["takes"][0]["except"] == ["SH02"]


def test_a_rejection_says_why_by_digits_and_words(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("r", "2", "3")
    page.keyboard.type("she blinks twice")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ04", lambda record: record["takes"][2]["verdict"] == "rejected", "take 3 is rejected")
    assert record["takes"][2]["reasons"] == ["hands", "motion"]
    assert "she blinks twice" in record["takes"][2]["reason"]
    expect(page.locator("#rail")).to_contain_text("rejected")
    dailies.press("u")
    dailies.on_disk("SEQ04", lambda record: record["takes"][2]["verdict"] is None, "the rejection is taken back")


def test_an_older_take_is_approved(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("2")
    dailies.shows("SEQ04", 2)
    dailies.until(lambda: dailies.picture()["film"] == 2, "the picture of take 2")
    dailies.press("a")
    assert dailies.state("SEQ04", "approved")["approved_take"] == 2


def test_the_end_of_dailies_says_what_was_done(film: Theatre, page: Page) -> None:
    film.command("crop", "--seq", "SEQ01", "--cell", "1")
    dailies = Dailies(film, page).open(slate="SEQ02")
    for slate in ("SEQ02", "SEQ03_SH02", "SEQ04"):
        dailies.shows(slate)
        dailies.press("a")
        dailies.state(slate, "approved")
    expect(page.locator("#stage")).to_contain_text("That was all")
    expect(page.locator("#stage")).to_contain_text("Approved")
    dailies.press("a")
    expect(page.locator("#stage")).to_contain_text("That was all")
