"""What the quality check of a collected file is asked and answers; the check itself runs in a child process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from starsend.errors import MediaError
from starsend.model.take import Found, Media
from starsend.model.timing import shot_starts
from starsend.providers.order import Order
from starsend.store.paths import ProjectPaths

if TYPE_CHECKING:  # the media room needs a quarter of a second to import, and `starsend status` needs none of it
    from starsend.media.quality import Expected, TakeReport


_STILL: Final = re.compile(
    r"\b(static|locked)([- ](off|down))?\s+(camera|shot|frame)\b|\blocked[- ](off|down)\b"
    r"|\bcamera\s+(is\s+)?(static|locked)\b",
    re.IGNORECASE,
)
"""Words that ask for a picture in which perhaps nothing moves."""


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
        still: Which shots are asked for with a camera that doesn't move, by their place in the order.
    """

    durations_s: tuple[float, ...]
    fps: Fraction
    size_px: tuple[int, int]
    start_frame: Path | None
    audio: bool
    still: tuple[int, ...] = ()

    @classmethod
    def of(cls, order: Order, start_frame: Path | None) -> Asked:
        """Read it off an order; ``start_frame`` as an absolute path."""
        durations = tuple(shot.duration_s for shot in order.shots)
        still = tuple(place for place, shot in enumerate(order.shots) if _STILL.search(shot.prompt))
        return cls(durations, order.fps, order.size_px, start_frame, order.audio, still)

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
            still=tuple((starts[place], starts[place + 1]) for place in self.still),
        )


def findings_of(report: TakeReport) -> tuple[Found, ...]:
    """A report's findings as the record keeps them."""
    return tuple(
        Found(code=f.code, severity=f.severity, message=f.message, frame=f.frame, end_frame=f.end_frame)
        for f in report.findings
    )


def what_it_is(
    report: TakeReport, paths: ProjectPaths, video: Path, size: int, thumbnail: Path, filmstrip: Path
) -> dict[str, Any]:
    """What the record says of a checked video in its place: fields of a take. ``size`` in bytes.

    Raises:
        MediaError: ``damage``: the check could not read it.
    """
    info = report.info
    if info is None:
        raise MediaError(f"{video} can't be read", remedy="make another take: starsend generate", code="damage")
    return {
        "outcome": "complete",
        "media": Media(
            path=paths.relative(video),
            sha256=report.sha256,
            bytes=size,
            width=info.width_px,
            height=info.height_px,
            fps=f"{info.fps.numerator}/{info.fps.denominator}",
            frames=info.frames,
            duration_s=round(info.duration_s, 6),
        ),
        "findings": findings_of(report),
        "found_cuts": report.cuts,
        "thumbnail": paths.relative(thumbnail) if thumbnail.exists() else None,
        "filmstrip": paths.relative(filmstrip) if filmstrip.exists() else None,
    }
