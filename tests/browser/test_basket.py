"""From notes to retakes: prompts edited beside them, one basket for everybody, asked once, sent once."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK
from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

NEW = "A window. Steam on the glass, a dog outside."


@pytest.fixture
def other(film: Theatre, chromium: Browser) -> Iterator[Page]:
    """Somebody else's page, in a browser session of its own."""
    context = chromium.new_context(**DESK)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _edit(page: Page, shot: str, words: str) -> None:
    field = page.get_by_role("textbox", name=f"Prompt of {shot}")
    expect(field).not_to_have_value("")
    field.fill(words)
    field.press("Escape")


def test_the_difference_to_the_last_run_is_shown_word_by_word(film: Theatre, page: Page) -> None:
    Dailies(film, page).open(slate="SEQ04")
    shown = page.locator(".prompt-row[data-shot=SH02] .difference")
    expect(page.locator(".prompt-row[data-shot=SH02] .since")).to_have_text("as last run")
    _edit(page, "SH02", NEW)
    expect(shown.locator("del")).to_contain_text("cat")
    expect(shown.locator("ins")).to_contain_text("dog")
    assert "Steam" not in "".join(shown.locator("del, ins").all_inner_texts())


def test_from_an_edited_prompt_to_a_take_that_was_made_from_it(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2)
    takes = len(film.on_disk("SEQ04")["takes"])
    _edit(page, "SH02", NEW)
    price = page.get_by_role("status", name="What it would cost")
    expect(price).to_have_text("$0.34")
    page.get_by_role("spinbutton", name="Number of takes").fill("2")
    page.get_by_role("spinbutton", name="Number of takes").press("Escape")
    expect(price).to_have_text("$0.68")
    page.get_by_role("spinbutton", name="Number of takes").fill("1")
    page.get_by_role("spinbutton", name="Number of takes").press("Escape")
    dailies.press("q", "q")
    expect(page.locator("#toasts")).to_contain_text("SEQ04 is in the basket already")
    expect(page.locator(".basket-open")).to_contain_text("Basket 1 · $0.34")
    assert len(film.on_disk("SEQ04")["takes"]) == takes, "the basket spends nothing"
    dailies.press("g")
    drawer = page.get_by_role("dialog", name="Retake basket")
    expect(drawer).to_contain_text("a dog outside")
    expect(drawer.get_by_role("list", name="Notes that it answers")).to_contain_text("Too dark here")
    expect(drawer.locator(".budgets")).to_contain_text("of $150.00 after")
    expect(drawer.locator(".budgets")).to_contain_text("of $12.00 after")
    drawer.get_by_role("button", name="More takes of SEQ04").click()
    send = drawer.get_by_role("button", name="Send it for $0.68")
    expect(send).to_be_enabled()
    dailies.press("g")
    expect(drawer).to_be_hidden()
    record = dailies.on_disk(
        "SEQ04",
        lambda found: [take["outcome"] for take in found["takes"]][takes:] == ["complete"] * 2,
        "both takes are made",
    )
    assert record["takes"][-1]["inputs"]["shots"][1]["prompt"] == NEW
    assert record["prompt_overrides"]["SH02"] == NEW
    expect(page.locator(".basket-open")).to_have_text("Basketg")
    expect(page.locator(f"#rail [data-take='{takes + 2}']")).to_be_visible()
    expect(page.locator("#panel .said")).to_contain_text("SH02's prompt was")


def test_a_shot_marked_bad_is_made_again_alone(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", frame=30, state="any")
    dailies.press("x")
    expect(page.get_by_role("combobox", name="What is made again")).to_have_value("single SEQ04_SH02")
    dailies.press("q", "g")
    drawer = page.get_by_role("dialog", name="Retake basket")
    expect(drawer.locator("[data-item]")).to_contain_text("SEQ04_SH02")
    expect(drawer.locator(".budgets")).to_contain_text("of $4.00 after")
    expect(drawer.get_by_role("button", name="Send it for")).to_be_focused()
    dailies.press("Enter")
    dailies.until(lambda: film.record_file("SEQ04_SH02").exists(), "its record is there")
    dailies.state("SEQ04_SH02", "video_complete")
    expect(dailies.row("SEQ04_SH02")).to_contain_text("waits")


def test_a_second_page_follows_and_a_sum_that_changed_is_asked_again(film: Theatre, page: Page, other: Page) -> None:
    mine, theirs = Dailies(film, page), Dailies(film, other)
    mine.open(slate="SEQ04")
    theirs.open(slate="SEQ02")
    mine.press("q")
    expect(other.locator(".basket-open")).to_contain_text("Basket 1")
    theirs.press("g")
    expect(other.get_by_role("dialog")).to_contain_text("SEQ04")
    page.route("**/events*", lambda route: route.abort())
    mine.open(slate="SEQ04")
    mine.press("g")
    drawer = page.get_by_role("dialog", name="Retake basket")
    expect(drawer.get_by_role("button", name="Send it for $0.34")).to_be_enabled()
    other.get_by_role("dialog").get_by_role("button", name="More takes of SEQ04").click()
    expect(other.get_by_role("dialog")).to_contain_text("2 takes")
    takes = len(film.on_disk("SEQ04")["takes"])
    mine.press("g")
    expect(drawer.get_by_role("alert")).not_to_be_empty()
    expect(drawer.get_by_role("button", name="Send it for $0.68")).to_be_enabled()
    assert len(film.on_disk("SEQ04")["takes"]) == takes, "nothing was sent for a sum that nobody saw"
    drawer.get_by_role("button", name="Remove SEQ04").click()
    expect(drawer).to_contain_text("It is empty")
    expect(other.locator(".basket-open")).to_have_text("Basketg")


def test_half_edited_prompts_survive_swaps_and_reloads(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", state="any")
    _edit(page, "SH02", NEW)
    dailies.press("ArrowDown")
    dailies.shows("SEQ05")
    dailies.press("ArrowUp")
    dailies.shows("SEQ04")
    field = page.get_by_role("textbox", name="Prompt of SH02")
    expect(field).to_have_value(NEW)
    page.reload()
    dailies.ready()
    expect(field).to_have_value(NEW)


def test_words_are_kept_and_written_back_to_the_plan_after_the_change_was_shown(film: Theatre, page: Page) -> None:
    plan = film.workspace / "projects" / "film" / "plan.json"
    before = plan.read_bytes()
    dailies = Dailies(film, page).open(slate="SEQ04")
    _edit(page, "SH02", NEW)
    page.get_by_role("button", name="Keep words").click()
    dailies.on_disk("SEQ04", lambda found: found["prompt_overrides"].get("SH02") == NEW, "it is overridden")
    assert plan.read_bytes() == before
    page.get_by_role("button", name="Write back to plan").click()
    dialog = page.get_by_role("dialog", name="Write the prompts of SEQ04 back to the plan?")
    expect(dialog.locator("ins").last).to_contain_text(NEW)
    assert plan.read_bytes() == before
    dialog.get_by_role("button", name="Write to plan").click()
    dailies.until(lambda: plan.read_bytes() != before, "the plan is written")
    kitchen = orjson.loads(plan.read_bytes())["episodes"][1]["sequences"][0]
    assert kitchen["shots"][1]["prompt"] == NEW
    expect(dialog).to_be_hidden()
    expect(page.locator(".prompt-row[data-shot=SH02] .mark")).to_be_hidden()


def test_the_basket_traps_focus_and_gives_it_back(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04")
    page.locator(".basket-open").focus()
    dailies.press("Enter")
    drawer = page.get_by_role("dialog", name="Retake basket")
    expect(drawer).to_contain_text("It is empty")
    for _ in range(4):
        dailies.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#basket')")
    dailies.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".basket-open")).to_be_focused()
