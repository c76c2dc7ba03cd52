"""For everybody: no serious finding of axe-core, every control reached by keyboard, the keys shown on request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "a video": ("dailies", {"slate": "SEQ02", "take": 1, "frame": 30}),
    "a grid": ("dailies", {"slate": "SEQ01"}),
    "takes to compare": ("dailies", {"slate": "SEQ04", "take": 2}),
    "a refused take": ("dailies", {"slate": "SEQ06"}),
    "an unknown outcome": ("dailies", {"slate": "SEQ07"}),
    "an unknown slate": ("dailies", {"slate": "SEQ99"}),
    "nothing found": ("dailies", {"text": "nobody says this"}),
    "board": ("board", {}),
    "cut": ("cut", {}),
    "elements": ("elements", {}),
    "costs": ("costs", {}),
    "activity": ("activity", {}),
}


def findings(page: Page, axe_source: str) -> list[str]:
    """What axe-core calls serious or critical on the page as it is, by rule and place."""
    page.evaluate(axe_source)
    report = json.loads(
        page.evaluate("async () => JSON.stringify(await axe.run(document, {resultTypes: ['violations']}))")
    )
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '')}"
        for found in report["violations"]
        for node in found["nodes"]
        if found["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_nothing_serious_on_any_page(
    standing_film: Theatre, request: pytest.FixtureRequest, axe_source: str, screen: str
) -> None:
    page: Page = request.getfixturevalue(screen)
    for which, (name, query) in PAGES.items():
        page.goto(standing_film.url(name, **query))
        _settled(page, name)
        assert findings(page, axe_source) == [], which
        width = page.evaluate("document.documentElement.scrollWidth")
        assert screen == "page" or width <= 390, f"{which} scrolls sideways"


def test_nothing_serious_in_what_opens_over_a_video(standing_film: Theatre, page: Page, axe_source: str) -> None:
    dailies = Dailies(standing_film, page).open(slate="SEQ04", take=2, frame=30)
    for key, opened in (
        ("?", "dialog[open]"),
        ("r", "dialog[open]"),
        ("n", ".composer :focus"),
        ("d", "[aria-label*=rawing], [aria-label*=Draw]"),
        ("w", "#stage video >> nth=1"),
    ):
        dailies.press(key)
        expect(page.locator(opened).first).to_be_visible()
        assert findings(page, axe_source) == [], key
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Write back to plan").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert findings(page, axe_source) == [], "writing back"


def test_nothing_serious_in_what_opens_over_a_grid(standing_film: Theatre, page: Page, axe_source: str) -> None:
    dailies = Dailies(standing_film, page).open(slate="SEQ01")
    for key, opened in (("2", ".loupe"), ("b", ".loupe"), ("Shift+Digit2", "dialog.chooser")):
        dailies.press(key)
        expect(page.locator(opened).first).to_be_visible()
        assert findings(page, axe_source) == [], key
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("place", ["desk", "hand"])
def test_nothing_serious_in_a_toast_the_basket_and_the_end_of_dailies(
    film: Theatre, page: Page, phone: Page, axe_source: str, place: str
) -> None:
    shown = page if place == "desk" else phone
    dailies = Dailies(film, shown).open(slate="SEQ04", take=2, state="video_complete", episode="ep_002")
    dailies.press("q")
    expect(shown.locator(".toast")).to_be_visible()
    assert findings(shown, axe_source) == [], "a toast"
    dailies.press("g")
    drawer = shown.get_by_role("dialog", name="Retake basket")
    expect(drawer.locator("[data-item]")).to_be_visible()
    assert findings(shown, axe_source) == [], "the basket"
    shown.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    dailies.press("a")
    expect(shown.locator(".closing")).to_contain_text("SEQ04")
    assert findings(shown, axe_source) == [], "the end of dailies"
    expect(shown.locator(".closing [data-basket]")).to_be_visible()
    shown.reload()
    expect(shown.locator("body")).to_have_attribute("data-ready", "")
    assert "slate=" not in shown.url


def test_the_keys_are_shown_and_put_away(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.press("?")
    panel = page.locator("dialog[open]")
    for words in ("Approve", "Reject", "Next", "frame"):
        expect(panel).to_contain_text(words, ignore_case=True)
    dailies.press("Escape")
    expect(panel).to_have_count(0)
    dailies.press("a")
    dailies.state("SEQ02", "approved")


def test_the_first_tab_skips_to_the_page_and_focus_is_seen_all_the_way(standing_film: Theatre, page: Page) -> None:
    Dailies(standing_film, page).open(slate="SEQ02")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    places: list[tuple[float, str]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(_FOCUS)
        if seen is None:
            break
        assert seen["outline"], f"focus is not seen on {seen['what']}"
        places.append((seen["order"], seen["what"]))
    parts = [order for order, _ in places]
    assert parts == sorted(parts), f"focus jumps: {places}"
    assert {0, 1, 3, 4, 5} <= set(parts), places


_FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const order = ["header.bar", "#list", "#stage", "#strip", "#panel", "#rail"].findIndex((part) => at.closest(part));
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return { order, outline: outline || at.tagName === "VIDEO", what: at.outerHTML.slice(0, 120) };
}
"""


def _settled(page: Page, name: str) -> None:
    """Wait until the page's own module has done its first work."""
    expect(page.locator("main > *").first).to_be_attached()
    if name == "dailies":
        expect(page.locator("body")).to_have_attribute("data-ready", "")
