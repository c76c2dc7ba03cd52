"""Power is cut at every checkpoint of a paid take, over real HTTP; then the server's books and ours are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather, changed
from tests.fakes.guillotine import KILLED, Guillotine, Spawner, until
from tests.fakes.live import CASES, GOOD, GRID, MULTI, SINGLE, WAITS, Case, Scene, Stage, Verdict

FAILED = 5
FLIPPED = changed(
    CALM,
    {
        "listing_unfinished": True,
        "listing_adds_defaults": True,
        "listing_window": "ended_at",
        "cancel_style": "completes_anyway",
        "error_style": "string",
        "error_in_status": False,
        "retry_header": "X-Fal-Needs-Retry",
        "billable_units_header": False,
        "status_without_logs": True,
        "validate_at_submit": True,
        "bill_refused": True,
        "bill_cancelled": True,
        "billing_admin_only": True,
        "max_elements": 7,
        "shot_chars": 512,
        "sum_strict": False,
        "single_image_element_ok": True,
        "v3_reference": True,
        "gemini_thoughts": 1.0,
    },
)
"""All that the vendors' pages leave open, the other way round; what keeps a lost job from being found stands below."""


def asks_a_person(case: Case, point: str) -> bool:
    """Nobody but the provider knows whether the request went out, and Gemini has no list to look in."""
    return point == "MARKED_SENDING" or (point == "REPLY_RECEIVED" and case.provider == "gemini")


@pytest.mark.parametrize(
    ("name", "weather"),
    [
        pytest.param("multi", CALM, id="multi"),
        pytest.param("single", CALM, id="single"),
        pytest.param("grid", CALM, id="grid"),
        pytest.param("multi", FLIPPED, id="multi-flipped"),
        pytest.param("single", FLIPPED, id="single-flipped", marks=pytest.mark.long),
        pytest.param("grid", FLIPPED, id="grid-flipped"),
    ],
)
def test_a_kill_at_any_checkpoint_pays_once_and_loses_nothing(name: str, weather: Weather, stage: Stage) -> None:
    case = CASES[name]
    points = stage.scene(case, weather).trace()
    assert ("UPLOADED", 1) in points
    assert ("FETCHING", 1) in points
    faults: list[str] = []
    for point in points:
        scene = stage.scene(case, weather)
        assert scene.child(kill_on=point) == KILLED, point
        code = scene.to_the_end()
        faults += [f"{point}: {fault}" for fault in Verdict(scene, code).faults()]
        wanted = WAITS if asks_a_person(case, point[0]) else GOOD
        if code != wanted:
            faults.append(f"{point}: exit {code}")
        if len(scene.jobs) != (0 if point[0] == "MARKED_SENDING" else 1):
            faults.append(f"{point}: {len(scene.jobs)} jobs")
    assert faults == []


@pytest.mark.parametrize("name", ["multi", pytest.param("single", marks=pytest.mark.long)])
def test_a_kill_while_a_lost_job_is_adopted_pays_once_too(name: str, stage: Stage) -> None:
    first = stage.lost(CASES[name])
    first.until_made()
    points = first.trace()
    assert ("LOOKED_UP", 1) in points
    faults: list[str] = []
    for point in points:
        scene = stage.lost(CASES[name])
        scene.until_made()
        assert scene.child(kill_on=point) == KILLED, point
        code = scene.to_the_end()
        faults += [f"{point}: {fault}" for fault in Verdict(scene, code).faults()]
        if code != GOOD:
            faults.append(f"{point}: exit {code}")
    assert faults == []


@pytest.mark.parametrize(
    "switch",
    [
        {"listing_adds_defaults": True},
        {"listing_unfinished": True},
        {"listing_window": "ended_at"},
        {"status_without_logs": True},
        {"retry_header": "X-Fal-Needs-Retry"},
        {"validate_at_submit": True},
        {"billable_units_header": False},
        {"listing_5xx_first": 1},
        {"clock_skew_s": 300.0},
        {"clock_skew_s": -300.0},
    ],
    ids=lambda switch: "-".join(f"{name}={value}" for name, value in switch.items()),
)
def test_a_lost_job_is_adopted_whatever_the_vendor_does(switch: dict[str, Any], stage: Stage) -> None:
    scene = stage.lost(MULTI, changed(CALM, switch))
    scene.until_made()
    code = scene.child()
    if "listing_5xx_first" in switch:  # the command ends, and the next one looks again
        assert code == WAITS
        code = scene.child()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []
    assert any("adopted" in move.why for move in scene.record.history)


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        ({"listing_payloads": False}, "without their inputs"),
        ({"listing_lag_s": 3600.0}, "doesn't list it (yet)"),
    ],
    ids=["no-inputs", "lag"],
)
def test_a_job_that_the_listing_hides_waits_and_is_adopted_when_it_shows(
    hidden: dict[str, Any], why: str, stage: Stage, server: RehearsalServer
) -> None:
    scene = stage.lost(MULTI, changed(CALM, hidden))
    scene.until_made()
    for _ in range(2):
        assert scene.child() == WAITS
    assert list(Verdict(scene, WAITS).faults()) == []
    assert sum(why in move.why for move in scene.record.history) == 1, "it is said once"
    server.set(CALM)
    code = scene.child()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []


def test_a_running_job_is_adopted_where_the_listing_shows_it(stage: Stage) -> None:
    scene = stage.lost(MULTI, changed(CALM, {"listing_unfinished": True, "run_s": 3600.0}))
    child = scene.start()
    until(lambda: scene.takes[0].receipt is not None, "the job is adopted")
    assert [job.outcome for job in scene.jobs] == ["running"]
    child.kill()
    assert scene.accounts.faults == ()


def test_a_running_job_that_is_not_listed_waits_until_it_ends(tmp_path: Path, guillotine: Guillotine) -> None:
    with RehearsalServer(tmp_path / "server", weather=changed(CALM, {"run_s": 3600.0})) as server:
        scene = Stage(tmp_path / "scenes", server, guillotine).lost(MULTI, server.weather)
        assert scene.child() == WAITS
        assert list(Verdict(scene, WAITS).faults()) == []
        port = int(server.url.rpartition(":")[2])
    with RehearsalServer(tmp_path / "server", port=port) as server:  # it goes on with that one's jobs
        scene = Scene(scene.folder, scene.case, server, guillotine, scene.marker)
        code = scene.to_the_end()
        assert code == GOOD
        assert list(Verdict(scene, code).faults()) == []


@pytest.mark.parametrize("name", ["multi", "grid"])
def test_a_kill_while_the_request_is_on_its_way_pays_once(name: str, stage: Stage) -> None:
    scene = stage.scene(CASES[name], changed(CALM, {"hold_reply_s": 60.0, "hold_reply_first": 1}))
    child = scene.start()
    until(lambda: scene.jobs and scene.jobs[0].outcome == "ok", "the server accepts it and makes it")
    child.kill()
    code = scene.to_the_end()
    assert code == (WAITS if name == "grid" else GOOD)
    assert list(Verdict(scene, code).faults()) == []
    assert len(scene.jobs) == 1


def test_a_kill_in_the_middle_of_a_download_fetches_it_again(stage: Stage, server: RehearsalServer) -> None:
    scene = stage.scene(MULTI, changed(CALM, {"download_slow_bytes_s": 200}))
    child = scene.start()
    until(lambda: scene.jobs and scene.jobs[0].file is not None, "the video is made")
    path = scene.jobs[0].file
    until(lambda: any(seen.path == path for seen in server.books().requests), "the download begins")
    child.kill()
    server.set(CALM)
    code = scene.to_the_end()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []


ACCEPTED = {
    "dropped": {"drop_reply_first": 1},
    "5xx": {"submit_5xx_accepted_first": 1},
    "redirected": {"redirect_submit_first": 1, "redirect_accepts": True},
    "page": {"html_submit_first": 1, "html_accepts": True},
}
NOT_ACCEPTED = {
    "dropped": {"drop_before_first": 1},
    "5xx": {"submit_5xx_not_accepted_first": 1},
    "redirected": {"redirect_submit_first": 1},
    "page": {"html_submit_first": 1},
}


@pytest.mark.parametrize("case", [MULTI, SINGLE], ids=["multi", "single"])
@pytest.mark.parametrize("how", ACCEPTED)
def test_a_job_whose_answer_says_nothing_is_adopted(how: str, case: Case, stage: Stage) -> None:
    scene = stage.scene(case, changed(CALM, ACCEPTED[how]))
    first = scene.child()
    assert first in (GOOD, WAITS)
    code = scene.to_the_end()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []
    assert len(scene.jobs) == 1
    assert any("adopted" in move.why for move in scene.record.history)


@pytest.mark.parametrize("how", NOT_ACCEPTED)
def test_a_request_that_may_have_been_accepted_waits_for_a_person(how: str, stage: Stage) -> None:
    scene = stage.scene(MULTI, changed(CALM, NOT_ACCEPTED[how]))
    code = scene.to_the_end()
    assert code == WAITS
    assert list(Verdict(scene, code).faults()) == []
    assert scene.jobs == ()


@pytest.mark.parametrize("how", ["drop_reply", "5xx_accepted", "drop_before", "5xx", "html", "redirect"])
def test_a_grid_whose_answer_says_nothing_waits_for_a_person(how: str, stage: Stage) -> None:
    scene = stage.scene(GRID, changed(CALM, {f"gemini_{how}_first": 1}))
    for _ in range(2):
        code = scene.to_the_end()
        assert code == WAITS
    assert list(Verdict(scene, code).faults()) == []
    assert len(scene.jobs) == (how in ("drop_reply", "5xx_accepted"))


@pytest.mark.parametrize("case", [MULTI, GRID], ids=["multi", "grid"])
def test_a_clean_429_is_sent_again_by_the_same_process_and_bought_once(case: Case, stage: Stage) -> None:
    limited = {"rate_limited_first": 2, "gemini_429_first": 2, "retry_after_s": 0}
    scene = stage.scene(case, changed(CALM, limited))
    code = scene.child()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []


@pytest.mark.parametrize("case", [MULTI, GRID], ids=["multi", "grid"])
def test_a_kill_between_a_clean_429_and_the_next_try_sends_it_once(
    case: Case, stage: Stage, server: RehearsalServer
) -> None:
    limited = {"rate_limited_first": 1, "gemini_429_first": 1, "retry_after_s": 60}
    scene = stage.scene(case, changed(CALM, limited))
    posts = _submits(server)
    child = scene.start()
    until(lambda: _submits(server) > posts, "the server says no")
    (reply,) = (scene.workspace / "state" / "film" / "inbox").iterdir()
    until(lambda: reply.read_bytes()[:8] == bytes(8), "it is written that nothing was sent")
    child.kill()
    code = scene.child()
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []
    assert len(scene.jobs) == 1


def _submits(server: RehearsalServer) -> int:
    """How often a paid POST came in; uploads are none."""
    paths = [seen.path for seen in server.books().requests if seen.method == "POST"]
    return sum(path.startswith("/fal-ai/") or path.endswith(":generateContent") for path in paths)


@pytest.mark.parametrize(
    "switches",
    [
        {"error_style": "list", "error_in_status": True, "bill_refused": False},
        {"error_style": "list", "error_in_status": False, "bill_refused": True},
        {"error_style": "string", "error_in_status": True, "retry_header": "X-Fal-Needs-Retry"},
        {"error_style": "string", "error_in_status": False, "status_without_logs": True},
    ],
    ids=["list-in-status", "list-in-result-billed", "text-in-status", "text-in-result"],
)
def test_a_refused_job_fails_alone_wherever_the_power_is_cut(switches: dict[str, Any], stage: Stage) -> None:
    weather = changed(CALM, {"refuse": 1.0, **switches})
    for point in ("REPLY_RECEIVED", "RECEIPT_RECORDED", "POLLED"):
        scene = stage.scene(SINGLE, weather)
        assert scene.child(kill_on=(point, 1)) == KILLED
        scene.to_the_end()
        assert scene.outcomes == ["failed"], point
        assert scene.record.state == "video_failed"
        assert list(Verdict(scene, FAILED).faults()) == []
        assert "flagged by a content checker" in (scene.takes[0].error.message if scene.takes[0].error else "")
        assert len(scene.jobs) == 1


def test_input_that_is_refused_at_submit_was_not_bought(stage: Stage) -> None:
    for at_submit in (True, False):
        scene = stage.scene(MULTI, changed(CALM, {"validate_at_submit": at_submit, "shot_chars": 5}))
        assert scene.child() == FAILED
        assert scene.outcomes == ["failed"]
        assert list(Verdict(scene, FAILED).faults()) == []
        assert len(scene.jobs) == (0 if at_submit else 1)


def test_gemini_without_image_config_on_v1_buys_nothing_and_says_what_to_do(stage: Stage) -> None:
    scene = stage.scene(GRID, changed(CALM, {"gemini_v1_image_config": False}))
    assert scene.child() == FAILED
    assert list(Verdict(scene, FAILED).faults()) == []
    (take,) = scene.takes
    assert take.not_sent
    assert take.error is not None
    assert take.error.code == "no-image-config"
    assert scene.jobs == ()


def test_the_remedy_for_v1_without_image_config_works(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = stage.scene(GRID, changed(CALM, {"gemini_v1_image_config": False}))
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1beta")
    code = Spawner().run(scene.orders())
    assert code == GOOD
    assert list(Verdict(scene, code).faults()) == []
    assert len(scene.jobs) == 1
