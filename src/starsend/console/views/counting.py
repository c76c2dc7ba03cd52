"""Frame numbers in words that were written down, as people count them."""

from __future__ import annotations

import re
from typing import Final

_NUMBERS: Final = re.compile(r"\b(frames?) (\d+)(?: (to) (\d+))?\b")


def counted(words: str, first_frame: int) -> str:
    """The words with each frame number as Dailies shows it; records write frames from 0.

    Args:
        words: Such as ``Frozen in frames 12 to 30 (0.50 to 1.29 s)``.
        first_frame: What the first frame is called.
    """

    def count(match: re.Match[str]) -> str:
        what, start, to, end = match.groups()
        told = f"{what} {int(start) + first_frame}"
        return told if to is None else f"{told} {to} {int(end) + first_frame}"

    return _NUMBERS.sub(count, words) if first_frame else words
