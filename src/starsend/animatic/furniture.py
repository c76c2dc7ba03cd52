"""Pieces of furniture as flat faces, in metres: each stands on the floor against +z, its front toward the camera."""

from __future__ import annotations

from typing import Final

from starsend.animatic.solids import Face, box

RGB = tuple[float, float, float]

WOOD: Final[RGB] = (0.46, 0.30, 0.18)
STEEL: Final[RGB] = (0.62, 0.63, 0.64)
CREAM: Final[RGB] = (0.74, 0.70, 0.60)
RED: Final[RGB] = (0.56, 0.13, 0.12)


def darker(colour: RGB, share: float) -> RGB:
    """A colour with that share of its light."""
    return colour[0] * share, colour[1] * share, colour[2] * share


def table(x: float, z: float, wide: float, deep: float, colour: RGB, tall: float = 0.74) -> list[Face]:
    """A table on four legs, its middle at ``(x, z)``."""
    a, b, c, d = x - wide / 2, x + wide / 2, z - deep / 2, z + deep / 2
    legs = [
        face
        for lx in (a + 0.04, b - 0.10)
        for lz in (c + 0.04, d - 0.10)
        for face in box(lx, lx + 0.06, 0, tall - 0.05, lz, lz + 0.06, darker(colour, 0.8))
    ]
    return legs + box(a, b, tall - 0.05, tall, c, d, colour)


def pedestal_table(x: float, z0: float, z1: float, wide: float, colour: RGB) -> list[Face]:
    """A diner's table: a slab with a steel edge on one foot."""
    middle = (z0 + z1) / 2
    return (
        box(x - 0.22, x + 0.22, 0, 0.05, middle - 0.2, middle + 0.2, darker(STEEL, 0.7))
        + box(x - 0.05, x + 0.05, 0, 0.70, middle - 0.05, middle + 0.05, STEEL)
        + box(x - wide / 2, x + wide / 2, 0.70, 0.76, z0, z1, colour)
    )


def chair(x: float, z: float, facing: int, colour: RGB) -> list[Face]:
    """A chair that faces along x; its back stands behind whoever sits in it."""
    back = x - facing * 0.24
    faces = box(x - 0.22, x + 0.22, 0.42, 0.47, z - 0.2, z + 0.22, colour)
    for lx in (x - 0.20, x + 0.16):
        for lz in (z - 0.19, z + 0.17):
            faces += box(lx, lx + 0.04, 0, 0.42, lz, lz + 0.04, darker(colour, 0.75))
    low, high = min(back, back + facing * 0.05), max(back, back + facing * 0.05)
    for y in (0.62, 0.80):
        faces += box(low, high, y, y + 0.11, z - 0.2, z + 0.22, colour)
    for lz in (z - 0.2, z + 0.18):
        faces += box(low, high, 0.47, 0.95, lz, lz + 0.04, colour)
    return faces


def bench(x: float, facing: int, z0: float, z1: float, colour: RGB) -> list[Face]:
    """A booth's padded bench along z, for people who face along x."""
    seat = sorted((x - facing * 0.30, x + facing * 0.24))
    back = sorted((x - facing * 0.42, x - facing * 0.26))
    return (
        box(back[0] - 0.01, back[1] + 0.01, 0.0, 1.15, z0 - 0.05, z0, (0.30, 0.17, 0.11))
        + box(seat[0], seat[1], 0.0, 0.30, z0, z1, darker(colour, 0.45))
        + box(seat[0], seat[1], 0.30, 0.46, z0, z1, colour)
        + box(back[0], back[1], 0.0, 1.12, z0, z1, darker(colour, 0.9))
        + [
            face
            for z in _steps(z0, z1, 0.22)
            for face in box(back[0] - 0.01, back[1] + 0.01, 0.52, 1.13, z, z + 0.02, darker(colour, 0.6))
        ]
    )


def stool(x: float, z: float, colour: RGB) -> list[Face]:
    """A bar stool."""
    return (
        box(x - 0.15, x + 0.15, 0, 0.03, z - 0.15, z + 0.15, darker(STEEL, 0.7))
        + box(x - 0.03, x + 0.03, 0.03, 0.68, z - 0.03, z + 0.03, STEEL)
        + box(x - 0.18, x + 0.18, 0.68, 0.76, z - 0.17, z + 0.17, colour)
    )


def cupboards(x0: float, x1: float, z0: float, z1: float, colour: RGB, top: RGB, tall: float = 0.88) -> list[Face]:
    """A run of cupboards with doors and a worktop."""
    faces = box(x0, x1, 0, tall, z0, z1, colour) + box(x0, x1, tall, tall + 0.05, z0 - 0.03, z1, top)
    for a in _steps(x0, x1 - 0.3, 0.6):
        b = min(a + 0.55, x1 - 0.04)
        z = z0 - 0.01
        faces.append(
            Face(((a + 0.05, 0.1, z), (b, 0.1, z), (b, tall - 0.08, z), (a + 0.05, tall - 0.08, z)),
                 darker(colour, 1.12), 0.0, 0.3)
        )  # fmt: skip
    return faces


def shelf(x0: float, x1: float, y: float, z: float, sizes: list[tuple[float, RGB]], step: float = 0.15) -> list[Face]:
    """A board on the wall with things on it, each with a height and a colour."""
    faces = box(x0, x1, y - 0.04, y, z - 0.26, z, WOOD)
    for k, (tall, colour) in enumerate(sizes):
        a = x0 + 0.06 + step * k
        if a + step * 0.6 < x1:
            faces += box(a, a + step * 0.62, y, y + tall, z - 0.20, z - 0.08, colour)
    return faces


def picture(x: float, y: float, z: float, wide: float, tall: float, colour: RGB) -> list[Face]:
    """A framed picture on the far wall."""
    a, b, c, d = x - wide / 2, x + wide / 2, y - tall / 2, y + tall / 2
    return [
        *box(a - 0.03, b + 0.03, c - 0.03, d + 0.03, z - 0.03, z, darker(WOOD, 0.6)),
        Face(((a, c, z - 0.04), (b, c, z - 0.04), (b, d, z - 0.04), (a, d, z - 0.04)), CREAM, 0.0, 0.2),
        Face(((a + 0.06, c + 0.06, z - 0.05), (b - 0.06, c + 0.06, z - 0.05), (b - 0.06, d - 0.06, z - 0.05),
              (a + 0.06, d - 0.06, z - 0.05)), colour, 0.0, 0.3),
    ]  # fmt: skip


def door(x: float, z: float, colour: RGB, wide: float = 0.86) -> list[Face]:
    """A panelled door in the far wall."""
    a, b = x - wide / 2, x + wide / 2
    faces = box(a - 0.08, b + 0.08, 0, 2.12, z - 0.03, z, darker(colour, 0.7)) + box(a, b, 0, 2.04, z - 0.05, z, colour)
    for c, d in ((0.15, 0.95), (1.10, 1.9)):
        faces.append(
            Face(((a + 0.13, c, z - 0.06), (b - 0.13, c, z - 0.06), (b - 0.13, d, z - 0.06), (a + 0.13, d, z - 0.06)),
                 darker(colour, 0.85), 0.0, 0.3)
        )  # fmt: skip
    return faces + box(b - 0.11, b - 0.06, 1.0, 1.05, z - 0.11, z - 0.05, STEEL)


def side_door(x: float, z: float, side: int, colour: RGB) -> list[Face]:
    """A door in a side wall, `side` -1 left or 1 right."""
    out = x - side * 0.02
    leaf = ((out, 0, z), (out, 0, z + 0.9), (out, 2.05, z + 0.9), (out, 2.05, z))
    frame = ((out, 0, z - 0.1), (out, 0, z + 1.0), (out, 2.15, z + 1.0), (out, 2.15, z - 0.1))
    knob = box(out - side * 0.06 - 0.02, out - side * 0.06 + 0.02, 1.0, 1.05, z + 0.08, z + 0.14, STEEL)
    return [Face(frame, darker(colour, 0.6), 0.0, 0.1), Face(leaf, colour, 0.0, 0.3), *knob]


def sofa(x: float, z: float, colour: RGB) -> list[Face]:
    """A sofa with its back to the far wall; ``z`` is its back."""
    faces = box(x - 1.0, x + 1.0, 0.30, 0.85, z - 0.25, z, colour)
    faces += box(x - 1.0, x + 1.0, 0.08, 0.42, z - 0.85, z - 0.2, colour)
    for a in (x - 1.15, x + 0.95):
        faces += box(a, a + 0.2, 0.05, 0.60, z - 0.88, z, darker(colour, 0.9))
    for a in (x - 0.92, x + 0.03):
        faces += box(a, a + 0.89, 0.42, 0.50, z - 0.84, z - 0.25, darker(colour, 1.15))
    return faces


def bed(x: float, z: float, colour: RGB) -> list[Face]:
    """A bed with its head to the far wall at ``z``."""
    return (
        box(x - 0.85, x + 0.85, 0, 1.05, z - 0.08, z, WOOD)
        + box(x - 0.8, x + 0.8, 0.12, 0.50, z - 2.0, z - 0.08, CREAM)
        + box(x - 0.83, x + 0.83, 0.10, 0.54, z - 2.02, z - 0.75, colour)
        + [f for a in (x - 0.7, x + 0.08) for f in box(a, a + 0.62, 0.50, 0.66, z - 0.5, z - 0.1, (0.85, 0.83, 0.78))]
    )


def _steps(low: float, high: float, step: float) -> list[float]:
    return [low + step * k for k in range(max(1, int((high - low) / step) + 1)) if low + step * k < high]
