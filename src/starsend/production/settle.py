"""How a take's outcome ends a batch and moves its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starsend.errors import UnknownName
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Medium, Outcome, Take
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import ExecutionStore, Version, move

_AT_WORK: Final[dict[Medium, frozenset[Status]]] = {
    "video": frozenset({Status.VIDEO_PENDING, Status.VIDEO_SUBMITTED, Status.VIDEO_PROCESSING}),
    "grid": frozenset({Status.KEYFRAME_GENERATING}),
    "frame": frozenset(),
}
_ENDS: Final[dict[Medium, tuple[Status, Status]]] = {
    "video": (Status.VIDEO_COMPLETE, Status.VIDEO_FAILED),
    "grid": (Status.KEYFRAME_COMPLETE, Status.KEYFRAME_FAILED),
}
_FINAL: Final[frozenset[Outcome]] = frozenset({"complete", "failed", "cancelled"})


def settle(
    store: ExecutionStore, slate: Slate, intent_id: str, changes: Mapping[str, Any], desk: Desk, *, why: str
) -> Version:
    """Write a take's outcome; the last one of its batch moves the record. Merges into the record as it is now."""

    def edit(record: Record) -> Record:
        take = record.intent(intent_id)
        if take is None:
            raise UnknownName(
                f"{slate} has no take with the intent {intent_id}", remedy=f"look at it: starsend show {slate}"
            )
        if take.outcome in _FINAL:  # another process was faster
            return log(record, at=desk.now(), by=desk.by, why=f"{why} (it was {take.outcome} already)")
        return settled(record, take.but(**changes), at=desk.now(), by=desk.by, why=why)

    return store.revise(str(slate), edit)


def settled(record: Record, take: Take, *, at: datetime, by: str, why: str) -> Record:
    """The record with this take in it; moved, where the take was the last of its batch that was open.

    ``*_complete`` if any of the batch is complete, else ``*_failed``. A record that has moved on meanwhile is not
    moved, nor is one by a late take: after a resend, or while another take is made, it is only kept.
    """
    record = record.with_take(take)
    batch = [t for t in record.takes if t.medium == take.medium and t.batch == take.batch]
    still_open = batch if take.settled is None else record.takes
    resent = take.settled is not None and take.settled.how == "resend" and take.outcome != "unknown"
    if resent or any(t.unsettled for t in still_open) or record.state not in _AT_WORK[take.medium]:
        return log(record, at=at, by=by, why=why)
    complete, failed = _ENDS[take.medium]
    to = complete if any(t.outcome == "complete" for t in batch) else failed
    others = record.but(takes=tuple(t for t in record.takes if not t.unsettled))
    return move(others, to, at=at, by=by, why=why).but(takes=record.takes)
