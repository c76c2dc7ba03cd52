"""The player in a real browser: what the pixels say, against what it says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.player_page import (
    FIRST,
    LONG,
    THIRD,
    composed,
    films_seen,
    load,
    on,
    settled,
    until,
)
from tests.fakes.numbered_films import Numbered


def test_picture_is_a_thousand_pixels_wide_at_the_desk(desk: Page) -> None:
    load(desk)
    assert desk.locator(".stage-picture").evaluate("(box) => box.clientWidth") >= 1000
    assert desk.locator("video.is-front").evaluate("(film) => film.clientWidth") >= 1000


_THERE = """(frame) => stage.transport.leader.shown === frame && !stage.transport.leader.seeking
  && document.querySelector(".stage-count b").textContent === String(1001 + frame) && window.on("front")"""


@pytest.mark.parametrize(("number", "what", "far"), [(3, THIRD, 50), (4, LONG, 20)], ids=["24000-1001", "long-groups"])
def test_each_step_is_one_frame_each_way(desk: Page, number: int, what: Numbered, far: int) -> None:
    load(desk, number, first_frame=1001)
    steps = [(frame, "ArrowRight") for frame in range(1, far + 1)]
    for frame, key in [*steps, *((frame, "ArrowLeft") for frame in range(far - 1, -1, -1))]:
        desk.keyboard.press(key)
        told = desk.wait_for_function(_THERE, arg=frame).json_value()
        assert (told["frame"], told["film"]) == (frame, what.film)


def test_ends_and_timecode_are_exact(desk: Page) -> None:
    load(desk, 3, first_frame=1001)
    desk.keyboard.press("End")
    settled(desk, THIRD.frames - 1)
    expect(desk.locator(".stage-count")).to_have_text("1096 / 1096")
    expect(desk.locator(".stage-time")).to_contain_text("00:00:03:23 · 23.976")
    slider = desk.get_by_role("slider", name="Frame")
    expect(slider).to_have_attribute("aria-valuenow", "1096")
    expect(slider).to_have_attribute("aria-valuetext", "frame 1096 of 1096, 00:00:03:23")
    desk.keyboard.press("Home")
    settled(desk, 0)


def test_held_arrow_presents_each_frame_in_turn(desk: Page) -> None:
    load(desk)
    desk.evaluate("() => { window.seen = []; stage.onFrame((n) => seen.push([n, window.on('front').frame])); }")
    for _ in range(500):
        desk.keyboard.down("ArrowRight")
        desk.wait_for_timeout(15)
        if desk.evaluate("seen.length") >= 10:
            break
    desk.keyboard.up("ArrowRight")
    until(desk, "!stage.transport.leader.seeking && seen.at(-1)[0] === stage.frame")
    seen = desk.evaluate("seen")
    assert len(seen) >= 10
    assert [n for n, _ in seen] == list(range(1, len(seen) + 1)), "no frame is left out"
    assert all(said == shown for said, shown in seen)


def test_space_plays_and_rests_on_the_frame_that_it_says(desk: Page) -> None:
    load(desk)
    desk.keyboard.press("Space")
    until(desk, "stage.frame > 12")
    desk.keyboard.press("Space")
    until(desk, "stage.paused && !stage.transport.leader.seeking && window.on('front').frame === stage.frame")


def test_it_plays_to_its_last_frame_and_stays_there(desk: Page) -> None:
    load(desk, frame=70)
    desk.keyboard.press("Space")
    until(desk, "stage.paused && stage.frame === 95")
    settled(desk, 95)


def test_range_loops_between_its_ends_and_nowhere_else(desk: Page) -> None:
    load(desk, frame=20)
    desk.keyboard.press("i")
    desk.evaluate("stage.seek(40)")
    desk.keyboard.press("o")
    assert desk.evaluate("stage.transport.range") == {"from": 20, "to": 40}
    desk.evaluate("() => { window.seen = []; stage.onFrame((frame) => seen.push(frame)); }")

    def loops() -> None:
        desk.keyboard.press("Space")
        until(desk, "seen.filter((n, i) => n < seen[i - 1]).length >= 3")
        desk.keyboard.press("Space")
        until(desk, "stage.paused && !stage.transport.leader.seeking")

    shown = [frame for _film, frame in films_seen(composed(desk, loops, 0.1))]
    assert shown
    assert {*shown, *desk.evaluate("seen")} <= set(range(20, 41)), "what is on the screen, and what is said"
    assert 20 in desk.evaluate("seen")
    desk.keyboard.press("p")
    assert desk.evaluate("stage.transport.range") is None
    desk.evaluate("stage.play()")
    until(desk, "stage.frame > 45")


def test_shuttle_doubles_turns_round_and_stops(desk: Page) -> None:
    load(desk, 4)
    assert _tapped(desk, "l", 5) == [[1, ""], [2, "2×"], [4, "4×"], [8, "8×"], [8, "8×"]]
    until(desk, "stage.frame > 100")
    desk.evaluate("() => { window.begun = stage.frame; }")
    assert _tapped(desk, "j", 3) == [[-1, "−1×"], [-2, "−2×"], [-4, "−4×"]]
    until(desk, "stage.frame < window.begun - 30")
    desk.keyboard.press("k")
    until(desk, "stage.paused && !stage.transport.leader.seeking")
    assert on(desk)[0] == desk.evaluate("stage.frame")


def _tapped(desk: Page, key: str, times: int) -> list[list[object]]:
    """Taps a key, with no time between, and gives after each how fast it goes and what is said of it."""
    tapped: list[list[object]] = desk.evaluate(
        """([key, times]) => Array.from({ length: times }, () => {
          const pressed = { key, code: `Key${key.toUpperCase()}`, bubbles: true };
          document.body.dispatchEvent(new KeyboardEvent("keydown", pressed));
          return [stage.transport.shuttle, document.querySelector(".stage-going").textContent];
        })""",
        [key, times],
    )
    return tapped


def test_backwards_ends_at_the_first_frame(desk: Page) -> None:
    load(desk, frame=12)
    desk.keyboard.press("j")
    until(desk, "stage.paused")
    settled(desk, 0)


def test_speed_is_the_speed(desk: Page) -> None:
    load(desk, 4)
    desk.get_by_label("Speed", exact=True).select_option("0.5")
    desk.evaluate("stage.play()")
    until(desk, "stage.frame >= 4")
    assert desk.locator("video.is-front").evaluate("(film) => [film.playbackRate, film.paused]") == [0.5, False]
    desk.get_by_label("Speed", exact=True).select_option("2")
    until(desk, "stage.frame >= 16")
    assert desk.locator("video.is-front").evaluate("(film) => film.playbackRate") == 2


def test_shots_are_stepped_through_and_marked(desk: Page) -> None:
    load(desk, first_frame=1001)
    marks = desk.locator(".bar-cut")
    assert marks.evaluate_all("(all) => all.map((one) => one.title)") == [
        "SH01", "SH02 · planned 1033 · cut 1035", "SH03 · planned 1065", "cut 1051",
    ]  # fmt: skip
    for key, frame in (("Shift+ArrowDown", 34), ("Shift+ArrowDown", 64), ("Shift+ArrowUp", 34), ("Shift+ArrowUp", 0)):
        desk.keyboard.press(key)
        settled(desk, frame)
    assert desk.evaluate("[stage.shotAt(33).id, stage.shotAt(34).id, stage.shotAt(96)]") == ["SH01", "SH02", None]


def test_scrubbing_lands_on_the_frame_under_the_pointer(desk: Page) -> None:
    load(desk)
    box = desk.locator(".bar-track").bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + 10, box["y"] + 20)
    desk.mouse.down()
    for share in (0.2, 0.5, 0.8):
        desk.mouse.move(box["x"] + box["width"] * share, box["y"] + 20)
    desk.mouse.up()
    settled(desk, int(FIRST.frames * 0.8))
