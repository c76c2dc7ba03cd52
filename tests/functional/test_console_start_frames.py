"""What a retake can start with, from the page: planned, another take's frame, the shot before, none, an upload."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, P, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def make(film: Film, slate: str, **wish: Any) -> None:
    answer = film.act(slate, "generate", **wish)
    assert answer.status_code == 202, answer.text
    film.wait(answer.json()["work"]["id"], "done")


def choices(film: Film, slate: str) -> dict[str, str]:
    answer = film.get(f"/records/{slate}/start-frames")
    return {each["start_frame"]: each["words"] for each in answer["choices"]}


def upload(film: Film, slate: str, size: tuple[int, int] = (1600, 1200)) -> Any:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, "JPEG")
    path = f"{P}/records/{slate}/start-frames"
    return film.page.post(path, files={"file": ("../mine.jpg", out.getvalue(), "image/jpeg")})


def test_a_sequence_without_a_frame_says_what_it_waits_for(film: Film) -> None:
    first, *others = film.get("/records/SEQ01/start-frames")["choices"]
    assert first["why"] == first["words"] == "SEQ01 needs a start frame, and none is picked"
    assert [each["start_frame"] for each in others] == ["none"]


def test_a_shot_is_offered_the_takes_that_show_it_and_the_shot_before(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    assert choices(film, "SEQ02_SH02") == {
        "": "SH02's first frame in SEQ02_T001 (frame 48)",
        "take:1": "SH02's first frame in SEQ02_T001 (frame 48)",
        "previous": "SEQ02_SH01's last frame in SEQ02_T001 (frame 47)",
        "none": "none, from words alone",
    }
    assert film.desk.store.find("SEQ02_SH02") is None


def test_each_choice_can_be_sent_from_the_basket(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    wanted = [choice for choice in choices(film, "SEQ02_SH02") if choice]
    for start in wanted:
        answer = film.post("/basket/items", slate="SEQ02_SH02", mode="single", start_frame=start)
        assert answer.status_code == 200, answer.text
    basket = film.get("/basket")
    assert basket["problems"] == []
    sent = film.post("/basket/send", revision=basket["revision"], confirmed_usd=basket["total_usd"]).json()
    film.wait(sent["work"]["id"], "done")
    takes = film.desk.store.load("SEQ02_SH02").record.takes
    used = [take.inputs.start_frame for take in takes]
    assert [None if frame is None else frame.choice for frame in used] == [
        "SH02's first frame in SEQ02_T001 (frame 48), as asked",
        "SEQ02_SH01's last frame in SEQ02_T001 (frame 47), as asked",
        None,
    ]


def test_an_approved_fix_of_the_shot_before_counts(film: Film) -> None:
    make(film, "SEQ02", mode="multi")
    make(film, "SEQ02_SH01", mode="single")
    film.act("SEQ02_SH01", "approve")
    told = "SEQ02_SH01's last frame in SEQ02_SH01_T001 (frame 47)"  # it is planned as 2 s, and the model makes 3 s
    assert choices(film, "SEQ02_SH02")["previous"] == told


def test_the_first_shot_follows_the_sequence_before(film: Film) -> None:
    make(film, "SEQ01", mode="multi", start_frame="none")
    assert choices(film, "SEQ02")["previous"] == "SEQ01_SH03's last frame in SEQ01_T001 (frame 71)"
    refused = film.post("/records/SEQ01/estimate", mode="multi", start_frame="previous")
    assert (refused.status_code, refused.json()["code"]) == (404, "no-shot-before")


def test_an_uploaded_picture_starts_a_take_and_changes_no_record(film: Film) -> None:
    kept = upload(film, "SEQ01")
    assert kept.status_code == 201, kept.text
    start = kept.json()["start_frame"]
    with Image.open(film.desk.paths.workspace / start) as picture:
        assert picture.size == (1280, 720)
    assert (kept.json()["words"], film.desk.store.find("SEQ01")) == ("mine.jpg", None)
    assert film.page.get(kept.json()["url"]).status_code == 200
    assert upload(film, "SEQ01").json()["start_frame"] == start  # once, by its content
    make(film, "SEQ01", mode="multi", start_frame=start)
    record = film.desk.store.load("SEQ01").record
    used = record.takes[0].inputs.start_frame
    assert used is not None
    assert (used.path, record.clean_frame) == (start, None)


def test_an_upload_that_is_no_picture_is_refused(film: Film) -> None:
    answer = film.page.post(f"{P}/records/SEQ01/start-frames", files={"file": ("a.png", b"<html>", "image/png")})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-a-picture")
    assert answer.json()["detail"].startswith("a.png is not a picture")
    assert film.page.post(f"{P}/records/SEQ01/start-frames", data={"x": "1"}).json()["code"] == "bad-input"
