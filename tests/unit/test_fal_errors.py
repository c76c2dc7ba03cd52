"""What fal's answers mean: every shape of error that its pages and users tell of."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from starsend.errors import BadRequest, OutcomeUnknown, ProviderError, Refused, WrongKey
from starsend.providers.fal_errors import is_cancelled, job_fault, rate_limited, read_error, read_submit
from starsend.providers.wire import Reply

POLICY = {
    "detail": [
        {
            "loc": ["body", "prompt"],
            "msg": "The content could not be processed because it was flagged by a content checker.",
            "type": "content_policy_violation",
            "url": "https://docs.fal.ai/errors#content_policy_violation",
            "input": "…",
        }
    ]
}
NODETOOL = {
    "detail": [
        {"loc": ["body", "image_url"], "msg": "field required", "type": "value_error.missing"},
        {"loc": ["body", "root"], "msg": "Either 'prompt' or 'multi_prompt' must be provided.", "type": "value_error"},
    ]
}
PAGE = b"<!doctype html><title>Just a moment...</title>"


def reply(status: int, body: Any, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    return Reply(status, {"content-type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}, content)


def error_of(status: int, body: Any, **headers: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        read_submit("SEQ01_T002", reply(status, body, **headers))
    return caught.value


def test_a_list_of_errors_is_told_field_by_field() -> None:
    said = read_error(422, {}, NODETOOL)
    assert said.words == (
        "image_url: field required (value_error.missing); "
        "root: Either 'prompt' or 'multi_prompt' must be provided. (value_error)"
    )
    assert said.types == ("value_error.missing", "value_error")
    assert said.typed
    assert not said.refused


@pytest.mark.parametrize(
    ("body", "words", "types"),
    [
        ({"detail": "Not Found"}, "Not Found", ()),
        ({"detail": "gone", "error_type": "bad_request"}, "gone", ("bad_request",)),
        (
            {"error": {"type": "not_found", "message": "No such endpoint"}},
            "No such endpoint (not_found)",
            ("not_found",),
        ),
        ({"message": "no"}, "no", ()),
        ({"detail": ["a", "b"]}, "a; b", ()),
        ({"detail": {"msg": "x", "type": "t"}}, "x (t)", ("t",)),
        ({"status": "NOT_FOUND"}, "HTTP 404", ()),
        ([], "HTTP 404", ()),
        (None, "HTTP 404", ()),
    ],
)
def test_other_shapes(body: Any, words: str, types: tuple[str, ...]) -> None:
    said = read_error(404, {}, body)
    assert (said.words, said.types) == (words, types)


@pytest.mark.parametrize("name", ["X-Fal-Retryable", "x-fal-needs-retry", "X-FAL-NEEDS-RETRY"])
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("true", "; fal says that the same may work later"),
        ("1", "; fal says that the same may work later"),
        ("false", "; fal says that the same fails again"),
        ("0", "; fal says that the same fails again"),
    ],
)
def test_both_retry_hints_are_told_in_the_remedy(name: str, value: str, hint: str) -> None:
    fault = job_fault("SEQ01_T002", read_error(500, {name: value}, {"detail": "broken"}))
    assert fault.remedy.endswith(hint)
    assert fault.message == "SEQ01_T002: the job failed at fal: broken"
    assert fault.code == "job-failed"


def test_no_hint_is_no_word() -> None:
    assert job_fault("SEQ01_T002", read_error(500, {}, {"detail": "x"})).remedy == (
        "look at what fal says, then make another take: starsend generate"
    )


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, POLICY),
        ({}, {"detail": "flagged", "error_type": "content_policy_violation"}),
        ({"X-Fal-Error-Type": "content_policy_violation"}, {"detail": "flagged"}),
        ({}, {"detail": "Content policy violation"}),
    ],
)
def test_a_refusal_is_told_from_a_failure(headers: dict[str, str], body: Any) -> None:
    fault = job_fault("SEQ01_T002", read_error(422, headers, body))
    assert fault.code == "refused"
    assert "fal refused: " in fault.message
    assert fault.remedy.startswith("change the prompt or the pictures")


def test_words_about_policy_are_no_refusal_where_the_type_says_otherwise() -> None:
    body = {"detail": [{"msg": "the content policy page could not be loaded", "type": "file_download_error"}]}
    assert not read_error(422, {}, body).refused


@pytest.mark.parametrize("kind", ["client_cancelled", "client_disconnected"])
def test_a_cancelled_job_is_known_by_type_or_status(kind: str) -> None:
    assert is_cancelled(200, read_error(200, {}, {"detail": "x", "error_type": kind}))
    assert is_cancelled(499, read_error(499, {}, None))
    assert not is_cancelled(500, read_error(500, {}, {"detail": "x", "error_type": "internal_error"}))


class TestSubmit:
    def test_a_receipt_is_read(self) -> None:
        body = {"request_id": "r1", "status_url": "https://queue.fal.run/x"}
        assert read_submit("SEQ01_T002", reply(200, body)) == body

    @pytest.mark.parametrize("status", [400, 404, 405, 413])
    def test_what_was_turned_away_was_not_bought(self, status: int) -> None:
        error = error_of(status, {"detail": "Path /x not found"})
        assert isinstance(error, BadRequest)
        assert error.proven_not_sent
        assert error.message == f"SEQ01_T002: fal can't take the request (HTTP {status}): Path /x not found"

    @pytest.mark.parametrize("body", [{}, {"status": "error"}, {"detail": "Bad request", "request_id": "r1"}])
    def test_a_4xx_that_is_not_in_fal_s_words_or_names_a_job_proves_nothing(self, body: dict[str, str]) -> None:
        assert isinstance(error_of(400, body), OutcomeUnknown)

    def test_a_422_may_be_charged(self) -> None:
        error = error_of(422, NODETOOL, x_fal_retryable="false")
        assert isinstance(error, BadRequest)
        assert not error.proven_not_sent
        assert "image_url: field required" in error.message
        assert error.remedy.endswith("starsend generate; fal says that the same fails again")

    def test_a_refusal_is_a_refusal(self) -> None:
        error = error_of(422, POLICY)
        assert isinstance(error, Refused)
        assert not error.proven_not_sent
        assert "flagged by a content checker" in error.message

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_wrong_key(self, status: int) -> None:
        error = error_of(status, {"detail": "invalid key credentials"})
        assert isinstance(error, WrongKey)
        assert (error.exit_code, error.code, error.proven_not_sent) == (7, "wrong-key", True)
        assert "FAL_KEY" in error.remedy
        assert "--provider animatic" in error.remedy

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (402, {"detail": "Payment required"}),
            (403, {"detail": "User is locked. Reason: Exhausted balance."}),
            (401, {"detail": "no", "error_type": "user_locked"}),
        ],
    )
    def test_a_locked_account(self, status: int, body: Any) -> None:
        error = error_of(status, body)
        assert isinstance(error, BadRequest)
        assert (error.code, error.proven_not_sent) == ("account-locked", True)
        assert "https://fal.ai/dashboard/billing" in error.remedy

    @pytest.mark.parametrize(
        ("status", "body", "says"),
        [
            (200, PAGE, "an answer without a request id (HTTP 200, text/html)"),
            (200, {"id": "r1"}, "an answer without a request id (HTTP 200, application/json)"),
            (200, {"request_id": ""}, "an answer without a request id"),
            (200, {"request_id": 7}, "an answer without a request id"),
            (202, [], "an answer without a request id"),
            (
                500,
                {"detail": "Internal server error", "error_type": "internal_error"},
                "HTTP 500, application/json: Int",
            ),
            (502, b"<html>nginx</html>", "HTTP 502, text/html"),
            (403, PAGE, "HTTP 403, text/html"),
            (408, {"detail": "slow"}, "HTTP 408, application/json: slow"),
            (499, {"detail": "gone"}, "HTTP 499"),
        ],
    )
    def test_what_says_neither_yes_nor_no_is_unknown(self, status: int, body: Any, says: str) -> None:
        error = error_of(status, body)
        assert isinstance(error, OutcomeUnknown)
        assert not error.proven_not_sent
        assert f"SEQ01_T002 was sent to fal, and the answer says neither yes nor no: {says}" in error.message
        assert error.remedy == "look for it: starsend reconcile"

    def test_a_redirect_says_where_it_pointed(self) -> None:
        error = error_of(307, b"", location="https://evil.example/x")
        assert isinstance(error, OutcomeUnknown)
        assert error.message.endswith("HTTP 307, which points to https://evil.example/x and was not followed")

    def test_an_endless_text_is_cut(self) -> None:
        assert len(error_of(400, {"detail": "x" * 100_000}).message) < 800


class TestRateLimit:
    def test_a_clean_429_was_not_accepted(self) -> None:
        body = {"detail": "Concurrent requests limit reached", "error_type": "concurrent_requests_limit"}
        error = rate_limited(reply(429, body), 3.0)
        assert error is not None
        assert (error.retry_after_s, error.proven_not_sent) == (3.0, True)
        assert error.message == "fal takes no more jobs just now: Concurrent requests limit reached"

    def test_a_429_that_names_a_job_is_not_clean(self) -> None:
        answer = reply(429, {"detail": "x", "request_id": "r1"})
        assert rate_limited(answer, None) is None
        with pytest.raises(OutcomeUnknown):
            read_submit("SEQ01_T002", answer)

    def test_others_are_none(self) -> None:
        assert rate_limited(reply(200, {"request_id": "r"}), None) is None
