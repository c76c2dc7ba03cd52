"""An order in the words and pictures that a Gemini image model gets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from starsend.catalogue.entries import ModelEntry
from starsend.catalogue.image_sizes import about_px, covering_size, nearest_ratio
from starsend.catalogue.loader import load_catalogue
from starsend.errors import PlanError
from starsend.model.slate import Slate
from starsend.providers.gemini_prompt import word
from starsend.providers.order import ElementOrder, Order, ShotOrder

PRO = load_catalogue().get("gemini-3-pro-image")
LITE = load_catalogue().get("gemini-3.1-flash-lite-image")
DANA = ElementOrder("dana", "character", "woman, 30s, red parka", Path("dana/front.png"), (Path("dana/side.png"),))
TRUCK = ElementOrder("truck", "prop", "a rusty pickup.", None, (Path("truck/left.jpg"),))
GRID = Order(
    slate=Slate("SEQ01"),
    medium="grid",
    mode="grid",
    model="gemini-3-pro-image",
    title="Night road",
    shots=(ShotOrder("SH01", "Wide. a rusty pickup alone on the wet highway. 35mm, cold rain", 4.0),),
    elements=(DANA, TRUCK),
    style="35mm, cold rain",
    style_images=(Path("style/rain.png"),),
)
FINISH = replace(
    GRID,
    medium="frame",
    mode="finish",
    cell=3,
    cell_of="SEQ01_T001",
    start_frame=Path("crop.png"),
    size_px=(1920, 1080),
)


def pictures(order: Order, entry: ModelEntry = PRO) -> list[str]:
    return [part.as_posix() for part in word(order, entry).parts if isinstance(part, Path)]


def text(order: Order, entry: ModelEntry = PRO) -> str:
    return str(word(order, entry).parts[0])


def test_a_grid_with_elements_and_style_in_full() -> None:
    wording = word(GRID, PRO)
    assert wording.parts == (
        "Answer with one picture: a 2x2 contact sheet of 2 columns and 2 rows, 4 cells in reading order, left to right"
        " and top to bottom.\n\n"
        "All cells have exactly the same size, each 16:9. Thin straight white gutters, all of the same width, part"
        " them; otherwise the cells fill the sheet to its edges. No other border or frame, and no text, number,"
        " caption, label or watermark anywhere.\n\n"
        "Each cell is a finished film frame, complete in itself: a different variant of the same moment, as the first"
        " frame of one and the same shot. From cell to cell change the composition, the camera's angle and distance,"
        " and the lens. The moment stays the same, and so do the people with their faces and clothes, the props,"
        " the place, the light and the time of day; they are those of the reference pictures, where there are some.\n\n"
        "The moment: Wide. a rusty pickup alone on the wet highway. 35mm, cold rain\n\n"
        "Who and what appears:\n"
        "- dana, a character: woman, 30s, red parka.\n"
        "- truck, a prop: a rusty pickup.",
        "Reference picture 1 of 2, from the front, of dana, a character: woman, 30s, red parka.",
        Path("dana/front.png"),
        "Reference picture 2 of 2, of dana, a character: woman, 30s, red parka.",
        Path("dana/side.png"),
        "Reference picture 1 of 1, of truck, a prop: a rusty pickup.",
        Path("truck/left.jpg"),
        "Style picture 1 of 1: take over its look (light, colours, grain, lens), none of what it shows.",
        Path("style/rain.png"),
    )
    assert (wording.aspect_ratio, wording.image_size) == ("16:9", "2K")


def test_a_finished_frame_in_full() -> None:
    wording = word(replace(FINISH, elements=(TRUCK,)), PRO)
    assert wording.parts == (
        "Answer with one picture: the frame that follows, rendered again at full resolution.\n\n"
        "Render exactly this frame: the same composition, framing and camera angle, the same people with the same"
        " faces, poses and clothes, the same props and place, the same light and colours. Add nothing and leave"
        " nothing out; only make it sharp and rich in detail. It fills the whole picture: no border, no gutter, no"
        " second frame, no text, number or watermark.\n\n"
        "What it shows: Wide. a rusty pickup alone on the wet highway. 35mm, cold rain\n\n"
        "Who and what appears:\n"
        "- truck, a prop: a rusty pickup.\n\n"
        "The frame to render:",
        Path("crop.png"),
        "Reference picture 1 of 1, of truck, a prop: a rusty pickup.",
        Path("truck/left.jpg"),
    )
    assert (wording.aspect_ratio, wording.image_size) == ("16:9", "2K")


def test_a_cell_without_its_picture_is_refused_before_anything_is_paid() -> None:
    with pytest.raises(PlanError) as caught:
        word(replace(FINISH, start_frame=None), PRO)
    assert caught.value.code == "no-crop"
    assert caught.value.message == "SEQ01: the picture of cell 3 is not in the order"
    assert caught.value.remedy == "crop the cell instead: starsend crop --seq SEQ01 --cell 3"


def test_a_style_that_is_not_in_the_prompt_is_said() -> None:
    assert "The style: ink on paper\n\n" in text(replace(GRID, style="ink on paper"))
    assert "The style:" not in text(GRID)


def _crowd(count: int) -> tuple[ElementOrder, ...]:
    return tuple(
        ElementOrder(f"e{n}", "prop", f"thing {n}", Path(f"e{n}/front.png"), (Path(f"e{n}/a.png"), Path(f"e{n}/b.png")))
        for n in range(count)
    )


def test_beyond_the_cap_frontal_pictures_stay_and_what_is_left_out_is_still_described() -> None:
    crowded = replace(GRID, elements=_crowd(6))
    assert pictures(crowded) == [
        *("e0/front.png", "e0/a.png", "e0/b.png", "e1/front.png", "e1/a.png", "e1/b.png"),
        *("e2/front.png", "e2/a.png", "e2/b.png", "e3/front.png", "e3/a.png", "e3/b.png"),
        *("e4/front.png", "e5/front.png"),
    ]
    sent = pictures(replace(GRID, elements=_crowd(20)))
    assert sent == [f"e{n}/front.png" for n in range(14)]
    assert "- e19, a prop: thing 19." in text(replace(GRID, elements=_crowd(20)))


def test_the_numbers_of_pictures_count_those_that_are_sent() -> None:
    parts = word(replace(GRID, elements=_crowd(6)), PRO).parts
    assert "Reference picture 1 of 1, from the front, of e5, a prop: thing 5." in parts
    assert "Reference picture 3 of 3, of e0, a prop: thing 0." in parts


def test_the_cell_counts_as_one_picture_and_styles_stay_at_home() -> None:
    sent = pictures(replace(FINISH, elements=_crowd(20)))
    assert sent[0] == "crop.png"
    assert len(sent) == PRO.limits.refs_with_start_frame
    assert "style/rain.png" not in pictures(FINISH)


def test_a_picture_that_is_named_twice_goes_once() -> None:
    twin = replace(DANA, references=(Path("dana/front.png"), Path("dana/side.png"), Path("dana/side.png")))
    assert pictures(replace(GRID, elements=(twin,), style_images=())) == ["dana/front.png", "dana/side.png"]


@pytest.mark.parametrize(
    ("columns", "rows", "aspect", "ratio", "each"),
    [
        (2, 2, (16, 9), "16:9", "each 16:9."),
        (3, 3, (9, 16), "9:16", "each 9:16."),
        (1, 2, (21, 9), "4:3", "each as near to 21:9 as the sheet allows."),
        (3, 1, (16, 9), "21:9", "each as near to 16:9 as the sheet allows."),
        (2, 2, (239, 100), "21:9", "each 239:100."),
        (4, 3, (1, 1), "4:3", "each 1:1."),
    ],
)
def test_the_sheet_gets_the_nearest_ratio_that_the_model_makes(
    columns: int, rows: int, aspect: tuple[int, int], ratio: str, each: str
) -> None:
    order = replace(GRID, columns=columns, rows=rows, aspect=aspect)
    assert word(order, PRO).aspect_ratio == ratio
    assert each in text(order)


def test_one_cell_is_no_sheet() -> None:
    said = text(replace(GRID, columns=1, rows=1))
    assert said.startswith("Answer with one picture: a film frame of 16:9, the first frame of a shot.")
    assert "contact sheet" not in said


def test_a_model_of_one_size_is_not_asked_for_a_size() -> None:
    assert word(GRID, LITE).image_size is None
    assert word(FINISH, LITE).image_size is None


@pytest.mark.parametrize(
    ("wanted", "size"),
    [((1280, 720), "1K"), ((1920, 1080), "2K"), ((1080, 1920), "2K"), ((3840, 2160), "4K"), ((9999, 5000), "4K")],
)
def test_a_frame_is_asked_for_in_the_smallest_size_that_covers_it(wanted: tuple[int, int], size: str) -> None:
    assert covering_size(PRO.limits, wanted) == size
    assert word(replace(FINISH, size_px=wanted), PRO).image_size == size


def test_sizes_and_ratios_are_those_of_the_model() -> None:
    assert covering_size(LITE.limits, (3840, 2160)) == "1K"
    assert nearest_ratio(load_catalogue().get("animatic-board").limits, Fraction(239, 100)) == "239:100"
    width, height = about_px("2K", "16:9")
    assert abs(width - 2752) < 32
    assert abs(height - 1536) < 32
    assert about_px("512", "1:1") == (512, 512)
