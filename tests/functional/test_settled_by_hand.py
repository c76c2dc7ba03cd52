"""Lost takes that a person gave up, and jobs that turn up after all."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import (
    MoveError,
    PersonNeeded,
)
from starsend.production.wish import Wish
from starsend.store import inbox
from tests.fakes.bench import Bench, bench, document, once, slate
from tests.fakes.crash_child import Quiet
from tests.fakes.losses import LOST, stop_after
from tests.fakes.worlds import write_plan


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
