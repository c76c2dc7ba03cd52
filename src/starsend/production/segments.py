"""Where the shots lie in a take, and what the cut takes of them, in frames of its file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from starsend.model.plan import Sequence
from starsend.model.take import Take
from starsend.model.timing import shot_starts
from starsend.production.shot_spans import cut_near

_ROUNDED = 1
"""Running sums that begin at other shots round a shot's length differently by so many frames."""


@dataclass(frozen=True)
class Segment:
    """One shot of a take. Frames count from 0, ends are excluded.

    Attributes:
        start: Where it begins: at the cut that was found near the planned one, else as planned.
        end: Where the next one begins; the last one ends with the file.
        planned: Where it was planned to begin.
    """

    shot: str
    start: int
    end: int
    planned: int


def segments_of(take: Take) -> tuple[Segment, ...]:
    """The shots of a video take in order; empty for other media and where nothing is known."""
    media = take.media
    if take.medium != "video" or media is None or not media.frames or not take.covers:
        return ()
    frames, rate = media.frames, _rate(media.fps)
    planned = _starts(take, frames, rate)
    starts = tuple(min(cut_near(take, each), frames) for each in planned)
    ends = (*starts[1:], frames)
    return tuple(
        Segment(shot, start, max(start, end), wanted)
        for shot, start, end, wanted in zip(take.covers, starts, ends, planned, strict=True)
    )


def span_of(take: Take, shot: str) -> tuple[int, int] | None:
    """The frames ``(first, end)`` of a shot as it was cut; None where the take doesn't show it."""
    segment = next((each for each in segments_of(take) if each.shot == shot), None)
    return None if segment is None else (segment.start, max(segment.start + 1, segment.end))


@dataclass(frozen=True)
class CutSpan:
    """What the cut takes of a shot in a take. Frames count from 0, ends are excluded.

    Attributes:
        start: Its first frame in the file.
        end: Where the cut leaves the file: no shot stands longer than planned.
        shot_end: Until where the file goes on with the shot; what lies behind ``end`` is spare.
        length: How many frames of the film it fills.
        unused: How many frames of the film are spare.
    """

    start: int
    end: int
    shot_end: int
    length: int
    unused: int


def cut_span(take: Take, shot: str, planned: int, film_rate: Fraction) -> CutSpan | None:
    """What the cut takes of a shot in a take; None where the take doesn't show it.

    From its beginning on, the planned frames: models make some shots longer than they were planned, and what is too
    much is spare. Within a take the next shot begins where its cut was found, so that a take that is whole plays whole.

    Args:
        take: A video.
        shot: Its id.
        planned: Frames that the plan gives the shot, at the film's rate.
        film_rate: Frames a second.
    """
    segments = segments_of(take)
    place = next((place for place, each in enumerate(segments) if each.shot == shot), None)
    if place is None or take.media is None:
        return None
    own, rate = segments[place], _rate(take.media.fps)
    shot_end = max(own.start + 1, own.end)
    wanted = max(1, round(planned * rate / film_rate))
    kept = wanted + max(0, own.planned - own.start)  # where its cut came early, the shot before is as much shorter
    if place + 1 < len(segments) and segments[place + 1].planned - own.planned <= wanted + _ROUNDED:
        kept = shot_end - own.start
    end = min(shot_end, own.start + kept)
    exact = planned if end - own.start == wanted else round((end - own.start) / rate * film_rate)
    return CutSpan(own.start, end, shot_end, max(1, exact), int((shot_end - end) / rate * film_rate))


def planned_frames(sequence: Sequence, shot: str, film_rate: Fraction) -> int:
    """How many frames the plan gives a shot of a sequence; the running sum is rounded, so that no error piles up."""
    starts = shot_starts(tuple(float(each.duration_s) for each in sequence.shots), film_rate)
    place = next(place for place, each in enumerate(sequence.shots) if each.id == shot)
    return starts[place + 1] - starts[place]


def _rate(fps: str | None) -> Fraction:
    try:
        rate = Fraction(fps or 24)
    except (ValueError, ZeroDivisionError):
        return Fraction(24)
    return rate if rate > 0 else Fraction(24)


def _starts(take: Take, frames: int, rate: Fraction) -> tuple[int, ...]:
    """One a covered shot: as ordered, else as planned, else even shares of the file."""
    count = len(take.covers)
    ordered = take.order.get("shots")
    seconds = [shot.get("duration_s") for shot in ordered] if isinstance(ordered, (list, tuple)) else []
    planned = {shot.id: shot.duration_s for shot in take.inputs.shots}
    durations = seconds if len(seconds) == count else [planned.get(shot) for shot in take.covers]
    if count == 1:
        return (0,)
    if not all(isinstance(each, (int, float)) and each > 0 for each in durations):
        durations = [frames / rate / count] * count
    starts = _planned(tuple(float(each) for each in durations if each is not None), rate)
    return tuple(min(start, frames) for start in starts[:count])


@lru_cache(maxsize=4096)  # most takes of a slate are planned alike, and exact fractions take their time
def _planned(durations_s: tuple[float, ...], rate: Fraction) -> tuple[int, ...]:
    return shot_starts(durations_s, rate)
