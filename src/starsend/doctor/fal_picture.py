"""Our picture of fal: what its pages don't say for sure, each with how a canary's traffic shows it.

The list follows what no public page confirmed on 2026-11-22: the listing of unfinished jobs and its lag, what it adds
to an input, billing, the names of headers, and what a video is like.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from starsend.doctor.expectation import NOT_SEEN, Answer, Evidence, Expectation, same
from starsend.doctor.traffic import Seen

_URLS: Final = ("request_id", "response_url", "status_url", "cancel_url")
_WORDS: Final = {"IN_QUEUE": 202, "IN_PROGRESS": 202, "COMPLETED": 200}
_LISTING, _BILLING = "/models/requests/by-endpoint", "/models/billing-events"


def _submit(evidence: Evidence) -> Seen | None:
    """The submitting POST whose answer names this take's job."""
    job = _job(evidence)
    return next((s for s in evidence.traffic if s.exchange.method == "POST" and s.body.get("request_id") == job), None)


def _job(evidence: Evidence) -> str:
    return str((evidence.take.receipt or {}).get("request_id", ""))


def _statuses(evidence: Evidence) -> list[Seen]:
    end = f"/requests/{_job(evidence)}/status"
    return [seen for seen in evidence.traffic if seen.path.endswith(end) and 200 <= seen.status < 300]


def _results(evidence: Evidence) -> list[Seen]:
    end = f"/requests/{_job(evidence)}"
    return [seen for seen in evidence.traffic if seen.path.endswith(end) and seen.exchange.method == "GET"]


def _looks(evidence: Evidence) -> Iterator[tuple[Seen, dict[str, Any] | None]]:
    """Each look into the listing, with what it says of this job; None where it doesn't show it."""
    for seen in evidence.traffic:
        if seen.path.endswith(_LISTING) and seen.status == 200:
            items = seen.body.get("items") or ()
            yield seen, next((item for item in items if item.get("request_id") == _job(evidence)), None)


def _listed(evidence: Evidence) -> dict[str, Any] | None:
    return next((item for _, item in _looks(evidence) if item is not None and item.get("ended_at")), None)


def _submit_code(evidence: Evidence) -> Answer:
    seen = _submit(evidence)
    return NOT_SEEN if seen is None else same(seen.status == 200, f"{seen.status}")


def _submit_fields(evidence: Evidence) -> Answer:
    seen = _submit(evidence)
    if seen is None:
        return NOT_SEEN
    return same(all(name in seen.body for name in _URLS), ", ".join(seen.body))


def _status_codes(evidence: Evidence) -> Answer:
    pairs = {(str(seen.body.get("status")), seen.status) for seen in _statuses(evidence)}
    if not pairs:
        return NOT_SEEN
    return same(all(_WORDS.get(word) == code for word, code in pairs), ", ".join(f"{w} {c}" for w, c in sorted(pairs)))


def _status_fields(evidence: Evidence) -> Answer:
    ends = [seen for seen in _statuses(evidence) if seen.body.get("status") == "COMPLETED"]
    if not ends:
        return NOT_SEEN
    return same("metrics" in ends[-1].body and "logs" in ends[-1].body, ", ".join(ends[-1].body))


def _unfinished(evidence: Evidence) -> Answer:
    """Looks before the first answer that says COMPLETED: those the job can't have been over for us."""
    ends = [seen.at for seen in _statuses(evidence) if seen.body.get("status") == "COMPLETED"]
    early = [(seen, item) for seen, item in _looks(evidence) if not ends or seen.at < ends[0]]
    if any(item is not None and not item.get("ended_at") for _, item in early):
        return "different", "a job that was not finished was listed"
    unended = [item for _, item in early if item is None]
    return same(True, "it was not listed while it ran") if unended else NOT_SEEN


def _lag(evidence: Evidence) -> Answer:
    ends = [seen.at for seen in _statuses(evidence) if seen.body.get("status") == "COMPLETED"]
    after = [(seen, item) for seen, item in _looks(evidence) if ends and seen.at >= ends[0]]
    if not after:
        return NOT_SEEN
    for number, (seen, item) in enumerate(after):
        if item is not None:
            late = (seen.at - ends[0]).total_seconds()
            return same(number == 0, f"listed {late:.0f} s after its end, at look {number + 1}")
    return "different", f"not listed within {(after[-1][0].at - ends[0]).total_seconds():.0f} s"


def _input(evidence: Evidence) -> Answer:
    """Only keys that we sent count, and each must be as we sent it; what was added is named."""
    item, submit = _listed(evidence), _submit(evidence)
    if item is None or submit is None or "json_input" not in item or not isinstance(item["json_input"], dict):
        return NOT_SEEN
    sent, stored = submit.sent, item["json_input"]
    changed = [name for name, value in sent.items() if stored.get(name) != value]
    added = [name for name in stored if name not in sent]
    said = [f"changed: {', '.join(changed)}"] if changed else []
    said += [f"added: {', '.join(added)}"] if added else []
    return same(not said, "; ".join(said) or "as it was sent")


def _payload(evidence: Evidence) -> Answer:
    item = _listed(evidence)
    return NOT_SEEN if item is None else same(isinstance(item.get("json_input"), dict), ", ".join(item))


def _hint(evidence: Evidence) -> Answer:
    errors = [
        s
        for s in evidence.traffic
        if s.status >= 400 and any(n.lower().startswith("x-fal") for n in s.exchange.headers)
    ]
    named = {n for s in errors for n in ("X-Fal-Retryable", "X-Fal-Needs-Retry") if s.header(n) is not None}
    return same(named == {"X-Fal-Retryable"}, ", ".join(sorted(named))) if named else NOT_SEEN


def _units(evidence: Evidence) -> Answer:
    results = [seen for seen in _results(evidence) if seen.status == 200]
    if not results:
        return NOT_SEEN
    said = results[-1].header("X-Fal-Billable-Units")
    return same(said is not None and Decimal(said) == evidence.asked_s, "no such header" if said is None else said)


def _may_see_bills(evidence: Evidence) -> Answer:
    codes = sorted({seen.status for seen in evidence.traffic if seen.path.endswith(_BILLING)})
    return same(codes == [200], ", ".join(map(str, codes))) if codes else NOT_SEEN


def _price(evidence: Evidence) -> Answer:
    events = {
        str(event.get("timestamp")): Decimal(str(event["cost_total"]))
        for seen in evidence.traffic
        if seen.path.endswith(_BILLING) and seen.status == 200
        for event in seen.body.get("billing_events") or ()
        if event.get("request_id") == _job(evidence)
    }
    if not events:
        return NOT_SEEN
    billed = sum(events.values(), Decimal(0))
    return same(billed == evidence.price_usd, f"{billed.normalize():f} USD; ours is {evidence.price_usd.normalize():f}")


def _file(evidence: Evidence) -> Answer:
    videos = [seen.body["video"] for seen in _results(evidence) if isinstance(seen.body.get("video"), dict)]
    if not videos:
        return NOT_SEEN
    video, media = videos[-1], evidence.take.media
    right = video.get("content_type") == "video/mp4" and "url" in video and media is not None
    size_right = media is not None and video.get("file_size") == media.bytes
    return same(right and size_right, f"{video.get('content_type')}, {video.get('file_size')} bytes")


def _shape(evidence: Evidence) -> Answer:
    media = evidence.take.media
    if media is None or not media.width or not media.height:
        return NOT_SEEN
    off = abs(Fraction(media.width, media.height) / Fraction(*evidence.size_px) - 1)
    return same(off < Fraction(2, 100), f"{media.width}×{media.height}")


def _size(evidence: Evidence) -> Answer:
    media = evidence.take.media
    if media is None or not media.width:
        return NOT_SEEN
    return same((media.width, media.height) == evidence.size_px, f"{media.width}×{media.height}")


def _rate(evidence: Evidence) -> Answer:
    media = evidence.take.media
    return NOT_SEEN if media is None or media.fps is None else same(Fraction(media.fps) == 24, media.fps)


def _length(evidence: Evidence) -> Answer:
    media = evidence.take.media
    if media is None or media.duration_s is None:
        return NOT_SEEN
    return same(abs(Decimal(str(media.duration_s)) - evidence.asked_s) <= Decimal("0.1"), f"{media.duration_s:g} s")


def _fal(name: str, expected: str, matters: str, check: Any) -> Expectation:
    return Expectation("fal", name, expected, matters, check)


FAL: Final = (
    _fal("submit", "a submit is answered by 200", "what counts as accepted", _submit_code),
    _fal("receipt", f"a submit's answer has {', '.join(_URLS)}", "going on after a crash", _submit_fields),
    _fal("status codes", "202 while it is at work, 200 when COMPLETED", "polling", _status_codes),
    _fal("status fields", "the last status has logs and metrics", "what is shown of progress", _status_fields),
    _fal("unfinished jobs", "the listing shows no job that is not finished", "finding lost jobs early", _unfinished),
    _fal("listing lag", "a job is listed as soon as it has ended", "how soon a lost job is found", _lag),
    _fal("listed input", "the listing has the input of each job", "telling our lost job from others", _payload),
    _fal("input as sent", "it is as we sent it, with nothing added", "telling our lost job from others", _input),
    _fal("retry hint", "errors say X-Fal-Retryable", "both names are read", _hint),
    _fal("billable units", "X-Fal-Billable-Units on the result are its seconds", "the cost at once", _units),
    _fal("billing events", "this key may see what was billed", "starsend costs --billed", _may_see_bills),
    _fal("price", "what is billed is the catalogue's price", "estimates and budgets", _price),
    _fal("file", "video/mp4 with its true size", "telling a cut download", _file),
    _fal("shape", "the video has the shape that was asked for", "the cut", _shape),
    _fal("size", "the video has the catalogue's resolution", "the cut", _size),
    _fal("frame rate", "24 frames a second", "the cut", _rate),
    _fal("length", "the video is as long as was asked for, within 0.1 s", "the cut, and the price", _length),
)
