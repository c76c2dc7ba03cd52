"""Kling's endpoints as the vendor checks them: fields, limits, prices. Knows nothing of our catalogue, on purpose.

Fields: npm @fal-ai/client 1.10.1, 2026-11-22. Limits: Kling's and fal's pages, read 2026-11-22; what is not confirmed
is a switch of the weather. Prices in USD a second of output: fal's pages and two independent readers, 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from starsend.model.take import JsonObject
from starsend.rehearsal.weather import Weather

APP = "fal-ai/kling-video"

Kind = Literal["text-to-video", "image-to-video", "reference-to-video"]
_PRICES = {  # family and tier: audio off, audio on
    "o3/standard": ("0.084", "0.112"),
    "o3/pro": ("0.112", "0.14"),
    "o3/4k": ("0.42", "0.42"),
    "v3/standard": ("0.084", "0.126"),
    "v3/pro": ("0.112", "0.168"),
}
_MAX_PROMPT_CHARS = 2500
_MAX_SHOTS = 6
_MAX_REFERENCES = 7


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of Kling's.

    Attributes:
        id: As clients post to it.
        family: ``o3`` or ``v3``.
        kind: What it makes a video from.
        price: USD a second without audio.
        price_audio: USD a second with audio.
    """

    id: str
    family: str
    kind: Kind
    price: Decimal
    price_audio: Decimal

    @property
    def start_field(self) -> str | None:
        """The name of the start frame: O3's image-to-video has another one than all others."""
        if self.kind == "text-to-video":
            return None
        return "image_url" if (self.family, self.kind) == ("o3", "image-to-video") else "start_image_url"

    @property
    def takes_elements(self) -> bool:
        """Whether ``elements`` is a field of it; where it isn't, elements are ignored in silence."""
        return self.kind == "reference-to-video" or (self.family, self.kind) == ("v3", "image-to-video")

    @property
    def audio_default(self) -> bool:
        """What ``generate_audio`` is where it isn't sent."""
        return self.family == "v3"

    def price_of(self, body: JsonObject) -> Decimal:
        """What a second costs for this body."""
        return self.price_audio if body.get("generate_audio", self.audio_default) else self.price


def _endpoints() -> dict[str, Endpoint]:
    kinds: tuple[Kind, ...] = ("text-to-video", "image-to-video", "reference-to-video")
    found = {}
    for tier, (off, on) in _PRICES.items():
        for kind in kinds:
            name = f"{APP}/{tier}/{kind}"
            found[name] = Endpoint(name, tier.partition("/")[0], kind, Decimal(off), Decimal(on))
    return found


ENDPOINTS = _endpoints()


def endpoint_of(name: str, weather: Weather) -> Endpoint | None:
    """The endpoint of an id, or None."""
    endpoint = ENDPOINTS.get(name)
    if endpoint and (endpoint.family, endpoint.kind) == ("v3", "reference-to-video") and not weather.v3_reference:
        return None
    return endpoint


def seconds_of(body: JsonObject) -> tuple[int, ...]:
    """The length of each shot of a checked body."""
    shots = body.get("multi_prompt") or []
    if shots:
        return tuple(int(shot.get("duration", "5")) for shot in shots)
    return (int(body.get("duration", "5")),)


def prompts_of(body: JsonObject) -> tuple[str, ...]:
    """The prompt of each shot of a checked body."""
    shots = body.get("multi_prompt") or []
    return tuple(str(shot["prompt"]) for shot in shots) or (str(body.get("prompt", "")),)


def error(loc: list[Any], msg: str, kind: str, given: Any = None) -> JsonObject:
    """One error as fal's models give it."""
    return {"loc": ["body", *loc], "msg": msg, "type": kind, "input": given}


def input_errors(endpoint: Endpoint, body: Any, weather: Weather) -> list[JsonObject]:
    """All that the model would refuse in an input, without looking at its pictures. Unknown fields are ignored."""
    if not isinstance(body, dict):
        return [error([], "Input should be a valid dictionary", "dict_type")]
    return [*_prompt_errors(body, weather), *_frame_errors(endpoint, body), *_reference_errors(endpoint, body, weather)]


def _prompt_errors(body: JsonObject, weather: Weather) -> list[JsonObject]:
    shots, prompt = body.get("multi_prompt"), body.get("prompt")
    if not shots and not prompt:
        return [error(["root"], "Either 'prompt' or 'multi_prompt' must be provided.", "value_error")]
    if shots and prompt:
        return [error(["root"], "Provide either 'prompt' or 'multi_prompt', not both.", "value_error")]
    duration = _duration(body.get("duration", "5"), ["duration"], 3)
    if not shots:
        long = [_too_long(["prompt"], _MAX_PROMPT_CHARS)] if len(str(prompt)) > _MAX_PROMPT_CHARS else []
        return [*([] if isinstance(prompt, str) else [_no_text(["prompt"], prompt)]), *duration, *long]
    if not isinstance(shots, list):
        return [error(["multi_prompt"], "Input should be a valid list", "list_type")]
    if len(shots) > _MAX_SHOTS:
        return [error(["multi_prompt"], f"List should have at most {_MAX_SHOTS} items", "sequence_too_long")]
    errors = [fault for index, shot in enumerate(shots) for fault in _shot_errors(index, shot, weather)]
    if not errors:
        total = sum(seconds_of(body))
        if not 3 <= total <= 15:
            errors.append(
                error(["multi_prompt"], f"Total duration must be 3 to 15 seconds, not {total}", "value_error")
            )
        elif weather.sum_strict and not duration and str(total) != body.get("duration", "5"):
            errors.append(error(["duration"], "Sum of the shots' durations must equal duration", "value_error"))
    return [*errors, *duration]


def _shot_errors(index: int, shot: Any, weather: Weather) -> list[JsonObject]:
    if not isinstance(shot, dict):
        return [error(["multi_prompt", index], "Input should be a valid dictionary", "dict_type", shot)]
    loc = ["multi_prompt", index]
    errors = _duration(shot.get("duration", "5"), [*loc, "duration"], 1)
    prompt = shot.get("prompt")
    if not prompt:
        errors.append(error([*loc, "prompt"], "field required", "value_error.missing"))
    elif not isinstance(prompt, str):
        errors.append(_no_text([*loc, "prompt"], prompt))
    elif len(prompt) > weather.shot_chars:
        errors.append(_too_long([*loc, "prompt"], weather.shot_chars))
    return errors


def _duration(value: Any, loc: list[Any], least: int) -> list[JsonObject]:
    allowed = [str(seconds) for seconds in range(least, 16)]
    if value in allowed:
        return []
    return [error(loc, f"Input should be {', '.join(map(repr, allowed))}", "literal_error", value)]


def _frame_errors(endpoint: Endpoint, body: JsonObject) -> list[JsonObject]:
    errors = []
    start = endpoint.start_field
    if endpoint.kind == "image-to-video" and start and not body.get(start):
        errors.append(error([start], "field required", "value_error.missing"))
    if endpoint.kind != "text-to-video" and body.get("end_image_url") and start and not body.get(start):
        errors.append(error(["end_image_url"], "An end frame needs a start frame", "value_error"))
    ratio = body.get("aspect_ratio", "16:9")
    if endpoint.kind != "image-to-video" and ratio not in ("16:9", "9:16", "1:1"):
        errors.append(error(["aspect_ratio"], "Input should be '16:9', '9:16' or '1:1'", "literal_error", ratio))
    audio = body.get("generate_audio", False)
    if not isinstance(audio, bool):
        errors.append(error(["generate_audio"], "Input should be a valid boolean", "bool_type", audio))
    return errors


def _reference_errors(endpoint: Endpoint, body: JsonObject, weather: Weather) -> list[JsonObject]:
    if not endpoint.takes_elements:
        return []
    elements = body.get("elements") or []
    images = (body.get("image_urls") or []) if endpoint.kind == "reference-to-video" else []
    lists: list[tuple[str, Any, type]] = [("elements", elements, dict), ("image_urls", images, str)]
    for name, value, kind in lists:
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            return [error([name], "Input should be a valid list", "list_type", value)]
    errors = []
    if len(elements) > weather.max_elements:
        errors.append(
            error(["elements"], f"List should have at most {weather.max_elements} items", "sequence_too_long")
        )
    if len(elements) + len(images) > _MAX_REFERENCES:
        errors.append(
            error(["image_urls"], f"At most {_MAX_REFERENCES} elements and images in all", "sequence_too_long")
        )
    for index, element in enumerate(elements):
        errors += _element_errors(["elements", index], element, weather)
    return errors


def _element_errors(loc: list[Any], element: JsonObject, weather: Weather) -> list[JsonObject]:
    if element.get("video_url"):
        return []
    frontal, others = element.get("frontal_image_url"), element.get("reference_image_urls") or []
    if not frontal and not others:
        return [error(loc, "An element needs frontal_image_url and reference_image_urls", "value_error")]
    if not isinstance(others, list):
        return [error([*loc, "reference_image_urls"], "Input should be a valid list", "list_type", others)]
    if len(others) > 3:
        return [error([*loc, "reference_image_urls"], "List should have at most 3 items", "sequence_too_long")]
    if not others and not weather.single_image_element_ok:
        return [error([*loc, "reference_image_urls"], "At least one image is required", "sequence_too_short")]
    if others == [frontal] and not weather.repeated_frontal_ok:
        return [error([*loc, "reference_image_urls"], "The frontal image can't be the only reference", "value_error")]
    return []


def picture_fields(endpoint: Endpoint, body: JsonObject) -> list[tuple[list[Any], str]]:
    """Each picture that the model would fetch for this body, with where it stands."""
    found: list[tuple[list[Any], str]] = []
    names = [name for name in (endpoint.start_field, "end_image_url") if name and endpoint.start_field]
    found += [([name], body[name]) for name in names if body.get(name)]
    if endpoint.kind == "reference-to-video":
        found += [(["image_urls", n], url) for n, url in enumerate(body.get("image_urls") or [])]
    if endpoint.takes_elements:
        for index, element in enumerate(body.get("elements") or []):
            if element.get("frontal_image_url"):
                found.append((["elements", index, "frontal_image_url"], element["frontal_image_url"]))
            for n, url in enumerate(element.get("reference_image_urls") or []):
                found.append((["elements", index, "reference_image_urls", n], url))
    return found


def with_defaults(endpoint: Endpoint, body: JsonObject) -> JsonObject:
    """The input as a vendor might keep it: with the fields' defaults added."""
    added: JsonObject = {"shot_type": "customize", "duration": "5", "generate_audio": endpoint.audio_default}
    if endpoint.kind != "image-to-video":
        added["aspect_ratio"] = "16:9"
    if endpoint.family == "v3":
        added |= {"cfg_scale": 0.5, "negative_prompt": "blur, distort, and low quality"}
    return added | body


def _no_text(loc: list[Any], given: Any) -> JsonObject:
    return error(loc, "Input should be a valid string", "string_type", given)


def _too_long(loc: list[Any], most: int) -> JsonObject:
    return error(loc, f"String should have at most {most} characters", "string_too_long")
