"""Takes step by step through weather, failures and damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from starsend.errors import MediaError, PersonNeeded, Refused, Unreachable
from starsend.model.take import Fault
from starsend.production.wish import Wish
from starsend.providers.base import JobStatus
from tests.fakes.bench import bench, slate
from tests.fakes.steps import GRID, MADE, WEATHER, run_out


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
