"""Takes step by step: states, retakes, several at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.errors import Refused
from starsend.model.take import Fault
from starsend.production.wish import Wish
from starsend.providers.base import JobStatus
from tests.fakes.bench import bench, once, slate
from tests.fakes.steps import GRID, MADE, run_out

# ----------------------------------------------------------------------------------------------------------- states


@pytest.mark.parametrize("looks", [1, 4], ids=["at-once", "slowly"])
def test_a_video_goes_through_every_state_of_the_line(looks: int, tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"looks": looks})
    films.begin()
    run_out(films)
    assert films.states() == MADE


def test_a_grid_goes_through_the_keyframe_states(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    assert films.begin(wish=GRID).state == "keyframe_generating"
    run_out(films)
    assert films.states() == ["keyframe_pending", "keyframe_generating", "keyframe_complete"]
    films.world.open().frames.crop(slate(), cell=2, box=None)
    films.generate()
    assert films.states()[3:] == MADE


def test_a_failed_grid_can_be_drawn_again(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    films.world.provider.before_send = once(Refused("no", remedy="x"))
    films.generate(wish=GRID)
    films.generate(wish=GRID)
    assert films.states() == [
        "keyframe_pending",
        "keyframe_generating",
        "keyframe_failed",
        "keyframe_pending",
        "keyframe_generating",
        "keyframe_complete",
    ]


def test_a_retake_begins_at_video_pending_in_the_write_of_its_intent(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.generate()
    before = films.record().revision
    films.world.provider.before_send = lambda intent: revisions.append(films.record().revision)
    revisions: list[int] = []
    films.generate()
    assert films.states() == [*MADE, *MADE]
    assert revisions == [before + 1]


def test_of_several_takes_the_first_receipt_and_poll_and_the_last_outcome_move(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"looks": 2})
    films.world.provider.before_send = once(Refused("no", remedy="x"))
    films.begin(wish=Wish(takes=3))
    run_out(films)
    assert [take.outcome for take in films.record().takes] == ["failed", "complete", "complete"]
    assert films.states() == MADE


def test_takes_that_all_fail_end_in_video_failed_once(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_poll = lambda _job, _number: JobStatus("failed", Fault(code="job-failed", message="no"))
    films.generate(wish=Wish(takes=2))
    assert films.states() == [*MADE[:3], "video_failed"]


def test_the_last_take_that_fails_does_not_hide_one_that_is_complete(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_poll = lambda job, _number: None if job == "job-00001" else JobStatus("failed")
    films.generate(wish=Wish(takes=2))
    assert [take.outcome for take in films.record().takes] == ["complete", "failed"]
    assert films.record().state == "video_complete"


def test_a_grid_of_two_takes_is_complete_when_both_are(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    films.begin(wish=Wish(mode="grid", takes=2))
    desk = films.world.open()
    desk.steps.advance(slate())
    assert [take.outcome for take in films.record().takes] == ["complete", "pending"]
    assert films.record().state == "keyframe_generating"
    desk.steps.run_out(slate())
    assert films.record().state == "keyframe_complete"
    assert [take.media.path for take in films.record().takes if take.media] == [
        "projects/film/frames/ep_001/grids/SEQ01_T001.png",
        "projects/film/frames/ep_001/grids/SEQ01_T002.png",
    ]


def test_the_same_step_may_be_asked_for_again_and_changes_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.generate()
    before = films.record()
    step = films.world.open().steps.advance(slate())
    assert step.done
    assert films.record() == before


def test_a_request_on_an_unsettled_slate_goes_on_with_its_take(tmp_path: Path) -> None:
    films = bench(tmp_path)
    (job,) = films.jobs()
    films.begin()
    films.world.open().steps.advance(job.slate, job.request, job.provider)
    assert len(films.record().takes) == films.accepted == 1
