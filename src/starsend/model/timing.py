"""Rates as exact fractions, frames from 0."""

from __future__ import annotations

from fractions import Fraction


def frames_for(seconds: float, rate: Fraction) -> int:
    """Whole frames in that many seconds, at least one."""
    return max(1, round(Fraction(str(seconds)) * rate))


def shot_starts(durations_s: tuple[float, ...], rate: Fraction) -> tuple[int, ...]:
    """The first frame of each shot, from 0; the running sum is rounded, so that no error piles up.

    Args:
        durations_s: Seconds a shot, in order.
        rate: Frames a second.

    Returns:
        One frame a shot, then the total: ``(0, 96, 168)`` for 4 s and 3 s at 24.
    """
    starts, total = [0], Fraction(0)
    for seconds in durations_s:
        total += Fraction(str(seconds)) * rate
        starts.append(max(starts[-1] + 1, round(total)))
    return tuple(starts)


def timecode(frame: int, rate: Fraction) -> str:
    """Non-drop ``HH:MM:SS:FF`` of a frame counted from 0, at the next whole rate."""
    base = max(1, -(-rate.numerator // rate.denominator))
    seconds, rest = divmod(frame, base)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"
