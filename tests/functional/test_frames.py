"""A person's choice becomes the start frame: crops, pictures that were dropped in, and what they make stale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from starsend.errors import Busy, MediaError, PlanError, StaleWrite, UnknownName
from starsend.media.files import sha256_of
from starsend.media.picture import save_png
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Box, FrameUse, Inputs, Media, ShotInput, Take
from starsend.production.overview import look_over
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world

S = Status
SEQ01, SH02 = Slate("SEQ01"), Slate("SEQ01", "SH02")
CELLS: tuple[Box, ...] = ((0, 0, 158, 88), (162, 0, 320, 88), (0, 92, 158, 180), (162, 92, 320, 180))
GREYS = (40, 80, 120, 160)


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


def grid(film: OpenProject, number: int, slate: str = "SEQ01", lift: int = 0) -> Take:
    """A complete 2x2 grid with its sheet: each cell another grey."""
    sheet = np.full((180, 320, 3), 240, np.uint8)
    for (x0, y0, x1, y1), grey in zip(CELLS, GREYS, strict=True):
        sheet[y0:y1, x0:x1] = grey + lift
    path = film.paths.grid("ep_001", f"{slate}_T{number:03d}")
    path.parent.mkdir(parents=True, exist_ok=True)
    save_png(sheet, path)
    media = Media(path=film.paths.relative(path), sha256=sha256_of(path), bytes=path.stat().st_size)
    return a_take(number, medium="grid", mode="grid", covers=(), media=media, cells=CELLS)


def clean(film: OpenProject, slate: str = "SEQ01") -> Path:
    return film.paths.clean_frame("ep_001", Slate.parse(slate))


def drop(film: OpenProject, slate: str, grey: int = 99) -> Path:
    path = clean(film, slate)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (1280, 720), (grey, grey, grey)).save(path)
    return path


def grey_of(path: Path) -> int:
    with Image.open(path) as picture:
        return int(np.asarray(picture.convert("L")).mean().round())


def record_of(film: OpenProject, slate: str = "SEQ01") -> Record:
    return film.store.load(slate).record


# --- crop ---


@pytest.mark.parametrize("cell", [1, 2, 3, 4])
def test_cells_count_from_one_left_to_right_top_to_bottom(film: OpenProject, cell: int) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    frame = film.frames.crop(SEQ01, cell=cell, box=None)
    assert grey_of(clean(film)) == pytest.approx(GREYS[cell - 1], abs=2)
    assert (frame.path, frame.from_, frame.cell) == ("projects/film/frames/ep_001/clean/SEQ01.png", "SEQ01_T001", cell)
    assert (frame.width, frame.height, frame.sha256) == (1280, 720, sha256_of(clean(film)))


def test_a_crop_moves_to_video_pending_and_the_record_says_what_was_chosen(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    film.frames.crop(SEQ01, cell=3, box=None)
    record = record_of(film)
    last = record.history[-1]
    assert (last.from_, last.to, last.why) == (
        S.KEYFRAME_COMPLETE,
        S.VIDEO_PENDING,
        "a clean frame from SEQ01_T001, cell 3",
    )
    assert record.clean_frame is not None
    assert record.clean_frame.note == (
        "The crop is 156×88 px; it was enlarged 8.21 times to 1280×720 px and is softer than a frame made at that size."
    )


def test_a_box_is_locked_to_the_projects_ratio(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    frame = film.frames.crop(SEQ01, cell=None, box=(0, 0, 158, 180))
    assert (frame.cell, frame.box) == (None, (0, 45, 158, 134))


@pytest.mark.parametrize(
    ("box", "code", "what"),
    [
        ((0, 0, 321, 90), "crop-outside", "The box 0,0,321,90 lies outside SEQ01_T001.png, which is 320×180 px."),
        ((-1, 0, 160, 90), "crop-outside", "The box -1,0,160,90 lies outside SEQ01_T001.png, which is 320×180 px."),
        (
            (10, 10, 10, 90),
            "crop-empty",
            "The box 10,10,10,90 is empty: its end must lie right of and below its start.",
        ),
    ],
)
def test_a_box_that_is_not_in_the_sheet_is_refused_and_nothing_changes(
    film: OpenProject, box: Box, code: str, what: str
) -> None:
    before = lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    with pytest.raises(MediaError) as caught:
        film.frames.crop(SEQ01, cell=None, box=box)
    assert (caught.value.code, str(caught.value), caught.value.exit_code) == (code, what, 2)
    assert (record_of(film), clean(film).exists()) == (before, False)


@pytest.mark.parametrize("cell", [7, 0, -1])
def test_cell_7_of_4_is_refused(film: OpenProject, cell: int) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    with pytest.raises(UnknownName) as caught:
        film.frames.crop(SEQ01, cell=cell, box=None)
    assert (str(caught.value), caught.value.remedy, caught.value.exit_code) == (
        f"SEQ01_T001 has 4 cells, and no cell {cell}",
        "cells count from 1, left to right, top to bottom: --cell 1 to --cell 4",
        2,
    )


def test_a_crop_without_a_choice_is_refused(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    with pytest.raises(PlanError, match="SEQ01_T001: neither a cell nor a box is named"):
        film.frames.crop(SEQ01, cell=None, box=None)


@pytest.mark.parametrize("state", [S.KEYFRAME_PENDING, S.KEYFRAME_FAILED, S.KEYFRAME_COMPLETE])
def test_an_earlier_grid_can_be_picked_from(film: OpenProject, state: Status) -> None:
    lay(film, "SEQ01", state, grid(film, 1), grid(film, 2, lift=10), a_take(3, medium="grid", outcome="failed"))
    assert film.frames.crop(SEQ01, cell=1, box=None).from_ == "SEQ01_T002"
    assert film.frames.crop(SEQ01, cell=1, box=None, take="SEQ01_T001").from_ == "SEQ01_T001"
    assert record_of(film).state is S.VIDEO_PENDING
    assert grey_of(clean(film)) == pytest.approx(40, abs=2)


def test_a_shot_is_cropped_from_its_sequences_grid_or_from_any_others(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    lay(film, "SEQ02", S.KEYFRAME_COMPLETE, grid(film, 1, "SEQ02", lift=50))
    assert film.frames.crop(SH02, cell=2, box=None).from_ == "SEQ01_T001"
    assert film.frames.crop(SH02, cell=2, box=None, take="SEQ02_T001").from_ == "SEQ02_T001"
    assert grey_of(clean(film, "SEQ01_SH02")) == pytest.approx(130, abs=2)
    assert (record_of(film, "SEQ01_SH02").state, record_of(film).state) == (S.VIDEO_PENDING, S.KEYFRAME_COMPLETE)


@pytest.mark.parametrize(
    ("take", "what"),
    [
        (None, "SEQ01 has no complete grid"),
        ("SEQ01_T001", "SEQ01_T001 has no complete grid"),
        ("SEQ09_T001", "SEQ09_T001 has no complete grid"),
    ],
)
def test_a_crop_without_a_grid_is_refused(film: OpenProject, take: str | None, what: str) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    with pytest.raises(UnknownName) as caught:
        film.frames.crop(SEQ01, cell=1, box=None, take=take)
    assert (str(caught.value), caught.value.remedy) == (what, "draw one: starsend generate --seq SEQ01 --mode grid")


def test_a_slate_that_is_not_planned_gets_no_frame(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    with pytest.raises(UnknownName, match="SEQ01 has no shot SH09"):
        film.frames.crop(Slate("SEQ01", "SH09"), cell=1, box=None)
    assert not clean(film, "SEQ01_SH09").exists()


@pytest.mark.parametrize("state", [S.KEYFRAME_GENERATING, S.KEYFRAME_COMPLETE, S.KEYFRAME_PENDING, S.KEYFRAME_FAILED])
def test_no_frame_is_accepted_over_a_grid_that_is_being_drawn(film: OpenProject, state: Status) -> None:
    before = lay(film, "SEQ01", state, grid(film, 1), a_take(2, medium="grid", outcome="pending"))
    with pytest.raises(Busy) as caught:
        film.frames.crop(SEQ01, cell=1, box=None)
    assert str(caught.value) == "SEQ01_T002 is not settled yet; SEQ01 waits for it"
    assert not clean(film).exists()
    drop(film, "SEQ01")
    with pytest.raises(Busy):
        film.runner.accept_clean_frame(SEQ01)
    assert film.frames.adopt_found(SEQ01) == ()
    assert record_of(film) == before


def test_a_crop_of_what_somebody_changed_meanwhile_is_stale_and_leaves_the_frame_alone(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    seen = film.store.load("SEQ01")
    film.frames.crop(SEQ01, cell=1, box=None)
    with pytest.raises(StaleWrite):
        film.frames.crop(SEQ01, cell=4, box=None, seen=seen)
    assert grey_of(clean(film)) == pytest.approx(40, abs=2)
    assert [path.name for path in clean(film).parent.iterdir()] == ["SEQ01.png"]


def test_frames_that_were_there_before_are_kept_as_numbered_backups(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    drop(film, "SEQ01", 99)
    for cell in (1, 2):
        film.frames.crop(SEQ01, cell=cell, box=None)
    folder = clean(film).parent
    assert sorted(path.name for path in folder.iterdir()) == ["SEQ01.1.png", "SEQ01.2.png", "SEQ01.png"]
    assert [grey_of(folder / name) for name in ("SEQ01.1.png", "SEQ01.2.png", "SEQ01.png")] == pytest.approx(
        [99, 40, 80], abs=2
    )


# --- later states, and what becomes stale ---


@pytest.mark.parametrize(
    "state",
    [S.VIDEO_PENDING, S.VIDEO_SUBMITTED, S.VIDEO_PROCESSING, S.VIDEO_COMPLETE, S.VIDEO_FAILED, S.APPROVED, S.REJECTED],
)
def test_a_crop_in_a_later_state_writes_the_file_and_moves_nothing(film: OpenProject, state: Status) -> None:
    unsettled = state in (S.VIDEO_SUBMITTED, S.VIDEO_PROCESSING)
    lay(film, "SEQ01", state, grid(film, 1), a_take(2, outcome="pending" if unsettled else "complete"))
    film.frames.crop(SEQ01, cell=2, box=None)
    record = record_of(film)
    assert record.state is state
    assert [(e.from_, e.to, e.why) for e in record.history[1:]] == [
        (state, state, "a clean frame from SEQ01_T001, cell 2")
    ]
    assert grey_of(clean(film)) == pytest.approx(80, abs=2)


def started_with(film: OpenProject, number: int, frame: Path, shot: str = "SH01", slate: str = "SEQ01") -> Take:
    """A take as the plan wants it, that began with that picture."""
    _, sequence = film.loaded.plan.find_sequence("SEQ01")
    one = Slate.parse(slate).shot
    shots = [s for s in sequence.shots if one in (None, s.id)]
    inputs = Inputs(
        shots=tuple(ShotInput(id=s.id, prompt=s.prompt, duration_s=float(s.duration_s)) for s in shots),
        start_frame=FrameUse(choice="x", path=film.paths.relative(frame), sha256=sha256_of(frame)),
    )
    return a_take(
        number, covers=tuple(s.id for s in shots), inputs=inputs, order={"slate": {"sequence": "SEQ01", "shot": one}}
    )


def test_a_new_frame_marks_the_takes_that_began_with_the_old_one(film: OpenProject) -> None:
    frame = drop(film, "SEQ01")
    lay(film, "SEQ01", S.APPROVED, grid(film, 1), started_with(film, 2, frame))
    lay(film, "SEQ01_SH01", S.VIDEO_COMPLETE, started_with(film, 1, frame, slate="SEQ01_SH01"))
    film.frames.crop(SEQ01, cell=2, box=None)
    assert record_of(film).takes[1].stale == ("its start frame SEQ01.png was replaced",)
    assert record_of(film, "SEQ01_SH01").takes[0].stale == ("its start frame SEQ01.png was replaced",)
    assert [row.stale for row in look_over(film.project).rows[:2]] == [
        {2: ("its start frame SEQ01.png was replaced",)},
        {1: ("its start frame SEQ01.png was replaced",)},
    ]
    assert record_of(film).state is S.APPROVED


def test_putting_the_old_frame_back_makes_the_takes_fresh_again(film: OpenProject) -> None:
    frame = drop(film, "SEQ01", 99)
    lay(film, "SEQ01", S.VIDEO_COMPLETE, grid(film, 1), started_with(film, 2, frame))
    film.frames.crop(SEQ01, cell=2, box=None)
    drop(film, "SEQ01", 99)
    film.frames.accept(SEQ01)
    assert record_of(film).takes[1].stale == ()


def test_the_same_crop_again_makes_nothing_stale(film: OpenProject) -> None:
    lay(film, "SEQ01", S.KEYFRAME_COMPLETE, grid(film, 1))
    film.frames.crop(SEQ01, cell=1, box=None)
    lay(film, "SEQ01", S.VIDEO_COMPLETE, grid(film, 1), started_with(film, 2, clean(film)))
    film.frames.crop(SEQ01, cell=1, box=None)
    assert record_of(film).takes[1].stale == ()


# --- pictures that were dropped in ---


@pytest.mark.parametrize("state", [None, S.KEYFRAME_PENDING, S.KEYFRAME_COMPLETE, S.KEYFRAME_FAILED])
def test_a_picture_that_was_dropped_into_clean_is_found(film: OpenProject, state: Status | None) -> None:
    if state is not None:
        lay(film, "SEQ01", state)
    drop(film, "SEQ01")
    drop(film, "SEQ01_SH02")
    assert film.frames.adopt_found(SEQ01) == (SEQ01, SH02)
    record = record_of(film)
    assert (record.state, record_of(film, "SEQ01_SH02").state) == (S.VIDEO_PENDING, S.VIDEO_PENDING)
    assert record.clean_frame is not None
    assert (record.clean_frame.from_, record.history[-1].why) == ("found", "a clean frame from found")
    assert film.frames.adopt_found(SEQ01) == (), "once is enough"


def test_a_found_picture_that_was_exchanged_is_found_again_and_moves_nothing_later(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, started_with(film, 1, drop(film, "SEQ01", 50)))
    drop(film, "SEQ01", 60)
    assert film.frames.adopt_found(SEQ01) == (SEQ01,)
    record = record_of(film)
    assert (record.state, record.takes[0].stale) == (S.VIDEO_COMPLETE, ("its start frame SEQ01.png was replaced",))


def test_run_finds_the_picture_and_asks_for_the_video(film: OpenProject) -> None:
    drop(film, "SEQ01")
    (job,) = film.runner.agenda(sequence="SEQ01").jobs
    assert job.notes[0] == "SEQ01 SH01–SH03 starts with SEQ01's clean frame"


def test_accepting_what_is_not_there_or_no_picture_is_refused(film: OpenProject) -> None:
    with pytest.raises(UnknownName) as caught:
        film.runner.accept_clean_frame(SEQ01)
    assert (str(caught.value), caught.value.remedy) == (
        "SEQ01 has no clean frame",
        "crop one, or put a picture there: projects/film/frames/ep_001/clean/SEQ01.png",
    )
    clean(film).parent.mkdir(parents=True)
    clean(film).write_text("<html>")
    with pytest.raises(MediaError):
        film.runner.accept_clean_frame(SEQ01)
    assert film.store.find("SEQ01") is None
