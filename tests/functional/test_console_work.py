"""Generating from the page: estimated, confirmed, begun in the background, and never paid twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from starsend.errors import OutcomeUnknown
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.console_film import Film, served
from tests.fakes.worlds import plan

FREE_HAND = '[confirm]\nabove_usd = "9.00"\n'


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> Iterator[Film]:
    with served(tmp_path, inspector, settings='[confirm]\nabove_usd = "0.40"\n') as film:
        yield film


def generate(film: Film, slate: str = "SEQ02", **body: object) -> dict[str, object]:
    answer = film.act(slate, "generate", **body)
    assert answer.status_code == 202, answer.text
    work: dict[str, object] = answer.json()["work"]
    return work


def test_an_estimate_says_what_it_would_cost_and_writes_nothing(film: Film) -> None:
    told = film.post("/records/SEQ02/estimate", takes=2).json()
    assert (told["estimate_usd"], told["confirm"]) == ("0.68", True)
    job = told["jobs"][0]
    assert (job["slate"], job["takes"], job["covers"], job["model"]) == ("SEQ02", 2, ["SH01", "SH02"], "kling-o3-pro")
    assert film.desk.store.find("SEQ02") is None


def test_a_take_is_made_in_the_background_and_told(film: Film) -> None:
    work = generate(film)
    done = film.wait(str(work["id"]), "done")
    assert (done["results"], done["kind"], done["estimate_usd"]) == (
        [{"slate": "SEQ02", "state": "video_complete", "error": None}],
        "generate",
        "0.34",
    )
    assert [told["state"] for told in film.told("work")] == ["waiting", "running", "done"]
    assert film.told("progress")[0]["slate"] == "SEQ02"
    record = film.desk.store.load("SEQ02").record
    assert (record.state, len(film.world.provider.accepted())) == ("video_complete", 1)


def test_a_sum_above_the_threshold_must_be_confirmed_as_it_was_shown(film: Film) -> None:
    refused = film.act("SEQ02", "generate", takes=2)
    assert (refused.status_code, refused.json()["code"], refused.json()["estimate_usd"]) == (
        402,
        "not-confirmed",
        "0.68",
    )
    assert film.act("SEQ02", "generate", takes=2, confirmed_usd="0.67").status_code == 402
    assert film.world.provider.accepted() == []
    answer = film.act("SEQ02", "generate", takes=2, confirmed_usd="0.68")
    film.wait(answer.json()["work"]["id"], "done")
    assert len(film.world.provider.accepted()) == 2


def test_a_stale_page_generates_nothing(film: Film) -> None:
    film.wait(str(generate(film)["id"]))
    answer = film.act("SEQ02", "generate", revision=0)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert answer.json()["record"]["state"] == "video_complete"


def test_two_browsers_at_once_buy_one_take(film: Film) -> None:
    go, asked = threading.Event(), threading.Event()

    def hold(_intent: Intent) -> None:
        asked.set()
        assert go.wait(30)

    film.world.provider.before_send = hold
    first = generate(film)
    assert asked.wait(30)
    second = film.act("SEQ02", "generate")
    go.set()
    assert (second.status_code, film.wait(str(first["id"]))["state"]) == (409, "done")
    assert len(film.world.provider.accepted()) == 1


def test_another_model_is_chosen_with_its_limits_and_prices(film: Film) -> None:
    told = film.post("/records/SEQ02/estimate", model="kling-o3-standard").json()
    assert (told["jobs"][0]["model"], told["estimate_usd"]) == ("kling-o3-standard", "0.26")
    work = generate(film, model="kling-o3-standard")
    film.wait(str(work["id"]), "done")
    take = film.desk.store.load("SEQ02").record.takes[0]
    assert (take.model, take.inputs.given_model, take.stale) == ("kling-o3-standard", True, ())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"model": "kling-o9"}, "unknown-model"),
        ({"model": "gemini-3-pro-image"}, "wrong-model-kind"),
        ({"model": "kling-o3-standard", "mode": "grid"}, "wrong-model-kind"),
        ({"model": "animatic-film"}, "wrong-provider"),
        ({"mode": "single"}, "shot-needed"),
        ({"start_frame": "/etc/passwd"}, "outside"),
        ({"start_frame": "../../starsend.toml"}, "outside"),
        ({"prompts": {"SH01": "@nobody waits"}}, "unknown-name"),
        ({"takes": 0}, "bad-input"),
    ],
)
def test_what_makes_no_sense_is_bad_input(film: Film, body: dict[str, object], code: str) -> None:
    answer = film.post("/records/SEQ02/estimate", **body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_frame_that_is_needed_waits_for_a_person(film: Film) -> None:
    answer = film.act("SEQ01", "generate")
    assert (answer.status_code, answer.json()["code"]) == (409, "frame-needed")


def test_all_that_is_due_is_done_within_what_was_confirmed(film: Film) -> None:
    told = film.get("/jobs/due")
    assert {job["slate"] for job in told["jobs"]} == {"SEQ01", "SEQ02"}
    assert film.post("/jobs/run").json()["code"] == "not-confirmed"
    answer = film.post("/jobs/run", confirmed_usd=told["estimate_usd"])
    done = film.wait(answer.json()["work"]["id"], "done")
    assert done["slates"] == ["SEQ01", "SEQ02"]
    assert film.get("/jobs/due")["waiting"][0]["kind"] == "pick"
    nothing = film.post("/jobs/run")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-to-do")


def test_what_a_command_made_meanwhile_is_looked_at_again_and_not_bought_twice(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    document = plan()
    shot = {"id": "SH01", "duration_s": 3}
    document["episodes"][0]["sequences"] = [
        {"id": f"SEQ0{n}", "start_frame": "none", "shots": [{**shot, "prompt": f"Wide. Road {n}."}]} for n in (1, 2, 3)
    ]
    with served(tmp_path, inspector, settings="[run]\nat_once = 1\n", document=document) as film:
        provider = film.world.provider

        def run_beside(_intent: Intent) -> None:
            provider.on_send = lambda _intent: None
            film.world.open().runner.run_sequence("SEQ03")

        provider.on_send = run_beside
        work = film.wait(film.post("/jobs/run").json()["work"]["id"], "done")
        assert sorted(result["slate"] for result in work["results"]) == ["SEQ01", "SEQ02"]
        assert len(provider.accepted()) == 3


def test_a_refusal_fails_that_take_alone_and_is_said(film: Film) -> None:
    from starsend.errors import Refused

    def refuse(_intent: Intent) -> None:
        raise Refused("the content filter said no", remedy="say it otherwise")

    film.world.provider.before_send = refuse
    done = film.wait(str(generate(film)["id"]), "failed")
    assert done["results"][0]["error"]["message"] == "the content filter said no"


def lose_replies(film: Film) -> None:
    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="look for it")

    film.world.provider.on_send = lose
    film.world.provider.listing = False


def test_a_lost_take_waits_and_is_given_up_by_a_person(film: Film) -> None:
    lose_replies(film)
    done = film.wait(str(generate(film)["id"]), "failed")
    assert done["results"][0]["error"]["code"] == "lost-job"
    waiting = film.get("/jobs")["unsettled"]
    assert [(row["slate"], row["takes"], row["free"]) for row in waiting] == [("SEQ02", [1], True)]
    answer = film.act("SEQ02", "reconcile", how="give-up", cost_usd="0.34")
    assert (answer.json()["settled"], answer.json()["record"]["state"]) == (["SEQ02_T001"], "video_failed")


def test_a_lost_take_is_bought_again_only_on_a_persons_word(film: Film) -> None:
    lose_replies(film)
    film.wait(str(generate(film)["id"]))
    film.world.provider.on_send = lambda _intent: None
    answer = film.act("SEQ02", "reconcile", how="resend")
    film.wait(answer.json()["work"]["id"], "done")
    record = film.desk.store.load("SEQ02").record
    assert [take.outcome for take in record.takes] == ["unknown", "complete"]
    assert len(film.world.provider.accepted()) == 2


def test_a_lost_take_is_found_again_by_looking(film: Film) -> None:
    lose_replies(film)
    film.wait(str(generate(film)["id"]))
    film.world.provider.listing = True
    answer = film.act("SEQ02", "reconcile", how="look")
    film.wait(answer.json()["work"]["id"], "done")
    assert film.desk.store.load("SEQ02").record.state == "video_complete"
    assert len(film.world.provider.accepted()) == 1


def test_cancelling_asks_the_provider(film: Film) -> None:
    go, asked = threading.Event(), threading.Event()

    def hold(_job: str, number: int) -> None:
        asked.set()
        assert go.wait(30)

    film.world.provider.on_poll = hold
    work = generate(film)
    assert asked.wait(30)
    answer = film.act("SEQ02", "cancel")
    go.set()
    assert (answer.status_code, answer.json()["cancelled"]) == (200, ["SEQ02_T001"])
    film.wait(str(work["id"]))


def test_a_server_that_ends_leaves_takes_to_be_gone_on_with_by_the_next(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    with served(tmp_path, inspector) as film:
        polled = threading.Event()

        def still(_job: str, _number: int) -> object:
            from starsend.providers.base import JobStatus

            polled.set()
            return JobStatus("running")

        film.world.provider.on_poll = still  # type: ignore[assignment]
        generate(film)
        assert polled.wait(30)
    assert film.hub.work.works("film")[0].state == "stopped"
    assert film.desk.store.load("SEQ02").record.takes[0].outcome == "pending"
    with served(tmp_path, inspector) as again:
        again.until(lambda: again.desk.store.load("SEQ02").record.state == "video_complete")
        assert again.hub.work.works("film")[0].kind == "resume"
    assert len(again.world.provider.accepted()) == 1


def test_the_plans_budget_is_hard(tmp_path: Path, inspector: PooledInspector) -> None:
    with served(tmp_path, inspector, document=plan(budget={"project_usd": "0.30"})) as film:
        told = film.post("/records/SEQ02/estimate").json()
        assert [(b["kind"], b["after_usd"], b["over"]) for b in told["budgets"]] == [("project", "0.34", True)]
        done = film.wait(str(generate(film)["id"]), "failed")
        assert done["results"][0]["error"]["code"] == "over-budget"
        assert film.world.provider.accepted() == []


def test_the_models_to_choose_from_have_prices(film: Film) -> None:
    models = film.get("/models")
    chosen = {model["id"]: model for model in models["video"]}
    assert chosen["kling-o3-pro"]["default"] is True
    assert chosen["kling-o3-standard"]["usd_per_s"] == "0.084"
    assert [model["id"] for model in models["grid"] if model["default"]] == ["gemini-3-pro-image"]


def test_a_word_is_good_for_one_request_also_where_takes_go_to_other_records(
    tmp_path: Path, inspector: PooledInspector
) -> None:
    document = plan()
    document["episodes"][0]["sequences"][1]["mode"] = "single"
    with served(tmp_path, inspector, settings=FREE_HAND, document=document) as film:
        assert film.desk.store.find("SEQ02") is None
        work = generate(film)
        film.wait(str(work["id"]), "done")
        bought = len(film.world.provider.accepted())
        assert bought == 2
        assert film.desk.store.load("SEQ02_SH01").record.takes
        again = film.act("SEQ02", "generate", revision=0)
        assert (again.status_code, again.json()["code"]) == (409, "stale")
        one = {"mode": "single", "shot": "SH02", "revision": again.json()["record"]["revision"]}
        film.wait(film.act("SEQ02", "generate", **one).json()["work"]["id"], "done")
        replayed = [film.act("SEQ02", "generate", **one) for _ in range(3)]
        assert [answer.status_code for answer in replayed] == [409] * 3
        assert len(film.world.provider.accepted()) == bought + 1
