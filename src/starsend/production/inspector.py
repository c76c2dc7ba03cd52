"""What the quality check of a collected file is asked and answers; the check itself runs in a child process."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from starsend.model.record import Found
from starsend.model.timing import shot_starts
from starsend.providers.base import Order

if TYPE_CHECKING:  # the media room needs a quarter of a second to import, and `starsend status` needs none of it
    from starsend.media.quality import Expected, TakeReport


class Inspector(Protocol):
    """Checks one video file against what was asked for; a warm pool of child processes does it."""

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
        """Decode once; a file that crashes the decoder is reported as damaged."""
        ...


@dataclass(frozen=True)
class Asked:
    """What a take was asked to be.

    Attributes:
        durations_s: Seconds a shot, in order.
        size_px: Width and height.
    """

    durations_s: tuple[float, ...]
    fps: Fraction
    size_px: tuple[int, int]
    start_frame: Path | None
    audio: bool

    @classmethod
    def of(cls, order: Order, start_frame: Path | None) -> Asked:
        """Read it off an order; ``start_frame`` as an absolute path."""
        durations = tuple(shot.duration_s for shot in order.shots)
        return cls(durations, order.fps, order.size_px, start_frame, order.audio)

    def expected(self) -> Expected:
        """The same in the words of the media room. Imports it."""
        from starsend.media.quality import Expected

        starts = shot_starts(self.durations_s, self.fps)
        return Expected(
            frames=starts[-1],
            fps=self.fps,
            size_px=self.size_px,
            cuts=starts[1:-1],
            start_frame=self.start_frame,
            audio=self.audio,
        )


def findings_of(report: TakeReport) -> tuple[Found, ...]:
    """A report's findings as the record keeps them."""
    return tuple(
        Found(code=f.code, severity=f.severity, message=f.message, frame=f.frame, end_frame=f.end_frame)
        for f in report.findings
    )
