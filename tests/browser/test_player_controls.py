"""What lies around the picture: keys, buttons, sentences in its place, connections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import _context
from tests.browser.player_bench import Bench, take, view
from tests.browser.player_page import (
    FIRST,
    load,
    settled,
    takes,
    until,
)


def test_references_show_while_the_key_is_held(desk: Page) -> None:
    element = {"id": "dana", "kind": "character", "description": "the driver", "url": "/static/icon.svg"}
    load(desk, 1, elements=[element], start_frame={"url": "/static/icon.svg"})
    references = desk.get_by_role("complementary", name="Start frame and elements")
    expect(references).to_be_hidden()
    desk.keyboard.down("f")
    expect(references).to_be_visible()
    expect(references.get_by_role("img")).to_have_count(2)
    desk.keyboard.up("f")
    expect(references).to_be_hidden()


def test_unplayable_film_says_so_and_offers_the_file(desk: Page) -> None:
    films = [*takes(), take(5, "/films/broken.mp4", FIRST)]
    desk.evaluate("(view) => stage.load(view, 5)", view(*films))
    alert = desk.get_by_role("alert")
    expect(alert).to_contain_text("This browser can't play SEQ01_T005")
    expect(alert.get_by_role("link", name="Download the file")).to_have_attribute("href", "/films/broken.mp4")
    desk.keyboard.press("1")
    until(desk, "window.on('front').film === 0")
    expect(alert).to_be_hidden()


def test_take_without_a_film_says_why(desk: Page) -> None:
    failed = take(2, "", FIRST, media=None, outcome="failed", error={"message": "<b>no</b>", "remedy": "wait"})
    desk.evaluate("(view) => stage.load(view, 2)", view(failed))
    expect(desk.get_by_role("alert")).to_contain_text("<b>no</b>")


def test_refreshed_view_leaves_the_player_alone(desk: Page) -> None:
    shown = load(desk, 1, frame=30)
    desk.evaluate("stage.setMarks([{ id: 'n', frame: 12 }])")
    desk.keyboard.press("Space")
    until(desk, "stage.frame > 36")
    desk.evaluate("(view) => stage.load(view, 1)", shown)
    assert desk.evaluate("stage.paused") is False
    assert desk.evaluate("stage.frame") > 35
    expect(desk.get_by_role("button", name="Note at frame 12")).to_be_attached()


def test_keys_rest_while_somebody_types(desk: Page) -> None:
    load(desk, 1, frame=9)
    words = desk.get_by_label("A note")
    words.focus()
    desk.keyboard.type("jkl io 123")
    desk.keyboard.press("ArrowLeft")
    assert words.input_value() == "jkl io 123"
    assert desk.evaluate("[stage.frame, stage.paused, stage.take.take]") == [9, True, 1]
    desk.keyboard.press("Alt+p")
    until(desk, "!stage.paused")


def test_panel_shows_the_keys_by_group_and_keeps_the_focus(desk: Page) -> None:
    load(desk)
    desk.keyboard.press("?")
    panel = desk.get_by_role("dialog", name="Keys")
    expect(panel).to_be_visible()
    for group in ("Player", "Look", "Compare", "Page"):
        expect(panel.get_by_role("heading", name=group, exact=True)).to_be_visible()
    expect(panel).to_contain_text("Backwards; again: 2×, 4×, 8×")
    desk.keyboard.press("l")
    assert desk.evaluate("stage.paused"), "keys of the page rest below a dialog"
    for _ in range(4):
        desk.keyboard.press("Tab")
        assert desk.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    desk.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_control_reached_by_tab_keeps_space(desk: Page) -> None:
    load(desk)
    for _ in range(40):
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.title === 'Loop'"):
            break
    desk.keyboard.press("Space")
    expect(desk.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    assert desk.evaluate("stage.paused")
    desk.get_by_role("button", name="Next frame").click()
    settled(desk, 1)
    desk.keyboard.press("Space")
    until(desk, "!stage.paused")


def test_every_control_has_a_name_and_shows_its_key(desk: Page, axe_source: str) -> None:
    load(desk)
    desk.evaluate("stage.setMarks([{ id: 'n', frame: 12, end_frame: 20 }])")
    desk.evaluate("stage.compare('wipe')")
    controls = desk.locator(".stage-controls button")
    told = controls.evaluate_all(
        "(all) => all.map((one) => "
        "[one.ariaLabel, one.getAttribute('aria-keyshortcuts'), one.querySelector('kbd')?.textContent])"
    )
    assert len(told) >= 18
    assert all(name and key and cap for name, key, cap in told)
    desk.evaluate(axe_source)
    found = desk.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_on_the_phone_the_player_fits(player: Bench, chromium: Any) -> None:
    screen = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    for context in _context(chromium, screen):
        page = player.open(context.new_page())
        load(page)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("button", name="Play", exact=True).tap()
        until(page, "!stage.paused")


def test_films_that_are_shown_keep_few_connections(desk: Page, player: Bench, tmp_path: Path) -> None:
    load(desk)
    for n in range(12):
        desk.evaluate("(url) => stage.preload(url)", f"/films/second.mp4?{n}")
    assert desk.locator("video").count() <= 6
    settled(desk, 0)
