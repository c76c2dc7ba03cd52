"""What a receipt makes of a record, in every ExecutionStore."""

from __future__ import annotations

import pytest

from starsend.errors import UnknownName
from starsend.model.record import Record, log
from starsend.model.take import Note, Settled
from tests.contract.kept_stores import AT, Kept, S, grid, pending, video


def test_a_receipt_and_video_submitted_are_one_write(kept: Kept) -> None:
    (intent,) = pending(kept, video())
    record = kept.store.record_receipt("SEQ01", intent, {"request_id": "j1"}, by="t", why="p has it").record
    assert (record.state, record.revision) == (S.VIDEO_SUBMITTED, 3)
    assert (record.takes[0].receipt, record.takes[0].outcome) == ({"request_id": "j1"}, "pending")
    assert (record.history[-1].from_, record.history[-1].why) == (S.VIDEO_PENDING, "p has it")


def test_only_the_first_receipt_of_several_moves(kept: Kept) -> None:
    first, second = pending(kept, video(), video())
    kept.store.record_receipt("SEQ01", second, {"id": 2}, by="t", why="")
    record = kept.store.record_receipt("SEQ01", first, {"id": 1}, by="t", why="").record
    assert [(e.from_, e.to) for e in record.history[-2:]] == [
        (S.VIDEO_PENDING, S.VIDEO_SUBMITTED),
        (S.VIDEO_SUBMITTED, S.VIDEO_SUBMITTED),
    ]


def test_a_receipt_is_never_stale_and_keeps_a_note_that_came_meanwhile(kept: Kept) -> None:
    (intent,) = pending(kept, video())
    note = Note(at=AT, by="ann", text="hurry")

    def remark(record: Record) -> Record:
        return log(record.with_take(record.takes[0].but(notes=(note,))), at=AT, by="ann", why="a note")

    kept.another.revise("SEQ01", remark)
    kept.by_hand("SEQ01", lambda record: record.update(prompt_overrides={"SH01": "x"}))
    record = kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="").record
    assert (record.takes[0].notes, record.takes[0].receipt) == ((note,), {"id": 1})
    assert record.prompt_overrides == {"SH01": "x"}


def test_a_receipt_of_a_grid_moves_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    intent = kept.open("SEQ01", grid()).takes[0].intent_id
    assert kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="").record.state is S.KEYFRAME_GENERATING


def test_a_given_up_job_that_is_found_after_all_goes_on_from_video_failed(kept: Kept) -> None:
    (intent,) = pending(kept, video())
    word = Settled(at=AT, by="ann", how="give-up")
    kept.settle("SEQ01", 1, outcome="unknown", settled=word)
    kept.store.transition("SEQ01", S.VIDEO_FAILED, by="ann", why="given up")
    record = kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="").record
    assert (record.state, record.takes[0].outcome, record.takes[0].settled) == (S.VIDEO_PROCESSING, "pending", word)


def test_a_late_receipt_after_a_resend_is_kept_without_a_move(kept: Kept) -> None:
    (intent,) = pending(kept, video())
    kept.settle("SEQ01", 1, outcome="unknown", settled=Settled(at=AT, by="ann", how="resend"))
    kept.store.transition("SEQ01", S.VIDEO_FAILED, by="ann", why="")
    kept.store.transition("SEQ01", S.VIDEO_PENDING, by="ann", why="")
    kept.open("SEQ01", video())
    record = kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="").record
    assert (record.state, record.takes[0].outcome) == (S.VIDEO_PENDING, "pending")


@pytest.mark.parametrize("outcome", ["complete", "failed", "cancelled"])
def test_a_receipt_that_comes_twice_does_not_open_an_ended_take_again(kept: Kept, outcome: str) -> None:
    (intent,) = pending(kept, video())
    kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="")
    kept.settle("SEQ01", 1, outcome=outcome)
    record = kept.store.record_receipt("SEQ01", intent, {"id": 1}, by="t", why="found").record
    assert record.takes[0].outcome == outcome
    assert record.history[-1].why == f"found; it is {outcome} already"


def test_a_receipt_without_its_intent_says_where_the_reply_is_kept(kept: Kept) -> None:
    pending(kept, video())
    with pytest.raises(UnknownName) as caught:
        kept.store.record_receipt("SEQ01", "gone", {}, by="t", why="")
    assert str(caught.value) == (
        f"SEQ01 has no take with the intent gone; its reply is kept in {kept.store.inbox('gone')}"
    )
