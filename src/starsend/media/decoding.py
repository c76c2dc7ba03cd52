"""One pass over a take: all of it decoded, damage counted, frames measured, pictures kept for the strip."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from starsend.media.likeness import comparable
from starsend.media.meter import SMALL_PX, Meter
from starsend.media.video import opened, rgb_of

STRIP_CELLS = 20
STRIP_WIDTH_PX = 160
THUMBNAIL_WIDTH_PX = 320

_GREY_PLANE = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
_FULL_RANGE = 2
_LIMITED_TO_FULL = np.clip((np.arange(256) - 16) * (255 / 219), 0, 255).round().astype(np.uint8)


@dataclass
class Footage:
    """What one pass over a video found.

    Attributes:
        promised: Frames that the header or the packets promise.
        decoded: Frames that came out.
        discarded: Frames that the file itself says not to show.
        bad: Packets and frames that were damaged.
        first_bad: The frame from 0 at which damage was first met.
        first: The first frame's grey, ready to compare.
        pictures: 320 px wide RGB frames by index, for strip and thumbnail.
        audio_peak: Of full scale; None where there is no sound.
    """

    promised: int
    decoded: int = 0
    discarded: int = 0
    bad: int = 0
    first_bad: int | None = None
    bad_audio: int = 0
    first: NDArray[np.uint8] | None = None
    pictures: dict[int, NDArray[np.uint8]] = field(default_factory=dict)
    audio_peak: float | None = None
    meter: Meter = field(default_factory=Meter)

    def note_damage(self) -> None:
        """Count one more damaged packet or frame, here."""
        self.bad += 1
        if self.first_bad is None:
            self.first_bad = self.decoded


def decode_once(path: Path, promised: int) -> Footage:
    """Decode a video and its sound once, from end to end, past every damage.

    Args:
        path: The video.
        promised: Frames that its header promises.

    Raises:
        MediaError: It can't be opened at all.
    """
    footage = Footage(promised)
    wanted = frozenset(np.linspace(0, max(0, promised - 1), STRIP_CELLS).round().astype(int).tolist())
    with opened(path) as (container, video):
        sound = next((a for a in container.streams.audio if a.codec_context is not None), None)
        packets = container.demux([video, sound] if sound else [video])
        try:
            for packet in packets:
                if packet.stream_index == video.index:
                    _decode_video(packet, footage, wanted)
                else:
                    _decode_audio(packet, footage)
        except av.error.FFmpegError:
            footage.note_damage()  # the container itself breaks off
    return footage


def _decode_video(packet: Packet[Stream], footage: Footage, wanted: frozenset[int]) -> None:
    if packet.is_corrupt:
        footage.note_damage()
    if packet.is_discard:
        footage.discarded += 1
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        footage.note_damage()
        return
    for frame in frames:
        if isinstance(frame, VideoFrame):
            _take_in(frame, footage, wanted)


def _take_in(frame: VideoFrame, footage: Footage, wanted: frozenset[int]) -> None:
    if frame.is_corrupt:
        footage.note_damage()
    grey = _grey(frame)
    footage.meter.compare(grey)
    if footage.first is None:
        footage.first = comparable(_stretched(grey, frame))
    small = np.asarray(cv2.resize(grey, SMALL_PX, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    footage.meter.add(_stretched(small, frame))
    if footage.decoded in wanted:
        footage.pictures[footage.decoded] = rgb_of(frame, THUMBNAIL_WIDTH_PX)
    footage.decoded += 1


def _decode_audio(packet: Packet[Stream], footage: Footage) -> None:
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        footage.bad_audio += 1
        return
    for frame in frames:
        if isinstance(frame, AudioFrame):
            footage.audio_peak = max(footage.audio_peak or 0.0, _peak(frame))


def _peak(frame: AudioFrame) -> float:
    """The loudest sample, of full scale."""
    samples = np.asarray(frame.to_ndarray())
    full_scale = 1.0 if samples.dtype.kind == "f" else float(2 ** (8 * samples.dtype.itemsize - 1))
    return float(np.abs(samples.astype(np.float32)).max(initial=0.0)) / full_scale


def _grey(frame: VideoFrame) -> NDArray[np.uint8]:
    """The luma as (height, width) uint8; the plane itself where the format allows, for that costs nothing."""
    if frame.format.name not in _GREY_PLANE:
        return np.asarray(frame.reformat(format="gray").to_ndarray(), dtype=np.uint8)
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * plane.height].reshape(
        plane.height, plane.line_size
    )
    return rows[:, : plane.width]


def _stretched(grey: NDArray[np.uint8], frame: VideoFrame) -> NDArray[np.uint8]:
    """Luma with black at 0 and white at 255, whatever the video's range."""
    name = frame.format.name
    full = frame.color_range == _FULL_RANGE or name.startswith("yuvj") or not name.startswith(("yuv", "nv"))
    return grey if full else np.asarray(cv2.LUT(grey, _LIMITED_TO_FULL), dtype=np.uint8)
