"""Paintings as planes of yuv420p, moved by the camera: near planes move more than far ones."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from starsend.media.slate_card import to_planes

Luma = npt.NDArray[np.uint8]
Frame = tuple[Luma, Luma, Luma]


@dataclass(frozen=True)
class Glance:
    """Where the camera looks: zoom (1 shows all but the margin), and offsets as shares of the painting."""

    zoom: float
    x: float
    y: float


class MovingPlane:
    """A painting, or a cut of one, larger than the frame by a margin.

    Args:
        rgb: ``(height, width, 3)`` uint8, even sides.
        alpha: ``(height, width)`` uint8, or None if it is opaque.
        depth: 0 far to 1 near.
    """

    def __init__(self, rgb: npt.NDArray[np.uint8], alpha: Luma | None, depth: float) -> None:
        self.size = (rgb.shape[1], rgb.shape[0])
        self.pull = 0.55 + 0.75 * depth
        self.box = (0, 0, *self.size)
        self.masks: tuple[Luma, Luma, Luma] | None = None
        if alpha is not None:
            x, y, width, height = cv2.boundingRect(alpha)
            x0, y0 = x // 4 * 4, y // 4 * 4
            self.box = (
                x0,
                y0,
                min(self.size[0], -(-(x + width) // 4) * 4),
                min(self.size[1], -(-(y + height) // 4) * 4),
            )
            window = np.s_[y0 : self.box[3], x0 : self.box[2]]
            rgb, alpha = np.ascontiguousarray(rgb[window]), np.ascontiguousarray(alpha[window])
            half = cv2.resize(alpha, (alpha.shape[1] // 2, alpha.shape[0] // 2), interpolation=cv2.INTER_AREA).astype(
                np.uint8
            )
            self.masks = (alpha, half, half)
        self.planes = to_planes(rgb)
        if self.masks:  # premultiplied, so that one warp and one multiplication lay a plane over the frame
            y_plane, u_plane, v_plane = (
                cv2.multiply(p, m, scale=1 / 255) for p, m in zip(self.planes, self.masks, strict=True)
            )
            self.planes = (y_plane.astype(np.uint8), u_plane.astype(np.uint8), v_plane.astype(np.uint8))

    def draw(self, frame: Frame, glance: Glance, margin: float) -> None:
        """Draw onto a frame as the camera sees it; `margin` is the painting's size over the frame's."""
        height, width = frame[0].shape
        zoom = width / self.size[0] * margin * (1 + (glance.zoom - 1) * self.pull)
        left = width / 2 - zoom * (self.size[0] / 2 + glance.x * self.size[0] * self.pull)
        top = height / 2 - zoom * (self.size[1] / 2 + glance.y * self.size[1] * self.pull)
        x0, x1 = (_even(zoom * self.box[k] + left, width, k) for k in (0, 2))
        y0, y1 = (_even(zoom * self.box[k] + top, height, k) for k in (1, 3))
        if x1 <= x0 or y1 <= y0:
            return
        shift_x, shift_y = zoom * self.box[0] + left - x0, zoom * self.box[1] + top - y0
        for k, step in enumerate((1, 2, 2)):
            move = np.array([[zoom, 0, shift_x / step], [0, zoom, shift_y / step]], np.float32)
            target = frame[k][y0 // step : y1 // step, x0 // step : x1 // step]
            size = (target.shape[1], target.shape[0])
            if self.masks is None:
                target[:] = cv2.warpAffine(
                    self.planes[k], move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                )
                continue
            paint = cv2.warpAffine(self.planes[k], move, size, flags=cv2.INTER_LINEAR)
            clear = cv2.bitwise_not(cv2.warpAffine(self.masks[k], move, size, flags=cv2.INTER_LINEAR))
            cv2.add(cv2.multiply(target, clear, scale=1 / 255), paint, dst=target)


def _even(value: float, limit: int, edge: int) -> int:
    rounded = int(np.floor(value / 2) * 2) if edge < 2 else int(np.ceil(value / 2) * 2)
    return max(0, min(limit, rounded))


def glance_at(move: str, share: float, frame: int) -> Glance:
    """The camera's look at a share (0 to 1) of the shot; `frame` drives the hand-held sway."""
    eased = 0.85 * share * share * (3 - 2 * share) + 0.15 * share
    swing = 0.035 * (2 * eased - 1)
    if move == "handheld":
        return Glance(
            1.04,
            float(0.006 * np.sin(frame * 0.21) + 0.003 * np.sin(frame * 0.53)),
            float(0.006 * np.sin(frame * 0.17 + 1)),
        )
    return {
        "push in": Glance(1 + 0.17 * eased, 0.012 * eased, 0.03 * eased),
        "pull back": Glance(1.17 - 0.17 * eased, 0.012 * (1 - eased), 0.03 * (1 - eased)),
        "pan left": Glance(1.03, -swing, 0), "pan right": Glance(1.03, swing, 0),
        "track left": Glance(1.03, -swing * 1.1, 0), "track right": Glance(1.03, swing * 1.1, 0),
        "arc": Glance(1.04 + 0.03 * eased, swing * 1.1, 0),
        "tilt up": Glance(1.03, 0, -swing), "tilt down": Glance(1.03, 0, swing),
    }.get(move, Glance(1.0 + 0.012 * share, 0, 0))  # fmt: skip
