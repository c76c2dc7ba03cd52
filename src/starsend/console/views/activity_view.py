"""The history as the page shows it, and the takes that are at work or lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starsend.console.views.links import thumbnail_of
from starsend.console.views.words import state_dot, state_word
from starsend.errors import StarsendError
from starsend.model.money import ZERO, show_usd
from starsend.model.record import Record
from starsend.model.status import Status
from starsend.model.take import Note, Take
from starsend.production.activity import Entry
from starsend.production.project import Project

KIND_WORDS: Final = {
    "made": "begun",
    "take": "takes",
    "verdict": "verdicts",
    "note": "notes",
    "frame": "frames",
    "prompt": "prompts",
    "stale": "gone stale",
    "other": "other",
}
"""kind → what the filter says."""


_WORDS: Final = 80
"""So many characters of a note are shown."""


def entry_view(entry: Entry, project: str, first_frame: int = 0) -> dict[str, Any]:
    """One row of the history; ``first_frame`` is what the first frame of a take is called."""
    move = entry.move
    moved = move.from_ is not None and move.from_ != move.to
    return {
        "key": f"{entry.slate}-{entry.number}",
        "at": entry.at,
        "day": entry.at.date().isoformat(),
        "by": move.by,
        "slate": entry.slate,
        "why": move.why or ("its record begins" if move.from_ is None else ""),
        "kind": entry.kind,
        "said": "" if entry.note is None else _said(entry.note, first_frame),
        "from": _word(move.from_, again=entry.again) if moved and move.from_ is not None else "",
        "to": _word(move.to, again=entry.again) if moved or move.from_ is None else "",
        "dot": state_dot(move.to),
        "href": f"/{project}/dailies?{urlencode({'state': 'any', 'slate': entry.slate})}",
    }


def _word(state: str, *, again: bool) -> str:
    """The state's word; a slate that had a video isn't said to have none yet."""
    return "to be made again" if again and state == Status.VIDEO_PENDING else state_word(state)


def _said(note: Note, first_frame: int) -> str:
    """``frame 96: Too dark here …``: where a note is, and how it begins."""
    words = note.text if len(note.text) <= _WORDS else f"{note.text[:_WORDS].rstrip()} …"
    place = "" if note.frame is None else f"frame {note.frame + first_frame}"
    if note.frame is not None and note.end_frame not in (None, note.frame):
        place = f"frames {note.frame + first_frame}–{(note.end_frame or 0) + first_frame}"
    return ": ".join(part for part in (place, words or "a drawing") if part)


def at_work(
    project: Project, names: Iterable[str], working: Mapping[str, float | None], now: datetime
) -> dict[str, Any]:
    """Takes that are not settled: those that somebody has or sends, and those that are lost.

    Args:
        project: The plan and records.
        names: Records with takes that are not settled.
        working: take → how far it is, 0 to 1, where this server works on it; None where that isn't known.
        now: To say for how long.
    """
    rows: list[dict[str, Any]] = []
    for name in names:
        try:
            version = project.store.find(name)
        except StarsendError:  # the board names what can't be read
            continue
        if version is not None:
            rows += _rows(project, version.record, working, now)
    lost = [row for row in rows if row["lost"]]
    return {"working": [row for row in rows if not row["lost"]], "lost": _by_slate(lost)}


def _rows(project: Project, record: Record, working: Mapping[str, float | None], now: datetime) -> list[dict[str, Any]]:
    """A slate's open takes. Who holds its submit lock lives, and sends: nothing of his is lost."""
    takes = record.unsettled
    elsewhere = [take for take in takes if record.slate.take(take.take) not in working]
    sender = project.store.sender(record.id) if any(not take.sent for take in elsewhere) else None
    fetcher = project.store.fetcher(record.id) if any(take.sent for take in elsewhere) else None
    return [_open(project, record, take, working, now, sender, fetcher) for take in takes]


def _open(
    project: Project,
    record: Record,
    take: Take,
    working: Mapping[str, float | None],
    now: datetime,
    sender: str | None,
    fetcher: str | None,
) -> dict[str, Any]:
    name = record.slate.take(take.take)
    here = name in working
    where = {"state": "any", "slate": record.id}
    return {
        "slate": record.id,
        "take": take.take,
        "name": name,
        "revision": record.revision,
        "medium": take.medium,
        "mode": take.mode,
        "provider": take.provider,
        "model": take.model,
        "covers": list(take.covers),
        "estimate": show_usd(take.estimate_usd),
        "usd": take.estimate_usd,
        "estimate_usd": format(take.estimate_usd, "f"),
        "since": take.intent_at,
        "minutes": None if take.intent_at is None else max(0, int((now - take.intent_at).total_seconds() // 60)),
        "progress": working.get(name),
        "here": here,
        "sent": take.sent,
        "sender": sender if not here and not take.sent else None,
        "fetcher": fetcher if not here and take.sent else None,
        "lost": not here and not take.sent and sender is None,
        "thumbnail": thumbnail_of(take),
        "href": f"/{project.paths.project}/dailies?{urlencode({**where, 'take': take.take})}",
    }


def _by_slate(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lost takes of a slate are settled together."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["slate"], []).append(row)
    return [_group(slate, takes) for slate, takes in groups.items()]


def _group(slate: str, takes: list[dict[str, Any]]) -> dict[str, Any]:
    total = sum((take["usd"] for take in takes), ZERO)
    return {
        "slate": slate,
        "revision": takes[0]["revision"],
        "takes": takes,
        "total": show_usd(total),
        "total_usd": format(total, "f"),
    }
