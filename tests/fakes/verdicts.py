"""What a test reads of verdicts: moves, the verdict on each take, what the cut takes and what it waits for."""

from __future__ import annotations

from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.overview import cut_of, look_over
from starsend.studio import OpenProject

S = Status
SEQ01, SH03 = Slate("SEQ01"), Slate("SEQ01", "SH03")


def moves(record: Record) -> list[tuple[str | None, str, str]]:
    return [(entry.from_, entry.to, entry.why) for entry in record.history[1:]]


def verdicts(record: Record) -> list[str | None]:
    return [take.verdict for take in record.takes]


def cut(film: OpenProject) -> dict[str, str | None]:
    return cut_of(film.project, film.loaded.plan.find_sequence("SEQ01")[1])


def waits(film: OpenProject, slate: str) -> str:
    return next(row.waits for row in look_over(film.project).rows if str(row.slate) == slate)
