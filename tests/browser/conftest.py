"""A real Chromium for each worker, a fresh workspace with a real server and a fresh page for each test."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.dailies_world import make_film
from tests.browser.player_bench import Bench, bench
from tests.browser.player_page import FIRST, LONG, SECOND, THIRD
from tests.browser.theatre import Theatre, theatre
from tests.fakes.numbered_films import write_numbered

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
)
AT_LENGTH = frozenset(
    {
        "test_accessibility",
        "test_basket",
        "test_compare",
        "test_flips",
        "test_grid",
        "test_grid_uploads",
        "test_notes",
        "test_pages",
        "test_ways",
    }
)
"""Slow: a person's day, verdicts, two browsers, live pages, exact frames and the cut are in ``make test``."""

_WEATHER = ("Failed to load resource", "net::ERR_", "EventSource")
"""Said by the browser itself of answers that a test asked for: refusals, a connection that was cut."""

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str:
    """Where Chromium is, as ``tools/install_browser.sh`` looks for it."""
    found = os.environ.get("STARSEND_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    assert Path(found).is_file(), "there is no Chromium: run tools/install_browser.sh, or set STARSEND_CHROMIUM"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def finished_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film, made once for all workers; each test gets a copy."""
    return _made_once(tmp_path_factory, "film", lambda folder: make_film(folder / "workspace", folder / "book"))


@pytest.fixture
def film(finished_film: Path, tmp_path: Path) -> Iterator[Theatre]:
    """A workspace of the test's own with the Console on it."""
    with theatre(finished_film, tmp_path / "theatre") as made:
        yield made


@pytest.fixture(scope="session")
def standing_film(finished_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """One Console for all tests of a worker that only look."""
    with theatre(finished_film, tmp_path_factory.mktemp("standing")) as made:
        yield made


@pytest.fixture
def desk_context(chromium: Browser) -> Iterator[BrowserContext]:
    """Somebody at a desk: 1440×900."""
    yield from _context(chromium, DESK)


@pytest.fixture
def phone_context(chromium: Browser) -> Iterator[BrowserContext]:
    """Somebody with a phone: 390×844, by touch."""
    yield from _context(chromium, PHONE)


@pytest.fixture
def page(desk_context: BrowserContext) -> Page:
    """An empty page at the desk."""
    return desk_context.new_page()


@pytest.fixture
def phone(phone_context: BrowserContext) -> Page:
    """An empty page on the phone."""
    return phone_context.new_page()


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The player alone, with films whose frames show their numbers; they are made once."""

    def make(folder: Path) -> None:
        for name, what in {"first": FIRST, "second": SECOND, "third": THIRD, "long": LONG}.items():
            write_numbered(folder / f"{name}.mp4", what)
        (folder / "broken.mp4").write_bytes(b"not a film" * 100)

    with bench(_made_once(tmp_path_factory, "films", make)) as made:
        yield made


@pytest.fixture
def desk(player: Bench, desk_context: BrowserContext) -> Page:
    """The player's page with an empty stage, at the desk."""
    return player.open(desk_context.new_page())


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, as the installed package brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _made_once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that all workers of this run read: the first of them makes it, the others wait for that."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / f"all-{name}"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = base / f"making-{name}-{os.getpid()}"
            making.mkdir()
            make(making)
            making.rename(folder)
    return folder


def _context(chromium: Browser, screen: dict[str, Any]) -> Iterator[BrowserContext]:
    """A context that fails its test where a page of it said an error of its own."""
    context = chromium.new_context(**screen, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    said: list[str] = []
    context.on("weberror", lambda error: said.append(error.error.stack or str(error.error)))
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield context
    context.close()
    faults = [text for text in said if not any(word in text for word in _WEATHER)]
    assert not faults, f"the page said: {faults}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser; what is looked at in every detail is slow."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if item.path.stem in AT_LENGTH:
                item.add_marker(pytest.mark.slow)
