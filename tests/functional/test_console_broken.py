"""What a hand, or another program, may lay where records and plans are: the page says which, and the rest works."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.model.status import Status
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.records import a_take, lay

API = "/api/v1/projects/film"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        for name in ("SEQ01", "SEQ02"):
            lay(film.desk, name, Status.VIDEO_COMPLETE, a_take(1))
        film.desk.keep_plan()
        yield film


def record_of(film: Film) -> Path:
    return film.world.workspace / "state" / "film" / "shots" / "SEQ01.json"


def changed(**fields: Any) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        record = json.loads(path.read_text(encoding="utf-8"))
        take = fields.pop("take_fields", {})
        record.update(fields)
        record["takes"][0].update(take)
        path.write_text(json.dumps(record), encoding="utf-8")

    return change


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "mend",
    [
        pytest.param(changed(revision=10**25), id="a revision of 26 digits"),
        pytest.param(changed(revision=-1), id="a revision below nothing"),
        pytest.param(changed(take_fields={"take": 10**30}), id="a take of 31 digits"),
        pytest.param(changed(take_fields={"longest_s": float("nan")}), id="NaN"),
        pytest.param(pipe, id="a pipe"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe{"), id="no text"),
        pytest.param(lambda path: path.write_bytes(b""), id="nothing"),
    ],
)
def test_a_record_that_no_program_of_ours_wrote_is_named_and_the_rest_works(
    film: Film, mend: Callable[[Path], object]
) -> None:
    mend(record_of(film))
    listed = film.page.get(f"{API}/dailies", params={"state": "any"})
    assert listed.status_code == 200, listed.text
    assert "SEQ02" in listed.text
    for page in ("dailies?state=any&slate=SEQ01", "dailies", "board", "cut", "activity", "costs", "elements"):
        assert film.page.get(f"/film/{page}", headers={"accept": "text/html"}).status_code == 200, page
    refused = film.page.post(f"{API}/records/SEQ01/approve", json={"revision": 1})
    assert refused.json()["code"] == "record-broken", refused.text
    assert film.act("SEQ02", "approve").status_code == 200


def test_a_plan_that_vanishes_is_stood_in_for_by_the_last_that_was_used(film: Film) -> None:
    plan = film.world.workspace / "projects" / "film" / "plan.json"
    plan.rename(plan.with_name("plan.away"))
    page = film.page.get("/film/dailies", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "plan.json is gone" in page.text
    assert film.act("SEQ02", "approve").status_code == 200
    refused = film.act("SEQ01", "generate")
    assert (refused.status_code, refused.json()["code"]) == (422, "no-plan")
    plan.with_name("plan.away").rename(plan)
    assert "plan.json is gone" not in film.page.get("/film/dailies", headers={"accept": "text/html"}).text


@pytest.mark.parametrize("origin", ["http://[", "http://]:8484", "null", "\x00"])
def test_an_origin_that_makes_no_sense_is_another_site(film: Film, origin: str) -> None:
    answer = film.page.post(f"{API}/records/SEQ02/approve", json={"revision": 1}, headers={"origin": origin})
    assert answer.json()["code"] == "turned-away"
