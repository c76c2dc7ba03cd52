"""The cut as a strip that plays: what its pixels say, against what it says and what the cut takes."""

from __future__ import annotations

from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from starsend.model.slate import Slate
from tests.browser.dailies_world import Making
from tests.browser.player_page import composed, darkest
from tests.browser.theatre import Theatre
from tests.fakes.numbered_films import READ_IN_PAGE, read_number

TAKE, FIX = 1, 2
"""The marks of SEQ02_T001 (and of SEQ03_T001) and of SEQ02_SH03_T002."""

PLACES: Final = (
    *((TAKE, frame, 72 + frame) for frame in range(48)),  # SEQ02_SH01 and _SH02; SEQ01's slates lie before
    *((FIX, frame, 120 + frame) for frame in range(24)),  # in the place of SEQ02_SH03; 48 more are unused
    *((TAKE, frame, 72 + frame) for frame in range(72, 96)),  # SEQ02_SH04
    *((TAKE, frame, 168 + frame) for frame in range(24)),  # SEQ03_SH01; SH02's slate lies after
)
"""All frames of films in the cut: film, its frame, the frame of the cut."""

_PAINTED: Final = f"""() => {{
  const read = {READ_IN_PAGE.strip()};
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  window.painted = [];
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {{
    draw.apply(this, given);
    if (!this.canvas.classList.contains("still")) return;
    const {{ width, height }} = this.canvas;
    const row = this.getImageData(0, Math.round(height * 0.85), width, 1).data;
    const bit = (n) => row[4 * Math.round(width * (n + 1.5) / 16)] > 127;
    let number = 0;
    for (let n = 0; n < 12; n += 1) number = number * 2 + (bit(n) ? 1 : 0);
    queueMicrotask(() => window.painted.push([number & 3, number >> 2, Number(document.getElementById("cut-frame").textContent)]));
  }};
}}"""  # noqa: E501 - read in the page


_STOP_THERE: Final = """(shot) => {
  const watch = new MutationObserver(() => {
    if (!document.querySelector(`#cut-strip [data-key='${shot}'][aria-current]`)) return;
    watch.disconnect();
    window.going = document.querySelector("#cut-play").textContent.match(/−1×/)?.[0];
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", code: "KeyK", bubbles: true }));
  });
  watch.observe(document.getElementById("cut-strip"), { subtree: true, attributes: true, childList: true });
}"""
"""Presses K as soon as a shot is reached."""


@pytest.fixture
def cut(film: Theatre) -> Theatre:
    """SH03 of SEQ02 is bad, and lies in the midst of its take; the second take of its fix is in the cut."""
    film.command("approve", "SEQ02", "--except", "SH03")
    Making(film.world).generate("SEQ02", "single", shot="3", takes=2)
    film.project().review.approve(Slate("SEQ02_SH03"), take=2)
    return film


def opened(page: Page, film: Theatre, shot: str) -> Page:
    page.goto(film.url("cut", episode="ep_001", shot=shot))
    expect(page.locator(f"#cut-strip [data-key='{shot}'][aria-current]")).to_be_visible()
    return page


def on(page: Page) -> tuple[int, int]:
    """The film and the frame that the pixels in front show."""
    told = page.evaluate(f"() => ({READ_IN_PAGE.strip()})(document.querySelector('video.is-front'))")
    return told["film"], told["frame"]


def places(seen: list[tuple[int, int]]) -> list[int]:
    """The frames of the cut that pictures are, in order; fails where one is not of it, or comes too late."""
    found = [PLACES[0][2]]
    for film, frame in seen:
        after = [place for known, own, place in PLACES if (known, own) == (film, frame) and place >= found[-1]]
        assert after, f"frame {frame} of film {film} after {found[-1]} of the cut; seen: {seen}"
        found.append(after[0])
    return found[1:]


def test_every_frame_over_a_splice_belongs_to_the_cut_and_comes_in_order(cut: Theatre, page: Page) -> None:
    opened(page, cut, "SEQ02_SH02")
    expect(page.locator("#cut-frame")).to_have_text("96")
    assert on(page) == (TAKE, 24)
    page.evaluate(_PAINTED)

    def play() -> None:
        page.keyboard.press("Space")
        page.locator("#cut-strip [data-key='SEQ03_SH02'][aria-current]").wait_for(timeout=20_000)
        page.keyboard.press("k")

    pictures = [each for each in composed(page, play, 0.1) if each[:60].mean() > 60]  # without those of the slate
    painted = page.evaluate("window.painted")
    at = places([(film, frame) for film, frame, _said in painted])
    assert at == [said for _film, _frame, said in painted], "what is said is what is seen"
    assert {120, 144, 168} <= set(at), "each piece begins with its first frame"
    assert places([(film, frame) for frame, film in map(read_number, pictures)])[0] == 96
    assert darkest(pictures) > 60


def test_steps_cross_a_splice_frame_by_frame_and_say_where(cut: Theatre, page: Page) -> None:
    opened(page, cut, "SEQ02_SH03")
    said = [("ArrowLeft", 119, TAKE, 47), ("ArrowRight", 120, FIX, 0), ("ArrowLeft", 119, TAKE, 47)]
    said += [("ArrowDown", 120, FIX, 0), ("ArrowDown", 144, TAKE, 72), ("ArrowLeft", 143, FIX, 23)]
    said += [("ArrowUp", 120, FIX, 0), ("ArrowUp", 96, TAKE, 24)]
    for key, place, film, frame in said:
        page.keyboard.press(key)
        expect(page.locator("#cut-frame")).to_have_text(str(place))
        expect(page.locator("#cut-time")).to_have_text(f"00:00:{place // 24:02d}:{place % 24:02d}")
        assert on(page) == (film, frame)
    expect(page.locator(".stage-label.is-frame")).to_have_text("24 · 00:00:01:00")  # as burned into the take
    page.locator("#cut-strip [data-key='SEQ02_SH04'] button").click()
    expect(page.locator("#cut-frame")).to_have_text("144")
    assert on(page) == (TAKE, 72)
    expect(page.locator("#cut-last")).to_have_text("239")
    expect(page.locator("#cut-strip [data-key='SEQ02_SH03'] .cut-spare")).to_have_text("+48 frames unused")


def test_slates_hold_for_their_time_and_films_come_out_of_them(cut: Theatre, page: Page) -> None:
    opened(page, cut, "SEQ01_SH03")
    slate = page.locator("#slate")
    expect(slate).to_contain_text("SEQ01_SH03")
    expect(slate.locator(".slate-why")).not_to_be_empty()
    expect(slate).to_contain_text("1 s planned")
    page.evaluate(_PAINTED)
    held = page.evaluate("""async () => {
      const began = performance.now();
      const slate = document.getElementById("slate");
      document.dispatchEvent(new KeyboardEvent("keydown", { key: " ", code: "Space", bubbles: true }));
      while (!slate.hidden && performance.now() - began < 9000) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    }""")
    assert held > 900
    page.keyboard.press("Space")
    expect(page.locator("#cut-play")).to_contain_text("Play")
    painted = page.evaluate("window.painted")
    assert painted[0] == [TAKE, 0, 72]
    places([(film, frame) for film, frame, _said in painted])


def test_it_plays_backwards_over_a_splice_and_stops(cut: Theatre, page: Page) -> None:
    opened(page, cut, "SEQ02_SH03")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.evaluate(_STOP_THERE, "SEQ02_SH02")
    page.keyboard.press("j")
    page.wait_for_function("() => window.going === '−1×'")
    expect(page.locator("#cut-play")).to_contain_text("Play")
    film, frame = on(page)
    assert film == TAKE
    assert page.locator("#cut-frame").text_content() == str(72 + frame)


def test_the_cut_is_steered_by_keys_and_says_what_is_missing(film: Theatre, page: Page) -> None:
    page.goto(film.url("cut", episode="ep_001"))
    expect(page.locator("#cut-sum")).to_contain_text("0:09.0 missing in 8 shots")
    expect(page.locator("#slate")).to_contain_text("SEQ01_SH01")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#slate")).to_contain_text("SEQ01_SH02")
    page.keyboard.press("End")
    expect(page.locator("#slate")).to_contain_text("SEQ03_SH02")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#now")).to_contain_text("SEQ03_SH01")
    expect(page.locator("video.is-front")).to_have_count(1)
    page.keyboard.press("Home")
    expect(page.locator("#cut-time")).to_have_text("00:00:00:00")
    expect(page.locator("#cut-frame")).to_have_text("0")


def test_a_shot_that_is_approved_comes_into_the_cut_where_it_stands(film: Theatre, page: Page) -> None:
    page.goto(film.url("cut", episode="ep_001", shot="SEQ03_SH02"))
    expect(page.locator("#slate")).to_contain_text("SEQ03_SH02")
    film.command("approve", "SEQ03_SH02")
    expect(page.locator("#now")).to_contain_text("SEQ03_SH02_T001")
    expect(page.locator("#slate")).to_be_hidden()
    assert on(page)[1] == 0


def test_a_film_that_is_none_is_said_in_its_place(cut: Theatre, page: Page) -> None:
    def spoil(route: Any) -> None:
        route.fulfill(body=b"not a film" * 100, content_type="video/mp4")

    page.route("**/SEQ02_SH03_T002.mp4*", spoil)
    opened(page, cut, "SEQ02_SH03")
    expect(page.locator("#slate .slate-why")).to_contain_text("SEQ02_SH03_T002 can't be shown by this browser")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#slate")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#screen-fault")).to_contain_text("The cut went on without it")
    expect(page.locator("#cut-strip [data-key='SEQ02_SH04'][aria-current]")).to_be_visible()
