"""How takes come into a record: what it becomes when it is begun, takes are asked for, a receipt comes. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from starsend.errors import MoveError
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import JsonObject, Medium, Take
from starsend.store.execution_store import move, refuse_unsettled
from starsend.store.promises import first_state

_ASKED_IN: Final[dict[Medium, Status]] = {"grid": Status.KEYFRAME_PENDING, "video": Status.VIDEO_PENDING}
"""The state in which a take of a medium may be asked for; a finished frame may be in any."""


def begun(project: str, slate: Slate, state: Status, *, episode: str, at: datetime, by: str) -> Record:
    """A new record in its first state.

    Raises:
        MoveError: ``not-a-first-state``.
    """
    record = Record(
        id=str(slate),
        project=project,
        episode=episode,
        kind="sequence" if slate.shot is None else "shot",
        state=first_state(str(slate), state),
        revision=0,
    )
    entry = log(record, at=at, by=by, why="").history[0].but(from_=None)
    return record.but(history=(entry,))


def with_takes(record: Record, takes: Sequence[Take], *, beyond: int, reopen: bool, at: datetime, by: str) -> Record:
    """The record with takes that are asked for, numbered after its last one and after ``beyond``.

    Raises:
        Busy: ``unsettled``.
        MoveError: No take, or the record's state takes no such take.
    """
    refuse_unsettled(record)
    numbered = _numbered(record, takes, beyond)
    medium = numbered[0].medium
    wanted = _ASKED_IN.get(medium)
    if reopen and wanted is not None and record.state is not wanted:
        record = move(record, wanted, at=at, by=by, why="another take is asked for")
    names = " and ".join(record.slate.take(take.take) for take in numbered)
    asked = f"{names} {'is' if len(numbered) == 1 else 'are'} asked for"
    record = record.but(takes=(*record.takes, *numbered))
    if medium == "grid":
        return _move_with_intent(record, Status.KEYFRAME_GENERATING, at, by, asked)
    if record.state is not Status.VIDEO_PENDING and medium == "video":
        move(record.but(takes=()), Status.VIDEO_SUBMITTED, at=at, by=by, why="")
    return log(record, at=at, by=by, why=asked)


def with_receipt(record: Record, take: Take, receipt: JsonObject, *, at: datetime, by: str, why: str) -> Record:
    """The record with a provider's receipt in one of its takes, moved on where the receipt moves it."""
    if take.receipt is not None and take.outcome not in ("pending", "unknown"):
        return log(record, at=at, by=by, why=f"{why}; it is {take.outcome} already")
    record = record.with_take(take.but(receipt=receipt, outcome="pending"))
    to = _state_with_receipt(record, take)
    return log(record, at=at, by=by, why=why) if to is None else move(record, to, at=at, by=by, why=why)


def _move_with_intent(record: Record, to: Status, at: datetime, by: str, why: str) -> Record:
    """Move a record whose newest takes were just opened: only the table counts, the takes are this move's own."""
    settled = record.but(takes=tuple(take for take in record.takes if not take.unsettled))
    return move(settled, to, at=at, by=by, why=why).but(takes=record.takes)


def _numbered(record: Record, takes: Sequence[Take], beyond: int) -> tuple[Take, ...]:
    if not takes:
        raise MoveError(f"{record.id}: no take was asked for", remedy="ask for at least one: --takes 1")
    start = max([beyond, *(take.take for take in record.takes)])
    return tuple(take.but(take=start + step, batch=start + 1) for step, take in enumerate(takes, 1))


def _state_with_receipt(record: Record, take: Take) -> Status | None:
    """Where a receipt moves its record; a late one moves it only if nothing else has happened since."""
    if take.medium != "video":
        return None
    if take.settled is None:
        return Status.VIDEO_SUBMITTED if record.state is Status.VIDEO_PENDING else None
    gave_up = take.settled.how == "give-up" and record.state is Status.VIDEO_FAILED
    return Status.VIDEO_PROCESSING if gave_up else None
