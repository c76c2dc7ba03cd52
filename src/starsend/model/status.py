"""The states of a record and the one table of legal moves."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from starsend.errors import MoveError


class Status(StrEnum):
    """Where a record stands. A grid is a keyframe and has no state of its own."""

    KEYFRAME_PENDING = "keyframe_pending"
    """No start frame yet; a grid may be asked for."""
    KEYFRAME_GENERATING = "keyframe_generating"
    """A grid's intent is written; the provider may be drawing it."""
    KEYFRAME_COMPLETE = "keyframe_complete"
    """A grid waits for a person to pick a cell."""
    KEYFRAME_FAILED = "keyframe_failed"
    """The last grid failed, was refused or given up."""
    VIDEO_PENDING = "video_pending"
    """Ready for a video; an intent may be on its way."""
    VIDEO_SUBMITTED = "video_submitted"
    """The provider's receipt is on disk."""
    VIDEO_PROCESSING = "video_processing"
    """The provider works, or its file is being fetched and checked."""
    VIDEO_COMPLETE = "video_complete"
    """A take waits for a verdict."""
    VIDEO_FAILED = "video_failed"
    """The last video failed, was refused, cancelled or given up."""
    APPROVED = "approved"
    """An approved take stands."""
    REJECTED = "rejected"
    """No take awaits a verdict and none is approved."""


_S = Status
_EXPLORE_AGAIN = (
    _S.KEYFRAME_COMPLETE,
    _S.VIDEO_PENDING,
    _S.VIDEO_COMPLETE,
    _S.VIDEO_FAILED,
    _S.REJECTED,
    _S.APPROVED,
)
_JUDGE_EARLIER = (
    _S.KEYFRAME_PENDING,
    _S.KEYFRAME_COMPLETE,
    _S.KEYFRAME_FAILED,
    _S.VIDEO_PENDING,
    _S.VIDEO_FAILED,
    _S.REJECTED,
    _S.APPROVED,
)
_ARROWS: tuple[tuple[tuple[Status, ...], Status], ...] = (
    ((_S.KEYFRAME_PENDING,), _S.KEYFRAME_GENERATING),
    ((_S.KEYFRAME_GENERATING,), _S.KEYFRAME_COMPLETE),
    ((_S.KEYFRAME_GENERATING,), _S.KEYFRAME_FAILED),
    ((_S.KEYFRAME_FAILED,), _S.KEYFRAME_PENDING),
    ((_S.KEYFRAME_COMPLETE, _S.KEYFRAME_PENDING, _S.KEYFRAME_FAILED), _S.VIDEO_PENDING),
    ((_S.KEYFRAME_PENDING, _S.KEYFRAME_FAILED), _S.KEYFRAME_COMPLETE),
    (_EXPLORE_AGAIN, _S.KEYFRAME_PENDING),
    ((_S.VIDEO_PENDING,), _S.VIDEO_SUBMITTED),
    ((_S.VIDEO_SUBMITTED,), _S.VIDEO_PROCESSING),
    ((_S.VIDEO_PROCESSING,), _S.VIDEO_COMPLETE),
    (_JUDGE_EARLIER, _S.VIDEO_COMPLETE),
    ((_S.VIDEO_COMPLETE,), _S.APPROVED),
    ((_S.VIDEO_COMPLETE,), _S.REJECTED),
    ((_S.VIDEO_PENDING, _S.VIDEO_SUBMITTED, _S.VIDEO_PROCESSING), _S.VIDEO_FAILED),
    ((_S.VIDEO_FAILED, _S.VIDEO_COMPLETE, _S.REJECTED, _S.APPROVED), _S.VIDEO_PENDING),
    ((_S.VIDEO_FAILED,), _S.VIDEO_PROCESSING),
)

MOVES: Final[dict[Status, frozenset[Status]]] = {
    start: frozenset(end for starts, end in _ARROWS if start in starts) for start in Status
}
"""state → the states that it may move to. Anything else is refused."""

GUARDED: Final = frozenset({Status.KEYFRAME_PENDING, Status.VIDEO_PENDING})
"""States that may not be entered while a take of the slate is unsettled."""

_REMEDIES: Final[dict[Status, str]] = {
    Status.KEYFRAME_PENDING: "draw a grid first: starsend generate {target} --mode grid",
    Status.KEYFRAME_GENERATING: "let the grid finish: starsend run --seq {sequence}",
    Status.KEYFRAME_COMPLETE: "pick a cell first: starsend crop {target} --cell 1",
    Status.KEYFRAME_FAILED: "draw the grid again: starsend generate {target} --mode grid",
    Status.VIDEO_PENDING: "make the video first: starsend generate {target} --mode {mode}",
    Status.VIDEO_SUBMITTED: "let the take finish: starsend run --seq {sequence}",
    Status.VIDEO_PROCESSING: "let the take finish: starsend run --seq {sequence}",
    Status.VIDEO_COMPLETE: ("judge the take first: starsend approve {slate}, or starsend reject {slate} --reason TEXT"),
    Status.VIDEO_FAILED: "make another take: starsend generate {target} --mode {mode}",
    Status.APPROVED: "take the verdict back first: starsend reopen {slate}",
    Status.REJECTED: (
        "make another take: starsend generate {target} --mode {mode}; or take the verdict back: starsend reopen {slate}"
    ),
}


def check_move(slate: str, current: Status, asked: Status) -> None:
    """Let a legal move pass.

    Raises:
        MoveError: ``illegal-move``, with the current state, the asked one, the legal ones and the remedy.
    """
    if asked in MOVES[current]:
        return
    legal = ", ".join(sorted(MOVES[current]))
    raise MoveError(
        f"{slate} is {current} and can't become {asked}; from here it can become: {legal}",
        remedy=_remedy(slate, current),
    )


def _remedy(slate: str, current: Status) -> str:
    sequence, _, shot = slate.partition("_SH")
    target, mode = (f"--seq {sequence} --shot SH{shot}", "single") if shot else (f"--seq {sequence}", "multi")
    return _REMEDIES[current].format(slate=slate, sequence=sequence, target=target, mode=mode)
