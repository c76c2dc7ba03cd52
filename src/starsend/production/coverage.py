"""Which shots are covered, what is due, and what waits for whom. Pure functions of plan and records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from starsend.model.plan import Sequence
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """A slate that ``run`` leaves alone, and why.

    Attributes:
        kind: ``pick`` (a frame must be chosen), ``failed`` (the last attempt failed, was refused or cancelled),
            ``unknown`` (its outcome is not known): the last two are bought again only by ``generate``.
    """

    slate: Slate
    kind: Literal["pick", "failed", "unknown"]
    message: str
    remedy: str


@dataclass(frozen=True)
class Due:
    """What is due of one sequence.

    Attributes:
        unsettled: Slates whose takes go on first.
        grid: A grid of the sequence is due.
        shots: Shots that a video is due for, in order.
        waiting: What is left to a person.
    """

    unsettled: tuple[Slate, ...] = ()
    grid: bool = False
    shots: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()


def video_takes(sequence: Record | None, shots: Mapping[str, Record]) -> Iterator[tuple[Slate, Take]]:
    """All video takes of a sequence's own record and of its shots' records."""
    for record in (sequence, *shots.values()):
        if record is not None:
            for take in record.takes:
                if take.medium == "video":
                    yield record.slate, take


def covered_shots(sequence: Record | None, shots: Mapping[str, Record]) -> set[str]:
    """Shots that a complete or unsettled video take covers."""
    return {
        shot
        for _, take in video_takes(sequence, shots)
        if take.outcome == "complete" or take.unsettled
        for shot in take.covers
    }


def in_cut(sequence: Record | None, shots: Mapping[str, Record], shot: str) -> tuple[Slate, Take] | None:
    """The take that the cut takes a shot from; None where nothing is approved for it.

    The latest-approved take of the shot's own record, else the latest-approved sequence take that covers it and doesn't
    except it. States are not asked.
    """
    own = shots.get(shot)
    if own is not None and own.standing is not None:
        return own.slate, own.standing
    if sequence is None:
        return None
    fitting = [take for take in sequence.approved if shot in take.covers and shot not in take.except_]
    return (sequence.slate, fitting[-1]) if fitting else None


def find_due(sequence: Sequence, own: Record | None, shots: Mapping[str, Record], *, has_frame: bool) -> Due:
    """Say what is due of a sequence.

    Args:
        sequence: As planned.
        own: Its own record.
        shots: Its shots' records, by shot id.
        has_frame: The start frame that the sequence begins with is there.
    """
    records = [record for record in (own, *shots.values()) if record is not None]
    unsettled = tuple(record.slate for record in records if record.unsettled)
    covered = covered_shots(own, shots)
    open_shots = [shot.id for shot in sequence.shots if shot.id not in covered]
    waiting = [_stopped(shot, own, shots) for shot in open_shots]
    due = [shot for shot, stop in zip(open_shots, waiting, strict=True) if stop is None]
    stops = _merged(stop for stop in waiting if stop is not None)
    busy = own is not None and bool(own.unsettled)
    first = sequence.shots[0].id
    needs_frame = sequence.start_frame == "required" and not has_frame and first in due
    if busy or not needs_frame:
        return Due(unsettled, shots=() if busy else tuple(due), waiting=stops)
    drawers = [record for record in (own, shots.get(first)) if record is not None]
    if any(take.medium == "grid" for record in drawers for take in record.unsettled):
        return Due(unsettled, waiting=stops)
    grid_stop = _frame_stop(drawers)
    if grid_stop is None:
        return Due(unsettled, grid=True, waiting=stops)
    return Due(unsettled, waiting=(*stops, grid_stop))


def _stopped(shot: str, own: Record | None, shots: Mapping[str, Record]) -> Waiting | None:
    """Why an uncovered shot is not due: its last attempt failed, was cancelled or is unknown."""
    attempts = [(s, take) for s, take in video_takes(own, shots) if shot in take.covers]
    if not attempts:
        return None
    where, last = max(attempts, key=lambda pair: (pair[1].intent_at or _LONG_AGO, pair[1].take))
    if last.not_sent:
        return None
    mode = "multi" if where.shot is None else "single"
    return _waiting_for(where, last, f"starsend generate {_target(where)} --mode {mode}")


def _frame_stop(drawers: list[Record]) -> Waiting | None:
    """Why a frame that is required is not due: a grid waits for a pick, or the last one failed.

    Args:
        drawers: The records whose grids can serve: the sequence's own and its first shot's.
    """
    grids = [(record.slate, take) for record in drawers for take in record.takes if take.medium == "grid"]
    for slate, take in grids:
        if take.outcome == "complete":
            return Waiting(
                slate,
                "pick",
                f"{slate} waits for a start frame to be picked",
                f"look at its grid, then: starsend crop {_target(slate)} --cell 1",
            )
    if not grids:
        return None
    slate, last = max(grids, key=lambda pair: (pair[1].intent_at or _LONG_AGO, pair[1].take))
    return None if last.not_sent else _waiting_for(slate, last, f"starsend generate {_target(slate)} --mode grid")


def _target(slate: Slate) -> str:
    return f"--seq {slate.sequence}" if slate.shot is None else f"--seq {slate.sequence} --shot {slate.shot}"


def _waiting_for(slate: Slate, take: Take, remedy: str) -> Waiting:
    name = slate.take(take.take)
    if take.outcome == "unknown":
        return Waiting(slate, "unknown", f"the outcome of {name} is unknown and was given up", f"buy again: {remedy}")
    said = f": {take.error.message}" if take.error is not None else ""
    how = "was cancelled" if take.outcome == "cancelled" else "failed"
    return Waiting(slate, "failed", f"{name} {how}{said}", f"buy again: {remedy}")


def _merged(stops: Iterator[Waiting]) -> tuple[Waiting, ...]:
    return tuple(dict.fromkeys(stops))
