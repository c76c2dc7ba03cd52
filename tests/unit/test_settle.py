"""How a take's outcome ends its batch and moves its record."""

from __future__ import annotations

from typing import Any

import pytest

from starsend.model.record import Record
from starsend.model.status import Status
from starsend.model.take import Settled, Take
from starsend.production.settle import settled
from tests.fakes.records import AT, a_take

S = Status
GAVE_UP = {"outcome": "unknown", "settled": Settled(at=AT, by="ann", how="give-up")}


def record(state: Status, *takes: Take) -> Record:
    return Record(id="SEQ01", project="film", kind="sequence", state=state, takes=takes)


def end(before: Record, number: int, **changes: Any) -> Record:
    take = before.find(number)
    assert take is not None
    return settled(before, take.but(**changes), at=AT, by="t", why="w")


def batch(count: int, **fields: Any) -> tuple[Take, ...]:
    return tuple(a_take(n, batch=1, outcome="pending", **fields) for n in range(1, count + 1))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"outcome": "complete"}, S.VIDEO_COMPLETE),
        ({"outcome": "failed"}, S.VIDEO_FAILED),
        ({"outcome": "cancelled"}, S.VIDEO_FAILED),
        (GAVE_UP, S.VIDEO_FAILED),
    ],
)
def test_a_take_alone_decides_its_record(changes: dict[str, Any], state: Status) -> None:
    after = end(record(S.VIDEO_PROCESSING, *batch(1)), 1, **changes)
    assert after.state is state
    assert [(e.from_, e.to, e.why) for e in after.history] == [(S.VIDEO_PROCESSING, state, "w")]


@pytest.mark.parametrize("begun", [S.VIDEO_PENDING, S.VIDEO_SUBMITTED, S.VIDEO_PROCESSING])
def test_a_take_that_failed_before_it_was_polled_fails_its_record_too(begun: Status) -> None:
    assert end(record(begun, *batch(1)), 1, outcome="failed").state is S.VIDEO_FAILED


def test_an_unknown_outcome_moves_nothing_until_a_person_settles_it() -> None:
    after = end(record(S.VIDEO_PROCESSING, *batch(1)), 1, outcome="unknown")
    assert (after.state, after.history[-1].from_, after.history[-1].to) == (S.VIDEO_PROCESSING,) * 3
    assert end(after, 1, **GAVE_UP).state is S.VIDEO_FAILED


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (("complete", "failed", "failed"), S.VIDEO_COMPLETE),
        (("failed", "cancelled", "complete"), S.VIDEO_COMPLETE),
        (("failed", "cancelled", "failed"), S.VIDEO_FAILED),
        (("complete", "complete", "complete"), S.VIDEO_COMPLETE),
    ],
)
def test_of_several_takes_the_last_one_to_settle_moves_and_any_complete_one_counts(
    outcomes: tuple[str, ...], state: Status
) -> None:
    now = record(S.VIDEO_PROCESSING, *batch(3))
    for number, outcome in enumerate(outcomes[:-1], 1):
        now = end(now, number, outcome=outcome)
        assert now.state is S.VIDEO_PROCESSING
    now = end(now, 3, outcome=outcomes[-1])
    assert now.state is state
    assert [e.from_ == e.to for e in now.history] == [True, True, False]


def test_an_earlier_batch_says_nothing_about_this_one() -> None:
    now = record(S.VIDEO_PROCESSING, a_take(1), a_take(2, batch=2, outcome="pending"))
    assert end(now, 2, outcome="failed").state is S.VIDEO_FAILED


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"outcome": "complete"}, S.KEYFRAME_COMPLETE),
        ({"outcome": "failed"}, S.KEYFRAME_FAILED),
        (GAVE_UP, S.KEYFRAME_FAILED),
    ],
)
def test_a_grid_moves_between_keyframe_states(changes: dict[str, Any], state: Status) -> None:
    assert end(record(S.KEYFRAME_GENERATING, *batch(1, medium="grid")), 1, **changes).state is state


@pytest.mark.parametrize("state", list(Status))
def test_a_finished_frame_moves_nothing(state: Status) -> None:
    assert end(record(state, *batch(1, medium="frame")), 1, outcome="complete").state is state


def test_a_late_take_after_a_resend_is_kept_without_a_move() -> None:
    late = a_take(1, outcome="pending", settled=Settled(at=AT, by="ann", how="resend"))
    for state in (S.VIDEO_COMPLETE, S.APPROVED, S.VIDEO_FAILED, S.REJECTED):
        after = end(record(state, late, a_take(2)), 1, outcome="complete")
        assert (after.state, after.takes[0].outcome) == (state, "complete")


def test_a_late_take_does_not_end_the_state_of_the_take_that_replaced_it() -> None:
    late = a_take(1, outcome="pending", settled=Settled(at=AT, by="ann", how="resend"))
    resent = a_take(2, outcome="pending")
    after = end(record(S.VIDEO_PROCESSING, late, resent), 1, outcome="complete")
    assert after.state is S.VIDEO_PROCESSING
    assert end(after, 2, outcome="failed").state is S.VIDEO_FAILED
