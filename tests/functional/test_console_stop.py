"""Stopping one work from the page, as Ctrl-C stops a command: nothing new is sent, what was begun goes on later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import Interrupted
from starsend.production.timekeeping import stopped_by
from starsend.providers.base import Intent, JobStatus
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.worlds import plan, quick_desk


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    document = plan()
    shot = {"id": "SH01", "duration_s": 3}
    document["episodes"][0]["sequences"] = [
        {"id": f"SEQ0{n}", "start_frame": "none", "shots": [{**shot, "prompt": f"Wide. Road {n}."}]} for n in (1, 2, 3)
    ]
    with served(tmp_path, inspector, settings="[run]\nat_once = 1\n", document=document) as film:
        yield film


def test_a_stopped_run_sends_nothing_more_and_is_gone_on_with(film: Film) -> None:
    provider = film.world.provider
    stopped: list[dict[str, Any]] = []

    def stop(_intent: Intent) -> None:
        if not stopped:
            job = film.get("/jobs")["works"][0]["id"]
            stopped.append(film.post(f"/jobs/{job}/stop").json()["work"])

    provider.on_send = stop
    usd = film.get("/jobs/due")["estimate_usd"]
    work = film.wait(film.post("/jobs/run", confirmed_usd=usd).json()["work"]["id"], "stopped")
    assert stopped[0]["stopping"] is True
    assert (work["stopping"], len(provider.accepted())) == (False, 1)
    assert [result["error"]["code"] for result in work["results"] if result["error"]] == ["interrupted"] * 3
    waiting = film.get("/jobs")["unsettled"]
    assert [(row["slate"], row["working"], row["free"]) for row in waiting] == [("SEQ01", False, True)]
    again = film.get("/jobs/due")
    assert (len(again["jobs"]), again["jobs"][0]["going_on"]) == (3, True)
    film.wait(film.post("/jobs/run", confirmed_usd=again["estimate_usd"]).json()["work"]["id"], "done")
    assert len(provider.accepted()) == 3


def test_stopping_one_work_leaves_another_alone(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector) as film:
        go, polled = threading.Event(), threading.Event()
        held: list[str] = []

        def still(job: str, _number: int) -> JobStatus | None:
            if job not in held[:1] and held:
                return None
            held.append(job)
            polled.set()
            assert go.wait(30)
            return JobStatus("running")

        film.world.provider.on_poll = still
        first = film.act("SEQ02", "generate").json()["work"]["id"]
        assert polled.wait(30)
        other = film.act("SEQ01", "generate", mode="multi", start_frame="none").json()["work"]["id"]
        film.post(f"/jobs/{first}/stop")
        go.set()
        film.wait(first, "stopped")
        film.wait(other, "done")
        assert film.desk.store.load("SEQ02").record.takes[0].outcome == "pending"
        ended = film.post(f"/jobs/{first}/stop")
        assert (ended.status_code, ended.json()["code"]) == (409, "ended")
        assert film.post("/jobs/nothing/stop").json()["code"] == "no-work"


def test_a_wait_ends_when_its_own_work_is_stopped() -> None:
    from starsend.studio import real_desk

    own = threading.Event()
    threading.Timer(0.05, own.set).start()
    with stopped_by(own), pytest.raises(Interrupted):
        real_desk().wait(30)
    quick_desk().wait(30)


def test_one_run_of_a_part_at_a_time(film: Film) -> None:
    go, asked = threading.Event(), threading.Event()

    def hold(_intent: Intent) -> None:
        asked.set()
        assert go.wait(30)

    film.world.provider.before_send = hold
    usd = film.get("/jobs/due?sequence=SEQ02")["estimate_usd"]
    first = film.post("/jobs/run", sequence="SEQ02", confirmed_usd=usd).json()["work"]
    assert asked.wait(30)
    twice = film.post("/jobs/run", sequence="SEQ02", confirmed_usd=usd)
    due = film.get("/jobs/due")
    page = film.page.get("/film/costs/ahead").text
    go.set()
    assert (twice.status_code, twice.json()["code"], first["part"]) == (409, "at-work", "SEQ02")
    assert (due["making"], [job["slate"] for job in due["jobs"]]) == (["SEQ02"], ["SEQ01", "SEQ03"])
    assert "1 more is being made now" in page
    film.wait(first["id"], "done")
    assert len(film.world.provider.accepted()) == 1


def test_the_costs_page_offers_what_is_due_in_all_and_by_sequence(film: Film) -> None:
    page = film.page.get("/film/costs/ahead").text
    assert "Make what is due for $1.02" in page
    assert page.count('data-sequence="') == 3
    usd = film.get("/jobs/due?sequence=SEQ03")["estimate_usd"]
    film.wait(film.post("/jobs/run", sequence="SEQ03", confirmed_usd=usd).json()["work"]["id"], "done")
    page = film.page.get("/film/costs/ahead").text
    assert "Make what is due for $0.68" in page
    assert 'data-sequence="SEQ03"' not in page
