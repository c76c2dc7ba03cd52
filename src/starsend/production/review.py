"""Verdicts: choosing is free, instant and undoable."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import dataclass
from functools import partial

from starsend.errors import MoveError, RecordBroken, StarsendError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Medium, Outcome, Take
from starsend.production.judging import Ink, approved, judged_take, rejected, reopened, set_aside
from starsend.production.project import Project
from starsend.production.rejection import rejection
from starsend.production.timekeeping import Desk
from starsend.production.undoing import remember, take_back
from starsend.store.execution_store import Version


@dataclass(frozen=True)
class Hinders:
    """Why a take can't be judged now; None where it can.

    Attributes:
        approve: What an approval of the whole take would be refused for.
        reject: What a rejection would be refused for.
    """

    approve: StarsendError | None
    reject: StarsendError | None


@dataclass(frozen=True)
class KeptFix:
    """A shot that the cut goes on taking from an approved take of its own, though one of its sequence was approved.

    Attributes:
        shot: Which.
        slate: Whose take it is; the cut takes the shot from the sequence's once none of this record is approved.
        take: Its number.
        name: ``SEQ01_SH02_T001``.
        revision: Of that record.
    """

    shot: str
    slate: str
    take: int
    name: str
    revision: int


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
            MoveError: Not from this state; the take is not complete; ``file-gone``.
            Busy: A take of the slate is unsettled.
            StaleWrite: The record changed since ``seen``.
        """
        ink = self._ink()
        return self._judge(slate, lambda record: self._approved(record, take, except_, ink), seen, ink)

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
            reasons: Kinds of fault, of :data:`starsend.model.reasons.REASONS`.
            seen: The record as the person saw it.

        Raises:
            As :meth:`approve`, but for ``file-gone``; ``reason-needed`` where no reason is given, ``unknown-reason``.
        """
        said, kinds = rejection(slate, reason, reasons)
        ink = self._ink()
        return self._judge(slate, lambda record: rejected(record, take, said, kinds, ink), seen, ink)

    def reopen(self, slate: Slate, *, every: bool = False, seen: Version | None = None) -> Record:
        """Take back the approval that stands (else the last rejection), and go back to ``video_complete``.

        Args:
            slate: Whose.
            every: All of its approvals, so that the cut takes a shot from its sequence's take again.
            seen: The record as the person saw it.

        Raises:
            MoveError: There is nothing to reopen.
            Busy, StaleWrite: As :meth:`approve`.
        """
        ink = self._ink()
        return self._judge(slate, lambda record: (set_aside if every else reopened)(record, ink), seen, ink)

    def undo(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back exactly the last verdict, if it is this person's and nothing came between.

        Raises:
            As :func:`starsend.production.undoing.take_back`; StaleWrite.
        """
        ink = self._ink()
        return self._write(slate, lambda record: take_back(record, at=ink.at, by=ink.by), seen)

    def kept_fixes(self, record: Record) -> tuple[KeptFix, ...]:
        """The shots of the take that stands in a record which the cut takes from fixes all the same, in order."""
        slate, standing = record.slate, record.standing
        if slate.shot is not None or standing is None:
            return ()
        kept = []
        for shot in standing.covers:
            own = self._fix(slate.of_shot(shot)) if shot not in standing.except_ else None
            if own is not None and own.standing is not None:
                name = own.slate.take(own.standing.take)
                kept.append(KeptFix(shot, own.id, own.standing.take, name, own.revision))
        return tuple(kept)

    def _fix(self, slate: Slate) -> Record | None:
        try:
            return self._project.record(slate)
        except RecordBroken:  # it is named on the pages; the approval stands
            return None

    def hinders(self, record: Record) -> dict[int, Hinders]:
        """What a verdict on each take would be refused for as things are now, by its number; nothing is written.

        It is tried, on one take of each kind: where nothing is in its way, nothing is in the way of those like it.
        """
        ink, found = self._ink(), {}
        standing, newest = record.standing, record.newest("video")
        free: set[tuple[str, Medium, Outcome, bool, bool]] = set()

        def hinder(verdict: str, take: Take, judge: Callable[[], object]) -> StarsendError | None:
            kind = (verdict, take.medium, take.outcome, take == standing, take == newest)
            refusal = None if kind in free else _refusal(judge)
            if refusal is None:
                free.add(kind)
            return refusal

        for take in record.takes:
            approve = hinder("approve", take, partial(approved, record, take.take, (), ink))
            found[take.take] = Hinders(
                approve or _refusal(partial(self._refuse_gone, record, take)),
                hinder("reject", take, partial(rejected, record, take.take, "-", (), ink)),
            )
        return found

    def _approved(self, record: Record, take: int | None, except_: Many[str], ink: Ink) -> Record:
        judged = approved(record, take, except_, ink)
        self._refuse_gone(record, judged_take(record, take))
        return judged

    def _refuse_gone(self, record: Record, take: Take) -> None:
        """Stop where there is no picture to be approved; a take that never had a file is a hand's own business.

        Raises:
            MoveError: ``file-gone``.
        """
        if take.media is None:
            return
        try:
            there = os.stat(f"{self._project.paths.workspace}/{take.media.path}").st_size > 0  # noqa: PTH116 - of many takes
            what = "is empty"
        except (OSError, ValueError):
            there, what = False, "is gone"
        if not there:
            raise MoveError(
                f"the file of {record.slate.take(take.take)} {what}: {take.media.path}",
                remedy="put it back from a copy, then approve the take; or make another",
                code="file-gone",
            )

    def _judge(self, slate: Slate, edit: Callable[[Record], Record], seen: Version | None, ink: Ink) -> Record:
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

    def _ink(self) -> Ink:
        return Ink(self._desk.now(), self._desk.by)


def _refusal(do: Callable[[], object]) -> StarsendError | None:
    try:
        do()
    except StarsendError as error:
        return error
    return None
