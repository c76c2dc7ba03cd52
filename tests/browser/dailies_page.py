"""The page Dailies as a person has it: slates, takes, frames and keys, whatever its markup."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.theatre import Theatre
from tests.fakes.numbered_films import READ_IN_PAGE

MOST_S = 40.0
SHOWN_VIDEO = "#stage video.is-front"
_SEEN = """() => document.querySelector("#stage:not([data-shows=video])")
  || document.querySelector("#stage .stage[data-seen]")"""


@dataclass
class Dailies:
    """One open page of Dailies."""

    film: Theatre
    page: Page

    def open(self, **query: Any) -> Dailies:
        """Go there, and wait until its keys work."""
        self.page.goto(self.film.url(**query))
        self.ready()
        return self

    def ready(self) -> None:
        """Wait until all modules of the page are at work, and what it shows is on the screen."""
        expect(self.page.locator("body")).to_have_attribute("data-ready", "")
        self.seen()

    def seen(self) -> None:
        """Wait until the film that is meant is the one on the screen: before that, nothing can be approved."""
        self.page.wait_for_function(_SEEN)

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, slate: str, take: int | None = None) -> None:
        """Wait until a slate (and take) is shown: the rail says so."""
        expect(self.page.locator("#rail h2").first).to_have_text(f"Takes of {slate}", ignore_case=True)
        self.seen()
        if take is not None:
            self.until(lambda: self.current_take == take, f"take {take}")

    @property
    def asked(self) -> dict[str, str]:
        """The query of the address as it is now."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    @property
    def current_take(self) -> int | None:
        """The take that the rail marks as shown."""
        marked = self.page.locator("#rail [data-take][aria-current=true]")
        return int(marked.first.get_attribute("data-take") or 0) if marked.count() else None

    def picture(self) -> dict[str, int]:
        """Frame and film that the pixels of the video say."""
        video = self.page.locator(SHOWN_VIDEO).first
        expect(video).to_be_visible()
        read: dict[str, int] = video.evaluate(READ_IN_PAGE)
        return read

    def shows_frame(self, frame: int) -> None:
        """Wait until the pixels are those of a frame, counted from 0."""
        self.until(lambda: self.picture()["frame"] == frame, f"frame {frame}")

    def row(self, slate: str) -> Locator:
        """A slate in the list."""
        return self.page.locator(f"#rows [data-slate={slate}]")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; bounded. The page goes on meanwhile."""
        end = time.monotonic() + MOST_S
        while not holds():
            assert time.monotonic() < end, f"never came: {what}; the page is {self.page.url}"
            self.page.wait_for_timeout(20)

    def on_disk(self, slate: str, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Wait until a record on disk is so, and give it."""
        self.until(lambda: holds(self.film.on_disk(slate)), what)
        return self.film.on_disk(slate)

    def state(self, slate: str, state: str) -> dict[str, Any]:
        """Wait until a record on disk is in a state, and give it."""
        return self.on_disk(slate, lambda record: record["state"] == state, f"{slate} is {state}")
