"""How far a take is, and who sends it: shown while it is made; never called lost while its sender lives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from starsend.errors import OutcomeUnknown
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def work_page(film: Film) -> str:
    return film.page.get("/film/activity/work", headers={"Accept": "text/html"}).text


def test_a_take_at_work_says_how_far_it_is_until_it_is_there(film: Film) -> None:
    go, asked = threading.Event(), threading.Event()

    def half_fetched(_part: Path, _number: int) -> None:
        asked.set()
        assert go.wait(30)

    film.world.provider.spoil = half_fetched
    work = film.act("SEQ02", "generate").json()["work"]["id"]
    assert asked.wait(30)
    [take] = film.get("/dailies/SEQ02")["takes"]
    assert (take["outcome"], take["progress"]) == ("pending", 0.5)
    assert 'value="0.5"' in work_page(film)
    go.set()
    film.wait(work, "done")
    [take] = film.get("/dailies/SEQ02")["takes"]
    assert (take["outcome"], take["progress"]) == ("complete", None)


def test_what_another_process_sends_is_not_lost(film: Film) -> None:
    """The other one holds the slate's submit lock until its receipt is on disk, and for as long as it lives."""
    other = film.world.open()

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("no reply came", remedy="look")

    film.world.provider.on_send = lose
    film.world.provider.listing = False
    film.wait(film.act("SEQ02", "generate").json()["work"]["id"])
    assert "Lost" in work_page(film)
    with other.store.submitting("SEQ02"):
        shown = work_page(film)
        assert "Lost" not in shown
        assert "is being sent to book by pid " in shown
        assert 'data-do="resume"' not in shown
        told = next(each for each in film.get("/jobs")["unsettled"] if each["slate"] == "SEQ02")
        assert str(told["sender"]).startswith("pid ")
    assert "Lost" in work_page(film)


def test_asking_who_sends_holds_nobody_up(film: Film) -> None:
    store, other = film.desk.store, film.world.open().store
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            store.sender("SEQ01")

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(200):
            with other.submitting("SEQ01"):
                pass
    finally:
        stop.set()
        asking.join(10)
    assert store.sender("SEQ01") is None
