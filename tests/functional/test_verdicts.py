"""Choosing is free, instant and undoable: approving, also in parts, and notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from starsend.errors import Busy, MoveError, PlanError, RecordBroken, StaleWrite, UnknownName
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Media
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.records import AT, a_take, lay
from tests.fakes.verdicts import SEQ01, SH03, S, cut, moves, verdicts, waits
from tests.fakes.worlds import world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> OpenProject:
    return world(tmp_path, inspector).open()


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
