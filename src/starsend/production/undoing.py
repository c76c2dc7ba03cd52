"""Taking the last verdict back exactly: what it changed stands in the record, and is put back as it was."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starsend.errors import MoveError
from starsend.model.record import Record, Said, Undo, log
from starsend.model.status import MOVES, Status
from starsend.model.take import Take
from starsend.store.execution_store import move, refuse_unsettled

_SAID: Final = ("verdict", "verdict_at", "except_", "reason", "reasons")


def remember(before: Record, after: Record, *, at: datetime, by: str) -> Record:
    """The record after a verdict, with what is needed to take that back."""
    judged = [take.take for take in after.takes if _said(take) != _said(before.find(take.take))]
    if not judged:  # only the state was moved: there is no verdict to take back
        return after.but(undo=None)
    last, *more = reversed(judged)
    undo = Undo(at=at, by=by, take=last, takes=len(after.takes), state=before.state, left=after.state)
    others = tuple(Said(take=number).but(**_said(before.find(number))) for number in more)
    return after.but(undo=undo.but(**_said(before.find(last)), others=others))


def take_back(record: Record, *, at: datetime, by: str) -> Record:
    """The record as it was before the last verdict; where no move leads back there, in ``video_complete``.

    Notes, pictures and overrides that came since stay as they are.

    Raises:
        MoveError: ``nothing-to-undo``: there is no verdict of this person, or something else happened since.
        Busy: A take is unsettled.
    """
    undo = record.undo
    if undo is None or record.find(undo.take) is None:
        raise _nothing(record, "no verdict is there to take back")
    name = record.slate.take(undo.take)
    if undo.by != by:
        raise _nothing(record, f"the last verdict, on {name}, is {undo.by}'s")
    if record.state is not undo.left or len(record.takes) != undo.takes:
        raise _nothing(record, f"something else happened since the verdict on {name}")
    refuse_unsettled(record)
    changed: tuple[Undo | Said, ...] = (undo, *undo.others)
    why = _reopening(record, changed) or f"the verdict on {name} is taken back"
    for was in changed:
        if (judged := record.find(was.take)) is not None:
            record = record.with_take(judged.but(**{field: getattr(was, field) for field in _SAID}))
    record = record.but(undo=None)
    if record.state is undo.state:
        return log(record, at=at, by=by, why=why)
    direct = undo.state in MOVES[record.state] and undo.state is not Status.VIDEO_PENDING
    if not direct and record.state is not Status.VIDEO_COMPLETE:
        record = move(record, Status.VIDEO_COMPLETE, at=at, by=by, why=why)
    if record.state is undo.state:
        return record
    if undo.state not in MOVES[record.state]:
        return log(record, at=at, by=by, why=why)
    return move(record, undo.state, at=at, by=by, why=why)


def pick_is_newer(record: Record, by: str) -> bool:
    """Whether what this person chose last of a slate is its start frame, and no verdict; also if only a frame is."""
    picked, undo = record.picked, record.undo
    if picked is None or undo is None:
        return picked is not None
    return picked.by == by and (undo.by != by or picked.at >= undo.at)


def _said(take: Take | None) -> dict[str, object]:
    return {field: getattr(take, field) for field in _SAID} if take is not None else {}


def _reopening(record: Record, changed: tuple[Undo | Said, ...]) -> str:
    """How the end of a reopening is said; empty where what is taken back gave a verdict and took none away."""
    there = sorted(was.take for was in changed if was.verdict is not None)
    if not there or any((take := record.find(was.take)) is not None and take.verdict is not None for was in changed):
        return ""
    names = ", ".join(f"T{number:03d}" for number in there)
    again = f"{'is' if len(there) == 1 else 'are'} {changed[0].verdict} again"
    return f"the reopening of {record.id} is taken back: {names} {again}"


def _nothing(record: Record, what: str) -> MoveError:
    look = f"look at it: starsend show {record.id}"
    way = _way_back(record)
    return MoveError(f"{record.id}: {what}", remedy=f"{look}; {way}" if way else look, code="nothing-to-undo")


def _way_back(record: Record) -> str:
    """What a person can still do about the verdict that stands; empty where none does."""
    last = record.find(record.undo.take) if record.undo is not None else None
    if last is not None and last.verdict == "rejected" and record.state is not Status.REJECTED:
        return f"to choose the rejected take after all: starsend approve {record.id} --take {last.take}"
    if record.state is Status.APPROVED:
        return f"the approval is taken back by: starsend reopen {record.id}"
    if record.state is Status.REJECTED:
        return f"the rejection is taken back by: starsend reopen {record.id}"
    return ""
