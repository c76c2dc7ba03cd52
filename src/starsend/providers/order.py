"""What a provider is given to make one take. Nothing of any vendor, no plan and no workflow."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from starsend.model.slate import Slate
from starsend.model.take import Medium


@dataclass(frozen=True)
class ShotOrder:
    """One shot as the model gets it: rewritten prompt, seconds."""

    id: str
    prompt: str
    duration_s: float


@dataclass(frozen=True)
class ElementOrder:
    """An element as the model gets it, with local pictures."""

    id: str
    kind: str
    description: str
    frontal: Path | None
    references: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Order:
    """All that a provider needs to make one take; no plan and no workflow. Paths are relative to the workspace.

    Attributes:
        slate: Whose take it is.
        medium: ``grid``, ``video`` or ``frame``.
        mode: ``grid``, ``multi``, ``single``, ``finish``.
        model: The catalogue's id of the model whose limits and prices count.
        shots: What the video shows, in order; for a grid one entry with its prompt.
        elements: Those that are sent, in order of priority (@Element1 first).
        aspect: Width and height without a common factor.
        fps: Frames a second.
        size_px: Width and height that are wanted.
        columns, rows: Of a grid.
        first_frame: What a burn-in calls the first frame; it changes nothing else.
        cell: Of a grid's cell that is finished, counted from 1; with ``cell_of`` naming the grid's take number.
    """

    slate: Slate
    medium: Medium
    mode: str
    model: str
    title: str
    shots: tuple[ShotOrder, ...]
    elements: tuple[ElementOrder, ...] = ()
    style: str = ""
    style_images: tuple[Path, ...] = ()
    start_frame: Path | None = None
    end_frame: Path | None = None
    aspect: tuple[int, int] = (16, 9)
    fps: Fraction = Fraction(24)
    size_px: tuple[int, int] = (1280, 720)
    audio: bool = False
    first_frame: int = 0
    columns: int = 2
    rows: int = 2
    cell: int | None = None
    cell_of: str | None = None
