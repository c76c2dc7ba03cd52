"""Makes what the rehearsal hands out: tiny canned clips, or animatics and sheets drawn in a child process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import TypeAdapter

from starsend.animatic.encoder import FilmWriter
from starsend.animatic.orders import FilmOrder, GridOrder
from starsend.errors import MediaError

FPS = 24
Clips = Literal["canned", "drawn"]


@dataclass(frozen=True)
class Shape:
    """What a canned clip depends on.

    Attributes:
        size: Width and height in pixels, even.
        shots: Frames of each shot.
        audio: Whether it has a sound track.
    """

    size: tuple[int, int]
    shots: tuple[int, ...]
    audio: bool


class Studio:
    """Makes media, a few at a time; drawn ones in children that end with their work.

    Args:
        hands: How many are made at once.
    """

    def __init__(self, hands: int = 2) -> None:
        self.hands = ThreadPoolExecutor(hands, thread_name_prefix="rehearsal-studio")
        self._canned: dict[Shape, bytes] = {}
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def canned(self, shape: Shape, name: str) -> bytes:
        """A tiny real MP4 of this shape. It is encoded once; the name makes each copy's bytes its own."""
        with self._lock:
            if shape not in self._canned:
                self._canned[shape] = _encode(shape)
            film = self._canned[shape]
        mark = name.encode()
        return film + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark

    def drawn(self, order: FilmOrder | GridOrder) -> bytes:
        """A drawn animatic (MP4) or sheet (PNG). Takes seconds of a core, in a child process.

        Raises:
            MediaError: The child could not draw it.
        """
        if isinstance(order, FilmOrder):
            kind, asked = "film", TypeAdapter(FilmOrder).dump_json(order)
        else:
            kind, asked = "grid", TypeAdapter(GridOrder).dump_json(order)
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
            target = Path(folder) / "made"
            command = [sys.executable, "-m", "starsend.rehearsal.drawing", kind, str(target)]
            # a fresh interpreter, never a fork: this process has threads
            with subprocess.Popen(  # noqa: S603 - our own module
                command,
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0,  # Ctrl-C is the command's: what is being drawn is finished or killed by it
            ) as child:
                self._watch(child)
                _, said = child.communicate(asked)
                self._children.discard(child)
            if child.returncode != 0:
                last = said.decode(errors="replace").strip().splitlines()[-1:]
                raise MediaError(f"The rehearsal could not draw: {' '.join(last)}", remedy="Use --clips canned.")
            return target.read_bytes()

    def close(self) -> None:
        """End the children and wait for the hands."""
        with self._lock:
            self._closed = True
            for child in self._children:
                child.kill()
        self.hands.shutdown(wait=True, cancel_futures=True)

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._children.add(child)
            if self._closed:
                child.kill()


def _encode(shape: Shape) -> bytes:
    """Each shot another pair of greys and colours, with a bar that moves a little each frame."""
    width, height = shape.size
    chance = np.random.Generator(np.random.PCG64(len(shape.shots)))
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        target = Path(folder) / "clip.mp4"
        total = sum(shape.shots)
        with FilmWriter(target, width, height, Fraction(FPS), shape.audio, total, crf=30) as writer:
            for number, frames in enumerate(shape.shots):
                ground = 60 + 130 * (number % 2) + int(chance.integers(0, 30))
                tint = [int(value) for value in chance.integers(70, 190, size=2)]
                for k in range(frames):
                    luma, *chromas = writer.blank()
                    luma[:] = ground
                    luma[height // 3 : 2 * height // 3, (x := 2 * k % (width - 8)) : x + 8] = 255 - ground
                    for plane, value in zip(chromas, tint, strict=True):
                        plane[:] = value
                    writer.write()
        return target.read_bytes()
