"""Renders an animatic: each shot painted once, moved by the camera, cut hard, slated, encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from starsend.animatic.brief import Brief, look_of, read_brief
from starsend.animatic.canvas import lay_over
from starsend.animatic.cast import assemble
from starsend.animatic.encoder import FilmWriter
from starsend.animatic.finish import finish
from starsend.animatic.noise import generator
from starsend.animatic.orders import FilmOrder, FilmShot, Progress
from starsend.animatic.planes import Frame, MovingPlane, glance_at
from starsend.animatic.scene import Scene, build_scene
from starsend.animatic.weather import falling, streaks
from starsend.errors import MediaError
from starsend.media.slate_card import SlateCard, SlateText

_MARGIN = 1.10  # a painting's size over the frame's, so that the camera can move
_FAST_SIDE_PX = 440
_CRF = {"full": 20, "fast": 23}  # x264 takes a quarter less time at 23
_CUTS = {"full": (0.0, 0.22, 0.55, 0.85, 1.01), "fast": (0.0, 0.55, 1.01)}  # depths between the planes

Drawn = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]


@dataclass(frozen=True)
class _Shot:
    """A shot ready to be filmed."""

    planes: tuple[MovingPlane, ...]
    brief: Brief
    tile: npt.NDArray[np.uint8] | None


def render_film(order: FilmOrder, destination: Path, progress: Progress) -> None:
    """Render to an MP4 (whatever the suffix): H.264 with BT.709 tags, AAC room tone if audio is asked for.

    Args:
        order: What to render; its sides must be even.
        destination: Written in one go; incomplete if anything is raised.
        progress: Told after each frame; what it raises goes through, with the file closed.

    Raises:
        MediaError: If a picture that it is given can't be read.
    """
    cv2.setNumThreads(1)
    total = sum(shot.frames for shot in order.shots)
    ending = _end_plane(order)
    done = 0
    crf = _CRF[order.profile]
    with FilmWriter(destination, order.width_px, order.height_px, order.fps, order.audio, total, crf) as writer:
        for number, shot in enumerate(order.shots):
            ready = _prepare(order, number)
            card = _card(order, shot, ready.brief)
            last = number == len(order.shots) - 1
            for k in range(shot.frames):
                planes = writer.blank()
                _film(planes, ready, k, shot.frames)
                if last and ending is not None:
                    _arrive(planes, ending, shot.frames - 1 - k, order)
                card.draw(planes, done)
                writer.write()
                done += 1
                progress(done / total)
            del ready


def _prepare(order: FilmOrder, number: int) -> _Shot:
    shot = order.shots[number]
    setting = (
        " ".join(other.prompt for other in order.shots[:number][::-1])
        + " "
        + " ".join(other.prompt for other in order.shots[number:])
    )
    brief = read_brief(shot.prompt, order.style, order.elements, setting)
    tile, effect = None, falling(brief)
    if effect:
        tile = streaks(
            order.height_px, order.width_px, effect, generator(order.slate, order.take, shot.shot_id, "weather")
        )
        tile = np.vstack([tile, tile])
    if number == 0 and order.start_frame is not None:
        picture = _load_cover(order.start_frame, order.width_px, order.height_px)
        return _Shot((MovingPlane(picture, None, 0.4),), brief, None)
    scale = _MARGIN
    if order.profile == "fast":
        scale *= min(1.0, _FAST_SIDE_PX / min(order.width_px, order.height_px))
    width, height = (round(side * scale / 4) * 4 for side in (order.width_px, order.height_px))
    seed = (order.slate, order.take, shot.shot_id, shot.prompt)
    scene = build_scene(brief, assemble(brief), 0, generator(*seed, "scene"), width, height)
    flat = brief.move == "static" or (order.profile == "fast" and not brief.people)
    cuts = (0.0, 1.01) if flat else _CUTS[order.profile]

    def drawn(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        return finish(picture, look_of(order.style, shot.prompt), generator(*seed, "paper"))

    return _Shot(_split(scene, drawn, cuts), scene.staging.brief, tile)


def _split(scene: Scene, drawn: Drawn, cuts: tuple[float, ...]) -> tuple[MovingPlane, ...]:
    """Cut a scene into planes by depth, each drawn without what is nearer, which would stay as a ghost on it."""
    planes: list[MovingPlane] = []
    behind = scene.sheets[0].rgb.copy()
    for low, high in pairwise(cuts):
        alpha = np.zeros(behind.shape[:2], np.uint8)
        for sheet in scene.sheets:
            if low <= sheet.depth < high:
                lay_over(behind, sheet)
                alpha = 255 - cv2.multiply(255 - alpha, 255 - sheet.alpha, scale=1 / 255).astype(np.uint8)
        if alpha.any():
            planes.append(MovingPlane(drawn(behind), None if low == 0 else alpha, (low + min(high, 1.0)) / 2))
    return tuple(planes)


def _film(planes: Frame, ready: _Shot, k: int, frames: int) -> None:
    glance = glance_at(ready.brief.move, k / max(1, frames - 1), k)
    margin = 1.04 if len(ready.planes) > 1 or ready.brief.move != "static" else 1.0
    if ready.brief.move in ("push in", "static"):
        margin = 1.0  # starts on the whole picture
    for plane in ready.planes:
        plane.draw(planes, glance, margin)
    if ready.tile is not None:
        height = planes[0].shape[0]
        speed = 0.085 if "rain" in ready.brief.effects else 0.008
        offset = int(-k * speed * height) % height
        cv2.add(planes[0], ready.tile[offset : offset + height], dst=planes[0])


def _card(order: FilmOrder, shot: FilmShot, brief: Brief) -> SlateCard:
    who = f"{order.slate} {shot.shot_id.removeprefix(order.slate + '_')} T{order.take:03d}"
    if order.slate == shot.shot_id or order.slate.endswith(f"_{shot.shot_id}"):
        who = f"{order.slate} T{order.take:03d}"
    how = f"{brief.size} · {brief.lens_mm} mm · {brief.move.upper()}"
    text = SlateText(who, how, shot.prompt.replace("@", ""))
    return SlateCard(text, order.width_px, order.height_px, order.fps, order.first_frame)


def _end_plane(order: FilmOrder) -> Frame | None:
    if order.end_frame is None:
        return None
    picture = _load_cover(order.end_frame, order.width_px, order.height_px)
    return MovingPlane(picture, None, 0.0).planes


def _arrive(planes: Frame, ending: Frame, frames_left: int, order: FilmOrder) -> None:
    """Dissolve to the end frame over the last half second."""
    length = max(2, round(order.fps / 2))
    share = 1 - frames_left / length
    if share <= 0:
        return
    for plane, end in zip(planes, ending, strict=True):
        cv2.addWeighted(plane, 1 - share, end, share, 0, dst=plane)


def _load_cover(path: Path, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Load a picture and crop it to cover the frame."""
    try:
        with Image.open(path) as opened:
            picture = np.asarray(opened.convert("RGB"))
    except (OSError, ValueError) as error:
        raise MediaError(f"{path.name}: not a readable picture", remedy=f"replace {path}") from error
    scale = max(width / picture.shape[1], height / picture.shape[0])
    size = (max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale)))
    resized = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(resized[y : y + height, x : x + width]).astype(np.uint8)
