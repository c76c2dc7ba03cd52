"""Our picture of Gemini: what its pages don't say for sure, each with how a canary's traffic shows it (2026-11-22)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from starsend.doctor.expectation import NOT_SEEN, Answer, Evidence, Expectation, same
from starsend.doctor.traffic import Seen


def _calls(evidence: Evidence) -> list[Seen]:
    return [seen for seen in evidence.traffic if seen.path.endswith(":generateContent")]


def _answer(evidence: Evidence) -> Seen | None:
    return next((seen for seen in reversed(_calls(evidence)) if seen.status == 200), None)


def _parts(evidence: Evidence) -> list[dict[str, Any]]:
    answer = _answer(evidence)
    if answer is None or not answer.body.get("candidates"):
        return []
    return list(answer.body["candidates"][0].get("content", {}).get("parts") or ())


def _pictures(evidence: Evidence) -> list[dict[str, Any]]:
    """The pictures that count: inline data in either spelling, thoughts left out."""
    found = [part.get("inlineData") or part.get("inline_data") for part in _parts(evidence) if not part.get("thought")]
    return [data for data in found if data]


def _image_config(evidence: Evidence) -> Answer:
    calls = [seen for seen in _calls(evidence) if "/v1/" in seen.path and "imageConfig" in _config(seen)]
    if not calls:
        return NOT_SEEN
    last = calls[-1]
    words = "" if last.status == 200 else f": {str(last.body.get('error', {}).get('message', ''))[:200]}"
    return same(last.status == 200, f"{last.status}{words}")


def _config(seen: Seen) -> dict[str, Any]:
    config = seen.sent.get("generationConfig") or {}
    return config if isinstance(config, dict) else {}


def _thoughts(evidence: Evidence) -> Answer:
    parts = _parts(evidence)
    thoughts = sum(bool(part.get("thought")) for part in parts)
    return same(thoughts == 0, f"{thoughts} of {len(parts)} parts are thoughts") if parts else NOT_SEEN


def _one_picture(evidence: Evidence) -> Answer:
    if _answer(evidence) is None:
        return NOT_SEEN
    pictures = _pictures(evidence)
    kinds = ", ".join(str(data.get("mimeType") or data.get("mime_type")) for data in pictures)
    return same(len(pictures) == 1, f"{len(pictures)} ({kinds})" if pictures else "none")


def _usage(evidence: Evidence) -> Answer:
    answer = _answer(evidence)
    if answer is None:
        return NOT_SEEN
    usage = answer.body.get("usageMetadata") or {}
    details = usage.get("candidatesTokensDetails") or ()
    right = "promptTokenCount" in usage and any(each.get("modality") == "IMAGE" for each in details)
    return same(right, ", ".join(usage) or "no usageMetadata")


def _identity(evidence: Evidence) -> Answer:
    answer = _answer(evidence)
    if answer is None:
        return NOT_SEEN
    return same(bool(answer.body.get("responseId")), f"modelVersion {answer.body.get('modelVersion')}")


def _price(evidence: Evidence) -> Answer:
    """By tokens a picture costs a little more or less than the price that is said for it."""
    cost = evidence.take.cost_usd
    if cost is None:
        return NOT_SEEN
    near = abs(cost - evidence.price_usd) <= evidence.price_usd / 4
    return same(near, f"{cost.normalize():f} USD by usage; ours is {evidence.price_usd.normalize():f}")


def _size(evidence: Evidence) -> Answer:
    media = evidence.take.media
    if media is None or not media.width or not media.height:
        return NOT_SEEN
    pairs = zip((media.width, media.height), evidence.size_px, strict=True)
    right = all(abs(Fraction(came, wanted) - 1) < Fraction(5, 100) for came, wanted in pairs)
    return same(right, f"{media.width}×{media.height}; about {'×'.join(map(str, evidence.size_px))} was expected")


def _gemini(name: str, expected: str, matters: str, check: Any) -> Expectation:
    return Expectation("gemini", name, expected, matters, check)


GEMINI: Final = (
    _gemini("imageConfig", "v1 takes imageConfig", "the ratio and size of grids", _image_config),
    _gemini(
        "thoughts", "no part of the answer is a thought", "which picture is taken: thoughts are left out", _thoughts
    ),
    _gemini("one picture", "the answer has one picture that counts", "which picture is taken: the last", _one_picture),
    _gemini("usage", "usage names prompt tokens and those of images", "the true cost of a grid", _usage),
    _gemini("identity", "the answer has a responseId", "telling one reply from another", _identity),
    _gemini("price", "by usage it costs what the catalogue says, within a quarter", "estimates and budgets", _price),
    _gemini("size", "the picture has about the pixels of its size, within 5 %", "cells of grids", _size),
)
