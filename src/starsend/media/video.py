"""Video files: what the header says, and single frames by exact index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray

from starsend.errors import MediaError
from starsend.media.files import looks_like, unreadable

# Containers that hold takes. Playlists and picture sequences are left out: they may open other files.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mxf,ogg,flv,asf"
_BT709 = 1
_UNSPECIFIED = 2
_SD_HEIGHT_PX = 576  # untagged video above this is decoded as BT.709 by browsers (Chromium, 2026-11-22)


@dataclass(frozen=True)
class VideoInfo:
    """What a video file is. Size as stored, frames of the first video stream, duration in seconds."""

    width_px: int
    height_px: int
    fps: Fraction
    frames: int
    duration_s: float
    video_codec: str
    audio_codec: str | None
    bytes: int


def probe(path: Path) -> VideoInfo:
    """Read a video's header; frames are counted by packets where the header doesn't say.

    Raises:
        MediaError: It is missing or no video.
    """
    with opened(path) as (container, stream):
        fps = stream.average_rate or stream.guessed_rate or Fraction(0)
        frames = stream.frames or len(_times(container, stream))
        if stream.duration and stream.time_base:
            duration = float(stream.duration * stream.time_base)
        else:
            duration = float(frames / fps) if fps else 0.0
        audio = next((a for a in container.streams.audio if a.codec_context is not None), None)
        return VideoInfo(
            width_px=stream.codec_context.width,
            height_px=stream.codec_context.height,
            fps=fps,
            frames=frames,
            duration_s=duration,
            video_codec=stream.codec_context.name,
            audio_codec=audio.codec_context.name if audio else None,
            bytes=path.stat().st_size,
        )


def frame_at(path: Path, index: int) -> NDArray[np.uint8]:
    """Decode one frame by its index from 0, in the order of showing, as (height, width, 3) uint8 RGB.

    Raises:
        MediaError: It is no video, it has no such frame, or the frame is damaged.
    """
    with opened(path) as (container, stream):
        times = _times(container, stream)
        if not 0 <= index < len(times):
            raise MediaError(
                f"{path} has no frame {index}; its frames are 0 to {len(times) - 1}.",
                remedy=f"Ask for a frame from 0 to {len(times) - 1}.",
                code="no-such-frame",
            )
        container.seek(times[index], stream=stream)
        for frame in container.decode(stream):
            if frame.pts == times[index]:
                return rgb_of(frame)
    raise MediaError(
        f"Frame {index} of {path} is damaged and can't be decoded.",
        remedy="Fetch or export the video again.",
        code="damaged-video",
    )


def rgb_of(frame: VideoFrame, width_px: int | None = None) -> NDArray[np.uint8]:
    """Turn a decoded frame into (height, width, 3) uint8 RGB by its own colour matrix, scaled to a width if given."""
    height_px = scaled_height(frame.width, frame.height, width_px) if width_px else None
    matrix = frame.colorspace
    if matrix == _UNSPECIFIED:
        matrix = Colorspace.ITU709 if frame.height > _SD_HEIGHT_PX else Colorspace.ITU601
    shown = frame.reformat(
        width=width_px, height=height_px, format="rgb24", src_colorspace=matrix, interpolation="AREA"
    )
    return np.asarray(shown.to_ndarray(), dtype=np.uint8)


def scaled_height(width: int, height: int, new_width: int) -> int:
    """The even height that keeps a picture's ratio at another width."""
    return max(2, round(new_width * height / width / 2) * 2)


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video and its first real video stream; the one place that maps PyAV's errors.

    Raises:
        MediaError: It is missing, no video, or breaks while it is read.
    """
    try:
        path.stat()
    except OSError as exc:
        raise unreadable(path, exc) from exc
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:
        with av.open(str(path.resolve()), options=options, metadata_errors="replace") as container:
            yield container, _first_stream(container, path)
    except av.error.FFmpegError as exc:
        raise _no_video(path) from exc


def _first_stream(container: InputContainer, path: Path) -> VideoStream:
    for stream in container.streams.video:
        cover = stream.disposition & av.stream.Disposition.attached_pic
        # A stream of an unknown codec has no context, and decoding one crashed PyAV 18.0 (its issue 2344).
        if stream.codec_context is not None and not cover and stream.codec_context.width > 0:
            stream.codec_context.thread_count = 1  # the same bytes give the same answer
            return stream
    raise _no_video(path)


def _times(container: InputContainer, stream: VideoStream) -> list[int]:
    """The time stamps of all shown frames, in order; nothing is decoded. Leaves the container at its end."""
    return sorted(p.pts for p in container.demux(stream) if p.pts is not None and p.size and not p.is_discard)


def _no_video(path: Path) -> MediaError:
    return MediaError(
        f"{path} is not a video that can be opened{looks_like(path)}.",
        remedy="Fetch or export it again as MP4.",
        code="not-a-video",
    )
