"""Notes through the API: tied to a take and its frames, drawn, answered, marked as done; none moves, none is lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from starsend.console.events import Events
from starsend.console.hub import Hub
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media, Note
from starsend.production.notes import named
from starsend.studio import OpenProject, PooledInspector, Studio
from tests.fakes.console_app import app_of
from tests.fakes.records import AT, a_take, lay
from tests.fakes.worlds import world

NOTES = "/api/v1/projects/film/records/SEQ01/notes"
MEDIA = Media(path="x.mp4", sha256="0" * 64, bytes=1, frames=72)


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


@pytest.fixture
def page(film: OpenProject) -> TestClient:
    return TestClient(
        app_of(Hub(Studio(film.studio.settings, film.studio.parts), Events("test"))), base_url="http://127.0.0.1"
    )


def write(page: TestClient, **body: Any) -> Any:
    return page.post(NOTES, json={"take": 1, "text": "softer", **body})


def test_a_note_is_tied_to_its_take_and_frames(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=MEDIA), a_take(2))
    answer = write(page, frame=10, end_frame=20).json()
    note = answer["note"]
    assert (note["id"], note["frame"], note["end_frame"], note["by"]) == ("t1n1", 10, 20, "test")
    takes = film.store.load("SEQ01").record.takes
    assert [len(take.notes) for take in takes] == [1, 0]
    assert answer["record"]["history"][-1]["why"] == "a note on SEQ01_T001"


def test_a_drawing_is_kept_as_it_was_drawn(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=MEDIA))
    stroke = {"tool": "arrow", "colour": "#ff8800", "width": 0.01, "points": [[0.1, 0.2], [0.5, 1.0, 0.7]], "text": ""}
    assert write(page, text="", frame=3, drawing=[stroke]).json()["note"]["drawing"] == [stroke]
    kept = film.store.load("SEQ01").record.takes[0].notes[0].drawing[0]
    assert kept.points == ((0.1, 0.2), (0.5, 1.0, 0.7))


def test_a_note_is_answered_and_marked_as_done(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    first = write(page).json()["note"]["id"]
    assert write(page, text="it is", reply_to=first).json()["note"]["reply_to"] == first
    done = page.post(f"{NOTES}/{first}/done", json={"done": True}).json()
    assert (done["note"]["done"], done["note"]["done_by"]) == (True, "test")
    assert page.post(f"{NOTES}/{first}/done", json={"done": False}).json()["note"]["done"] is False
    assert [note.text for note in film.store.load("SEQ01").record.takes[0].notes] == ["softer", "it is"]


def test_older_notes_are_found_by_their_place(page: TestClient, film: OpenProject) -> None:
    old = Note(at=AT, by="ada", text="old")
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(2, notes=(old, old)))
    assert [note.id for note in named(film.store.load("SEQ01").record.takes[0])] == ["t2n1", "t2n2"]
    assert page.post(f"{NOTES}/t2n2/done", json={}).json()["note"]["done"] is True
    assert [n.done is not None for n in film.store.load("SEQ01").record.takes[0].notes] == [False, True]


def test_notes_of_many_people_at_once_are_all_kept(film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    threads = [threading.Thread(target=film.notes.write, args=(Slate("SEQ01"), 1, f"note {n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    notes = film.store.load("SEQ01").record.takes[0].notes
    assert {note.text for note in notes} == {f"note {n}" for n in range(8)}
    assert len({note.id for note in notes}) == 8


def test_a_note_needs_no_revision_but_holds_one_that_is_given(page: TestClient, film: OpenProject) -> None:
    seen = lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    assert write(page).status_code == 200
    stale = write(page, revision=seen.revision)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")


def test_a_script_in_a_note_is_kept_as_text(page: TestClient, film: OpenProject) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    text = "</script><script>alert(1)</script>"
    assert write(page, text=text).json()["note"]["text"] == text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "  "}, 422, "empty-note"),
        ({"frame": 72}, 404, "no-frame"),
        ({"frame": -1}, 404, "no-frame"),
        ({"frame": 9, "end_frame": 3}, 422, "bad-range"),
        ({"end_frame": 3}, 422, "bad-range"),
        ({"take": 7}, 404, "no-take"),
        ({"reply_to": "t1n9"}, 404, "no-note"),
        ({"text": "x" * 10_001}, 422, "note-too-long"),
        ({"drawing": [{"points": [[0.5, 1.5]]}]}, 422, "bad-drawing"),
        ({"drawing": [{"points": [[0.5]]}]}, 422, "bad-drawing"),
        ({"drawing": [{"points": [], "text": "x"}]}, 422, "bad-drawing"),
        ({"drawing": [{"points": [[0, 0]], "colour": "red;x"}]}, 422, "bad-drawing"),
        ({"drawing": [{"points": [[0, 0]] * 20_001}]}, 422, "bad-drawing"),
        ({"drawing": [{"points": [[0, 0]], "tool": "<b>"}]}, 422, "bad-input"),
    ],
)
def test_what_is_no_note_is_refused(
    page: TestClient, film: OpenProject, body: dict[str, Any], status: int, code: str
) -> None:
    before = lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, media=MEDIA))
    answer = write(page, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert film.store.load("SEQ01").record == before


@pytest.mark.parametrize("note", ["t1n1", "x", "t99999999999999999999n1", "t1n²"])
def test_a_note_that_is_not_there_is_not_found(page: TestClient, film: OpenProject, note: str) -> None:
    lay(film, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    assert page.post(f"{NOTES}/{note}/done", json={}).status_code == 404
