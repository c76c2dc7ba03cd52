"""What the cut takes of approved takes; and what a hand edit to approved means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from starsend.model.status import Status
from starsend.production.overview import look_over
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import AT, a_take, lay
from tests.fakes.verdicts import SEQ01, SH03, S, cut, waits
from tests.fakes.worlds import world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


def test_a_hand_edit_to_approved_means_the_newest_take_and_can_be_undone(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1), a_take(2))
    assert cut(film)["SH01"] == "SEQ01_T002"
    record = film.review.reopen(SEQ01)
    assert (record.state, record.approved_take, cut(film)["SH01"]) == (S.VIDEO_COMPLETE, None, None)


def test_a_hand_edit_to_approved_can_be_replaced_by_another_take(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1), a_take(2))
    assert film.review.approve(SEQ01, 1).approved_take == 1
    assert cut(film)["SH01"] == "SEQ01_T001"


@pytest.mark.parametrize("state", list(Status))
def test_the_cut_asks_verdicts_and_never_the_state(film: OpenProject, state: Status) -> None:
    lay(film, "SEQ01", state, a_take(1, verdict="approved"), a_take(2))
    assert set(cut(film).values()) == {"SEQ01_T001"}


def test_a_shots_own_approved_take_goes_before_the_sequences_even_if_older(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(9, verdict="approved"))
    lay(film, "SEQ01_SH02", S.VIDEO_FAILED, a_take(1, covers=("SH02",), verdict="approved"))
    assert cut(film) == {"SH01": "SEQ01_T009", "SH02": "SEQ01_SH02_T001", "SH03": "SEQ01_T009"}


def test_parts_are_cut_together_from_the_latest_approved_take_of_each_shot(film: OpenProject) -> None:
    later = AT + timedelta(days=1)
    lay(
        film,
        "SEQ01",
        S.APPROVED,
        a_take(1, covers=("SH01", "SH02"), verdict="approved", verdict_at=later),
        a_take(2, covers=("SH02", "SH03"), verdict="approved"),
    )
    assert cut(film) == {"SH01": "SEQ01_T001", "SH02": "SEQ01_T001", "SH03": "SEQ01_T002"}


def test_an_excepted_shot_falls_back_to_an_earlier_approved_take_that_shows_it(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved"), a_take(2, verdict="approved", except_=("SH03",)))
    assert cut(film) == {"SH01": "SEQ01_T002", "SH02": "SEQ01_T002", "SH03": "SEQ01_T001"}
    assert waits(film, "SEQ01") == ""


def test_a_sequence_can_wait_for_several_things_at_once(film: OpenProject) -> None:
    lay(
        film,
        "SEQ01",
        S.VIDEO_COMPLETE,
        a_take(1, covers=("SH01", "SH02")),
        a_take(2, covers=("SH03",), outcome="failed", batch=1),
    )
    assert waits(film, "SEQ01") == "SEQ01_T002 failed; a look"


def test_a_file_that_lies_among_the_takes_of_a_shot_without_a_record_is_listed(film: OpenProject) -> None:
    place = film.paths.video("ep_001", SH03, 4)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x")
    rows = {str(row.slate): row for row in look_over(film.project).rows}
    assert rows["SEQ01_SH03"].unrecorded == ("projects/film/takes/ep_001/SEQ01_SH03/SEQ01_SH03_T004.mp4",)
    assert (rows["SEQ01_SH03"].record, rows["SEQ01_SH03"].state) == (None, S.VIDEO_PENDING)


def test_an_approved_part_says_which_shots_have_no_approved_take(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, covers=("SH01", "SH02"), verdict="approved"))
    row = next(row for row in look_over(film.project).rows if row.slate == SEQ01)
    assert "an approved take of SH03" in row.waits
