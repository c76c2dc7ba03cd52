"""Start frames from the page: cropped from a grid, uploaded, finished; what is no picture is refused in words."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from starsend.model.slate import Slate
from starsend.model.take import Media
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, P, served


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector) as film:
        yield film


def draw(film: Film) -> None:
    film.wait(film.act("SEQ01", "generate", mode="grid").json()["work"]["id"], "done")


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    ramp = np.linspace(0, 255, width, dtype=np.uint8)[None, :, None].repeat(height, 0).repeat(3, 2)
    Image.fromarray(ramp).save(out, kind)
    return out.getvalue()


def upload(film: Film, data: bytes, slate: str = "SEQ01", name: str = "frame.png", **fields: Any) -> Any:
    given = {"revision": str(film.revision(slate)), **fields}
    return film.page.post(f"{P}/records/{slate}/frame", data=given, files={"file": (name, data, "image/png")})


def test_a_cell_is_taken_as_the_start_frame(film: Film) -> None:
    draw(film)
    answer = film.act("SEQ01", "crop", cell=2).json()
    assert (answer["frame"]["from"], answer["frame"]["cell"], answer["slate"]) == ("SEQ01_T001", 2, "SEQ01")
    assert answer["record"]["state"] == "video_pending"
    assert (film.desk.paths.workspace / answer["frame"]["path"]).is_file()


def test_a_box_is_locked_to_the_ratio(film: Film) -> None:
    draw(film)
    media = film.desk.store.load("SEQ01").record.takes[0].media
    assert isinstance(media, Media)
    answer = film.act("SEQ01", "crop", box=[0, 0, media.width, media.height], take="SEQ01_T001").json()
    x0, y0, x1, y1 = answer["frame"]["box"]
    assert abs((x1 - x0) * 9 - (y1 - y0) * 16) <= 32


def test_a_cell_goes_to_another_shot(film: Film) -> None:
    draw(film)
    answer = film.act("SEQ01", "crop", cell=3, **{"for": "SEQ01_SH02"}).json()
    assert (answer["slate"], answer["frame"]["from"], answer["record"]["id"]) == ("SEQ01_SH02", "SEQ01_T001", "SEQ01")
    shot = film.desk.store.load("SEQ01_SH02").record
    assert shot.clean_frame is not None
    assert shot.clean_frame.cell == 3
    assert film.desk.store.load("SEQ01").record.state == "keyframe_complete"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "cell-or-box"),
        ({"cell": 1, "box": [0, 0, 9, 9]}, 422, "cell-or-box"),
        ({"cell": 9}, 404, "no-cell"),
        ({"box": [0, 0, 99999, 9]}, 422, "crop-outside"),
        ({"box": [5, 5, 5, 5]}, 422, "crop-empty"),
        ({"cell": 1, "for": "SEQ09"}, 404, "unknown-name"),
        ({"cell": 1, "take": "SEQ02_T001"}, 404, "no-grid"),
    ],
)
def test_a_crop_that_makes_no_sense_is_refused(film: Film, body: dict[str, Any], status: int, code: str) -> None:
    draw(film)
    before = film.revision("SEQ01")
    answer = film.act("SEQ01", "crop", **body)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] in (code, "unknown-sequence")
    assert film.revision("SEQ01") == before


def test_a_stale_crop_touches_no_frame(film: Film) -> None:
    draw(film)
    answer = film.act("SEQ01", "crop", cell=1, revision=1)
    assert (answer.status_code, answer.json()["record"]["state"]) == (409, "keyframe_complete")
    assert film.desk.project.clean_frame(film.desk.project.slates()[0]) is None


def test_an_uploaded_picture_becomes_the_start_frame(film: Film) -> None:
    answer = upload(film, picture(1600, 1200))
    assert answer.status_code == 200, answer.text
    frame = answer.json()["frame"]
    assert (frame["from"], frame["width"], frame["height"]) == ("upload", 1280, 720)
    assert frame["note"] == "uploaded: frame.png, 1600×1200 px"
    assert answer.json()["record"]["state"] == "video_pending"


def test_an_upload_replaces_the_frame_and_keeps_the_old_one(film: Film) -> None:
    upload(film, picture(1280, 720))
    answer = upload(film, picture(1920, 1080, "JPEG"), name="../../evil name.jpg")
    frame = answer.json()["frame"]
    clean = film.desk.paths.workspace / frame["path"]
    assert sorted(path.name for path in clean.parent.iterdir()) == ["SEQ01.1.png", "SEQ01.png"]
    assert frame["note"].startswith("uploaded: evil name.jpg")


def test_an_upload_goes_to_another_shot(film: Film) -> None:
    assert upload(film, picture(1280, 720), **{"for": "SEQ01_SH03"}).json()["slate"] == "SEQ01_SH03"


def bomb(width: int, height: int) -> bytes:
    """A small file whose header promises a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(20_000, 10_000), "picture-bomb"),
        (b"<html>no picture</html>", "not-a-picture"),
        (picture(1280, 720)[:2000], "not-a-picture"),
        (b"", "not-a-picture"),
        (picture(20, 20), "picture-too-small"),
    ],
    ids=["bomb", "page", "cut", "empty", "tiny"],
)
def test_what_is_no_picture_is_refused_in_words(film: Film, data: bytes, code: str) -> None:
    answer = upload(film, data)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert "/tmp" not in answer.json()["detail"]
    assert film.desk.store.find("SEQ01") is None


@pytest.mark.parametrize(
    ("size", "said"),
    [((20_000, 10_000), "20000×10000 px"), ((11_000, 10_000), "11000×10000 px")],
)
def test_a_picture_that_is_too_large_is_refused_with_the_numbers(film: Film, size: tuple[int, int], said: str) -> None:
    told = upload(film, bomb(*size), name="huge.png").json()
    assert told["detail"] == f"huge.png says that it holds {said}; a start frame may have 100 megapixels."
    assert told["remedy"] == "Scale it down to 100 megapixels or less; frames here are 1280×720 px."


def test_a_file_of_more_than_60_mb_is_refused_before_it_is_read(film: Film) -> None:
    answer = film.page.post(
        f"{P}/records/SEQ01/frame",
        content=b"",
        headers={"Content-Length": "200000000", "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "upload-too-large")
    assert answer.json()["detail"] == "the upload has 200 MB; a picture may have 60 MB"


def test_a_form_that_is_none_is_bad_input(film: Film) -> None:
    answer = film.page.post(f"{P}/records/SEQ01/frame", data={"revision": "0"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-input")
    broken = film.page.post(
        f"{P}/records/SEQ01/frame", content=b"xyz", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (broken.status_code, broken.json()["code"]) == (422, "bad-input")


def test_a_cell_is_finished_at_full_size(film: Film) -> None:
    draw(film)
    offer = film.get("/records/SEQ01/finish?cell=2")
    assert (offer["offered"], offer["made_before"]) == (True, False)
    revision = film.revision("SEQ01")
    answer = film.act("SEQ01", "finish", cell=2, confirmed_usd=offer["estimate_usd"])
    assert answer.status_code == 202, answer.text
    assert film.revision("SEQ01") >= revision
    film.wait(answer.json()["work"]["id"], "done")
    record = film.desk.store.load("SEQ01").record
    assert record.clean_frame is not None
    assert (record.clean_frame.note, record.takes[1].medium) == ("finished as SEQ01_T002", "frame")


def test_asking_what_finishing_costs_writes_nothing(film: Film) -> None:
    draw(film)
    before = film.revision("SEQ01")
    offer = film.get("/records/SEQ01/finish?cell=2&for=SEQ01_SH02")
    assert offer["offered"] is True
    assert film.revision("SEQ01") == before
    assert film.desk.store.find("SEQ01_SH02") is None


def test_finishing_for_another_shot_is_bought_once_by_one_word(film: Film) -> None:
    draw(film)
    offer = film.get("/records/SEQ01/finish?cell=2&for=SEQ01_SH02")
    asked = {"cell": 2, "for": "SEQ01_SH02", "confirmed_usd": offer["estimate_usd"], "revision": film.revision("SEQ01")}
    before = len(film.world.provider.accepted())
    film.wait(film.act("SEQ01", "finish", **asked).json()["work"]["id"], "done")
    again = film.act("SEQ01", "finish", **asked)
    assert (again.status_code, again.json()["code"]) == (409, "stale")
    assert len(film.world.provider.accepted()) == before + 1


def test_an_estimate_names_the_frame_that_could_not_be_sent(film: Film) -> None:
    upload(film, picture(1280, 720))
    clean = film.desk.project.clean_frame(Slate("SEQ01"))
    assert clean is not None
    (film.desk.paths.workspace / clean).write_bytes(picture(100, 56))
    estimate = film.get("/estimate")
    assert [each["slate"] for each in estimate["due"]] == ["SEQ02"]
    assert any("both sides must be at least 300 px" in each for each in estimate["warnings"])
    assert film.get("/jobs/due")["troubles"][0]["code"] == "unfit-frame"
    refused = film.post("/records/SEQ01/estimate", mode="multi")
    assert (refused.status_code, refused.json()["code"]) == (422, "unfit-frame")
    item = film.post("/basket/items", slate="SEQ01").json()["items"][0]
    assert (item["error"]["code"], item["estimate_usd"]) == ("unfit-frame", None)


@pytest.mark.parametrize(("size", "cut", "factor"), [((100, 100), "100×56", "12.86"), ((1200, 200), "356×200", "3.60")])
def test_a_small_upload_is_enlarged_and_that_is_said(film: Film, size: tuple[int, int], cut: str, factor: str) -> None:
    answer = upload(film, picture(*size)).json()
    assert (answer["frame"]["width"], answer["frame"]["height"]) == (1280, 720)
    said = f"{cut} px of it were enlarged {factor} times to 1280×720 px and are softer."
    assert answer["warnings"] == [f"Smaller than the frame wanted: {said}"]
    assert answer["frame"]["note"].endswith(said)
    assert film.post("/records/SEQ01/estimate", mode="multi").status_code == 200
    files = {"file": ("small.png", picture(*size), "image/png")}
    kept = film.page.post(f"{P}/records/SEQ01/start-frames", files=files).json()
    assert kept["warnings"] == answer["warnings"]
    assert upload(film, picture(1280, 720)).json()["warnings"] == []
