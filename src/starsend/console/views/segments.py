"""Where the shots lie in a take, in frames of its file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from starsend.model.take import Take
from starsend.model.timing import shot_starts
from starsend.production.shot_spans import cut_near


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
