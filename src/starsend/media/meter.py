"""Measures frames as they are decoded, keeping a few numbers a frame: black, still, and cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

SMALL_PX = (160, 90)
"""(width, height) of the grey picture that is measured."""

_SHOWN_ROWS = 81  # the bottom tenth may hold a running timecode
_BLOCK_PX = 16  # a timecode changes the encoder's block that it stands in
_BLACK_LEVEL = 16.0  # of 255, after the range is stretched; ffmpeg's blackdetect counts below 25
_BLACK_MEAN = 8.0
_BLACK_SHARE = 0.98
_STILL_BLOCK = (
    1.5  # grey levels that the most changed of 160 blocks may move: frozen film had 1.05, 0.6 % of push-in 4.2
)
_CHANGED = 3  # grey levels: a frame that is sent again comes out of the decoder nearer than this, but for a few pixels
_ALIKE = (
    5e-5  # share of pixels that changed by so much: frozen film had 0 to 3e-5, a locked camera's grain from 2e-4 on
)
_SAME = 4e-4  # share that changed at all: frozen film had 0 to 3e-4, grain that an encoder took away from 2e-3 on
_CUT_DIFFERENCE = 12.0  # mean grey levels: found 84, 132, 180 exact in the measured film of four shots
_CUT_HISTOGRAM = 0.5  # share of pixels that change their place in the histogram, twice counted
_CUT_LEAST = 4.0
_CUT_UNLIKE = 0.5  # correlation of the two frames
_CUT_PEAK = 2.5  # over the busiest of the frames around it, so that a whip pan is no row of cuts
_FLASH_FRAMES = 4
_NEAR = 3


@dataclass
class Meter:
    """Takes the grey frames of a video in order; its lists have one number a frame.

    `difference[i]` compares frame i with the one before, and is 0 for frame 0. `same[i]` says that it is the one before
    once more, to the pixel, and `alike[i]` nearly: a camera that stands still has noise, and a model that stalls has
    none. Measured with x264 at four settings, 2026-11-22.
    """

    black: list[bool] = field(default_factory=list)
    difference: list[float] = field(default_factory=list)
    still_since: list[int] = field(default_factory=list)
    alike: list[bool] = field(default_factory=list)
    same: list[bool] = field(default_factory=list)
    _histogram_shift: list[float] = field(default_factory=list)
    _correlation: list[float] = field(default_factory=list)
    _tiny: list[NDArray[np.uint8]] = field(default_factory=list)
    _last: NDArray[np.uint8] | None = None
    _last_histogram: NDArray[np.float32] | None = None
    _anchor: NDArray[np.uint8] | None = None
    _last_whole: NDArray[np.uint8] | None = None

    def add(self, grey: NDArray[np.uint8]) -> None:
        """Measure the next frame, (90, 160) uint8 with black at 0 and white at 255."""
        shown = grey[:_SHOWN_ROWS]
        dark = float((shown < _BLACK_LEVEL).mean())
        self.black.append(dark > _BLACK_SHARE and float(shown.mean()) < _BLACK_MEAN)
        counts = cv2.calcHist([shown], [0], None, [64], [0, 256])
        histogram = np.asarray(counts, dtype=np.float32).ravel() / np.float32(shown.size)
        if self._last is None or self._last_histogram is None:
            self._append(0.0, 0.0, 1.0)
        else:
            self._append(
                float(cv2.absdiff(shown, self._last).mean()),
                float(np.abs(histogram - self._last_histogram).sum()),
                _correlated(shown, self._last),
            )
        self._note_still(shown)
        self._tiny.append(np.asarray(cv2.resize(shown, (32, 18), interpolation=cv2.INTER_AREA), dtype=np.uint8))
        self._last, self._last_histogram = shown.copy(), histogram

    def compare(self, grey: NDArray[np.uint8]) -> None:
        """Hold the next frame against the one before at its full size, (height, width) uint8."""
        shown = grey[: max(1, len(grey) * _SHOWN_ROWS // SMALL_PX[1] // _BLOCK_PX * _BLOCK_PX)]
        last, self._last_whole = self._last_whole, shown.copy()
        if last is None or last.shape != shown.shape:
            self.alike.append(False)
            self.same.append(False)
            return
        apart = cv2.absdiff(shown, last)
        changed = cv2.countNonZero(cv2.threshold(apart, _CHANGED - 1, 1, cv2.THRESH_BINARY)[1])
        self.alike.append(changed < _ALIKE * shown.size)
        self.same.append(cv2.countNonZero(apart) < _SAME * shown.size)

    def cuts(self) -> tuple[int, ...]:
        """The frames at which another shot begins, in order, without flashes."""
        found = [i for i in range(1, len(self.difference)) if self._is_cut(i)]
        flashes = {i for a, b in pairwise(found) if b - a <= _FLASH_FRAMES and self._alike(a - 1, b) for i in (a, b)}
        return tuple(i for i in found if i not in flashes)

    def _append(self, difference: float, shift: float, correlation: float) -> None:
        self.difference.append(difference)
        self._histogram_shift.append(shift)
        self._correlation.append(correlation)

    def _note_still(self, shown: NDArray[np.uint8]) -> None:
        """A still run is measured against its first frame, so that a slow move adds up and ends it."""
        index = len(self.still_since)
        if self._anchor is not None:
            moved = cv2.resize(cv2.absdiff(shown, self._anchor), (16, 10), interpolation=cv2.INTER_AREA)
            if float(moved.max()) <= _STILL_BLOCK:
                self.still_since.append(self.still_since[-1])
                return
        self._anchor = shown.copy()
        self.still_since.append(index)

    def _is_cut(self, i: int) -> bool:
        difference = self.difference[i]
        strong = difference > _CUT_DIFFERENCE or (self._histogram_shift[i] > _CUT_HISTOGRAM and difference > 6.0)
        if not (strong or (difference > _CUT_LEAST and self._correlation[i] < _CUT_UNLIKE)):
            return False
        around = self.difference[max(1, i - _NEAR) : i] + self.difference[i + 1 : i + 1 + _NEAR]
        # One equal neighbour may be the next cut, or the other side of a flash.
        calm = sorted(around)[:-1] if len(around) > 1 else around
        return difference > _CUT_PEAK * max(calm, default=0.0)

    def _alike(self, a: int, b: int) -> bool:
        gap = float(cv2.absdiff(self._tiny[a], self._tiny[b]).mean())
        return gap < 0.4 * min(self.difference[a + 1], self.difference[b])


def _correlated(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Pearson's correlation of two pictures; 1 where one of them is plain and tells nothing."""
    x, y = a.astype(np.float32), b.astype(np.float32)
    x -= x.mean()
    y -= y.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / scale if scale > 2.0 * a.size else 1.0
