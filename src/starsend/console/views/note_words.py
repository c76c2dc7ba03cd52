"""The words of notes that something answers: an item of the basket keeps their ids alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starsend.errors import StarsendError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.production.notes import named
from starsend.production.project import Project


def with_words(project: Project, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Items of the basket, each with ``answers``: the notes of its slate, or of its sequence, that it names.

    A note that is gone is left out.
    """
    held: dict[Slate, dict[str, dict[str, Any]]] = {}
    return [{**item, "answers": _answers(project, item, held)} for item in items]


def _answers(
    project: Project, item: Mapping[str, Any], held: dict[Slate, dict[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    if not item["notes"]:
        return []
    place = Slate.parse(str(item["slate"]))
    for slate in (place, place.parent):
        if slate not in held:
            held[slate] = _notes_of(project, slate)
    known = {**held[place.parent], **held[place]}
    return [known[name] for name in item["notes"] if name in known]


def _notes_of(project: Project, slate: Slate) -> dict[str, dict[str, Any]]:
    try:
        record: Record | None = project.record(slate)
    except StarsendError:  # the item itself says that it can't be read
        return {}
    takes = () if record is None else record.takes
    return {
        note.id: {"id": note.id, "take": slate.take(take.take), "frame": note.frame, "by": note.by, "text": note.text}
        for take in takes
        for note in named(take)
    }
