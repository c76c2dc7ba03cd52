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
        go, polled = threading.Event(), threading.Semaphore(0)

        def still(_job: str, _number: int) -> JobStatus | None:
            polled.release()
            return None if go.is_set() else JobStatus("running")

        film.world.provider.on_poll = still
        first = film.act("SEQ02", "generate").json()["work"]["id"]
        other = film.act("SEQ01", "generate", mode="multi", start_frame="none").json()["work"]["id"]
        assert polled.acquire(timeout=30)
        film.post(f"/jobs/{first}/stop")
        film.wait(first, "stopped")
        go.set()
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
