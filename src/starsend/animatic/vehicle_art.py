"""A vehicle from its own reference picture, where the picture shows the side that the shot needs."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from starsend.animatic.canvas import Sheet
from starsend.animatic.cutout import Cutout
from starsend.animatic.drapery import Modelling
from starsend.animatic.palette import Palette
from starsend.animatic.solids import Light
from starsend.animatic.vehicle import across, cast_shadow, paint_lamps, paint_vehicle
from starsend.animatic.vehicle_builds import BUILDS, Parked
from starsend.animatic.viewpoint import Viewpoint

_ROOFS_M = {"car": 1.44, "pickup": 1.82, "van": 2.15, "bus": 3.05, "truck": 3.6}
_SMALLEST_SHARE = 0.055  # of the frame's height; below it, drawn lines read better than a shrunken photograph
_LIKENESS = 0.30  # most that the shapes' proportions may differ


def heading_shown(kind: str, art: Cutout) -> float:
    """Radians between straight ahead and the way a picture's vehicle stands, by its proportions; 0 is head on."""
    build, wide = BUILDS[kind], art.rgba.shape[1] / art.rgba.shape[0]
    long = build.body[-1][0] - (build.cargo[0] if build.cargo else build.body[0][0])
    across_m = 2 * max(w for _, _, w in build.body)
    turns = np.linspace(0.08, np.pi / 2, 40)
    ratios = (long * np.sin(turns) + across_m * np.cos(turns)) / _ROOFS_M[kind]
    return float(turns[int(np.argmin(np.abs(ratios - wide)))])


def paint_art(sheet: Sheet, view: Viewpoint, palette: Palette, light: Light, parked: Parked, art: Cutout) -> bool:
    """Paint a vehicle's cut-out where its drawing would stand; False, and nothing, if the views don't agree."""
    if np.cos(parked.heading) > 0.3:  # its tail is to us, and pictures show fronts
        return False
    model = Sheet(view.height, view.width, 0.0)
    paint_vehicle(model, view, palette, light, replace(parked, lamps=False, shadow=False))
    x, y, width, height = cv2.boundingRect(model.alpha)
    wide = art.rgba.shape[1] / art.rgba.shape[0]
    whole = x > 1 and x + width < view.width - 1 and y + height < view.height - 1
    if not whole or height < _SMALLEST_SHARE * view.height or abs(wide * height / width - 1) > _LIKENESS:
        return False
    cast_shadow(sheet, view, palette, parked, BUILDS[parked.kind])
    height = round(width / wide * 0.5 + height * 0.5)
    top = float(y + cv2.boundingRect(model.alpha)[3] - height)
    corners = np.array([(x, top), (x + width, top), (x, top + height)], np.float32)
    mirrored = across(parked) < 0.96 and _nearer_side(art) * float(np.sin(parked.heading)) < 0
    if mirrored:
        corners = np.array([(x + width, top), (x, top), (x + width, top + height)], np.float32)
    level = 0.55 if palette.dark else 0.95
    art.lay(sheet, corners, Modelling(palette, light.toward[0], -0.6, level, 0.4, light.ink_px), level)
    if parked.lamps:
        paint_lamps(sheet, view, palette, parked, BUILDS[parked.kind])
    return True


def _nearer_side(art: Cutout) -> int:
    """The side of a picture where the vehicle comes toward us: it reaches lower there. 1 right, -1 left."""
    solid = art.rgba[..., 3] > 128
    lowest = solid.shape[0] - np.argmax(solid[::-1], axis=0)
    end = max(2, solid.shape[1] // 5)
    return 1 if float(lowest[-end:].mean()) >= float(lowest[:end].mean()) else -1
