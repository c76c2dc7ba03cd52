"""What fal's answers mean: its words, whose fault it is, and whether anything can have been bought.

fal has two shapes of errors, ``detail`` as a list (of the model) and as a text (of the request), plain ones of its web
framework, and pages of whatever stands before it. Types are relied on, never words, wherever there are types.
https://fal.ai/docs/model-apis/errors, 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starsend.errors import BadRequest, OutcomeUnknown, ProviderError, RateLimited, Refused, SetupError, WrongKey
from starsend.model.take import Fault, JsonObject
from starsend.providers.wire import Reply

KEY_REMEDY: Final = (
    "look at FAL_KEY (the keys are at https://fal.ai/dashboard/keys); or go on offline and free: --provider animatic"
)
_RETRY_HINTS: Final = ("x-fal-retryable", "x-fal-needs-retry")
"""fal's pages disagree on the name; both are read."""
_POLICY: Final = "content_policy"
_CANCELLED: Final = ("client_cancelled", "client_disconnected")
_LOCKED: Final = ("locked", "exhausted", "balance")
_CANCELLED_STATUS: Final = 499
_LONGEST_WORDS: Final = 600
_UNCLEAR_STATUSES: Final = (408, 409, 425, 429, 499)
"""4xx that may also come from what stands before fal, after a job was queued."""


@dataclass(frozen=True)
class Said:
    """What an answer of fal's says, in its own words.

    Attributes:
        words: ``field: message (type)`` of each error, or the text.
        types: The types of its errors; empty where it gives none.
        typed: It is an error of fal's own, not of something on the way.
        retryable: What fal says of sending the same again; None where it says nothing.
    """

    words: str
    types: tuple[str, ...] = ()
    typed: bool = False
    retryable: bool | None = None

    @property
    def refused(self) -> bool:
        """The content filter said no."""
        if self.types:
            return any(_POLICY in each for each in self.types)
        return _POLICY in self.words.lower().replace(" ", "_")

    @property
    def cancelled(self) -> bool:
        """The job was cancelled."""
        return any(each in _CANCELLED for each in self.types)

    @property
    def hint(self) -> str:
        """What fal says of sending the same again, as words for a remedy."""
        if self.retryable is None:
            return ""
        return "; fal says that the same may work later" if self.retryable else "; fal says that the same fails again"


def read_error(status: int, headers: Mapping[str, str], body: Any) -> Said:
    """Read an error's body: JSON that was parsed, or None where it is something else."""
    lower = {name.lower(): value for name, value in headers.items()}
    retryable = next((_truth(lower[name]) for name in _RETRY_HINTS if name in lower), None)
    kinds = [lower["x-fal-error-type"]] if "x-fal-error-type" in lower else []
    if not isinstance(body, dict):
        return Said(f"HTTP {status}", tuple(kinds), bool(kinds), retryable)
    for name in ("error_type", "type"):
        if isinstance(body.get(name), str):
            kinds.append(body[name])
    detail = next((body[name] for name in ("detail", "error", "message") if body.get(name)), None)
    items = [item for item in detail if isinstance(item, dict)] if isinstance(detail, list) else []
    if isinstance(detail, dict):
        items = [detail]
    kinds += [item["type"] for item in items if isinstance(item.get("type"), str)]
    words = "; ".join(_one(item) for item in items) if items else _text(detail)
    return Said(_short(words) or f"HTTP {status}", tuple(dict.fromkeys(kinds)), detail is not None, retryable)


def of_reply(reply: Reply) -> Said:
    """Read the error in a reply."""
    return read_error(reply.status, reply.headers, _json(reply))


def job_fault(name: str, said: Said) -> Fault:
    """Why a job failed, as a take keeps it: ``refused`` by the content filter, else ``job-failed``.

    Args:
        name: Of the take, such as ``SEQ01_T002``.
        said: What fal said.
    """
    if said.refused:
        return Fault(code=Refused.code, message=f"{name}: fal refused: {said.words}", remedy=_REFUSED + said.hint)
    return Fault(code="job-failed", message=f"{name}: the job failed at fal: {said.words}", remedy=_FAILED + said.hint)


_REFUSED: Final = "change the prompt or the pictures, then make another take: starsend generate"
_FAILED: Final = "look at what fal says, then make another take: starsend generate"


def is_cancelled(status: int, said: Said) -> bool:
    """Whether a result says that the job was cancelled."""
    return status == _CANCELLED_STATUS or said.cancelled


def wrong_key(said: str) -> SetupError:
    """The error of a look-up or a poll whose key fal doesn't take; the job goes on at fal."""
    return SetupError(f"fal doesn't take the key: {said}", remedy=KEY_REMEDY, code="wrong-key")


def read_submit(name: str, reply: Reply) -> JsonObject:
    """The JSON of an accepted submit.

    Args:
        name: Of the take.
        reply: The whole answer.

    Raises:
        WrongKey: fal doesn't take the key; nothing was queued.
        Refused: The content filter refused the input.
        BadRequest: fal can't take the request, or the account is locked.
        OutcomeUnknown: Anything that says neither yes nor no: also a 4xx that is not in fal's words, or names a job.
    """
    body = _json(reply)
    if 200 <= reply.status < 300:
        if isinstance(body, dict) and isinstance(body.get("request_id"), str) and body["request_id"]:
            return body
        raise _unclear(name, f"an answer without a request id (HTTP {reply.status}{_kind(reply)})")
    if 300 <= reply.status < 400:
        to = reply.headers.get("location", "nowhere")
        raise _unclear(name, f"HTTP {reply.status}, which points to {to} and was not followed")
    said = of_reply(reply)
    a_no = isinstance(body, dict) and said.typed and "request_id" not in body
    if reply.status >= 500 or reply.status in _UNCLEAR_STATUSES or not a_no:
        words = said.words
        raise _unclear(name, f"HTTP {reply.status}{_kind(reply)}" + ("" if words.startswith("HTTP") else f": {words}"))
    raise _refusal(name, reply.status, said)


def rate_limited(reply: Reply, retry_after_s: float | None) -> RateLimited | None:
    """The error of a clean 429: one that names no job."""
    body = _json(reply)
    if reply.status != 429 or (isinstance(body, dict) and "request_id" in body):
        return None
    return RateLimited(
        f"fal takes no more jobs just now: {of_reply(reply).words}",
        remedy="it is tried again by itself; later: starsend run",
        retry_after_s=retry_after_s,
    )


def _refusal(name: str, status: int, said: Said) -> ProviderError:
    """A submit that was turned away before it was queued. What a 422 costs is not known; it may be charged."""
    error: ProviderError
    about = " ".join((said.words, *said.types)).lower()
    if status == 402 or (status in (401, 403) and any(word in about for word in _LOCKED)):
        error = BadRequest(
            f"{name}: fal has locked the account: {said.words}",
            remedy="top up at https://fal.ai/dashboard/billing, then make the take again: starsend generate",
            code="account-locked",
        )
    elif status in (401, 403):
        error = WrongKey(f"{name}: fal doesn't take the key: {said.words}", remedy=KEY_REMEDY)
    elif said.refused:
        error = Refused(f"{name}: fal refused: {said.words}", remedy=_REFUSED + said.hint)
    else:
        error = BadRequest(
            f"{name}: fal can't take the request (HTTP {status}): {said.words}",
            remedy=f"mend what it names in the plan, then make another take: starsend generate{said.hint}",
        )
    error.proven_not_sent = status != 422
    return error


def _unclear(name: str, what: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{name} was sent to fal, and the answer says neither yes nor no: {what}",
        remedy="look for it: starsend reconcile",
    )


def _json(reply: Reply) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _kind(reply: Reply) -> str:
    kind = reply.headers.get("content-type", "").partition(";")[0]
    return f", {kind}" if kind else ""


def _one(item: Mapping[str, Any]) -> str:
    place = item.get("loc")
    where = ".".join(str(each) for each in place if each != "body") if isinstance(place, list) else ""
    words = _text(item.get("msg") or item.get("message") or item.get("detail"))
    kind = item.get("type")
    return f"{where}: {words}".removeprefix(": ") + (f" ({kind})" if isinstance(kind, str) else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value)
    return str(value)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_WORDS else f"{words[:_LONGEST_WORDS]}…"


def _truth(value: str) -> bool:
    return value.strip().lower() in ("1", "true", "yes")
