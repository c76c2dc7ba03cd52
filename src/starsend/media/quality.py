"""Checks a collected take in one decode pass, and makes its thumbnail and filmstrip on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from starsend.errors import StarsendError
from starsend.media.decoding import STRIP_CELLS, STRIP_WIDTH_PX, Footage, decode_once
from starsend.media.files import sha256_of
from starsend.media.findings import (
    Expected,
    Finding,
    Severity,
    black_findings,
    cut_findings,
    damage,
    freeze_findings,
    header_findings,
    planned_cuts,
    planned_still,
    sound_findings,
    stall_findings,
    start_findings,
)
from starsend.media.likeness import fitted, likeness
from starsend.media.picture import load_rgb, save_jpeg
from starsend.media.video import VideoInfo, probe, scaled_height

__all__ = ["Expected", "Finding", "Severity", "TakeReport", "check_take"]

_DARK_MEAN = 24.0  # a thumbnail under this shows nothing, if another frame does


@dataclass(frozen=True)
class TakeReport:
    """What a check found.

    Attributes:
        info: The header; None where there is none to read.
        findings: Failures first, then in the order of the frames.
        damaged: Whether the file must be fetched again or the take fails.
        cuts: The frames from 0 at which another shot begins.
        start_likeness: 0 to 1; None where there was nothing to compare.
        sha256: Of the file; '' where it can't be read.
    """

    info: VideoInfo | None
    findings: tuple[Finding, ...]
    damaged: bool
    cuts: tuple[int, ...]
    start_likeness: float | None
    sha256: str


def check_take(video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
    """Check a take and write its thumbnail (320 px wide) and filmstrip (20 cells of 160 px), both JPEG.

    Never raises for a bad video: that is a finding. Costs about 0.2 CPU seconds a second of 720p video. A decoder can
    crash on hostile bytes, so call it through `QualityPool` for what comes from outside.
    """
    digest = ""
    try:
        digest = sha256_of(video)
        info = probe(video)
        footage = decode_once(video, info.frames)
    except StarsendError as error:
        return broken_report(error.message, digest)
    fps = info.fps or Fraction(24)
    alike, trouble = _start_likeness(expected, footage, info)
    cuts = footage.meter.cuts()
    findings = [
        *_damage_findings(footage, fps),
        *header_findings(info, footage.decoded, expected),
        *sound_findings(footage.audio_peak, info, expected),
        *start_findings(alike),
        *trouble,
        *black_findings(footage.meter.black, fps),
        *_freezes(footage, expected, fps),
        *cut_findings(cuts, planned_cuts(expected, fps), fps),
        *_write_pictures(footage, info, thumbnail, filmstrip),
    ]
    findings.sort(key=lambda f: (f.severity != "failure", f.frame or 0))
    damaged = any(f.severity == "failure" for f in findings)
    return TakeReport(info, tuple(findings), damaged, cuts, alike, digest)


def broken_report(message: str, digest: str = "") -> TakeReport:
    """The report on a file that can't be looked into at all."""
    return TakeReport(None, (damage(message),), True, (), None, digest)


def _freezes(footage: Footage, expected: Expected, fps: Fraction) -> Iterator[Finding]:
    if not expected.freeze_ok:
        still = planned_still(expected, fps)
        meter = footage.meter
        yield from freeze_findings(meter.still_since, meter.black, fps, still)
        yield from stall_findings(meter.alike, meter.same, meter.black, fps, still)


def _damage_findings(footage: Footage, fps: Fraction) -> Iterator[Finding]:
    promised = footage.promised - footage.discarded
    if footage.decoded == 0:
        yield damage("No frame of it can be decoded.", 0)
    elif footage.decoded < promised:
        yield damage(f"Only {footage.decoded} of {promised} frames can be decoded.", footage.first_bad)
    elif footage.bad:
        first_s = float((footage.first_bad or 0) / fps)  # this stands in errors, which no player counts for
        yield damage(f"{footage.bad} damaged places, the first at about {first_s:.2f} s.", footage.first_bad)
    if footage.bad_audio:
        yield damage(f"The sound track has {footage.bad_audio} damaged places.")


def _start_likeness(expected: Expected, footage: Footage, info: VideoInfo) -> tuple[float | None, list[Finding]]:
    if expected.start_frame is None or footage.first is None:
        return None, []
    try:
        start = load_rgb(expected.start_frame)
    except StarsendError as error:
        return None, [Finding("start-frame", "info", f"Not compared with its start frame: {error.message}")]
    return likeness(fitted(start, info.width_px, info.height_px), footage.first), []


def _write_pictures(footage: Footage, info: VideoInfo, thumbnail: Path, filmstrip: Path) -> Iterator[Finding]:
    if not footage.pictures:
        return
    try:
        save_jpeg(_thumbnail(footage.pictures), thumbnail)
        save_jpeg(_filmstrip(footage, info), filmstrip)
    except StarsendError as error:
        yield Finding("thumbnail", "info", error.message)


def _thumbnail(pictures: dict[int, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """The frame from the middle, or the brightest if that one is dark."""
    indices = sorted(pictures)
    middle = pictures[indices[len(indices) // 2]]
    return middle if middle.mean() >= _DARK_MEAN else max(pictures.values(), key=lambda p: float(p.mean()))


def _filmstrip(footage: Footage, info: VideoInfo) -> NDArray[np.uint8]:
    """20 evenly spaced frames side by side; black where frames are missing."""
    height = scaled_height(info.width_px, info.height_px, STRIP_WIDTH_PX)
    strip = np.zeros((height, STRIP_WIDTH_PX * STRIP_CELLS, 3), np.uint8)
    for cell, index in enumerate(np.linspace(0, max(0, footage.promised - 1), STRIP_CELLS).round().astype(int)):
        if (picture := footage.pictures.get(int(index))) is not None:
            small = cv2.resize(picture, (STRIP_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
            strip[:, cell * STRIP_WIDTH_PX : (cell + 1) * STRIP_WIDTH_PX] = small
    return strip
