"""Notes on takes: written, answered, marked as done. They need no revision: nothing that was typed is lost."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from starsend.console.acting import Asked, check_revision, fresh
from starsend.console.hub import Hub
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Note, Stroke
from starsend.production.notes import MOST_STROKES, Remark
from starsend.studio import OpenProject


class StrokeAsked(Asked):
    """One stroke, in parts of the picture from its upper left corner; a third number of a point is the pressure."""

    tool: Literal["pen", "arrow", "text"] = "pen"
    colour: str = "#ffffff"
    width: float = 0.004
    points: list[list[float]]
    text: str = ""


class NoteAsked(Asked):
    """A remark on a take, or on its frames from ``frame`` to ``end_frame``, both included."""

    revision: int | None = Field(None, ge=0)
    take: int = Field(ge=1)
    text: str = ""
    frame: int | None = Field(None, description="Counted from 0, whatever people call the first frame")
    end_frame: int | None = Field(None, description="The last frame that it is about, from 0")
    drawing: list[StrokeAsked] | None = Field(None, max_length=MOST_STROKES)
    reply_to: str | None = None


class DoneAsked(Asked):
    """Whether a note is done."""

    revision: int | None = Field(None, ge=0)
    done: bool = True


def notes_router(hub: Hub) -> APIRouter:
    """``POST …/records/{slate}/notes``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}/notes", tags=["notes"])

    @router.post("", summary="Write a note on a take")
    def write(project: str, slate: str, asked: NoteAsked) -> dict[str, Any]:
        """Words, a drawing, or both, on a take or some of its frames. Gives the note and the record."""
        desk, place = _place(hub, project, slate)
        drawing = tuple(Stroke.model_validate(stroke.model_dump()) for stroke in asked.drawing or ())
        said = Remark(asked.text, asked.frame, asked.end_frame, drawing, asked.reply_to)
        with fresh(desk, place):
            seen = None if asked.revision is None else desk.store.load(str(place))
            if asked.revision is not None:
                check_revision(place, seen, asked.revision)
            record, note = desk.notes.remark(place, asked.take, said, seen=seen)
        hub.changed(project, record, why="note")
        return _answer(record, note)

    @router.post("/{note}/done", summary="Mark a note as done, or as open again")
    def done(project: str, slate: str, note: str, asked: DoneAsked) -> dict[str, Any]:
        """Who did it and when is kept. Gives the note and the record."""
        desk, place = _place(hub, project, slate)
        with fresh(desk, place):
            seen = None if asked.revision is None else desk.store.load(str(place))
            if asked.revision is not None:
                check_revision(place, seen, asked.revision)
            record, marked = desk.notes.mark(place, note, done=asked.done, seen=seen)
        hub.changed(project, record, why="note")
        return _answer(record, marked)

    return router


def note_view(note: Note) -> dict[str, Any]:
    """A note as pages show it."""
    return {
        "id": note.id,
        "at": note.at,
        "by": note.by,
        "text": note.text,
        "frame": note.frame,
        "end_frame": note.end_frame,
        "drawing": [stroke.model_dump(mode="json") for stroke in note.drawing] or None,
        "reply_to": note.reply_to,
        "done": note.done is not None,
        "done_by": None if note.done is None else note.done.by,
        "done_at": None if note.done is None else note.done.at,
    }


def _answer(record: Record, note: Note) -> dict[str, Any]:
    return {"note": note_view(note), "record": record.model_dump(mode="json")}


def _place(hub: Hub, project: str, slate: str) -> tuple[OpenProject, Slate]:
    desk = hub.project(project)
    return desk, desk.project.named(Slate.parse(slate))
