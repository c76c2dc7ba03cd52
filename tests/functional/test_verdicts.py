"""Choosing is free, instant and undoable: approve, reject, reopen, note, and what the cut takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from starsend.errors import Busy, MoveError, PlanError, RecordBroken, StaleWrite, UnknownName
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media
from starsend.production.overview import cut_of, look_over
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import AT, a_take, lay
from tests.fakes.worlds import world

S = Status
SEQ01, SH03 = Slate("SEQ01"), Slate("SEQ01", "SH03")


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


def moves(record: Record) -> list[tuple[str | None, str, str]]:
    return [(entry.from_, entry.to, entry.why) for entry in record.history[1:]]


def verdicts(record: Record) -> list[str | None]:
    return [take.verdict for take in record.takes]


def cut(film: OpenProject) -> dict[str, str | None]:
    return cut_of(film.project, film.loaded.plan.find_sequence("SEQ01")[1])


# --- approve ---


def test_the_newest_complete_video_is_approved(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2), a_take(3, outcome="failed"), a_take(4, medium="grid"))
    record = film.review.approve(SEQ01)
    assert (record.state, record.approved_take, record.takes[1].verdict) == (S.APPROVED, 2, "approved")
    assert moves(record) == [("video_complete", "approved", "SEQ01_T002 is approved")]
    assert cut(film) == {"SH01": "SEQ01_T002", "SH02": "SEQ01_T002", "SH03": "SEQ01_T002"}


def test_approving_an_older_take_moves_back_to_video_complete_and_then_to_approved(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1), a_take(2, verdict="approved"))
    record = film.review.approve(SEQ01, 1)
    assert (record.state, record.approved_take, verdicts(record)) == (S.APPROVED, 1, ["approved", "approved"])
    assert moves(record) == [
        ("approved", "video_complete", "SEQ01_T001 is judged"),
        ("video_complete", "approved", "SEQ01_T001 is approved"),
    ]
    assert cut(film)["SH01"] == "SEQ01_T001"


def test_the_last_word_counts_also_where_a_clock_is_behind(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2, verdict="approved", verdict_at=AT + timedelta(days=9)))
    assert film.review.approve(SEQ01, 1).approved_take == 1


def test_a_take_that_was_approved_before_can_be_preferred_again(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved"), a_take(2, verdict="approved"))
    assert film.review.approve(SEQ01, 1).approved_take == 1


def test_approving_twice_is_refused(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    film.review.approve(SEQ01)
    with pytest.raises(MoveError) as caught:
        film.review.approve(SEQ01)
    assert str(caught.value) == "SEQ01_T001 is approved already"
    assert (caught.value.remedy, caught.value.exit_code) == ("take the verdict back: starsend reopen SEQ01", 3)


@pytest.mark.parametrize(
    "state",
    [
        S.KEYFRAME_PENDING, S.KEYFRAME_COMPLETE, S.KEYFRAME_FAILED, S.VIDEO_PENDING, S.VIDEO_FAILED, S.REJECTED,
        S.VIDEO_COMPLETE,
    ],
)  # fmt: skip
def test_an_earlier_take_can_be_approved_and_rejected_from_every_quiet_state(film: OpenProject, state: Status) -> None:
    lay(film, "SEQ01", state, a_take(1), a_take(2, outcome="failed"))
    assert film.review.approve(SEQ01).approved_take == 1
    lay(film, "SEQ02", state, a_take(1), a_take(2, outcome="failed"))
    rejected = film.review.reject(Slate("SEQ02"), reason="dark")
    assert (rejected.state, rejected.takes[0].verdict) == (S.REJECTED, "rejected")


@pytest.mark.parametrize("state", [S.KEYFRAME_GENERATING, S.VIDEO_PENDING, S.VIDEO_SUBMITTED, S.VIDEO_PROCESSING])
def test_no_verdict_passes_over_a_take_that_is_being_made(film: OpenProject, state: Status) -> None:
    before = lay(film, "SEQ01", state, a_take(1), a_take(2, outcome="pending"))
    judges: tuple[Callable[[], object], ...] = (
        lambda: film.review.approve(SEQ01),
        lambda: film.review.reject(SEQ01, reason="dark"),
        lambda: film.review.reopen(SEQ01),
    )
    for judge in judges:
        with pytest.raises(Busy) as caught:
            judge()
        assert str(caught.value) == "SEQ01_T002 is not settled yet; SEQ01 waits for it"
    assert film.store.load("SEQ01").record == before


@pytest.mark.parametrize(
    ("take", "what"),
    [
        (a_take(1, outcome="failed"), "SEQ01_T001 is a video and failed, not a complete video"),
        (a_take(1, medium="grid"), "SEQ01_T001 is a grid and complete, not a complete video"),
    ],
)
def test_only_a_complete_video_is_judged(film: OpenProject, take: object, what: str) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, take)  # type: ignore[arg-type]
    with pytest.raises(MoveError) as caught:
        film.review.approve(SEQ01, 1)
    assert (str(caught.value), caught.value.code) == (what, "nothing-to-judge")
    with pytest.raises(MoveError, match="SEQ01 has no complete video take"):
        film.review.approve(SEQ01)


def test_a_verdict_on_a_planned_slate_without_a_record_is_no_legal_move(film: OpenProject) -> None:
    with pytest.raises(MoveError) as caught:
        film.review.approve(SH03)
    assert (str(caught.value), caught.value.exit_code) == ("SEQ01_SH03 has no take yet", 3)
    assert caught.value.remedy == "make one: starsend generate --seq SEQ01 --shot SH03"


@pytest.mark.parametrize(
    ("slate", "what"),
    [
        (Slate("SEQ09"), "film has no sequence SEQ09"),
        (Slate("SEQ01", "SH09"), "SEQ01 has no shot SH09"),
    ],
)
def test_a_verdict_on_an_unknown_slate_is_a_bad_argument(film: OpenProject, slate: Slate, what: str) -> None:
    with pytest.raises(UnknownName) as caught:
        film.review.approve(slate)
    assert (str(caught.value), caught.value.exit_code) == (what, 2)


def test_an_unknown_take_is_answered_with_those_that_there_are(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    with pytest.raises(UnknownName) as caught:
        film.review.approve(SEQ01, 7)
    assert (str(caught.value), caught.value.remedy) == ("SEQ01 has no take 7", "its takes are: 1, 2")


def test_a_broken_record_is_not_judged(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    film.paths.record(SEQ01).write_text("{")
    with pytest.raises(RecordBroken):
        film.review.approve(SEQ01)


def test_a_verdict_on_what_somebody_changed_meanwhile_is_stale(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1), a_take(2))
    seen = film.store.load("SEQ01")
    film.review.reject(SEQ01, 2, reason="dark")
    judges: tuple[Callable[[], object], ...] = (
        lambda: film.review.approve(SEQ01, 2, seen=seen),
        lambda: film.review.reject(SEQ01, 1, reason="x", seen=seen),
        lambda: film.review.reopen(SEQ01, seen=seen),
        lambda: film.notes.write(SEQ01, 1, "x", seen=seen),
    )
    for judge in judges:
        with pytest.raises(StaleWrite):
            judge()


# --- except, and fixes ---


def test_excepted_shots_stay_out_of_the_cut_until_their_fix_is_approved(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    record = film.review.approve(SEQ01, except_=["3"])
    assert (record.state, record.takes[0].except_) == (S.APPROVED, ("SH03",))
    assert moves(record)[-1][2] == "SEQ01_T001 is approved without SH03"
    assert cut(film) == {"SH01": "SEQ01_T001", "SH02": "SEQ01_T001", "SH03": None}
    assert waits(film, "SEQ01") == "a fix of SH03"

    lay(film, "SEQ01_SH03", S.VIDEO_COMPLETE, a_take(1, covers=("SH03",), mode="single", made_for="SEQ01_T001"))
    assert cut(film)["SH03"] is None
    film.review.approve(SH03)
    assert cut(film) == {"SH01": "SEQ01_T001", "SH02": "SEQ01_T001", "SH03": "SEQ01_SH03_T001"}
    assert waits(film, "SEQ01") == ""


def waits(film: OpenProject, slate: str) -> str:
    return next(row.waits for row in look_over(film.project).rows if str(row.slate) == slate)


def test_only_the_shots_without_a_fix_are_waited_for(film: OpenProject) -> None:
    lay(film, "SEQ01", S.APPROVED, a_take(1, verdict="approved", except_=("SH01", "SH03")))
    lay(film, "SEQ01_SH01", S.APPROVED, a_take(1, covers=("SH01",), verdict="approved"))
    assert waits(film, "SEQ01") == "a fix of SH03"


def test_what_is_excepted_can_be_changed_by_approving_again(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    film.review.approve(SEQ01, except_=["SH03"])
    record = film.review.approve(SEQ01, except_=["SH01", "1", "SH02"])
    assert (record.takes[0].except_, record.state) == (("SH01", "SH02"), S.APPROVED)
    assert film.review.approve(SEQ01).takes[0].except_ == ()


def test_shots_that_the_plan_writes_with_one_digit_can_be_excepted(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, covers=("SH1", "SH2")))
    assert film.review.approve(SEQ01, except_=["SH02"]).takes[0].except_ == ("SH2",)


@pytest.mark.parametrize(
    ("shots", "kind", "what", "remedy"),
    [
        (["SH09"], UnknownName, "take 1 doesn't show SH09", "it shows SH01, SH02, SH03"),
        (["1", "2", "3"], PlanError, "take 1: all of its shots are excepted", "reject it instead"),
        (["x"], PlanError, "'x' is not a shot: shots are SH and digits", "give a number, such as --shot 3"),
    ],
)
def test_what_can_not_be_excepted_is_refused(
    film: OpenProject, shots: list[str], kind: type[PlanError], what: str, remedy: str
) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    with pytest.raises(kind) as caught:
        film.review.approve(SEQ01, except_=shots)
    assert (str(caught.value), caught.value.remedy, caught.value.exit_code) == (what, remedy, 2)


# --- reject ---


def test_rejecting_the_only_take_leads_to_rejected_with_its_reason(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1))
    record = film.review.reject(SEQ01, reason=" too dark ")
    assert (record.state, record.takes[0].reason) == (S.REJECTED, "too dark")
    assert moves(record) == [("video_complete", "rejected", "SEQ01_T001 is rejected: too dark")]


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


# --- reopen ---


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


# --- notes ---


@pytest.mark.parametrize("state", list(Status))
def test_a_note_is_taken_in_every_state_and_moves_nothing(film: OpenProject, state: Status) -> None:
    media = Media(path="x.mp4", sha256="0", bytes=1, frames=72)
    lay(film, "SEQ01", state, a_take(1, media=media), a_take(2, outcome="pending"))
    record = film.notes.write(SEQ01, 1, " softer ", frame=71)
    assert [(n.text, n.frame, n.by) for n in record.takes[0].notes] == [("softer", 71, "test")]
    assert moves(record) == [(str(state), str(state), "a note on SEQ01_T001")]


def test_a_note_on_a_frame_that_is_not_there_is_refused(film: OpenProject) -> None:
    lay(film, "SEQ01", S.VIDEO_COMPLETE, a_take(1, media=Media(path="x.mp4", sha256="0", bytes=1, frames=72)))
    for frame in (72, -1):
        with pytest.raises(UnknownName) as caught:
            film.notes.write(SEQ01, 1, "x", frame=frame)
        assert (str(caught.value), caught.value.remedy) == (
            f"SEQ01_T001 has no frame {frame}",
            "its frames are 0 to 71",
        )
    with pytest.raises(PlanError, match="SEQ01: an empty note"):
        film.notes.write(SEQ01, 1, "  ")


# --- hand edits, and which take the cut uses ---


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
