"""Writes yuv420p frames and a room tone to MP4, the same bytes each time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
import numpy.typing as npt

from starsend.animatic.planes import Frame

_RATE_HZ = 48_000
_BLOCK = 1024  # samples to an AAC frame
_BT709 = 1
_LIMITED = 1  # AVCOL_RANGE_MPEG


class FilmWriter:
    """An MP4 being written; leave it by its context, so that the file is closed whatever happens.

    Args:
        destination: Exactly this path.
        width_px: Even.
        height_px: Even.
        fps: Frames a second.
        audio: Whether to write an AAC track of room tone.
        total: How many frames there will be.
        crf: How coarsely x264 may encode; 20 is good, higher is faster and smaller.
    """

    def __init__(
        self, destination: Path, width_px: int, height_px: int, fps: Fraction, audio: bool, total: int, crf: int = 20
    ) -> None:
        self._container = av.open(str(destination), "w", format="mp4", options={"movflags": "+faststart"})
        # g and bf: a browser steps through single frames; thread_count: the same bytes on every machine
        self._video = self._container.add_stream(
            "libx264", rate=fps, options={"preset": "veryfast", "crf": str(crf), "g": "12", "bf": "0"}
        )
        self._video.width, self._video.height, self._video.pix_fmt = width_px, height_px, "yuv420p"
        context = self._video.codec_context
        context.thread_count = 1
        context.time_base = 1 / fps
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        self._fps, self._frames = fps, 0
        self._audio = self._container.add_stream("aac", rate=_RATE_HZ, layout="stereo") if audio else None
        self._tone = room_tone(int(total / fps * _RATE_HZ)) if audio else np.zeros((2, 0), np.float32)
        self._samples = 0
        self._frame_planes: Frame = (
            np.empty((height_px, width_px), np.uint8),
            np.empty((height_px // 2, width_px // 2), np.uint8),
            np.empty((height_px // 2, width_px // 2), np.uint8),
        )

    def blank(self) -> Frame:
        """The planes of the next frame, to be drawn on; what they hold before is undefined."""
        return self._frame_planes

    def write(self) -> None:
        """Encode the planes as the next frame, and the tone that goes with it."""
        frame = av.VideoFrame(self._video.width, self._video.height, "yuv420p")
        for plane, pixels in zip(frame.planes, self._frame_planes, strict=True):
            rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
            rows[:, : plane.width] = pixels
        frame.pts, frame.time_base = self._frames, 1 / self._fps
        self._frames += 1
        self._container.mux(self._video.encode(frame))
        self._write_tone(int(self._frames / self._fps * _RATE_HZ))

    def _write_tone(self, until: int, last: bool = False) -> None:
        while self._audio is not None and self._samples < until and (last or until - self._samples >= _BLOCK):
            block = self._tone[:, self._samples : min(until, self._samples + _BLOCK)]
            if block.shape[1] == 0:
                return
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = _RATE_HZ, self._samples, Fraction(1, _RATE_HZ)
            self._samples += block.shape[1]
            self._container.mux(self._audio.encode(frame))

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write_tone(self._tone.shape[1], last=True)
                self._container.mux(self._video.encode(None))
                if self._audio is not None:
                    self._container.mux(self._audio.encode(None))
        finally:
            self._container.close()


def room_tone(samples: int) -> npt.NDArray[np.float32]:
    """A quiet low noise, ``(2, samples)`` float32: an empty room, near -50 dB."""
    chance = np.random.Generator(np.random.PCG64(20))
    white = chance.standard_normal((2, samples // 64 + 2)).astype(np.float32)
    at = np.arange(samples, dtype=np.float32) / 64
    knots = np.arange(white.shape[1], dtype=np.float32)
    return np.stack([np.interp(at, knots, row) for row in white]).astype(np.float32) * np.float32(0.004)
