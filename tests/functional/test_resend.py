"""Lost takes that are bought again on a person's word: only what is lost, once, and within the budgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.errors import Interrupted, MoveError, OutcomeUnknown
from starsend.model.slate import Slate
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from starsend.store.checkpoints import CrashPoint
from starsend.studio import OpenProject, PooledInspector
from tests.fakes.commands import cli
from tests.fakes.worlds import World, world

SEQ02 = Slate.parse("SEQ02")


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector, listing=False)


def lose(_intent: Intent) -> None:
    raise OutcomeUnknown("the connection dropped", remedy="run again")


def lost_takes(film: World, number: int) -> OpenProject:
    """A project with so many lost takes of SEQ02; the replies that follow arrive."""
    desk = film.open()
    (job,) = desk.runner.prepare("SEQ02", Wish(takes=number))
    film.provider.on_send = lose
    desk.steps.advance(job.slate, job.request, job.provider)
    film.provider.on_send = lambda _intent: None
    return desk


def find(film: World, number: int) -> None:
    """What another command does that finds the job of a lost take."""
    desk = film.open()
    take = desk.store.load("SEQ02").record.takes[number - 1]
    receipt = {"request_id": f"job-{number:05d}"}
    desk.store.record_receipt("SEQ02", take.intent_id, receipt, by="other", why="it was found")


def test_what_was_found_since_it_was_asked_about_is_not_bought_again(film: World) -> None:
    desk = lost_takes(film, 2)
    again = desk.resend(SEQ02)
    assert again.job.estimate_usd == 2 * desk.store.load("SEQ02").record.takes[0].estimate_usd
    find(film, 1)
    assert [take.take for take in again.settle()] == [2]
    for job in again.jobs():
        desk.steps.advance(job.slate, job.request, job.provider)
        desk.steps.run_out(job.slate)
    assert [take.outcome for take in desk.store.load("SEQ02").record.takes] == ["complete", "unknown", "complete"]
    assert len(film.provider.accepted()) == 3


def test_where_all_was_found_meanwhile_nothing_is_settled_or_bought(film: World) -> None:
    desk = lost_takes(film, 1)
    again = desk.resend(SEQ02)
    find(film, 1)
    with pytest.raises(MoveError, match="SEQ02 has no unsettled take"):
        again.settle()
    assert desk.steps.run_out(SEQ02).takes[0].outcome == "complete"
    assert len(film.provider.accepted()) == 1


def test_what_was_lost_since_it_was_asked_about_is_left_alone(film: World) -> None:
    desk = lost_takes(film, 1)
    again = desk.resend(SEQ02)
    desk.reconciler.settle_by_hand(SEQ02, "give-up")
    later = lost_takes(film, 1)
    with pytest.raises(MoveError, match="SEQ02 has no unsettled take"):
        again.settle()
    assert [take.settled is None for take in later.store.load("SEQ02").record.takes] == [False, True]
    assert len(film.provider.accepted()) == 2


def test_a_resend_buys_only_what_was_lost(film: World) -> None:
    film.provider.listing = False
    sent: list[Intent] = []

    def lose_the_second(intent: Intent) -> None:
        sent.append(intent)
        if len(sent) == 2:
            raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose_the_second
    assert cli(film, "generate", "--seq", "SEQ02", "--takes", "3", "--yes") == 6
    assert cli(film, "reconcile", "SEQ02", "--resend") == 0
    takes = film.open().store.load("SEQ02").record.takes
    assert [take.outcome for take in takes] == ["complete", "unknown", "complete", "complete"]
    assert len(film.provider.accepted()) == 4


def test_a_resend_reads_the_reply_that_came_before_it_buys(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    film.provider.listing = False
    before = film.checkpoint

    def stop_before_the_receipt(point: CrashPoint) -> None:
        if point is CrashPoint.INBOX_WRITTEN:
            raise Interrupted("stopped", remedy="go on: starsend run")

    film.checkpoint = stop_before_the_receipt
    cli(film, "generate", "--seq", "SEQ02")
    film.checkpoint = before
    assert film.open().store.load("SEQ02").record.takes[0].receipt is None
    assert cli(film, "reconcile", "SEQ02", "--resend", "--yes") == 3
    assert "nothing-to-settle" in capsys.readouterr().err
    assert cli(film, "run", "--seq", "SEQ02") == 0
    (take,) = film.open().store.load("SEQ02").record.takes
    assert (take.outcome, take.settled) == ("complete", None)
    assert len(film.provider.accepted()) == 1


def test_a_resend_over_budget_settles_nothing(film: World) -> None:
    film.provider.listing = False

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli(film, "generate", "--seq", "SEQ02") == 6
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.50"\n')
    assert cli(film, "reconcile", "SEQ02", "--resend") == 4
    assert film.open().store.load("SEQ02").record.takes[0].settled is None
