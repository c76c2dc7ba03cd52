"""Films that are painted for the checks of quality, and the checks themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from starsend.media.quality import Expected, TakeReport, check_take

Pixels = NDArray[np.uint8]
FPS = Fraction(24)
SIZE = (320, 180)


def painting(seed: int, size: tuple[int, int] = SIZE) -> Pixels:
    patches = np.random.default_rng(seed).integers(0, 256, (9, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def push_in(seed: int, frames: int, rate: float = 0.002, size: tuple[int, int] = SIZE) -> Iterator[Pixels]:
    image, (width, height) = painting(seed, size), size
    for i in range(frames):
        zoom = 1 + rate * i
        matrix = np.array([[zoom, 0, width / 2 * (1 - zoom)], [0, zoom, height / 2 * (1 - zoom)]], dtype=np.float32)
        yield np.asarray(cv2.warpAffine(image, matrix, (width, height)), dtype=np.uint8)


def black(frames: int) -> list[Pixels]:
    return [np.zeros((SIZE[1], SIZE[0], 3), np.uint8)] * frames


def with_timecode(frames: Iterable[Pixels]) -> Iterator[Pixels]:
    for i, frame in enumerate(frames):
        marked = frame.copy()
        cv2.putText(marked, f"00:00:{i // 24:02}:{i % 24:02}", (90, 176), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255,) * 3)
        yield marked


def film(
    path: Path, frames: Iterable[Pixels], *, fps: Fraction = FPS, tone: float | None = None, fast: bool = True
) -> Path:
    """Write frames as H.264, with a tone of an amplitude if given."""
    with av.open(str(path), "w", options={"movflags": "+faststart"} if fast else {}) as out:
        video = out.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "20", "g": "12", "bf": "0"})
        audio = out.add_stream("aac", rate=48000, layout="stereo") if tone is not None else None
        video.pix_fmt = "yuv420p"
        count = 0
        for count, frame in enumerate(frames, start=1):
            if count == 1:
                video.height, video.width = frame.shape[:2]
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")
            picture.pts, picture.time_base = count - 1, 1 / fps
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        if audio is not None and tone is not None:
            blocks = int(count / fps * 48000) // 1024
            for block in range(blocks):
                wave = tone * np.sin(np.arange(block * 1024, (block + 1) * 1024) * 0.05)
                sound = av.AudioFrame.from_ndarray(np.array([wave, wave], np.float32), format="fltp", layout="stereo")
                sound.sample_rate, sound.pts, sound.time_base = 48000, block * 1024, Fraction(1, 48000)
                out.mux(audio.encode(sound))
            out.mux(audio.encode(None))
    return path


def check(video: Path, expected: Expected | None = None) -> TakeReport:
    return check_take(video, expected or Expected(), video.with_suffix(".thumb.jpg"), video.with_suffix(".strip.jpg"))


def said(report: TakeReport) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity, f.message) for f in report.findings]
