"""Rates as exact fractions, frames from 0."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

_NUMBERS: Final = re.compile(r"(?<![\w/.-])([Ff]rames?(?: are| from)?) (\d+)(?: to (\d+))?(?![\w/-]|\.\w)")
"""``frame 12``, ``frames 12 to 30``, ``frames are 0 to 335``; never a part of a file's name."""


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


def counted(words: str, first_frame: int) -> str:
    """The words with each frame number as the player shows it; records and JSON write frames from 0.

    Args:
        words: Such as ``Nothing moves in frames 12 to 30 (0.50 to 1.29 s).``
        first_frame: What the first frame is called.
    """

    def count(match: re.Match[str]) -> str:
        what, start, end = match.groups()
        told = f"{what} {int(start) + first_frame}"
        return told if end is None else f"{told} to {int(end) + first_frame}"

    return _NUMBERS.sub(count, words) if first_frame else words
