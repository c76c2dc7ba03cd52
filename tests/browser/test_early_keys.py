"""Keys that come before the picture: what was meant is done, and nothing is approved that was not on the screen."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

_THRICE = """() => {
  const key = { key: "a", code: "KeyA", bubbles: true };
  const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", key));
  press();
  press();
  setTimeout(press);
}"""
"""Presses `a` three times in less than anybody needs to see another picture, however busy the machine is."""


def _hold(page: Page, pattern: str) -> list[Route]:
    """Requests that wait until they are told to go on."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))
    return waiting


def _let(page: Page, pattern: str, waiting: list[Route]) -> None:
    for route in waiting:
        route.continue_()
    waiting.clear()
    page.unroute(pattern)


def test_keys_before_the_page_is_ready_are_done_in_turn_and_approve_nothing(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page)
    before = film.on_disk("SEQ04")
    waiting = _hold(page, "**/{js/decisions,pack/dailies}.js*")
    page.goto(film.url(slate="SEQ04"), wait_until="commit")
    page.wait_for_selector("#rail", state="attached")
    dailies.until(lambda: bool(waiting), "a part of the page is still on its way")
    dailies.press("2", "ArrowRight", "ArrowRight", "ArrowRight", "a", "r", "3")
    _let(page, "**/{js/decisions,pack/dailies}.js*", waiting)
    dialog = page.get_by_role("dialog", name="Reject SEQ04_T002")
    expect(dialog.get_by_role("button", name="motion")).to_have_attribute("aria-pressed", "true")
    dailies.shows("SEQ04", 2)
    dailies.shows_frame(3)
    expect(page.locator("#toasts")).to_contain_text("SEQ04_T002 was not on the screen yet, so nothing was approved")
    assert film.on_disk("SEQ04") == before


def test_a_film_that_is_still_coming_is_not_approved(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page)
    dailies.open(slate="SEQ01")
    before = film.on_disk("SEQ02")
    films = "**/*_T*.mp4*"
    waiting = _hold(page, films)
    page.goto(film.url(slate="SEQ02"))
    expect(page.locator("body")).to_have_attribute("data-ready", "")
    dailies.until(lambda: bool(waiting), "the film is asked for")
    dailies.press("a", "ArrowRight", "ArrowRight", "a")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("SEQ02_T001 was not on the screen yet, so nothing was approved")
    _let(page, films, waiting)
    dailies.seen()
    dailies.shows_frame(2)
    assert film.on_disk("SEQ02") == before
    page.evaluate(_THRICE)
    dailies.state("SEQ02", "approved")
    dailies.shows("SEQ03_SH02")
    assert film.on_disk("SEQ03_SH02")["state"] == "video_complete", "the presses after the first approved nothing else"
