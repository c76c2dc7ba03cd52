"""What provably was not sent is tried again by the same process; what was refused fails alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from starsend.errors import (
    BadRequest,
    BudgetError,
    RateLimited,
    Refused,
    StarsendError,
)
from starsend.production.paid_call import SEND_TRIES
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from tests.fakes.bench import Bench, bench, error_of, once, slate
from tests.fakes.losses import NO_LINE, time_of


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
