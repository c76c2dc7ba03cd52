"""Covers a sequence that is too long for one job by several: in order, as few as can be, evenly long."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from starsend.model.plan import Shot


class _Way(NamedTuple):
    """One way to split the shots so far; the smaller tuple is the better way."""

    short: int  # parts under the minimum
    parts: int
    unevenness: Decimal  # the sum of the squares of the parts' seconds
    begin: int  # where the last part begins


def split_parts(
    shots: Sequence[Shot], max_shots: int, max_total_s: Decimal, min_total_s: Decimal
) -> tuple[tuple[Shot, ...], ...]:
    """Split shots into consecutive parts that fit one job each.

    No part is under the minimum where any split avoids it; then as few parts as can be; then as even as can be. A
    single shot that is longer than a job stands alone: it is for the caller to refuse.

    Args:
        shots: In the order of the sequence.
        max_shots: Most shots of one job.
        max_total_s: Most seconds of one job.
        min_total_s: Fewest seconds of one job.

    Returns:
        The parts; all shots, in order, each once. Empty for no shots.
    """
    best = [_Way(0, 0, Decimal(0), 0)]
    for end in range(1, len(shots) + 1):
        ways, seconds = [], Decimal(0)
        for begin in range(end - 1, max(-1, end - 1 - max_shots), -1):
            seconds += shots[begin].duration_s
            if seconds > max_total_s and begin < end - 1:
                break
            way = best[begin]
            ways.append(
                _Way(
                    way.short + (seconds < min_total_s),
                    way.parts + 1,
                    way.unevenness + seconds * seconds,
                    begin,
                )
            )
        best.append(min(ways))
    parts, end = [], len(shots)
    while end > 0:
        begin = best[end].begin
        parts.append(tuple(shots[begin:end]))
        end = begin
    return tuple(reversed(parts))
