"""Taking back picks of a start frame, one by one: what stood before stands again, and no file is deleted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from starsend.errors import MediaError, MoveError
from starsend.model.record import CleanFrame, Pick, Picked, Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.project import Project
from starsend.production.staleness import mark_family
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import Version, move, refuse_unsettled

MOST_STEPS: Final = 20
"""So many picks of a slate can be taken back, one after another."""


def with_pick(record: Record, frame: CleanFrame, by: str, left: Status) -> Record:
    """The record with a start frame that a person picked, and how that is taken back; picks before it stay known."""
    last = record.picked
    stands = last is not None and record.clean_frame is not None and record.clean_frame.at == last.at
    earlier = (*last.earlier, _bare(last)) if last is not None and stands else ()
    picked = Picked(at=frame.at, by=by, before=record.clean_frame, state=record.state, left=left)
    return record.but(clean_frame=frame, picked=picked.but(earlier=earlier[1 - MOST_STEPS :]))


def _bare(picked: Picked) -> Pick:
    """A pick without those before it."""
    return Pick.model_validate(picked.model_dump(exclude={"earlier"}))


def _before(picked: Picked) -> Picked | None:
    """The pick that is the last one once this is taken back; None where none is known of the frame that stands then."""
    if not picked.earlier or picked.before is None or picked.earlier[-1].at != picked.before.at:
        return None
    *earlier, last = picked.earlier
    return Picked.model_validate(last.model_dump()).but(earlier=tuple(earlier))


class PickUndo:
    """Takes back picks of start frames in one project."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def take_back(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back the last pick, if it is this person's and nothing was made from that frame.

        The picture goes on lying in ``clean/`` under a number; the one before it comes back, or the grid waits again.
        The pick before it is then the last one, and can be taken back in its turn.

        Raises:
            MoveError: ``nothing-to-undo``; ``pick-stands``: another person's, or something else happened since;
                ``frame-used``: something was made from it.
            MediaError: ``frame-gone``: the picture of before is not there any more.
            Busy: A take of the slate is unsettled.
            StaleWrite: The record changed since ``seen``.
        """
        place = self._project.paths.clean_frame(self._project.episode_of(slate), slate)
        version = self._project.store.load(str(slate))
        frame, picked = self._check(version.record)
        old = None if picked.before is None else _kept(place, picked.before)

        def edit(record: Record) -> Record:
            frame, picked = self._check(record)
            record = record.but(clean_frame=picked.before, picked=_before(picked))
            return _moved_back(record, frame, picked, at=self._desk.now(), by=self._desk.by)

        record = self._project.store.revise(str(slate), edit, seen=seen or version).record
        _put_back(place, frame, old)
        mark_family(self._project, self._desk, slate)
        return record

    def _check(self, record: Record) -> tuple[CleanFrame, Picked]:
        frame, picked = record.clean_frame, record.picked
        if frame is None or picked is None or frame.at != picked.at:
            raise _nothing(record)
        if picked.by != self._desk.by:
            raise _stands(record, f"the start frame was picked by {picked.by}")
        made = self._made_from(record.slate, frame)
        if made is not None:
            raise MoveError(
                f"{made} was made from that frame, so the pick stays",
                remedy="pick another cell instead: that is free, and the next take is made from it",
                code="frame-used",
            )
        if picked.state is not picked.left and record.state is not picked.left:
            raise _stands(record, "something else happened since the frame was picked")
        return frame, picked

    def _made_from(self, slate: Slate, frame: CleanFrame) -> str | None:
        """The first take, of the slate's family, that was asked for with this frame since it was picked."""
        _, sequence, _ = self._project.planned(slate)
        own, shots = self._project.records_of(sequence)
        for record in [each for each in (own, *shots.values()) if each is not None]:
            for take in record.takes:
                used = take.inputs.start_frame
                since = take.intent_at is not None and take.intent_at >= frame.at and not take.not_sent
                if since and used is not None and used.path == frame.path and used.sha256 == frame.sha256:
                    return record.slate.take(take.take)
        return None


def _moved_back(record: Record, frame: CleanFrame, picked: Picked, *, at: datetime, by: str) -> Record:
    """The record in the state of before, by legal moves: by way of ``keyframe_pending`` to where its grid waits."""
    why = f"the clean frame from {frame.from_} is taken back"
    drawn = record.newest("grid") is not None
    if picked.state is picked.left or (record.slate.shot is not None and not drawn):
        return log(record, at=at, by=by, why=why)
    refuse_unsettled(record)
    record = move(record, Status.KEYFRAME_PENDING, at=at, by=by, why=why)
    if picked.state is Status.KEYFRAME_COMPLETE and drawn:
        return move(record, Status.KEYFRAME_COMPLETE, at=at, by=by, why="its grid waits for a pick again")
    return record


def _kept(place: Path, before: CleanFrame) -> Path:
    from starsend.media.files import sha256_of

    for path in sorted(place.parent.glob(f"{place.stem}.*{place.suffix}")):
        if sha256_of(path) == before.sha256:
            return path
    raise MediaError(
        f"the picture that stood before, {place.name}, is not kept any more",
        remedy="pick it again from its grid, or upload it",
        code="frame-gone",
    )


def _put_back(place: Path, frame: CleanFrame, old: Path | None) -> None:
    """Lay the old picture in its place; another one that a hand laid there meanwhile stays."""
    from starsend.media.files import keep_backup, sha256_of, write_atomically

    if not place.is_file() or sha256_of(place) != frame.sha256:
        return
    keep_backup(place)
    if old is None:
        place.unlink()
    else:
        write_atomically(place, old.read_bytes())


def _nothing(record: Record) -> MoveError:
    return MoveError(
        f"{record.id}: no pick is there to take back",
        remedy=f"look at it: starsend show {record.id}",
        code="nothing-to-undo",
    )


def _stands(record: Record, why: str) -> MoveError:
    return MoveError(f"{record.id}: {why}", remedy=f"look at it: starsend show {record.id}", code="pick-stands")
