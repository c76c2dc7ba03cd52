"""How every ExecutionStore opens takes: numbers, intents, what an unsettled one forbids."""

from __future__ import annotations

import pytest

from starsend.errors import Busy, MoveError
from starsend.model.status import Status
from starsend.model.take import Settled, Take
from tests.contract.kept_stores import AT, Kept, S, grid, video


def test_takes_that_are_opened_together_are_numbered_in_order_as_one_batch(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    record = kept.open("SEQ01", video(), video())
    assert [(t.take, t.batch, t.outcome) for t in record.takes] == [(1, 1, "pending"), (2, 1, "pending")]
    assert (record.state, record.revision) == (S.VIDEO_PENDING, 2)
    last = record.history[-1]
    assert (last.from_, last.to) == (S.VIDEO_PENDING, S.VIDEO_PENDING)
    assert last.why == "SEQ01_T001 and SEQ01_T002 are asked for"


def test_numbers_go_on_after_the_record_and_after_files_that_lie_there_by_hand(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video(), beyond=7)
    kept.settle("SEQ01", 8, outcome="failed")
    assert kept.open("SEQ01", video(), beyond=3).takes[-1].take == 9


def test_a_grids_intent_and_its_move_are_one_write(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    record = kept.open("SEQ01", grid())
    assert (record.state, record.revision, record.takes[0].outcome) == (S.KEYFRAME_GENERATING, 2, "pending")
    assert [(e.from_, e.to) for e in record.history[1:]] == [(S.KEYFRAME_PENDING, S.KEYFRAME_GENERATING)]


def test_a_frame_may_be_rendered_in_any_state_and_moves_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING, S.KEYFRAME_COMPLETE)
    assert kept.open("SEQ01", grid(medium="frame", mode="finish")).state is S.KEYFRAME_COMPLETE


@pytest.mark.parametrize(
    ("states", "take"),
    [((S.KEYFRAME_PENDING,), video()), ((S.VIDEO_PENDING,), grid()), ((S.VIDEO_PENDING, S.VIDEO_COMPLETE), video())],
)
def test_a_take_that_the_state_does_not_allow_is_refused(kept: Kept, states: tuple[Status, ...], take: Take) -> None:
    kept.reach("SEQ01", *states)
    with pytest.raises(MoveError):
        kept.open("SEQ01", take)
    assert kept.store.load("SEQ01").record.takes == ()
    assert kept.store.books().unsettled == {}


def test_no_take_is_opened_while_one_of_the_slate_is_unsettled(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video())
    for outcome in ("pending", "unknown"):
        kept.settle("SEQ01", 1, outcome=outcome)
        with pytest.raises(Busy) as caught:
            kept.open("SEQ01", video())
        assert str(caught.value) == "SEQ01_T001 is not settled yet; SEQ01 waits for it"
        assert caught.value.remedy == ("go on with it: starsend run, or settle it: starsend reconcile SEQ01 --give-up")
    kept.settle("SEQ01", 1, outcome="unknown", settled=Settled(at=AT, by="ann", how="give-up"))
    assert kept.open("SEQ01", video()).takes[-1].take == 2


def test_the_same_request_is_not_sent_twice_while_the_first_is_unsettled_anywhere(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.reach("SEQ02", S.VIDEO_PENDING)
    mark = "a" * 64
    kept.open("SEQ01", video(fingerprint=mark))
    with pytest.raises(Busy) as caught:
        kept.open("SEQ02", video(fingerprint=mark))
    assert str(caught.value) == "SEQ02: SEQ01_T001 asks for exactly the same and is not settled yet"
    assert (caught.value.remedy, caught.value.code) == ("let SEQ01_T001 finish first: starsend run", "same-request")
    assert kept.store.load("SEQ02").record.takes == ()
    kept.settle("SEQ01", 1, outcome="complete")
    assert len(kept.open("SEQ02", video(fingerprint=mark)).takes) == 1


def test_takes_asked_for_together_may_ask_for_the_same(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    assert len(kept.open("SEQ01", video(fingerprint="b" * 64), video(fingerprint="b" * 64)).takes) == 2


@pytest.mark.parametrize("to", [S.KEYFRAME_PENDING, S.VIDEO_COMPLETE])
def test_no_move_passes_over_an_unsettled_take(kept: Kept, to: Status) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video())
    with pytest.raises(Busy, match="SEQ01_T001 is not settled yet; SEQ01 waits for it"):
        kept.store.transition("SEQ01", to, by="ann", why="")


def test_an_earlier_grid_is_not_picked_while_a_take_is_unsettled(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING, S.KEYFRAME_GENERATING, S.KEYFRAME_FAILED)
    kept.open("SEQ01", grid(medium="frame"))
    with pytest.raises(Busy):
        kept.store.transition("SEQ01", S.KEYFRAME_COMPLETE, by="ann", why="")
