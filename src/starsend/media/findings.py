"""What a person should know about a take: the measured held against what was expected, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from starsend.media.video import VideoInfo

Severity = Literal["info", "warning", "failure"]

_DRIFT_FRAMES = 3  # a cut this near to plan is that cut
_SHORT_S = 0.25  # off the planned duration, and black at the ends, that nobody minds
_FREEZE_S = 1.0  # boards hold still; shorter says nothing
_SAME_S = 0.5
_STALLED = 0.8  # share of frames that repeat the one before; of a locked camera's, fewer than one in ten did
_REFRESH_FRAMES = 2
_SILENCE = 0.001  # of full scale: -60 dB
_UNLIKE = 0.45  # the mirrored frame had 0.22, the repainted one 0.71 (likeness.py)


@dataclass(frozen=True)
class Expected:
    """What a take should be; None where nothing is asked.

    Attributes:
        frames: At `fps`.
        fps: Frames a second.
        size_px: (width, height).
        cuts: The frame, at `fps`, at which each planned shot but the first begins.
        start_frame: The picture that it should begin with.
        audio: Whether it should have sound.
        freeze_ok: Whether it may stand still, as boards do.
        still: Frames, at `fps`, of shots that are asked to stand still; the end excluded.
    """

    frames: int | None = None
    fps: Fraction | None = None
    size_px: tuple[int, int] | None = None
    cuts: tuple[int, ...] = ()
    start_frame: Path | None = None
    audio: bool = False
    freeze_ok: bool = False
    still: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing noticed in a take. Frames from 0, the end excluded; None where it concerns the whole."""

    code: str
    severity: Severity
    message: str
    frame: int | None = None
    end_frame: int | None = None


def damage(message: str, frame: int | None = None) -> Finding:
    """The finding that fails a take."""
    return Finding("damage", "failure", message, frame)


def header_findings(info: VideoInfo, frames: int, expected: Expected) -> Iterator[Finding]:
    """Duration, frame rate, size and sound track against the plan."""
    yield from _duration(info, frames, expected)
    if expected.fps and info.fps != expected.fps:
        yield Finding("fps", "warning", f"{_rate(info.fps)} frames a second, not the planned {_rate(expected.fps)}.")
    if expected.size_px and (info.width_px, info.height_px) != expected.size_px:
        yield _size(info, expected.size_px)
    if expected.audio and info.audio_codec is None:
        yield Finding("audio-missing", "warning", "There is no sound, although the plan asks for it.")


def sound_findings(peak: float | None, info: VideoInfo, expected: Expected) -> Iterator[Finding]:
    """A sound track that is there but says nothing."""
    if expected.audio and info.audio_codec is not None and (peak or 0.0) < _SILENCE:
        yield Finding("silence", "warning", "The sound track is silent from start to end.")


def black_findings(black: Sequence[bool], fps: Fraction) -> Iterator[Finding]:
    """Each run of black frames; short ones at the very start or end are no more than worth knowing."""
    for start, end in _true_runs(black):
        if (start, end) == (0, len(black)):
            yield Finding("black", "warning", "The whole take is black.", start, end)
            continue
        at_an_end = start == 0 or end == len(black)
        severity: Severity = "info" if at_an_end and end - start < _SHORT_S * fps else "warning"
        yield Finding("black", severity, f"Black in {_span(start, end, fps)}.", start, end)


def freeze_findings(
    still_since: Sequence[int], black: Sequence[bool], fps: Fraction, still: Sequence[tuple[int, int]] = ()
) -> Iterator[Finding]:
    """Each second or more in which nothing moves, unless it is black anyway or was asked to be ``still``."""
    starts = sorted(set(still_since))
    for start, end in zip(starts, [*starts[1:], len(still_since)], strict=True):
        asked = sum(max(0, min(end, last) - max(start, first)) for first, last in still)
        if end - start - asked >= _FREEZE_S * fps and not all(black[start:end]):
            yield Finding("freeze", "warning", f"Nothing moves in {_span(start, end, fps)}.", start, end)


def stall_findings(
    alike: Sequence[bool],
    same: Sequence[bool],
    black: Sequence[bool],
    fps: Fraction,
    still: Sequence[tuple[int, int]],
) -> Iterator[Finding]:
    """Each second or more of one and the same picture where a camera was asked to be ``still``: the model stalled.

    Nearly the same for a second, and to the pixel for half of one: a poor encoder takes the grain of a locked camera
    away, but never all of it, and it goes on refining a picture that stands for a while.
    """
    for first, last in still:
        for start, end in _stretches(alike[first:last], _FREEZE_S * fps - 1):
            begin, stop = first + max(0, start - 1), first + end  # the picture that is repeated belongs to it
            exact = any(True for _ in _stretches(same[first + start : stop], _SAME_S * fps))
            if exact and not all(black[begin:stop]):
                words = f"One and the same picture, grain and all, in {_span(begin, stop, fps)}: it may have stalled."
                yield Finding("freeze", "warning", words, begin, stop)


def cut_findings(found: Sequence[int], planned: Sequence[int], fps: Fraction) -> Iterator[Finding]:
    """Planned cuts that come early, late or not at all, and cuts that nobody planned."""
    matched = _match(found, planned)
    for plan, at in matched.items():
        if at != plan:
            off = at - plan
            which = "late" if off > 0 else "early"
            yield Finding(
                "cut-drift", "info", f"The cut planned for {_at(plan, fps)} comes {_frames(abs(off))} {which}.", at
            )
    for plan in planned:
        if plan not in matched:
            yield Finding("cut-missing", "warning", f"The cut planned for {_at(plan, fps)} is missing.", plan)
    taken = set(matched.values())
    for at in found:
        if at not in taken:
            yield Finding("cut-extra", "warning", f"There is a cut at {_at(at, fps)} that the plan doesn't have.", at)


def start_findings(alike: float | None) -> Iterator[Finding]:
    """A take that doesn't begin with the frame it was given."""
    if alike is not None and alike < _UNLIKE:
        yield Finding(
            "start-frame", "warning", f"It does not begin with its start frame: likeness {alike:.2f} of 1.", 0
        )


def planned_still(expected: Expected, fps: Fraction) -> tuple[tuple[int, int], ...]:
    """The spans that are asked to stand still, in frames of the video's own rate."""
    rate = fps / expected.fps if expected.fps else Fraction(1)
    return tuple((round(first * rate), round(last * rate)) for first, last in expected.still)


def planned_cuts(expected: Expected, fps: Fraction) -> tuple[int, ...]:
    """The planned cuts in frames of the video's own rate."""
    if not expected.fps or expected.fps == fps:
        return expected.cuts
    return tuple(round(cut * fps / expected.fps) for cut in expected.cuts)


def _duration(info: VideoInfo, frames: int, expected: Expected) -> Iterator[Finding]:
    if expected.frames is None or not info.fps:
        return
    planned_s = expected.frames / (expected.fps or info.fps)
    off_s = frames / info.fps - planned_s
    if abs(off_s) * info.fps <= Fraction(1, 2):
        return
    which = "longer" if off_s > 0 else "shorter"
    count = round(abs(off_s) * info.fps)
    yield Finding(
        "duration",
        "warning" if abs(off_s) > _SHORT_S else "info",
        f"{float(frames / info.fps):.2f} s, {_frames(count)} ({float(abs(off_s)):.2f} s) {which} than the planned"
        f" {float(planned_s):.2f} s.",
    )


def _size(info: VideoInfo, wanted: tuple[int, int]) -> Finding:
    width, height = info.width_px, info.height_px
    said = f"{width}×{height} px, not the planned {wanted[0]}×{wanted[1]} px"
    if abs(width / height / (wanted[0] / wanted[1]) - 1) > 0.01:
        return Finding("size", "warning", f"{said}: another ratio.")
    larger = width > wanted[0]
    return Finding("size", "info" if larger else "warning", f"{said}.")


def _match(found: Sequence[int], planned: Sequence[int]) -> dict[int, int]:
    """Planned cut → found cut, nearest first, each used once."""
    pairs = sorted((abs(f - p), p, f) for p in planned for f in found if abs(f - p) <= _DRIFT_FRAMES)
    matched: dict[int, int] = {}
    for _, plan, at in pairs:
        if plan not in matched and at not in matched.values():
            matched[plan] = at
    return matched


def _true_runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for i, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            yield start, i
            start = None


def _stretches(flags: Sequence[bool], least: float | Fraction) -> Iterator[tuple[int, int]]:
    """Runs of flags of at least so many frames, over short gaps, but not over many."""
    for start, end in _true_runs(_closed(flags)):
        if end - start >= least and sum(flags[start:end]) >= _STALLED * (end - start):
            yield start, end


def _closed(flags: Sequence[bool]) -> list[bool]:
    """Flags with their short gaps closed: an encoder refreshes a picture that stands, for a frame or two."""
    closed = list(flags)
    for start, end in _true_runs([not flag for flag in flags]):
        if start > 0 and end < len(flags) and end - start <= _REFRESH_FRAMES:
            closed[start:end] = [True] * (end - start)
    return closed


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _at(frame: int, fps: Fraction) -> str:
    return f"frame {frame} ({float(frame / fps):.2f} s)"


def _span(start: int, end: int, fps: Fraction) -> str:
    return f"frames {start} to {end - 1} ({float(start / fps):.2f} to {float(end / fps):.2f} s)"


def _rate(fps: Fraction) -> str:
    return f"{float(fps):.3f}".rstrip("0").rstrip(".")
