"""States in the words of the page, and the colour of their dot."""

from __future__ import annotations

from typing import Final

from starsend.model.status import Status

WAITING: Final = (Status.KEYFRAME_COMPLETE, Status.VIDEO_COMPLETE)
"""What Dailies shows unless asked for more."""

PLANNED: Final = "planned"
"""Said of a sequence that was never worked on, in the place of its first state."""

_WORDS: Final[dict[Status, tuple[str, str]]] = {
    Status.KEYFRAME_PENDING: ("no frame yet", "none"),
    Status.KEYFRAME_GENERATING: ("drawing", "work"),
    Status.KEYFRAME_COMPLETE: ("pick a cell", "wait"),
    Status.KEYFRAME_FAILED: ("grid failed", "bad"),
    Status.VIDEO_PENDING: ("no video yet", "none"),
    Status.VIDEO_SUBMITTED: ("queued", "work"),
    Status.VIDEO_PROCESSING: ("running", "work"),
    Status.VIDEO_COMPLETE: ("waits", "wait"),
    Status.VIDEO_FAILED: ("failed", "bad"),
    Status.APPROVED: ("approved", "good"),
    Status.REJECTED: ("rejected", "bad"),
}
"""state → its word, and its dot."""


def state_word(state: str) -> str:
    """``waits`` for ``video_complete``; a state that is none (a record broken by hand) as it stands."""
    return _WORDS[Status(state)][0] if state in set(Status) else state


def state_dot(state: str) -> str:
    """``wait``, ``good``, ``bad``, ``work`` or ``none``: the class of the dot. The word stands beside it always."""
    return _WORDS[Status(state)][1] if state in set(Status) else "bad"


def waits_for_a_look(state: str) -> bool:
    """A grid waits for a pick, or a video for a verdict."""
    return state in WAITING
