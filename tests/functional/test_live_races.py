"""Processes that stand in each other's way, over real HTTP: frozen, woken, at once, with a clock that is wrong."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest

from starsend.rehearsal.books import UNFINISHED
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, changed
from tests.fakes.guillotine import KILLED, until
from tests.fakes.live import CASES, GOOD, GRID, MULTI, SINGLE, WAITS, Case, Scene, Stage, Verdict

BUSY = 3
OVER_BUDGET = 4
HELD = changed(CALM, {"hold_reply_s": 1.0, "hold_reply_first": 1})
"""The first answer comes a second after the job was accepted."""
HOUR_S = 3600.0


def agrees(scene: Scene, code: int = GOOD, takes: int = 1) -> None:
    assert list(Verdict(scene, code, takes).faults()) == []


@pytest.mark.parametrize("name", ["multi", "grid"])
@pytest.mark.parametrize("point", ["INTENT_WRITTEN", "MARKED_SENDING", "REPLY_RECEIVED", "INBOX_WRITTEN"])
def test_nobody_settles_what_a_frozen_process_is_sending(point: str, name: str, stage: Stage) -> None:
    scene = stage.scene(CASES[name])
    frozen = scene.start(stop_on=point)
    frozen.until_stopped()
    for act in ("go", "run", "give-up", "resend"):
        assert scene.child(act=act, sequence=scene.case.slate) == BUSY, act
    frozen.wake()
    assert frozen.wait() == GOOD
    agrees(scene)
    assert len(scene.jobs) == 1


@pytest.mark.parametrize("name", ["multi", "grid"])
def test_a_process_that_is_frozen_during_its_post_keeps_what_it_sent(name: str, stage: Stage) -> None:
    scene = stage.scene(CASES[name], HELD)
    frozen = scene.start()
    until(lambda: scene.jobs, "the server accepts it")
    frozen.freeze()
    for act in ("go", "run", "give-up", "resend"):
        assert scene.child(act=act, sequence=scene.case.slate) == BUSY, act
    frozen.wake()
    assert frozen.wait() == GOOD
    agrees(scene)
    assert len(scene.jobs) == 1


@pytest.mark.parametrize("point", ["RECEIPT_RECORDED", "POLLED"])
def test_another_process_brings_home_what_a_frozen_one_has_sent(point: str, stage: Stage) -> None:
    scene = stage.scene(MULTI)
    frozen = scene.start(stop_on=point)
    frozen.until_stopped()
    assert scene.child() == GOOD
    agrees(scene)
    frozen.wake()
    assert frozen.wait() == GOOD
    agrees(scene)


@pytest.mark.parametrize("point", ["FETCHING", "PART_SYNCED", "MEDIA_RENAMED"])
def test_two_processes_never_write_one_file(point: str, stage: Stage) -> None:
    scene = stage.scene(MULTI)
    frozen = scene.start(stop_on=point)
    frozen.until_stopped()
    other = scene.start(trace=scene.folder / "trace")
    until(lambda: (scene.folder / "trace").exists(), "the other one looks at the job")
    frozen.wake()
    assert (frozen.wait(), other.wait()) == (GOOD, GOOD)
    agrees(scene)
    assert "FETCHING" not in (scene.folder / "trace").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("name", ["multi", "grid"])
def test_a_note_written_during_the_post_is_kept_and_so_is_the_receipt(name: str, stage: Stage) -> None:
    scene = stage.scene(CASES[name], HELD)
    sender = scene.start()
    until(lambda: scene.jobs, "the server accepts it")
    assert scene.child(act="note") == GOOD
    assert scene.takes[0].receipt is None, "the note came too late to show anything"
    assert sender.wait() == GOOD
    agrees(scene)
    assert [note.text for note in scene.takes[0].notes] == ["written meanwhile"]


def test_runs_on_one_workspace_at_once_buy_everything_once(stage: Stage) -> None:
    texts = [f"Road number {number}." for number in range(8)]
    scene = stage.worded(*texts)
    runs = [scene.start(act="run") for _ in range(3)]
    assert {run.wait() for run in runs} <= {GOOD, BUSY}
    assert scene.child(act="run") == GOOD
    agrees(scene, takes=8)
    assert len(scene.jobs) == 8
    assert {take.outcome for take in scene.takes} == {"complete"}


@pytest.mark.parametrize("processes", [1, 4], ids=["20-threads", "4-processes"])
def test_a_budget_holds_when_many_spend_at_once(processes: int, stage: Stage) -> None:
    texts = [f"Road number {number}." for number in range(20)]
    cap = Decimal("2.00")  # 3 s at 0.084 are 0.26 a take: seven fit
    settings = f'[run]\nat_once = 20\n[budget]\nproject_usd = "{cap}"\n'
    scene = stage.worded(*texts, settings=settings)
    runs = [scene.start(act="run") for _ in range(processes)]
    codes = {run.wait() for run in runs}
    assert OVER_BUDGET in codes
    assert codes <= {OVER_BUDGET, BUSY, GOOD}
    agrees(scene, takes=7)
    accounts = scene.accounts
    assert len(scene.jobs) == 7
    assert accounts.billed_usd <= accounts.committed_usd <= cap


def test_two_slates_with_the_same_words_wait_for_each_other_and_get_a_job_each(stage: Stage) -> None:
    scene = stage.worded("The same road.", "The same road.")
    assert scene.child(act="run") == GOOD
    agrees(scene, takes=2)
    assert len(scene.jobs) == 2


def test_two_processes_that_ask_for_the_same_at_once_buy_one_after_the_other(stage: Stage) -> None:
    scene = stage.worded("The same road.", "The same road.", weather=HELD)
    first = scene.start(slate="SEQ11")
    until(lambda: scene.jobs, "the server accepts the first")
    assert scene.child(slate="SEQ12") == BUSY
    assert first.wait() == GOOD
    assert scene.child(slate="SEQ12") == GOOD
    agrees(scene, takes=2)
    assert len(scene.jobs) == 2


def test_a_lost_twin_is_never_given_the_job_of_the_other(stage: Stage) -> None:
    scene = stage.worded("The same road.", "The same road.")
    assert scene.child(slate="SEQ11", kill_on=("REPLY_RECEIVED", 1)) == KILLED
    scene.until_made()
    assert scene.child(slate="SEQ12") == BUSY, "one of them is not settled yet"
    assert scene.child(slate="SEQ11") == GOOD
    assert scene.child(slate="SEQ12", kill_on=("REPLY_RECEIVED", 1)) == KILLED
    scene.until_made()
    assert scene.child(slate="SEQ12") == GOOD
    agrees(scene, takes=2)
    assert len({take.receipt["request_id"] for take in scene.takes if take.receipt is not None}) == 2


def test_processes_that_look_for_one_lost_job_adopt_it_once(stage: Stage) -> None:
    scene = stage.lost(MULTI)
    scene.until_made()
    others = [scene.start(act="run", sequence="SEQ01") for _ in range(3)]
    assert {other.wait() for other in others} <= {GOOD, BUSY}
    assert scene.child() == GOOD
    agrees(scene)
    assert sum("adopted" in why for why in scene.whys) == 1


@pytest.mark.parametrize("billed", [False, True], ids=["free", "billed"])
def test_a_cancelled_job_ends_cancelled_and_holds_its_money(billed: bool, stage: Stage) -> None:
    scene = stage.scene(MULTI, changed(CALM, {"run_s": HOUR_S, "bill_cancelled": billed}))
    poller = scene.start()
    until(lambda: scene.jobs and scene.jobs[0].outcome == "running" and scene.record.state == "video_processing", "it")
    assert scene.child(act="cancel") == GOOD
    assert poller.wait() == 5
    assert scene.outcomes == ["cancelled"]
    assert scene.record.state == "video_failed"
    assert scene.accounts.faults == ()
    assert scene.takes[0].committed_usd == scene.takes[0].estimate_usd


def test_a_video_that_comes_in_spite_of_a_cancel_is_kept(stage: Stage) -> None:
    scene = stage.scene(MULTI, changed(CALM, {"run_s": 1.0, "cancel_style": "completes_anyway"}))
    poller = scene.start()
    until(lambda: scene.takes and scene.record.state == "video_processing", "it is polled")
    assert scene.child(act="cancel") == GOOD
    assert poller.wait() == GOOD
    agrees(scene)
    assert any("asked to stop" in why for why in scene.whys)


def test_a_job_that_is_gone_after_a_cancel_is_left_to_a_person(stage: Stage, server: RehearsalServer) -> None:
    scene = stage.scene(MULTI, changed(CALM, {"run_s": HOUR_S, "cancel_style": "not_found"}))
    poller = scene.start()
    until(lambda: scene.takes and scene.record.state == "video_processing", "it is polled")
    assert scene.child(act="cancel") == GOOD
    seen = len(server.books().requests)
    until(lambda: len(server.books().requests) > seen + 5, "it is asked for again")
    poller.kill()
    assert scene.outcomes == ["pending"], "404 may be weather: nothing is ended by it"
    assert scene.child(shift_s=2 * HOUR_S) == WAITS
    assert scene.child(shift_s=40 * HOUR_S) == WAITS
    assert scene.outcomes == ["unknown"]
    assert scene.child(act="give-up") == GOOD
    assert scene.accounts.faults == ()
    assert scene.record.state == "video_failed"


@pytest.mark.parametrize("case", [MULTI, SINGLE], ids=["multi", "single"])
def test_a_clock_that_jumps_back_between_intent_and_look_up_finds_the_job(case: Case, stage: Stage) -> None:
    scene = stage.lost(case)
    scene.until_made()
    code = scene.child(shift_s=-2 * HOUR_S)
    assert code == GOOD
    agrees(scene)


def test_an_intent_that_was_dated_in_the_future_waits_for_a_person(stage: Stage) -> None:
    scene = stage.scene(MULTI)
    assert scene.child(kill_on=("REPLY_RECEIVED", 1), shift_s=2 * HOUR_S) == KILLED
    scene.until_made()
    assert scene.child() == WAITS
    agrees(scene, WAITS)
    assert scene.child(act="give-up") == GOOD
    assert scene.accounts.faults == ()


@pytest.mark.parametrize("case", [MULTI, SINGLE], ids=["multi", "single"])
def test_a_job_that_turns_up_after_its_resend_is_kept_too(case: Case, stage: Stage, server: RehearsalServer) -> None:
    scene = stage.lost(case, changed(CALM, {"listing_lag_s": HOUR_S}))
    scene.until_made()
    assert scene.child() == WAITS
    assert scene.child(act="resend") == GOOD
    assert scene.outcomes == ["unknown", "complete"]
    assert scene.child(act="reconcile") == GOOD
    assert scene.outcomes == ["unknown", "complete"], "it is not listed yet"
    server.set(CALM)
    assert scene.child(act="reconcile") == GOOD
    assert scene.outcomes == ["complete", "complete"]
    assert scene.record.state == "video_complete"
    agrees(scene, takes=2)
    assert len(scene.jobs) == 2


def test_a_lost_resend_with_the_same_words_is_told_from_the_first_or_waits(stage: Stage) -> None:
    for case, code in ((MULTI, GOOD), (SINGLE, WAITS)):  # a start frame is uploaded anew for each; words are words
        scene = stage.lost(case, changed(CALM, {"listing_lag_s": HOUR_S}))
        scene.until_made()
        assert scene.child() == WAITS
        assert scene.child(act="resend", kill_on=("REPLY_RECEIVED", 1)) == KILLED
        scene.until_made()
        scene.server.set(CALM)
        assert scene.child() == code
        agrees(scene, code, takes=2)
        assert len(scene.jobs) == 2
        assert code == GOOD or any("2 jobs at fal ask for exactly the same" in why for why in scene.whys)


def test_a_lost_grid_that_is_resent_is_paid_for_twice_only_on_a_persons_word(stage: Stage) -> None:
    scene = stage.lost(GRID)
    for _ in range(2):
        assert scene.child() == WAITS
    assert len(scene.jobs) == 1
    assert scene.child(act="resend") == GOOD
    assert scene.outcomes == ["unknown", "complete"]
    agrees(scene, takes=2)
    assert len(scene.jobs) == 2
    accounts = scene.accounts
    assert accounts.billed_usd <= accounts.committed_usd


def test_a_lost_job_is_found_beyond_a_full_first_page(stage: Stage, server: RehearsalServer) -> None:
    scene = stage.lost(SINGLE)
    scene.until_made()
    (lost,) = scene.jobs
    with httpx.Client(headers={"Authorization": "Key somebody"}, trust_env=False) as client:

        def ask(number: int) -> int:
            body = {**lost.input, "prompt": f"Another road, {number}."}
            return client.post(f"{server.url}/{lost.endpoint}", json=body).status_code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(ask, range(110))) == {200}
    until(lambda: all(job.outcome not in UNFINISHED for job in server.books().jobs), "they are made")
    before = _listings(server)
    code = scene.child()
    assert code == GOOD
    agrees(scene)
    assert _listings(server) - before >= 2


ROUGH = changed(
    CALM,
    {
        "run_s": 0.2,
        "time_jitter": 0.9,
        "rate_limited": 0.1,
        "retry_after_s": 0,
        "submit_5xx_accepted": 0.1,
        "drop_reply": 0.1,
        "drop_before": 0.05,
        "poll_5xx": 0.1,
        "poll_lost": 0.1,
        "result_5xx": 0.1,
        "download_cut": 0.1,
        "listing_5xx": 0.1,
        "listing_lag_s": 0.5,
        "listing_adds_defaults": True,
        "refuse": 0.05,
    },
)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_runs_that_are_killed_at_random_in_bad_weather_agree_with_the_books(seed: int, stage: Stage) -> None:
    dice = random.Random(seed)
    scene = stage.worded(*(f"Road number {number % 6}." for number in range(8)), weather=ROUGH)  # two pairs of twins
    for _ in range(6):
        runs = [scene.start(act="run", kill_at=dice.randint(1, 80)) for _ in range(3)]
        assert {run.wait() for run in runs} <= {KILLED, GOOD, BUSY, 5, WAITS}
        assert scene.accounts.faults == (), "also while work is under way"
    scene.until_made()
    scene.server.set(CALM)
    code = -1
    for _ in range(4):
        code = scene.child(act="run")
        scene.until_made()
    takes, waiting = scene.takes, [take for take in scene.takes if take.unsettled]
    assert scene.accounts.faults == ()
    assert len(scene.jobs) <= len(takes)
    assert (code == WAITS) == bool(waiting)
    assert {take.outcome for take in takes} <= {"complete", "failed", "pending"}
    assert all(take.receipt is None for take in waiting)
    assert all(take.media is not None for take in takes if take.outcome == "complete")


def _listings(server: RehearsalServer) -> int:
    return sum(seen.path.endswith("/requests/by-endpoint") for seen in server.books().requests)
