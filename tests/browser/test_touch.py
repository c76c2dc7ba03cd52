"""Hands on the picture: by real touches on a phone, by mouse and wheel at the desk."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.player_page import load, settled, until
from tests.browser.theatre import Theatre

Place = tuple[float, float]
_INSIDE = """([x, y]) => {
  const film = document.querySelector("#stage video.is-front").getBoundingClientRect();
  return [(x - film.left) / film.width, (y - film.top) / film.height, film.width];
}"""
"""Which part of the film lies at a place of the window, and how wide the film is shown."""


@dataclass
class Fingers:
    """Touches as a screen sends them: each 20 ms after the one before, however long it takes to pass them on."""

    page: Page
    at: float = 0.0

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)

    def _send(self, kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.at += 0.02
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": self.at})

    def move(self, *fingers: tuple[Place, Place], steps: int = 6) -> None:
        """Each finger goes from a place to another, all at once."""
        self.rest()
        self._send("touchStart", *(start for start, _ in fingers))
        for step in range(1, steps + 1):
            share = step / steps
            self._send("touchMove", *((a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in fingers))
        self._send("touchEnd")

    def tap(self, place: Place, times: int = 1) -> None:
        self.rest()
        for _ in range(times):
            self._send("touchStart", place)
            self._send("touchEnd")

    def rest(self) -> None:
        """A while after what was before: no touch belongs to it."""
        self.at = max(time.time(), self.at + 0.5)


def _middle(page: Page, place: str) -> tuple[float, float, float]:
    box = page.locator(place).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def _inside(page: Page, place: Place) -> tuple[float, float, float]:
    x, y, width = page.evaluate(_INSIDE, list(place))
    return x, y, width


def test_a_phone_is_swiped_tapped_scrubbed_and_pinched(standing_film: Theatre, phone: Page) -> None:
    dailies = Dailies(standing_film, phone).open(slate="SEQ02")
    hand = Fingers(phone)
    x, y, width = _middle(phone, "#stage .stage-picture")
    hand.move(((x + 100, y), (x - 100, y + 5)))
    dailies.shows("SEQ03_SH02")
    hand.move(((x - 100, y), (x + 100, y + 5)))
    dailies.shows("SEQ02")
    stage = phone.locator("#stage .stage")
    if stage.get_attribute("data-state") == "paused":
        hand.tap((x, y))
    expect(stage).to_have_attribute("data-state", "playing")
    hand.tap((x, y))
    expect(stage).to_have_attribute("data-state", "paused")
    bar_x, bar_y, bar_width = _middle(phone, "#strip .bar-track")
    hand.move(((bar_x - 60, bar_y), (bar_x + bar_width / 4, bar_y)))
    frames = int(phone.locator("#strip .bar-track").get_attribute("aria-valuemax") or 0)
    dailies.until(lambda: abs(dailies.picture()["frame"] - frames * 0.75) <= 1, "the frame under the finger")
    before = _inside(phone, (x, y))
    hand.move(((x - 20, y), (x - 80, y)), ((x + 20, y), (x + 80, y)))
    after = _inside(phone, (x, y))
    assert after[2] > 2 * width
    assert after[:2] == pytest.approx(before[:2], abs=0.06), "what lay between the fingers stays there"
    hand.move(((x, y), (x - 90, y)))
    assert _inside(phone, (x, y))[0] == pytest.approx(after[0] + 90 / after[2], abs=0.06), "it is dragged"
    dailies.shows("SEQ02")
    assert phone.evaluate("visualViewport.scale") == 1, "the page itself isn't zoomed"
    hand.tap((x, y), times=2)
    dailies.until(lambda: abs(_inside(phone, (x, y))[2] - width) < 1, "two taps show all of it")
    expect(stage).to_have_attribute("data-state", "paused")


def test_the_desk_zooms_at_the_pointer_pans_and_scrubs(desk: Page) -> None:
    load(desk, frame=10)
    x, y, width = _middle(desk, ".stage-picture")
    at = (x + width / 4, y)
    before = _inside(desk, at)
    desk.mouse.move(*at)
    desk.keyboard.down("Control")
    for _ in range(4):
        desk.mouse.wheel(0, -100)
    desk.keyboard.up("Control")
    until(desk, "(width) => document.querySelector('video.is-front').getBoundingClientRect().width > 3 * width", width)
    after = _inside(desk, at)
    assert after[:2] == pytest.approx(before[:2], abs=0.01)
    _drag(desk, "Alt", at, (at[0] - 200, y))
    assert _inside(desk, at)[0] == pytest.approx(after[0] + 200 / after[2], abs=0.01)
    assert desk.evaluate("stage.frame") == 10
    _drag(desk, "Shift", (x, y), (x + width / 4, y))
    settled(desk, 34)
    desk.evaluate("stage.compare('wipe', 'take-2')")
    for film in ("is-front", "is-other"):
        assert desk.locator(f"video.{film}").evaluate("(film) => film.getBoundingClientRect().width") > 3 * width
    desk.keyboard.press("0")
    assert _inside(desk, at)[2] == pytest.approx(width, abs=1)
    desk.keyboard.press("+")
    expect(desk.get_by_role("button", name="The whole picture")).to_contain_text("125 %")
    desk.mouse.dblclick(x - 100, y)
    assert _inside(desk, at)[2] == pytest.approx(width, abs=1)


def test_k_held_makes_j_and_l_step(desk: Page) -> None:
    load(desk, frame=20)
    desk.keyboard.down("k")
    for key, frame in (("l", 21), ("l", 22), ("j", 21)):
        desk.keyboard.press(key)
        settled(desk, frame)
    desk.keyboard.up("k")
    assert desk.evaluate("stage.paused")
    desk.keyboard.press("l")
    until(desk, "stage.transport.shuttle === 1 && stage.frame > 24")


def test_backwards_goes_on_and_on_in_long_groups(desk: Page) -> None:
    load(desk, 4, frame=190)
    desk.evaluate("() => { window.seen = []; stage.onFrame((n) => seen.push(n)); }")
    desk.keyboard.press("j")
    until(desk, "stage.frame < 130")
    desk.keyboard.press("k")
    seen: list[int] = desk.evaluate("seen.slice(0, -1)")
    assert len(seen) > 1
    assert all(later < one for one, later in itertools.pairwise(seen)), "never on the spot"


def _drag(page: Page, key: str, start: Place, end: Place) -> None:
    page.keyboard.down(key)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()
    page.keyboard.up(key)


def test_a_drawing_lies_where_the_pen_was_in_a_zoomed_picture(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=12)
    dailies.shows_frame(12)
    x, y, _ = _middle(page, "#stage .stage-picture")
    dailies.press("+", "+", "+", "+")
    start = _inside(page, (x - 150, y - 50))
    dailies.press("d")
    page.mouse.move(x - 150, y - 50)
    page.mouse.down()
    page.mouse.move(x + 100, y + 80, steps=6)
    page.mouse.up()
    end = _inside(page, (x + 100, y + 80))
    dailies.press("Enter")
    dailies.until(lambda: len(film.on_disk("SEQ04")["takes"][2]["notes"]) == 1, "the drawing is written")
    points = film.on_disk("SEQ04")["takes"][2]["notes"][0]["drawing"][0]["points"]
    assert points[0][:2] == pytest.approx(start[:2], abs=0.01)
    assert points[-1][:2] == pytest.approx(end[:2], abs=0.02)
