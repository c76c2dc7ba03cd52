"""Reference pictures of elements, as a client would send them: a figure, a vehicle or a prop on a plain backdrop."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from starsend.animatic.brief import read_brief
from starsend.animatic.canvas import Sheet, flatten
from starsend.animatic.cast import Cast, assemble
from starsend.animatic.drapery import Modelling
from starsend.animatic.figure import HEADS, Stance, paint_figure
from starsend.animatic.finish import finish
from starsend.animatic.noise import generator
from starsend.animatic.orders import ElementSketch
from starsend.animatic.palette import palette_for
from starsend.animatic.props import paint_object
from starsend.animatic.scene import build_scene
from starsend.animatic.solids import Light
from starsend.animatic.vehicle import paint_vehicle
from starsend.animatic.vehicle_builds import Parked
from starsend.animatic.viewpoint import Viewpoint
from starsend.animatic.wardrobe import read_wardrobe
from starsend.animatic.weather import fall_still
from starsend.media.picture import save_png

_BACKDROP = (0.90, 0.89, 0.87)


def draw_element(
    kind: str,
    description: str,
    view: Literal["front", "side", "back"],
    seed: str,
    destination: Path,
    size_px: int = 768,
) -> None:
    """Draw an element from one side, as a square PNG of `size_px`; places and weather fill the picture."""
    cv2.setNumThreads(1)
    chance = generator(kind, description, view, seed)
    element = ElementSketch("it", kind, description, None)
    brief = read_brief(f"@it {description}", "", (element,))
    if kind.lower() in ("place", "location", "set", "weather"):
        scene = build_scene(
            brief, Cast((), (), None, None) if not brief.people else assemble(brief), 0, chance, size_px, size_px
        )
        picture = fall_still(flatten(scene.sheets), scene.staging.brief, scene.palette, chance)
        save_png(finish(picture, "ink", chance), destination)
        return
    backdrop = Sheet(size_px, size_px, 0.0)
    backdrop.fill([(-1, -1), (size_px + 1, -1), (size_px + 1, size_px + 1), (-1, size_px + 1)], _BACKDROP)
    sheet = Sheet(size_px, size_px, 0.5)
    if brief.people or kind.lower() == "character":
        _figure(sheet, description, view, size_px)
    elif brief.vehicle:
        _vehicle(sheet, brief.vehicle, assemble(brief), view, "one lamp" in brief.effects, size_px)
    else:
        palette = palette_for("day", "room")
        light = Modelling(palette, -0.6, -0.6, 0.85, 0.3, max(1.0, size_px / 400))
        paint_object(sheet, brief.things[0] if brief.things else "phone", (size_px / 2, size_px * 0.54), size_px, light)
    drawn = finish(flatten([backdrop, sheet]), "ink", chance, vignette=False)
    off = cv2.dilate(sheet.alpha, np.ones((5, 5), np.uint8))[..., None] > 0
    plain = (np.array(_BACKDROP) * 255).astype(np.uint8)
    save_png(np.where(off, drawn, plain).astype(np.uint8), destination)


def _figure(sheet: Sheet, description: str, view: str, size_px: int) -> None:
    wardrobe = read_wardrobe(description, 0)
    look = {"front": "quarter", "side": "profile", "back": "back"}[view]
    modelling = Modelling(palette_for("day", "room"), 0.7, -0.6, 0.85, 0.25, max(1.0, size_px / 420))
    tall = size_px * 0.92
    paint_figure(
        sheet,
        Stance(size_px / 2, size_px * 0.045, tall * HEADS / (HEADS + 0.15), 1, look, "stand"),
        wardrobe,
        modelling,
    )


def _vehicle(sheet: Sheet, kind: str, cast: Cast, view: str, one_lamp: bool, size_px: int) -> None:
    heading = {"front": np.pi - 0.55, "side": np.pi / 2, "back": 0.55}[view]
    distance = {"truck": 22.0, "bus": 20.0}.get(kind, 9.5)
    camera = Viewpoint(size_px, size_px, size_px * 1.45, 1.5, 0.0, size_px / 2, size_px * 0.50)
    parked = Parked(
        kind, cast.vehicle_colour or (0.22, 0.30, 0.42), 0.0, distance, float(heading), one_lamp=one_lamp, shadow=False
    )
    paint_vehicle(
        sheet, camera, palette_for("day", "street"), Light((-0.5, 0.7, -0.5), max(1.0, size_px / 500)), parked
    )
