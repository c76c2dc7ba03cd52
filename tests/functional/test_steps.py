"""Takes step by step: states, polls, weather, damage, many at once, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import Interrupted, MediaError, MoveError, PersonNeeded, ProviderError, Refused, Unreachable
from starsend.model.record import Record
from starsend.model.take import Fault
from starsend.production.poll_times import PollTimes
from starsend.production.wish import Wish
from starsend.providers.base import Intent, JobStatus
from tests.fakes.bench import Bench, RunningTime, bench, once, shots, slate
from tests.fakes.worlds import quick_desk

MADE = ["video_pending", "video_submitted", "video_processing", "video_complete"]
WEATHER = ProviderError("502 Bad Gateway", remedy="ask again")
GRID = Wish(mode="grid")


def run_out(films: Bench, name: str = "SEQ01") -> Record:
    return films.world.open().steps.run_out(slate(name))


# ----------------------------------------------------------------------------------------------------------- states


@pytest.mark.parametrize("looks", [1, 4], ids=["at-once", "slowly"])
def test_a_video_goes_through_every_state_of_the_line(looks: int, tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"looks": looks})
    films.begin()
    run_out(films)
    assert films.states() == MADE


def test_a_grid_goes_through_the_keyframe_states(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    assert films.begin(wish=GRID).state == "keyframe_generating"
    run_out(films)
    assert films.states() == ["keyframe_pending", "keyframe_generating", "keyframe_complete"]
    films.world.open().frames.crop(slate(), cell=2, box=None)
    films.generate()
    assert films.states()[3:] == MADE


def test_a_failed_grid_can_be_drawn_again(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    films.world.provider.before_send = once(Refused("no", remedy="x"))
    films.generate(wish=GRID)
    films.generate(wish=GRID)
    assert films.states() == [
        "keyframe_pending",
        "keyframe_generating",
        "keyframe_failed",
        "keyframe_pending",
        "keyframe_generating",
        "keyframe_complete",
    ]


def test_a_retake_begins_at_video_pending_in_the_write_of_its_intent(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.generate()
    before = films.record().revision
    films.world.provider.before_send = lambda intent: revisions.append(films.record().revision)
    revisions: list[int] = []
    films.generate()
    assert films.states() == [*MADE, *MADE]
    assert revisions == [before + 1]


def test_of_several_takes_the_first_receipt_and_poll_and_the_last_outcome_move(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"looks": 2})
    films.world.provider.before_send = once(Refused("no", remedy="x"))
    films.begin(wish=Wish(takes=3))
    run_out(films)
    assert [take.outcome for take in films.record().takes] == ["failed", "complete", "complete"]
    assert films.states() == MADE


def test_takes_that_all_fail_end_in_video_failed_once(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_poll = lambda _job, _number: JobStatus("failed", Fault(code="job-failed", message="no"))
    films.generate(wish=Wish(takes=2))
    assert films.states() == [*MADE[:3], "video_failed"]


def test_the_last_take_that_fails_does_not_hide_one_that_is_complete(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_poll = lambda job, _number: None if job == "job-00001" else JobStatus("failed")
    films.generate(wish=Wish(takes=2))
    assert [take.outcome for take in films.record().takes] == ["complete", "failed"]
    assert films.record().state == "video_complete"


def test_a_grid_of_two_takes_is_complete_when_both_are(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01", "start_frame": "required"})
    films.begin(wish=Wish(mode="grid", takes=2))
    desk = films.world.open()
    desk.steps.advance(slate())
    assert [take.outcome for take in films.record().takes] == ["complete", "pending"]
    assert films.record().state == "keyframe_generating"
    desk.steps.run_out(slate())
    assert films.record().state == "keyframe_complete"
    assert [take.media.path for take in films.record().takes if take.media] == [
        "projects/film/frames/ep_001/grids/SEQ01_T001.png",
        "projects/film/frames/ep_001/grids/SEQ01_T002.png",
    ]


def test_the_same_step_may_be_asked_for_again_and_changes_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.generate()
    before = films.record()
    step = films.world.open().steps.advance(slate())
    assert step.done
    assert films.record() == before


def test_a_request_on_an_unsettled_slate_goes_on_with_its_take(tmp_path: Path) -> None:
    films = bench(tmp_path)
    (job,) = films.jobs()
    films.begin()
    films.world.open().steps.advance(job.slate, job.request, job.provider)
    assert len(films.record().takes) == films.accepted == 1


# ---------------------------------------------------------------------------------------------------------- weather


def stormy(times: int, error: Exception = WEATHER) -> Callable[[str, int], None]:
    left = [error] * times

    def act(_job: str, _number: int) -> None:
        if left:
            raise left.pop()

    return act


@pytest.mark.parametrize("error", [WEATHER, Unreachable("connection refused", remedy="x")], ids=repr)
def test_weather_on_the_status_is_asked_again(error: Exception, tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.provider.on_poll = stormy(20, error)
    run_out(films)
    assert films.states() == MADE
    assert films.take().error is None


@pytest.mark.parametrize("error", [WEATHER, MediaError("3 of 9 bytes came", remedy="x")], ids=repr)
def test_weather_on_the_result_is_fetched_again_while_the_take_is_processing(error: Exception, tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    storm = stormy(3, error)
    states: list[str] = []

    def spoil(_part: Path, number: int) -> None:
        states.append(films.record().state)
        storm("", number)

    films.world.provider.spoil = spoil
    run_out(films)
    assert states == ["video_processing"] * 4
    assert films.states() == MADE


def test_weather_that_outlasts_the_model_waits_for_a_person_and_fails_nothing(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.provider.on_poll = stormy(10**6)
    with pytest.raises(PersonNeeded) as asked:
        run_out(films)
    assert asked.value.code == "no-answer"
    assert asked.value.message == "SEQ01_T001 gives no answer, for longer than its model takes: 502 Bad Gateway"
    began, longest = films.take().intent_at, films.take().longest_s
    assert began is not None
    assert longest is not None
    assert longest < (films.world.desk.now() - began).total_seconds() < longest + 120
    assert films.take().outcome == "pending"


def test_weather_for_a_day_more_makes_the_outcome_unknown_and_it_still_may_come(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.desk.wait(26 * 3600)
    films.world.provider.on_poll = stormy(10**6)
    with pytest.raises(PersonNeeded):
        run_out(films)
    assert films.take().outcome == "unknown"
    assert films.take().unsettled
    films.world.provider.on_poll = lambda _job, _number: None
    run_out(films)
    assert films.take().outcome == "complete"


def test_one_bad_answer_after_a_long_night_bothers_nobody(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.desk.wait(26 * 3600)
    films.world.provider.on_poll = stormy(2)
    run_out(films)
    assert films.record().state == "video_complete"


# ----------------------------------------------------------------------------------------------------- bad outcomes


def test_a_failed_job_keeps_the_words_of_the_provider_and_its_money(tmp_path: Path) -> None:
    films = bench(tmp_path)
    said = Fault(code="content-policy", message="The prompt was flagged.")
    films.world.provider.on_poll = lambda _job, _number: JobStatus("failed", said)
    films.generate()
    take = films.take()
    assert (take.outcome, take.error) == ("failed", said)
    assert take.committed_usd == take.estimate_usd > 0
    assert films.whys()[-1] == "The prompt was flagged."
    assert films.states() == [*MADE[:3], "video_failed"]


def test_a_typed_refusal_of_the_result_fails_the_take(tmp_path: Path) -> None:
    films = bench(tmp_path)

    def spoil(_part: Path, _number: int) -> None:
        raise Refused("422: the video was flagged", remedy="x")

    films.world.provider.spoil = spoil
    films.generate()
    error = films.take().error
    assert error is not None
    assert (films.take().outcome, error.code, error.message) == ("failed", "refused", "422: the video was flagged")


def test_a_cancelled_job_ends_in_video_failed_with_its_outcome(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.world.provider.on_poll = lambda _job, _number: JobStatus("cancelled")
    films.generate()
    assert (films.take().outcome, films.record().state) == ("cancelled", "video_failed")
    assert films.run() == [], "only generate buys it again"


def damage(times: int) -> Callable[[Path, int], None]:
    def spoil(part: Path, number: int) -> None:
        if number <= times:
            part.write_bytes(b"\0" * 3000)

    return spoil


def test_a_damaged_download_is_fetched_again(tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"spoil": damage(1)})
    films.begin()
    run_out(films)
    assert films.states() == MADE
    assert any("arrived damaged and is fetched again" in why for why in films.whys())


@pytest.mark.parametrize("wish", [Wish(), GRID], ids=["video", "grid"])
def test_a_file_that_is_damaged_twice_fails_and_is_kept(wish: Wish, tmp_path: Path) -> None:
    films = bench(tmp_path, provider={"spoil": damage(2)})
    films.begin(wish=wish)
    films.world.open().steps.advance(slate())
    assert films.take().outcome == "pending", "the first time it is fetched again, also by a later process"
    run_out(films)
    error = films.take().error
    assert error is not None
    assert (films.take().outcome, error.code) == ("failed", "damage")
    (kept,) = films.world.workspace.rglob("*.damaged")
    assert kept.read_bytes() == b"\0" * 3000
    assert kept.name in error.remedy
    assert films.record().state in ("video_failed", "keyframe_failed")


def test_two_commands_never_fetch_one_file_at_once(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    inside: list[str] = []

    def spoil(_part: Path, _number: int) -> None:
        step = films.world.open().steps.advance(slate())
        inside.append(films.take().outcome)
        assert not step.done
        assert step.wait_s > 0

    films.world.provider.spoil = spoil
    run_out(films)
    assert inside == ["pending"]
    assert films.world.provider.downloads == {"job-00001": 1}
    assert films.record().state == "video_complete"


# ------------------------------------------------------------------------------------------------------------ polls


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


# ----------------------------------------------------------------------------------------------------------- engine


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


# ----------------------------------------------------------------------------------------------------------- cancel


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
