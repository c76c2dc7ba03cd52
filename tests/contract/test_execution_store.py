"""What every ExecutionStore keeps. A new store is one more entry in ``STORES``."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import BudgetError, Busy, MoveError, StaleWrite, StarsendError, UnknownName
from starsend.model.money import NO_CAPS, Caps
from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Note, Settled, Take
from starsend.store.execution_store import ExecutionStore, Filter, move
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths
from tests.fakes.worlds import FakeTime

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
S = Status


@dataclass
class Kept:
    """A store, a second one on the same records (another process), and a hand that edits a record behind its back."""

    store: ExecutionStore
    another: ExecutionStore
    by_hand: Callable[[str, Callable[[dict[str, Any]], None]], None]

    def reach(self, slate: str, *states: Status) -> Record:
        """Begin a record in the first state and move it through the others."""
        version = self.store.init_sequence(slate, states[0], episode="ep_001", by="test")
        for state in states[1:]:
            version = self.store.transition(slate, state, by="test", why="")
        return version.record

    def open(self, slate: str, *takes: Take, caps: Caps = NO_CAPS, beyond: int = 0) -> Record:
        seen = self.store.load(slate)
        return self.store.open_take(slate, takes, caps, seen=seen, by="test", beyond=beyond).record

    def settle(self, slate: str, number: int, **changes: Any) -> Record:
        """Write a take's outcome, moving nothing."""

        def edit(record: Record) -> Record:
            found = record.find(number)
            assert found is not None
            return log(record.with_take(found.but(**changes)), at=AT, by="test", why="")

        return self.store.revise(slate, edit).record


def json_store(tmp_path: Path) -> Kept:
    paths = ProjectPaths(tmp_path, "film")
    clock = Clock(FakeTime().now, time.monotonic, time.sleep)  # real: writers wait for each other's locks

    def by_hand(slate: str, edit: Callable[[dict[str, Any]], None]) -> None:
        path = paths.records / f"{slate}.json"
        record = orjson.loads(path.read_bytes())
        edit(record)
        path.write_bytes(orjson.dumps(record))

    return Kept(JsonStore(paths, clock), JsonStore(paths, clock), by_hand)


STORES: dict[str, Callable[[Path], Kept]] = {"json": json_store}


@pytest.fixture(params=STORES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    return STORES[request.param](tmp_path)


_serial = iter(range(1, 1_000_000))


def video(usd: str = "1.00", **fields: Any) -> Take:
    number = next(_serial)
    given: dict[str, Any] = {
        "take": 0,
        "medium": "video",
        "mode": "multi",
        "provider": "p",
        "model": "m",
        "intent_id": f"intent-{number}",
        "intent_at": AT,
        "fingerprint": f"{number:064x}",
        "estimate_usd": usd,
    }
    return Take(**{**given, **fields})


def grid(usd: str = "0.10", **fields: Any) -> Take:
    return video(usd, **{"medium": "grid", "mode": "grid", **fields})


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


# --- takes ---


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


# --- money ---


def test_a_budget_that_is_met_exactly_is_met(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    assert len(kept.open("SEQ01", video("0.60"), video("0.40"), caps=Caps(project=Decimal("1.00"))).takes) == 2


def test_all_takes_of_one_request_count_together(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    with pytest.raises(BudgetError) as caught:
        kept.open("SEQ01", video("0.60"), video("0.41"), caps=Caps(project=Decimal("1.00")))
    assert str(caught.value) == (
        "SEQ01: $1.01 more would bring the project film to $1.01, over its budget of $1.00 ($0.00 is committed)"
    )
    assert caught.value.exit_code == 4
    assert kept.store.load("SEQ01").record.takes == ()


def test_the_projects_budget_counts_all_records_whatever_became_of_their_takes(kept: Kept) -> None:
    for number, outcome in enumerate(("complete", "failed", "unknown", "cancelled"), 1):
        kept.reach(f"SEQ0{number}", S.VIDEO_PENDING)
        kept.open(f"SEQ0{number}", video("1.00"))
        kept.settle(f"SEQ0{number}", 1, outcome=outcome)
    kept.reach("SEQ09", S.VIDEO_PENDING)
    with pytest.raises(BudgetError, match=r"the project film to \$5.00, over its budget of \$4.99"):
        kept.open("SEQ09", video("1.00"), caps=Caps(project=Decimal("4.99")))


def test_a_true_cost_replaces_its_estimate(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"))
    kept.settle("SEQ01", 1, outcome="failed", cost_usd=Decimal("0.25"))
    assert kept.store.books().committed == {"SEQ01": Decimal("0.25")}


def test_a_proven_non_send_holds_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"))
    assert kept.store.books().committed == {"SEQ01": Decimal("1.00")}
    kept.settle("SEQ01", 1, outcome="failed", not_sent=True)
    assert kept.store.books().committed == {"SEQ01": Decimal("0.00")}
    assert len(kept.open("SEQ01", video("1.00"), caps=Caps(project=Decimal("1.00"))).takes) == 2


def test_a_sequences_budget_includes_its_shots_and_no_other_sequence(kept: Kept) -> None:
    caps = Caps(sequence=Decimal("2.00"))
    for slate in ("SEQ01", "SEQ01_SH01", "SEQ01_SH02", "SEQ010", "SEQ0"):
        kept.reach(slate, S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"), caps=caps)
    kept.open("SEQ010", video("2.00"), caps=caps)
    kept.open("SEQ0", video("2.00"), caps=caps)
    kept.open("SEQ01_SH01", video("1.00"), caps=caps)
    with pytest.raises(BudgetError) as caught:
        kept.open("SEQ01_SH02", video("0.01"), caps=caps)
    assert str(caught.value) == (
        "SEQ01_SH02: $0.01 more would bring the sequence SEQ01 to $2.01, over its budget of $2.00 ($2.00 is committed)"
    )


def test_a_shots_budget_counts_its_own_record_alone(kept: Kept) -> None:
    caps = Caps(shot=Decimal("1.00"))
    for slate in ("SEQ01", "SEQ01_SH01"):
        kept.reach(slate, S.VIDEO_PENDING)
    kept.open("SEQ01", video("5.00"), caps=caps)
    kept.open("SEQ01_SH01", video("1.00"), caps=caps)
    kept.settle("SEQ01_SH01", 1, outcome="failed")
    with pytest.raises(BudgetError, match=r"the shot SEQ01_SH01 to \$1.01, over its budget of \$1.00"):
        kept.open("SEQ01_SH01", video("0.01"), caps=caps)


def test_many_that_run_at_once_do_not_pass_one_budget(kept: Kept) -> None:
    ids = [f"SEQ{number:02d}" for number in range(12)]
    for slate in ids:
        kept.reach(slate, S.VIDEO_PENDING)
    refused: list[str] = []

    def ask(store: ExecutionStore, slate: str) -> None:
        try:
            store.open_take(slate, [video("1.00")], Caps(project=Decimal("5.50")), seen=store.load(slate), by="t")
        except BudgetError:
            refused.append(slate)

    threads = [
        threading.Thread(target=ask, args=(store, slate))
        for slate, store in zip(ids, [kept.store, kept.another] * 6, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert sum(kept.store.books().committed.values()) == 5


def test_a_copy_of_a_record_made_by_hand_counts_its_takes_once(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.reach("SEQ02", S.VIDEO_PENDING)
    opened = kept.open("SEQ01", video("1.00", fingerprint="c" * 64))

    def copy(record: dict[str, Any]) -> None:
        record["takes"] = opened.model_dump(mode="json")["takes"]

    kept.by_hand("SEQ02", copy)
    assert sum(kept.store.books().committed.values()) == 1
    kept.settle("SEQ01", 1, outcome="complete")
    books = kept.store.books()
    assert (sum(books.committed.values()), books.unsettled) == (1, {})
    kept.reach("SEQ03", S.VIDEO_PENDING)
    assert len(kept.open("SEQ03", video(fingerprint="c" * 64), caps=Caps(project=Decimal("2.00"))).takes) == 1


# --- receipts ---


def pending(kept: Kept, *takes: Take) -> tuple[str, ...]:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    return tuple(take.intent_id for take in kept.open("SEQ01", *takes).takes)


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
