"""Two films on one frame: over seeks, while they play, over loops; what the pixels say of both."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.player_bench import view
from tests.browser.player_page import (
    composed,
    load,
    on,
    takes,
    until,
)
from tests.browser.theatre import Theatre
from tests.fakes.numbered_films import READ_IN_PAGE, Pixels, read_number

_PAIRS = """async () => {
  const read = (still) => {
    const { width, height } = still;
    const line = still.getContext("2d").getImageData(0, Math.round(height * 0.85), width, 1).data;
    let frame = 0;
    for (let n = 0; n < 10; n += 1) frame = frame * 2 + (line[4 * Math.round(width * (n + 1.5) / 16)] > 127 ? 1 : 0);
    return frame;
  };
  const { box, stills } = stage.picture;
  const seen = [];
  let [loops, before] = [0, 0];
  stage.play();
  for (const end = performance.now() + 60000; loops < 2 && performance.now() < end; ) {
    await new Promise(requestAnimationFrame);
    if (stage.frame < before) loops += 1;
    before = stage.frame;
    seen.push("held" in box.dataset ? stills.map(read) : [window.on("front").frame, window.on("other").frame]);
  }
  await stage.pause();
  return { seen, loops };
}"""
"""Plays two loops, and reads from the pixels which frames the two films show, at each picture of the page."""


@pytest.mark.parametrize("key, mode", [("s", "side"), ("w", "wipe"), ("Alt+o", "overlay"), ("Shift+d", "difference")])  # noqa: PT006
def test_two_films_are_on_one_frame_over_seeks(desk: Page, key: str, mode: str) -> None:
    load(desk, 2)
    desk.keyboard.press("1")
    until(desk, "window.on('front').film === 0")
    desk.keyboard.press(key)
    until(desk, "(mode) => stage.mode === mode", mode)
    assert on(desk, "other")[1] == 1
    for frame in (50, 3, 95, 94, 0, 33):
        desk.evaluate("(frame) => stage.seek(frame)", frame)
        assert (on(desk), on(desk, "other")) == ((frame, 0), (frame, 1))
    desk.keyboard.press(key)
    until(desk, "stage.mode === 'off'")


def test_a_segment_is_out_of_the_way_where_it_has_no_frame(desk: Page) -> None:
    fix: dict[str, Any] = {
        "name": "SEQ01_SH03_T001",
        "slate": "SEQ01_SH03",
        "take": 1,
        "url": "/films/second.mp4",
        "fps": "24/1",
    }
    fix |= {"shot": "SH03", "offset": 0, "frames": 48, "at": {"1": 64}}
    load(desk, 1, frame=10, compare=[fix], first_frame=1001)
    desk.evaluate("stage.compare('wipe', 'other-0')")
    expect(desk.locator(".is-other-name")).to_have_text("SEQ01_SH03_T001 · from 1065 to 1096")
    expect(desk.locator("video.is-other")).to_have_css("opacity", "0")
    desk.evaluate("stage.seek(80)")
    assert (on(desk), on(desk, "other")) == ((80, 0), (16, 1))
    expect(desk.locator("video.is-other")).to_have_css("opacity", "1")


def test_other_rate_is_compared_by_time(desk: Page) -> None:
    load(desk, 1)
    desk.evaluate("stage.compare('wipe', 'take-3')")
    desk.evaluate("stage.seek(50)")
    assert (on(desk)[0], on(desk, "other")[0]) == (50, 50)


def test_digit_of_the_other_turns_the_two_round(desk: Page) -> None:
    load(desk, 1, frame=12)
    desk.evaluate("stage.compare('side', 'take-2')")
    desk.keyboard.press("2")
    until(desk, "window.on('front').film === 1 && window.on('other')?.film === 0")
    assert (on(desk)[0], on(desk, "other")[0]) == (12, 12)


def test_wipe_moves_by_pointer_and_by_key(desk: Page) -> None:
    load(desk, 1, frame=5)
    desk.evaluate("stage.compare('wipe', 'take-2')")
    handle = desk.get_by_role("slider", name="Wipe")
    expect(handle).to_have_attribute("aria-valuenow", "50")
    box, picture = handle.bounding_box(), desk.locator(".stage-picture").bounding_box()
    assert box is not None
    assert picture is not None
    desk.mouse.move(box["x"] + 14, box["y"] + 100)
    desk.mouse.down()
    desk.mouse.move(picture["x"] + picture["width"] * 0.25, box["y"] + 100)
    desk.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "25")
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "26")
    assert desk.evaluate("stage.frame") == 5
    desk.keyboard.press("]")
    expect(handle).to_have_attribute("aria-valuenow", "31")
    seen = np.asarray(Image.open(BytesIO(desk.locator(".stage-picture").screenshot())).convert("RGB"))
    left, right = seen[300, 250], seen[300, 900]
    assert left[0] > left[2], "the brown film at the left of the edge"
    assert right[2] > right[0], "the blue one at the right"


def test_difference_of_a_film_with_itself_is_black(desk: Page) -> None:
    films = takes()
    films[1]["media"] = {**films[0]["media"], "url": "/films/first.mp4?again"}
    desk.evaluate("(view) => stage.load(view, 1, { frame: 21 })", view(*films))
    desk.evaluate("stage.compare('difference', 'take-2')")
    _becomes(desk, lambda middle: int(middle.max()) <= 4)
    desk.evaluate("stage.compare('difference', 'take-3')")
    _becomes(desk, lambda middle: float(middle.mean()) > 10)


def _becomes(desk: Page, so: Callable[[Pixels], bool]) -> None:
    """Waits until the middle of what is on the screen is so."""
    for _ in range(100):
        seen = np.asarray(Image.open(BytesIO(desk.locator(".stage-picture").screenshot())).convert("RGB"))
        if so(seen[100:450]):
            return
        desk.wait_for_timeout(50)
    raise AssertionError("the picture never became so")


@pytest.mark.parametrize("mode", ["side", "difference"])
def test_two_films_are_never_a_frame_apart_while_they_play_over_loops(desk: Page, mode: str) -> None:
    """The drift that is held is 0: in each picture that is shown, both films are on the same frame."""
    load(desk, 1, frame=10)
    desk.evaluate("(mode) => stage.compare(mode, 'take-2')", mode)
    desk.evaluate("stage.setRange(10, 34)")
    played = desk.evaluate(_PAIRS)
    assert played["loops"] == 2, "it looped"
    assert [pair for pair in played["seen"] if pair[0] != pair[1]] == []
    assert {one for one, _ in played["seen"]} <= set(range(10, 35))
    frame = desk.evaluate("stage.frame")
    assert (on(desk), on(desk, "other")) == ((frame, 0), (frame, 1))


def test_what_the_browser_composes_of_two_films_is_one_frame(desk: Page) -> None:
    load(desk, 1, frame=5)
    desk.evaluate("stage.compare('side', 'take-2')")
    desk.keyboard.press("Space")
    pictures = composed(desk, lambda: until(desk, "stage.frame > 40"), 0.1)
    desk.keyboard.press("Space")
    halves = []
    for picture in pictures:
        width = picture.shape[1]
        halves.append((read_number(picture[:, : width // 2])[0], read_number(picture[:, width // 2 :])[0]))
    assert halves
    assert [pair for pair in halves if abs(pair[0] - pair[1]) > 1] == []
    assert sum(one != other for one, other in halves) <= 1, halves


def test_a_fix_lies_beside_the_shot_as_it_was_cut(film: Theatre, page: Page) -> None:
    """The take cut to SH02 six frames late: the fix of SH02 begins there, and not where it was planned."""
    record = film.on_disk("SEQ03")
    record["takes"][0]["found_cuts"] = [30]
    film.record_file("SEQ03").write_text(json.dumps(record), encoding="utf-8")
    page.goto(film.url("dailies", slate="SEQ03", state="any", frame=30))
    expect(page.locator("video.is-front")).to_be_visible()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".stage-count b")).to_have_text("30")
    page.keyboard.press("s")
    expect(page.locator(".is-other-name")).to_contain_text("SEQ03_SH02_T001")
    for key, beside in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        expect(page.locator(".stage-count b")).to_have_text(str(30 + beside))
        shown = [page.evaluate(f"() => ({READ_IN_PAGE.strip()})(document.querySelector('video.is-{kind}')).frame")
                 for kind in ("front", "other")]  # fmt: skip
        assert shown == [30 + beside, beside]
