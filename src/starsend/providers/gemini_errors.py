"""What Gemini says where it gives no picture, as our errors: in its own words, with what to do."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from starsend.catalogue.entries import ModelEntry
from starsend.errors import BadRequest, OutcomeUnknown, ProviderError, RateLimited, Refused, WrongKey
from starsend.model.take import JsonObject
from starsend.providers.gemini_reply import Answer, json_of
from starsend.providers.wire import Reply

REFUSALS: Final = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
        "ESCALATION",
        "PUP_LIMITED_DISABLED",
    }
)
"""Finish reasons by which the content filter refuses (google-genai 3.4.0, types.FinishReason, 2026-11-22)."""

KEY_REMEDY: Final = (
    "look at GEMINI_API_KEY (or GOOGLE_API_KEY, which comes first), then: starsend doctor; or draw"
    " offline and free: --provider animatic"
)
_REWORD: Final = "reword the prompt, or look at the reference pictures, then make another: starsend generate"
_UNSURE: Final = frozenset({408, 499})  # a wait that ended: it may have been begun
_SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)s")
_WORDS_SHOWN: Final = 400


def rate_limit(reply: Reply, now: datetime) -> RateLimited | None:
    """A clean 429, one that Gemini itself speaks: nothing was accepted. None for any other reply."""
    error = _error_of(reply)
    if reply.status != 429 or error is None:
        return None
    wait_s = _retry_delay_s(error)
    return RateLimited(
        f"Gemini takes no more just now: {_said(error)}",
        remedy="wait, then: starsend run; what your key may do stands at https://aistudio.google.com/usage",
        retry_after_s=wait_s if wait_s is not None else reply.retry_after_s(now),
    )


def refusal(name: str, answer: Answer, entry: ModelEntry) -> ProviderError:
    """An answer without a picture: refused, or only talk. ``name`` is the take's."""
    error: ProviderError
    words = _shortened(answer.words)
    if answer.block_reason:
        said = f": {answer.block_message}" if answer.block_message else ""
        error = Refused(f"{name}: Gemini blocked the prompt ({answer.block_reason}{said})", remedy=_REWORD)
    elif answer.finish_reason in REFUSALS:
        said = answer.finish_message or words
        why = f"{answer.finish_reason}{f': {said}' if said else ''}"
        error = Refused(f"{name}: Gemini refused the picture ({why})", remedy=_REWORD)
    else:
        said = answer.finish_message or words
        reason = f" ({answer.finish_reason})" if answer.finish_reason not in ("", "STOP") else ""
        error = ProviderError(
            f"{name}: Gemini answered without a picture{reason}{f' and said: {said}' if said else ''}",
            remedy="say in the prompt what picture is wanted, then make another: starsend generate",
            code="no-image",
        )
    error.cost_usd = answer.cost_usd(entry)
    return error


def fault(name: str, reply: Reply, model: str) -> ProviderError:
    """A reply that is no answer: what Gemini itself rejects is a no; a page, a redirect, its failure is unknown."""
    error = _error_of(reply)
    if error is None or reply.status in _UNSURE or not 400 <= _status(reply, error) < 500:
        return _unclear(name, reply, error)
    status, said, reasons = _status(reply, error), _said(error), _reasons(error)
    if status in (401, 403) or "API_KEY_INVALID" in reasons:
        return WrongKey(
            f"{name}: Gemini doesn't take the key: {said}",
            remedy=KEY_REMEDY,
        )
    if status == 402:
        return _rejected(name, said, "add credit to the account at https://aistudio.google.com", "no-credit")
    if status == 404:
        choose = f"Gemini has no {model} for this key; starsend doctor says what it has; defaults.image_model names it"
        return _rejected(name, said, choose, "unknown-model")
    if _is_about_image_config(said):
        other = "use Gemini's other version: GOOGLE_GENAI_API_VERSION=v1beta starsend run"
        return _rejected(name, said, other, "no-image-config")
    if status == 413 or "payload size" in said.lower():
        return _rejected(name, said, "use fewer or smaller reference pictures, then: starsend generate", "too-large")
    return BadRequest(
        f"{name}: Gemini rejected the request: {said}", remedy="mend what it names, then: starsend generate"
    )


def _rejected(name: str, said: str, remedy: str, code: str) -> BadRequest:
    """Rejected at the door: before a model saw it, so nothing can have been bought."""
    error = BadRequest(f"{name}: Gemini rejected the request: {said}", remedy=remedy, code=code)
    error.proven_not_sent = True
    return error


def _unclear(name: str, reply: Reply, error: JsonObject | None) -> OutcomeUnknown:
    if error is not None:
        what = f"it failed with {_status(reply, error)}: {_said(error)}"
    elif 300 <= reply.status < 400:
        what = f"it sent us elsewhere ({reply.status}), and nobody went there"
    else:
        what = f"its answer ({reply.status}, {reply.headers.get('content-type', 'of no type')}) can't be read"
    return OutcomeUnknown(f"{name} was sent to Gemini, and {what}", remedy="look for it: starsend reconcile")


def _is_about_image_config(said: str) -> bool:
    low = said.lower().replace("_", "")
    return "imageconfig" in low and ("unknown name" in low or "cannot find field" in low or "not supported" in low)


def _error_of(reply: Reply) -> JsonObject | None:
    """The body's ``error``, where it is typed as Google types errors."""
    error = (json_of(reply) or {}).get("error")
    typed = isinstance(error, dict) and (isinstance(error.get("code"), int) or bool(error.get("status")))
    return error if typed and isinstance(error, dict) else None


def _status(reply: Reply, error: JsonObject) -> int:
    """The status code; an error under a 2xx says its own."""
    code = error.get("code")
    return code if 200 <= reply.status < 300 and isinstance(code, int) else reply.status


def _said(error: JsonObject) -> str:
    kind = str(error.get("status") or error.get("code") or "")
    message = _shortened(str(error.get("message") or ""))
    return f"{message} ({kind})" if message and kind else message or kind


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _WORDS_SHOWN else f"{words[: _WORDS_SHOWN - 1]}…"


def _details(error: JsonObject) -> list[dict[str, Any]]:
    details = error.get("details")
    return [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []


def _reasons(error: JsonObject) -> frozenset[str]:
    return frozenset(str(detail.get("reason")) for detail in _details(error))


def _retry_delay_s(error: JsonObject) -> float | None:
    """RetryInfo's ``retryDelay``, such as ``38s``."""
    for detail in _details(error):
        match = _SECONDS.fullmatch(str(detail.get("retryDelay", "")))
        if match is not None:
            return float(match[1])
    return None
