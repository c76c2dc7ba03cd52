"""Money spent from the pages: asked once with the sum, sent once whatever is clicked twice, stopped and cancelled."""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Page, expect

from starsend.providers.base import JobStatus
from tests.browser.dailies_page import Dailies
from tests.browser.fresh_film import fresh_theatre
from tests.browser.theatre import Theatre


def test_what_is_due_is_asked_once_sent_once_and_stopped(tmp_path: Path, page: Page) -> None:
    with fresh_theatre(tmp_path) as film:
        go, polled = threading.Event(), threading.Event()

        def hold(_job: str, _number: int) -> None:
            polled.set()
            go.wait(60)

        film.world.provider.on_poll = hold
        page.goto(film.url("costs"))
        due = page.locator("#ahead [data-run]").first
        expect(due).to_have_text("Make what is due for $0.50")
        due.dblclick()
        question = page.locator("dialog.question")
        expect(question).to_have_count(1)
        expect(question).to_contain_text("SEQ02")
        expect(question.locator(".budgets")).to_contain_text("$0.50 of $50.00")
        question.locator(".primary").dblclick()
        expect(question).to_have_count(0)
        assert polled.wait(60)
        page.reload()
        expect(page.locator("#jobs")).to_contain_text("Making what is due")
        page.locator("#jobs [data-stop]").click()
        expect(page.locator("#jobs")).to_contain_text("stopping")
        go.set()
        expect(page.locator("#jobs")).to_contain_text("it can be gone on with")
        expect(due).to_have_text("Go on with what was begun")
        assert len(film.world.provider.accepted()) == 2, "a grid and a video, each sent once"


def test_a_take_at_work_is_cancelled_in_dailies(tmp_path: Path, page: Page) -> None:
    with fresh_theatre(tmp_path) as film:
        go = threading.Event()

        def hold(job: str, _number: int) -> JobStatus | None:
            go.wait(60)
            return JobStatus("cancelled") if job in film.world.provider.cancelled else None

        film.world.provider.on_poll = hold
        dailies = Dailies(film, page).open(slate="SEQ02", state="any")
        page.locator("#stage [data-offer=multi]").click()
        question = page.locator("dialog.question")
        expect(question.locator(".primary")).to_be_focused()
        dailies.press("Escape")
        expect(question).to_have_count(0)
        assert film.world.provider.accepted() == []
        page.locator("#stage [data-offer=multi]").click()
        question.locator(".primary").click()
        expect(page.locator("#stage .face h1")).to_have_text("SEQ02_T001 is being made")
        expect(page.locator("#rail [data-part=work] progress")).to_be_visible()
        page.locator("#stage [data-offer=cancel]").click()
        expect(page.locator("#toasts")).to_contain_text("SEQ02 asked to stop")
        go.set()
        dailies.state("SEQ02", "video_failed")
        expect(page.locator("#stage .face h1")).to_have_text("SEQ02_T001 cancelled")
        expect(page.locator("#stage [data-offer=multi]")).to_contain_text("Make the video again")


def test_a_lost_take_is_looked_for_in_dailies(film: Theatre, page: Page) -> None:
    dailies = Dailies(film, page).open(slate="SEQ07", state="any")
    face = page.locator("#stage .face")
    expect(face).to_contain_text("What came of SEQ07_T001 isn't known")
    expect(face).to_contain_text("Nothing is bought by looking")
    film.world.provider.listing = True
    dailies.press("Shift+G")
    dailies.state("SEQ07", "video_complete")
    dailies.shows("SEQ07", 1)
    expect(page.locator("#rail [data-part=work]")).to_be_empty()
