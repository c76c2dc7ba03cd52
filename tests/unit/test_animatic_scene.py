"""What the painter makes of words and reference pictures, seen in the painted sheets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from starsend.animatic.brief import read_brief
from starsend.animatic.canvas import flatten
from starsend.animatic.cast import assemble
from starsend.animatic.noise import generator
from starsend.animatic.orders import ElementSketch
from starsend.animatic.scene import Scene, build_scene

Picture = npt.NDArray[np.uint8]


def _scene(prompt: str, *elements: ElementSketch, variant: int = 0, size: tuple[int, int] = (320, 180)) -> Scene:
    brief = read_brief(prompt, "", elements)
    return build_scene(brief, assemble(brief), variant, generator(prompt), *size)


def _painted(prompt: str, *elements: ElementSketch, variant: int = 0) -> Picture:
    return flatten(_scene(prompt, *elements, variant=variant).sheets)


def _share_of(picture: Picture, hue: tuple[int, int], vivid: int = 110) -> float:
    """The share of pixels with a hue (of OpenCV's 180) that are vivid enough."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    return float(((hsv[..., 0] >= hue[0]) & (hsv[..., 0] <= hue[1]) & (hsv[..., 1] > vivid)).mean())


def _amulet(folder: Path) -> ElementSketch:
    picture = Image.new("RGB", (300, 300), (230, 230, 228))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((90, 60, 210, 250), fill=(20, 200, 60), outline=(10, 60, 20), width=6)
    picture.save(folder / "amulet.png")
    return ElementSketch("amulet", "prop", "a green amulet", folder / "amulet.png")


def _van(folder: Path) -> ElementSketch:
    """A magenta van seen from the side, on a plain backdrop."""
    picture = Image.new("RGB", (600, 400), (235, 235, 235))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(60, 130), (430, 130), (500, 200), (545, 220), (545, 310), (60, 310)], fill=(210, 20, 190))
    for x in (150, 450):
        pen.ellipse((x - 42, 270, x + 42, 354), fill=(20, 20, 20))
    picture.save(folder / "van.png")
    return ElementSketch("van", "vehicle", "a van", folder / "van.png")


@pytest.mark.parametrize("where", ["in her hand", "on the table"])
def test_an_insert_shows_the_props_own_picture(where: str, tmp_path: Path) -> None:
    picture = _painted(f"Insert. The @amulet {where}, day", _amulet(tmp_path))
    assert _share_of(picture, (45, 75)) > 0.05


def test_an_unknown_prop_without_a_picture_is_not_a_phone() -> None:
    screens = [
        float((_painted(f"Insert: {thing} in his hand, night")[..., 2] > 190).mean())
        for thing in ("a phone", "an idol")
    ]
    assert screens[0] > 0.04
    assert screens[1] < 0.005


@pytest.mark.parametrize("thing", ["phone", "cup", "letter", "photograph", "key", "watch", "gun", "lantern", "box"])
@pytest.mark.parametrize("where", ["in her hand", "on the floor"])
def test_every_prop_has_an_insert(thing: str, where: str) -> None:
    scene = _scene(f"Insert of a {thing} {where}, day", size=(160, 90))
    assert 0.04 < float((scene.sheets[-1].alpha > 128).mean()) < 0.9


def test_a_vehicle_is_cut_from_its_picture_where_the_views_agree(tmp_path: Path) -> None:
    van = _van(tmp_path)
    vehicle = next(s for s in _scene("Wide shot, side view of the @van on a road, day", van).sheets if s.depth == 0.68)
    seen = vehicle.rgb[vehicle.alpha > 200]
    magenta = (seen[:, 0].astype(int) - seen[:, 1] > 60) & (seen[:, 2].astype(int) - seen[:, 1] > 50)
    assert float(magenta.mean()) > 0.35


def test_a_vehicle_seen_from_behind_is_drawn_in_its_pictures_colours(tmp_path: Path) -> None:
    van = _van(tmp_path)
    away = _scene("Wide shot, the @van drives on a road, from behind, day", van)
    vehicle = next(s for s in away.sheets if s.depth == 0.68)
    assert _share_of(vehicle.rgb, (140, 165), 80) > 0.005


def test_a_picture_too_small_for_a_close_up_only_lends_its_colours(tmp_path: Path) -> None:
    figure = Image.new("RGBA", (40, 120), (0, 0, 0, 0))
    ImageDraw.Draw(figure).rectangle((8, 4, 31, 115), fill=(20, 180, 40, 255))
    figure.save(tmp_path / "hero.png")
    hero = ElementSketch("hero", "character", "a man", tmp_path / "hero.png")
    close = next(s for s in _scene("Medium shot, @hero, day", hero, size=(640, 360)).sheets if s.depth == 0.8)
    skin = close.rgb[(close.alpha > 200) & (close.rgb[..., 0] > close.rgb[..., 1])]
    assert len(skin) > 400  # a drawn face, not a green block


def test_headlights_out_of_the_picture_light_the_figure() -> None:
    plain, lit = (
        next(s for s in _scene(f"Full shot. A woman in a red coat on a road at night{words}").sheets if s.depth == 0.7)
        for words in ("", ", in the headlights")
    )
    bright = [float(s.rgb[s.alpha > 200].mean()) for s in (plain, lit)]
    assert bright[1] > bright[0] * 1.2


def test_street_lamps_stand_by_a_road_at_night_only() -> None:
    counts = [
        sum(s.depth == 0.5 for s in _scene(f"Wide road, street light, {time}, a woman").sheets)
        for time in ("night", "noon")
    ]
    assert counts[0] == counts[1] + 1


def test_a_close_up_shows_a_face_though_it_looks_away() -> None:
    looks, behind = (
        next(s for s in _scene(f"Close-up. A woman {words} in a kitchen, day").sheets if s.depth == 0.8)
        for words in ("looks out of the window", "from behind")
    )

    def skin(rgb: Picture, alpha: Picture) -> float:
        seen = rgb[alpha > 200].astype(int)
        return float(((seen[:, 0] - seen[:, 2] > 40) & (seen[:, 0] > 90)).mean())

    assert skin(looks.rgb, looks.alpha) > 0.10
    assert skin(looks.rgb, looks.alpha) > 2 * skin(behind.rgb, behind.alpha)


@pytest.mark.parametrize("room", ["kitchen", "diner", "bar", "bedroom", "living room", "office", "corridor"])
def test_each_room_is_furnished_in_its_own_way(room: str) -> None:
    picture = _painted(f"Wide shot, {room}, day, a man")
    assert float(picture.mean()) > 45  # not a dark box
    others = [_painted(f"Wide shot, {other}, day, a man") for other in ("kitchen", "diner") if other != room]
    assert all(float(np.abs(picture.astype(int) - other).mean()) > 12 for other in others)


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (240, 240), (383, 160)])
@pytest.mark.parametrize("prompt", ["Wide shot, lighthouse on a cliff at night", "Aerial shot of the sea and a cliff"])
def test_a_coast_is_painted_at_every_shape(prompt: str, size: tuple[int, int]) -> None:
    assert float(flatten(_scene(prompt, size=size).sheets).std()) > 8


def test_a_lighthouse_is_red_and_white_on_a_headland() -> None:
    with_it, without = (_painted(f"Wide shot, {words}the sea, day") for words in ("lighthouse by ", ""))
    assert _share_of(with_it, (0, 8)) > _share_of(without, (0, 8)) + 0.001


@pytest.mark.parametrize("words", ["hugs a man", "and a man argue", "looks back", "on the phone", "reads a letter"])
@pytest.mark.parametrize("size", ["Wide", "Full", "Medium"])
def test_poses_draw_at_each_size(words: str, size: str) -> None:
    scene = _scene(f"{size} shot. A woman {words} in a field, day", size=(160, 90))
    people = [s for s in scene.sheets if s.depth in (0.7, 0.8)]
    assert all((s.alpha > 128).any() for s in people)
    assert people
