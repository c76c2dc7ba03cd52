"""Gemini's requests as the vendor reads them: both spellings, both base64 alphabets, limits a model."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starsend.model.take import JsonObject
from starsend.rehearsal.pictures import SIZES_1K
from starsend.rehearsal.site import sha256_hex

_SHEET = r"\b(?:grid|sheet|storyboard|panels|cells|variants)\b"
_GRIDS = tuple(  # only beside such a word: a prompt may also speak of a 4x4 truck
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b([1-6]) columns?(?: and|,| by) ([1-6]) rows?\b",
        rf"\b([1-6])\s?[x×]\s?([1-6])\b[^.\n]{{0,40}}{_SHEET}",
        rf"{_SHEET}[^.\n]{{0,40}}\b([1-6])\s?[x×]\s?([1-6])\b",
    )
)
_CELL = re.compile(r"\beach (?:as near to )?(\d{1,4}):(\d{1,4})\b")
_BASE64 = str.maketrans("-_", "+/")


@dataclass(frozen=True)
class ImageModel:
    """A model: sizes, how many pictures it takes, USD a million tokens in and out.

    Prices: Google's pages as quoted by two independent tables, 2026-09-20 and 2026-10; tokens of a picture of each size
    from the prices a picture.
    """

    sizes: tuple[str, ...]
    max_images: int
    price_in: Decimal
    price_out: Decimal
    tokens: dict[str, int]


MODELS = {
    "gemini-3-pro-image": ImageModel(
        ("1K", "2K", "4K"), 14, Decimal(2), Decimal(120), {"1K": 1120, "2K": 1120, "4K": 2000}
    ),
    "gemini-nano-banana-2.1": ImageModel(
        ("1K", "2K", "4K"), 14, Decimal("1.5"), Decimal(30), {"1K": 1120, "2K": 1680, "4K": 2520}
    ),
    "gemini-3.1-flash-lite-image": ImageModel(("1K",), 14, Decimal("0.25"), Decimal(30), {"1K": 1120}),
}
IMAGE_TOKENS_IN = 560


class BadBody(ValueError):
    """The body is not what Gemini takes; the text says why."""


@dataclass(frozen=True)
class PictureRequest:
    """What is asked for.

    Attributes:
        text: All text parts, joined.
        images: The pictures that came inline.
        ratio: Of the picture.
        size: ``1K``, ``2K`` or ``4K``.
        wants_text: Whether text is among the modalities.
        has_image_config: Whether imageConfig was sent.
        shown: The body for the books, inline data replaced by its hash, size and type.
    """

    text: str
    images: tuple[bytes, ...]
    ratio: str
    size: str
    wants_text: bool
    has_image_config: bool
    shown: JsonObject

    @property
    def grid(self) -> tuple[int, int]:
        """Columns and rows of the sheet that the prompt asks for; (1, 1) where it asks for none."""
        match = next((found for grid in _GRIDS if (found := grid.search(self.text))), None)
        return (int(match[1]), int(match[2])) if match else (1, 1)

    @property
    def cell_aspect(self) -> tuple[int, int]:
        """The shape of each cell that the prompt asks for, else the whole picture's."""
        match = _CELL.search(self.text)
        wide, tall = match.groups() if match and self.grid != (1, 1) else self.ratio.split(":")
        return int(wide), int(tall)


def read_request(body: Any, model: ImageModel, takes_single_size: bool = False) -> PictureRequest:
    """Read a generateContent body.

    Args:
        body: As it came.
        model: Whose limits count.
        takes_single_size: Whether a model that makes one size only may be asked for it.

    Raises:
        BadBody: The vendor would answer INVALID_ARGUMENT.
    """
    if not isinstance(body, dict) or not body.get("contents"):
        raise BadBody("* GenerateContentRequest.contents: contents is not specified")
    texts: list[str] = []
    images: list[bytes] = []
    contents = [_read_content(content, texts, images) for content in body["contents"]]
    config = _either(body, "generationConfig", "generation_config") or {}
    image = _either(config, "imageConfig", "image_config") or {}
    ratio = _either(image, "aspectRatio", "aspect_ratio") or "1:1"
    size = _either(image, "imageSize", "image_size") or "1K"
    modalities = _either(config, "responseModalities", "response_modalities") or ["TEXT", "IMAGE"]
    if ratio not in SIZES_1K:
        raise BadBody(f"* GenerateContentRequest.generation_config.image_config.aspect_ratio: {ratio} is not supported")
    asked = _either(image, "imageSize", "image_size") is not None
    if size not in model.sizes or (asked and len(model.sizes) == 1 and not takes_single_size):
        raise BadBody(f"* GenerateContentRequest.generation_config.image_config.image_size: {size} is not supported")
    if "IMAGE" not in [str(modality).upper() for modality in modalities]:
        raise BadBody("The requested combination of response modalities is not supported by the model")
    if len(images) > model.max_images:
        raise BadBody(f"The model takes at most {model.max_images} images")
    wants_text = "TEXT" in [str(modality).upper() for modality in modalities]
    shown = {**body, "contents": contents}
    return PictureRequest("\n".join(texts), tuple(images), ratio, size, wants_text, bool(image), shown)


def _read_content(content: Any, texts: list[str], images: list[bytes]) -> JsonObject:
    """Read one content; gives it as it may be shown."""
    if not isinstance(content, dict) or not isinstance(content.get("parts"), list):
        raise BadBody("* GenerateContentRequest.contents: parts is not specified")
    parts = []
    for part in content["parts"]:
        inline = _either(part, "inlineData", "inline_data")
        if inline is None:
            texts.append(str(part.get("text", "")))
            parts.append(part)
            continue
        mime = _either(inline, "mimeType", "mime_type")
        if mime not in ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"):
            raise BadBody(f"Unsupported MIME type: {mime}")
        data = _decode(str(inline.get("data", "")))
        images.append(data)
        parts.append({"inlineData": {"sha256": sha256_hex(data), "bytes": len(data), "mime_type": mime}})
    return {**content, "parts": parts}


def _decode(text: str) -> bytes:
    """Base64 of the plain or the URL-safe alphabet, with or without padding."""
    plain = text.translate(_BASE64).rstrip("=")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise BadBody("Invalid value (oneof): Base64 decoding failed for inline data") from error
    if not data:
        raise BadBody("Unable to process input image")
    return data


def _either(data: Any, camel: str, snake: str) -> Any:
    """The value of a field in either spelling."""
    if not isinstance(data, dict):
        raise BadBody(f"Invalid value at {camel}")
    return data.get(camel, data.get(snake))
