"""Puts the people into the scene: where they stand, which side they show, what they do, and how they are lit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from starsend.animatic.brief import HELD
from starsend.animatic.canvas import Sheet
from starsend.animatic.cast import Cast
from starsend.animatic.drapery import Modelling, paint_shape
from starsend.animatic.figure import POSES, Stance, paint_figure
from starsend.animatic.hands import Outline
from starsend.animatic.palette import Palette
from starsend.animatic.props import paint_prop
from starsend.animatic.staging import SEAT_M, Staging
from starsend.animatic.traffic import headlit, lit_from_off
from starsend.animatic.wardrobe import Wardrobe, read_wardrobe

NEAR = ("MS", "MCU", "CU", "ECU", "OTS")
_COARSEST = 1.7  # a reference picture is not blown up more than that
_APART_M = {"hug": 0.42, "face": 0.80}


def paint_people(staging: Staging, palette: Palette, cast: Cast) -> list[Sheet]:
    """Paint everyone, those behind first, each on a sheet."""
    brief, view = staging.brief, staging.view
    sheets = []
    for k, wardrobe in reversed(list(enumerate(cast.people))):
        if brief.size in ("CU", "ECU") and k > 0:
            continue
        sheet = Sheet(view.height, view.width, 0.8 if brief.size not in ("EWS", "WS", "FS") else 0.7)
        _person(sheet, staging, palette, wardrobe, k, cast)
        sheets.append(sheet)
    return sheets


def _person(sheet: Sheet, staging: Staging, palette: Palette, wardrobe: Wardrobe, k: int, cast: Cast) -> None:
    brief, view = staging.brief, staging.view
    apart = _APART_M.get(brief.pose, 0.85 if brief.size in (*NEAR, "FS") else 1.1)
    z = staging.subject_z * (1 + (0.08 if brief.pose not in _APART_M else 0.01) * k)
    x = staging.subject_x - staging.side * k * apart
    if brief.seated and k and brief.size not in NEAR:  # across the table
        x, z = staging.subject_x - staging.side * 1.42, staging.subject_z + 0.02
    sunk = SEAT_M if brief.seated else 0.0
    tall = 1.75 * wardrobe.stature
    foot, crown = view.project([(x, -sunk, z), (x, tall - sunk, z)])
    height_px = float(foot[1] - crown[1])
    if brief.size not in (*NEAR, "INS") and not sunk:
        _shadow(sheet, staging, palette, (x, z), height_px)
    modelling = _light(staging, palette, height_px)
    facing = -staging.side if k == 0 else staging.side
    looks, gaze, pose = _attitude(staging, k, len(cast.people))
    art = cast.cutouts[k]
    if (
        art is not None
        and looks != "back"
        and pose == "stand"
        and _fits(art.whole, art.rgba.shape[0], staging, height_px)
    ):
        art.paint(sheet, float(foot[0]), float(crown[1]), height_px, modelling, facing)
        return
    stance = Stance(float(foot[0]), float(crown[1]), height_px, facing, looks, pose, gaze)
    paint_figure(sheet, stance, wardrobe, modelling)
    if pose in ("hold", "phone") and k == 0 and height_px > view.height * 0.5:
        _in_hand(sheet, staging, stance, modelling, cast)


def _fits(whole: bool, rows: int, staging: Staging, height_px: float) -> bool:
    """Whether a picture is sharp enough for the size, and shows enough of the figure."""
    size = staging.brief.size
    tall = height_px if whole else height_px * 0.36
    seen = size in NEAR or (whole and size in ("FS", "WS") and height_px > staging.view.height * 0.3) or size == "FS"
    return seen and tall / rows <= _COARSEST


def _in_hand(sheet: Sheet, staging: Staging, stance: Stance, modelling: Modelling, cast: Cast) -> None:
    """The thing that a figure holds, at its true size beside the fingers."""
    held = next((thing for thing in staging.brief.things if thing in HELD), "phone" if stance.pose == "phone" else "")
    if not held and cast.prop is None:
        return
    at_ear = stance.pose == "phone"
    arm = POSES[stance.pose].near_arm if at_ear else POSES[stance.pose].far_arm
    wrist, elbow = (np.asarray(arm[k], np.float32) for k in (2, 1))
    at = wrist + (wrist - elbow) / np.linalg.norm(wrist - elbow) * np.float32(0.50)
    x = stance.x + float(at[0]) * stance.unit * stance.facing * (0.66 if stance.view == "profile" else 0.93)
    y, size = stance.crown_y + float(at[1]) * stance.unit, stance.height_px * (0.115 if held != "lantern" else 0.24)
    if at_ear:  # edge on, along the cheek
        ear = stance.crown_y + stance.unit * 0.56
        edge = [
            (x - size * 0.07, ear - size * 0.42),
            (x + size * 0.07, ear - size * 0.40),
            (x + size * 0.10, ear + size * 0.42),
            (x - size * 0.04, ear + size * 0.40),
        ]
        paint_shape(sheet, np.asarray(edge, np.float32), (0.07, 0.07, 0.08), modelling, size * 0.03)
        return
    if cast.prop is not None:
        wide = size * 0.8 * cast.prop.rgba.shape[1] / cast.prop.rgba.shape[0]
        left, top = x - wide / 2, y - size * 0.4
        cast.prop.lay(
            sheet, np.array([(left, top), (left + wide, top), (left, top + size * 0.8)], np.float32), modelling, 0.9
        )
        return
    low = y + (size * 0.45 if held == "lantern" else 0.0)

    def place(points: Outline) -> np.ndarray:
        mirrored = np.asarray(points, np.float32) * np.array((-stance.facing * size, size), np.float32)
        return (mirrored + np.array((x, low), np.float32)).astype(np.float32)

    paint_prop(sheet, place, held, size, modelling)


def _light(staging: Staging, palette: Palette, height_px: float) -> Modelling:
    view = staging.view
    left = -1.0 if staging.sun[0] < view.width / 2 else 1.0
    ink_px = min(3.0, height_px / 420 + 0.5) * view.height / 720
    if lit_from_off(staging, palette):
        return Modelling(headlit(palette), -staging.side * 0.95, -0.12, 0.86, 0.9, ink_px)
    if palette.dark and "headlights" in staging.brief.effects and staging.brief.vehicle and not staging.brief.indoors:
        return Modelling(headlit(palette), -staging.side * 0.9, -0.25, 0.40, 1.0, ink_px)
    level, rim = (0.68, 0.85) if palette.backlit else (0.82, 0.30)
    return Modelling(palette, left * 0.8, -0.55, level, rim, ink_px)


def _shadow(sheet: Sheet, staging: Staging, palette: Palette, at: tuple[float, float], height_px: float) -> None:
    """What lies under the feet, and the long shadow in the headlights or a low sun."""
    view, brief = staging.view, staging.brief
    foot = view.project([(at[0], 0.0, at[1])])[0]
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    pool = [(foot[0] + height_px * 0.24 * np.cos(t), foot[1] + height_px * 0.03 * np.sin(t)) for t in turn]
    sheet.soft(pool, palette.shadow * np.float32(0.5), 0.7, height_px * 0.012)
    headlights = "headlights" in brief.effects and (palette.dark or brief.time == "storm")
    if brief.indoors or not (headlights or brief.time in ("day", "dusk", "dawn")):
        return
    if headlights:
        reach = (staging.side * 2.6, -2.2 if brief.vehicle else 2.4)
    else:
        sun = 1.0 if staging.sun[0] < view.width / 2 else -1.0
        reach = (sun * (1.1 if brief.time == "day" else 2.6), -1.6 if palette.backlit else 0.9)
    x, z = at
    far = (x + reach[0], max(1.0, z + reach[1]))
    outline = view.polygon([(x - 0.16, 0, z), (x + 0.16, 0, z), (far[0] + 0.26, 0, far[1]), (far[0] - 0.26, 0, far[1])])
    if len(outline) >= 3:
        sheet.soft(outline, palette.shadow * np.float32(0.5), 0.6 if palette.dark else 0.42, height_px * 0.014)


def _attitude(staging: Staging, k: int, many: int) -> tuple[str, str, str]:
    """The side that a figure shows, that of its head, and its pose; the words decide, else the variant."""
    brief = staging.brief
    pose = brief.pose if k == 0 or brief.pose in ("walk", "run", "sit", "hug") else "stand"
    if pose == "look back":
        return "back", "profile", "walk" if brief.size in ("EWS", "WS", "FS") else "stand"
    if pose == "face" or (pose == "sit" and not brief.seated):
        pose = "stand"
    looks = {"back": "back", "profile": "profile", "front": "quarter"}.get(brief.facing, "")
    if brief.facing == "away":
        looks = "back" if brief.size in ("EWS", "WS", "FS") and not brief.seated else "profile"
    if not looks and (brief.pose in _APART_M or (brief.seated and brief.size not in NEAR)):
        looks = "profile"
    if not looks and many > 1 and brief.size in ("WS", "FS") and pose == "stand":
        looks = "profile" if staging.turn % 2 else "quarter"
    if not looks and staging.turn in (1, 3) and brief.size in ("CU", "MCU", "WS", "FS"):
        looks = "profile"
    if not looks:
        looks = "back" if staging.turn == 2 and brief.size in ("WS", "EWS") else "quarter"
    return looks, looks, pose


def passers_by(staging: Staging, palette: Palette, chance: np.random.Generator) -> Sheet:
    """A few people on the pavements of a street, far enough not to be looked at."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 0.5)
    for z in sorted(chance.uniform(13.0, 42.0, 6), reverse=True):
        x = float(chance.choice((-1.0, 1.0))) * float(chance.uniform(5.0, 6.8))
        wardrobe = read_wardrobe(("woman in a coat", "man", "man with a hat", "woman")[int(chance.integers(4))],
                                 int(chance.integers(4)))  # fmt: skip
        foot, crown = view.project([(x, 0.0, float(z)), (x, 1.72 * wardrobe.stature, float(z))])
        tall = float(foot[1] - crown[1])
        if tall < 6 or abs(float(foot[0]) - view.project([(staging.subject_x, 0, staging.subject_z)])[0, 0]) < tall:
            continue
        light = Modelling(palette, 0.6, -0.5, 0.35 if palette.dark else 0.55, 0.2, max(0.5, tall / 160))
        looks = ("back", "quarter", "profile")[int(chance.integers(3))]
        facing = int(chance.choice((-1, 1)))
        paint_figure(sheet, Stance(float(foot[0]), float(crown[1]), tall, facing, looks, "walk"), wardrobe, light)
    return sheet


def paint_listener(staging: Staging, palette: Palette, cast: Cast) -> Sheet:
    """The shoulder that an over-the-shoulder shot looks over."""
    view = staging.view
    sheet = Sheet(view.height, view.width, 1.0)
    tall = view.height * 3.5 * min(1.0, 1.4 * view.width / view.height)
    x = view.width * (0.5 - staging.side * 0.36)
    if cast.people:
        listener = (
            cast.people[1]
            if len(cast.people) > 1
            else replace(cast.people[0], hair="short", coat="jacket", coat_colour=(0.22, 0.22, 0.25))
        )
        dim = Modelling(palette, 1.0 if staging.side < 0 else -1.0, -0.4, 0.22, 0.35, 2.0 * view.height / 720)
        paint_figure(sheet, Stance(x, view.height * 0.17, tall, staging.side, "back", "stand"), listener, dim)
    return sheet
