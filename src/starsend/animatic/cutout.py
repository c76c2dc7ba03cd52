"""Takes the subject out of a reference picture, and its colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from starsend.animatic.canvas import Sheet, mix
from starsend.animatic.drapery import Modelling
from starsend.animatic.wardrobe import RGB
from starsend.errors import MediaError

_WORK_PX = 320  # GrabCut at this size takes about a second
_LARGEST_PX = 1200


@dataclass(frozen=True, eq=False)
class Cutout:
    """A subject without its background: RGBA uint8, its strongest colours, whether it is a whole figure."""

    rgba: npt.NDArray[np.uint8]
    colours: tuple[RGB, ...]
    whole: bool

    def paint(
        self, sheet: Sheet, x: float, crown_y: float, height_px: float, modelling: Modelling, facing: int
    ) -> None:
        """Paint it where a figure of that height would stand, in the light of the scene."""
        rgba = self.rgba if facing > 0 else self.rgba[:, ::-1]
        tall = height_px if self.whole else height_px * 0.36  # else it is taken for head and shoulders
        scale = tall / rgba.shape[0]
        size = (max(2, round(rgba.shape[1] * scale)), max(2, round(tall)))
        size = (min(size[0], sheet.width * 4), min(size[1], sheet.height * 8))
        left, top = x - size[0] / 2, crown_y
        move = np.array([[scale, 0, left], [0, scale, top]], np.float32)
        canvas = (sheet.width, sheet.height)
        premultiplied = cv2.convertScaleAbs(rgba[..., :3].astype(np.float32) * (rgba[..., 3:].astype(np.float32) / 255))
        colour = cv2.warpAffine(premultiplied, move, canvas, flags=cv2.INTER_AREA if scale < 0.5 else cv2.INTER_LINEAR)
        alpha = (
            cv2.warpAffine(np.ascontiguousarray(rgba[..., 3]), move, canvas, flags=cv2.INTER_LINEAR).astype(np.float32)
            / 255
        )
        straight = colour.astype(np.float32) / 255 / np.maximum(alpha, 0.02)[..., None]
        palette = modelling.palette
        shade = palette.lit((0.9, 0.9, 0.9), modelling.level) * np.float32(1.05)
        shift = np.array(
            [[1, 0, -modelling.light_x * height_px * 0.006], [0, 1, -modelling.light_y * height_px * 0.006]], np.float32
        )
        rim = np.clip(alpha - cv2.warpAffine(alpha, shift, canvas), 0, 1)[..., None] * np.float32(modelling.rim)
        lit = np.clip(straight, 0, 1) * shade
        sheet.blend(np.asarray(alpha, np.float32), np.asarray(lit + (palette.key - lit) * rim, np.float32))

    def lay(self, sheet: Sheet, corners: npt.NDArray[np.float32], modelling: Modelling, level: float) -> None:
        """Lay it flat so that its top left, top right and bottom left fall on `corners` (px), lit by `level`."""
        height, width = self.rgba.shape[:2]
        shrink = min(1.0, 1.5 * float(np.linalg.norm(corners[2] - corners[0])) / height)
        rgba = cv2.resize(self.rgba, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.uint8)
        height, width = rgba.shape[:2]
        source = np.array([(0, 0), (width, 0), (0, height)], np.float32)
        move = cv2.getAffineTransform(source, np.asarray(corners, np.float32))
        warped = cv2.warpAffine(_premultiplied(rgba), move, (sheet.width, sheet.height), flags=cv2.INTER_LINEAR)
        alpha = warped[..., 3].astype(np.float32) * np.float32(1 / 255)
        straight = warped[..., :3].astype(np.float32) * np.float32(1 / 255) / np.maximum(alpha, 0.02)[..., None]
        palette = modelling.palette
        shade = palette.lit((0.9, 0.9, 0.9), level) * np.float32(1.05)
        if level >= 1.0 and palette.dark:  # it gives light of its own
            shade = mix(shade, (0.95, 0.95, 0.95), 0.75)
            middle = np.asarray(corners, np.float32)[1:].mean(axis=0)
            reach = float(np.linalg.norm(corners[2] - corners[0])) * 0.45
            sheet.glow(float(middle[0]), float(middle[1]), reach * 0.8, reach, self.colours[0], 0.40)
        sheet.blend(alpha, np.asarray(np.clip(straight, 0, 1) * shade, np.float32))
        outline, _ = cv2.findContours((alpha > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for each in outline:
            sheet.line(each[:, 0].astype(np.float32), palette.shadow * np.float32(0.7), modelling.ink_px, closed=True)


def _premultiplied(rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    share = rgba[..., 3:].astype(np.float32) * np.float32(1 / 255)
    colour = (rgba[..., :3].astype(np.float32) * share).astype(np.uint8)
    return np.dstack([colour, rgba[..., 3]])


@lru_cache(maxsize=16)
def cut_out(image: Path) -> Cutout | None:
    """Cut the subject out of a picture: by its alpha, off a plain backdrop, or by GrabCut; None if nothing is.

    Raises:
        MediaError: If the picture can't be read.
    """
    rgba = _read(image)
    if int(rgba[..., 3].min()) > 200:
        rgba[..., 3] = _matte(rgba[..., :3])
    x, y, width, height = cv2.boundingRect((rgba[..., 3] > 100).astype(np.uint8))
    covered = float((rgba[..., 3] > 100).mean())
    sides = (rgba[0], rgba[:, 0], rgba[:, -1], rgba[-1])
    torn = sum(float((side[..., 3] > 100).mean()) > 0.3 for side in sides) > 2  # a backdrop, not a subject
    if width < 8 or height < 8 or not 0.02 < covered < 0.9 or torn:
        return None
    rgba = np.ascontiguousarray(rgba[y : y + height, x : x + width])
    return Cutout(rgba, _strongest(rgba[rgba[..., 3] > 150][:, :3]), height > 1.9 * width)


@lru_cache(maxsize=32)
def colours_of(image: Path) -> tuple[RGB, ...]:
    """The strongest colours of a picture's subject, the first most so; RGB from 0 to 1."""
    art = cut_out(image)
    return art.colours if art else _strongest(_read(image)[..., :3].reshape(-1, 3))


def _read(image: Path) -> npt.NDArray[np.uint8]:
    try:
        with Image.open(image) as opened:
            opened.thumbnail((_LARGEST_PX, _LARGEST_PX))
            return np.array(opened.convert("RGBA"))
    except (OSError, ValueError) as error:
        raise MediaError(f"{image.name}: not a readable picture", remedy=f"replace {image}") from error


def _matte(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    border = np.concatenate([rgb[:4].reshape(-1, 3), rgb[:, :4].reshape(-1, 3), rgb[:, -4:].reshape(-1, 3)]).astype(
        np.float32
    )
    if float(border.std(axis=0).max()) < 16:  # a plain backdrop
        off = np.abs(rgb.astype(np.float32) - np.median(border, axis=0)).max(axis=2)
        mask = (off > 24).astype(np.uint8) * 255
    else:
        mask = _grab(rgb)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    shapes, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    solid = np.zeros_like(mask)
    if shapes:
        cv2.drawContours(solid, [max(shapes, key=cv2.contourArea)], -1, 255, -1)  # filled: a cut-out has no holes
    return cv2.GaussianBlur(cv2.erode(solid, np.ones((3, 3), np.uint8)), (0, 0), 1.0).astype(np.uint8)


def _grab(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    scale = min(1.0, _WORK_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    cv2.setRNGSeed(1)  # GrabCut's clusters start at random
    frame = (int(width * 0.06), int(height * 0.03), int(width * 0.88), int(height * 0.97))
    cv2.grabCut(
        cv2.cvtColor(small, cv2.COLOR_RGB2BGR),
        mask,
        frame,
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        3,
        cv2.GC_INIT_WITH_RECT,
    )
    found = np.where((mask == 1) | (mask == 3), 255, 0).astype(np.uint8)
    return cv2.resize(found, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def _strongest(pixels: npt.NDArray[np.uint8]) -> tuple[RGB, ...]:
    """Up to three colours by how many pixels have them and how vivid they are."""
    if len(pixels) < 16:
        return ()
    sample = pixels[:: max(1, len(pixels) // 4000)].astype(np.float32)
    cells: dict[tuple[int, ...], list[npt.NDArray[np.float32]]] = {}
    for pixel in sample:
        cells.setdefault(tuple(int(part) // 52 for part in pixel), []).append(pixel)
    scored = []
    for members in cells.values():
        mean = np.mean(members, axis=0) / 255
        vivid = float(mean.max() - mean.min())
        scored.append((len(members) * (0.15 + vivid), (float(mean[0]), float(mean[1]), float(mean[2]))))
    return tuple(colour for _, colour in sorted(scored, reverse=True)[:3])
