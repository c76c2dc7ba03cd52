"""Choosing: free, instant, undoable; on the take as it was seen, and with nothing lost that was typed."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

_WATCH = """() => {
  window.played = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "a") return;
    const front = () => document.querySelector("#stage video.is-front");
    const before = front()?.src;
    const look = () => {
      const video = front();
      if (video && video.src !== before && !video.paused && video.readyState >= 2) window.played += 1;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""
"""Counts how often another film comes in front after `a`, and plays."""
_AT_HAND = """(slate) => [...document.querySelectorAll("#stage video")]
  .some((film) => film.src.includes(`${slate}_T`) && film.readyState >= 3)"""


def _verdict(record: dict[str, Any], take: int) -> Any:
    return record["takes"][take - 1]["verdict"]


def test_approve_plays_the_next_slate_which_was_loaded_meanwhile(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    page.evaluate(_WATCH)
    for slate, following in (("SEQ02", "SEQ03_SH02"), ("SEQ03_SH02", "SEQ04")):
        page.wait_for_function(_AT_HAND, arg=following)
        dailies.press("a")
        dailies.shows(following)
        dailies.state(slate, "approved")
    dailies.until(lambda: page.evaluate("window.played") == 2, "both films played")
    assert page.locator("dialog:visible").count() == 0


def test_undo_returns_to_the_slate_and_take_and_restores_what_was(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=1, frame=30)
    before = film.on_disk("SEQ04")
    dailies.press("a")
    dailies.state("SEQ04", "approved")
    expect(page.locator("#toasts")).to_contain_text("SEQ04_T001 approved")
    dailies.press("u")
    dailies.state("SEQ04", str(before["state"]))
    dailies.shows("SEQ04", 1)
    dailies.shows_frame(30)
    assert _verdict(film.on_disk("SEQ04"), 1) is None
    dailies.press("u")
    expect(page.locator("#toasts")).to_contain_text("nothing to undo")


def test_the_button_of_the_message_undoes_too_and_a_note_in_between_does_not_hinder(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.press("a")
    dailies.state("SEQ02", "approved")
    film.command("note", "SEQ02", "written meanwhile", "--take", "1")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    dailies.shows("SEQ02", 1)
    dailies.state("SEQ02", "video_complete")


def test_a_shot_marked_bad_is_left_out_of_the_approval(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", frame=30, state="any")
    dailies.shows_frame(30)
    dailies.press("x")
    expect(page.locator("#decisions")).to_contain_text("Approve without SH02")
    expect(page.locator("#strip .bar-bad")).to_contain_text("SH02 bad")
    dailies.press("Shift+ArrowDown")
    expect(page.locator("#decisions .mark-bad")).to_contain_text("Mark SH03 bad")
    dailies.press("x")
    expect(page.locator("#decisions")).to_contain_text("Approve without SH02, SH03")
    dailies.press("x")
    expect(page.locator("#decisions .approve")).to_have_text("Approve without SH02a")
    page.reload()
    dailies.ready()
    expect(page.locator("#decisions")).to_contain_text("Approve without SH02")
    dailies.press("a")
    record = dailies.on_disk("SEQ02", lambda found: _verdict(found, 1) == "approved", "it is approved")
    assert record["takes"][0]["except"] == ["SH02"]
    expect(page.locator("#toasts")).to_contain_text("approved without SH02")


def test_an_older_take_can_be_approved(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04")
    dailies.press("1")
    dailies.shows("SEQ04", 1)
    page.get_by_role("button", name="Approve").click()
    record = dailies.state("SEQ04", "approved")
    assert [take["verdict"] for take in record["takes"]] == ["approved", None, None]


def test_reject_by_digits_and_words(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("Space", "r", "2", "4", "5", "5")
    dialog = page.get_by_role("dialog", name="Reject SEQ04_T003")
    expect(dialog.get_by_role("button", name="hands")).to_have_attribute("aria-pressed", "true")
    expect(dialog.get_by_role("button", name="continuity")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("[...document.querySelectorAll('#stage video')].every((video) => video.paused)")
    page.keyboard.type("six fingers, 2 hands")
    dailies.press("Escape")
    expect(dialog).to_be_hidden()
    assert _verdict(film.on_disk("SEQ04"), 3) is None
    page.reload()
    dailies.ready()
    dailies.press("r")
    expect(dialog.get_by_role("textbox")).to_have_value("six fingers, 2 hands")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ04", lambda found: _verdict(found, 3) == "rejected", "it is rejected")
    assert record["takes"][2]["reason"] == "six fingers, 2 hands"
    assert record["takes"][2]["reasons"] == ["hands", "camera"]
    expect(dialog).to_be_hidden()
    expect(page.locator("#rail")).to_contain_text("rejected")
    dailies.press("u")
    dailies.on_disk("SEQ04", lambda found: _verdict(found, 3) is None, "the rejection is taken back")


def test_a_rejection_without_a_reason_is_asked_for_one(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04")
    dailies.press("r", "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("Say what is wrong")
    assert all(take["verdict"] is None for take in film.on_disk("SEQ04")["takes"])


def test_a_stale_approval_comes_back_and_says_why(film: Theatre, page: Page) -> None:
    page.route("**/events*", lambda route: route.abort())  # what others do isn't heard
    dailies = Dailies(film, page).open(slate="SEQ04", take=2, frame=10)
    film.command("reject", "SEQ04", "--take", "2", "--reason", "somebody was faster")
    dailies.press("a")
    expect(page.locator("#toasts")).to_contain_text("has changed since you saw it")
    dailies.shows("SEQ04", 2)
    expect(page.locator("#rail")).to_contain_text("rejected")
    assert _verdict(film.on_disk("SEQ04"), 2) == "rejected"
    dailies.press("a")  # what is there now has been seen
    dailies.on_disk("SEQ04", lambda found: _verdict(found, 2) == "approved", "it is approved on purpose")


def test_a_stale_rejection_keeps_what_was_typed_and_can_be_sent_again(film: Theatre, page: Page) -> None:
    page.route("**/events*", lambda route: route.abort())
    dailies = Dailies(film, page).open(slate="SEQ04", take=2)
    dailies.press("r", "3")
    page.keyboard.type("it stutters")
    film.command("approve", "SEQ04", "--take", "1")
    dailies.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("has changed since you saw it")
    expect(dialog.get_by_role("textbox")).to_have_value("it stutters")
    expect(dialog.get_by_role("button", name="motion")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#rail")).to_contain_text("in the cut")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ04", lambda found: _verdict(found, 2) == "rejected", "it is rejected on purpose")
    assert record["takes"][1]["reason"] == "it stutters"


def test_nothing_is_lost_when_the_console_is_away(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2)
    page.route("**/approve", lambda route: route.abort())
    dailies.press("a")
    expect(page.locator("#toasts")).to_contain_text("can't be reached")
    dailies.shows("SEQ04", 2)


def test_decisions_are_in_reach_of_the_thumb(film: Theatre, phone: Page) -> None:
    Dailies(film, phone).open(slate="SEQ04")
    for name in ("Reject", "Note", "Approve"):
        box = phone.locator("#decisions .decide").get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert (box["y"] > 844 * 0.75, box["height"] >= 44) == (True, True), (name, box)
    phone.locator("#decisions .decide").get_by_role("button", name="Reject").tap()
    phone.get_by_role("dialog").get_by_role("button", name="hands").tap()
    phone.get_by_role("dialog").get_by_role("button", name="Reject").tap()
    Dailies(film, phone).on_disk("SEQ04", lambda found: _verdict(found, 3) == "rejected", "it is rejected")
