"""Finds the lines that part the pictures on a sheet, by evidence: flat lines first, then seams, else even division."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Profile = NDArray[np.float32]

_FLATNESS = (1.0, 2.5, 5.0, 9.0)  # mean grey levels off a line's own colour: drawn, JPEG, painted, noisy
_DRIFT = 5.0  # grey levels that the colour of one gutter may change across its width
_WIDEST = 0.09  # of the sheet
_REACH = 0.3  # of a cell: how far a gutter may lie from where even division would put it
_CANDIDATES = 8
_CLIP = 32.0  # a label or a rounded corner in a gutter must not outweigh the rest of the line
_SEAM_STEP = 4.0  # grey levels between two pictures that touch
_SEAM_RATIO = 3.0  # over the steps around it


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


@dataclass(frozen=True)
class Lines:
    """The lines of a sheet along one axis: how flat each is, its colour, and its step from the line before."""

    spread: Profile  # (n,) mean distance of a line's pixels from its median colour, clipped
    colour: Profile  # (n, 3) median colour
    step: Profile  # (n,) median change from the line before

    @classmethod
    def of(cls, sheet: NDArray[np.uint8]) -> Lines:
        """Measure the columns of a (height, width, 3) picture; give it transposed for its rows."""
        lanes = sheet if sheet.shape[0] <= 720 else sheet[:: sheet.shape[0] // 360]
        pixels = lanes.astype(np.float32)
        colour = np.median(pixels, axis=0)
        spread = np.minimum(np.abs(pixels - colour).max(axis=2), _CLIP).mean(axis=0)
        step = np.zeros(pixels.shape[1], np.float32)
        step[1:] = np.median(np.abs(np.diff(pixels, axis=1)).max(axis=2), axis=0)
        return cls(spread.astype(np.float32), colour.astype(np.float32), step)


def find_gaps(sheet: NDArray[np.uint8], parts: int) -> tuple[tuple[Gap, ...], int, int]:
    """Find the gutters between the columns of a sheet, and the border outside them.

    Args:
        sheet: (height, width, 3) uint8; transposed to find rows.
        parts: How many columns of pictures there are.

    Returns:
        The `parts - 1` gaps from left to right, the first pixel after the left border, the first of the right one.
    """
    lines = Lines.of(sheet)
    length = len(lines.spread)
    choices = [_choices(lines, length * k / parts, length, parts) for k in range(1, parts)]
    gaps = max(itertools.product(*choices), key=lambda some: _worth(some, length, parts)) if choices else ()
    start, end = _borders(lines, gaps)
    return gaps, start, end


def _choices(lines: Lines, expected: float, length: int, parts: int) -> list[Gap]:
    """All that may be the gutter near a place: flat runs, a seam, and the guess."""
    reach = _REACH * length / parts
    near = [g for g in _flat_runs(lines) if abs(g.centre - expected) <= reach]
    near.sort(key=lambda g: _pull(g, expected, reach), reverse=True)
    seam = _seam(lines, expected, reach / 2)
    guess = Gap(round(expected), round(expected), 0.0)
    return near[:_CANDIDATES] + ([seam] if seam else []) + [guess]


def _pull(gap: Gap, expected: float, reach: float) -> float:
    return gap.weight - (abs(gap.centre - expected) / reach) ** 2


def _worth(gaps: tuple[Gap, ...], length: int, parts: int) -> float:
    """How well some gaps together explain a sheet: sure, and parting it into cells of much the same size."""
    edges = [0.0, *itertools.chain.from_iterable((g.start, g.end) for g in gaps), float(length)]
    sizes = np.diff(edges)[::2]
    if sizes.min() <= 0:
        return -np.inf
    uneven = float(np.ptp(sizes)) / (length / parts)
    widths = [g.end - g.start for g in gaps]
    return sum(g.weight for g in gaps) - 4.0 * uneven - 20.0 * (max(widths) - min(widths)) / length


def _flat_runs(lines: Lines) -> list[Gap]:
    """Runs of flat lines of one colour that stand out from what is beside them."""
    found: dict[tuple[int, int], Gap] = {}
    length = len(lines.spread)
    for level in _FLATNESS:
        for start, end in _runs(lines.spread <= level):
            for first, last in _of_one_colour(lines.colour, start, end):
                if last - first <= _WIDEST * length and first > 0 and last < length:
                    found[first, last] = Gap(first, last, _contrast(lines, first, last))
    return [g for g in found.values() if g.weight > 0.5]


def _contrast(lines: Lines, first: int, last: int) -> float:
    """How much less flat the lines on both sides are, or how far their colour lies, as a logarithm."""
    inside = float(lines.spread[first:last].mean()) + 0.35
    colour = np.median(lines.colour[first:last], axis=0)
    sides = []
    for beside in (slice(max(0, first - 5), max(1, first - 1)), slice(last + 1, last + 5)):
        if lines.spread[beside].size == 0:
            return 0.0
        off = np.abs(lines.colour[beside] - colour).max(axis=1)
        sides.append(float((lines.spread[beside] + 0.5 * off).mean()))
    return float(np.log((min(sides) + 0.35) / inside))


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    padded = np.concatenate(([False], flags, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _of_one_colour(colour: Profile, start: int, end: int) -> list[tuple[int, int]]:
    """Split a run where its colour changes."""
    parts, first = [], start
    for at in range(start + 1, end + 1):
        if at == end or np.abs(colour[at] - colour[first]).max() > _DRIFT:
            parts.append((first, at))
            first = at
    return parts


def _seam(lines: Lines, expected: float, reach: float) -> Gap | None:
    """The place where one picture ends and the next begins with nothing between them."""
    low, high = max(1, round(expected - reach)), min(len(lines.step) - 1, round(expected + reach) + 1)
    window = lines.step[low:high]
    if window.size < 3:
        return None
    at = int(window.argmax())
    usual = float(np.percentile(window, 90))
    if window[at] < _SEAM_STEP or window[at] < _SEAM_RATIO * (usual + 0.5):
        return None
    return Gap(low + at, low + at, float(np.log(window[at] / (usual + 0.5))))


def _borders(lines: Lines, gaps: tuple[Gap, ...]) -> tuple[int, int]:
    """The border around the outermost pictures: flat from the sheet's edge, ending in a clear step."""
    length = len(lines.spread)
    limit = max(gaps[0].start if gaps else length // 3, 1)
    left = _border(lines.spread, lines.colour, lines.step, limit)
    limit = max(length - gaps[-1].end if gaps else length // 3, 1)
    back = np.concatenate((lines.step[:1], lines.step[:0:-1]))
    right = _border(lines.spread[::-1], lines.colour[::-1], back, limit)
    return left, length - right


def _border(spread: Profile, colour: Profile, step: Profile, limit: int) -> int:
    length = len(spread)
    for level in _FLATNESS:
        flat = spread[:limit] <= level
        run = int(flat.argmin()) if not flat.all() else limit
        run = _of_one_colour(colour, 0, run)[0][1] if run else 0
        if 0 < run < limit and (run <= _WIDEST * length or step[run] > _SEAM_STEP):
            return run
    return 0


def transposed(sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A sheet with its rows as columns."""
    return np.asarray(cv2.transpose(sheet), dtype=np.uint8)
