"""Rejecting, and taking back: where a record falls back to, and the trace that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.errors import MoveError, PlanError
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import a_take, lay
from tests.fakes.verdicts import SEQ01, S, cut, moves, verdicts
from tests.fakes.worlds import world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


def test_rejecting_the_only_take_leads_to_rejected_with_its_reason(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    record = film.review.reject(SEQ01, reason=" too dark ")
    assert (record.state, record.takes[0].reason) == (S.REJECTED, "too dark")
    assert moves(record) == [("video_complete", "rejected", "SEQ01_T001 is rejected: too dark")]


def test_a_rejection_is_told_by_its_kinds_and_its_words(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    film.review.reject(SEQ01, 1, reason="too dark", reasons=["camera"])
    record = film.review.reject(SEQ01, 2, reasons=["prompt", "hands"])
    assert [(take.reason, take.reasons) for take in record.takes] == [
        ("too dark", ("camera",)),
        ("prompt ignored, hands", ("prompt", "hands")),
    ]
    assert [why.partition(" is rejected: ")[2] for *_, why in moves(record)] == [
        "camera: too dark",
        "prompt ignored, hands",
    ]


def test_rejecting_a_retake_while_an_approved_take_stands_is_one_move_to_approved(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, verdict="approved"), a_take(2))
    record = film.review.reject(SEQ01, reason="worse")
    assert (record.state, record.approved_take, verdicts(record)) == (S.APPROVED, 1, ["approved", "rejected"])
    assert moves(record) == [("video_complete", "approved", "SEQ01_T002 is rejected: worse; the approved take stands")]
    assert cut(film)["SH01"] == "SEQ01_T001"


def test_rejecting_one_of_several_leaves_the_others_waiting(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2), a_take(3, outcome="failed"))
    first = film.review.reject(SEQ01, reason="dark")
    assert (first.state, verdicts(first)[:2]) == (S.VIDEO_COMPLETE, [None, "rejected"])
    last = film.review.reject(SEQ01, reason="soft")
    assert (last.state, verdicts(last)[:2]) == (S.REJECTED, ["rejected", "rejected"])


def test_after_a_rejection_the_take_that_still_waits_is_the_one_to_approve(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    film.review.reject(SEQ01, reason="dark")
    assert film.review.approve(SEQ01).approved_take == 1


def test_rejecting_twice_by_mistake_does_not_touch_the_approved_take(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, verdict="approved"), a_take(2))
    film.review.reject(SEQ01, reason="worse")
    record = film.review.reject(SEQ01, reason="still worse")
    assert (record.state, record.approved_take, record.takes[1].reason) == (S.APPROVED, 1, "still worse")


def test_rejecting_the_approved_take_falls_back_to_the_one_approved_before(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved"), a_take(2, verdict="approved"))
    record = film.review.reject(SEQ01, reason="on reflection")
    assert (record.state, record.approved_take) == (S.APPROVED, 1)


def test_rejecting_the_approved_take_where_none_else_is_leads_to_rejected(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved", except_=("SH03",)))
    record = film.review.reject(SEQ01, reason="no")
    assert (record.state, record.approved_take, record.takes[0].except_) == (S.REJECTED, None, ())
    assert cut(film) == {"SH01": None, "SH02": None, "SH03": None}


def test_rejecting_an_unjudged_take_of_an_approved_record_moves_nothing(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1), a_take(2, verdict="approved"))
    record = film.review.reject(SEQ01, 1, reason="no")
    assert moves(record) == [("approved", "approved", "SEQ01_T001 is rejected: no")]


def test_a_rejection_needs_a_reason(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    with pytest.raises(PlanError) as caught:
        film.review.reject(SEQ01, reason="  ")
    assert (str(caught.value), caught.value.remedy) == ("SEQ01: a rejection needs a reason", "say it: --reason TEXT")


def test_reopening_an_approval_clears_it_and_falls_back_to_the_one_before(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved"), a_take(2, verdict="approved", except_=("SH03",)))
    record = film.review.reopen(SEQ01)
    assert (record.state, record.approved_take, verdicts(record)) == (S.VIDEO_COMPLETE, 1, ["approved", None])
    assert record.takes[1].except_ == ()
    assert moves(record) == [("approved", "video_complete", "reopened: SEQ01_T002 is no longer approved")]
    assert cut(film)["SH03"] == "SEQ01_T001"


def test_reopening_a_rejection_clears_the_last_one(film: OpenProject) -> None:
    lay(film, "SEQ01", S.REJECTED, a_take(1, verdict="rejected", reason="a"), a_take(2, verdict="rejected", reason="b"))
    record = film.review.reopen(SEQ01)
    assert (record.state, verdicts(record), record.takes[1].reason) == (S.VIDEO_COMPLETE, ["rejected", None], None)


@pytest.mark.parametrize(
    "state", [S.KEYFRAME_PENDING, S.KEYFRAME_COMPLETE, S.KEYFRAME_FAILED, S.VIDEO_PENDING, S.VIDEO_FAILED]
)
def test_reopening_brings_a_record_with_a_complete_take_back_and_keeps_verdicts(
    film: OpenProject, state: Status
) -> None:
    lay(film, "SEQ01", state, a_take(1, verdict="approved"), a_take(2, outcome="cancelled"))
    record = film.review.reopen(SEQ01)
    assert (record.state, record.approved_take) == (S.VIDEO_COMPLETE, 1)


def test_what_waits_for_a_verdict_has_nothing_to_reopen(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    with pytest.raises(MoveError) as caught:
        film.review.reopen(SEQ01)
    assert str(caught.value) == "SEQ01 waits for a verdict already"
    assert caught.value.remedy == "judge it: starsend approve SEQ01, or starsend reject SEQ01 --reason TEXT"
    lay(film, "SEQ02", S.VIDEO_PENDING)
    with pytest.raises(MoveError, match="SEQ02 has no complete video take"):
        film.review.reopen(Slate("SEQ02"))


def test_a_verdict_that_is_taken_back_leaves_its_trace_in_the_history(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    film.review.approve(SEQ01)
    film.review.reopen(SEQ01)
    record = film.review.reject(SEQ01, reason="no")
    assert [why for *_, why in moves(record)] == [
        "SEQ01_T001 is approved",
        "reopened: SEQ01_T001 is no longer approved",
        "SEQ01_T001 is rejected: no",
    ]
    assert {entry.by for entry in record.history[1:]} == {"test"}
