"""Seeded chance and the textures made of it."""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]


def generator(*words: object) -> np.random.Generator:
    """A generator that depends on the words alone: the same words, the same numbers."""
    digest = hashlib.sha256("|".join(str(word) for word in words).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def ridge(width: int, chance: np.random.Generator, octaves: int = 7, rough: float = 0.5, base: int = 3) -> Plane:
    """A skyline: ``(width,)`` float32 from -1 to 1."""
    x = np.linspace(0, 1, width)
    line = np.zeros(width)
    for octave in range(octaves):
        knots = base * 2**octave + 1
        line += np.interp(x, np.linspace(0, 1, knots), chance.standard_normal(knots)) * rough**octave
    shape: Plane = (line / (np.abs(line).max() + 1e-6)).astype(np.float32)
    return shape


def cloud(
    height: int, width: int, chance: np.random.Generator, octaves: int = 5, stretch: float = 1.0, base: float = 3.0
) -> Plane:
    """Fractal noise: ``(height, width)`` float32 from 0 to 1; `stretch` above 1 lays it flat."""
    small_h, small_w = max(2, height // 2), max(2, width // 2)  # half size: its finest grain is coarser than a pixel
    field = np.zeros((small_h, small_w), np.float32)
    for octave in range(octaves):
        cells = base * 1.93**octave
        knots = chance.standard_normal((max(2, int(cells * stretch * height / width)) + 2, int(cells) + 2))
        octave_field = cv2.resize(knots.astype(np.float32), (small_w, small_h), interpolation=cv2.INTER_CUBIC)
        field += octave_field * np.float32(0.55**octave)
    field -= field.min()
    field /= max(float(field.max()), 1e-6)
    return np.clip(cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1)


def grain(height: int, width: int, chance: np.random.Generator, pitch_px: float) -> Plane:
    """Paper tooth: ``(height, width)`` float32 around 0, about -1 to 1, `pitch_px` between its bumps."""
    knots = chance.standard_normal((int(height / pitch_px) + 2, int(width / pitch_px) + 2)).astype(np.float32)
    return cv2.resize(knots, (width, height), interpolation=cv2.INTER_LINEAR) * np.float32(0.5)
