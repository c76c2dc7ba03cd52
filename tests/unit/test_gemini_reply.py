"""Raw replies of Gemini's, of every kind: what they hold, and what they refuse."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image

from starsend.catalogue.loader import load_catalogue
from starsend.errors import BadRequest, OutcomeUnknown, ProviderError, Refused, WrongKey
from starsend.media.picture import load_rgb
from starsend.model.slate import Slate
from starsend.providers.base import Intent
from starsend.providers.gemini import OWN_URL, GeminiProvider
from starsend.providers.gemini_errors import rate_limit
from starsend.providers.surroundings import Access, Surroundings
from starsend.providers.wire import Reply

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
USAGE = {
    "promptTokenCount": 800,
    "candidatesTokenCount": 1150,
    "thoughtsTokenCount": 200,
    "totalTokenCount": 2150,
    "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
}


def intent(model: str = "gemini-3-pro-image") -> Intent:
    return Intent("i1", NOW, Slate("SEQ01"), 1, "grid", model, {"model": model, "parts": []})


@pytest.fixture
def provider(tmp_path: Path) -> GeminiProvider:
    return GeminiProvider(Surroundings(tmp_path, tmp_path / "uploads", "fast", gemini=Access("secret-key")), OWN_URL)


def picture(shade: int = 90, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((24, 32, 3), shade, np.uint8)).save(buffer, kind, **options)
    return buffer.getvalue()


def inline(content: bytes, mime: str = "image/png", **more: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime, "data": base64.b64encode(content).decode()}, **more}


def packed(data: Any, status: int = 200, **headers: str) -> bytes:
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    return Reply(status, {"content-type": "application/json", **headers}, body).pack()


def answer(*parts: dict[str, Any], reason: str = "STOP", **more: Any) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": reason, "index": 0}
    return {"candidates": [candidate], "modelVersion": "gemini-3-pro-image", "responseId": "r-1", **more}


def error(code: int, status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


def test_a_picture_makes_a_receipt(provider: GeminiProvider) -> None:
    receipt = provider.read_reply(intent(), packed(answer(inline(picture()), usageMetadata=USAGE)))
    assert receipt == {
        "response_id": "r-1",
        "model_version": "gemini-3-pro-image",
        "usage": USAGE,
        "finish_reason": "STOP",
    }
    assert provider.receipt_id(receipt) == "r-1"
    assert provider.poll(intent(), receipt).state == "complete"


def test_a_reply_without_an_id_is_known_by_its_hash(provider: GeminiProvider) -> None:
    data = answer(inline(picture()))
    del data["responseId"]
    receipt = provider.read_reply(intent(), packed(data))
    assert provider.receipt_id(receipt) == f"sha256:{hashlib.sha256(orjson.dumps(data)).hexdigest()}"


def test_the_last_picture_that_is_no_thought_counts(provider: GeminiProvider, tmp_path: Path) -> None:
    first, last, thought = picture(10), picture(20), picture(30)
    data = answer({"text": "Here."}, inline(first), inline(last), inline(thought, thought=True), {"text": "Done."})
    provider.collect(intent(), {}, packed(data), tmp_path / "part", lambda _: None)
    assert (tmp_path / "part").read_bytes() == last


@pytest.mark.parametrize("alphabet", ["plain", "urlsafe", "unpadded", "broken-lines"])
def test_base64_of_every_kind_is_read(provider: GeminiProvider, tmp_path: Path, alphabet: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    content = buffer.getvalue() + b"\xfb\xff\xfe"  # what the alphabets differ in
    text = base64.b64encode(content).decode()
    text = {
        "plain": text,
        "urlsafe": base64.urlsafe_b64encode(content).decode(),
        "unpadded": text.rstrip("="),
        "broken-lines": "\n".join(text[i : i + 60] for i in range(0, len(text), 60)),
    }[alphabet]
    data = answer({"inline_data": {"mime_type": "image/png", "data": text}})
    provider.collect(intent(), {}, packed(data), tmp_path / "part", lambda _: None)
    assert (tmp_path / "part").read_bytes() == content


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 95}), ("WEBP", {"lossless": True})])
def test_what_is_no_png_becomes_one_without_loss(
    provider: GeminiProvider, tmp_path: Path, kind: str, options: dict[str, Any]
) -> None:
    content = picture(77, kind, **options)
    (tmp_path / "as-sent").write_bytes(content)
    mime = "image/png"  # what the reply says of it counts for nothing
    provider.collect(intent(), {}, packed(answer(inline(content, mime))), tmp_path / "part", lambda _: None)
    assert (tmp_path / "part").read_bytes().startswith(b"\x89PNG")
    assert np.array_equal(load_rgb(tmp_path / "part"), load_rgb(tmp_path / "as-sent"))


@pytest.mark.parametrize("content", [picture(1)[:60], picture(1, "JPEG")[:40], b"<html>no picture</html>"])
def test_a_broken_picture_is_kept_as_it_came(provider: GeminiProvider, tmp_path: Path, content: bytes) -> None:
    provider.collect(intent(), {}, packed(answer(inline(content))), tmp_path / "part", lambda _: None)
    assert (tmp_path / "part").read_bytes() == content


def test_what_is_no_base64_is_kept_as_it_came(provider: GeminiProvider, tmp_path: Path) -> None:
    data = answer({"inlineData": {"mimeType": "image/png", "data": "%%%"}})
    provider.collect(intent(), {}, packed(data), tmp_path / "part", lambda _: None)
    assert (tmp_path / "part").read_bytes() == b"%%%"


def test_a_reply_that_is_gone_can_not_be_collected(provider: GeminiProvider, tmp_path: Path) -> None:
    with pytest.raises(OutcomeUnknown, match="the reply is gone; Gemini keeps none"):
        provider.collect(intent(), {}, None, tmp_path / "part", lambda _: None)


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        ("gemini-3-pro-image", USAGE, "0.13876"),  # 800 × 2 + 1120 × 120 + (30 + 200) × 12 a million
        ("gemini-nano-banana-2.1", USAGE, "0.036525"),  # 800 × 1.50 + 1120 × 30 + 230 × 7.50
        ("gemini-3.1-flash-lite-image", USAGE, "0.034145"),  # 800 × 0.25 + 1120 × 30 + 230 × 1.50
        ("gemini-3-pro-image", {}, None),
        ("gemini-3-pro-image", {"promptTokenCount": 800, "candidatesTokenCount": 1120}, None),
        ("gemini-3-pro-image", {"promptTokenCount": "many"}, None),
        # a picture whose tokens stand nowhere: they cost ten times those of text, so nobody knows
        (
            "gemini-3-pro-image",
            {**USAGE, "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 1150}]},
            None,
        ),
    ],
)
def test_the_cost_is_that_of_the_tokens_told(
    provider: GeminiProvider, tmp_path: Path, model: str, usage: dict[str, Any], cost: str | None
) -> None:
    raw = packed(answer(inline(picture()), usageMetadata=usage))
    collected = provider.collect(intent(model), {}, raw, tmp_path / "part", lambda _: None)
    assert collected.cost_usd == (None if cost is None else Decimal(cost))


def caught(provider: GeminiProvider, raw: bytes) -> ProviderError:
    with pytest.raises(ProviderError) as info:
        provider.read_reply(intent(), raw)
    assert info.value.remedy
    return info.value


def test_a_blocked_prompt_is_refused_in_their_words(provider: GeminiProvider) -> None:
    feedback = {"blockReason": "PROHIBITED_CONTENT", "blockReasonMessage": "The prompt could not be submitted."}
    fault = caught(provider, packed({"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 500}}))
    assert type(fault) is Refused
    assert fault.message == (
        "SEQ01_T001: Gemini blocked the prompt (PROHIBITED_CONTENT: The prompt could not be submitted.)"
    )
    assert fault.cost_usd == Decimal("0.001")
    assert not fault.proven_not_sent


@pytest.mark.parametrize(
    "reason",
    [
        *("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "ESCALATION"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
    ],
)
def test_a_blocked_picture_is_refused_in_their_words(provider: GeminiProvider, reason: str) -> None:
    candidate = {"finishReason": reason, "finishMessage": "Unable to show the image.", "index": 0}
    fault = caught(provider, packed({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 500}}))
    assert type(fault) is Refused
    assert fault.message == f"SEQ01_T001: Gemini refused the picture ({reason}: Unable to show the image.)"
    assert fault.cost_usd is None  # a picture may have been made and billed; the usage doesn't tell


@pytest.mark.parametrize(
    ("reason", "words", "message"),
    [
        ("STOP", "Which mood?", "SEQ01_T001: Gemini answered without a picture and said: Which mood?"),
        ("NO_IMAGE", "", "SEQ01_T001: Gemini answered without a picture (NO_IMAGE)"),
        ("IMAGE_OTHER", "", "SEQ01_T001: Gemini answered without a picture (IMAGE_OTHER)"),
        ("MAX_TOKENS", "I wi", "SEQ01_T001: Gemini answered without a picture (MAX_TOKENS) and said: I wi"),
    ],
)
def test_talk_is_no_picture(provider: GeminiProvider, reason: str, words: str, message: str) -> None:
    usage = {"promptTokenCount": 500, "candidatesTokenCount": 25}
    fault = caught(provider, packed(answer({"text": words}, reason=reason, usageMetadata=usage)))
    assert (type(fault), fault.code, fault.message) == (ProviderError, "no-image", message)
    assert fault.remedy == "say in the prompt what picture is wanted, then make another: starsend generate"
    assert fault.cost_usd == Decimal("0.0013")


def test_thoughts_alone_are_no_picture(provider: GeminiProvider) -> None:
    assert caught(provider, packed(answer(inline(picture(), thought=True)))).code == "no-image"


def test_long_talk_is_shortened(provider: GeminiProvider) -> None:
    assert len(caught(provider, packed(answer({"text": "word " * 500}))).message) < 500


INFO = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}


@pytest.mark.parametrize(
    ("status", "data", "kind", "code", "not_sent"),
    [
        (400, error(400, "INVALID_ARGUMENT", "API key not valid.", INFO), WrongKey, "wrong-key", True),
        (401, error(401, "UNAUTHENTICATED", "No."), WrongKey, "wrong-key", True),
        (403, error(403, "PERMISSION_DENIED", "No."), WrongKey, "wrong-key", True),
        (402, error(402, "RESOURCE_EXHAUSTED", "No credit."), BadRequest, "no-credit", True),
        (404, error(404, "NOT_FOUND", "models/x is not found"), BadRequest, "unknown-model", True),
        (400, error(400, "INVALID_ARGUMENT", "Request payload size exceeds"), BadRequest, "too-large", True),
        (400, error(400, "INVALID_ARGUMENT", "Bad aspect."), BadRequest, "bad-request", False),
        (400, [error(400, "INVALID_ARGUMENT", "In a list.")], BadRequest, "bad-request", False),
        (200, error(400, "INVALID_ARGUMENT", "Under a 200."), BadRequest, "bad-request", False),
    ],
)
def test_what_gemini_itself_rejects_is_a_no(
    provider: GeminiProvider, status: int, data: Any, kind: type, code: str, not_sent: bool
) -> None:
    fault = caught(provider, packed(data, status))
    assert (type(fault), fault.code, fault.proven_not_sent) == (kind, code, not_sent)


def test_a_version_without_image_config_is_told_with_the_way_out(provider: GeminiProvider) -> None:
    said = "Invalid JSON payload received. Unknown name \"imageConfig\" at 'generation_config': Cannot find field."
    fault = caught(provider, packed(error(400, "INVALID_ARGUMENT", said), 400))
    assert fault.code == "no-image-config"
    assert fault.message == f"SEQ01_T001: Gemini rejected the request: {said} (INVALID_ARGUMENT)"
    assert fault.remedy == "use Gemini's other version: GOOGLE_GENAI_API_VERSION=v1beta starsend run"
    assert fault.proven_not_sent


PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize(
    "raw",
    [
        packed(error(500, "INTERNAL", "Internal error."), 500),
        packed(error(503, "UNAVAILABLE", "The model is overloaded."), 503),
        packed(error(504, "DEADLINE_EXCEEDED", "Too late."), 504),
        packed(error(408, "DEADLINE_EXCEEDED", "Too late."), 408),
        packed(error(499, "CANCELLED", "Cancelled."), 499),
        packed(b"", 307, location="https://elsewhere.example/"),
        packed(PAGE),
        packed(PAGE, 404),
        packed(PAGE, 429),
        packed(b"{"),
        packed({}),
        packed([]),
        packed("yes"),
        b"never packed",
        b"",
    ],
)
def test_whatever_else_came_leaves_the_outcome_unknown(provider: GeminiProvider, raw: bytes) -> None:
    fault = caught(provider, raw)
    assert type(fault) is OutcomeUnknown
    assert fault.remedy == "look for it: starsend reconcile"
    assert fault.message.startswith("SEQ01_T001 was sent to Gemini")


@pytest.mark.parametrize(
    "data",
    [
        {"candidates": "none"},
        {"candidates": [None, {"content": None}, {"content": {"parts": None}}]},
        {"candidates": [{"content": {"parts": ["x", {"inlineData": "x"}, {"inlineData": {"data": ""}}]}}]},
        {"promptFeedback": None, "usageMetadata": [1]},
        {"modelVersion": "gemini-3-pro-image"},
    ],
)
def test_odd_answers_are_no_picture_and_no_crash(provider: GeminiProvider, data: dict[str, Any]) -> None:
    assert caught(provider, packed(data)).code == "no-image"


def _limited(*details: dict[str, Any], **headers: str) -> Reply:
    data = error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", *details)
    return Reply(429, headers, orjson.dumps(data))


def test_a_clean_429_says_how_long_to_wait() -> None:
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38.5s"}
    waits = [
        rate_limit(_limited(retry), NOW),
        rate_limit(_limited(**{"retry-after": "7"}), NOW),
        rate_limit(_limited({"retryDelay": "soon"}), NOW),
    ]
    assert [wait.retry_after_s for wait in waits if wait is not None] == [38.5, 7.0, None]
    assert waits[0] is not None
    assert waits[0].message == "Gemini takes no more just now: You exceeded your current quota. (RESOURCE_EXHAUSTED)"
    assert waits[0].proven_not_sent
    assert rate_limit(Reply(429, {}, PAGE), NOW) is None
    assert rate_limit(Reply(503, {}, orjson.dumps(error(503, "UNAVAILABLE", "."))), NOW) is None


def test_every_image_model_of_gemini_has_token_prices_with_a_source() -> None:
    models = [entry for entry in load_catalogue().models.values() if entry.provider == "gemini"]
    assert len(models) == 3
    for entry in models:
        usd = entry.tokens_usd(input=1, image=1, text=1)
        assert usd is not None
        assert usd > 0
        assert entry.sources.prices.url.startswith("https://")
