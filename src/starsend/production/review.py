"""Verdicts: choosing is free, instant and undoable."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime, timedelta

from starsend.errors import MoveError, PlanError, UnknownName
from starsend.model.record import Record, log
from starsend.model.slate import Slate, shot_id
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.production.project import Project
from starsend.production.rejection import rejection
from starsend.production.timekeeping import Desk
from starsend.production.undoing import remember, take_back
from starsend.store.execution_store import Version, move, refuse_unsettled


@dataclass(frozen=True)
class _Ink:
    """When and who, for each entry of a verdict."""

    at: datetime
    by: str

    def move(self, record: Record, to: Status, why: str) -> Record:
        return move(record, to, at=self.at, by=self.by, why=why)

    def log(self, record: Record, why: str) -> Record:
        return log(record, at=self.at, by=self.by, why=why)


class Review:
    """Judges the takes of one project."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def approve(
        self, slate: Slate, take: int | None = None, *, except_: Many[str] = (), seen: Version | None = None
    ) -> Record:
        """Approve a complete video take, also an older one; the shots in ``except_`` stay open for a fix.

        Args:
            slate: Whose take.
            take: Counted from 1; else the newest complete one, or where that is rejected the newest that waits.
            except_: Shots of the take that are left out, as ``SH03`` or ``3``.
            seen: The record as the person saw it.

        Raises:
            UnknownName: There is no such take or shot.
            MoveError: Not from this state; or the take is not complete.
            Busy: A take of the slate is unsettled.
            StaleWrite: The record changed since ``seen``.
        """
        ink = self._ink()

        def edit(record: Record) -> Record:
            chosen = _complete(record, take)
            left_out = _left_out(chosen, except_)
            if record.state is Status.APPROVED and chosen == record.standing and chosen.except_ == left_out:
                raise MoveError(
                    f"{slate.take(chosen.take)} is approved already",
                    remedy=f"take the verdict back: starsend reopen {slate}",
                    code="approved-already",
                )
            name = slate.take(chosen.take)
            if chosen != record.newest("video"):
                refuse_unsettled(record)
            record = _to_be_judged(record, ink, f"{name} is judged")
            verdict = chosen.but(
                verdict="approved",
                verdict_at=_after(record.standing, ink.at),
                except_=left_out,
                reason=None,
                reasons=(),
            )
            without = f" without {', '.join(left_out)}" if left_out else ""
            return ink.move(record.with_take(verdict), Status.APPROVED, f"{name} is approved{without}")

        return self._judge(slate, edit, seen, ink)

    def reject(
        self,
        slate: Slate,
        take: int | None = None,
        *,
        reason: str = "",
        reasons: Many[str] = (),
        seen: Version | None = None,
    ) -> Record:
        """Reject a complete video take, with a reason. An approved take that stands keeps the record approved.

        Args:
            slate: Whose take.
            take: Counted from 1; else as :meth:`approve`.
            reason: In words; where it is empty, the kinds of fault stand for it.
            reasons: Kinds of fault, of :data:`starsend.production.rejection.REASONS`.
            seen: The record as the person saw it.

        Raises:
            As :meth:`approve`; ``reason-needed`` where no reason is given, ``unknown-reason``.
        """
        said, kinds = rejection(slate, reason, reasons)
        ink = self._ink()

        def edit(record: Record) -> Record:
            chosen = _complete(record, take)
            was_standing = record.standing is not None and record.standing.take == chosen.take
            name = slate.take(chosen.take)
            verdict = chosen.but(verdict="rejected", verdict_at=ink.at, reason=said, reasons=kinds, except_=())
            judged = record.with_take(verdict)
            why = f"{name} is rejected: {said}"
            if record.state is Status.APPROVED and not was_standing:
                return ink.log(judged, why)
            if record.state is Status.REJECTED:
                return ink.log(judged, why)
            return _after_rejection(_to_be_judged(judged, ink, f"{name} is judged"), ink, why)

        return self._judge(slate, edit, seen, ink)

    def reopen(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back the approval that stands (else the last rejection), and go back to ``video_complete``.

        Raises:
            MoveError: There is nothing to reopen.
            Busy, StaleWrite: As :meth:`approve`.
        """
        ink = self._ink()

        def edit(record: Record) -> Record:
            _complete(record, None)
            refuse_unsettled(record)
            why = "reopened"
            if record.state is Status.APPROVED and record.standing is not None:
                why = f"reopened: {slate.take(record.standing.take)} is no longer approved"
                record = record.with_take(_cleared(record.standing))
            elif record.state is Status.REJECTED:
                rejected = [take for take in record.takes if take.verdict == "rejected"]
                if rejected:
                    last = max(rejected, key=lambda t: (t.verdict_at.timestamp() if t.verdict_at else 0.0, t.take))
                    why = f"reopened: {slate.take(last.take)} is no longer rejected"
                    record = record.with_take(_cleared(last))
            if record.state is Status.VIDEO_COMPLETE:
                raise MoveError(
                    f"{slate} waits for a verdict already",
                    remedy=f"judge it: starsend approve {slate}, or starsend reject {slate} --reason TEXT",
                    code="nothing-to-reopen",
                )
            return ink.move(record, Status.VIDEO_COMPLETE, why)

        return self._judge(slate, edit, seen, ink)

    def undo(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back exactly the last verdict, if it is this person's and nothing came between.

        Raises:
            As :func:`starsend.production.undoing.take_back`; StaleWrite.
        """
        ink = self._ink()
        return self._write(slate, lambda record: take_back(record, at=ink.at, by=ink.by), seen)

    def _judge(self, slate: Slate, edit: Callable[[Record], Record], seen: Version | None, ink: _Ink) -> Record:
        """Write a verdict, and beside it how it is taken back."""
        return self._write(slate, lambda record: remember(record, edit(record), at=ink.at, by=ink.by), seen)

    def _write(self, slate: Slate, edit: Callable[[Record], Record], seen: Version | None) -> Record:
        if self._project.store.find(str(slate)) is None:
            self._project.planned(slate)
            shot = "" if slate.shot is None else f" --shot {slate.shot}"
            raise MoveError(
                f"{slate} has no take yet",
                remedy=f"make one: starsend generate --seq {slate.sequence}{shot}",
                code="nothing-to-judge",
            )
        return self._project.store.revise(str(slate), edit, seen=seen).record

    def _ink(self) -> _Ink:
        return _Ink(self._desk.now(), self._desk.by)


def _after(standing: Take | None, now: datetime) -> datetime:
    """Now, but later than the verdict that stands: a clock that is behind must not make this one the earlier."""
    if standing is None or standing.verdict_at is None:
        return now
    return max(now, standing.verdict_at + timedelta(milliseconds=1))


def _to_be_judged(record: Record, ink: _Ink, why: str) -> Record:
    """Bring a record to ``video_complete``, where verdicts are given; never past an unsettled take."""
    if record.state is Status.VIDEO_COMPLETE:
        return record
    refuse_unsettled(record)
    return ink.move(record, Status.VIDEO_COMPLETE, why)


def _after_rejection(record: Record, ink: _Ink, why: str) -> Record:
    """Where a rejection leads: to the approved take that stands, to the next one that waits, or to ``rejected``."""
    if any(take.verdict == "approved" and take.outcome == "complete" for take in record.takes):
        return ink.move(record, Status.APPROVED, f"{why}; the approved take stands")
    waiting = any(t.medium == "video" and t.outcome == "complete" and t.verdict is None for t in record.takes)
    return ink.log(record, why) if waiting else ink.move(record, Status.REJECTED, why)


def _take(record: Record, number: int) -> Take:
    found = record.find(number)
    if found is None:
        known = ", ".join(str(take.take) for take in record.takes) or "none"
        raise UnknownName(f"{record.id} has no take {number}", remedy=f"its takes are: {known}", code="no-take")
    return found


def _complete(record: Record, number: int | None) -> Take:
    chosen = _default(record) if number is None else _take(record, number)
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
