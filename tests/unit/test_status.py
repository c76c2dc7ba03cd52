"""Every pair of states is tried against the table as the contract writes it, written out here a second time."""

from __future__ import annotations

import itertools

import pytest

from starsend.errors import MoveError
from starsend.model.status import GUARDED, MOVES, Status, check_move

CONTRACT = """
keyframe_pending → keyframe_generating → keyframe_complete → video_pending → video_submitted → video_processing
video_processing → video_complete → approved
keyframe_generating → keyframe_failed → keyframe_pending
keyframe_pending | keyframe_failed → video_pending
keyframe_pending | keyframe_failed → keyframe_complete
keyframe_complete | video_pending | video_complete | video_failed | rejected | approved → keyframe_pending
keyframe_pending | keyframe_complete | keyframe_failed | video_pending → video_complete
video_failed | rejected | approved → video_complete
video_pending | video_submitted | video_processing → video_failed → video_pending
video_failed → video_processing
video_complete → rejected | video_pending
rejected → video_pending
approved → video_pending
"""
ALL = (
    "keyframe_pending",
    "keyframe_generating",
    "keyframe_complete",
    "keyframe_failed",
    "video_pending",
    "video_submitted",
    "video_processing",
    "video_complete",
    "video_failed",
    "approved",
    "rejected",
)


def arrows() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for line in CONTRACT.strip().splitlines():
        stops = [tuple(name.strip() for name in stop.split("|")) for stop in line.split("→")]
        for begin, end in itertools.pairwise(stops):
            found |= set(itertools.product(begin, end))
    return found


LEGAL = arrows()


def test_there_are_exactly_the_eleven_states() -> None:
    assert {str(state) for state in Status} == set(ALL)
    assert len(Status) == 11


@pytest.mark.parametrize(("begin", "end"), sorted(LEGAL))
def test_every_arrow_of_the_contract_is_legal(begin: str, end: str) -> None:
    check_move("SEQ01", Status(begin), Status(end))


@pytest.mark.parametrize(("begin", "end"), sorted(set(itertools.product(ALL, ALL)) - LEGAL))
def test_every_other_move_is_refused_with_all_that_a_person_needs(begin: str, end: str) -> None:
    with pytest.raises(MoveError) as caught:
        check_move("SEQ01_SH03", Status(begin), Status(end))
    legal = ", ".join(sorted(to for start, to in LEGAL if start == begin))
    assert str(caught.value) == (f"SEQ01_SH03 is {begin} and can't become {end}; from here it can become: {legal}")
    assert caught.value.code == "illegal-move"
    assert caught.value.exit_code == 3
    assert "starsend " in caught.value.remedy


def test_the_table_holds_the_contract_and_nothing_else() -> None:
    assert {(str(begin), str(end)) for begin, ends in MOVES.items() for end in ends} == LEGAL


def test_no_state_is_a_dead_end_and_each_can_be_reached() -> None:
    assert {begin for begin, _ in LEGAL} == set(ALL)
    assert {end for _, end in LEGAL} == set(ALL)


def test_the_remedy_names_the_slate_so_that_it_can_be_pasted() -> None:
    said = {}
    for state in Status:
        with pytest.raises(MoveError) as caught:
            check_move("SEQ01_SH03", state, state)
        said[str(state)] = caught.value.remedy
    assert said == {
        "keyframe_pending": "draw a grid first: starsend generate --seq SEQ01 --shot SH03 --mode grid",
        "keyframe_generating": "let the grid finish: starsend run --seq SEQ01",
        "keyframe_complete": "pick a cell first: starsend crop --seq SEQ01 --shot SH03 --cell 1",
        "keyframe_failed": "draw the grid again: starsend generate --seq SEQ01 --shot SH03 --mode grid",
        "video_pending": "make the video first: starsend generate --seq SEQ01 --shot SH03 --mode single",
        "video_submitted": "let the take finish: starsend run --seq SEQ01",
        "video_processing": "let the take finish: starsend run --seq SEQ01",
        "video_complete": "judge the take first: starsend approve SEQ01_SH03, "
        "or starsend reject SEQ01_SH03 --reason TEXT",
        "video_failed": "make another take: starsend generate --seq SEQ01 --shot SH03 --mode single",
        "approved": "take the verdict back first: starsend reopen SEQ01_SH03",
        "rejected": "make another take: starsend generate --seq SEQ01 --shot SH03 --mode single; "
        "or take the verdict back: starsend reopen SEQ01_SH03",
    }


def test_what_may_not_be_entered_while_a_take_is_unsettled() -> None:
    assert {str(state) for state in GUARDED} == {"keyframe_pending", "video_pending"}
