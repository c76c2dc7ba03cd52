"""Things with flat faces, in perspective: boxes, walls, vehicles. Far faces first, each toned by the light, inked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Colour, Sheet, mix
from starsend.animatic.palette import Palette
from starsend.animatic.viewpoint import Viewpoint

Corner = tuple[float, float, float]


@dataclass(frozen=True)
class Face:
    """A flat polygon in metres. `glow` above 0 is lit from within; `nearer` metres settle ties with its wall."""

    corners: tuple[Corner, ...]
    colour: tuple[float, float, float]
    glow: float = 0.0
    nearer: float = 0.0
    inked: bool = True


@dataclass(frozen=True)
class Light:
    """Where the light comes from, a unit vector, and how the faces are inked."""

    toward: tuple[float, float, float]
    ink_px: float


def box(
    x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, colour: tuple[float, float, float]
) -> list[Face]:
    """A box standing square to the axes; its far side is left out."""
    return [
        Face(((x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)), colour),
        Face(((x0, y0, z1), (x0, y0, z0), (x0, y1, z0), (x0, y1, z1)), colour),
        Face(((x1, y0, z0), (x1, y0, z1), (x1, y1, z1), (x1, y1, z0)), colour),
        Face(((x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)), colour),
    ]


def turned(faces: Iterable[Face], x: float, z: float, heading: float) -> list[Face]:
    """Turn faces about the upright axis by `heading` radians, then set them down at (x, z)."""
    cos, sin = float(np.cos(heading)), float(np.sin(heading))

    def place(corner: Corner) -> Corner:
        return (x + corner[0] * cos + corner[2] * sin, corner[1], z - corner[0] * sin + corner[2] * cos)

    return [Face(tuple(place(c) for c in f.corners), f.colour, f.glow, f.nearer, f.inked) for f in faces]


def paint_faces(sheet: Sheet, view: Viewpoint, palette: Palette, light: Light, faces: Iterable[Face]) -> None:
    """Paint faces from far to near; those that turn their back are left out if they are part of a closed body."""
    eye = np.array([0.0, view.eye_m, 0.0], np.float32)
    seen: list[tuple[float, Face, npt.NDArray[np.float32]]] = []
    for face in faces:
        corners = np.asarray(face.corners, np.float32)
        middle = corners.mean(axis=0)
        seen.append((float(np.linalg.norm(middle - eye)) - face.nearer, face, _normal(corners, eye - middle)))
    for distance, face, normal in sorted(seen, key=lambda each: -each[0]):
        outline = view.polygon(np.asarray(face.corners, np.float32))
        if len(outline) < 3 or not _in_frame(outline, view):
            continue
        sheet.fill(outline, face_tone(face, normal, palette, light, distance))
        if face.inked and light.ink_px > 0:
            sheet.line(outline, mix(palette.shadow, palette.haze, min(0.6, distance / 220)), light.ink_px, closed=True)


def face_tone(face: Face, normal: npt.NDArray[np.float32], palette: Palette, light: Light, distance: float) -> Colour:
    """The colour of a face: its own, by how it meets the light, through the air between."""
    facing = float(np.dot(normal, np.asarray(light.toward, np.float32)))
    tone = palette.lit(face.colour, float(np.clip(0.42 + 0.55 * facing, 0.02, 1.0)))
    if face.glow:
        tone = mix(tone, face.colour, face.glow)
    return palette.far(tone, distance * (1 - face.glow * 0.6))


def _normal(corners: npt.NDArray[np.float32], to_eye: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    cross = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    normal = cross / (np.linalg.norm(cross) + 1e-9)
    return np.asarray(normal if float(np.dot(normal, to_eye)) >= 0 else -normal, np.float32)


def _in_frame(outline: npt.NDArray[np.float32], view: Viewpoint) -> bool:
    low, high = outline.min(axis=0), outline.max(axis=0)
    return bool(high[0] > 0 and high[1] > 0 and low[0] < view.width and low[1] < view.height)
