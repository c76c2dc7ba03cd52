"""Where frames are counted from 1001: everything that is read or typed counts as the player does, JSON from 0."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from starsend.console.app import create_app
from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.status import Status
from starsend.model.take import Found, FrameUse, Inputs, Media, Note
from starsend.studio import PooledInspector
from tests.fakes.commands import cli, printed
from tests.fakes.records import AT, a_take, lay
from tests.fakes.worlds import World, plan, world

FROZEN = Found(
    code="freeze",
    severity="warning",
    message="Nothing moves in frames 12 to 30 (0.50 to 1.25 s).",
    frame=12,
    end_frame=31,
)
RECORD = "/api/v1/projects/film/records/SEQ01"


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    counted = plan(format={"aspect_ratio": "16:9", "fps": "24", "resolution": "720p", "first_frame": 1001})
    return world(tmp_path, inspector, counted)


def lay_take(film: World) -> None:
    media = Media(path="x.mp4", sha256="0" * 64, bytes=1, width=1280, height=720, fps="24/1", frames=72, duration_s=3.0)
    begins = FrameUse(choice="SH02's first frame in SEQ01_T001 (frame 24)", path="start.png", sha256="0" * 64)
    inputs = Inputs(start_frame=begins)
    notes = (Note(at=AT, by="mia", text="too dark", frame=11, end_frame=23, id="t1n1"),)
    take = a_take(1, media=media, inputs=inputs, findings=(FROZEN,), notes=notes)
    lay(film.open(), "SEQ01", Status.VIDEO_COMPLETE, take)


def page(film: World) -> TestClient:
    return TestClient(create_app(Hub(film.studio(), Events("t"))), base_url="http://127.0.0.1")


def test_show_counts_findings_notes_and_the_start_frame_as_the_player_does(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_take(film)
    assert cli(film, "show", "SEQ01") == 0
    told = capsys.readouterr().out
    assert "warning: Nothing moves in frames 1013 to 1031 (0.50 to 1.25 s)." in told
    assert "note t1n1, frame 1012–1024 by mia: too dark" in told
    assert "starts with SH02's first frame in SEQ01_T001 (frame 1025)" in told
    cli(film, "show", "SEQ01", "--json")
    take = printed(capsys)["takes"][0]
    assert (take["notes"][0]["frame"], take["findings"][0]["frame"]) == (11, 12)
    assert take["inputs"]["start_frame"]["choice"].endswith("(frame 24)")


def test_a_note_is_typed_with_the_number_that_is_shown(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    lay_take(film)
    assert cli(film, "note", "SEQ01", "softer", "--frame", "1049", "--to-frame", "1072") == 0
    note = film.open().store.load("SEQ01").record.takes[0].notes[-1]
    assert (note.frame, note.end_frame) == (48, 71)
    assert cli(film, "note", "SEQ01", "softer", "--frame", "48") == 2
    told = capsys.readouterr().err
    assert "SEQ01_T001 has no frame 48\n" in told
    assert "its frames are 1001 to 1072; JSON counts from 0, so its frame 0 is 1001" in told
    assert cli(film, "note", "SEQ01", "softer", "--frame", "1049", "--to-frame", "1040") == 2
    assert "SEQ01: a range from 1049 to 1040" in capsys.readouterr().err


def test_the_json_api_takes_and_gives_frames_from_nought(film: World) -> None:
    lay_take(film)
    client = page(film)
    answer = client.post(f"{RECORD}/notes", json={"take": 1, "text": "here", "frame": 71})
    assert answer.json()["note"]["frame"] == 71
    refused = client.post(f"{RECORD}/notes", json={"take": 1, "text": "here", "frame": 72})
    assert refused.json()["detail"] == "SEQ01_T001 has no frame 1073"
    schema = client.get("/openapi.json").json()["components"]["schemas"]["NoteAsked"]["properties"]
    assert "from 0" in schema["frame"]["description"]
    assert "from 0" in schema["end_frame"]["description"]


def test_what_a_retake_starts_with_is_said_alike_everywhere(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "multi", "--start-frame", "none") == 0
    capsys.readouterr()
    words = "SH02's first frame in SEQ01_T001 (frame 1025)"
    with film.studio() as studio:
        client = TestClient(create_app(Hub(studio, Events("t"))), base_url="http://127.0.0.1")
        choices = client.get("/api/v1/projects/film/records/SEQ01_SH02/start-frames").json()["choices"]
        assert choices[0]["words"] == words
        assert client.get("/api/v1/projects/film/dailies/SEQ01_SH02").json()["next"]["words"] == words
        assert cli(film, "generate", "--seq", "SEQ01", "--shot", "2", "--mode", "single") == 0
        assert f"SEQ01 SH02 starts with {words}\n" in "".join(capsys.readouterr())
        told = client.get("/film/dailies?slate=SEQ01_SH02&state=any", headers={"accept": "text/html"}).text
        assert f"<figcaption>{words.replace(chr(39), '&#39;')}</figcaption>" in told
    record = film.open().store.load("SEQ01_SH02").record
    assert record.takes[0].inputs.start_frame is not None
    assert record.takes[0].inputs.start_frame.choice.endswith("(frame 24)")


def test_an_import_counts_its_findings_as_the_player_does(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    made = next((film.workspace / "projects").rglob("*.mp4"))
    capsys.readouterr()
    assert cli(film, "import", "SEQ01_SH02", str(made)) == 0
    told = capsys.readouterr().out
    take = film.open().store.load("SEQ01_SH02").record.takes[-1]
    cut = next(found for found in take.findings if found.code == "cut-extra")
    assert f"at frame {(cut.frame or 0) + 1001} (" in told
    assert f"at frame {cut.frame} (" in cut.message
