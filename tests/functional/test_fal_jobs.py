"""Sending, polling and cancelling at fal, in every weather."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import (
    BadRequest,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Unreachable,
)
from starsend.providers.base import Intent
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from tests.fakes.fal_desk import Desk, no_progress


class TestSending:
    def jobs_of(self, desk: Desk, intent: Intent) -> int:
        return sum(
            job.input.get("start_image_url") == intent.body["start_image_url"] for job in desk.server.books().jobs
        )

    @pytest.mark.parametrize(
        ("weather", "jobs"),
        [
            (Weather(drop_before_first=1), 0),
            (Weather(drop_reply_first=1), 1),
        ],
    )
    def test_a_dropped_connection_is_an_unknown_outcome(self, desk: Desk, weather: Weather, jobs: int) -> None:
        intent = desk.intent()
        desk.server.set(weather)
        with pytest.raises(OutcomeUnknown, match="sending SEQ01_T002") as caught:
            desk.provider().send_once(intent)
        assert not caught.value.proven_not_sent
        assert self.jobs_of(desk, intent) == jobs
        assert desk.paths().count("/fal-ai/kling-video/o3/pro/reference-to-video") == 1

    @pytest.mark.parametrize(
        ("weather", "says", "jobs"),
        [
            (Weather(submit_5xx_not_accepted_first=1), "HTTP 503", 0),
            (Weather(submit_5xx_accepted_first=1), "HTTP 50", 1),
            (Weather(html_submit_first=1), "HTTP 200, text/html", 0),
            (Weather(html_submit_first=1, html_accepts=True), "HTTP 200, text/html", 1),
            (Weather(redirect_submit_first=1), "HTTP 307, which points to http://localhost:", 0),
            (Weather(redirect_submit_first=1, redirect_accepts=True), "and was not followed", 1),
        ],
    )
    def test_an_answer_that_says_nothing_is_raw_and_unknown(
        self, desk: Desk, weather: Weather, says: str, jobs: int
    ) -> None:
        intent = desk.intent()
        desk.server.set(weather)
        raw = desk.provider().send_once(intent)
        with pytest.raises(OutcomeUnknown, match=says):
            desk.provider().read_reply(intent, raw)
        assert self.jobs_of(desk, intent) == jobs
        assert not [seen for seen in desk.seen if seen.host.startswith("localhost")]

    def test_a_429_is_proven_not_accepted(self, desk: Desk) -> None:
        intent = desk.intent()
        desk.server.set(Weather(rate_limited_first=1, retry_after_s=7))
        with pytest.raises(RateLimited) as caught:
            desk.provider().send_once(intent)
        assert (caught.value.retry_after_s, caught.value.proven_not_sent) == (7.0, True)
        assert self.jobs_of(desk, intent) == 0
        desk.server.set(Weather(rate_limited_first=1, retry_after_s=90_000))
        with pytest.raises(RateLimited) as long:
            desk.provider().send_once(intent)
        assert long.value.retry_after_s == 120

    def test_a_refused_connection_is_proven_not_sent(self, desk: Desk) -> None:
        with pytest.raises(Unreachable) as caught:
            desk.provider(url="http://127.0.0.1:9").send_once(desk.intent())
        assert caught.value.proven_not_sent

    def test_a_locked_account_and_bad_input(self, desk: Desk) -> None:
        intent = desk.intent()
        desk.server.set(Weather(locked_account=True))
        with pytest.raises(BadRequest) as locked:
            desk.provider().read_reply(intent, desk.provider().send_once(intent))
        assert (locked.value.code, locked.value.proven_not_sent) == ("account-locked", True)
        desk.server.set(Weather(validate_at_submit=True))
        bad = replace(intent, body={**intent.body, "duration": "99"})
        with pytest.raises(BadRequest, match="SEQ01_T002: fal can't take the request") as refused:
            desk.provider().read_reply(bad, desk.provider().send_once(bad))
        assert not refused.value.proven_not_sent

    @pytest.mark.parametrize("raw", [b"", b"nonsense", b"[]\nx", b'{"status": 200}\n{"request_id": "x"}'])
    def test_a_reply_that_was_never_packed_is_unknown(self, desk: Desk, raw: bytes) -> None:
        with pytest.raises(OutcomeUnknown, match="the reply to SEQ01_T002 can't be read"):
            desk.provider().read_reply(desk.intent({"_endpoint": "a/b/c"}), raw)


class TestPolling:
    @pytest.mark.parametrize(
        "weather",
        [
            Weather(poll_5xx_first=1),
            Weather(poll_drop_first=1),
            Weather(poll_lost_first=1),
            Weather(poll_html_first=1),
            Weather(run_s=0.0, result_5xx_first=1),
        ],
    )
    def test_weather_is_weather_asked_once_and_passes(self, desk: Desk, weather: Weather) -> None:
        intent, receipt = desk.sent()
        assert desk.ended(intent, receipt).state == "complete"
        desk.server.set(weather)
        count = len(desk.seen)
        with pytest.raises(ProviderError) as caught:
            desk.provider().poll(intent, receipt)
        assert type(caught.value) is ProviderError
        assert caught.value.code == "weather"
        assert len(desk.seen) - count <= 2
        assert desk.ended(intent, receipt).state == "complete"

    def test_a_status_may_leave_out_what_is_not_needed(self, desk: Desk) -> None:
        weather = Weather(status_without_logs=True, queue_s=60, run_s=60)
        desk.server.set(weather)
        intent, provider = desk.intent(), desk.provider()
        receipt = provider.read_reply(intent, provider.send_once(intent))
        for state, later in (("queued", replace(weather, queue_s=0)), ("running", Weather(status_without_logs=True))):
            assert provider.poll(intent, receipt).state == state
            desk.server.set(later)
            for _ in range(1000):
                if provider.poll(intent, receipt).state != state:
                    break
                time.sleep(0.01)
        assert desk.ended(intent, receipt).state == "complete"

    @pytest.mark.parametrize("style", ["list", "string"])
    @pytest.mark.parametrize("in_status", [True, False])
    @pytest.mark.parametrize("header", ["X-Fal-Retryable", "X-Fal-Needs-Retry"])
    def test_a_refusal_is_told_in_fals_words(self, desk: Desk, style: Any, in_status: bool, header: Any) -> None:
        weather = Weather(refuse_first=1, error_style=style, error_in_status=in_status, retry_header=header)
        desk.server.set(weather)
        intent, receipt = desk.sent()
        status = desk.ended(intent, receipt)
        assert status.state == "failed"
        assert status.fault is not None
        assert status.fault.code == "refused"
        assert status.fault.message.startswith("SEQ01_T002: fal refused: ")
        assert "flagged by a content checker" in status.fault.message
        assert status.fault.remedy == (
            "change the prompt or the pictures, then make another take: starsend generate; "
            "fal says that the same fails again"
        )

    def test_a_job_that_failed_inside_fal(self, desk: Desk) -> None:
        desk.server.set(Weather(fail_5xx_typed_first=1))
        intent, receipt = desk.sent()
        status = desk.ended(intent, receipt)
        assert status.state == "failed"
        assert status.fault is not None
        assert status.fault.code == "job-failed"
        assert "The model failed on this request" in status.fault.message

    def test_bad_input_fails_the_job(self, desk: Desk) -> None:
        intent, receipt = desk.sent(desk.intent({**desk.intent().body, "duration": "99"}))
        status = desk.ended(intent, receipt)
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", "job-failed")
        assert "duration" in status.fault.message

    def test_a_server_that_is_gone_is_weather(self, desk: Desk, tmp_path: Path) -> None:
        with RehearsalServer(tmp_path / "other", weather=Weather(run_s=9), clips="canned") as other:
            provider = desk.provider(url=other.url)
            intent = replace(desk.intent(), body=provider.prepare(desk.order()).body)
            receipt = provider.read_reply(intent, provider.send_once(intent))
        with pytest.raises(ProviderError) as caught:
            provider.poll(intent, receipt)
        assert not isinstance(caught.value, OutcomeUnknown)

    def test_a_receipt_without_its_urls_says_so(self, desk: Desk) -> None:
        with pytest.raises(ProviderError, match="SEQ01_T002: the receipt in its record has no 'response_url'"):
            desk.provider().poll(desk.intent({}), {"request_id": "r1"})


class TestCancelling:
    def test_a_cancelled_job_ends_cancelled(self, desk: Desk) -> None:
        desk.server.set(Weather(run_s=5))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        status = desk.ended(intent, receipt)
        assert status.state == "cancelled"
        assert status.fault is not None
        assert status.fault.code == "job-cancelled"
        with pytest.raises(BadRequest) as caught:
            desk.provider().collect(intent, receipt, None, desk.workspace / "x.part", no_progress)
        assert caught.value.code == "job-cancelled"

    def test_a_job_that_vanished_is_weather(self, desk: Desk) -> None:
        desk.server.set(Weather(run_s=5, cancel_style="not_found"))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        with pytest.raises(ProviderError, match="HTTP 404"):
            desk.provider().poll(intent, receipt)

    def test_a_job_that_comes_all_the_same_is_complete(self, desk: Desk) -> None:
        desk.server.set(Weather(cancel_style="completes_anyway"))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        assert desk.ended(intent, receipt).state == "complete"
        desk.provider().cancel(intent, receipt)  # ALREADY_COMPLETED: nothing to do

    def test_a_job_that_is_not_known_is_an_error(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        gone = {**receipt, "cancel_url": receipt["cancel_url"].replace(receipt["request_id"], "nobody")}
        with pytest.raises(ProviderError) as caught:
            desk.provider().cancel(intent, gone)
        assert caught.value.code == "not-cancelled"
