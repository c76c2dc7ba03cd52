"""The money protocol: a request is sent once, and a lost reply is found again or waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from starsend.errors import (
    PersonNeeded,
)
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from starsend.store import inbox
from tests.fakes.bench import Bench, bench, error_of, once, slate
from tests.fakes.losses import LOST, NO_LINE, always, stop_after, time_of


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
    from starsend.production.take_request import intent_of

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
