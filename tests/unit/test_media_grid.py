from __future__ import annotations

from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from starsend.errors import MediaError
from starsend.media.files import sha256_of
from starsend.media.grid import Box, FoundGrid, cell_box, crop_frame, find_cells, find_grid, lock_ratio
from starsend.media.picture import load_rgb, save_png

Pixels = NDArray[np.uint8]
WIDE = (16, 9)
WIDTH, HEIGHT = 960, 540


def scene(rng: np.random.Generator, width: int, height: int) -> Pixels:
    patches = rng.integers(20, 236, (6, 9, 3)).astype(np.uint8)
    image = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    return np.clip(image + rng.normal(0, 4, (height, width, 1)), 0, 255).astype(np.uint8)


def night(rng: np.random.Generator, width: int, height: int) -> Pixels:
    image = np.full((height, width, 3), rng.uniform(12, 25), np.float32)
    centre, radius = (int(rng.integers(width // 4, width // 2)), height // 2), height // 8
    cv2.circle(image, centre, radius, (230, 200, 120), -1)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 3), np.float32)
    image += rng.normal(0, 2.0, (height, width, 1)).astype(np.float32)
    y, x = np.mgrid[0:height, 0:width]
    vignette = 1 - 0.4 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    dark: Pixels = np.clip(image * vignette[..., None], 0, 255).astype(np.uint8)
    return dark


def parts(length: int, count: int, gutter: int, border: int, shift: int) -> list[tuple[int, int]]:
    size = (length - 2 * border - gutter * (count - 1)) / count
    starts = [border] + [round(border + k * (size + gutter)) + shift for k in range(1, count)]
    ends = [start - gutter for start in starts[1:]] + [length - border]
    return list(zip(starts, ends, strict=True))


def sheet(
    columns: int, rows: int, *, gutter: int = 16, colour: tuple[int, int, int] = (255, 255, 255), border: int = 0,
    shift: int = 0, paint: object = scene, seed: int = 0,
) -> tuple[Pixels, list[Box]]:  # fmt: skip
    rng = np.random.default_rng(seed)
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[:] = colour
    xs = parts(WIDTH, columns, gutter, border, shift if columns > 1 else 0)
    ys = parts(HEIGHT, rows, gutter, border, shift if rows > 1 else 0)
    boxes = [(x0, y0, x1, y1) for y0, y1 in ys for x0, x1 in xs]
    for x0, y0, x1, y1 in boxes:
        image[y0:y1, x0:x1] = paint(rng, x1 - x0, y1 - y0)  # type: ignore[operator]
    return image, boxes


def assert_inside(found: FoundGrid, true: list[Box], most_lost: int = 4) -> None:
    assert len(found.raw_cells) == len(true)
    for got, cell in zip(found.raw_cells, true, strict=True):
        insets = (got[0] - cell[0], got[1] - cell[1], cell[2] - got[2], cell[3] - got[3])
        assert min(insets) >= 0, (got, cell)
        assert max(insets) <= most_lost, (got, cell)


COLOURS = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (200, 40, 30), "grey": (128, 128, 128)}


@pytest.mark.parametrize("layout", [(2, 2), (3, 3), (1, 4), (2, 3)])
@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
def test_gutters_of_any_colour_are_found(layout: tuple[int, int], colour: tuple[int, int, int]) -> None:
    image, true = sheet(*layout, colour=colour)
    found = find_grid(image, *layout, WIDE)
    assert found.found
    assert_inside(found, true)


@pytest.mark.parametrize("gutter", [2, 5, 30])
@pytest.mark.parametrize("border", [0, 12])
@pytest.mark.parametrize("shift", [-30, 25])
def test_thin_wide_and_off_centre_gutters_are_found_with_and_without_border(
    gutter: int, border: int, shift: int
) -> None:
    image, true = sheet(2, 2, gutter=gutter, border=border, shift=shift)
    assert_inside(find_grid(image, 2, 2, WIDE), true)


@pytest.mark.parametrize("layout", [(2, 2), (3, 3)])
@pytest.mark.parametrize("border", [0, 10])
def test_a_dark_gutter_between_night_pictures_is_found(layout: tuple[int, int], border: int) -> None:
    image, true = sheet(*layout, colour=(0, 0, 0), border=border, paint=night)
    found = find_grid(image, *layout, WIDE)
    assert found.found
    assert_inside(found, true)


@pytest.mark.parametrize("paint", [scene, night])
def test_jpeg_and_soft_scaling_leave_no_gutter_in_a_cell(paint: object) -> None:
    image, true = sheet(2, 2, border=10, paint=paint)
    soft = cv2.GaussianBlur(image, (3, 3), 0.7)
    _, packed = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, 88])
    image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    assert_inside(find_grid(image, 2, 2, WIDE), true)


def test_a_border_of_another_colour_does_not_hide_the_gutters() -> None:
    image, true = sheet(2, 2, border=10, colour=(0, 0, 0))
    outside = np.ones((HEIGHT, WIDTH), dtype=bool)
    outside[10:-10, 10:-10] = False
    image[outside] = 255
    assert_inside(find_grid(image, 2, 2, WIDE), true)


def test_pictures_that_touch_are_parted_at_their_seam() -> None:
    image, true = sheet(2, 2, gutter=0, shift=14)
    found = find_grid(image, 2, 2, WIDE)
    assert found.found
    assert_inside(found, true)


@pytest.mark.parametrize("askew", [8, 30])
def test_rows_that_do_not_line_up_are_found_each_for_itself(askew: int) -> None:
    rng, image = np.random.default_rng(4), np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    middle = 480 - askew, 480 + askew
    true = [
        box
        for x, (y0, y1) in zip(middle, ((0, 262), (278, 540)), strict=True)
        for box in ((0, y0, x - 8, y1), (x + 8, y0, WIDTH, y1))
    ]
    for x0, y0, x1, y1 in true:
        image[y0:y1, x0:x1] = scene(rng, x1 - x0, y1 - y0)
    found = find_grid(image, 2, 2, WIDE)
    assert found.found
    assert_inside(found, true)


def test_one_even_picture_is_divided_evenly_and_said_to_be_a_guess() -> None:
    found = find_grid(scene(np.random.default_rng(3), WIDTH, HEIGHT), 2, 2, WIDE)
    assert found.found is False
    assert found.raw_cells == ((0, 0, 480, 270), (480, 0, 960, 270), (0, 270, 480, 540), (480, 270, 960, 540))


@pytest.mark.parametrize("value", [0, 255])
def test_a_plain_sheet_is_divided_evenly(value: int) -> None:
    found = find_grid(np.full((HEIGHT, WIDTH, 3), value, np.uint8), 2, 2, WIDE)
    assert (found.found, found.cells[3]) == (False, (480, 270, 960, 540))


def test_the_cells_of_a_clean_drawn_sheet_are_exact() -> None:
    image, true = sheet(2, 2, gutter=16)
    assert list(find_grid(image, 2, 2, WIDE).raw_cells) == true


@given(
    layout=st.sampled_from([(2, 2), (3, 3), (1, 4), (2, 3)]), gutter=st.integers(3, 32), border=st.integers(0, 14),
    shift=st.integers(-25, 25), colour=st.tuples(*[st.integers(0, 255)] * 3), seed=st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_cell_ever_holds_a_gutter(
    layout: tuple[int, int], gutter: int, border: int, shift: int, colour: tuple[int, int, int], seed: int
) -> None:
    border = border if border > 2 else 0
    image, true = sheet(*layout, gutter=gutter, border=border, shift=shift, colour=colour, seed=seed)
    found = find_grid(image, *layout, WIDE)
    assert_inside(found, true)
    assert find_cells(image, *layout, WIDE) == found.cells


@given(
    box=st.tuples(st.integers(-50, 900), st.integers(-50, 500), st.integers(40, 1200), st.integers(40, 800)),
    aspect=st.sampled_from([(16, 9), (9, 16), (1, 1), (4, 3), (21, 9)]),
)
def test_a_locked_box_lies_inside_has_its_ratio_and_touches_two_sides(box: Box, aspect: tuple[int, int]) -> None:
    x0, y0 = max(0, box[0]), max(0, box[1])
    x1, y1 = min(1000, max(box[2], x0 + 20)), min(600, max(box[3], y0 + 20))
    got = lock_ratio((x0, y0, x1, y1), aspect, (1000, 600))
    width, height = got[2] - got[0], got[3] - got[1]
    assert x0 <= got[0] < got[2] <= x1
    assert y0 <= got[1] < got[3] <= y1
    assert abs(width * aspect[1] - height * aspect[0]) <= max(aspect)
    assert width == x1 - x0 or height == y1 - y0


def test_the_same_cell_number_is_the_same_box_and_others_are_refused() -> None:
    cells: tuple[Box, ...] = tuple((x, y, x + 9, y + 9) for y, x in product((0, 10), (0, 10)))
    assert cell_box(cells, 3) == (0, 10, 9, 19)
    with pytest.raises(MediaError) as caught:
        cell_box(cells, 7)
    assert caught.value.message == "There is no cell 7; the grid has 4."
    assert caught.value.remedy == "Give a cell from 1 to 4, or a --box x0,y0,x1,y1."


@pytest.fixture
def grid_file(tmp_path: Path) -> Path:
    save_png(sheet(2, 2)[0], tmp_path / "grid.png")
    return tmp_path / "grid.png"


def test_a_crop_is_cut_exactly_when_it_is_large_enough(grid_file: Path, tmp_path: Path) -> None:
    made = crop_frame(grid_file, (10, 20, 330, 200), WIDE, tmp_path / "clean" / "SEQ01.png", min_size_px=(320, 180))
    assert (made.box, made.source_px, made.size_px) == ((10, 20, 330, 200), (320, 180), (320, 180))
    assert (made.upscaled, made.note, made.backup) == (False, None, None)
    assert made.sha256 == sha256_of(tmp_path / "clean" / "SEQ01.png")
    assert np.array_equal(load_rgb(tmp_path / "clean" / "SEQ01.png"), load_rgb(grid_file)[20:200, 10:330])


def test_a_small_crop_is_enlarged_and_says_its_true_size(grid_file: Path, tmp_path: Path) -> None:
    made = crop_frame(grid_file, (0, 0, 472, 262), WIDE, tmp_path / "SEQ01.png", min_size_px=(1280, 720))
    assert (made.box, made.source_px, made.size_px, made.upscaled) == ((3, 0, 469, 262), (466, 262), (1280, 720), True)
    assert made.note == (
        "The crop is 466×262 px; it was enlarged 2.75 times to 1280×720 px"
        " and is softer than a frame made at that size."
    )
    assert load_rgb(tmp_path / "SEQ01.png").shape == (720, 1280, 3)


def test_the_frame_before_a_crop_is_kept(grid_file: Path, tmp_path: Path) -> None:
    clean = tmp_path / "SEQ01.png"
    first = crop_frame(grid_file, (0, 0, 160, 90), WIDE, clean, min_size_px=(160, 90))
    second = crop_frame(grid_file, (500, 300, 660, 390), WIDE, clean, min_size_px=(160, 90))
    third = crop_frame(grid_file, (0, 300, 160, 390), WIDE, clean, min_size_px=(160, 90))
    assert (second.backup, third.backup) == (tmp_path / "SEQ01.1.png", tmp_path / "SEQ01.2.png")
    assert sha256_of(tmp_path / "SEQ01.1.png") == first.sha256
    assert sha256_of(tmp_path / "SEQ01.2.png") == second.sha256


@pytest.mark.parametrize(
    ("box", "code", "message"),
    [
        ((0, 0, 961, 540), "crop-outside", "The box 0,0,961,540 lies outside grid.png, which is 960×540 px."),
        ((-1, 0, 90, 90), "crop-outside", "The box -1,0,90,90 lies outside grid.png, which is 960×540 px."),
        ((90, 0, 90, 90), "crop-empty", "The box 90,0,90,90 is empty: its end must lie right of and below its start."),
        ((0, 0, 16, 9), "crop-too-small", "The crop is only 16×9 px."),
    ],
)
def test_a_bad_box_writes_nothing(grid_file: Path, tmp_path: Path, box: Box, code: str, message: str) -> None:
    clean = tmp_path / "SEQ01.png"
    clean.write_bytes(b"approved")
    with pytest.raises(MediaError) as caught:
        crop_frame(grid_file, box, WIDE, clean, min_size_px=(160, 90))
    assert (caught.value.code, caught.value.message) == (code, message)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["SEQ01.png", "grid.png"]
    assert clean.read_bytes() == b"approved"
