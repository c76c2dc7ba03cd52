"""Records as a hand would lay them: written straight to disk, so that a test can begin from any state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starsend.model.record import Move, Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media, Take
from starsend.studio import OpenProject

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def a_take(number: int, **fields: Any) -> Take:
    """A complete video take of SEQ01's three shots, asked for ``number`` minutes after 9."""
    given: dict[str, Any] = {
        "medium": "video",
        "mode": "multi",
        "covers": ("SH01", "SH02", "SH03"),
        "provider": "book",
        "model": "kling-o3-pro",
        "batch": number,
        "intent_id": f"laid-{number}",
        "intent_at": AT + timedelta(minutes=number),
        "outcome": "complete",
        "estimate_usd": "0.34",
    }
    if "verdict" in fields:
        given["verdict_at"] = AT + timedelta(hours=number)
    return Take(take=number, **{**given, **fields})


def put_file(project: OpenProject, media: Media) -> Path:
    """Lay something where a take's file should be."""
    path = project.paths.workspace / media.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"film")
    return path


def lay(project: OpenProject, slate: str, state: Status, *takes: Take, **fields: Any) -> Record:
    """Put a record on disk, and give it as the store reads it."""
    record = Record(
        id=slate,
        project=project.paths.project,
        episode="ep_001",
        kind="sequence" if Slate.parse(slate).shot is None else "shot",
        state=state,
        takes=takes,
        history=(Move(at=AT, from_=None, to=state, by="hand"),),
        **fields,
    )
    path = project.paths.record(record.slate)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(record.model_dump_json(indent=2), encoding="utf-8")
    return project.store.load(slate).record
