"""How fast animatics are rendered, in CPU seconds of one core, and how much memory they take.

Ratios are taken within one process, so that a slow machine changes both sides alike.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from starsend.animatic.encoder import FilmWriter
from starsend.animatic.film import render_film
from starsend.animatic.orders import FilmOrder, FilmShot
from starsend.animatic.planes import Frame, MovingPlane, glance_at
from starsend.media.slate_card import SlateCard, SlateText

_FPS = Fraction(24)
_SIZE = (1280, 720)
_PROMPTS = (
    "Extreme wide shot. Night, rain on an empty highway, a truck with headlights. Slow push in.",
    "Medium shot, low angle. A woman in a red parka at the roadside. Pan left.",
    "Wide shot. Neon city street, two people walk. Track right.",
    "Close-up of a man, mountains at dusk. Slow pull back.",
)


def plain_move_ratio() -> float:
    """Frames a CPU second of a flat slated push-in, over those of the encoder alone on the same frames."""
    cv2.setNumThreads(1)
    picture = _picture()
    with tempfile.TemporaryDirectory() as folder:
        frames: list[Frame] = []
        moving = _seconds_of_move(Path(folder) / "move.mp4", picture, frames)
        writer = FilmWriter(Path(folder) / "limit.mp4", *_SIZE, _FPS, audio=False, total=len(frames))
        started = time.process_time()
        with writer:
            for frame in frames:
                for plane, ready in zip(writer.blank(), frame, strict=True):
                    plane[:] = ready
                writer.write()
        limit = time.process_time() - started
    return limit / moving


def film_ratio(profile: Literal["full", "fast"]) -> float:
    """CPU seconds to the second of a 10 s film of four painted shots, 1280x720, with audio."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        render_film(_film(60, profile), Path(folder) / "film.mp4", _ignore)
        return (time.process_time() - started) / 10


def render_memory_mb() -> float:
    """Peak resident memory of a process that renders a 15 s film, in MB."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_render_and_tell, args=(sender,))
    child.start()
    peak = receiver.recv()
    child.join()
    return float(peak)


def _render_and_tell(sender: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        render_film(_film(90, "full"), Path(folder) / "film.mp4", _ignore)
    sender.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _film(frames: int, profile: Literal["full", "fast"]) -> FilmOrder:
    shots = tuple(FilmShot(f"SH{k:02d}", prompt, frames) for k, prompt in enumerate(_PROMPTS, 1))
    return FilmOrder("SEQ01", 1, "Benchmark", shots, "", (), *_SIZE, _FPS, None, None, audio=True, profile=profile)


def _picture() -> np.ndarray:
    """A painted frame, as `render_film` itself would move it."""
    from starsend.animatic.board import draw_cell
    from starsend.animatic.orders import GridOrder

    order = GridOrder("SEQ01", 1, "Benchmark", _PROMPTS[0], "", 1, 1, (16, 9), ())
    with tempfile.TemporaryDirectory() as folder:
        draw_cell(order, 1, Path(folder) / "cell.png", 1408, 792)
        return np.asarray(Image.open(Path(folder) / "cell.png"))


def _seconds_of_move(destination: Path, picture: np.ndarray, kept: list[Frame]) -> float:
    plane, total = MovingPlane(picture, None, 0.4), 120
    card = SlateCard(SlateText("SEQ01 SH01 T001", "EWS · 24 mm · PUSH IN", _PROMPTS[0]), *_SIZE, _FPS)
    spent = 0.0
    started = time.process_time()
    with FilmWriter(destination, *_SIZE, _FPS, audio=False, total=total) as writer:
        for k in range(total):
            frame = writer.blank()
            plane.draw(frame, glance_at("push in", k / (total - 1), k), 1.0)
            card.draw(frame, k)
            writer.write()
            paused = time.process_time()
            kept.append((frame[0].copy(), frame[1].copy(), frame[2].copy()))
            spent -= time.process_time() - paused
    return time.process_time() - started + spent


def _ignore(share: float) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    print(f"plain move over the encoder's limit  {plain_move_ratio():.2f}")
    for name in ("full", "fast"):
        print(f"10 s film, {name}: CPU s a film s     {film_ratio('full' if name == 'full' else 'fast'):.2f}")
    print(f"15 s film: peak memory, MB           {render_memory_mb():.0f}")
