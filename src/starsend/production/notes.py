"""Notes on takes: tied to a take and its frames, with a drawing, answered, marked as done; never lost, never moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from starsend.errors import PlanError, UnknownName
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.take import Done, Note, Stroke, Take
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import Version

MOST_STROKES: Final = 200
MOST_POINTS: Final = 20_000
"""Of all strokes of a drawing together: some minutes of drawing; a record stays readable."""
_LONGEST: Final = 10_000


@dataclass(frozen=True)
class Remark:
    """What a person says of a take.

    Attributes:
        frame: Counted from 0; None where it is about the whole take.
        end_frame: The last frame that it is about, included.
        drawing: What was drawn over the frame.
        reply_to: The id of the note that it answers.
    """

    text: str
    frame: int | None = None
    end_frame: int | None = None
    drawing: tuple[Stroke, ...] = ()
    reply_to: str | None = None


def named(take: Take) -> tuple[Note, ...]:
    """The notes of a take, each with its id; those that were written without one get it by their place."""
    return tuple(
        note if note.id else note.but(id=f"t{take.take}n{number}") for number, note in enumerate(take.notes, 1)
    )


def newest(record: Record | None, slate: Slate) -> int:
    """The take that a note is on where none is named: the newest complete video, else the newest complete grid.

    Raises:
        UnknownName: ``no-take``: it has neither.
    """
    complete = [] if record is None else [take for take in record.takes if take.outcome == "complete"]
    for medium in ("video", "grid"):
        found = next((take.take for take in reversed(complete) if take.medium == medium), None)
        if found is not None:
            return found
    raise UnknownName(
        f"{slate} has no complete take to write a note on",
        remedy=f"see what it has: starsend show {slate}",
        code="no-take",
    )


class Notebook:
    """Writes notes on the takes of one project. Never refused because of a state."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def write(
        self, slate: Slate, take: int, text: str, *, frame: int | None = None, seen: Version | None = None
    ) -> Record:
        """Write words on a take, or on one of its frames. As :meth:`remark`."""
        return self.remark(slate, take, Remark(text, frame), seen=seen)[0]

    def remark(self, slate: Slate, take: int, said: Remark, *, seen: Version | None = None) -> tuple[Record, Note]:
        """Write a remark on a take; it never moves to another one.

        Args:
            slate: Whose take.
            take: Counted from 1.
            said: What to remark.
            seen: The record as the person saw it; a note needs none.

        Raises:
            UnknownName: There is no such take, frame, or note to answer.
            PlanError: ``empty-note``, ``note-too-long``, ``bad-range``, ``bad-drawing``.
            StaleWrite: The record changed since ``seen``.
        """
        _check_words(slate, said)
        _check_drawing(slate, said.drawing)
        at, by = self._desk.now(), self._desk.by

        def write(found: Take) -> tuple[Take, str]:
            _check_frames(slate, found, said, self._project.first_frame)
            there = named(found)
            if said.reply_to is not None:
                _place(slate, found, said.reply_to)
            taken = {note.id for note in there}
            number = next(n for n in range(len(there) + 1, 2 * len(there) + 3) if f"t{take}n{n}" not in taken)
            note = Note(
                at=at,
                by=by,
                text=said.text.strip(),
                frame=said.frame,
                id=f"t{take}n{number}",
                end_frame=said.end_frame,
                drawing=said.drawing,
                reply_to=said.reply_to,
            )
            return found.but(notes=(*there, note)), f"a note on {slate.take(take)}"

        record = self._revise(slate, take, write, seen)
        return record, next(n for n in reversed(record.take(take).notes) if n.at == at and n.by == by)

    def mark(self, slate: Slate, note_id: str, *, done: bool, seen: Version | None = None) -> tuple[Record, Note]:
        """Mark a note as done, or as open again.

        Raises:
            UnknownName: ``no-note``.
            StaleWrite: The record changed since ``seen``.
        """
        number = int(note_id.removeprefix("t").partition("n")[0]) if _is_id(note_id) else 0
        mark = Done(at=self._desk.now(), by=self._desk.by) if done else None

        def write(found: Take) -> tuple[Take, str]:
            place = _place(slate, found, note_id)
            notes = list(named(found))
            notes[place] = notes[place].but(done=mark)
            how = "is done" if done else "is open again"
            return found.but(notes=tuple(notes)), f"the note {note_id} on {slate.take(number)} {how}"

        if number == 0:
            raise _no_note(slate, note_id)
        record = self._revise(slate, number, write, seen)
        take = record.take(number)
        return record, take.notes[_place(slate, take, note_id)]

    def _revise(
        self, slate: Slate, number: int, write: Callable[[Take], tuple[Take, str]], seen: Version | None
    ) -> Record:
        def edit(record: Record) -> Record:
            take, why = write(record.take(number))
            return log(record.with_take(take), at=self._desk.now(), by=self._desk.by, why=why)

        return self._project.store.revise(str(self._project.with_record(slate)), edit, seen=seen).record


def _is_id(text: str) -> bool:
    take, _, note = text.removeprefix("t").partition("n")
    return text.startswith("t") and take.isdecimal() and note.isdecimal() and text.isascii() and len(text) < 20


def _place(slate: Slate, take: Take, note_id: str) -> int:
    place = next((index for index, note in enumerate(named(take)) if note.id == note_id), None)
    if place is None:
        raise _no_note(slate, note_id)
    return place


def _no_note(slate: Slate, note_id: str) -> UnknownName:
    return UnknownName(
        f"{slate} has no note {note_id}", remedy=f"look at its notes: starsend show {slate}", code="no-note"
    )


def _check_words(slate: Slate, said: Remark) -> None:
    if not said.text.strip() and not said.drawing:
        raise PlanError(f"{slate}: an empty note", remedy="say something", code="empty-note")
    if len(said.text) > _LONGEST:
        raise PlanError(
            f"{slate}: a note of {len(said.text)} characters", remedy=f"say it in {_LONGEST}", code="note-too-long"
        )


def _check_frames(slate: Slate, take: Take, said: Remark, first: int) -> None:
    """Refuse frames that the take doesn't have; ``first`` is what its first one is called."""
    frames = take.media.frames if take.media is not None else None
    for frame in (said.frame, said.end_frame):
        if frame is not None and (frame < 0 or (frames is not None and frame >= frames)):
            raise UnknownName(
                f"{slate.take(take.take)} has no frame {frame + first}",
                remedy=f"its frames are {first} to {(frames or 1) - 1 + first}{_in_json(first)}",
                code="no-frame",
            )
    if said.end_frame is not None and (said.frame is None or said.end_frame < said.frame):
        begin = "nothing" if said.frame is None else said.frame + first
        raise PlanError(
            f"{slate}: a range from {begin} to {said.end_frame + first}",
            remedy="give its first frame, then its last",
            code="bad-range",
        )


def _in_json(first: int) -> str:
    """Said where people and programs count differently."""
    return f"; JSON counts from 0, so its frame 0 is {first}" if first else ""


def _check_drawing(slate: Slate, drawing: Sequence[Stroke]) -> None:
    """Refuse what no hand has drawn."""
    values = [value for stroke in drawing for point in stroke.points for value in point]
    fit = (
        len(drawing) <= MOST_STROKES
        and sum(len(stroke.points) for stroke in drawing) <= MOST_POINTS
        and all(2 <= len(point) <= 3 for stroke in drawing for point in stroke.points)
        and all(isfinite(value) and 0 <= value <= 1 for value in values)
        and all(isfinite(stroke.width) and 0 < stroke.width <= 1 for stroke in drawing)
        and all(stroke.points and len(stroke.text) <= _LONGEST for stroke in drawing)
        and all(_is_colour(stroke.colour) for stroke in drawing)
    )
    if not fit:
        raise PlanError(
            f"{slate}: the drawing can't be kept",
            remedy=f"at most {MOST_STROKES} strokes and {MOST_POINTS} points, each from 0 to 1, colours as #rrggbb",
            code="bad-drawing",
        )


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(letter in "0123456789abcdefABCDEF" for letter in text[1:])
