"""Two people, one take: the second is told, sees the fresh state, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import DESK
from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre


@pytest.fixture
def other(film: Theatre, chromium: Browser) -> Iterator[Page]:
    """Somebody else's page, in a browser session of its own."""
    context = chromium.new_context(**DESK)
    yield context.new_page()
    context.close()


def test_what_one_approves_the_other_sees(film: Theatre, page: Page, other: Page) -> None:
    mine, theirs = Dailies(film, page), Dailies(film, other)
    mine.open(slate="SEQ02", state="any")
    theirs.open(slate="SEQ02", state="any")
    mine.press("a")
    expect(other.locator("#rail")).to_contain_text("in the cut")
    expect(theirs.row("SEQ02")).to_contain_text("approved")
    theirs.shows("SEQ02")


def test_a_verdict_on_what_has_changed_is_refused_and_what_was_typed_stays(
    film: Theatre, page: Page, other: Page
) -> None:
    mine, theirs = Dailies(film, page), Dailies(film, other)
    mine.open(slate="SEQ02", state="any")
    theirs.open(slate="SEQ02", state="any")
    other.route("**/events*", lambda route: route.abort())  # they don't hear of it: the events are late
    theirs.open(slate="SEQ02", state="any")
    theirs.press("r")
    other.keyboard.type("her hand has six fingers")
    mine.press("a")
    mine.state("SEQ02", "approved")
    other.keyboard.press("Enter")
    expect(other.locator("body")).to_contain_text("has changed since you saw it")
    expect(other.locator("#rail")).to_contain_text("in the cut")
    assert film.on_disk("SEQ02")["state"] == "approved"
    typed = other.locator("textarea, input:not([type=search])")
    values = typed.evaluate_all("boxes => boxes.map((box) => box.value)")
    assert any("her hand has six fingers" in value for value in values), values


def test_nobody_takes_back_what_another_decided(film: Theatre, page: Page, other: Page) -> None:
    mine, theirs = Dailies(film, page), Dailies(film, other)
    mine.open(slate="SEQ02", state="any")
    theirs.open(slate="SEQ02", state="any")
    mine.press("a")
    expect(other.locator("#rail")).to_contain_text("in the cut")
    theirs.press("u")
    name = page.locator("#you button").inner_text()
    expect(other.locator("#toasts")).to_contain_text(f"is {name}'s")
    assert film.on_disk("SEQ02")["state"] == "approved"
    mine.press("u")
    mine.state("SEQ02", "video_complete")


def test_of_two_verdicts_at_the_same_moment_one_stands_and_the_other_is_told(
    film: Theatre, page: Page, other: Page
) -> None:
    held: list[Route] = []
    for each in (page, other):
        Dailies(film, each).open(slate="SEQ02", state="any")
        each.route("**/records/SEQ02/approve", lambda route: held.append(route))  # a method of a list can't be marked
    page.keyboard.press("a")
    other.keyboard.press("a")
    Dailies(film, page).until(lambda: len(held) == 2, "both verdicts are on their way")
    for route in held:
        route.continue_()
    record = Dailies(film, page).state("SEQ02", "approved")
    refusals = [each.locator("#toasts", has_text="has changed since") for each in (page, other)]
    Dailies(film, page).until(lambda: sum(each.count() for each in refusals) == 1, "one of them is told")
    assert [move["to"] for move in record["history"]].count("approved") == 1
