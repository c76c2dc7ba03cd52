"""What happened in a project: the histories of all records together, the newest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal

from starsend.errors import PlanError, RecordBroken
from starsend.model.record import Move, Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Note
from starsend.production.project import Project

Kind = Literal["made", "take", "verdict", "note", "frame", "prompt", "stale", "other"]

_CLOCK_SLACK_S: Final = 5.0
"""A file's time and the time in its history are of two clocks; so far apart they may be."""
_WORDS: Final[tuple[tuple[Kind, tuple[str, ...]], ...]] = (
    ("note", ("a note on ", "the note ")),
    ("stale", ("what its takes were made from",)),
    ("frame", ("a clean frame from ",)),
    ("prompt", ("prompts changed", "written back into the plan")),
)
"""How the reasons of what moves nothing begin."""
_VERDICT_WORDS: Final = ("is approved", "is rejected", "is judged", "reopened", "is taken back")


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    Attributes:
        note: The note that was written, where it was one and the record has it.
        again: The slate had a video before.
        key: Tells it from all others of the project, and orders those of one moment.
    """

    at: datetime
    slate: str
    episode: str
    number: int
    move: Move
    note: Note | None = None
    again: bool = False

    @property
    def key(self) -> tuple[float, str, int]:
        """The newest has the largest."""
        return self.at.timestamp(), self.slate, self.number

    @property
    def kind(self) -> Kind:
        """What sort of thing it was, by its words."""
        why = self.move.why
        if self.move.from_ is None:
            return "made"
        named = next((kind for kind, begins in _WORDS if why.startswith(begins)), None)
        if named is not None:
            return named
        if any(words in why for words in _VERDICT_WORDS):
            return "verdict"
        return "take" if f"{self.slate}_T" in why or self.move.to != self.move.from_ else "other"

    def as_dict(self) -> dict[str, str | None]:
        """For JSON."""
        return {
            "at": self.at.astimezone(UTC).isoformat(),
            "by": self.move.by,
            "slate": self.slate,
            "episode": self.episode,
            "from": self.move.from_,
            "to": self.move.to,
            "why": self.move.why,
            "kind": self.kind,
        }


@dataclass(frozen=True)
class Wanted:
    """Which entries to list; None means any."""

    by: str | None = None
    slate: str | None = None
    episode: str | None = None
    kind: str | None = None
    text: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether it is one of them. A sequence's slate means its shots, too."""
        words = f"{entry.slate} {entry.move.by} {entry.move.why} {entry.move.to}".lower()
        return (
            (self.by is None or entry.move.by == self.by)
            and (self.slate is None or entry.slate == self.slate or entry.slate.startswith(f"{self.slate}_"))
            and (self.episode is None or entry.episode == self.episode)
            and (self.kind is None or entry.kind == self.kind)
            and (self.text is None or self.text.lower() in words)
        )


@dataclass(frozen=True)
class ActivityPage:
    """The newest entries; ``next`` is passed as ``after`` for those before them, None at the end."""

    entries: tuple[Entry, ...]
    next: str | None


def activity(project: Project, wanted: Wanted, *, after: str | None = None, limit: int = 100) -> ActivityPage:
    """The newest entries, those before ``after``.

    Records are read in the order in which their files were last written, and only as far as they can hold newer
    entries than were found: a page of a large project reads few of them.

    Raises:
        PlanError: ``bad-place``: ``after`` is none.
    """
    before = _parsed(after)
    found: list[tuple[tuple[float, str, int], Entry]] = []
    for written, record in _newest_written(project, wanted):
        if len(found) > limit and found[0][0][0] > written + _CLOCK_SLACK_S:
            break
        for number in range(len(record.history) - 1, -1, -1):
            move = record.history[number]
            entry = Entry(move.at, record.id, record.episode, number, move)
            if len(found) > limit and entry.key <= found[0][0]:
                break
            if (before is None or entry.key < before) and wanted.fits(entry):
                heapq.heappush(found, (entry.key, entry))
                if len(found) > limit + 1:
                    heapq.heappop(found)
    entries = tuple(entry for _, entry in sorted(found, key=lambda row: row[0], reverse=True))
    shown = tuple(_told(entry, project) for entry in entries[:limit])
    return ActivityPage(shown, _place(shown[-1]) if len(entries) > limit else None)


def _told(entry: Entry, project: Project) -> Entry:
    """An entry with what its record knows of it."""
    try:
        version = project.store.find(entry.slate)
    except RecordBroken:  # since it was read
        return entry
    if version is None:
        return entry
    before = version.record.history[: entry.number]
    again = any(move.to is Status.VIDEO_COMPLETE for move in before)
    return replace(entry, note=_note_of(version.record, entry.move), again=again)


def _note_of(record: Record, move: Move) -> Note | None:
    """The note that a move tells of: of its take and its author, written at its time."""
    if not move.why.startswith("a note on "):
        return None
    told = [
        (abs((note.at - move.at).total_seconds()), note)
        for take in record.takes
        if move.why == f"a note on {record.slate.take(take.take)}"
        for note in take.notes
        if note.by == move.by
    ]
    apart, note = min(told, key=lambda each: each[0], default=(0.0, None))
    return note if apart < _CLOCK_SLACK_S else None


def _newest_written(project: Project, wanted: Wanted) -> Iterator[tuple[float, Record]]:
    """Records with the time that their files were written, the last first; what can't be read is left out."""
    files = []
    for path in project.paths.records.glob("*.json"):
        try:
            slate = Slate.parse(path.stem)
            written = path.stat().st_mtime
        except (PlanError, OSError):
            continue
        if wanted.slate is None or wanted.slate in (str(slate), slate.sequence):
            files.append((written, str(slate)))
    for written, name in sorted(files, reverse=True):
        try:
            version = project.store.find(name)
        except RecordBroken:
            continue
        if version is not None:
            yield written, version.record


def _place(entry: Entry) -> str:
    return f"{entry.key[0]!r}|{entry.slate}|{entry.number}"


def _parsed(after: str | None) -> tuple[float, str, int] | None:
    if after is None:
        return None
    try:
        at, slate, number = after.split("|")
        return float(at), slate, int(number)
    except ValueError as error:
        raise PlanError(
            f"{after[:80]!r} is no place in the activity", remedy="pass what `next` said", code="bad-place"
        ) from error
