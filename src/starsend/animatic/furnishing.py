"""What stands in each kind of room, and where its lamps hang."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from starsend.animatic import furniture as piece
from starsend.animatic.furniture import CREAM, RED, RGB, STEEL, WOOD, darker
from starsend.animatic.solids import Face, box
from starsend.animatic.staging import Staging

_BOOKS: Final[tuple[RGB, ...]] = (
    (0.50, 0.16, 0.14), (0.20, 0.30, 0.42), (0.62, 0.52, 0.30), (0.24, 0.36, 0.28), (0.55, 0.50, 0.44),
)  # fmt: skip
_BOTTLES: Final[tuple[RGB, ...]] = ((0.20, 0.42, 0.24), (0.62, 0.36, 0.12), (0.70, 0.62, 0.40), (0.30, 0.18, 0.10))


@dataclass
class Room:
    """A room: left and right wall, far wall, ceiling, all in metres; whose side is which; and its lamps ``(x, y, z)``.

    Args:
        open_side: -1 or 1: the side where the subject leaves more wall.
        seat_x: Where the subject sits or stands.
        seat_z: How far away.
        facing: Which way along x a seated subject looks.
        window: Left end, width, sill and head of the far window.
    """

    x0: float
    x1: float
    back: float
    tall: float
    open_side: int
    seat_x: float
    seat_z: float
    facing: int
    window: tuple[float, float, float, float] | None
    faces: list[Face] = field(default_factory=list)
    lamps: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def empty_x(self) -> tuple[float, float]:
        """The far wall's free stretch, away from the window."""
        if self.window is None:
            return self.x0, self.x1
        left, wide = self.window[0], self.window[1]
        return (left + wide + 0.15, self.x1) if self.x1 - left - wide > left - self.x0 else (self.x0, left - 0.15)


def furnish(room: Room, kind: str, staging: Staging, chance: np.random.Generator) -> None:
    """Put furniture and lamps into a room; those that belong to the seat are in the same place for every kind."""
    _SETS.get(kind, _kitchen)(room, chance)
    if staging.brief.seated and kind not in ("diner", "bar"):
        room.faces += piece.chair(room.seat_x, room.seat_z + 0.12, room.facing, WOOD)
        room.faces += piece.chair(room.seat_x + room.facing * 1.5, room.seat_z + 0.12, -room.facing, WOOD)
        room.faces += piece.table(room.seat_x + room.facing * 0.80, room.seat_z + 0.15, 0.85, 0.9, WOOD)


def _books(chance: np.random.Generator, many: int, palette: tuple[RGB, ...], tall: float) -> list[tuple[float, RGB]]:
    return [(tall * float(chance.uniform(0.7, 1.15)), palette[int(chance.integers(len(palette)))]) for _ in range(many)]


def _diner(room: Room, _chance: np.random.Generator) -> None:
    z0, z1 = room.seat_z + 0.04, room.back - 0.05
    pitch = 2.25
    for k in (-2, -1, 0, 1, 2):
        x = room.seat_x + k * pitch * room.facing
        if not room.x0 - 0.6 < x < room.x1 + 0.6:
            continue
        room.faces += piece.bench(x, room.facing, z0, z1, RED)
        room.faces += piece.bench(x + room.facing * 1.42, -room.facing, z0, z1, RED)
        room.faces += piece.pedestal_table(x + room.facing * 0.72, z0 - 0.02, z1, 0.62, CREAM)
        room.faces += _setting(x + room.facing * 0.72, (z0 + z1) / 2)
        room.lamps.append((x + room.facing * 0.72, 1.80, (z0 + z1) / 2))
    wall = room.x1 - 0.05 if room.open_side > 0 else room.x0 + 0.05
    far, near = wall - room.open_side * 0.05, wall - room.open_side * 0.62
    a, b = min(far, near), max(far, near)
    room.faces += box(a, b, 0.0, 1.0, 1.2, room.seat_z - 0.6, (0.34, 0.40, 0.42))
    room.faces += box(a - 0.06, b + 0.06, 1.0, 1.06, 1.2, room.seat_z - 0.55, STEEL)
    for z in np.arange(room.seat_z - 1.0, 1.6, -0.75):
        room.faces += piece.stool(near - room.open_side * 0.38, float(z), RED)


def _setting(x: float, z: float) -> list[Face]:
    """Napkins, sugar and ketchup on a table."""
    return (
        box(x - 0.07, x + 0.07, 0.76, 0.90, z + 0.14, z + 0.22, STEEL)
        + box(x + 0.10, x + 0.15, 0.76, 0.93, z + 0.15, z + 0.20, (0.62, 0.10, 0.08))
        + box(x - 0.16, x - 0.11, 0.76, 0.86, z + 0.15, z + 0.20, (0.86, 0.85, 0.80))
    )


def _bar(room: Room, chance: np.random.Generator) -> None:
    z = room.back
    for y in (1.25, 1.62, 1.99):
        bottles = _books(chance, int((room.x1 - room.x0 - 0.8) / 0.13), _BOTTLES, 0.17)
        room.faces += piece.shelf(room.x0 + 0.4, room.x1 - 0.4, y, z, bottles, 0.13)
        for k, (tall, colour) in enumerate(bottles):  # their necks
            x = room.x0 + 0.4 + 0.06 + 0.13 * k + 0.025
            room.faces += box(x, x + 0.03, y + tall, y + tall + 0.10, z - 0.16, z - 0.12, colour)
    room.faces += piece.cupboards(room.x0, room.x1, z - 0.5, z, darker(WOOD, 0.8), darker(WOOD, 0.6), 0.85)
    front = max(room.seat_z + 0.35, z - 1.6)
    room.faces += box(room.x0, room.x1, 0, 1.04, front, front + 0.5, darker(WOOD, 0.9))
    room.faces += box(room.x0, room.x1, 1.04, 1.10, front - 0.12, front + 0.55, (0.30, 0.17, 0.10))
    for x in np.arange(room.x0 + 0.6, room.x1, 0.95):
        if abs(x - room.seat_x) > 0.5:
            room.faces += piece.stool(float(x), front - 0.42, RED)
        room.lamps.append((float(x) + 0.4, 1.95, front + 0.2))
    room.faces += piece.stool(room.seat_x, room.seat_z + 0.02, RED)


def _kitchen(room: Room, chance: np.random.Generator) -> None:
    a, b = room.empty_x
    z = room.back
    window = room.window
    run = (room.x0, room.x1 - 0.85) if room.open_side > 0 else (room.x0 + 0.85, room.x1)
    room.faces += piece.cupboards(*run, z - 0.6, z, (0.56, 0.57, 0.48), WOOD)
    fridge = room.x1 - 0.8 if room.open_side > 0 else room.x0
    room.faces += box(fridge, fridge + 0.78, 0, 1.15, z - 0.68, z, (0.72, 0.72, 0.67)) + box(
        fridge, fridge + 0.78, 1.17, 1.80, z - 0.68, z, (0.72, 0.72, 0.67)
    )
    if b - a > 0.9:
        low = a + 0.1 if fridge > a + 0.5 else max(a + 0.1, fridge + 0.9)
        high = min(b - 0.1, fridge - 0.1) if fridge > a + 0.5 else b - 0.1
        for y in (1.50, 1.88):
            room.faces += piece.shelf(low, high, y, z, _books(chance, 14, (*_BOTTLES, CREAM, STEEL), 0.17))
    stove = (window[0] + window[1] / 2) if window else (run[0] + run[1]) / 2
    room.faces += box(stove - 0.12, stove + 0.12, 0.93, 1.10, z - 0.42, z - 0.2, STEEL)  # a kettle
    room.faces += box(stove + 0.5, stove + 0.66, 0.93, 1.16, z - 0.36, z - 0.2, (0.62, 0.36, 0.22))
    room.lamps.append((room.seat_x + room.facing * 0.6, 1.78, room.seat_z + 0.2))


def _living(room: Room, chance: np.random.Generator) -> None:
    a, b = room.empty_x
    middle, z = (a + b) / 2, room.back
    room.faces += piece.sofa(middle, z - 0.1, (0.36, 0.42, 0.40))
    room.faces += piece.picture(middle - 0.35, 1.62, z, 0.75, 0.55, (0.40, 0.46, 0.44))
    room.faces += piece.picture(middle + 0.45, 1.68, z, 0.42, 0.42, (0.56, 0.42, 0.30))
    wall = room.x1 if room.open_side < 0 else room.x0
    inner = wall - 0.35 if wall > room.seat_x else wall
    for y in (0.45, 0.85, 1.25, 1.65):
        for z0 in np.arange(max(1.8, room.seat_z - 0.4), z - 0.9, 0.16):
            tall = 0.27 * float(chance.uniform(0.7, 1.1))
            tone = _BOOKS[int(chance.integers(len(_BOOKS)))]
            room.faces += box(inner, inner + 0.33, y, y + tall, float(z0), float(z0) + 0.12, tone)
        room.faces += box(inner, inner + 0.35, y - 0.05, y, max(1.7, room.seat_z - 0.5), z - 0.8, WOOD)
    room.faces += piece.table(middle, z - 1.35, 1.0, 0.5, WOOD, 0.42)
    lamp = b - 0.25 if middle < room.seat_x else a + 0.25
    room.faces += box(lamp - 0.02, lamp + 0.02, 0, 1.5, z - 0.5, z - 0.46, darker(STEEL, 0.4))
    room.lamps.append((lamp, 1.52, z - 0.48))


def _bedroom(room: Room, chance: np.random.Generator) -> None:
    a, b = room.empty_x
    middle = float(np.clip((a + b) / 2, room.x0 + 1.3, room.x1 - 1.3))
    room.faces += piece.bed(middle, room.back, _BOOKS[1 + int(chance.integers(2))])
    room.faces += piece.picture(middle, 1.65, room.back, 0.9, 0.5, (0.44, 0.50, 0.52))
    for x in (middle - 1.15, middle + 1.15):
        room.faces += piece.cupboards(x - 0.22, x + 0.22, room.back - 0.42, room.back, WOOD, WOOD, 0.5)
        room.lamps.append((x, 0.86, room.back - 0.22))


def _office(room: Room, chance: np.random.Generator) -> None:
    z = room.back
    a, b = room.empty_x
    room.faces += piece.cupboards(a + 0.1, min(a + 1.1, b), z - 0.45, z, darker(STEEL, 0.75), STEEL, 1.25)
    for y in (1.55, 1.92):
        room.faces += piece.shelf(a + 0.1, b - 0.1, y, z, _books(chance, 20, _BOOKS, 0.26), 0.11)
    x = room.seat_x - room.facing * 1.5
    room.faces += piece.table(x, z - 0.75, 1.5, 0.7, (0.50, 0.42, 0.34))
    room.faces += box(x - 0.28, x + 0.28, 0.88, 1.24, z - 0.66, z - 0.62, (0.07, 0.08, 0.10)) + box(
        x - 0.06, x + 0.06, 0.74, 0.9, z - 0.64, z - 0.60, (0.2, 0.2, 0.2)
    )
    glass = ((x - 0.25, 0.91, z - 0.67), (x + 0.25, 0.91, z - 0.67), (x + 0.25, 1.21, z - 0.67),
             (x - 0.25, 1.21, z - 0.67))  # fmt: skip
    room.faces.append(Face(glass, (0.55, 0.72, 0.85), 0.8, 0.4))
    room.lamps.append((x + 0.55, 1.12, z - 0.7))
    room.lamps.append((room.seat_x, 2.25, room.seat_z + 0.3))


def _corridor(room: Room, _chance: np.random.Generator) -> None:
    for wall, side in ((room.x0, -1), (room.x1, 1)):
        for k, z in enumerate(np.arange(1.6 + (0.8 if side > 0 else 0), room.back - 1.2, 2.1)):
            room.faces += piece.side_door(wall, float(z), side, (0.42, 0.34, 0.27) if k % 3 else (0.48, 0.36, 0.26))
    room.faces += piece.door((room.x0 + room.x1) / 2, room.back, (0.46, 0.36, 0.26))
    for z in np.arange(1.4, room.back, 2.4):
        room.lamps.append(((room.x0 + room.x1) / 2, room.tall - 0.16, float(z)))


_SETS: Final[dict[str, Callable[[Room, np.random.Generator], None]]] = {
    "diner": _diner, "bar": _bar, "kitchen": _kitchen, "living": _living, "bedroom": _bedroom, "office": _office,
    "corridor": _corridor,
}  # fmt: skip
