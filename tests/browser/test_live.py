"""A page that is open follows what others do, and outlives what happens to it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.theatre import Theatre


def test_the_page_opens(film: Theatre, page: Page) -> None:
    page.goto(film.url())
    expect(page.locator("body")).to_contain_text("SEQ02")
