"""The board, the cut, the costs and the activity, open while the film goes on."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.theatre import Theatre


def column(page: Page, key: str) -> Any:
    return page.locator(f".column[data-key='{key}']")


def test_a_card_moves_as_the_command_line_approves_and_keeps_the_focus(film: Theatre, page: Page) -> None:
    page.goto(film.url("board"))
    card = column(page, "judge").locator("[data-slate='SEQ02']")
    card.focus()
    film.command("approve", "SEQ02")
    expect(column(page, "approved").locator("[data-slate='SEQ02']")).to_be_focused()
    expect(column(page, "judge").locator("[data-slate='SEQ02']")).to_have_count(0)


def test_arrows_walk_over_the_cards_and_enter_opens_dailies(film: Theatre, page: Page) -> None:
    page.goto(film.url("board"))
    expect(page.locator("body")).to_be_visible()
    column(page, "judge").locator(".card").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-slate='SEQ03_SH02']")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slate='SEQ05']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/film/dailies\?.*slate=SEQ05"))


def test_a_record_broken_by_hand_is_named_and_the_rest_stays(film: Theatre, page: Page) -> None:
    page.goto(film.url("board"))
    film.record_file("SEQ05").write_text("{", encoding="utf-8")
    expect(page.locator("#board .broken")).to_contain_text("SEQ05")
    expect(page.locator("[data-slate='SEQ02']")).to_be_visible()


def test_what_happens_comes_to_the_top_and_the_costs_say_what_lies_ahead(film: Theatre, page: Page) -> None:
    page.goto(film.url("activity"))
    film.command("note", "SEQ02", "--take", "1", "from the other room")
    expect(page.locator(".happened").first).to_contain_text("a note on SEQ02_T001")
    page.goto(film.url("costs", by="model"))
    expect(page.locator("#ahead")).to_contain_text("left to a person")
    expect(page.locator(".books")).to_contain_text("kling-o3-pro")


def test_a_lost_take_is_given_up_on_a_persons_word(film: Theatre, page: Page) -> None:
    page.goto(film.url("activity"))
    lost = page.locator("#work .lost > li[data-slate='SEQ07']")
    lost.get_by_text("Buy again").click()
    assert not lost.locator("form[data-do='resend'] input").is_checked()
    lost.locator("form[data-do='resend'] button").click()  # nothing is sent without the word
    lost.locator("summary", has_text="Give up").click()
    lost.get_by_label("What it cost").fill("0.20")
    lost.locator("form[data-do='give-up'] button").click()
    expect(lost).to_have_count(0)
    takes = film.record("SEQ07").takes
    assert [(take.outcome, str(take.cost_usd), take.settled is not None) for take in takes] == [
        ("unknown", "0.20", True)
    ]
