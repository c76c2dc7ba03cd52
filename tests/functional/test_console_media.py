"""Media over HTTP: ranges, caching, smaller pictures; and nothing else of the disk."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.worlds import world

VIDEO = "projects/film/takes/ep_001/SEQ01/SEQ01_T001.mp4"
PICTURE = "projects/film/frames/ep_001/grids/SEQ01_T001.png"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    desk = world(tmp_path, inspector).open()
    for path in (VIDEO, PICTURE):
        (desk.paths.workspace / path).parent.mkdir(parents=True)
    (desk.paths.workspace / VIDEO).write_bytes(bytes(range(256)) * 40)
    Image.new("RGB", (1280, 720), "red").save(desk.paths.workspace / PICTURE)
    return desk


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    return TestClient(
        app_of(Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))), base_url="http://127.0.0.1"
    )


def test_a_part_of_a_video_is_sent_where_a_part_is_asked_for(page: TestClient) -> None:
    answer = page.get(f"/media/{VIDEO}", headers={"range": "bytes=256-511", "accept-encoding": "gzip"})
    assert (answer.status_code, answer.content) == (206, bytes(range(256)))
    assert answer.headers["content-range"] == "bytes 256-511/10240"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in answer.headers
    assert page.get(f"/media/{VIDEO}", headers={"range": "bytes=99999-"}).status_code == 416


def test_an_address_that_names_the_content_is_kept_for_ever(page: TestClient) -> None:
    assert "immutable" in page.get(f"/media/{VIDEO}?v=abc").headers["cache-control"]
    assert "must-revalidate" in page.get(f"/media/{VIDEO}").headers["cache-control"]


def test_a_file_that_is_known_already_is_not_sent_again(page: TestClient, film: OpenProject) -> None:
    etag = page.get(f"/media/{VIDEO}").headers["etag"]
    assert page.get(f"/media/{VIDEO}", headers={"if-none-match": f"W/{etag}, other"}).status_code == 304
    (film.paths.workspace / VIDEO).write_bytes(b"another")
    assert page.get(f"/media/{VIDEO}", headers={"if-none-match": etag}).content == b"another"


def test_a_list_gets_smaller_pictures(page: TestClient) -> None:
    answer = page.get(f"/media/{PICTURE}?v=1&width=320")
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert small.size == (320, 180)
    assert page.get(f"/media/{PICTURE}?width=333").status_code == 422
    assert page.get(f"/media/{PICTURE}").headers["content-type"] == "image/png"


def test_a_picture_that_is_none_is_told(page: TestClient, film: OpenProject) -> None:
    (film.paths.workspace / PICTURE).write_bytes(b"no picture at all")
    answer = page.get(f"/media/{PICTURE}?width=320")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_kept_copy_of_a_start_frame_can_be_seen(page: TestClient, film: OpenProject) -> None:
    film.paths.uploads.mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(film.paths.uploads / "abc.png")
    assert page.get("/media/state/film/uploads/abc.png").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "state/film/shots/SEQ01.json",
        "projects/film/plan.json",
        "starsend.toml",
        "projects/../starsend.toml",
        "projects/film/../../secret.png",
        "state/film/uploads/../../../secret.png",
        "state/film/uploads/plan.json",
        "/etc/passwd",
        "projects/film/link.png",
        "projects/film/takes",
        "projects/film/a\x00b.png",
        "projects/film/" + "x" * 5000 + ".png",
    ],
)
def test_nothing_else_of_the_disk_is_shown(page: TestClient, film: OpenProject, path: str) -> None:
    secret = film.paths.workspace.parent / "secret.png"
    Image.new("RGB", (8, 8)).save(secret)
    (film.paths.root / "link.png").symlink_to(secret)
    (film.paths.workspace / "secret.png").symlink_to(secret)
    answer = page.get("/media/" + path.replace("..", "%2e%2e").replace("\x00", "%00"))
    assert (answer.status_code, answer.json()["code"]) == (404, "no-media")
