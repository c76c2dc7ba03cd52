"""Which picture a take starts with: the chain of a single shot, what a sequence uses, and what can be asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from starsend.errors import PersonNeeded, PlanError, UnknownName
from starsend.media.files import sha256_of
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media, Take
from starsend.production.shot_spans import shot_start
from starsend.production.start_frames import repaired_take
from starsend.production.wish import Wish
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.book_provider import write_video
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import plan, world

S = Status
ORDER: dict[str, Any] = {
    "slate": {"sequence": "SEQ01", "shot": None},
    "medium": "video",
    "mode": "multi",
    "model": "kling-o3-pro",
    "title": "Film",
    "shots": [{"id": f"SH0{n}", "prompt": "x", "duration_s": 1.0} for n in (1, 2, 3)],
    "fps": "24",
}


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return make(tmp_path, inspector)


def make(tmp_path: Path, inspector: PooledInspector, **sequence: Any) -> OpenProject:
    document = plan()
    document["episodes"][0]["sequences"][0].update(sequence)
    return world(tmp_path, inspector, document).open()


def picture(path: Path, grey: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (640, 360), (grey, grey, grey)).save(path)
    return path


def clean(film: OpenProject, slate: str, grey: int = 90) -> Path:
    return picture(film.paths.clean_frame("ep_001", Slate.parse(slate)), grey)


def video_take(film: OpenProject, number: int, **fields: Any) -> Take:
    """A complete take of the three shots, one second each, with its file."""
    path = film.paths.video("ep_001", Slate("SEQ01"), number)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, (0, 24, 48, 72), Fraction(24), (64, 36))
    media = Media(path=film.paths.relative(path), sha256=sha256_of(path), bytes=1, frames=72, fps="24/1")
    return a_take(number, **{"media": media, "order": ORDER, **fields})


def notes(film: OpenProject, wish: Wish) -> tuple[str, ...]:
    (job,) = film.runner.prepare("SEQ01", wish)
    return job.notes


def single(shot: int, **wish: Any) -> Wish:
    return Wish(mode="single", shot=str(shot), **wish)


# --- the chain of a single shot ---


def test_a_shot_starts_with_its_own_clean_frame_before_all_others(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, video_take(film, 1))
    clean(film, "SEQ01")
    clean(film, "SEQ01_SH01")
    assert notes(film, single(1))[0] == "SEQ01 SH01 starts with SEQ01_SH01's clean frame"


def test_else_with_its_first_frame_in_the_take_that_it_repairs(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, video_take(film, 1))
    clean(film, "SEQ01")
    assert notes(film, single(3))[:2] == (
        "SEQ01 SH03 starts with SH03's first frame in SEQ01_T001 (frame 48)",
        "SEQ01_SH03 is made to repair SEQ01_T001",
    )
    assert notes(film, single(1))[0] == "SEQ01 SH01 starts with SH01's first frame in SEQ01_T001 (frame 0)"


def test_else_the_first_shot_starts_with_the_sequences_clean_frame(film: OpenProject) -> None:
    clean(film, "SEQ01")
    assert notes(film, single(1))[0] == "SEQ01 SH01 starts with SEQ01's clean frame"


def test_else_a_frame_is_needed_where_the_sequence_requires_one(film: OpenProject) -> None:
    clean(film, "SEQ01")
    with pytest.raises(PersonNeeded) as caught:
        notes(film, single(2))
    assert (str(caught.value), caught.value.code, caught.value.exit_code) == (
        "SEQ01_SH02 needs a start frame, and none is picked",
        "frame-needed",
        6,
    )
    assert caught.value.remedy == (
        "draw a grid: starsend generate --seq SEQ01 --shot SH02 --mode grid; "
        "then: starsend crop --seq SEQ01 --shot SH02 --cell 1; or go without: --start-frame none"
    )


def test_else_it_goes_without_and_says_so(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector, start_frame="optional")
    assert notes(film, single(2))[0] == "SEQ01 SH02 starts with none: SEQ01_SH02 has no clean frame of its own"


def test_where_the_plan_wants_no_frame_none_is_used(tmp_path: Path, inspector: PooledInspector) -> None:
    film = make(tmp_path, inspector, start_frame="none")
    clean(film, "SEQ01")
    for wish in (single(1), Wish(mode="multi")):
        assert notes(film, wish)[0].endswith("starts with none: the plan wants none")


def test_a_fix_repairs_the_approved_take_else_the_newest_complete_one(film: OpenProject) -> None:
    own = lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved"), a_take(2), a_take(3, outcome="failed"))
    repaired = repaired_take(own, "SH02")
    assert repaired is not None
    assert repaired.take == 1
    own = lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2), a_take(3, covers=("SH01",)))
    repaired = repaired_take(own, "SH02")
    assert repaired is not None
    assert repaired.take == 2
    assert repaired_take(None, "SH02") is None


# --- a sequence, and a part of it ---


def test_a_sequence_starts_with_its_clean_frame_else_its_first_shots(film: OpenProject) -> None:
    clean(film, "SEQ01_SH01")
    assert notes(film, Wish(mode="multi"))[0] == "SEQ01 SH01–SH03 starts with SEQ01_SH01's clean frame"
    clean(film, "SEQ01")
    assert notes(film, Wish(mode="multi"))[0] == "SEQ01 SH01–SH03 starts with SEQ01's clean frame"


def test_a_part_starts_with_its_first_shots_clean_frame_and_never_with_the_sequences(film: OpenProject) -> None:
    clean(film, "SEQ01")
    with pytest.raises(PersonNeeded, match="SEQ01_SH02 needs a start frame, and none is picked"):
        notes(film, Wish(mode="multi", shots="2-3"))
    clean(film, "SEQ01_SH02")
    assert notes(film, Wish(mode="multi", shots="2-3"))[0] == "SEQ01 SH02–SH03 starts with SEQ01_SH02's clean frame"


def test_a_sequence_without_its_required_frame_waits_for_a_person(film: OpenProject) -> None:
    with pytest.raises(PersonNeeded) as caught:
        notes(film, Wish(mode="multi"))
    assert str(caught.value) == "SEQ01 needs a start frame, and none is picked"
    assert film.store.find("SEQ01") is None


# --- what can be asked for ---


def test_none_is_none(film: OpenProject) -> None:
    clean(film, "SEQ01")
    assert notes(film, Wish(mode="multi", start_frame="none"))[0] == "SEQ01 SH01–SH03 starts with none: as asked"


def test_the_sequences_frame_can_be_asked_for_by_any_shot(film: OpenProject) -> None:
    clean(film, "SEQ01")
    clean(film, "SEQ01_SH02")
    assert notes(film, single(2, start_frame="sequence"))[0] == "SEQ01 SH02 starts with SEQ01's clean frame, as asked"


def test_the_sequences_frame_must_be_there_to_be_asked_for(film: OpenProject) -> None:
    with pytest.raises(PersonNeeded) as caught:
        notes(film, single(2, start_frame="sequence"))
    assert (str(caught.value), caught.value.remedy) == (
        "SEQ01 has no clean frame",
        "pick one: starsend crop --seq SEQ01 --cell 1",
    )


@pytest.mark.parametrize("asked", ["take:1", "take:T001"])
def test_a_frame_is_pulled_from_the_take_that_is_asked_for(film: OpenProject, asked: str) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, video_take(film, 1), a_take(2))
    clean(film, "SEQ01_SH02")
    (job,) = film.runner.prepare("SEQ01", single(2, start_frame=asked))
    assert job.notes[0] == "SEQ01 SH02 starts with SH02's first frame in SEQ01_T001 (frame 24), as asked"
    assert job.request is not None
    use = job.request.drafts[0].inputs.start_frame
    assert use is not None
    pulled = film.paths.workspace / use.path
    assert pulled.name == "SEQ01_SH02_SEQ01_T001_f00024.png"
    with Image.open(pulled) as still:
        assert still.size == (64, 36)
    assert use.sha256 == sha256_of(pulled)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ("take:7", "SEQ01 has no complete video take 7"),
        ("take:2", "SEQ01 has no complete video take 2"),
        ("take:x", "SEQ01 has no complete video take ?"),
        ("take:²", "SEQ01 has no complete video take ?"),
        ("take:", "SEQ01 has no complete video take ?"),
    ],
)
def test_a_take_that_can_not_be_pulled_from_is_refused(film: OpenProject, asked: str, what: str) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, video_take(film, 1), a_take(2, outcome="failed"))
    with pytest.raises(UnknownName) as caught:
        notes(film, single(2, start_frame=asked))
    assert (str(caught.value), caught.value.remedy) == (what, "see its takes: starsend show SEQ01")


def test_a_take_that_does_not_show_the_shot_is_refused(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, video_take(film, 1, covers=("SH01", "SH02")))
    with pytest.raises(UnknownName, match="take 1 shows SH01, SH02, not SH03"):
        notes(film, single(3, start_frame="take:1"))


def test_a_picture_from_elsewhere_is_copied_in_by_its_content(film: OpenProject, tmp_path: Path) -> None:
    given = picture(tmp_path / "My Frame.PNG")
    (job,) = film.runner.prepare("SEQ01", single(2, start_frame=str(given)))
    assert job.notes[0] == f"SEQ01 SH02 starts with {given}, as asked"
    assert job.request is not None
    use = job.request.drafts[0].inputs.start_frame
    assert use is not None
    assert use.path == f"projects/film/frames/given/{sha256_of(given)}.png"
    assert sha256_of(film.paths.workspace / use.path) == use.sha256 == sha256_of(given)


def test_a_picture_of_the_project_is_named_from_its_folder(film: OpenProject) -> None:
    picture(film.paths.root / "looks" / "a.png")
    (job,) = film.runner.prepare("SEQ01", single(2, start_frame="looks/a.png"))
    assert job.request is not None
    use = job.request.drafts[0].inputs.start_frame
    assert use is not None
    assert use.path == "projects/film/looks/a.png"


def test_a_picture_that_is_not_there_is_a_bad_argument(film: OpenProject) -> None:
    with pytest.raises(PlanError) as caught:
        notes(film, single(2, start_frame="nowhere.png"))
    assert (str(caught.value), caught.value.exit_code) == ("nowhere.png is not there", 2)


# --- end frames ---


def test_a_take_ends_with_the_planned_frame_of_its_last_shot(tmp_path: Path, inspector: PooledInspector) -> None:
    shots = plan()["episodes"][0]["sequences"][0]["shots"]
    shots[1]["end_frame"] = "ends/two.png"
    film = make(tmp_path, inspector, start_frame="none", shots=shots)
    picture(film.paths.root / "ends" / "two.png")
    assert notes(film, single(2))[1] == "SEQ01 SH02 ends with ends/two.png, as planned"
    assert "SEQ01 SH01–SH02 ends with ends/two.png, as planned" in notes(film, Wish(mode="multi", shots="1-2"))
    assert not any("ends with" in note for note in notes(film, Wish(mode="multi")))


def test_an_end_frame_can_be_given(tmp_path: Path, film: OpenProject) -> None:
    given = picture(tmp_path / "end.png")
    (job,) = film.runner.prepare("SEQ01", single(2, start_frame="none", end_frame=str(given)))
    assert job.notes[1] == f"SEQ01 SH02 ends with {given}, as asked"
    assert job.request is not None
    use = job.request.drafts[0].inputs.end_frame
    assert use is not None
    assert use.sha256 == sha256_of(given)


# --- recorded, and where a shot begins ---


def test_the_choice_is_kept_in_the_take(film: OpenProject) -> None:
    frame = clean(film, "SEQ01")
    (job,) = film.runner.prepare("SEQ01", Wish(mode="multi"))
    film.steps.advance(job.slate, job.request, job.provider)
    take = film.store.load("SEQ01").record.takes[0]
    assert take.inputs.start_frame is not None
    assert take.inputs.start_frame.model_dump() == {
        "choice": "SEQ01's clean frame",
        "path": "projects/film/frames/ep_001/clean/SEQ01.png",
        "sha256": sha256_of(frame),
        "kept": f"state/film/uploads/{sha256_of(frame)}.png",
    }


@pytest.mark.parametrize(
    ("cuts", "start"),
    [((), 24), ((24, 48), 24), ((27, 48), 27), ((12,), 12), ((11, 37), 24), ((20, 26), 26)],
)
def test_a_shot_begins_at_the_cut_that_was_found_near_its_planned_frame(cuts: tuple[int, ...], start: int) -> None:
    assert shot_start(a_take(1, order=ORDER, found_cuts=cuts), "SH02") == start


def test_the_first_shot_begins_with_the_take(film: OpenProject) -> None:
    assert shot_start(a_take(1, order=ORDER, found_cuts=(3,)), "SH01") == 0


def test_a_take_written_by_hand_is_shared_out_evenly() -> None:
    media = Media(path="x.mp4", sha256="0", bytes=1, fps="25/1", duration_s=6.0)
    assert shot_start(a_take(1, media=media), "SH02") == 50
    assert shot_start(a_take(1, media=media), "SH03") == 100
    with pytest.raises(UnknownName):
        shot_start(a_take(1, media=media), "SH04")


def test_a_frame_that_the_model_refuses_is_named_before_anything_is_sent(film: OpenProject) -> None:
    path = clean(film, "SEQ01")
    assert film.runner.prepare("SEQ01", Wish(mode="multi"), dry=True)
    Image.new("RGB", (100, 56)).save(path)
    said = []
    for dry in (True, False):
        with pytest.raises(PlanError) as caught:
            film.runner.prepare("SEQ01", Wish(mode="multi"), dry=dry)
        said.append((caught.value.code, caught.value.message))
    code, message = said[0]
    assert said[1] == (code, message)
    assert code == "unfit-frame"
    assert "SEQ01.png is 100×56 px; both sides must be at least 300 px" in message
    assert ".;" not in message
    agenda = film.runner.agenda(dry=True)
    assert [trouble.code for trouble in agenda.troubles] == ["unfit-frame"]
    assert "SEQ01" not in {job.slate.sequence for job in agenda.jobs}
    assert "SEQ02" in {job.slate.sequence for job in agenda.jobs}


def test_an_end_frame_that_the_model_refuses_is_named_in_a_dry_run(film: OpenProject, tmp_path: Path) -> None:
    end = tmp_path / "end.png"
    Image.new("RGB", (356, 100)).save(end)
    with pytest.raises(PlanError) as caught:
        film.runner.prepare("SEQ02", Wish(mode="multi", end_frame=str(end)), dry=True)
    assert caught.value.code == "unfit-frame"
    assert "at least 300 px; " in caught.value.message
