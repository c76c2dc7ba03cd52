"""A picked cell rendered again: what is ordered, what it is estimated at, and what becomes of the frame."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from starsend.errors import ProviderError, UnknownName
from starsend.media.files import sha256_of
from starsend.media.picture import inspect_picture, load_rgb, save_png
from starsend.media.reframe import cut, fitted
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Box, Media, Take
from starsend.production.job import Job
from starsend.production.take_request import order_json, order_of
from starsend.production.wish import Wish
from starsend.providers.order import ElementOrder, Order, ShotOrder
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, changed
from starsend.settings import read_settings
from starsend.studio import OpenProject, Parts, PooledInspector, Studio
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import plan, quick_desk, world, write_plan

SEQ01 = Slate("SEQ01")
CELLS: tuple[Box, ...] = ((0, 0, 160, 90), (168, 0, 328, 90), (0, 98, 160, 188), (168, 98, 328, 188))


def sheet_of_noise() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(7).integers(0, 256, (188, 328, 3), dtype=np.uint8)


def lay_grid(desk: OpenProject, elements: tuple[ElementOrder, ...] = (), model: str = "gemini-3-pro-image") -> Take:
    path = desk.paths.grid("ep_001", "SEQ01_T001")
    path.parent.mkdir(parents=True, exist_ok=True)
    save_png(sheet_of_noise(), path)
    order = Order(
        slate=SEQ01,
        medium="grid",
        mode="grid",
        model=model,
        title="Film",
        shots=(ShotOrder("SH01", "Wide. A road at night.", 1.0),),
        elements=elements,
        size_px=(1280, 720),
    )
    take = a_take(
        1,
        medium="grid",
        mode="grid",
        covers=(),
        media=Media(path=desk.paths.relative(path), sha256=sha256_of(path), bytes=path.stat().st_size),
        cells=CELLS,
    ).but(order=order_json(order))
    lay(desk, "SEQ01", Status.KEYFRAME_COMPLETE, take)
    return take


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server", weather=CALM) as running:
        yield running


@pytest.fixture
def film(tmp_path: Path, server: RehearsalServer, inspector: PooledInspector) -> Iterator[OpenProject]:
    """The small plan, with Gemini as a person would set it."""
    workspace = tmp_path / "workspace"
    write_plan(workspace)
    environ = {"GEMINI_API_KEY": "a-key", "GOOGLE_GEMINI_BASE_URL": server.url}
    with Studio(
        read_settings(workspace, provider="live", environ=environ), Parts(quick_desk(), inspector=inspector)
    ) as studio:
        yield studio.open("film")


def order_in(job: Job) -> Order:
    assert job.request is not None
    return job.request.drafts[0].order


def test_the_order_has_the_cells_own_pixels_kept_by_content(film: OpenProject) -> None:
    lay_grid(film)
    for number, (x0, y0, x1, y1) in enumerate(CELLS, start=1):
        order = order_in(film.finisher.prepare(SEQ01, cell=number, take=None))
        assert order.start_frame is not None
        kept = film.paths.workspace / order.start_frame
        assert kept.parent == film.paths.uploads
        assert kept.stem == sha256_of(kept)
        assert np.array_equal(load_rgb(kept), sheet_of_noise()[y0:y1, x0:x1])
        assert (order.cell, order.cell_of, order.mode, order.medium) == (number, "SEQ01_T001", "finish", "frame")


def test_the_same_cell_makes_the_same_order(film: OpenProject) -> None:
    lay_grid(film)
    assert order_in(film.finisher.prepare(SEQ01, cell=2, take=None)) == order_in(
        film.finisher.prepare(SEQ01, cell=2, take=None)
    )


@pytest.mark.parametrize(
    ("resolution", "elements", "estimate"),
    [
        ("720p", 0, "0.16"),  # 0.134 for 1K, 0.0011 for the cell, 0.02 for words
        ("4k", 0, "0.27"),  # 0.24 for 4K
        ("720p", 5, "0.17"),  # sixteen pictures are wanted, fourteen sent: 0.134 + 14 × 0.0011 + 0.02 = 0.1694
    ],
)
def test_the_estimate_is_for_the_size_and_the_pictures_that_are_sent(
    film: OpenProject, resolution: str, elements: int, estimate: str
) -> None:
    document = plan(format={"aspect_ratio": "16:9", "fps": "24", "resolution": resolution})
    write_plan(film.paths.workspace, document)
    desk = Studio(film.studio.settings, film.studio.parts).open("film")
    three = (Path("a.png"), Path("b.png"))
    lay_grid(desk, tuple(ElementOrder(f"e{n}", "prop", "", Path("f.png"), three) for n in range(elements)))
    job = desk.finisher.prepare(SEQ01, cell=1, take=None)
    assert job.estimate_usd == Decimal(estimate)


def test_a_cell_that_is_not_there_is_named(film: OpenProject) -> None:
    lay_grid(film)
    with pytest.raises(UnknownName, match="SEQ01_T001 has 4 cells, and no cell 5"):
        film.finisher.prepare(SEQ01, cell=5, take=None)


def test_a_finished_frame_from_grid_to_clean_frame(film: OpenProject, server: RehearsalServer) -> None:
    (grid,) = film.runner.prepare("SEQ01", Wish(mode="grid"))
    film.steps.advance(grid.slate, grid.request, grid.provider)
    film.steps.run_out(grid.slate)
    frame = film.finisher.finish(film.finisher.prepare(SEQ01, cell=3, take=None))
    made = film.store.load("SEQ01").record.takes[-1]
    job = server.books().jobs[-1]
    assert (made.medium, made.outcome, made.provider) == ("frame", "complete", "gemini")
    assert made.cost_usd == Decimal(job.billed_usd)
    cell = order_of(made).start_frame
    assert cell is not None
    shown = job.input["contents"][0]["parts"][1]["inlineData"]
    assert shown["sha256"] == sha256_of(film.paths.workspace / cell)
    info = inspect_picture(film.paths.workspace / frame.path)
    assert (info.width_px, info.height_px) == film.project.plan.format.size_px
    assert frame.note == "finished as SEQ01_T002"
    assert len(server.books().jobs) == 2


def test_a_refused_frame_leaves_the_grid_to_crop_from(film: OpenProject, server: RehearsalServer) -> None:
    lay_grid(film)
    server.set(changed(CALM, {"gemini_block_output_first": 1}))
    with pytest.raises(ProviderError, match="Gemini refused the picture") as caught:
        film.finisher.finish(film.finisher.prepare(SEQ01, cell=1, take=None))
    assert caught.value.remedy == "crop the cell instead: starsend crop"
    film.frames.crop(SEQ01, cell=1, box=None)


def test_the_embedded_provider_draws_the_cell_as_before(tmp_path: Path, inspector: PooledInspector) -> None:
    desk = world(tmp_path, inspector).open()
    workspace = desk.paths.workspace
    with Studio(
        read_settings(workspace, provider="animatic", fast=True, environ={}), Parts(quick_desk(), inspector=inspector)
    ) as studio:
        drawn = studio.open("film")
        lay_grid(drawn)
        frame = drawn.finisher.finish(drawn.finisher.prepare(SEQ01, cell=2, take=None))
        made = drawn.store.load("SEQ01").record.takes[-1]
        assert made.estimate_usd == 0
        assert made.media is not None
        assert np.array_equal(load_rgb(workspace / frame.path), load_rgb(workspace / made.media.path))


# --- reframing ---


@pytest.mark.parametrize(
    ("came", "wanted", "size"),
    [
        ((2752, 1536), (1920, 1080), (1920, 1080)),
        ((1280, 720), (1280, 720), (1280, 720)),
        ((640, 360), (1280, 720), (640, 360)),
        ((1584, 672), (1720, 720), (1584, 663)),
        ((1536, 1536), (1280, 720), (1280, 720)),
    ],
)
def test_a_frame_takes_the_projects_shape_and_is_never_enlarged(
    came: tuple[int, int], wanted: tuple[int, int], size: tuple[int, int]
) -> None:
    height, width = fitted(np.zeros((came[1], came[0], 3), np.uint8), wanted).shape[:2]
    assert (width, height) == size


def test_a_frame_is_cut_to_its_middle() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = 200
    assert (fitted(picture, (100, 100)) == 200).all()


def test_a_cell_is_cut_pixel_for_pixel(tmp_path: Path) -> None:
    save_png(sheet_of_noise(), tmp_path / "sheet.png")
    assert np.array_equal(cut(tmp_path / "sheet.png", (10, 20, 40, 60)), sheet_of_noise()[20:60, 10:40])
