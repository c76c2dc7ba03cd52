"""The money protocol: what is sent, what is held, and what is found again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import (
    BadRequest,
    BudgetError,
    Busy,
    MoveError,
    OutcomeUnknown,
    PersonNeeded,
    RateLimited,
    Refused,
    StarsendError,
    Unreachable,
)
from starsend.production.engine import Result
from starsend.production.paid_call import SEND_TRIES
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from starsend.settings import read_settings
from starsend.store import inbox
from tests.fakes.bench import Bench, RunningTime, bench, document, error_of, once, shots, slate
from tests.fakes.crash_child import Orders, Quiet
from tests.fakes.worlds import FakeTime, QuickDesk, write_plan

ROOT = Path(__file__).parents[2]
LOST = OutcomeUnknown("the line went dead", remedy="look for it")
NO_LINE = Unreachable("connection refused", remedy="look at the network")


def time_of(films: Bench) -> FakeTime:
    assert isinstance(films.world.desk, QuickDesk)
    return films.world.desk.time


def always(error: Exception) -> Callable[[Any], None]:
    def act(_given: Any) -> None:
        raise error

    return act


def errors_of(results: list[Result]) -> list[StarsendError]:
    return [result.error for result in results if result.error is not None]


# ------------------------------------------------------------------------------------------------- the lost reply


@pytest.mark.parametrize("error", [LOST, RuntimeError("a defect of the adapter"), OSError("reset")], ids=repr)
def test_a_lost_reply_leaves_the_take_pending_and_is_not_sent_again(error: Exception, tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = once(error)
    record = films.begin()
    assert (record.state, record.takes[0].outcome, record.takes[0].receipt) == ("video_pending", "pending", None)
    assert films.accepted == 1
    assert any("the outcome of SEQ01_T001 is not known" in why for why in films.whys())


@pytest.mark.parametrize("error", [LOST, RuntimeError("a defect of the adapter")], ids=repr)
def test_a_lost_job_is_looked_up_and_adopted_by_the_same_command(error: Exception, tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = once(error)
    (result,) = films.generate()
    assert result.error is None
    assert films.record().state == "video_complete"
    assert films.accepted == 1
    assert "SEQ01_T001 was found at book and adopted" in films.whys()


def test_each_of_two_takes_keeps_its_own_job_when_one_reply_is_lost(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = once(LOST)
    films.generate(wish=Wish(takes=2))
    assert [take.outcome for take in films.record().takes] == ["complete", "complete"]
    assert [take.receipt for take in films.record().takes] == [
        {"request_id": "job-00001"},
        {"request_id": "job-00002"},
    ]
    assert films.accepted == 2


def test_two_jobs_that_fit_wait_for_a_person(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = always(LOST)
    error = error_of(films.generate(wish=Wish(takes=2)))
    assert isinstance(error, PersonNeeded)
    assert "2 jobs at book ask for exactly the same" in error.message
    assert films.accepted == 2


def test_without_a_listing_a_lost_job_waits_for_a_person(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"listing": False})
    films.world.provider.on_send = once(LOST)
    error = error_of(films.generate())
    assert error.exit_code == 6
    assert error.message == (
        "the outcome of SEQ01_T001 is not known: it was sent, no answer came, and book has no list of jobs to look in. "
        "It may have been paid for (0.34 USD are held)"
    )
    assert error.remedy == "look in the provider's own list; then: starsend reconcile SEQ01 --give-up, or --resend"


def test_a_lookup_that_finds_nothing_is_tried_again_by_the_next_command(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(LOST)
    error = error_of(films.generate())
    assert isinstance(error, PersonNeeded)
    assert "book doesn't list it (yet)" in error.message
    assert films.take().outcome == "pending"
    assert isinstance(error_of(films.run()), PersonNeeded)
    assert len([why for why in films.whys() if "doesn't list it" in why]) == 1, "the same words once are enough"
    films.world.provider.send_once(films_intent(films))
    assert films.accepted == 1
    films.run()
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def films_intent(films: Bench) -> Intent:
    """What the provider lists late."""
    from starsend.production.paid_call import intent_of

    return intent_of(slate(), films.take())


def test_a_job_that_is_never_listed_becomes_unknown_after_the_longest_time_and_a_day(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(LOST)
    films.generate()
    longest = films.take().longest_s or 0
    time_of(films).pass_s(longest + 24 * 3600 - 60)
    films.run()
    assert films.take().outcome == "pending"
    time_of(films).pass_s(120)
    assert error_of(films.run()).exit_code == 6
    assert films.take().outcome == "unknown"
    assert films.take().unsettled, "still nobody has settled it"
    films.world.provider.send_once(films_intent(films))
    films.run()
    assert films.take().outcome == "complete", "and still it is found when it shows up"


def test_a_listing_that_cannot_be_read_waits_and_sends_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = once(LOST)
    films.world.provider.on_lookup = once(NO_LINE)
    error = error_of(films.generate())
    assert error.exit_code == 6
    assert "connection refused" in error.message
    films.run()
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def test_a_reply_that_says_nothing_readable_is_kept_and_the_job_looked_up(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.garble = once_bytes(b"<html>502</html>")
    films.begin()
    assert inbox.arrived(films.world.open().store.inbox(films.take().intent_id)) == b"<html>502</html>"
    films.run()
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def once_bytes(other: bytes) -> Callable[[bytes], bytes]:
    left = [other]
    return lambda raw: left.pop() if left else raw


def test_one_lost_take_does_not_keep_the_others_from_being_sent(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = stop_after(films, LOST)
    error_of(films.generate(wish=Wish(takes=2)))
    films.world.desk.stop.clear()
    assert [take.receipt for take in films.record().takes] == [None, None]
    error = error_of(films.run())
    assert isinstance(error, PersonNeeded)
    assert [take.outcome for take in films.record().takes] == ["pending", "complete"]


def stop_after(films: Bench, error: Exception) -> Callable[[Intent], None]:
    """Ctrl-C while the first POST is in flight, whose reply is lost."""
    left = [error]

    def act(_intent: Intent) -> None:
        if left:
            films.world.desk.stop.set()
            raise left.pop()

    return act


# --------------------------------------------------------------------------------------- proven non-sends, refusals


def test_a_refused_connection_is_tried_again_by_the_same_process(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(NO_LINE)
    films.generate()
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def test_a_429_waits_as_long_as_the_provider_asks(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(RateLimited("slow down", remedy="wait", retry_after_s=77.0))
    films.generate()
    assert films.record().state == "video_complete"
    assert time_of(films).ticks >= 77


def test_a_provider_that_stays_away_costs_nothing_and_the_take_stays_due(tmp_path: Path) -> None:
    films = bench(tmp_path)
    tries: list[str] = []

    def refuse(intent: Intent) -> None:
        tries.append(intent.intent_id)
        raise NO_LINE

    films.world.provider.before_send = refuse
    (result,) = films.generate()
    assert result.error is None
    assert len(tries) == SEND_TRIES
    take = films.take()
    assert (take.outcome, take.not_sent, take.committed_usd) == ("failed", True, Decimal(0))
    assert take.error is not None
    assert take.error.message == "connection refused"
    assert films.states()[-1] == "video_failed"
    films.world.provider.before_send = lambda _intent: None
    films.run()
    assert films.record().state == "video_complete"
    assert [t.outcome for t in films.record().takes] == ["failed", "complete"]
    assert films.accepted == 1


@pytest.mark.parametrize("error", [Refused("no blood, please", remedy="x"), BadRequest("422: duration", remedy="x")])
def test_a_refusal_fails_its_take_alone_and_holds_its_estimate(error: StarsendError, tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(error)
    films.generate(wish=Wish(takes=2))
    refused, made = films.record().takes
    assert (refused.outcome, made.outcome) == ("failed", "complete")
    assert refused.error is not None
    assert (refused.error.code, refused.error.message) == (error.code, error.message)
    assert refused.committed_usd == refused.estimate_usd > 0
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def test_a_refused_take_is_not_due_again_by_itself(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.before_send = once(Refused("no blood, please", remedy="x"))
    films.generate()
    assert films.record().state == "video_failed"
    assert films.run() == []
    assert films.accepted == 0


def test_a_refused_budget_leaves_an_approved_record_as_it_was(tmp_path: Path) -> None:
    films = bench(tmp_path, budget={"project_usd": "0.50"})
    films.generate()
    films.world.open().review.approve(slate())
    before = films.record()
    error = error_of(films.generate())
    assert isinstance(error, BudgetError)
    assert films.record() == before


def test_a_note_written_during_the_post_is_kept(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = lambda intent: _note(films, intent)
    films.generate()
    assert [note.text for note in films.take().notes] == ["while it was sent"]
    assert films.record().state == "video_complete"


def _note(films: Bench, intent: Intent) -> None:
    films.world.open().notes.write(intent.slate, intent.take, "while it was sent")


# -------------------------------------------------------------------------------------------- the same thing twice

TWINS = ({"id": "SEQ01", "title": "Same"}, {"id": "SEQ02", "title": "Same"})


def test_two_slates_that_ask_for_the_same_are_made_one_after_the_other(tmp_path: Path) -> None:
    films = bench(tmp_path, *TWINS, clock=RunningTime())
    open_jobs: list[int] = []

    def count(_intent: Intent) -> None:
        open_jobs.append(sum(1 for name in ("SEQ01", "SEQ02") for take in films.record(name).takes if take.unsettled))

    films.world.provider.on_send = count
    results = films.drive([*films.jobs("SEQ01"), *films.jobs("SEQ02")])
    assert errors_of(results) == []
    assert films.accepted == 2
    assert open_jobs == [1, 1]


def test_an_unsettled_twin_refuses_the_second_request(tmp_path: Path) -> None:
    films = bench(tmp_path, *TWINS)
    films.begin("SEQ01")
    with pytest.raises(Busy) as refused:
        films.begin("SEQ02")
    assert refused.value.code == "same-request"
    assert films.record("SEQ02").takes == ()
    assert films.accepted == 1


def test_a_twin_that_waits_for_a_person_ends_the_second_job_too(tmp_path: Path) -> None:
    films = bench(tmp_path, *TWINS, provider={"listing": False}, clock=RunningTime())
    films.world.provider.on_send = once(LOST)
    results = films.drive([*films.jobs("SEQ01"), *films.jobs("SEQ02")])
    assert sorted(error.code for error in errors_of(results)) == ["lost-job", "same-request"]
    assert films.accepted == 1


class Process:
    """A real command on a slate, with a checkpoint to stop at."""

    def __init__(self, orders: Orders) -> None:
        command = [sys.executable, "-m", "tests.fakes.crash_child", "--once", orders.model_dump_json()]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        self.pid = self._process.pid

    def until_stopped(self) -> None:
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        _, said = self._process.communicate()
        return self._process.returncode, said


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(**orders: Any) -> Process:
        given = {"workspace": tmp_path / "workspace", "book": tmp_path / "book", **orders}
        started.append(Process(Orders.model_validate(given)))
        return started[-1]

    yield start
    for process in started:
        if process._process.poll() is None:
            process._process.kill()
            process.end()


MARKED_SENDING = 9
"""The checkpoint's number in the run of a new slate: record made (2), lock, inbox, intent (2), INTENT_WRITTEN, this."""


def test_a_sender_that_stands_still_can_be_settled_by_nobody_else(
    tmp_path: Path, processes: Callable[..., Process]
) -> None:
    films = bench(tmp_path)
    sender = processes(stop_at=MARKED_SENDING + 1)
    sender.until_stopped()
    assert films.take().receipt is None
    error = error_of(films.run())
    assert (error.code, error.message) == ("being-sent", f"SEQ01 is being sent by pid {sender.pid}")
    with pytest.raises(Busy):
        films.world.open().reconciler.settle_by_hand(slate(), "give-up")
    sender.go_on()
    assert sender.end() == (0, "")
    assert films.record().state == "video_complete"
    assert films.accepted == 1


def test_two_commands_on_one_slate_buy_one_take(tmp_path: Path, processes: Callable[..., Process]) -> None:
    films = bench(tmp_path)
    first = processes(stop_at=MARKED_SENDING)
    first.until_stopped()
    second = processes()
    code, said = second.end()
    assert (code, said) == (3, f"being-sent: SEQ01 is being sent by pid {first.pid}\n")
    first.go_on()
    assert first.end() == (0, "")
    assert films.accepted == 1


# ------------------------------------------------------------------------------------------- settled by a person


def lose_one(tmp_path: Path, **provider: Any) -> Bench:
    """SEQ01_T001 was accepted, its reply lost, and it is not listed yet."""
    films = bench(tmp_path, provider=provider)
    films.world.provider.on_send = once(LOST)
    films.world.provider.listing = False
    films.generate()
    return films


def settle(films: Bench, how: Any) -> None:
    desk = films.world.open()
    taken = desk.reconciler.settle_by_hand(slate(), how)
    if how == "resend":
        films.world.provider.listing = True
        request = desk.reconciler.request_again(taken, desk.project.caps)
        desk.steps.advance(slate(), request, "book")


def search(films: Bench, number: int = 1) -> bool:
    films.world.provider.listing = True
    return films.world.open().reconciler.search(slate(), films.take(number))


def test_a_given_up_job_that_is_found_after_all_becomes_a_take(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    settle(films, "give-up")
    assert films.record().state == "video_failed"
    assert films.take().committed_usd > 0
    assert films.run() == [], "it isn't bought again by itself"
    assert search(films)
    assert films.record().state == "video_processing"
    films.run()
    take = films.take()
    assert (take.outcome, films.record().state) == ("complete", "video_complete")
    assert take.settled is not None
    assert films.accepted == 1


def test_a_job_on_a_receipt_of_another_project_is_not_adopted(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    films.world.provider.book.joinpath("job-00001.json").unlink()  # not listed yet
    films.world.provider.listing = True
    write_plan(films.world.workspace, document(project="other"))
    other = films.world.open("other")
    other.engine.run(list(other.runner.agenda().jobs), Quiet())
    assert len(films.world.provider.accepted()) == 1
    assert not search_lost(films)
    assert films.take().receipt is None


def test_a_job_that_a_lost_take_of_another_project_may_own_waits_for_a_person(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    write_plan(films.world.workspace, document(project="other"))
    films.world.provider.on_send = once(LOST)
    other = films.world.open("other")
    other.engine.run(list(other.runner.agenda().jobs), Quiet())
    films.world.provider.book.joinpath("job-00001.json").unlink()  # only the other one is listed
    films.world.provider.listing = True
    with pytest.raises(PersonNeeded) as asked:
        films.world.open().steps.run_out(slate())
    assert "SEQ01_T001 of the project other may own, which asks for the same and was lost too" in asked.value.message
    settle(films, "give-up")
    assert not search(films)


def search_lost(films: Bench) -> bool:
    """Look for the lost take; whether it was adopted."""
    with suppress(PersonNeeded):
        films.world.open().steps.run_out(slate())
    return films.take().receipt is not None


def test_a_resend_is_a_new_take_and_both_sums_are_held(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    settle(films, "resend")
    films.run()
    assert [take.outcome for take in films.record().takes] == ["unknown", "complete"]
    assert films.record().committed_usd == films.take(1).estimate_usd + films.take(2).estimate_usd
    assert films.accepted == 2


def test_a_late_receipt_after_a_resend_is_collected_without_a_move(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    settle(films, "resend")
    films.run()
    moved = films.states()
    assert search(films)
    films.run()
    assert [take.outcome for take in films.record().takes] == ["complete", "complete"]
    assert films.states() == moved
    assert films.past(1).exists()


def test_a_late_take_that_comes_before_the_resent_one_moves_nothing(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    films.world.provider.looks = 3
    settle(films, "resend")
    desk = films.world.open()
    assert search(films)
    films.world.provider.polls["job-00001"] = 3
    while films.take(1).unsettled:
        desk.steps.advance(slate())
        films.world.desk.wait(60)
    assert films.take(2).outcome == "pending"
    assert films.record().state in ("video_submitted", "video_processing")
    desk.steps.run_out(slate())
    assert films.record().state == "video_complete"
    assert [take.outcome for take in films.record().takes] == ["complete", "complete"]


def test_a_reply_that_lay_in_the_inbox_when_its_take_was_given_up_is_still_found(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    inbox.deliver(films.world.open().store.inbox(films.take().intent_id), orjson.dumps({"request_id": "job-00001"}))
    settle(films, "give-up")
    films.world.provider.listing = False
    assert films.world.open().reconciler.search(slate(), films.take())
    films.run()
    assert films.take().outcome == "complete"


def test_an_unreadable_reply_in_the_inbox_does_not_hide_the_job_in_the_listing(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    inbox.deliver(films.world.open().store.inbox(films.take().intent_id), b"<html>502</html>")
    settle(films, "give-up")
    assert search(films)
    films.run()
    assert films.take().outcome == "complete"


def test_a_take_that_is_given_up_while_it_is_fetched_is_kept_all_the_same(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.provider.spoil = lambda _part, _number: settle(films, "give-up")
    films.world.open().steps.run_out(slate())
    assert (films.take().outcome, films.record().state) == ("complete", "video_failed")
    assert films.take().settled is not None


def test_a_kept_reply_of_a_grid_is_enough_without_a_listing(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"listing": False})
    films.begin(wish=Wish(mode="grid"))
    settle(films, "give-up")
    assert films.record().state == "keyframe_failed"
    assert films.world.open().reconciler.search(slate(), films.take())
    films.run()
    assert (films.take().outcome, films.record().state) == ("complete", "keyframe_failed")


def test_an_intent_that_was_never_sent_holds_no_money_when_it_is_given_up(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"listing": False})
    films.world.provider.before_send = stop_after(films, LOST)
    films.generate(wish=Wish(takes=2))
    films.world.desk.stop.clear()
    settle(films, "give-up")
    lost, unsent = films.record().takes
    assert lost.committed_usd == lost.estimate_usd
    assert (unsent.outcome, unsent.not_sent, unsent.committed_usd) == ("unknown", True, Decimal(0))
    assert films.record().state == "video_failed"


def test_what_a_given_up_take_cost_can_be_said(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    films.world.open().reconciler.settle_by_hand(slate(), "give-up", cost_usd=Decimal("0.20"))
    assert films.record().committed_usd == Decimal("0.20")
    with pytest.raises(MoveError) as refused:
        films.world.open().reconciler.settle_by_hand(slate(), "give-up")
    assert refused.value.code == "nothing-to-settle"


def test_what_was_said_of_its_cost_stays_when_a_given_up_take_comes_after_all(tmp_path: Path) -> None:
    films = lose_one(tmp_path)
    films.world.open().reconciler.settle_by_hand(slate(), "give-up", cost_usd=Decimal("0.20"))
    assert search(films)
    films.run()
    assert (films.take().outcome, films.take().cost_usd) == ("complete", Decimal("0.20"))


# ---------------------------------------------------------------------------------------------------------- budgets


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": f"SEQ{n:02d}", "shots": shots(f"Road number {n}.")} for n in range(1, count + 1)]


def test_threads_that_spend_at_once_never_pass_a_budget(tmp_path: Path) -> None:
    films = bench(tmp_path, *many(20), budget={"project_usd": "2.50"})
    desk = films.world.open()
    jobs = [films.jobs(f"SEQ{n:02d}")[0] for n in range(1, 21)]
    start = threading.Barrier(20)

    def spend(number: int) -> str:
        start.wait()
        try:
            desk.steps.advance(jobs[number].slate, jobs[number].request, "book")
        except BudgetError as error:
            return error.code
        return "sent"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(spend, range(20)))
    assert outcomes.count("sent") == films.accepted == 7, "seven times $0.34 is $2.38"
    assert outcomes.count("over-budget") == 13
    assert sum(desk.store.books().committed.values()) == Decimal("2.38")


def test_processes_that_spend_at_once_never_pass_a_budget(tmp_path: Path, processes: Callable[..., Process]) -> None:
    films = bench(tmp_path, *many(8), budget={"project_usd": "1.50"})
    commands = [processes(act="run") for _ in range(4)]
    for code, said in [command.end() for command in commands]:
        assert code in (3, 4), said
    assert films.accepted == 4, "four times $0.34 is $1.36"
    assert sum(films.world.open().store.books().committed.values()) == Decimal("1.36")
    takes = [len(version.takes) for version in (films.record(f"SEQ{n:02d}") for n in range(1, 9))]
    assert sorted(takes) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_a_budget_names_what_it_would_pass(tmp_path: Path) -> None:
    films = bench(tmp_path, budget={"sequence_usd": "0.50"})
    error = error_of(films.generate(wish=Wish(takes=2)))
    assert (error.exit_code, error.message) == (
        4,
        "SEQ01: $0.68 more would bring the sequence SEQ01 to $0.68, over its budget of $0.50 ($0.00 is committed)",
    )
    assert films.accepted == 0


def test_a_price_of_the_studio_counts_and_is_rounded_up_for_each_take(tmp_path: Path) -> None:
    films = bench(tmp_path)
    toml = '[prices."kling-o3-pro"]\nusd_per_second = "0.1001"\n'
    (films.world.workspace / "starsend.toml").write_text(toml, encoding="utf-8")
    films.generate(wish=Wish(takes=2))
    assert [take.estimate_usd for take in films.record().takes] == [Decimal("0.31"), Decimal("0.31")]


# ---------------------------------------------------------------------------------------------------- the full disk


def child(tmp_path: Path, **orders: Any) -> tuple[int, str]:
    given = {"workspace": tmp_path / "workspace", "book": tmp_path / "book", "listing": False, **orders}
    return Process(Orders.model_validate(given)).end()


def trace(tmp_path: Path) -> list[str]:
    """The checkpoints of one whole take, in a workspace of its own."""
    write_plan(tmp_path / "dry", document())
    orders = {"workspace": tmp_path / "dry", "book": tmp_path / "dry-book", "trace": tmp_path / "trace"}
    assert child(tmp_path, **orders)[0] == 0
    return (tmp_path / "trace").read_text(encoding="utf-8").split()


def test_a_disk_that_is_full_when_the_receipt_comes_loses_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"listing": False})
    number = trace(tmp_path).index("REPLY_RECEIVED") + 1
    assert trace_at(tmp_path, MARKED_SENDING) == "MARKED_SENDING"
    code, said = child(tmp_path, full_at=number)
    assert code == 7
    assert "disk-full: the disk is full" in said
    assert films.take().receipt is None
    films.run()
    assert films.record().state == "video_complete"
    assert "its reply was found in the inbox" in films.whys()
    assert films.accepted == 1


def trace_at(tmp_path: Path, number: int) -> str:
    return (tmp_path / "trace").read_text(encoding="utf-8").split()[number - 1]


def test_a_disk_that_is_full_while_a_take_is_collected_leaves_it_processing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    number = trace(tmp_path).index("POLLED") + 3
    for _ in range(3):
        code, said = child(tmp_path, full_at=number)
        number = 2
        assert code == 7, said
        assert (films.record().state, films.take().outcome) == ("video_processing", "pending")
    films.run()
    assert (films.record().state, films.take().outcome) == ("video_complete", "complete")
    assert films.accepted == 1


# -------------------------------------------------------------------------------------------------------- the inbox


def test_the_inbox_tells_how_far_a_reply_is(tmp_path: Path) -> None:
    place = tmp_path / "inbox" / "i1"
    assert inbox.stage(place) == "missing"
    inbox.reserve(place, 1000)
    assert inbox.stage(place) == "reserved"
    assert place.stat().st_blocks * 512 >= 1000, "room is taken on disk, not only promised"
    inbox.mark_sending(place)
    assert inbox.stage(place) == "sending"
    inbox.unmark(place)
    assert inbox.stage(place) == "reserved"
    inbox.mark_sending(place)
    inbox.deliver(place, b"a reply")
    assert (inbox.stage(place), inbox.arrived(place)) == ("arrived", b"a reply")
    inbox.clear(place)
    inbox.clear(place)
    assert inbox.stage(place) == "missing"


@pytest.mark.parametrize("offset", [8, 20, 48, 54])
def test_a_torn_reply_is_no_reply(offset: int, tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 100)
    inbox.deliver(place, b"a reply")
    data = bytearray(place.read_bytes())
    data[offset] ^= 0xFF
    place.write_bytes(data)
    assert (inbox.stage(place), inbox.arrived(place)) == ("sending", None)


def test_a_torn_mark_counts_as_sent(tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 100)
    place.write_bytes(b"SEND\0\0\0\0")
    assert inbox.stage(place) == "sending"
    place.write_bytes(b"")
    assert inbox.stage(place) == "sending"


def test_a_reply_larger_than_its_room_is_kept_whole(tmp_path: Path) -> None:
    place = tmp_path / "i1"
    inbox.reserve(place, 10)
    inbox.deliver(place, bytes(range(256)) * 50)
    assert inbox.arrived(place) == bytes(range(256)) * 50


def test_the_longest_time_of_a_take_stands_in_its_record(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    assert timedelta(seconds=films.take().longest_s or 0) == timedelta(hours=1)
    assert read_settings(films.world.workspace, environ={}).provider == "animatic"
