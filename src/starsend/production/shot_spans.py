"""Where a shot lies in a take, by the cut that was found near the planned one. Frames count from 0."""

from __future__ import annotations

from fractions import Fraction

from starsend.errors import UnknownName
from starsend.model.take import Take
from starsend.model.timing import shot_starts
from starsend.production.take_request import order_of

CUT_REACH = 12
"""A found cut this many frames from where it was planned is taken for it: models cut a few frames off."""


def shot_start(take: Take, shot: str) -> int:
    """The frame, from 0, at which a shot begins in a take: where the cut was found, else where it was planned.

    Raises:
        UnknownName: The take doesn't show that shot.
    """
    if shot not in take.covers:
        raise UnknownName(
            f"take {take.take} shows {', '.join(take.covers) or 'no shot'}, not {shot}",
            remedy="choose a take that shows the shot",
            code="not-in-take",
        )
    durations_s, fps = _planned(take)
    starts = shot_starts(durations_s, fps)
    index = take.covers.index(shot)
    return cut_near(take, starts[index] if index < len(starts) - 1 else 0)


def cut_near(take: Take, planned: int) -> int:
    """The found cut nearest to a planned one, where one is within reach; else as planned. A film begins at its start.

    Args:
        take: Whose cuts.
        planned: Frames from 0.
    """
    near = [cut for cut in take.found_cuts if abs(cut - planned) <= CUT_REACH]
    return min(near, key=lambda cut: abs(cut - planned)) if planned and near else planned


def last_frame(take: Take, shot: str) -> int:
    """The last frame of a shot in a take: the one before the next shot begins, else the file's last.

    Raises:
        UnknownName: The take doesn't show that shot, or how long its file is isn't known.
    """
    start = shot_start(take, shot)
    index = take.covers.index(shot) + 1
    frames = None if take.media is None else take.media.frames
    end = shot_start(take, take.covers[index]) if index < len(take.covers) else frames
    if end is None:
        raise UnknownName(
            f"how many frames take {take.take} has is not known", remedy="choose another take", code="no-length"
        )
    return max(start, (end if frames is None else min(end, frames)) - 1)


def _planned(take: Take) -> tuple[tuple[float, ...], Fraction]:
    """Seconds a shot and frames a second: as ordered, else as imported, else an even share of the file."""
    if take.order.get("shots"):
        order = order_of(take)
        return tuple(shot.duration_s for shot in order.shots), order.fps
    media = take.media
    fps = Fraction(media.fps) if media is not None and media.fps else Fraction(24)
    planned = {shot.id: shot.duration_s for shot in take.inputs.shots}
    share = (media.duration_s if media is not None and media.duration_s else 0.0) / max(1, len(take.covers))
    return tuple(planned.get(shot, share) for shot in take.covers), fps
