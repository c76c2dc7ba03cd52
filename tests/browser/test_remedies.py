"""A refusal offers what the page can do about it; a decision that can't be taken isn't lit, whoever made it so."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre


def as_anna(film: Theatre, slate: str, verdict: str, **body: Any) -> None:
    """Judge a slate as another person does, in a window of her own."""
    path = f"{film.origin}/api/v1/projects/film/records/{slate}/{verdict}"
    seen = {"revision": film.on_disk(slate)["revision"], **body}
    httpx.post(path, json=seen, headers={"Starsend-By": "Anna"}, trust_env=False).raise_for_status()


def told(page: Page) -> Locator:
    return page.locator("#toasts .toast").last


def test_an_approval_says_what_stays_with_a_fix_and_uses_the_take_instead(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ03", state="any")
    as_anna(film, "SEQ03_SH02", "approve")
    expect(page.locator("#decisions .why")).to_contain_text("without SH02")
    dailies.press("a")
    expect(told(page)).to_contain_text("SEQ03_T001 approved; SH02 stays with its fix SEQ03_SH02_T001")
    told(page).get_by_role("button", name="Use T001 for SH02").click()
    expect(told(page)).to_contain_text("SH02 comes from SEQ03_T001 now")
    dailies.state("SEQ03_SH02", "video_complete")
    dailies.press("u")
    dailies.state("SEQ03_SH02", "approved")
    expect(told(page)).to_contain_text("The reopening of SEQ03_SH02 is taken back: T001 is approved again.")
    dailies.press("u")
    dailies.on_disk("SEQ03", lambda record: record["takes"][0]["except"] == ["SH02"], "it is as it was")


def test_what_another_approves_is_not_lit_and_focus_and_words_stay(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    note = page.locator(".composer textarea")
    note.fill("half a wor")
    approve = page.locator("#decisions .approve")
    approve.focus()
    as_anna(film, "SEQ04", "approve", take=3)
    expect(approve).to_be_disabled()
    expect(approve).to_contain_text("Approved")
    expect(page.locator("#decisions .why")).to_have_text("Approved by Anna")
    expect(approve).to_be_focused()
    expect(note).to_have_value("half a wor")
    dailies.press("a")
    expect(told(page)).to_contain_text("SEQ04_T003 is approved already")
    told(page).get_by_role("button", name="Reopen").click()
    dailies.state("SEQ04", "video_complete")
    expect(approve).to_be_enabled()


def test_a_refusal_has_a_button_in_the_place_of_a_command(film: Theatre, page: Page) -> None:
    as_anna(film, "SEQ02", "approve")
    dailies = Dailies(film, page).open(slate="SEQ02", state="any")
    dailies.press("u")
    refusal = told(page)
    expect(refusal).to_contain_text("is Anna's")
    expect(refusal).not_to_contain_text("starsend ")
    expect(refusal.get_by_role("button", name="Reopen")).to_be_visible()
    dailies.press("y")
    expect(told(page)).to_contain_text("SEQ02 waits for a verdict again")
    dailies.state("SEQ02", "video_complete")


def test_a_take_whose_file_is_gone_is_approved_once_it_is_back(film: Theatre, page: Page) -> None:
    media = film.workspace / film.on_disk("SEQ05")["takes"][0]["media"]["path"]
    film.command("reopen", "SEQ05")
    away = media.rename(media.with_suffix(".away"))
    dailies = Dailies(film, page).open(slate="SEQ05")
    expect(page.locator("#stage h1")).to_have_text("The file of SEQ05_T001 is gone")
    expect(page.locator("#decisions .approve")).to_be_disabled()
    expect(page.locator("#decisions .reject")).to_be_enabled()
    dailies.press("a")
    expect(told(page)).to_contain_text("The file of SEQ05_T001 is gone")
    away.rename(media)
    told(page).get_by_role("button", name="Look again").click()
    expect(page.locator("#decisions .approve")).to_be_enabled()
    dailies.seen()
    dailies.press("a")
    dailies.state("SEQ05", "approved")


def test_picks_are_taken_back_one_by_one_also_after_a_reload(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ01", state="any")

    def cell_is(cell: int | None) -> None:
        dailies.until(lambda: (film.on_disk("SEQ01")["clean_frame"] or {}).get("cell") == cell, f"cell {cell}")

    for cell in (1, 3, 2):
        dailies.press(str(cell), "Enter")
        cell_is(cell)
        dailies.open(slate="SEQ01", state="any")  # what this tab knows of its picks is gone
    picking = f"{film.origin}/api/v1/projects/film/records/SEQ01"
    given = {"revision": film.on_disk("SEQ01")["revision"], "cell": 4, "for": "SEQ01_SH02"}
    name = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "starsend-by")
    httpx.post(f"{picking}/crop", json=given, headers={"Starsend-By": name}, trust_env=False).raise_for_status()
    dailies.press("u")
    dailies.on_disk("SEQ01_SH02", lambda record: record["clean_frame"] is None, "the cell that was given away is back")
    hers = {"revision": film.on_disk("SEQ01")["revision"], "cell": 2, "for": "SEQ01_SH02"}
    httpx.post(f"{picking}/crop", json=hers, headers={"Starsend-By": "Anna"}, trust_env=False).raise_for_status()
    for before in (3, 1, None):
        dailies.press("u")
        cell_is(before)
    dailies.state("SEQ01", "keyframe_complete")
