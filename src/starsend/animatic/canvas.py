"""A transparent sheet to draw on: filled shapes, ink lines, soft light. Sheets are stacked by depth."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Colour = tuple[float, float, float] | npt.NDArray[np.float32]
Points = npt.NDArray[np.float32] | Sequence[tuple[float, float]]
Mask = npt.NDArray[np.float32]

_SHIFT = 4  # cv2 takes sixteenths of a pixel
_FAR = 20_000.0  # px; cv2's fixed point overflows beyond


def mix(first: Colour, second: Colour, share: float) -> npt.NDArray[np.float32]:
    """`share` of the second colour in the first."""
    a, b = np.asarray(first, np.float32), np.asarray(second, np.float32)
    return (a + (b - a) * np.float32(share)).astype(np.float32)


def fixed(points: Points) -> npt.NDArray[np.int32]:
    """Pixels as cv2's fixed-point polygon, shape ``(n, 1, 2)``."""
    array = np.clip(np.asarray(points, np.float32).reshape(-1, 1, 2), -_FAR, _FAR)
    fixed_point: npt.NDArray[np.int32] = np.round(array * 2**_SHIFT).astype(np.int32)
    return fixed_point


def smooth(points: Points, steps: int = 8, closed: bool = True) -> npt.NDArray[np.float32]:
    """A Catmull-Rom curve through the points: ``(n, 2)`` float32."""
    knots = np.asarray(points, np.float32)
    if not closed:
        knots = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = (np.arange(steps, dtype=np.float32) / steps)[:, None]
    count = len(knots)
    spans = range(count) if closed else range(1, count - 2)
    curve = []
    for i in spans:
        a, b, c, d = knots[i - 1], knots[i], knots[(i + 1) % count], knots[(i + 2) % count]
        curve.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3))
    if not closed:
        curve.append(knots[-2][None])
    return np.vstack(curve).astype(np.float32)


def tube(points: Points, radii: Sequence[float], steps: int = 6) -> npt.NDArray[np.float32]:
    """The outline of a limb: a smooth line through the points, thick as the radii there, with round ends."""
    line = smooth(points, steps, closed=False)
    along = np.linspace(0, len(radii) - 1, len(line))
    radius = np.interp(along, np.arange(len(radii)), radii)[:, None]
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-6
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    turn = np.linspace(0, np.pi, 6)[1:-1, None]
    end = line[-1] + (np.cos(turn) * normal[-1] + np.sin(turn) * tangent[-1]) * radius[-1]
    start = line[0] + (-np.cos(turn) * normal[0] - np.sin(turn) * tangent[0]) * radius[0]
    return np.vstack([line + normal * radius, end, (line - normal * radius)[::-1], start]).astype(np.float32)


class Sheet:
    """A layer of straight RGBA, uint8; its depth runs from 0, far, to 1, near."""

    def __init__(self, height: int, width: int, depth: float) -> None:
        self.rgb = np.zeros((height, width, 3), np.uint8)
        self.alpha = np.zeros((height, width), np.uint8)
        self.depth = depth

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.alpha.shape[0])

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.alpha.shape[1])

    def fill(self, points: Points, colour: Colour, opacity: float = 1.0) -> None:
        """Fill a polygon with smooth edges."""
        if len(points) < 3:
            return
        polygon = fixed(points)
        if opacity >= 1.0:
            cv2.fillPoly(self.rgb, [polygon], _bytes(colour), cv2.LINE_AA, _SHIFT)
            cv2.fillPoly(self.alpha, [polygon], 255, cv2.LINE_AA, _SHIFT)
            return
        box = self._box(np.asarray(points, np.float32))
        if box is None:
            return
        x0, y0, x1, y1 = box
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        cv2.fillPoly(mask, [fixed(np.asarray(points, np.float32) - (x0, y0))], 255, cv2.LINE_AA, _SHIFT)
        self.blend(mask.astype(np.float32) * np.float32(opacity / 255), colour, (x0, y0))

    def line(self, points: Points, colour: Colour, width_px: float, closed: bool = False) -> None:
        """Draw an ink line."""
        if len(points) < 2:
            return
        thick = max(1, round(width_px))
        path = [fixed(points)]
        cv2.polylines(self.rgb, path, closed, _bytes(colour), thick, cv2.LINE_AA, _SHIFT)
        cv2.polylines(self.alpha, path, closed, 255, thick, cv2.LINE_AA, _SHIFT)

    def blend(self, mask: Mask, colour: Colour, at: tuple[int, int] = (0, 0)) -> None:
        """Lay a colour, or a picture of the mask's size, over the sheet; mask from 0 to 1, its corner at ``(x, y)``."""
        x, y = at
        window = np.s_[y : y + mask.shape[0], x : x + mask.shape[1]]
        under = self.alpha[window].astype(np.float32) * np.float32(1 / 255) * (1 - mask)
        total = mask + under
        share = (mask / np.maximum(total, 1e-4))[..., None]
        over = np.asarray(colour, np.float32) * np.float32(255)
        below = self.rgb[window].astype(np.float32)
        self.rgb[window] = np.clip(below + (over - below) * share, 0, 255).astype(np.uint8)
        self.alpha[window] = np.clip(total * 255, 0, 255).astype(np.uint8)

    def glow(self, x: float, y: float, radius_x: float, radius_y: float, colour: Colour, strength: float = 1.0) -> None:
        """Lay a soft round light that fades to nothing at three radii."""
        box = self._box(np.array([(x - 3 * radius_x, y - 3 * radius_y), (x + 3 * radius_x, y + 3 * radius_y)]))
        if box is None:
            return
        x0, y0, x1, y1 = box
        across = ((np.arange(x0, x1, dtype=np.float32) - x) / max(radius_x, 0.5)) ** 2
        down = ((np.arange(y0, y1, dtype=np.float32) - y) / max(radius_y, 0.5)) ** 2
        reach = np.sqrt(down[:, None] + across[None])
        light = np.clip(np.exp(-1.6 * reach) - np.float32(0.0083), 0, 1)
        self.blend(np.clip(light * np.float32(strength), 0, 1).astype(np.float32), colour, (x0, y0))

    def soft(self, points: Points, colour: Colour, opacity: float, blur_px: float) -> None:
        """Fill a polygon with blurred edges."""
        array = np.asarray(points, np.float32)
        reach = blur_px * 3 + 2
        box = self._box(np.vstack([array - reach, array + reach]))
        if box is None:
            return
        x0, y0, x1, y1 = box
        scale = max(1.0, blur_px / 3)  # a blur needs no more pixels than that
        small = np.zeros((int((y1 - y0) / scale) + 2, int((x1 - x0) / scale) + 2), np.uint8)
        cv2.fillPoly(small, [fixed((array - (x0, y0)) / scale)], 255, cv2.LINE_AA, _SHIFT)
        blurred = cv2.GaussianBlur(small, (0, 0), max(0.4, blur_px / scale))
        mask = cv2.resize(blurred, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)[: y1 - y0, : x1 - x0]
        self.blend(mask.astype(np.float32) * np.float32(opacity / 255), colour, (x0, y0))

    def _box(self, points: npt.NDArray[np.float32]) -> tuple[int, int, int, int] | None:
        x0, y0 = np.floor(points.min(axis=0)).astype(int)
        x1, y1 = np.ceil(points.max(axis=0)).astype(int) + 1
        box = (max(0, int(x0)), max(0, int(y0)), min(self.width, int(x1)), min(self.height, int(y1)))
        return box if box[2] > box[0] and box[3] > box[1] else None


def _bytes(colour: Colour) -> tuple[float, float, float]:
    r, g, b = (float(min(max(part, 0.0), 1.0)) * 255 for part in np.asarray(colour, np.float32))
    return r, g, b


def flatten(sheets: Sequence[Sheet]) -> npt.NDArray[np.uint8]:
    """Lay the sheets on each other, the first below: ``(height, width, 3)`` uint8."""
    picture = sheets[0].rgb.copy()
    for sheet in sheets[1:]:
        lay_over(picture, sheet)
    return picture


def lay_over(picture: npt.NDArray[np.uint8], sheet: Sheet) -> None:
    """Lay one sheet over an opaque picture, in place, where the sheet has anything."""
    x, y, width, height = cv2.boundingRect(sheet.alpha)
    if not width:
        return
    window = np.s_[y : y + height, x : x + width]
    share = sheet.alpha[window].astype(np.float32)[..., None] * np.float32(1 / 255)
    below = picture[window].astype(np.float32)
    picture[window] = (below + (sheet.rgb[window].astype(np.float32) - below) * share + 0.5).astype(np.uint8)
