"""What a verdict makes of a record, as pure functions: legal moves, words for the history, what is left out."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime, timedelta

from starsend.errors import MoveError, PlanError, UnknownName
from starsend.model.reasons import said_reason
from starsend.model.record import Record, log
from starsend.model.slate import shot_id
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.store.execution_store import move, refuse_unsettled


@dataclass(frozen=True)
class Ink:
    """When and who, for each entry of a verdict."""

    at: datetime
    by: str

    def move(self, record: Record, to: Status, why: str) -> Record:
        """The record, moved.

        Raises:
            MoveError, Busy: As :func:`starsend.store.execution_store.move`.
        """
        return move(record, to, at=self.at, by=self.by, why=why)

    def log(self, record: Record, why: str) -> Record:
        """The record with an entry that moves nothing."""
        return log(record, at=self.at, by=self.by, why=why)


def approved(record: Record, take: int | None, except_: Many[str], ink: Ink) -> Record:
    """The record with a take approved, but for some of its shots.

    Raises:
        UnknownName: There is no such take or shot.
        PlanError: ``nothing-left``.
        MoveError: ``approved-already``, ``nothing-to-judge``, or not from this state.
        Busy: A take of the slate is unsettled.
    """
    chosen = judged_take(record, take)
    left_out = _left_out(chosen, except_)
    name = record.slate.take(chosen.take)
    if record.state is Status.APPROVED and chosen == record.standing and chosen.except_ == left_out:
        raise MoveError(
            f"{name} is approved already",
            remedy=f"take the verdict back: starsend reopen {record.id}",
            code="approved-already",
        )
    if chosen != record.newest("video"):
        refuse_unsettled(record)
    record = _to_be_judged(record, ink, f"{name} is judged")
    verdict = chosen.but(
        verdict="approved", verdict_at=_after(record.standing, ink.at), except_=left_out, reason=None, reasons=()
    )
    without = f" without {', '.join(left_out)}" if left_out else ""
    return ink.move(record.with_take(verdict), Status.APPROVED, f"{name} is approved{without}")


def rejected(record: Record, take: int | None, said: str, kinds: tuple[str, ...], ink: Ink) -> Record:
    """The record with a take rejected; an approved take that stands keeps it approved.

    Raises:
        As :func:`approved`.
    """
    chosen = judged_take(record, take)
    was_standing = record.standing is not None and record.standing.take == chosen.take
    name = record.slate.take(chosen.take)
    verdict = chosen.but(verdict="rejected", verdict_at=ink.at, reason=said, reasons=kinds, except_=())
    judged = record.with_take(verdict)
    why = f"{name} is rejected: {said_reason(said, kinds)}"
    if record.state is Status.APPROVED and not was_standing:
        return ink.log(judged, why)
    if record.state is Status.REJECTED:
        return ink.log(judged, why)
    return _after_rejection(_to_be_judged(judged, ink, f"{name} is judged"), ink, why)


def reopened(record: Record, ink: Ink) -> Record:
    """The record without the approval that stands, else without the last rejection, in ``video_complete``.

    Raises:
        MoveError: ``nothing-to-reopen``, ``nothing-to-judge``.
        Busy: As :func:`approved`.
    """
    judged_take(record, None)
    refuse_unsettled(record)
    slate, why = record.slate, "reopened"
    if record.state is Status.APPROVED and record.standing is not None:
        why = f"reopened: {slate.take(record.standing.take)} is no longer approved"
        record = record.with_take(_cleared(record.standing))
    elif record.state is Status.REJECTED:
        judged = [take for take in record.takes if take.verdict == "rejected"]
        if judged:
            last = max(judged, key=lambda t: (t.verdict_at.timestamp() if t.verdict_at else 0.0, t.take))
            why = f"reopened: {slate.take(last.take)} is no longer rejected"
            record = record.with_take(_cleared(last))
    if record.state is Status.VIDEO_COMPLETE:
        raise MoveError(
            f"{slate} waits for a verdict already",
            remedy=f"judge it: starsend approve {slate}, or starsend reject {slate} --reason TEXT",
            code="nothing-to-reopen",
        )
    return ink.move(record, Status.VIDEO_COMPLETE, why)


def set_aside(record: Record, ink: Ink) -> Record:
    """The record without any approval, also those before the one that stands, in ``video_complete``.

    Raises:
        MoveError: ``nothing-to-reopen``: none is approved; or not from this state.
        Busy: As :func:`approved`.
    """
    refuse_unsettled(record)
    names = [record.slate.take(take.take) for take in record.approved]
    if not names:
        raise MoveError(
            f"{record.id} has no approved take",
            remedy=f"look at it: starsend show {record.id}",
            code="nothing-to-reopen",
        )
    for take in record.approved:
        record = record.with_take(_cleared(take))
    why = f"reopened: {', '.join(names)} {'is' if len(names) == 1 else 'are'} no longer approved"
    if record.state is Status.VIDEO_COMPLETE:
        return ink.log(record, why)
    return ink.move(record, Status.VIDEO_COMPLETE, why)


def _after(standing: Take | None, now: datetime) -> datetime:
    """Now, but later than the verdict that stands: a clock that is behind must not make this one the earlier."""
    if standing is None or standing.verdict_at is None:
        return now
    return max(now, standing.verdict_at + timedelta(milliseconds=1))


def _to_be_judged(record: Record, ink: Ink, why: str) -> Record:
    """Bring a record to ``video_complete``, where verdicts are given; never past an unsettled take."""
    if record.state is Status.VIDEO_COMPLETE:
        return record
    refuse_unsettled(record)
    return ink.move(record, Status.VIDEO_COMPLETE, why)


def _after_rejection(record: Record, ink: Ink, why: str) -> Record:
    """Where a rejection leads: to the approved take that stands, to the next one that waits, or to ``rejected``."""
    if any(take.verdict == "approved" and take.outcome == "complete" for take in record.takes):
        return ink.move(record, Status.APPROVED, f"{why}; the approved take stands")
    waiting = any(t.medium == "video" and t.outcome == "complete" and t.verdict is None for t in record.takes)
    return ink.log(record, why) if waiting else ink.move(record, Status.REJECTED, why)


def judged_take(record: Record, number: int | None) -> Take:
    """The complete video that a verdict is on: of that number, or the one that waits.

    Raises:
        UnknownName: ``no-take``.
        MoveError: ``nothing-to-judge``.
    """
    chosen = _default(record) if number is None else record.take(number)
    if chosen is None:
        what = f"{record.id} has no complete video take"
    elif chosen.medium != "video" or chosen.outcome != "complete":
        what = f"{record.slate.take(chosen.take)} is a {chosen.medium} and {chosen.outcome}, not a complete video"
    else:
        return chosen
    raise MoveError(what, remedy=f"look at it: starsend show {record.id}", code="nothing-to-judge")


def _default(record: Record) -> Take | None:
    """The newest complete video; where that is rejected, the newest that still waits for a verdict."""
    newest = record.newest("video")
    if newest is None or newest.verdict != "rejected":
        return newest
    waiting = (t for t in reversed(record.takes) if t.medium == "video" and t.outcome == "complete" and not t.verdict)
    return next(waiting, newest)


def _left_out(take: Take, shots: Many[str]) -> tuple[str, ...]:
    numbers = {int(shot.removeprefix("SH")): shot for shot in take.covers}
    wanted = dict.fromkeys(shot_id(shot) for shot in shots)
    names = tuple(dict.fromkeys(numbers.get(int(shot.removeprefix("SH")), shot) for shot in wanted))
    strangers = [name for name in names if name not in take.covers]
    if strangers:
        raise UnknownName(
            f"take {take.take} doesn't show {', '.join(strangers)}",
            remedy=f"it shows {', '.join(take.covers)}",
            code="not-in-take",
        )
    if names and set(names) == set(take.covers):
        raise PlanError(
            f"take {take.take}: all of its shots are excepted", remedy="reject it instead", code="nothing-left"
        )
    return names


def _cleared(take: Take) -> Take:
    return take.but(verdict=None, verdict_at=None, except_=(), reason=None, reasons=())
