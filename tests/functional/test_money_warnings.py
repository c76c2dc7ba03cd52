"""What is said before money is spent again, and of jobs that take too long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from starsend.cli.driving import drive
from starsend.cli.options import Where
from starsend.errors import PersonNeeded, ProviderError
from starsend.media.picture import save_png
from starsend.production.wish import Wish
from starsend.providers.base import JobStatus
from tests.fakes.bench import Bench, bench, shots
from tests.fakes.paid_worlds import brisk_desk

ASKED = Wish(mode="multi")


def said(films: Bench, sequence: str = "SEQ01") -> list[str]:
    jobs = films.jobs(sequence, ASKED)
    return films.world.open().bought_before(jobs)


def test_a_request_that_was_paid_for_is_named_before_it_is_bought_again(tmp_path: Path) -> None:
    films = bench(tmp_path)
    assert said(films) == []
    films.generate(wish=ASKED)
    assert said(films) == ["SEQ01: the same request was already bought as SEQ01_T001; it is bought again"]


def test_the_same_words_of_another_slate_are_named_too(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01"}, {"id": "SEQ02"})
    films.generate()
    assert said(films, "SEQ02") == ["SEQ02: the same request was already bought as SEQ01_T001; it is bought again"]


def test_other_words_are_not_named(tmp_path: Path) -> None:
    films = bench(tmp_path, {"id": "SEQ01"}, {"id": "SEQ02", "shots": shots("A barn.")})
    films.generate()
    assert said(films, "SEQ02") == []


def test_what_was_never_sent_was_not_bought(tmp_path: Path) -> None:
    from starsend.errors import RateLimited

    def busy(_intent: object) -> None:
        raise RateLimited("429", remedy="wait", retry_after_s=0.0)

    films = bench(tmp_path, provider={"before_send": busy})
    films.generate()
    assert films.take().not_sent
    assert said(films) == []


def style(films: Bench, *names: str) -> None:
    for index, name in enumerate(names):
        place = films.world.workspace / "projects" / "film" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        save_png(np.full((400, 600, 3), 40 * index, np.uint8), place)


def test_style_images_go_as_far_as_the_models_references_do(tmp_path: Path) -> None:
    names = [f"look/{n}.png" for n in range(6)]
    films = bench(tmp_path, style_images=names)
    style(films, *names)
    (job,) = films.jobs(wish=ASKED)
    assert job.request is not None
    (draft,) = job.request.drafts
    assert [path.name for path in draft.order.style_images] == ["0.png", "1.png", "2.png", "3.png"]
    assert draft.warnings[0] == (
        "Model takes no more references beside its elements; dropped style images: 4.png, 5.png (SEQ01)"
    )


def test_a_model_without_a_field_for_style_images_gets_none(tmp_path: Path) -> None:
    films = bench(tmp_path, style_images=["look/a.png"], defaults={"video_model": "kling-v3-pro"})
    style(films, "look/a.png")
    (job,) = films.jobs(wish=ASKED)
    assert job.request is not None
    assert job.request.drafts[0].order.style_images == ()
    assert "dropped style images: a.png" in job.request.drafts[0].warnings[0]


def test_a_job_that_runs_past_the_models_longest_time_is_left_to_a_person_and_not_ended(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    films.world.provider.on_poll = lambda _job, _number: JobStatus("running")
    with pytest.raises(PersonNeeded) as asked:
        films.world.open().steps.run_out(films.record().slate)
    assert asked.value.code == "too-long"
    assert asked.value.message == ("SEQ01_T001 is still being made after 60 minutes, the longest time of kling-o3-pro")
    assert asked.value.remedy == "wait on: starsend run; or stop it: starsend cancel SEQ01"
    assert films.take().outcome == "pending"
    films.world.provider.on_poll = lambda _job, _number: None
    films.world.open().steps.run_out(films.record().slate)
    assert films.take().outcome == "complete"


def test_bad_weather_is_written_down_once_and_told_while_one_waits(tmp_path: Path) -> None:
    films = bench(tmp_path)
    films.begin()
    left = [True] * 10

    def weather(_job: str, _number: int) -> None:
        if left:
            left.pop()
            raise ProviderError("503 from the queue", remedy="wait")

    films.world.provider.on_poll = weather
    desk = films.world.open()
    told: list[str] = []
    with desk.remarks_to(told.append):
        desk.steps.run_out(films.record().slate)
    said = "SEQ01_T001 is asked for again and again: 503 from the queue"
    assert told == [said]
    assert films.whys().count(said) == 1
    assert films.take().outcome == "complete"


@pytest.mark.parametrize("json", [False, True])
def test_a_command_that_waits_through_bad_weather_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], json: bool
) -> None:
    made = bench(tmp_path)
    films = Bench(replace(made.world, desk=brisk_desk()))
    left = [True] * 6

    def weather(_job: str, _number: int) -> None:
        if left:
            left.pop()
            raise ProviderError("503 from the queue", remedy="wait")

    films.world.provider.on_poll = weather
    code = drive(films.world.open(), films.jobs(wish=ASKED), Where(films.world.workspace, "film", json=json))
    seen = capsys.readouterr()
    assert code == 0
    assert ("SEQ01_T001 is asked for again and again: 503 from the queue" in " ".join(seen.err.split())) is not json
    assert "again and again" not in (seen.out if not json else "")
