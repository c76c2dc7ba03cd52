"""The last pass over a picture, which makes paint, ink and paper of it: one function for each drawing technique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from starsend.animatic.noise import cloud, grain

Picture = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Technique:
    """How a look is made.

    Args:
        wash: How far tones are flattened to patches, 0 to 1.
        ink: Blackness of the lines.
        hatch: Strength of pen strokes in the darks.
        paper: Strength of the tooth.
        colour: Share of colour that is kept.
        light: Gamma; below 1 is lighter.
        steps: Tones that greys are cut to; 0 for all.
        pool: Darkening of pigment at its edges.
    """

    wash: float
    ink: float
    hatch: float
    paper: float
    colour: float
    light: float
    steps: int = 0
    pool: float = 0.0


TECHNIQUES: Final[dict[str, Technique]] = {
    "ink": Technique(0.75, 0.80, 0.45, 0.030, 1.0, 0.92),
    "noir": Technique(0.9, 0.9, 0.5, 0.03, 0.0, 1.0, steps=5),
    "charcoal": Technique(0.6, 0.55, 0.5, 0.16, 0.06, 0.88),
    "pencil": Technique(0.8, 1.0, 0.9, 0.07, 0.22, 0.55),
    "watercolour": Technique(0.95, 0.5, 0.0, 0.06, 0.95, 0.78, pool=0.55),
}


def finish(picture: Picture, look: str, chance: np.random.Generator, vignette: bool = True) -> Picture:
    """Finish a flat picture ``(height, width, 3)`` in a technique; returns a new one."""
    technique = TECHNIQUES[look]
    unit = picture.shape[0] / 720
    washed = _wash(picture, technique.wash, unit)
    grey = cv2.cvtColor(washed, cv2.COLOR_RGB2GRAY).astype(np.float32) * np.float32(1 / 255)
    line = _lines(grey, unit)
    colour = washed.astype(np.float32) * np.float32(1 / 255)
    colour = _bloom(colour, grey, unit)
    np.power(colour, np.float32(technique.light), out=colour)
    if technique.colour < 1:
        tone = colour @ np.array([0.3, 0.59, 0.11], np.float32)
        if technique.steps:
            tone = _cut(tone, technique.steps)
        tinted = tone[..., None] * np.array([1.0, 0.985, 0.95], np.float32)
        colour = tinted + (colour - tinted) * np.float32(technique.colour)
    if technique.pool:
        colour *= (1 - np.float32(technique.pool) * _pooled(grey, unit))[..., None]
        colour = colour * np.float32(0.9) + np.float32(0.10) * np.array([1.0, 0.98, 0.93], np.float32)
    _draw(colour, grey, line, technique, chance, unit)
    if look in ("pencil", "charcoal", "watercolour"):
        _paper_edge(colour, look, chance)
    if vignette:
        _vignette(colour)
    return np.clip(colour * 255, 0, 255).astype(np.uint8)


def _wash(picture: Picture, amount: float, unit: float) -> Picture:
    small = cv2.resize(picture, (picture.shape[1] // 2, picture.shape[0] // 2), interpolation=cv2.INTER_AREA)
    flat = cv2.bilateralFilter(small, 5, 32, max(2.0, 4 * unit))
    flat = cv2.resize(flat, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.addWeighted(flat, amount * 0.8, picture, 1 - amount * 0.8, 0), np.uint8)


def _lines(grey: Field, unit: float) -> Field:
    """Ink where tone falls off sharply: 0 black to 1 none (extended difference of Gaussians)."""
    fine = max(0.7, 1.0 * unit)
    edge = cv2.GaussianBlur(grey, (0, 0), fine) - np.float32(0.985) * cv2.GaussianBlur(grey, (0, 0), fine * 2.4)
    return np.asarray(np.clip(1 + np.tanh((edge + np.float32(0.004)) * 55), 0, 1), np.float32)


def _bloom(colour: Field, grey: Field, unit: float) -> Field:
    small = cv2.resize(colour, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    bright = cv2.GaussianBlur(np.clip(small - np.float32(0.72), 0, 1), (0, 0), max(1.0, 4 * unit))
    wide = cv2.resize(bright, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(colour + wide * np.float32(0.7), np.float32)


def _cut(tone: Field, steps: int) -> Field:
    lifted = np.clip((tone - 0.03) * 1.5, 0, 1)
    scaled = lifted * steps
    base = np.floor(scaled)
    return np.asarray((base + np.clip((scaled - base - 0.5) * 6 + 0.5, 0, 1)) / steps, np.float32)


def _pooled(grey: Field, unit: float) -> Field:
    spread = cv2.GaussianBlur(grey, (0, 0), 5 * unit + 0.5)
    return np.asarray(np.clip(np.abs(spread - grey) * 3.2 - 0.03, 0, 0.6), np.float32)


def _draw(
    colour: Field, grey: Field, line: Field, technique: Technique, chance: np.random.Generator, unit: float
) -> None:
    height, width = grey.shape
    tooth = grain(height, width, chance, max(1.2, 1.6 * unit))
    ink = np.array([0.07, 0.065, 0.08], np.float32)
    weight = (1 - line) * np.float32(technique.ink)
    if technique.hatch:
        y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]
        pitch = np.float32(max(5.0, 7 * unit))
        stroke = np.mod(x + y * np.float32(0.85) + tooth * 3, pitch) < pitch * np.float32(0.24)
        dark = np.clip((0.42 - grey) * 1.6, 0, 0.6) * np.clip(grey * 14 - 0.4, 0, 1)
        weight = np.maximum(weight, stroke * dark * np.float32(technique.hatch))
    colour += (ink - colour) * weight[..., None]
    colour += (tooth * np.float32(technique.paper))[..., None]


def _paper_edge(colour: Field, look: str, chance: np.random.Generator) -> None:
    """Leave a ragged border of bare paper."""
    height, width = colour.shape[:2]
    x = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32)[None] / width
    y = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32)[:, None] / height
    ragged = np.minimum(x, y) + (cloud(height, width, chance, 6, 1.0, 8.0) - 0.5) * np.float32(0.03)
    bare = np.clip(1 - ragged * 55, 0, 1)[..., None] * np.float32(0.9 if look != "charcoal" else 0.6)
    colour += (np.array([0.95, 0.93, 0.88], np.float32) - colour) * bare


def _vignette(colour: Field) -> None:
    height, width = colour.shape[:2]
    x = (np.arange(width, dtype=np.float32) / width - np.float32(0.5)) * np.float32(1.1)
    y = (np.arange(height, dtype=np.float32) / height - np.float32(0.5)) * np.float32(1.2)
    reach = np.sqrt(x[None] ** 2 + y[:, None] ** 2)
    colour *= (1 - np.float32(0.42) * np.clip(reach - 0.30, 0, 1))[..., None]
