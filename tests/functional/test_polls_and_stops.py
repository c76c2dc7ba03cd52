"""When jobs are asked for; many at once; stopping and cancelling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from starsend.errors import Interrupted, MoveError, ProviderError, Refused
from starsend.production.poll_times import PollTimes
from starsend.production.wish import Wish
from starsend.providers.base import Intent
from tests.fakes.bench import RunningTime, bench, once, shots, slate
from tests.fakes.steps import GRID, MADE, WEATHER, run_out
from tests.fakes.worlds import quick_desk


def test_polls_grow_to_the_longest_interval() -> None:
    desk = quick_desk()
    polls = PollTimes(2, 15, desk)
    waits = []
    assert polls.wait_s("i1") == 0, "a job that nobody has looked at is due now"
    for _ in range(8):
        polls.looked("i1")
        waits.append(polls.wait_s("i1"))
        desk.wait(waits[-1])
    assert waits == pytest.approx([2, 3, 4.5, 6.75, 10.125, 15, 15, 15])
    assert polls.wait_s("i2") == 0
    polls.looked("i1")
    polls.forget("i1")
    assert polls.wait_s("i1") == 0


@pytest.mark.parametrize(("jitter", "wait_s"), [(0.0, 1.8), (1.0, 2.2)])
def test_polls_are_spread_by_a_tenth(jitter: float, wait_s: float) -> None:
    desk = quick_desk()
    object.__setattr__(desk, "jitter", lambda: jitter)
    polls = PollTimes(2, 15, desk)
    polls.looked("i1")
    assert polls.wait_s("i1") == pytest.approx(wait_s)


def test_a_job_is_not_asked_before_its_time(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"looks": 9})
    films.begin()
    steps = films.world.open().steps
    first = steps.advance(slate())
    assert first.wait_s == pytest.approx(2.0)
    for _ in range(5):
        assert steps.advance(slate()).wait_s == pytest.approx(2.0)
    assert films.world.provider.polls == {"job-00001": 1}


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": f"SEQ{n:02d}", "shots": shots(f"Road number {n}.")} for n in range(1, count + 1)]


def test_many_slates_are_made_at_once_and_a_failure_stops_no_other(tmp_path: Path) -> None:
    films = bench(tmp_path, *many(6), provider={"looks": 2}, clock=RunningTime())

    def send(intent: Intent) -> None:
        if str(intent.slate) == "SEQ02":
            raise Refused("no", remedy="x")

    def poll(job: str, _number: int) -> None:
        if job == "job-00003":
            raise KeyError("a defect of the adapter")

    films.world.provider.before_send = send
    films.world.provider.on_poll = poll
    results = films.run()
    broken = [result for result in results if result.error is not None]
    assert [result.error.code for result in broken if result.error] == ["defect"]
    names = {f"SEQ{n:02d}" for n in range(1, 7)}
    assert {str(result.slate) for result in results} == names
    left = {str(broken[0].slate), "SEQ02"}
    assert {films.record(name).state for name in names - left} == {"video_complete"}
    assert films.record("SEQ02").state == "video_failed"


def test_ctrl_c_finishes_the_post_in_flight_and_the_next_run_sends_the_rest(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_send = lambda _intent: films.world.desk.stop.set()
    (result,) = films.generate(wish=Wish(takes=3))
    assert isinstance(result.error, Interrupted)
    assert [take.sent for take in films.record().takes] == [True, False, False]
    assert films.accepted == 1
    films.world.desk.stop.clear()
    films.world.provider.on_send = lambda _intent: None
    films.run()
    assert [take.outcome for take in films.record().takes] == ["complete"] * 3
    assert films.accepted == 3
    assert films.states() == MADE


def test_ctrl_c_leaves_every_slate_resumable(tmp_path: Path) -> None:
    films = bench(tmp_path, *many(4), clock=RunningTime())
    films.world.provider.on_poll = lambda _job, _number: films.world.desk.stop.set()
    results = films.run()
    assert len(results) == 4
    assert {type(result.error) for result in results if result.error} == {Interrupted}
    films.world.desk.stop.clear()
    films.world.provider.on_poll = lambda _job, _number: None
    films.run()
    assert {films.record(f"SEQ{n:02d}").state for n in range(1, 5)} == {"video_complete"}
    assert films.accepted == 4


def test_cancel_asks_the_provider_and_goes_on_polling(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    assert films.world.open().canceller.cancel(slate()) == ("SEQ01_T001",)
    assert films.world.provider.cancelled == ["job-00001"]
    assert (films.take().outcome, films.whys()[-1]) == ("pending", "SEQ01_T001: asked to stop")
    run_out(films)
    assert films.record().state == "video_complete", "what came all the same is kept"


def test_cancel_asks_for_every_take_also_where_one_can_not_be_asked(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin(wish=Wish(takes=2))
    films.world.provider.on_cancel = once(WEATHER)
    with pytest.raises(ProviderError):
        films.world.open().canceller.cancel(slate())
    assert films.world.provider.cancelled == ["job-00002"]


def test_a_grid_can_not_be_cancelled(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    films.begin(wish=GRID)
    with pytest.raises(MoveError) as refused:
        films.world.open().canceller.cancel(slate())
    assert (refused.value.code, refused.value.exit_code) == ("not-cancellable", 3)


def test_nothing_that_is_made_can_not_be_cancelled(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.generate()
    with pytest.raises(MoveError) as refused:
        films.world.open().canceller.cancel(slate())
    assert refused.value.code == "nothing-to-cancel"
