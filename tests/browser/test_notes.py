"""Notes on takes and frames: pinned where typing began, drawn on the picture, never moved, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

_INK = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let at = 3; at < data.length; at += 4) inked += data[at] > 40 ? 1 : 0;
  return inked;
}"""
_SHOWN = "document.querySelector('#strip [role=slider]').getAttribute('aria-valuenow')"


def _notes(film: Theatre, slate: str, take: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = film.on_disk(slate)["takes"][take - 1]["notes"]
    return found


def _ink(page: Page) -> int:
    inked: int = page.locator("#stage canvas.stage-canvas").evaluate(_INK)
    return inked


def _draw(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator("#stage canvas.stage-canvas").bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def test_typing_pauses_and_pins_the_frame_and_sending_plays_on(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", frame=20)
    before = len(_notes(film, "SEQ02", 1))
    dailies.shows_frame(20)
    dailies.press("Space")
    dailies.until(lambda: int(page.evaluate(_SHOWN)) > 24, "it plays")
    dailies.press("n")
    page.keyboard.type("W")
    pin = page.locator(".composer .pin")
    expect(pin).to_be_visible()
    pinned = int(pin.inner_text())
    dailies.until(lambda: int(page.evaluate(_SHOWN)) == pinned, "it rests on the frame that is pinned")
    page.keyboard.type("rong hand")
    page.wait_for_timeout(300)
    assert int(page.evaluate(_SHOWN)) == pinned
    page.keyboard.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ02", 1)) == before + 1, "the note is written")
    note = _notes(film, "SEQ02", 1)[-1]
    assert (note["text"], note["frame"], note.get("end_frame")) == ("Wrong hand", pinned, None)
    dailies.until(lambda: int(page.evaluate(_SHOWN)) != pinned, "it plays on")
    expect(page.locator(".composer textarea")).to_have_value("")
    expect(page.locator(".note-list")).to_contain_text("Wrong hand")


def test_a_note_on_the_looped_range(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=10)
    dailies.shows_frame(10)
    dailies.press("i", *["ArrowRight"] * 5)
    dailies.shows_frame(15)
    dailies.press("o", "m")
    page.keyboard.type("flickers")
    page.keyboard.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 3)) == 1, "the note is written")
    note = _notes(film, "SEQ04", 3)[0]
    assert (note["frame"], note["end_frame"]) == (10, 15)
    expect(page.locator("#strip .bar-dots > *")).to_have_count(1)


def test_a_drawing_comes_back_at_its_frame_after_a_reload(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=12)
    dailies.shows_frame(12)
    assert _ink(page) == 0
    dailies.press("d")
    _draw(page, (0.2, 0.2), (0.4, 0.5), (0.6, 0.2))
    _draw(page, (0.7, 0.7), (0.8, 0.8))
    both = _ink(page)
    dailies.press("Control+z")
    dailies.until(lambda: 0 < _ink(page) < both, "one stroke is undone")
    dailies.press("Alt+r")
    dailies.until(lambda: _ink(page) == both, "and done again")
    dailies.press("e")
    _draw(page, (0.74, 0.6), (0.74, 0.9))
    dailies.until(lambda: 0 < _ink(page) < both, "the second is erased")
    dailies.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 3)) == 1, "the drawing is written")
    note = _notes(film, "SEQ04", 3)[0]
    assert note["frame"] == 12
    assert len(note["drawing"]) == 1
    assert note["text"] == ""
    points = note["drawing"][0]["points"]
    assert points[0][:2] == pytest.approx([0.2, 0.2], abs=0.01)
    dailies.open(slate="SEQ04", take=3)
    dailies.shows_frame(0)
    assert _ink(page) == 0
    dailies.press(".")
    dailies.shows_frame(12)
    dailies.until(lambda: _ink(page) > 0, "the drawing is on its frame")
    dailies.press("ArrowRight")
    dailies.shows_frame(13)
    dailies.until(lambda: _ink(page) == 0, "and on no other")


def test_an_arrow_and_words_are_drawn(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=3)
    dailies.shows_frame(3)
    dailies.press("d")
    tools = page.get_by_role("toolbar", name="Drawing")
    tools.get_by_role("button", name="Arrow").click()
    _draw(page, (0.1, 0.1), (0.5, 0.5))
    tools.get_by_role("button", name="Words").click()
    _draw(page, (0.6, 0.4))
    page.keyboard.type("here")
    page.keyboard.press("Enter")
    dailies.press("n")
    page.keyboard.type("look")
    page.keyboard.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 3)) == 1, "the note is written")
    note = _notes(film, "SEQ04", 3)[0]
    assert [stroke["tool"] for stroke in note["drawing"]] == ["arrow", "text"]
    assert note["drawing"][1]["text"] == "here"
    assert note["text"] == "look"
    assert note["frame"] == 3


def test_notes_are_walked_with_comma_and_full_stop(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2)
    dailies.shows_frame(0)
    expect(page.locator("#strip .bar-dots > *")).to_have_count(2)
    dailies.press(".")
    dailies.shows_frame(6)
    dailies.press(".")
    dailies.shows_frame(40)
    dailies.until(lambda: _ink(page) > 0, "its arrow is shown")
    dailies.press(",")
    dailies.shows_frame(6)


def test_a_draft_stays_with_its_take_through_swaps_events_and_a_reload(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3, frame=9, state="any")
    field = page.locator(".composer textarea")
    dailies.shows_frame(9)
    dailies.press("n")
    page.keyboard.type("half a sen")
    expect(page.locator(".composer .pin")).to_have_text("9")
    film.command("note", "SEQ04", "from the command line", "--take", "3")
    expect(page.locator(".note-list")).to_contain_text("from the command line")
    expect(field).to_have_value("half a sen")
    expect(field).to_be_focused()
    page.keyboard.type("tence")
    dailies.press("Escape", "2")
    dailies.shows("SEQ04", 2)
    expect(field).to_have_value("")
    dailies.press("ArrowDown")
    dailies.shows("SEQ05")
    expect(field).to_have_value("")
    dailies.open(slate="SEQ04", take=3, state="any")
    expect(field).to_have_value("half a sentence")
    expect(page.locator(".composer .pin")).to_have_text("9")
    dailies.press("n", "Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 3)) == 2, "the note is written")
    assert (_notes(film, "SEQ04", 3)[-1]["text"], _notes(film, "SEQ04", 3)[-1]["frame"]) == ("half a sentence", 9)
    assert len(_notes(film, "SEQ04", 2)) == 2


def test_a_note_is_answered_and_done(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2)
    first = page.locator(".note-list > li").first
    first.get_by_role("button", name="Reply").click()
    page.keyboard.type("it is dusk")
    page.keyboard.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 2)) == 3, "the answer is written")
    answer = _notes(film, "SEQ04", 2)[-1]
    assert answer["reply_to"] == "t2n1"
    assert answer["frame"] is None
    expect(first.locator(".answers-list")).to_contain_text("it is dusk")
    first.get_by_role("button", name="Done").click()
    dailies.until(lambda: _notes(film, "SEQ04", 2)[0]["done"] is not None, "it is done")
    dailies.press("a")  # the notes of this tab are no reason to refuse
    dailies.state("SEQ04", "approved")


def test_words_of_people_are_text(film: Theatre, page: Page) -> None:
    Dailies(film, page).open(slate="SEQ02", state="any")
    expect(page.locator(".note-list")).to_contain_text("<script>")
    expect(page.locator(".retake")).to_contain_text("SH02")
    assert page.locator(".note-list script, .note-list img, .retake script, .retake [onerror]").count() == 0
    assert "pwned" not in page.title()


def test_a_note_that_is_refused_stays_in_its_field(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    page.route("**/notes", lambda route: route.abort())
    dailies.press("n")
    page.keyboard.type("don't lose me")
    page.keyboard.press("Enter")
    expect(page.locator(".composer [role=alert]")).to_contain_text("can't be reached")
    expect(page.locator(".composer textarea")).to_have_value("don't lose me")
    page.unroute("**/notes")
    page.keyboard.press("Enter")
    dailies.until(lambda: len(_notes(film, "SEQ04", 3)) == 1, "the note is written")
