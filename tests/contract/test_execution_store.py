"""What every ExecutionStore keeps: beginning, listing, moving, writing, locks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from starsend.errors import Busy, MoveError, StaleWrite, StarsendError, UnknownName
from starsend.model.money import NO_CAPS
from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Note
from starsend.store.execution_store import ExecutionStore, Filter, move
from tests.contract.kept_stores import AT, Kept, S, grid, pending, video

# --- begin, load, list ---


@pytest.mark.parametrize("state", [S.KEYFRAME_PENDING, S.VIDEO_PENDING])
def test_a_record_begins_in_a_first_state_with_one_history_entry(kept: Kept, state: Status) -> None:
    record = kept.store.init_sequence("SEQ01_SH03", state, episode="ep_001", by="ann").record
    assert (record.id, record.project, record.episode, record.kind) == ("SEQ01_SH03", "film", "ep_001", "shot")
    assert (record.state, record.revision, record.takes, record.approved_take) == (state, 1, (), None)
    assert [(e.from_, e.to, e.by) for e in record.history] == [(None, state, "ann")]
    assert kept.another.load("SEQ01_SH03").record == record


@pytest.mark.parametrize("state", sorted(set(Status) - {S.KEYFRAME_PENDING, S.VIDEO_PENDING}))
def test_a_record_begins_in_no_other_state(kept: Kept, state: Status) -> None:
    with pytest.raises(MoveError) as caught:
        kept.store.init_sequence("SEQ01", state)
    assert str(caught.value) == (f"SEQ01 can't begin as {state}; a record begins as keyframe_pending or video_pending")
    assert kept.store.find("SEQ01") is None


def test_beginning_a_record_that_is_there_changes_nothing(kept: Kept) -> None:
    first = kept.store.init_sequence("SEQ01", S.KEYFRAME_PENDING)
    assert kept.store.init_sequence("SEQ01", S.VIDEO_PENDING, episode="other") == first


def test_loading_what_is_not_there_is_an_unknown_name(kept: Kept) -> None:
    with pytest.raises(UnknownName) as caught:
        kept.store.load("SEQ09")
    assert str(caught.value) == "SEQ09 has no record in film"
    assert caught.value.exit_code == 2
    assert kept.store.find("SEQ09") is None


@pytest.mark.parametrize("slate", ["../SEQ01", "SEQ01_T001", "", "a/b"])
def test_no_id_leaves_its_place(kept: Kept, slate: str) -> None:
    for act in (kept.store.load, kept.store.find, lambda slate: kept.store.init_sequence(slate, S.VIDEO_PENDING)):
        with pytest.raises(StarsendError):
            act(slate)


def filled(kept: Kept) -> Kept:
    for slate in ("SEQ02", "SEQ01_SH02", "SEQ01", "SEQ10", "SEQ01_SH01"):
        kept.store.init_sequence(slate, S.VIDEO_PENDING, episode="ep_002" if slate == "SEQ10" else "ep_001")
    kept.reach("SEQ11", S.KEYFRAME_PENDING)
    kept.open("SEQ11", grid())
    kept.open("SEQ01_SH01", video())
    kept.settle("SEQ01_SH01", 1, outcome="complete", notes=(Note(at=AT, by="ann", text="Too DARK"),))
    return kept


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), "SEQ01 SEQ01_SH01 SEQ01_SH02 SEQ02 SEQ10 SEQ11"),
        (Filter(state=S.KEYFRAME_GENERATING), "SEQ11"),
        (Filter(state=S.APPROVED), ""),
        (Filter(episode="ep_002"), "SEQ10"),
        (Filter(sequence="SEQ01"), "SEQ01 SEQ01_SH01 SEQ01_SH02"),
        (Filter(sequence="SEQ1"), ""),
        (Filter(medium="grid"), "SEQ11"),
        (Filter(medium="video"), "SEQ01_SH01"),
        (Filter(text="too dark"), "SEQ01_SH01"),
        (Filter(text="seq1"), "SEQ10 SEQ11"),
        (Filter(state=S.VIDEO_PENDING, episode="ep_001", sequence="SEQ01", text="sh02"), "SEQ01_SH02"),
    ],
)
def test_records_are_listed_by_what_is_asked(kept: Kept, wanted: Filter, ids: str) -> None:
    page = filled(kept).store.list(wanted)
    assert " ".join(version.record.id for version in page.rows) == ids
    assert (page.next, page.broken) == (None, ())


def test_pages_follow_each_other_by_the_last_id_also_when_records_come_and_go(kept: Kept) -> None:
    filled(kept)
    first = kept.store.list(Filter(), limit=4)
    assert (first.rows[-1].record.id, first.next) == ("SEQ02", "SEQ02")
    kept.another.init_sequence("SEQ00", S.VIDEO_PENDING)
    kept.another.init_sequence("SEQ05", S.VIDEO_PENDING)
    rest = kept.store.list(Filter(), after=first.next, limit=4)
    assert [version.record.id for version in rest.rows] == ["SEQ05", "SEQ10", "SEQ11"]
    assert rest.next is None


def test_a_page_that_ends_with_the_last_record_has_no_next(kept: Kept) -> None:
    filled(kept)
    assert kept.store.list(Filter(sequence="SEQ01"), limit=3).next is None
    assert kept.store.list(Filter(sequence="SEQ01"), limit=2).next == "SEQ01_SH01"


def test_a_list_shows_what_another_process_wrote(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    assert kept.store.list(Filter()).rows[0].record.state is S.VIDEO_PENDING
    kept.another.transition("SEQ01", S.VIDEO_FAILED, by="other", why="")
    assert kept.store.list(Filter()).rows[0] == kept.another.load("SEQ01")
    assert kept.store.list(Filter(state=S.VIDEO_PENDING)).rows == ()


# --- writes ---


def test_a_move_is_one_write_with_its_history_in_it(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    record = kept.store.transition("SEQ01", S.VIDEO_PENDING, by="ann", why="a frame came").record
    assert (record.state, record.revision) == (S.VIDEO_PENDING, 2)
    last = record.history[-1]
    assert (last.from_, last.to, last.by, last.why) == (S.KEYFRAME_PENDING, S.VIDEO_PENDING, "ann", "a frame came")
    assert last.at.utcoffset() is not None
    assert kept.another.load("SEQ01").record == record


def test_an_illegal_move_is_refused_and_nothing_is_written(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    before = kept.store.load("SEQ01")
    with pytest.raises(MoveError) as caught:
        kept.store.transition("SEQ01", S.APPROVED, by="ann", why="")
    assert str(caught.value) == (
        "SEQ01 is keyframe_pending and can't become approved; from here it can become: "
        "keyframe_complete, keyframe_generating, video_complete, video_pending"
    )
    assert kept.store.load("SEQ01") == before


def test_a_move_and_its_edit_are_one_write(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    record = kept.store.transition(
        "SEQ01",
        S.VIDEO_PENDING,
        by="ann",
        why="",
        edit=lambda old: old.but(prompt_overrides={"SH03": "Wide."}),
    ).record
    assert (record.prompt_overrides, record.revision) == ({"SH03": "Wide."}, 2)


def test_a_write_with_an_old_revision_is_stale_and_loses_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    seen = kept.store.load("SEQ01")
    kept.another.transition("SEQ01", S.VIDEO_PENDING, by="bob", why="first")
    after = kept.store.load("SEQ01")
    with pytest.raises(StaleWrite) as caught:
        kept.store.transition("SEQ01", S.KEYFRAME_GENERATING, by="ann", why="late", seen=seen)
    assert str(caught.value) == "SEQ01 has changed since it was read: revision 2, video_pending"
    assert caught.value.remedy == "look again, then decide: starsend show SEQ01"
    assert (caught.value.code, caught.value.exit_code) == ("stale", 3)
    assert kept.store.load("SEQ01") == after


def test_a_hand_edit_makes_a_write_stale_although_the_revision_is_the_same(kept: Kept) -> None:
    kept.reach("SEQ01", S.KEYFRAME_PENDING)
    seen = kept.store.load("SEQ01")
    kept.by_hand("SEQ01", lambda record: record.update(prompt_overrides={"SH01": "By hand."}))
    with pytest.raises(StaleWrite, match="SEQ01 has changed since it was read: revision 1, keyframe_pending"):
        kept.store.transition("SEQ01", S.VIDEO_PENDING, by="ann", why="", seen=seen)
    with pytest.raises(StaleWrite):
        kept.store.open_take("SEQ01", [grid()], NO_CAPS, seen=seen, by="ann")
    assert kept.store.load("SEQ01").record.prompt_overrides == {"SH01": "By hand."}


def test_unknown_fields_outlive_every_kind_of_write(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.by_hand("SEQ01", lambda record: record.update(client_ref={"po": 7}))
    opened = kept.open("SEQ01", video())
    kept.by_hand("SEQ01", lambda record: record["takes"][0].update(colour="warm"))
    kept.store.record_receipt("SEQ01", opened.takes[0].intent_id, {"id": "j"}, by="t", why="")
    record = kept.store.transition("SEQ01", S.VIDEO_PROCESSING, by="t", why="").record
    written = record.model_dump(mode="json")
    assert (written["client_ref"], written["takes"][0]["colour"]) == ({"po": 7}, "warm")


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda r: log(r.but(takes=()), at=AT, by="t", why=""), "a take is missing"),
        (lambda r: r.but(episode="x"), "history may only grow"),
        (lambda r: log(r.but(history=r.history[1:]), at=AT, by="t", why=""), "history may only grow"),
        (
            lambda r: log(r.but(state=S.APPROVED), at=AT, by="t", why=""),
            "history says approved where the state was video_pending",
        ),
        (
            lambda r: log(r, at=AT, by="t", why="").but(state=S.APPROVED),
            "the history ends in video_pending, the state is approved",
        ),
    ],
)
def test_no_edit_drops_a_take_rewrites_history_or_moves_past_the_table(
    kept: Kept, edit: Callable[[Record], Record], what: str
) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video())
    before = kept.store.load("SEQ01")
    with pytest.raises(MoveError) as caught:
        kept.store.revise("SEQ01", edit)
    assert str(caught.value) == f"SEQ01 was not written: {what}"
    assert kept.store.load("SEQ01") == before


def test_revising_what_is_not_there_is_an_unknown_name(kept: Kept) -> None:
    with pytest.raises(UnknownName, match="SEQ09 has no record in film"):
        kept.store.revise("SEQ09", lambda record: record)


def test_threads_that_write_one_record_lose_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)

    def write(store: ExecutionStore, name: str) -> None:
        for number in range(10):
            store.revise("SEQ01", lambda r, n=number: log(r, at=AT, by=name, why=str(n)))  # type: ignore[misc]

    threads = [threading.Thread(target=write, args=(kept.store, f"t{n}")) for n in range(2)]
    threads += [threading.Thread(target=write, args=(kept.another, f"u{n}")) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = kept.store.load("SEQ01").record
    assert record.revision == 41
    for name in ("t0", "t1", "u0", "u1"):
        assert [e.why for e in record.history if e.by == name] == [str(n) for n in range(10)]


# --- verdicts written by hand; submit locks ---


def test_a_hand_edit_to_approved_outlives_the_next_take(kept: Kept) -> None:
    pending(kept, video(), video())
    for number in (1, 2):
        kept.settle("SEQ01", number, outcome="complete")
    kept.by_hand("SEQ01", lambda record: record.update(state="approved", approved_take=1))
    record = kept.store.transition("SEQ01", S.VIDEO_PENDING, by="t", why="another take").record
    assert (record.takes[0].verdict, record.approved_take, record.takes[1].verdict) == ("approved", 1, None)


def test_approved_take_follows_the_verdicts(kept: Kept) -> None:
    pending(kept, video())
    kept.settle("SEQ01", 1, outcome="complete")
    assert kept.settle("SEQ01", 1, verdict="approved", verdict_at=AT).approved_take == 1
    assert kept.settle("SEQ01", 1, verdict=None).approved_take is None


def test_a_slate_is_sent_by_one_at_a_time(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    with kept.store.submitting("SEQ01"):
        with pytest.raises(Busy) as caught, kept.another.submitting("SEQ01"):
            pass
        with kept.another.submitting("SEQ02"):
            pass
        kept.another.revise("SEQ01", lambda r: log(r, at=AT, by="t", why="others may still write"))
    assert caught.value.code == "being-sent"
    assert str(caught.value).startswith("SEQ01 is being sent by pid ")
    with kept.another.submitting("SEQ01"):
        pass


def test_it_is_known_who_fetches_and_nobody_else_fetches_meanwhile(kept: Kept) -> None:
    assert kept.another.fetcher("SEQ01") is None
    with kept.store.collecting("SEQ01") as ours:
        assert ours
        assert kept.another.fetcher("SEQ01") == f"pid {os.getpid()}"
        assert kept.another.fetcher("SEQ02") is None
        with kept.another.collecting("SEQ01") as theirs:
            assert not theirs
    assert kept.another.fetcher("SEQ01") is None


def test_the_one_function_that_moves_refuses_what_the_table_refuses() -> None:
    record = Record(id="SEQ01", project="film", kind="sequence", state=S.VIDEO_PENDING)
    with pytest.raises(MoveError):
        move(record, S.APPROVED, at=AT, by="t", why="")
    moved = move(record, S.VIDEO_SUBMITTED, at=AT, by="t", why="x")
    assert (moved.state, moved.history[0].from_, moved.history[0].to) == (
        S.VIDEO_SUBMITTED,
        S.VIDEO_PENDING,
        S.VIDEO_SUBMITTED,
    )
