"""Finds the gutters between the pictures on a sheet, by evidence: flat runs first, then seams, else even division."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from starsend.media.lines import Lines, Profile

_FLATNESS = (1.0, 2.5, 5.0, 9.0, 13.0)  # grey levels off a line's own colour: drawn, JPEG, painted, noisy
_WIDEST = 0.09  # of the sheet
_REACH = 0.3  # of a cell: how far a gutter may lie from where even division would put it
_CANDIDATES = 8
_SURE = 0.8  # contrast, a logarithm, from which a flat run counts
_SEAM_STEP = 4.0  # grey levels between two pictures that touch
_SEAM_RATIO = 3.0  # over the steps around it
_SEAM_WEIGHT = 0.4  # less than a gutter, whose edges are seams too
_EDGE_WEIGHT = 0.1  # a grey level of step along the whole length
_MOST_EDGE = 1.5
_FULL_WIDTH_PX = 6  # a thinner run may be the smeared edge of a gutter
_CLEAR = 2.0  # weight from which one row may contradict the whole sheet
_ASKEW_PX = 3
_UNEVEN = 4.0  # a cell's size of difference between the cells
_SAME_COLOUR = 14.0  # grey levels between gutter and border
_THIN_BORDER = 0.04  # of the sheet: all that a border of another colour may be


@dataclass(frozen=True)
class Gap:
    """A gutter along one axis, in pixels, end excluded; start == end where two pictures touch.

    `weight` is how surely it is one; 0 for a guess.
    """

    start: int
    end: int
    weight: float

    @property
    def centre(self) -> float:
        """The middle, in pixels."""
        return (self.start + self.end) / 2


def find_gaps(lines: Lines, parts: int) -> tuple[Gap, ...]:
    """Find the `parts - 1` gutters between the columns of a sheet, from left to right."""
    if parts == 1:
        return ()
    runs = _flat_gaps(lines)
    choices = [_choices(lines, runs, len(lines) * k / parts, len(lines) / parts) for k in range(1, parts)]
    return max(itertools.product(*choices), key=lambda some: _worth(some, len(lines), parts))


def row_gaps(whole: tuple[Gap, ...], row: Lines, parts: int) -> tuple[Gap, ...]:
    """The gutters of one row of pictures, where they lie elsewhere than in the rows above or below it.

    Args:
        whole: What was found over the full height; kept where the row says nothing clearly different.
        row: The columns of that row alone.
        parts: How many pictures it has.
    """
    own = find_gaps(row, parts)
    return tuple(mine if _differs(mine, shared) else shared for mine, shared in zip(own, whole, strict=True))


def _differs(mine: Gap, shared: Gap) -> bool:
    if shared.start == shared.end:  # a guess, or the seam that two gutters side by side make
        return mine.start < mine.end and mine.weight > max(_CLEAR, shared.weight)
    wider = mine.start <= shared.start and mine.end >= shared.end
    return wider and max(shared.start - mine.start, mine.end - shared.end) > _ASKEW_PX and mine.weight > _CLEAR


def spans(lines: Lines, gaps: tuple[Gap, ...], colours: list[Profile]) -> tuple[list[tuple[int, int]], list[Profile]]:
    """Where the pictures lie between the gaps and inside the sheet's border.

    Args:
        lines: The sheet's lines.
        gaps: From `find_gaps`.
        colours: Gutter colours already known from the other axis.

    Returns:
        A (first, end) for each picture, and the colours of these gutters.
    """
    turned, length = lines.turned(), len(lines)
    own = [np.median(lines.colour[g.start : g.end], axis=0) for g in gaps if g.start < g.end]
    edges = []
    for gap in gaps:
        start = length - turned.past_soft_edge(length - gap.end, length - gap.start)
        edges.append((start, lines.past_soft_edge(gap.start, gap.end)))
    lefts = _borders(lines, gaps[0].start if gaps else length // 3, [*own, *colours])
    rights = _borders(turned, length - gaps[-1].end if gaps else length // 3, [*own, *colours])
    left, right = max(
        itertools.product(lefts, rights),
        key=lambda both: both[0][1] + both[1][1] - _UNEVEN * _unevenness(both[0][0], length - both[1][0], gaps),
    )
    starts = [left[0], *(end for _, end in edges)]
    ends = [*(start for start, _ in edges), length - right[0]]
    return list(zip(starts, ends, strict=True)), own


def _choices(lines: Lines, runs: list[Gap], expected: float, cell: float) -> list[Gap]:
    """All that may be the gutter near a place: flat runs, a seam, and the guess."""
    reach = _REACH * cell
    near = [g for g in runs if abs(g.centre - expected) <= reach]
    near.sort(key=lambda g: g.weight - (abs(g.centre - expected) / reach) ** 2, reverse=True)
    seam = _seam(lines, expected, 0.6 * reach)
    guess = Gap(round(expected), round(expected), 0.0)
    return near[:_CANDIDATES] + ([seam] if seam else []) + [guess]


def _worth(gaps: tuple[Gap, ...], length: int, parts: int) -> float:
    """How well some gaps together explain a sheet: sure, and parting it into cells of much the same size."""
    uneven = _unevenness(0, length, gaps)
    widths = [g.end - g.start for g in gaps]
    return sum(g.weight for g in gaps) - _UNEVEN * uneven - 20.0 * (max(widths) - min(widths)) / length * (parts > 2)


def _unevenness(start: int, end: int, gaps: tuple[Gap, ...]) -> float:
    """The difference between the largest and the smallest cell, in mean cells; 99 where one has no size at all."""
    edges = [start, *itertools.chain.from_iterable((g.start, g.end) for g in gaps), end]
    sizes = np.diff(edges)[::2]
    return float(np.ptp(sizes) / sizes.mean()) if sizes.min() > 0 else 99.0


def _flat_gaps(lines: Lines) -> list[Gap]:
    """Runs of flat lines of one colour that stand out from what is on both sides of them."""
    turned, length = lines.turned(), len(lines)
    found: dict[tuple[int, int], Gap] = {}
    for level in _FLATNESS:
        for first, end in lines.flat_runs(level):
            if end - first > _WIDEST * length or first == 0 or end == length or (first, end) in found:
                continue
            contrast = min(
                lines.contrast_after(first, end),
                turned.contrast_after(length - end, length - first),
            )
            step = min(lines.edge_after(end), lines.edge_after(first))
            if contrast > _SURE:
                width = min(_FULL_WIDTH_PX, end - first) / _FULL_WIDTH_PX
                found[first, end] = Gap(first, end, contrast + width + min(_MOST_EDGE, _EDGE_WEIGHT * step))
    return list(found.values())


def _seam(lines: Lines, expected: float, reach: float) -> Gap | None:
    """The place where one picture ends and the next begins with nothing between them."""
    low, high = max(1, round(expected - reach)), min(len(lines) - 1, round(expected + reach) + 1)
    window = lines.step[low:high]
    if window.size < 3:
        return None
    at = int(window.argmax())
    step, usual = float(window[at]), float(np.percentile(window, 90))
    if step < _SEAM_STEP or step < _SEAM_RATIO * (usual + 0.5):
        return None
    return Gap(low + at, low + at, _SEAM_WEIGHT + min(_MOST_EDGE, _EDGE_WEIGHT * step))


def _borders(lines: Lines, limit: int, colours: list[Profile]) -> list[tuple[int, float]]:
    """What may be the width of the border before the first picture, each with its weight; 0 px always may."""
    found = {0: 0.0}
    for level in _FLATNESS:
        runs = lines.flat_runs(level)
        if not runs or runs[0][0] != 0 or not 0 < runs[0][1] < limit:
            continue
        end = runs[0][1]
        colour = lines.colour[:end].mean(axis=0)
        same = any(np.abs(colour - known).max() <= _SAME_COLOUR for known in colours)
        contrast = lines.contrast_after(0, end)
        if contrast > (_SURE if same else 2 * _SURE) and (same or end <= _THIN_BORDER * len(lines)):
            found[lines.past_soft_edge(0, end)] = contrast
    return list(found.items())
