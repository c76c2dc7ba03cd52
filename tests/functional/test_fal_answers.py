"""Answers that no rehearsal gives: to a submit, about a job, with its result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import OutcomeUnknown, ProviderError, SetupError
from starsend.providers.fal import FalProvider
from tests.fakes.fal_sayings import (
    BODY,
    DEEP,
    INTENT,
    JOB,
    KEY,
    Says,
    Server,
    complete,
    make,
    no_progress,
    receipt,
    serving,
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def fal(server: Server, tmp_path: Path) -> Iterator[FalProvider]:
    provider = make(server, tmp_path)
    yield provider
    provider.close()


class TestSubmit:
    def test_what_goes_over_the_wire(self, server: Server, tmp_path: Path) -> None:
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, {"request_id": "r1"})]
        fal = make(server, tmp_path, priority="low")
        first = fal.read_reply(INTENT, fal.send_once(INTENT))
        fal.send_once(INTENT)
        fal.close()
        (method, path, headers, content, port), (*_, other_port) = server.seen
        assert (method, path) == ("POST", "/fal-ai/kling-video/o3/pro/text-to-video")
        assert orjson.loads(content) == {"prompt": "A road.", "duration": "5"}
        assert headers["authorization"] == f"Key {KEY}"
        assert headers["x-fal-queue-priority"] == "low"
        assert headers["x-fal-tags"] == "starsend=i1"
        assert headers["content-type"] == "application/json"
        assert "x-fal-store-io" not in headers
        assert port != other_port  # a connection of its own each time
        assert first == {**receipt(server), "endpoint": "fal-ai/kling-video/o3/pro/text-to-video"}

    def test_urls_are_used_as_they_were_given(self, server: Server, fal: FalProvider) -> None:
        odd = {name: f"{server.url}/odd/{name}" for name in ("status_url", "response_url", "cancel_url")}
        answer = {"request_id": "r1", "gateway_request_id": "g1", **odd}
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, answer)]
        server.answers["/odd/status_url"] = [Says(200, {"status": "IN_QUEUE"})]
        got = fal.read_reply(INTENT, fal.send_once(INTENT))
        assert got == {**answer, "endpoint": BODY["_endpoint"]}
        assert fal.poll(INTENT, got).state == "queued"

    def test_an_answer_that_is_cut_is_unknown(self, server: Server, fal: FalProvider) -> None:
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, b'{"request_id": ', length=500)]
        with pytest.raises(OutcomeUnknown):
            fal.send_once(INTENT)
        assert len(server.seen) == 1


class TestForeignUrls:
    def test_a_receipt_that_points_elsewhere_is_asked_without_the_key(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(401, {"detail": "invalid key credentials"})]
        foreign = {name: url.replace(server.url, server.elsewhere) for name, url in receipt(server).items()}
        with pytest.raises(
            ProviderError, match="points to localhost, which is not fal's, so it was asked without the key"
        ):
            fal.poll(INTENT, foreign)
        assert all("authorization" not in headers for headers in server.headers_of(f"{JOB}/status"))

    def test_a_redirect_of_a_status_is_not_followed(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(302, b"", Location=f"{server.elsewhere}/trap")]
        with pytest.raises(ProviderError, match="HTTP 302 points to http://localhost"):
            fal.poll(INTENT, receipt(server))
        assert server.headers_of("/trap") == []

    @pytest.mark.parametrize("url", ["not a url", "file:///etc/passwd", "http://", "http://[::1"])
    def test_urls_that_are_none_are_weather(self, server: Server, fal: FalProvider, url: str) -> None:
        with pytest.raises(ProviderError):
            fal.poll(INTENT, {**receipt(server), "status_url": url})
        with pytest.raises(ProviderError):
            fal.cancel(INTENT, {**receipt(server), "cancel_url": url})


class TestStatus:
    @pytest.mark.parametrize(
        "body",
        [
            {"status": "FAILED"},
            {"status": None},
            {},
            [],
            None,
            "COMPLETED",
            b"<html>",
            b"",
            DEEP,
        ],
    )
    def test_what_is_no_status_is_weather(self, server: Server, fal: FalProvider, body: Any) -> None:
        server.answers[f"{JOB}/status"] = [Says(200, body)]
        with pytest.raises(ProviderError) as caught:
            fal.poll(INTENT, receipt(server))
        assert (type(caught.value), caught.value.code) == (ProviderError, "weather")
        assert "SEQ01_T002: fal doesn't say how far it is" in caught.value.message

    @pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
    def test_the_sdk_is_left_nothing_to_retry(self, server: Server, fal: FalProvider, status: int) -> None:
        server.answers[f"{JOB}/status"] = [Says(status, b"<html>nginx</html>")]
        with pytest.raises(ProviderError, match=f"HTTP {status}"):
            fal.poll(INTENT, receipt(server))
        assert len(server.seen) == 1

    def test_a_key_that_is_no_longer_taken(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(403, {"detail": "forbidden"})]
        with pytest.raises(SetupError, match="fal doesn't take the key: forbidden"):
            fal.poll(INTENT, receipt(server))

    def test_a_result_with_a_video_counts_more_than_an_error_in_the_status(
        self, server: Server, fal: FalProvider
    ) -> None:
        complete(server, error="odd", error_type="internal_error")
        server.answers[JOB] = [Says(200, {"video": {"url": f"{server.url}/v.mp4"}})]
        assert fal.poll(INTENT, receipt(server)).state == "complete"

    def test_an_error_in_the_status_counts_where_the_result_is_weather(self, server: Server, fal: FalProvider) -> None:
        complete(server, error="it broke", error_type="internal_error")
        server.answers[JOB] = [Says(500, {"detail": "it broke"})]
        status = fal.poll(INTENT, receipt(server))
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", "job-failed")
        assert status.fault.message == "SEQ01_T002: the job failed at fal: it broke"


class TestResult:
    @pytest.mark.parametrize(
        ("says", "code"),
        [
            (Says(404, {"detail": "Path /x not found", "error_type": "not_found"}), "job-failed"),
            (Says(400, {"detail": "bad"}), "job-failed"),
            (Says(422, {"detail": [{"loc": ["body", "prompt"], "msg": "no", "type": "missing"}]}), "job-failed"),
            (Says(422, {"detail": "x"}, X_Fal_Error_Type="content_policy_violation"), "refused"),
        ],
    )
    def test_a_typed_4xx_fails_the_job(self, server: Server, fal: FalProvider, says: Says, code: str) -> None:
        complete(server)
        server.answers[JOB] = [says]
        status = fal.poll(INTENT, receipt(server))
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", code)
        with pytest.raises(ProviderError) as caught:
            fal.collect(INTENT, receipt(server), None, Path("never"), no_progress)
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "says",
        [
            Says(400, {"detail": "Request is still in progress"}),
            Says(404, {"status": "NOT_FOUND"}),
            Says(404, b"<html>"),
            Says(422, b"<html>"),
            Says(500, {"detail": "x", "error_type": "internal_error"}),
            Says(200, b"<html>"),
            Says(200, DEEP),
            Says(422, DEEP),
            Says(200, {}),
            Says(200, {"video": None}),
            Says(200, {"video": {"url": "file:///etc/passwd"}}),
            Says(200, []),
        ],
    )
    def test_anything_else_is_weather(self, server: Server, fal: FalProvider, says: Says) -> None:
        complete(server)
        server.answers[JOB] = [says]
        with pytest.raises(ProviderError) as caught:
            fal.poll(INTENT, receipt(server))
        assert (type(caught.value), caught.value.code) == (ProviderError, "weather")

    def test_a_499_is_a_cancelled_job(self, server: Server, fal: FalProvider) -> None:
        complete(server)
        server.answers[JOB] = [Says(499, {"detail": "Client cancelled the request"})]
        assert fal.poll(INTENT, receipt(server)).state == "cancelled"
