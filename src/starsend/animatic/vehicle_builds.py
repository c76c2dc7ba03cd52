"""The shapes of vehicles, as cross-sections in metres, and how one stands in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Build:
    """A vehicle's shape, metres. Its nose is at z = length / 2, before turning; sections run from tail to nose.

    Args:
        body: Sections ``(z, height of the shoulder, half width)``.
        cabin: ``(z of rear foot, rear roof, front roof, front foot, roof height, half width of the roof)``.
        axles: z of the wheels.
        wheel_m: Their radius.
        sill_m: Height of the body over the ground.
        bed: For a pickup, ``(z0, z1)`` of the open bed.
        cargo: For a truck, ``(z0, z1, top)`` of the box.
    """

    body: tuple[tuple[float, float, float], ...]
    cabin: tuple[float, float, float, float, float, float]
    axles: tuple[float, ...]
    wheel_m: float
    sill_m: float
    bed: tuple[float, float] | None = None
    cargo: tuple[float, float, float] | None = None


BUILDS: Final[dict[str, Build]] = {
    "car": Build(((-2.3, 0.84, 0.80), (-2.15, 0.95, 0.88), (-1.4, 0.98, 0.91), (0.85, 0.95, 0.91), (2.0, 0.78, 0.87),
                  (2.28, 0.64, 0.78)), (-1.75, -0.95, 0.30, 1.05, 1.44, 0.66), (-1.42, 1.42), 0.33, 0.24),
    "pickup": Build(((-2.7, 1.02, 0.93), (-2.6, 1.06, 0.96), (0.25, 1.08, 0.97), (1.3, 1.08, 0.97), (2.45, 1.04, 0.95),
                     (2.62, 0.90, 0.90)), (-0.55, -0.40, 0.70, 1.30, 1.82, 0.76), (-1.65, 1.72), 0.42, 0.46,
                    bed=(-2.55, -0.60)),
    "van": Build(((-2.5, 1.05, 0.96), (-2.4, 1.10, 0.98), (1.5, 1.10, 0.98), (2.2, 1.02, 0.95), (2.5, 0.78, 0.90)),
                 (-2.45, -2.35, 1.05, 1.95, 2.15, 0.86), (-1.6, 1.65), 0.36, 0.30),
    "bus": Build(((-5.6, 1.25, 1.22), (5.45, 1.25, 1.22), (5.6, 1.15, 1.20)), (-5.58, -5.5, 5.35, 5.52, 3.05, 1.18),
                 (-3.2, 3.6), 0.50, 0.35),
    "truck": Build(((1.5, 1.75, 1.22), (4.0, 1.75, 1.22), (4.2, 1.55, 1.20)), (1.55, 1.7, 3.75, 4.1, 3.15, 1.12),
                   (-4.4, -3.2, 1.9, 3.3), 0.52, 0.55, cargo=(-6.2, 1.2, 3.9)),
}  # fmt: skip


@dataclass(frozen=True)
class Parked:
    """A vehicle in the world: its build, paint, place, heading (0: its tail is to us), lamps."""

    kind: str
    paint: RGB
    x: float
    z: float
    heading: float
    lamps: bool = False
    one_lamp: bool = False
    shadow: bool = True
