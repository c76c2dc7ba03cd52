"""A pick of a start frame is taken back: the frame of before stands again, and no picture is deleted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image

from starsend.media.files import sha256_of, write_atomically
from starsend.model.record import CleanFrame, Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.unpicking import with_pick
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, P, served
from tests.fakes.records import AT


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def draw(film: Film) -> None:
    film.wait(film.act("SEQ01", "generate", mode="grid").json()["work"]["id"], "done")


def record(film: Film, slate: str = "SEQ01") -> Record:
    return film.desk.store.load(slate).record


def frames(film: Film) -> list[str]:
    return sorted(path.name for path in (film.desk.paths.root / "frames" / "ep_001" / "clean").iterdir())


def undo(film: Film, slate: str = "SEQ01") -> Any:
    return film.act(slate, "undo")


def by_anna(record: Record) -> Record:
    """As if somebody else had picked it."""
    return log(record.but(picked=record.picked and record.picked.but(by="anna")), at=AT, by="anna", why="picked")


def test_a_first_pick_is_taken_back_and_the_grid_waits_again(film: Film) -> None:
    draw(film)
    picked = film.act("SEQ01", "crop", cell=2).json()
    answer = undo(film)
    assert answer.status_code == 200, answer.text
    after = record(film)
    assert (after.state, after.clean_frame, after.picked) == ("keyframe_complete", None, None)
    assert [(move.from_, move.to) for move in after.history[-2:]] == [
        ("video_pending", "keyframe_pending"),
        ("keyframe_pending", "keyframe_complete"),
    ]
    assert frames(film) == ["SEQ01.1.png"]  # the picture stays, out of use
    assert picked["undo"]["slate"] == "SEQ01"
    assert film.get("/dailies/SEQ01")["start_frame"] is None
    assert film.act("SEQ01", "crop", cell=1).json()["record"]["state"] == "video_pending"


def test_picks_are_taken_back_one_by_one_to_the_grid_that_waits(film: Film) -> None:
    draw(film)
    picks = [film.act("SEQ01", "crop", cell=cell).json()["frame"] for cell in (2, 3, 1, 4)]
    clean = film.desk.paths.workspace / picks[0]["path"]
    for before in reversed(picks[:-1]):
        answer = undo(film).json()
        assert (answer["clean_frame"], answer["state"]) == (before, "video_pending")
        assert sha256_of(clean) == before["sha256"]
    last = undo(film).json()
    assert (last["clean_frame"], last["picked"], last["state"]) == (None, None, "keyframe_complete")
    again = undo(film)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-undo")


def test_a_pick_after_an_undo_goes_on_from_there(film: Film) -> None:
    draw(film)
    first = film.act("SEQ01", "crop", cell=2).json()["frame"]
    film.act("SEQ01", "crop", cell=3)
    undo(film)
    film.act("SEQ01", "crop", cell=4)
    assert undo(film).json()["clean_frame"] == first
    assert undo(film).json()["clean_frame"] is None


def test_picks_are_taken_back_as_far_as_something_was_made_or_another_chose(film: Film) -> None:
    draw(film)
    for cell in (2, 3):
        film.act("SEQ01", "crop", cell=cell)
    film.wait(film.act("SEQ01", "generate", mode="multi").json()["work"]["id"], "done")
    film.act("SEQ01", "crop", cell=1)
    assert undo(film).json()["clean_frame"]["cell"] == 3
    assert undo(film).json()["code"] == "frame-used"
    film.act("SEQ01", "crop", cell=4)
    film.desk.store.revise("SEQ01", by_anna)
    film.act("SEQ01", "crop", cell=2)
    assert undo(film).json()["clean_frame"]["cell"] == 4
    refused = undo(film).json()
    assert (refused["code"], refused["detail"]) == ("pick-stands", "SEQ01: the start frame was picked by anna")


def test_an_old_record_that_knows_one_pick_is_taken_back_and_goes_on_being_read(film: Film) -> None:
    draw(film)
    for cell in (2, 3):
        film.act("SEQ01", "crop", cell=cell)
    path = film.desk.paths.record(Slate("SEQ01"))
    data = orjson.loads(path.read_bytes())
    assert [pick["before"] for pick in data["picked"].pop("earlier")] == [None]
    write_atomically(path, orjson.dumps(data))  # as it was written before more than one was kept
    assert undo(film).json()["clean_frame"]["cell"] == 2
    assert record(film).picked is None
    assert undo(film).json()["code"] == "nothing-to-undo"


def test_no_more_than_the_last_twenty_picks_are_kept() -> None:
    kept = Record(id="SEQ01", project="film", kind="sequence", state="keyframe_complete")
    for number in range(30):
        frame = CleanFrame(path="x.png", sha256=str(number), at=AT + timedelta(minutes=number), width=16, height=9)
        kept = with_pick(kept, frame, "ben", Status.VIDEO_PENDING).but(state=Status.VIDEO_PENDING)
    assert kept.picked is not None
    assert [pick.at.minute for pick in kept.picked.earlier] == list(range(10, 29))
    assert Record.model_validate_json(kept.model_dump_json()) == kept


def test_an_upload_is_taken_back_too(film: Film) -> None:
    out = io.BytesIO()
    Image.radial_gradient("L").resize((1280, 720)).convert("RGB").save(out, "PNG")
    film.page.post(f"{P}/records/SEQ01/frame", data={"revision": "0"}, files={"file": ("a.png", out.getvalue())})
    assert undo(film).json()["state"] == "keyframe_pending"
    assert frames(film) == ["SEQ01.1.png"]


def test_a_pick_for_another_shot_is_taken_back_there(film: Film) -> None:
    draw(film)
    answer = film.act("SEQ01", "crop", cell=3, **{"for": "SEQ01_SH02"}).json()
    assert (answer["undo"]["slate"], answer["undo"]["revision"]) == ("SEQ01_SH02", film.revision("SEQ01_SH02"))
    assert undo(film, "SEQ01_SH02").status_code == 200
    shot = record(film, "SEQ01_SH02")
    assert (shot.clean_frame, shot.state) == (None, "video_pending")  # a shot needs no frame of its own


def test_a_pick_stays_where_something_was_made_from_it(film: Film) -> None:
    draw(film)
    film.act("SEQ01", "crop", cell=2)
    film.wait(film.act("SEQ01", "generate", mode="multi").json()["work"]["id"], "done")
    answer = undo(film)
    assert (answer.status_code, answer.json()["code"]) == (409, "frame-used")
    assert answer.json()["detail"] == "SEQ01_T002 was made from that frame, so the pick stays"
    assert frames(film) == ["SEQ01.png"]


def test_undo_takes_the_newer_of_a_verdict_and_a_pick(film: Film) -> None:
    draw(film)
    film.act("SEQ01", "crop", cell=2)
    film.wait(film.act("SEQ01", "generate", mode="multi").json()["work"]["id"], "done")
    assert film.act("SEQ01", "approve").status_code == 200
    film.act("SEQ01", "crop", cell=3)
    assert (undo(film).json()["clean_frame"]["cell"], record(film).state) == (2, "approved")
    assert undo(film).json()["state"] == "video_complete"


def test_a_frame_that_a_hand_laid_there_stays(film: Film) -> None:
    draw(film)
    picked = film.act("SEQ01", "crop", cell=2).json()["frame"]
    clean = film.desk.paths.workspace / picked["path"]
    clean.unlink()
    clean.write_bytes(b"of a hand")
    assert undo(film).status_code == 200
    assert clean.read_bytes() == b"of a hand"


def test_a_stale_undo_of_a_pick_touches_nothing(film: Film) -> None:
    draw(film)
    film.act("SEQ01", "crop", cell=2)
    answer = film.act("SEQ01", "undo", revision=1)
    assert (answer.status_code, record(film).state, frames(film)) == (409, "video_pending", ["SEQ01.png"])
