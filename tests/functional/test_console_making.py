"""Takes at work and lost ones in Dailies: who has them, how far they are, and what can be done about them."""

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


def test_a_take_at_work_is_cancelled_from_dailies(film: Film) -> None:
    go, polled = threading.Event(), threading.Event()

    def hold(_job: str, _number: int) -> None:
        polled.set()
        assert go.wait(30)

    film.world.provider.on_poll = hold
    job = film.act("SEQ02", "generate").json()["work"]["id"]
    assert polled.wait(30)
    work = film.get("/dailies/SEQ02")["work"]
    (take,) = work["working"]
    assert (take["name"], take["here"], take["lost"], work["lost"]) == ("SEQ02_T001", True, False, [])
    part = film.page.get("/film/dailies/part/SEQ02").text
    assert 'data-do="cancel"' in part
    assert 'data-take="SEQ02_T001" data-slate="SEQ02"' in part
    assert film.act("SEQ02", "cancel").json()["cancelled"] == ["SEQ02_T001"]
    go.set()
    film.wait(job)
    assert film.get("/dailies/SEQ02")["work"] is None
    assert 'data-do="cancel"' not in film.page.get("/film/dailies/part/SEQ02").text


def test_a_lost_take_says_what_can_be_done(film: Film) -> None:
    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="look for it")

    film.world.provider.on_send = lose
    film.world.provider.listing = False
    film.wait(film.act("SEQ02", "generate").json()["work"]["id"], "failed")
    view = film.get("/dailies/SEQ02")
    (group,) = view["work"]["lost"]
    assert (group["slate"], group["total_usd"], view["work"]["working"]) == ("SEQ02", "0.34", [])
    part = film.page.get("/film/dailies/part/SEQ02").text
    for what in ("look", "give-up", "resend"):
        assert f'data-do="{what}"' in part
    assert film.page.get("/film/activity/work").text.count('data-do="look"') == 1


def test_a_picture_that_is_drawn_is_not_offered_to_be_cancelled(film: Film) -> None:
    sent, go = threading.Event(), threading.Event()

    def hold(_intent: Intent) -> None:
        sent.set()
        assert go.wait(30)

    film.world.provider.before_send = hold
    job = film.act("SEQ01", "generate", mode="grid").json()["work"]["id"]
    assert sent.wait(30)
    part = film.page.get("/film/dailies/part/SEQ01").text
    go.set()
    assert "can&#39;t be cancelled" in part or "can't be cancelled" in part
    assert 'data-do="cancel"' not in part
    film.wait(job, "done")
