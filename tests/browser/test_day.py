"""A person's day in Dailies by keyboard alone: no mouse is touched in this file but to drag a crop."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.dailies_page import Dailies
from tests.browser.fresh_film import fresh_theatre
from tests.browser.theatre import Theatre


def test_approving_plays_the_next_slate_and_undo_comes_back(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.press("a")
    dailies.shows("SEQ03_SH02")
    dailies.state("SEQ02", "approved")
    expect(page.locator("#toasts")).to_contain_text("SEQ02_T001 approved")
    dailies.press("u")
    dailies.state("SEQ02", "video_complete")
    dailies.shows("SEQ02", 1)
    assert film.on_disk("SEQ02")["takes"][0]["verdict"] is None


def test_a_bad_shot_is_left_out_of_the_approval(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ02", take=1, frame=30)
    dailies.shows_frame(30)
    dailies.press("x", "a")
    record = dailies.state("SEQ02", "approved")
    assert record["takes"][0]["except"] == ["SH02"]


def test_a_rejection_says_why_by_digits_and_words(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("r", "2", "3")
    page.keyboard.type("she blinks twice")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ04", lambda record: record["takes"][2]["verdict"] == "rejected", "take 3 is rejected")
    assert record["takes"][2]["reasons"] == ["hands", "motion"]
    assert "she blinks twice" in record["takes"][2]["reason"]
    expect(page.locator("#rail")).to_contain_text("rejected")
    expect(page.locator("dialog[open]")).to_have_count(0)
    dailies.press("u")
    dailies.on_disk("SEQ04", lambda record: record["takes"][2]["verdict"] is None, "the rejection is taken back")


def test_an_older_take_is_approved(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("2")
    dailies.shows("SEQ04", 2)
    dailies.until(lambda: dailies.picture()["film"] == 2, "the picture of take 2")
    dailies.press("a")
    assert dailies.state("SEQ04", "approved")["approved_take"] == 2


def test_the_end_of_dailies_says_what_was_done(film: Theatre, page: Page) -> None:
    film.command("crop", "--seq", "SEQ01", "--cell", "1")
    dailies = Dailies(film, page).open(slate="SEQ02")
    for slate in ("SEQ02", "SEQ03_SH02", "SEQ04"):
        dailies.shows(slate)
        dailies.press("a")
        dailies.state(slate, "approved")
    expect(page.locator("#stage")).to_contain_text("That was all")
    expect(page.locator("#stage")).to_contain_text("Approved")
    dailies.press("a")
    expect(page.locator("#stage")).to_contain_text("That was all")


def test_a_whole_day_by_keyboard_from_the_grid_to_the_approved_take(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open()
    dailies.shows("SEQ01", 1)
    dailies.press("3")
    expect(page.locator("dialog[open]")).to_contain_text("cell 3 of 4")
    dailies.press("Enter")
    record = dailies.state("SEQ01", "video_pending")
    assert record["clean_frame"]["cell"] == 3
    dailies.shows("SEQ02")
    expect(dailies.row("SEQ01")).to_have_attribute("data-state", "video_pending")
    dailies.press("ArrowUp")
    dailies.shows("SEQ01")
    dailies.press("q")
    expect(page.locator("#toasts")).to_contain_text("SEQ01 is in the basket")
    dailies.press("g")
    expect(page.locator("#basket")).to_contain_text("SEQ01")
    dailies.press("g")
    made = dailies.state("SEQ01", "video_complete")["takes"][1]
    assert (made["medium"], made["mode"], made["outcome"]) == ("video", "multi", "complete")
    assert made["inputs"]["start_frame"]["path"] == "projects/film/frames/ep_001/clean/SEQ01.png"
    expect(page.locator("#basket")).to_be_hidden()
    expect(page.locator("#rail [data-take='2']")).to_be_visible()
    dailies.press("ArrowDown")
    dailies.shows("SEQ02")
    dailies.press("ArrowUp")
    dailies.shows("SEQ01", 2)
    dailies.press("a")
    assert dailies.state("SEQ01", "approved")["approved_take"] == 2
    dailies.shows("SEQ02")


def test_a_fresh_project_is_worked_by_keyboard_to_its_first_approved_sequence(tmp_path: Path, page: Page) -> None:
    with fresh_theatre(tmp_path) as film:
        dailies = Dailies(film, page).open()
        _tab_to(page, "All")
        dailies.press("Enter")
        expect(dailies.row("SEQ01")).to_contain_text("planned")
        dailies.press("ArrowDown")
        dailies.shows("SEQ01")
        _draw_and_pick(dailies)
        _make_the_video(dailies)
        _note_and_retake(dailies)
        _compare(dailies)
        _judge(dailies)
        assert len(film.world.provider.accepted()) == 3, "a grid and two videos, each sent once"


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until a control of that name has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def _draw_and_pick(dailies: Dailies) -> None:
    face, question = dailies.page.locator("#stage .face"), dailies.page.locator("dialog.question")
    expect(face).to_contain_text("SEQ01 needs a start frame")
    expect(face.locator("[data-offer=grid]")).to_contain_text("Draw a grid$0.16")
    dailies.press("Shift+G")
    expect(question.locator(".primary")).to_be_focused()
    expect(question).to_contain_text("$0.16 of $50.00")
    dailies.press("Enter")
    expect(dailies.page.locator("#stage .sheet-cell")).to_have_count(4)
    dailies.state("SEQ01", "keyframe_complete")
    dailies.press("2")
    expect(dailies.page.locator("dialog[open]")).to_contain_text("cell 2 of 4")
    dailies.press("Enter")
    assert dailies.state("SEQ01", "video_pending")["clean_frame"]["cell"] == 2


def _make_the_video(dailies: Dailies) -> None:
    page = dailies.page
    expect(page.locator("#stage .closing")).to_be_visible()
    dailies.press("ArrowDown")
    dailies.shows("SEQ02")
    dailies.press("ArrowUp")
    dailies.shows("SEQ01")
    expect(page.locator("#next [data-offer=multi]")).to_contain_text("Make the video$0.34")
    dailies.press("Shift+G")
    expect(page.locator("dialog.question .primary")).to_be_focused()
    dailies.press("Enter")
    dailies.state("SEQ01", "video_complete")
    expect(page.locator("#rail [data-take='2']")).to_be_visible()
    dailies.press("ArrowDown", "ArrowUp")
    dailies.shows("SEQ01", 2)


def _note_and_retake(dailies: Dailies) -> None:
    page = dailies.page
    dailies.press("n")
    page.keyboard.type("She is too far away")
    dailies.press("Enter")
    dailies.on_disk("SEQ01", lambda record: bool(record["takes"][1]["notes"]), "the note")
    expect(page.locator(".composer textarea")).not_to_be_focused()
    dailies.press("Shift+Q")
    expect(page.locator("#notes .prompt-row textarea").first).to_be_focused()
    dailies.press("End")
    page.keyboard.type(" She is near.")
    dailies.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("SEQ01 is in the basket")
    dailies.press("g")
    expect(page.locator("#basket")).to_contain_text("She is near.")
    expect(page.locator("#basket .primary")).to_be_focused()
    dailies.press("g")
    done = dailies.on_disk(
        "SEQ01", lambda record: [t["outcome"] for t in record["takes"]] == ["complete"] * 3, "a retake"
    )
    assert done["takes"][2]["inputs"]["shots"][0]["prompt"].endswith("She is near.")
    expect(page.locator("#rail [data-take='3']")).to_be_visible()


def _compare(dailies: Dailies) -> None:
    dailies.press("3")
    dailies.shows("SEQ01", 3)
    dailies.until(lambda: dailies.picture()["film"] == 3, "the picture of take 3")
    dailies.press("`")
    dailies.shows("SEQ01", 2)
    dailies.until(lambda: dailies.picture()["film"] == 2, "the picture of take 2")


def _judge(dailies: Dailies) -> None:
    page = dailies.page
    dailies.press("r", "1")
    page.keyboard.type("not her face")
    dailies.press("Enter")
    rejected = dailies.on_disk(
        "SEQ01", lambda record: record["takes"][1]["verdict"] == "rejected", "take 2 is rejected"
    )
    assert rejected["takes"][1]["reasons"] == ["identity"]
    expect(page.locator("dialog[open]")).to_have_count(0)
    dailies.press("3")
    dailies.shows("SEQ01", 3)
    dailies.press("Home", "Shift+ArrowDown")
    expect(page.locator("#decisions .mark-bad")).to_contain_text("SH02")
    dailies.press("x", "a")
    approved = dailies.state("SEQ01", "approved")
    assert (approved["approved_take"], approved["takes"][2]["except"]) == (3, ["SH02"])
    expect(page.locator("#stage .closing")).to_contain_text("SEQ01")


def test_a_note_pins_the_frame_where_typing_began(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ05", frame=20, state="any")
    dailies.shows_frame(20)
    dailies.press("n")
    page.keyboard.type("The dog looks at us")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ05", lambda record: bool(record["takes"][0]["notes"]), "the note")
    note = record["takes"][0]["notes"][0]
    assert (note["text"], note["frame"]) == ("The dog looks at us", 20)
    expect(page.locator("#notes")).to_contain_text("The dog looks at us")


def test_a_drawing_goes_with_its_note_and_comes_back(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ05", frame=20, state="any")
    dailies.shows_frame(20)
    dailies.press("d")
    box = page.locator("#stage video.is-front").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=6)
    page.mouse.up()
    dailies.press("n")
    page.keyboard.type("along here")
    dailies.press("Enter")
    record = dailies.on_disk("SEQ05", lambda record: bool(record["takes"][0]["notes"]), "the note")
    (note,) = record["takes"][0]["notes"]
    (stroke,) = note["drawing"]
    assert note["frame"] == 20
    assert abs(stroke["points"][0][0] - 0.25) < 0.03
    assert abs(stroke["points"][-1][0] - 0.75) < 0.03
    assert abs(stroke["points"][0][1] - 0.5) < 0.03


def test_a_crop_is_drawn_by_hand_and_keeps_the_films_ratio(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ01")
    dailies.press("b")
    view = page.locator("dialog[open]")
    expect(view).to_be_visible()
    box = view.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 320, y + 200, steps=8)
    page.mouse.up()
    dailies.press("Enter")
    frame = dailies.state("SEQ01", "video_pending")["clean_frame"]
    x0, y0, x1, y1 = frame["box"]
    assert abs((x1 - x0) / (y1 - y0) - 16 / 9) < 0.02, frame["box"]
    assert (film.workspace / frame["path"]).is_file()


def test_a_retake_says_what_changed_and_is_sent_once(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ04", take=3)
    dailies.press("q")
    expect(page.locator("#toasts")).to_contain_text("SEQ04 is in the basket")
    dailies.press("g")
    expect(page.locator("#basket")).to_contain_text("$0.34")
    dailies.press("g", "g")
    dailies.on_disk("SEQ04", lambda record: len(record["takes"]) == 4, "a fourth take")
    dailies.on_disk("SEQ04", lambda record: record["takes"][3]["outcome"] == "complete", "which is complete")
    expect(page.locator("#rail [data-take='4']")).to_be_visible()
    assert len(film.on_disk("SEQ04")["takes"]) == 4
