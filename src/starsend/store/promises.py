"""What no write to a record may break, whoever keeps the records."""

from __future__ import annotations

from starsend.errors import MoveError, StaleWrite
from starsend.model.record import Record
from starsend.model.status import Status, check_move
from starsend.store.execution_store import Version


def check_seen(current: Version, seen: Version | None) -> None:
    """Let a write pass whose writer saw the record as it is now; both revision and bytes count. None saw nothing.

    Raises:
        StaleWrite: The record changed since.
    """
    if seen is not None and (seen.digest, seen.record.revision) != (current.digest, current.record.revision):
        record = current.record
        raise StaleWrite(
            f"{record.id} has changed since it was read: revision {record.revision}, {record.state}",
            remedy=f"look again, then decide: starsend show {record.id}",
        )


def adopt_hand_edit(record: Record) -> Record:
    """Write the verdict out that a hand edit to ``approved`` means, so that it outlives the state."""
    standing = record.standing
    if standing is None or standing.verdict == "approved":
        return record
    return record.with_take(standing.but(verdict="approved", reason=None))


def check_change(old: Record, new: Record) -> None:
    """Hold what no write may break: takes stay, history only grows, every move in it is legal.

    Raises:
        MoveError: ``broken-promise``; a defect in our own code, and nothing is written.
    """
    kept = new.history[: len(old.history)]
    numbers = [take.take for take in new.takes]
    state = old.state
    for entry in new.history[len(old.history) :]:
        if entry.from_ != state:
            _broken_promise(new, f"history says {entry.from_} where the state was {state}")
        if entry.to != entry.from_:
            check_move(new.id, state, Status(entry.to))
        state = Status(entry.to)
    if kept != old.history or len(new.history) == len(old.history):
        _broken_promise(new, "history may only grow")
    if state != new.state:
        _broken_promise(new, f"the history ends in {state}, the state is {new.state}")
    if not {take.take for take in old.takes} <= set(numbers):
        _broken_promise(new, "a take is missing")


def _broken_promise(record: Record, what: str) -> None:
    raise MoveError(
        f"{record.id} was not written: {what}", remedy="report this as a defect of Starsend", code="broken-promise"
    )


def first_state(id: str, state: Status) -> Status:
    """Let a first state pass.

    Raises:
        MoveError: ``not-a-first-state``.
    """
    if state not in (Status.KEYFRAME_PENDING, Status.VIDEO_PENDING):
        raise MoveError(
            f"{id} can't begin as {state}; a record begins as keyframe_pending or video_pending",
            remedy="begin with one of these two",
            code="not-a-first-state",
        )
    return state
