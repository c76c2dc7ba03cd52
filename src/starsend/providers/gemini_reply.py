"""What a raw reply of Gemini's holds: the picture, the receipt, the cost. What it refuses: ``gemini_errors``."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starsend.catalogue.entries import ModelEntry
from starsend.model.take import JsonObject
from starsend.providers.wire import Reply


@dataclass(frozen=True)
class Answer:
    """A reply with status 2xx whose body is an object that says something of a picture, or of why there is none.

    Attributes:
        data: The body.
        body: Its bytes.
    """

    data: JsonObject
    body: bytes

    @classmethod
    def of(cls, reply: Reply) -> Answer | None:
        """None where the reply is no such answer: a page, an error, an empty object."""
        data = json_of(reply)
        known = {"candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId"}
        if not 200 <= reply.status < 300 or data is None or "error" in data or not known & set(data):
            return None
        return cls(data, reply.body)

    @property
    def receipt(self) -> JsonObject:
        """What the record keeps. A reply without an id of its own is known by its hash."""
        response_id = self.data.get("responseId")
        return {
            "response_id": str(response_id) if response_id else f"sha256:{hashlib.sha256(self.body).hexdigest()}",
            "model_version": str(self.data.get("modelVersion", "")),
            "usage": self._usage,
            "finish_reason": self.finish_reason,
        }

    @property
    def finish_reason(self) -> str:
        """Why the first candidate ended, such as ``STOP`` or ``IMAGE_SAFETY``; empty where it doesn't say."""
        return next((str(said) for c in self._candidates if (said := c.get("finishReason"))), "")

    @property
    def finish_message(self) -> str:
        """The provider's own words on that; its SDK drops them."""
        return next((str(said) for c in self._candidates if (said := c.get("finishMessage"))), "")

    @property
    def block_reason(self) -> str:
        """Why the prompt was blocked; empty if it was not."""
        reason = str(_object(self.data.get("promptFeedback")).get("blockReason") or "")
        return "" if reason.endswith("UNSPECIFIED") else reason

    @property
    def block_message(self) -> str:
        """The provider's own words on that."""
        return str(_object(self.data.get("promptFeedback")).get("blockReasonMessage") or "")

    @property
    def words(self) -> str:
        """What the model said aloud."""
        said = (str(part["text"]) for part in self._parts if part.get("text") and not part.get("thought"))
        return " ".join(" ".join(said).split())

    @property
    def picture(self) -> str | None:
        """The last picture that is no thought, in base64 of either alphabet."""
        last: str | None = None
        for part in self._parts:
            data = _object(part.get("inlineData") or part.get("inline_data"))
            kind = str(data.get("mimeType") or data.get("mime_type") or "image/")
            if data.get("data") and not part.get("thought") and kind.startswith("image/"):
                last = str(data["data"])
        return last

    def cost_usd(self, entry: ModelEntry) -> Decimal | None:
        """What it cost by the tokens that it tells, exact; None where they, or a price, aren't known.

        Thoughts count as text. What a picture that was blocked after it was made costs isn't told.
        """
        usage = self._usage
        if "promptTokenCount" not in usage:
            return None
        made, details = _count(usage, "candidatesTokenCount"), usage.get("candidatesTokensDetails")
        listed = [_object(detail) for detail in details] if isinstance(details, list) else []
        untold = made == 0 if self.picture is None else not listed
        if untold and not self.block_reason:
            return None
        image = sum(_count(detail, "tokenCount") for detail in listed if detail.get("modality") == "IMAGE")
        if self.picture is not None and image == 0:  # told elsewhere, or not at all: text costs a tenth
            return None
        text = max(0, made - image) + _count(usage, "thoughtsTokenCount")
        given = _count(usage, "promptTokenCount") + _count(usage, "toolUsePromptTokenCount")
        return entry.tokens_usd(input=given, image=image, text=text)

    @property
    def _usage(self) -> JsonObject:
        return _object(self.data.get("usageMetadata"))

    @property
    def _candidates(self) -> list[JsonObject]:
        candidates = self.data.get("candidates")
        return [_object(candidate) for candidate in candidates] if isinstance(candidates, list) else []

    @property
    def _parts(self) -> Iterator[JsonObject]:
        for candidate in self._candidates:
            parts = _object(candidate.get("content")).get("parts")
            yield from (_object(part) for part in parts) if isinstance(parts, list) else ()


def json_of(reply: Reply) -> JsonObject | None:
    """The body, where it is an object (or a list of one, as errors come now and then)."""
    try:
        data = reply.json()
    except ValueError:
        return None
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    return data if isinstance(data, dict) else None


def picture_bytes(encoded: str) -> bytes:
    """Decode base64 of either alphabet, with or without padding. What is no base64 is given back as it is.

    So a broken picture of a paid reply is found broken, and kept, where all pictures are checked.
    """
    text = "".join(encoded.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return encoded.encode()


def kind_of(head: bytes) -> str | None:
    """The media type by the first bytes: PNG, JPEG or WebP; else None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _object(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _count(value: JsonObject, name: str) -> int:
    number = value.get(name)
    return max(0, number) if isinstance(number, int) else 0
