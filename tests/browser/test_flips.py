"""From one film to another without a black frame: takes of a slate, its neighbours, the next slate."""

from __future__ import annotations

import itertools

from playwright.sync_api import Page

from tests.browser.player_bench import take, view
from tests.browser.player_page import (
    SECOND,
    composed,
    darkest,
    films_seen,
    load,
    on,
    until,
)

_WHOLE = """(name) => {
  const film = [...document.querySelectorAll("video")].find((one) => one.src.endsWith(name));
  return film.buffered.length === 1 && film.buffered.end(0) > film.duration - 0.1;
}"""


def test_flips_stay_on_the_frame_without_a_black_one(desk: Page) -> None:
    load(desk, frame=30)

    def flips() -> None:
        for key, film in (("2", 1), ("3", 2), ("1", 0), ("`", 2), ("`", 0)):
            desk.keyboard.press(key)
            until(desk, "(film) => window.on('front').film === film", film)
            assert on(desk) == (30, film)

    pictures = composed(desk, flips, 0.3)
    assert {film for film, _ in films_seen(pictures)} == {0, 1, 2}
    assert {frame for _, frame in films_seen(pictures)} == {30}
    assert darkest(pictures) > 70


def test_flip_while_it_plays_goes_on(desk: Page) -> None:
    load(desk, frame=10)
    desk.keyboard.press("Space")
    until(desk, "stage.frame > 20")
    before = desk.evaluate("stage.frame")

    def flip() -> None:
        desk.keyboard.press("2")
        until(desk, "(before) => window.on('front').film === 1 && !stage.paused && stage.frame > before", before)

    assert darkest(composed(desk, flip, 0.3)) > 70


def test_context_plays_the_neighbours_ends_without_black(desk: Page) -> None:
    neighbours = {
        "previous": {"slate": "SEQ00", "take": 2, "url": "/films/long.mp4", "offset": 20, "frames": 180, "fps": "24/1"},
        "next": {"slate": "SEQ02", "take": 1, "url": "/films/second.mp4", "frames": 96, "fps": "24/1"},
    }
    load(desk, 3, frame=40, neighbours=neighbours)

    def play() -> None:
        desk.keyboard.press("c")
        until(desk, "stage.inContext")
        desk.wait_for_function("() => !stage.inContext", timeout=30_000)
        until(desk, "window.on('front').film === 2")

    pictures = composed(desk, play, 0.3)
    seen = films_seen(pictures)
    runs = [(film, [frame for _, frame in shown]) for film, shown in itertools.groupby(seen, lambda one: one[0])]
    assert [film for film, _ in runs] == [2, 3, 2, 1, 2], "where one was, before, this, after, and back"
    was, before, this, after, back = (frames for _, frames in runs)
    assert {*was, *back} == {40}
    assert set(before) <= set(range(152, 200)), "two seconds of the one before, and no other frame of it"
    assert set(after) <= set(range(48)), "two seconds of the next one, and no other frame of it"
    for frames in (before, this, after):
        assert frames == sorted(frames)
    assert darkest(pictures) > 70
    assert desk.evaluate("[stage.paused, stage.frame]") == [True, 40]
    assert on(desk) == (40, 2)


def test_context_stops_at_a_key(desk: Page) -> None:
    load(desk, 1, frame=7)
    desk.keyboard.press("c")
    until(desk, "stage.inContext && stage.frame >= 0")
    desk.keyboard.press("Escape")
    until(desk, "!stage.inContext && stage.paused && !stage.coming")
    until(desk, "stage.frame === window.on('front').frame")


def test_preloaded_slate_plays_at_once(desk: Page) -> None:
    load(desk, 1, frame=30)
    desk.evaluate("stage.preload({ url: '/films/second.mp4', fps: '24/1', frames: 96 })")
    until(desk, _WHOLE, "second.mp4")
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    other = view(take(1, "/films/second.mp4", SECOND), slate="SEQ02")

    def play() -> None:
        desk.evaluate("(view) => stage.load(view, 1, { frame: 0, play: true })", other)
        until(desk, "stage.frame > 1 && window.on('front').film === 1")

    assert darkest(composed(desk, play, 0.3)) > 70
    assert asked == [], "all of it was there before it was wanted"
