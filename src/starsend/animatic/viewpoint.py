"""Where the camera stands, and where things of the world fall in its frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points3 = npt.NDArray[np.float32]
Points2 = npt.NDArray[np.float32]

_NEAR_M = 0.25


@dataclass(frozen=True)
class Viewpoint:
    """A pinhole camera. The world: x to the right, y up, z ahead, in metres; the ground is y = 0, the camera x = z = 0.

    Args:
        width: Of the frame, px.
        height: Of the frame, px.
        focal_px: Focal length.
        eye_m: Height of the camera over the ground.
        pitch: Radians; above 0 looks down.
        centre_x: Where the optical axis meets the frame, px.
        centre_y: The same, down.
        yaw: Radians; above 0 looks to the right.
    """

    width: int
    height: int
    focal_px: float
    eye_m: float
    pitch: float
    centre_x: float
    centre_y: float
    yaw: float = 0.0

    @property
    def horizon_px(self) -> float:
        """The horizon's height in the frame, from the top; may lie outside."""
        return self.centre_y - self.focal_px * float(np.tan(self.pitch))

    def project(self, points: Points3 | list[tuple[float, float, float]]) -> Points2:
        """Project ``(n, 3)`` metres to ``(n, 2)`` pixels; what is behind the camera is pushed just before it."""
        return self._to_frame(self._to_camera(points))

    def polygon(self, points: Points3 | list[tuple[float, float, float]]) -> Points2:
        """Project a flat polygon, cut at the near plane; empty if all of it lies behind."""
        corners = self._to_camera(points)
        kept: list[npt.NDArray[np.float32]] = []
        for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if here[2] >= _NEAR_M:
                kept.append(here)
            if (here[2] >= _NEAR_M) != (there[2] >= _NEAR_M):
                kept.append(here + (there - here) * (_NEAR_M - here[2]) / (there[2] - here[2]))
        return self._to_frame(np.array(kept, np.float32)) if len(kept) > 2 else np.zeros((0, 2), np.float32)

    def scale_at(self, z: float) -> float:
        """Pixels to the metre, at a distance ahead on the ground."""
        depth = z * np.cos(self.pitch) + self.eye_m * np.sin(self.pitch)
        return float(self.focal_px / max(depth, _NEAR_M))

    def ground_rows(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """For each row, ``(distance z of the ground, metres to the pixel)``; both 0 above the horizon."""
        up = (self.centre_y - np.arange(self.height, dtype=np.float32) - 0.5) / self.focal_px
        sin, cos = np.float32(np.sin(self.pitch)), np.float32(np.cos(self.pitch))
        falls = sin - up * cos
        ray = np.where(falls > 1e-4, self.eye_m / np.maximum(falls, 1e-4), 0).astype(np.float32)
        return (ray * (up * sin + cos)).astype(np.float32), (ray / np.float32(self.focal_px)).astype(np.float32)

    def _to_camera(self, points: Points3 | list[tuple[float, float, float]]) -> Points3:
        world = np.asarray(points, np.float32).reshape(-1, 3)
        turn, tilt = (np.cos(self.yaw), np.sin(self.yaw)), (np.cos(self.pitch), np.sin(self.pitch))
        x = world[:, 0] * turn[0] - world[:, 2] * turn[1]
        z = world[:, 0] * turn[1] + world[:, 2] * turn[0]
        y = world[:, 1] - self.eye_m
        return np.stack([x, y * tilt[0] + z * tilt[1], z * tilt[0] - y * tilt[1]], axis=1).astype(np.float32)

    def _to_frame(self, camera: Points3) -> Points2:
        depth = np.maximum(camera[:, 2], _NEAR_M)
        x = self.centre_x + self.focal_px * camera[:, 0] / depth
        y = self.centre_y - self.focal_px * camera[:, 1] / depth
        return np.stack([x, y], axis=1).astype(np.float32)
