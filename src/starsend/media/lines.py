"""The lines of a sheet along one axis: how flat each is, its colour, and where flat runs begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Profile = NDArray[np.float32]

_MARGIN = 0.03  # of a line at both ends, where a border of another colour may cross it
_LANES = 300  # pixels of a line that are looked at
_CLIP = 32  # a label or a rounded corner in a gutter must not outweigh the rest of the line
_GRAIN = 0.35  # grey levels below which flat is flat
_DRIFT = 4.0  # grey levels, over its flatness, that the colour of one gutter may change across its width
_SOFT_PX = 3  # how far scaling smears an edge
_SMEARED_PX = 8  # how far JPEG smears its colour: half of a 16 px block
_JPEG_SPREAD = 0.8  # flat lines with more than this have been through JPEG


@dataclass(frozen=True)
class Lines:
    """Measurements of a sheet's columns (of its rows, if it was transposed).

    Attributes:
        spread: (n,) mean distance of a line's pixels from its median colour, clipped.
        colour: (n, 3) median colour.
        step: (n,) median change from the line before: high where all of a line changes.
        change: (n,) mean change from the line before.
    """

    spread: Profile
    colour: Profile
    step: Profile
    change: Profile

    @classmethod
    def of(cls, sheet: NDArray[np.uint8]) -> Lines:
        """Measure the columns of a (height, width, 3) picture; give it transposed for its rows."""
        margin = round(sheet.shape[0] * _MARGIN)
        lanes = sheet[margin : sheet.shape[0] - margin]
        # (n, 3, lanes): a line's pixels side by side, which makes its median several times faster.
        pixels = np.ascontiguousarray(lanes[:: max(1, lanes.shape[0] // _LANES)].transpose(1, 2, 0))
        colour = _middle(pixels)
        off = np.abs(pixels.astype(np.int16) - colour[:, :, None].astype(np.int16)).max(axis=1)
        changes = np.abs(np.diff(pixels.astype(np.int16), axis=0, prepend=pixels[:1])).max(axis=1)
        return cls(
            spread=np.minimum(off, _CLIP).mean(axis=1, dtype=np.float32),
            colour=colour.astype(np.float32),
            step=_middle(changes).astype(np.float32),
            change=changes.mean(axis=1, dtype=np.float32),
        )

    def __len__(self) -> int:
        return len(self.spread)

    def turned(self) -> Lines:
        """The same lines counted from the other end."""
        step, change = (np.concatenate((p[:1], p[:0:-1])) for p in (self.step, self.change))
        return Lines(self.spread[::-1], self.colour[::-1], step, change)

    def flat_runs(self, level: float) -> list[tuple[int, int]]:
        """Runs of lines of one colour that are flat to a level, as (first, end)."""
        flags = np.concatenate(([False], self.spread <= level, [False]))
        edges = np.flatnonzero(flags[1:] != flags[:-1])
        runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        return [part for first, end in runs for part in self._of_one_colour(first, end, _DRIFT + level)]

    def contrast_after(self, first: int, end: int) -> float:
        """How much a flat run differs from what follows it, in flatness or colour, as a logarithm; 0 at the end."""
        beside = slice(end + 1, end + 5)
        if self.spread[beside].size == 0:
            return 0.0
        inside = float(self.spread[first:end].mean())
        off = np.abs(self.colour[beside] - self.colour[max(first, end - 2) : end].mean(axis=0)).max(axis=1)
        outside = float((self.spread[beside] + 0.5 * off).mean())
        return float(np.log((outside + _GRAIN) / (inside + _GRAIN)))

    def edge_after(self, end: int) -> float:
        """The step at the end of a run, in grey levels, a pixel more or less."""
        return float(self.step[max(1, end - 1) : end + 2].max(initial=0.0))

    def past_soft_edge(self, first: int, end: int) -> int:
        """Move the end of a run past the lines into which scaling or JPEG has mixed its colour."""
        if first < end and float(self.spread[first:end].mean()) > _JPEG_SPREAD:
            end = self._past_smear(first, end)
        if end + 20 >= len(self):
            return end
        usual = float(np.median(self.change[end + _SOFT_PX + 1 : end + 20]))
        mixed = [x for x in range(end + 1, end + _SOFT_PX + 1) if self.change[x] > 2 * usual + 2]
        return mixed[-1] if mixed else end

    def _past_smear(self, first: int, end: int) -> int:
        core = self.colour[first:end].mean(axis=0)
        outside = float(self.spread[end + _SMEARED_PX : end + 2 * _SMEARED_PX].mean()) if end + 20 < len(self) else 0.0
        for x in range(end, min(end + _SMEARED_PX, len(self))):
            if self.spread[x] > 0.5 * outside or np.abs(self.colour[x] - core).max() > 2 * _DRIFT:
                return x
        return min(end + _SMEARED_PX, len(self))

    def _of_one_colour(self, start: int, end: int, drift: float) -> list[tuple[int, int]]:
        """Split a run where its colour changes."""
        parts, first = [], start
        for at in range(start + 1, end + 1):
            if at == end or np.abs(self.colour[at] - self.colour[first]).max() > drift:
                parts.append((first, at))
                first = at
        return parts


def _middle(values: NDArray[Any]) -> NDArray[Any]:
    """The median along the last axis, the upper one of two."""
    half = values.shape[-1] // 2
    return np.partition(values, half, axis=-1)[..., half]
