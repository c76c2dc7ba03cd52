from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from starsend.animatic.board import draw_cell, draw_grid
from starsend.animatic.brief import read_brief
from starsend.animatic.cast import assemble
from starsend.animatic.element_art import draw_element
from starsend.animatic.orders import ElementSketch, GridOrder
from starsend.errors import MediaError

ROAD = GridOrder(
    "SEQ01", 1, "The pickup", "Night highway in the rain, a truck with headlights and a woman in a red parka", "",
    2, 2, (16, 9), (), 320,
)  # fmt: skip


def _nothing(share: float) -> None:
    assert 0 <= share <= 1


def _draw(order: GridOrder, folder: Path) -> tuple[npt.NDArray[np.uint8], tuple[tuple[int, int, int, int], ...]]:
    boxes = draw_grid(order, folder / "clean.part", folder / "board.part", _nothing)
    return np.asarray(Image.open(folder / "clean.part")), boxes


def _likeness(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> float:
    """Correlation of two small grey pictures: 1 for the same composition."""
    grey = [
        cv2.resize(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (32, 18), interpolation=cv2.INTER_AREA) for p in (first, second)
    ]
    return float(np.corrcoef(grey[0].ravel(), grey[1].ravel())[0, 1])


@dataclass(frozen=True)
class Drawn:
    """Both sheets of the road in a folder, the clean one as pixels, and where its cells are."""

    folder: Path
    sheet: npt.NDArray[np.uint8]
    boxes: tuple[tuple[int, int, int, int], ...]


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("road")
    return Drawn(folder, *_draw(ROAD, folder))


def test_a_repeat_draws_the_same_and_a_retake_does_not(road: Drawn, tmp_path: Path) -> None:
    again, _ = _draw(ROAD, tmp_path)
    retake, _ = _draw(replace(ROAD, take=2), tmp_path)
    assert np.array_equal(road.sheet, again)
    assert not np.array_equal(road.sheet, retake)


def test_variants_differ_in_composition(road: Drawn) -> None:
    cells = [road.sheet[y0:y1, x0:x1] for x0, y0, x1, y1 in road.boxes]
    pairs = [_likeness(cells[a], cells[b]) for a in range(4) for b in range(a)]
    assert max(pairs) < 0.93


@pytest.mark.parametrize("aspect", [(16, 9), (9, 16), (1, 1), (21, 9), (239, 100)])
def test_cells_have_exactly_the_asked_shape_and_tile_the_sheet(aspect: tuple[int, int], tmp_path: Path) -> None:
    sheet, boxes = _draw(replace(ROAD, aspect=aspect, rows=1), tmp_path)
    sizes = {(x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes}
    assert len(sizes) == 1
    width, height = sizes.pop()
    assert abs(width * aspect[1] - height * aspect[0]) <= aspect[0] / 2
    assert boxes[0][2] < boxes[1][0] <= boxes[0][2] + 8
    assert all(x1 < sheet.shape[1] and y1 < sheet.shape[0] for _, _, x1, y1 in boxes)
    outside = np.ones(sheet.shape[:2], bool)
    for x0, y0, x1, y1 in boxes:
        outside[y0:y1, x0:x1] = False
    assert int(sheet[outside].max()) < 40


def test_both_sheets_are_png_whatever_their_names(road: Drawn) -> None:
    for name in ("clean.part", "board.part"):
        with Image.open(road.folder / name) as picture:
            assert picture.format == "PNG"


def test_a_finished_cell_is_the_same_composition(road: Drawn, tmp_path: Path) -> None:
    draw_cell(ROAD, 2, tmp_path / "cell.part", 640, 360)
    cell = np.asarray(Image.open(tmp_path / "cell.part"))
    x0, y0, x1, y1 = road.boxes[1]
    assert cell.shape == (360, 640, 3)
    assert _likeness(cell, road.sheet[y0:y1, x0:x1]) > 0.9


def test_what_progress_raises_goes_through(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw_grid(ROAD, tmp_path / "a", tmp_path / "b", stop)


@pytest.mark.parametrize("style", ["", "noir", "charcoal", "pencil", "watercolour"])
def test_each_look_draws(style: str, tmp_path: Path) -> None:
    draw_cell(replace(ROAD, prompt="Sunset over a desert, a red car", style=style), 1, tmp_path / "cell.png", 320, 180)
    picture = np.asarray(Image.open(tmp_path / "cell.png"))
    assert picture.std() > 12
    chroma = float(np.ptp(picture.astype(int), axis=2).mean())
    assert (chroma < 20) == (style in ("noir", "charcoal", "pencil"))


@pytest.mark.parametrize(
    "prompt",
    [
        "Neon city street, two people", "Kitchen interior, close-up of a man at a table", "Desert, a car, wide",
        "Forest dawn, a woman walks", "Aerial of a mountain road, a van", "Over-the-shoulder, a man and a woman, coast",
        "Insert of a phone", "Insert: a letter", "Dutch angle, a running man, alley", "夜の道 👻", "", "An empty beach",
    ],
)  # fmt: skip
def test_any_prompt_draws_in_each_variant_and_shape(prompt: str, tmp_path: Path) -> None:
    for cell, size in enumerate(((160, 90), (90, 160), (96, 96), (160, 90)), 1):
        draw_cell(replace(ROAD, prompt=prompt), cell, tmp_path / "cell.png", *size)
        assert np.asarray(Image.open(tmp_path / "cell.png")).std() > 4


def test_an_element_lends_its_colours(tmp_path: Path) -> None:
    green = tmp_path / "green.png"
    draw_element("character", "woman in a green coat", "front", "seed", green, 256)
    element = ElementSketch("dana", "character", "woman in a coat", green)
    brief = read_brief("Wide shot, @dana walks on a road", "", (element,))
    red, lent, _ = assemble(brief).people[0].coat_colour
    assert lent > red


def test_an_unreadable_reference_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")
    order = replace(ROAD, prompt="@dana", elements=(ElementSketch("dana", "character", "woman", broken),))
    with pytest.raises(MediaError, match=r"broken\.png"):
        draw_cell(order, 1, tmp_path / "cell.png", 160, 90)


@pytest.mark.parametrize("kind", ["character", "vehicle", "prop", "place", "weather"])
def test_an_element_is_drawn_square(kind: str, tmp_path: Path) -> None:
    words = {
        "character": "man in a hat",
        "vehicle": "red car",
        "prop": "cracked phone",
        "place": "forest",
        "weather": "rain",
    }
    for view in ("front", "side", "back"):
        draw_element(kind, words[kind], view, "seed", tmp_path / "it.png", 128)
        picture = np.asarray(Image.open(tmp_path / "it.png"))
        assert picture.shape == (128, 128, 3)
        assert picture.std() > 8
