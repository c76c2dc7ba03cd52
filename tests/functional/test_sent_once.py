"""The same thing asked for twice, by two slates or two processes, is bought once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from starsend.errors import (
    Busy,
)
from starsend.providers.base import Intent
from tests.fakes.bench import RunningTime, bench, error_of, once, slate
from tests.fakes.losses import LOST, errors_of
from tests.fakes.processes import MARKED_SENDING, Process

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
