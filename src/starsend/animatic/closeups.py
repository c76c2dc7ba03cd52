"""Inserts: a thing in a hand before lights out of focus, or lying on a table."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from starsend.animatic.canvas import Sheet, mix, smooth
from starsend.animatic.cast import Cast
from starsend.animatic.cutout import Cutout
from starsend.animatic.drapery import Modelling
from starsend.animatic.ground import Ground
from starsend.animatic.hands import (
    Hand,
    Outline,
    Place,
    Point,
    fingers_round,
    fist,
    palm_behind,
    pinch_before,
    pinch_behind,
    turned,
    wrist,
)
from starsend.animatic.palette import Palette
from starsend.animatic.props import paint_prop
from starsend.animatic.staging import Staging
from starsend.animatic.viewpoint import Viewpoint

_LIGHT = ("paper", "photo", "key")


@dataclass(frozen=True)
class _Thing:
    """What an insert shows: its name, and the client's own picture of it if there is a fit one."""

    name: str
    art: Cutout | None
    glows: bool

    def paint(self, sheet: Sheet, place: Place, size: float, light: Modelling) -> None:
        if self.art is None:
            paint_prop(sheet, place, self.name, size, light)
            return
        wide = self.art.rgba.shape[1] / self.art.rgba.shape[0]
        half = min(0.42, 0.40 / max(wide, 0.3))
        corners = place([(-half * wide, -half), (half * wide, -half), (-half * wide, half)])
        self.art.lay(sheet, corners, light, 1.0 if self.glows else light.level)

    @property
    def width(self) -> float:
        """Half of it, in the frame's sizes."""
        if self.art is None:
            return 0.19
        wide = self.art.rgba.shape[1] / self.art.rgba.shape[0]
        return float(min(0.42, 0.40 / max(wide, 0.3)) * wide)


def paint_insert(staging: Staging, palette: Palette, cast: Cast, chance: np.random.Generator) -> list[Sheet]:
    """A detail that fills the frame."""
    view, brief = staging.view, staging.brief
    name = next((thing for thing in brief.things if thing in (*_LIGHT, "phone", "cup", "watch", "gun", "lantern")), "")
    words = " ".join(element.description for element in cast.elements)
    thing = _Thing(name, cast.prop, bool(re.search(r"glow|screen|lit\b|lamp|light", words)) or name == "phone")
    light = Modelling(
        palette, -0.3 * staging.side, -0.8, 1.0 if palette.dark else 0.9, 0.55, max(1.0, view.height / 380)
    )
    front = Sheet(view.height, view.width, 0.8)
    if not brief.people:
        back = _table_top(view, palette, chance)
        _lie(front, staging, thing, light)
        return [back, front]
    size = min(view.height, view.width * 1.1)
    lean = 0.16 * staging.side * (1 if staging.turn % 2 else 0.5)
    centre = (view.width * (0.5 + 0.06 * staging.side), view.height * (0.50 if name != "lantern" else 0.58))
    person = cast.people[0] if cast.people else None
    place = _frame(centre, size, lean, staging.side)
    hand = Hand(front, place, size, person.skin if person else (0.83, 0.62, 0.49),
                person.coat_colour if person else (0.3, 0.32, 0.38), light)  # fmt: skip
    _hold(hand, thing)
    return [_lights_out_of_focus(view, palette, chance), front]


def _hold(hand: Hand, thing: _Thing) -> None:
    """Each thing in its own grip; one that has a picture, in a flat hand if it is tall."""
    sheet, place, size, light = hand.sheet, hand.place, hand.size, hand.light
    flat = thing.name == "phone" or (thing.art is not None and thing.width < 0.30 and thing.name not in _LIGHT)
    if flat:
        grip = turned(place, (thing.width - 0.19, 0.04), 0.0, 1.0)
        own = Hand(sheet, grip, size, hand.skin, hand.sleeve, light)
        palm_behind(own)
        thing.paint(sheet, place, size, light)
        far = turned(place, (0.19 - thing.width, 0.04), 0.0, 1.0)
        fingers_round(Hand(sheet, grip if thing.art is None else far, size, hand.skin, hand.sleeve, light))
    elif thing.name == "cup":
        thing.paint(sheet, place, size, light)
        fist(hand, turned(place, (0.10, 0.03), 0.0, 0.95))
    elif thing.name == "gun":
        thing.paint(sheet, place, size, light)
        fist(hand, turned(place, (0.24, 0.12), 0.12, 0.85), trigger=True)
    elif thing.name == "lantern":
        thing.paint(sheet, place, size, light)
        fist(hand, turned(place, (0.0, -0.42), -1.25, 0.72))
    elif thing.name == "watch":
        wrist(hand)
        thing.paint(sheet, turned(place, (0.12, 0.03), 0.2, 0.8), size * 0.8, light)
    elif thing.name in _LIGHT or thing.art is not None:
        pinch_behind(hand)
        thing.paint(sheet, turned(place, (-0.06, -0.02), 0.0, 1.0), size, light)
        pinch_before(hand)
    else:
        palm_behind(hand)  # nothing that we know: the hand itself
        fingers_round(hand)


def _lie(sheet: Sheet, staging: Staging, thing: _Thing, light: Modelling) -> None:
    """Lay a thing on the table, foreshortened, on its own shadow."""
    view = staging.view
    size = min(view.height, view.width * 1.1) * 1.05
    upright = thing.name in ("cup", "lantern")
    squash = 1.0 if upright else 0.72
    lean = 0.0 if upright else 0.35 * staging.side
    flat = _frame((0.0, 0.0), size, lean, staging.side)
    centre = np.array((view.width * (0.5 + 0.05 * staging.side), view.height * 0.50), np.float32)

    def place(points: Outline) -> npt.NDArray[np.float32]:
        return (flat(points) * np.array((1.0, squash), np.float32) + centre).astype(np.float32)

    wide = thing.width + 0.05
    shadow = [(-wide, -0.38), (wide, -0.38), (wide + 0.05, 0.40), (-wide, 0.40)]
    if upright:
        shadow = [(-0.22, 0.20), (0.22, 0.20), (0.55, 0.30), (0.1, 0.36)]
    sheet.soft(place(smooth(shadow, 4)) + np.float32(size * 0.012), light.palette.shadow, 0.7, size * 0.025)
    thing.paint(sheet, place, size, light)


def _frame(centre: Point, size: float, lean: float, side: int) -> Place:
    cos, sin = float(np.cos(lean)), float(np.sin(lean))

    def at(points: Outline) -> npt.NDArray[np.float32]:
        array = np.asarray(points, np.float32) * (side * size, size)
        turn = np.stack([array[:, 0] * cos - array[:, 1] * sin, array[:, 0] * sin + array[:, 1] * cos], axis=1)
        return (turn + np.asarray(centre, np.float32)).astype(np.float32)

    return at


def _lights_out_of_focus(view: Viewpoint, palette: Palette, chance: np.random.Generator) -> Sheet:
    back = Sheet(view.height, view.width, 0.0)
    back.alpha[:] = 255
    down = np.linspace(0, 1, view.height, dtype=np.float32)[:, None, None]
    above = mix(palette.zenith, palette.haze, 0.5)
    wash = above + (palette.shadow * np.float32(1.4) - above) * down
    back.rgb[:] = np.clip(np.repeat(wash, view.width, axis=1) * 255, 0, 255).astype(np.uint8)
    for _ in range(18):
        x, y = float(chance.uniform(0, view.width)), float(chance.uniform(0, view.height * 0.7))
        radius = view.height * float(chance.uniform(0.02, 0.08))
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = [(x + radius * float(np.cos(t)), y + radius * float(np.sin(t))) for t in turn]
        tone = mix(palette.lamp, palette.key, float(chance.random()))
        back.soft(ring, tone, 0.35 if palette.dark else 0.15, radius * 0.12)
    return back


def _table_top(view: Viewpoint, palette: Palette, chance: np.random.Generator) -> Sheet:
    """A wooden top seen from above at a slant, a lamp's light on it."""
    over = Viewpoint(view.width, view.height, view.height * 1.4, 0.55, 0.85, view.width / 2, view.height / 2)
    top = Ground(over, palette, chance)
    top.earth(palette.lit((0.46, 0.30, 0.18), 0.55), 0.10)
    grain = top.texture(0.35)
    top.colour *= (1 + (np.mod(grain * 9 + top.x * 14, 1.0) - 0.5) * np.float32(0.16))[..., None]
    seams = (np.mod(top.x + 0.07, 0.16) < 0.004).astype(np.float32)
    top.lay(seams * np.float32(0.7), palette.shadow)
    top.pool(0.05, 0.5, 0.42, palette.lamp if palette.dark else palette.key, 0.22)
    return top.sheet(0.0)
