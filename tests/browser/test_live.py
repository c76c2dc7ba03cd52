"""A page that is open follows what others do, and outlives what happens to it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.dailies_page import Dailies
from tests.browser.dailies_world import SCRIPT
from tests.browser.theatre import Theatre


def test_a_verdict_given_on_the_command_line_shows_at_once(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", state="any")
    film.command("approve", "SEQ02")
    expect(page.locator("#rail")).to_contain_text("in the cut")
    expect(dailies.row("SEQ02")).to_contain_text("approved")
    assert dailies.asked["slate"] == "SEQ02"


def test_a_note_from_the_command_line_comes_without_disturbing_what_is_typed(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2, frame=10)
    dailies.press("n")
    page.keyboard.type("half a thou")
    film.command("note", "SEQ04", "--take", "2", "--frame", "12", "from the other room")
    expect(page.locator("#notes")).to_contain_text("from the other room")
    page.keyboard.type("ght")
    focused = page.locator(":focus")
    expect(focused).to_have_value("half a thought")


def test_a_take_made_on_the_command_line_comes_into_the_rail(film: Theatre, page: Page) -> None:
    Dailies(film, page).open(slate="SEQ05", state="any")
    film.command("generate", "--seq", "SEQ05", "--mode", "multi", "--yes", "--fast")
    expect(page.locator("#rail [data-take='2']")).to_be_visible()


def test_a_reload_returns_to_slate_take_and_frame(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2, frame=30)
    dailies.shows("SEQ04", 2)
    dailies.shows_frame(30)
    dailies.press("ArrowRight", "ArrowRight", "ArrowRight")
    dailies.shows_frame(33)
    dailies.until(lambda: "frame" in dailies.asked and dailies.asked["frame"] != "30", "the frame in the address")
    page.reload()
    dailies.ready()
    dailies.shows("SEQ04", 2)
    dailies.shows_frame(33)
    assert dailies.picture() == {"frame": 33, "film": 2}


def test_a_server_that_was_away_is_caught_up_with_and_nothing_typed_is_lost(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", state="any")
    dailies.press("n")
    page.keyboard.type("typed before the storm")
    film.close()
    expect(page.locator("body")).to_have_attribute("data-offline", "")
    expect(page.locator(".offline")).to_be_visible()
    film.command("approve", "SEQ02")
    film.open()
    expect(page.locator("#rail")).to_contain_text("in the cut", timeout=20_000)
    expect(page.locator("body")).not_to_have_attribute("data-offline", "")
    expect(page.locator(":focus")).to_have_value("typed before the storm")


def test_a_network_that_was_away_is_caught_up_with(film: Theatre, page: Page, desk_context: BrowserContext) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", state="any")
    desk_context.set_offline(True)
    dailies.press("a")
    expect(page.locator("#toasts")).not_to_be_empty()
    assert film.on_disk("SEQ02")["state"] == "video_complete"
    film.command("note", "SEQ02", "--take", "1", "said while you were away")
    desk_context.set_offline(False)
    page.get_by_role("button", name="Show SEQ02").click()
    expect(page.locator("#notes")).to_contain_text("said while you were away", timeout=20_000)
    film.command("note", "SEQ02", "--take", "1", "and now that you are back")
    expect(page.locator("#notes")).to_contain_text("and now that you are back", timeout=20_000)


def test_a_refusal_calls_nobody_away_from_what_they_write(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", state="any")
    held: list[Route] = []
    page.route("**/records/SEQ02/approve", lambda route: held.append(route))  # a method of a list can't be marked
    dailies.press("a")
    dailies.until(lambda: bool(held), "the verdict is on its way")
    dailies.shows("SEQ03_SH02")
    dailies.press("n")
    page.keyboard.type("the cup is in the other hand")
    film.command("reject", "SEQ02", "--reason", "hands")
    held[0].continue_()
    back = page.get_by_role("button", name="Show SEQ02")
    expect(back).to_be_visible()
    dailies.shows("SEQ03_SH02")
    expect(page.locator(":focus")).to_have_value("the cup is in the other hand")
    back.click()
    dailies.shows("SEQ02")
    expect(page.locator("#rail")).to_contain_text("rejected")


def test_words_of_people_are_shown_as_words(film: Theatre, page: Page) -> None:
    Dailies(film, page).open(slate="SEQ02", take=1, frame=30)
    expect(page.locator("#notes")).to_contain_text(SCRIPT)
    expect(page.locator("[data-part=prompt]")).to_contain_text(SCRIPT)
    for other in ("board", "cut", "elements", "costs", "activity"):
        page.goto(film.url(other))
        expect(page.locator("main")).not_to_be_empty()
        expect(page).not_to_have_title("pwned")


def test_a_record_broken_by_hand_is_named_until_it_is_mended_and_the_rest_works(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=2, frame=30)
    place = film.record_file("SEQ04")
    whole = place.read_bytes()
    place.write_text('{"id": "SEQ04", "sta', encoding="utf-8")
    expect(page.locator("#list")).to_contain_text("SEQ04 can't be read")
    expect(page.locator("#stage")).to_contain_text("SEQ04 can't be shown")
    expect(page.get_by_role("button", name="Approve")).to_be_disabled()
    expect(page.locator("#decisions")).to_contain_text("nothing is decided on it until it is mended")
    place.write_bytes(whole)
    expect(page.locator("#list .broken")).to_have_count(0)
    expect(dailies.row("SEQ04")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_enabled()
    dailies.shows("SEQ04", 2)
    dailies.shows_frame(30)
    place.write_text('{"id": "SEQ04", "sta', encoding="utf-8")
    dailies.press("ArrowUp")
    dailies.shows("SEQ03_SH02")
    dailies.press("a")
    dailies.state("SEQ03_SH02", "approved")
    page.goto(film.url(slate="SEQ04", frame=30))
    dailies.ready()
    expect(page.locator("#stage")).to_contain_text("SEQ04 can't be shown")
    place.write_bytes(whole)
    dailies.shows("SEQ04")


def test_a_record_broken_by_hand_keeps_no_page_from_coming(film: Theatre, page: Page) -> None:
    film.record_file("SEQ04").write_text('{"id": "SEQ04", "sta', encoding="utf-8")
    for other in ("board", "cut", "elements", "costs", "activity"):
        answer = page.goto(film.url(other))
        assert answer is not None
        assert answer.status == 200, other


def test_a_workspace_that_is_moved_away_is_named_until_it_is_back(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    board, late = page.context.new_page(), page.context.new_page()
    board.goto(film.url("board"))
    away = film.workspace.with_name("away")
    film.workspace.rename(away)
    try:
        for each in (page, board):
            expect(each.locator("#workspace-gone")).to_contain_text(f"The workspace {film.workspace} is gone")
        expect(page.locator("#rail")).to_contain_text("Takes of SEQ02", ignore_case=True)
        dailies.press("a")
        expect(page.locator("#toasts")).to_contain_text("workspace")
        late.goto(film.origin)
        expect(late.get_by_role("alert")).to_contain_text(str(film.workspace))
    finally:
        away.rename(film.workspace)
    for each in (page, board):
        expect(each.locator("#workspace-gone")).to_be_hidden()
    expect(late.locator("#rail")).to_contain_text("Takes of", ignore_case=True)
    page.get_by_role("button", name="Show SEQ02").click()
    dailies.shows("SEQ02")
    dailies.press("a")
    dailies.state("SEQ02", "approved")
