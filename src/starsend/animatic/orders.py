"""What is asked of the painter: pure data, with all that a picture depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1. It may raise to stop the work."""


@dataclass(frozen=True)
class ElementSketch:
    """A recurring character, prop or place.

    Args:
        name: What prompts call it, with or without ``@``.
        kind: ``character``, ``prop``, ``place``, ``vehicle``, or free words.
        description: How it looks, in words.
        image: A reference picture, or None.
    """

    name: str
    kind: str
    description: str
    image: Path | None


@dataclass(frozen=True)
class GridOrder:
    """A sheet of variants of one picture.

    Args:
        slate: For example ``SEQ01``; with ``take`` it decides every accident of the drawing.
        take: From 1.
        title: Printed on the annotated sheet.
        prompt: The picture in words.
        style: The look in words.
        columns: Cells across.
        rows: Cells down.
        aspect: Width to height of each cell.
        elements: Who and what may be in the picture.
        sheet_width_px: Width of the clean sheet, at most.
    """

    slate: str
    take: int
    title: str
    prompt: str
    style: str
    columns: int
    rows: int
    aspect: tuple[int, int]
    elements: tuple[ElementSketch, ...]
    sheet_width_px: int = 2048


@dataclass(frozen=True)
class FilmShot:
    """One shot of a film: its id, its words, its length in frames."""

    shot_id: str
    prompt: str
    frames: int


@dataclass(frozen=True)
class FilmOrder:
    """An animatic.

    Args:
        slate: For example ``SEQ01``.
        take: From 1.
        title: Of the sequence.
        shots: In order, cut hard.
        style: The look in words.
        elements: Who and what may be in the pictures.
        width_px: Even.
        height_px: Even.
        fps: Frames a second.
        start_frame: The picture that the first shot begins with, or None.
        end_frame: The picture that the last shot ends on, or None.
        audio: Whether there is an audio track (room tone).
        profile: ``full``, or ``fast`` for smaller paintings on fewer planes.
        first_frame: What the burn-in calls the first frame; the timecode begins at nought all the same.
    """

    slate: str
    take: int
    title: str
    shots: tuple[FilmShot, ...]
    style: str
    elements: tuple[ElementSketch, ...]
    width_px: int
    height_px: int
    fps: Fraction
    start_frame: Path | None
    end_frame: Path | None
    audio: bool
    profile: Literal["full", "fast"] = "full"
    first_frame: int = 0
