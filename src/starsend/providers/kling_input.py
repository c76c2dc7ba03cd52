"""A neutral order as the body of a Kling job at fal: which endpoint, what its fields are called, what names styles.

Which endpoint takes what, and under which name, is data of the catalogue: a model of the same family is added there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from starsend.errors import BadRequest, PlanError
from starsend.model.take import JsonObject
from starsend.providers.base import BodyMedia, Prepared
from starsend.providers.order import ElementOrder, Order, ShotOrder

if TYPE_CHECKING:
    from starsend.catalogue.entries import EndpointFields, Limits, ModelEntry

ENDPOINT: Final = "_endpoint"
"""Where a body in a record says what it goes to. It is taken out before the body is sent; a fingerprint has it."""
MOST_REFERENCES: Final = 3
"""Reference images of one element beside the frontal one. Kling O3 through fal, 2026-11-22."""

_ENDPOINT_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*){2,}")
EndpointKind = Literal["text", "frame", "reference"]


@dataclass(frozen=True)
class Placed:
    """A picture where the provider can read it: what the body says of it, and the content hash."""

    url: str
    sha256: str


Place = Callable[[Path, bool], Placed]
"""Puts a picture where the provider can read it; True asks for a place of its own, used by no other job."""


def element_entry(images: Sequence[str]) -> JsonObject:
    """One element as Kling wants it: the first image is the frontal one, and 1 to 3 others are its references.

    Where there is only one image it serves as both, since fal asks for one of each.
    """
    references = list(images[1:] or images)[:MOST_REFERENCES]
    return {"frontal_image_url": images[0], "reference_image_urls": references}


def endpoint_kind(order: Order, entry: ModelEntry) -> EndpointKind:
    """Which of a model's endpoints an order goes to: the plainest one that takes all its pictures."""
    fields = entry.fields["reference"]
    if order.elements or (order.style_images and fields.style is not None):
        return "reference"
    return "text" if order.start_frame is None else "frame"


def kling_input(order: Order, entry: ModelEntry, place: Place) -> Prepared:
    """The body for an order, with the endpoint that it goes to under :data:`ENDPOINT`.

    Args:
        order: A video; its paths are handed to ``place`` as they are.
        entry: The catalogue's entry of a model that fal runs.
        place: Gives the URL of each picture: the frames in places of their own, elements and styles in shared ones.

    Raises:
        PlanError: ``wrong-model``: the model is not fal's; ``bad-duration``: no whole seconds.
    """
    if entry.provider != "fal":
        raise PlanError(
            f"{order.slate}: {entry.id} is not made by fal",
            remedy=f"ask {entry.provider} for it, or name a Kling model in the plan: defaults.video_model",
            code="wrong-model",
        )
    kind = endpoint_kind(order, entry)
    fields = entry.fields[kind]
    media = _Media(place)
    styles = order.style_images if fields.style is not None else ()
    body: dict[str, Any] = {ENDPOINT: entry.endpoints[kind], **_words(order, entry.limits, len(styles))}
    body["generate_audio"] = order.audio  # always said: v3 makes sound unless told otherwise
    if fields.aspect:
        body["aspect_ratio"] = f"{order.aspect[0]}:{order.aspect[1]}"
    if fields.elements is not None and order.elements:
        body[fields.elements] = [
            media.element(element, f"/{fields.elements}/{index}") for index, element in enumerate(order.elements)
        ]
    if fields.style is not None and styles:
        body[fields.style] = [
            media.add(path, f"/{fields.style}/{index}", own=False) for index, path in enumerate(styles)
        ]
    body.update(_frames(order, fields, media))
    return Prepared(body, tuple(media.found))


def endpoint_of(body: JsonObject) -> str:
    """The endpoint that a body goes to.

    Raises:
        BadRequest: ``no-endpoint``: the record was changed by hand; nothing was sent.
    """
    endpoint = body.get(ENDPOINT)
    if not isinstance(endpoint, str) or not _ENDPOINT_ID.fullmatch(endpoint):
        error = BadRequest(
            f"the request in the record names no endpoint of fal's: {endpoint!r}",
            remedy="make a new take: starsend generate",
            code="no-endpoint",
        )
        error.proven_not_sent = True
        raise error
    return endpoint


def sent_input(body: JsonObject) -> JsonObject:
    """The body as fal gets it."""
    return {name: value for name, value in body.items() if name != ENDPOINT}


def same_input(sent: Any, stored: Any) -> bool:
    """Whether all that we sent stands in what fal stored; what it added (defaults) is ignored, text is not a number."""
    if isinstance(sent, dict):
        return isinstance(stored, dict) and all(
            name in stored and same_input(value, stored[name]) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(stored, list)
            and len(sent) == len(stored)
            and all(same_input(mine, theirs) for mine, theirs in zip(sent, stored, strict=True))
        )
    if isinstance(sent, bool) or isinstance(stored, bool):
        return sent is stored
    if isinstance(sent, (int, float)):
        return isinstance(stored, (int, float)) and sent == stored
    return type(sent) is type(stored) and bool(sent == stored)


class _Media:
    """Places pictures, and remembers where in the body each is named."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.found: list[BodyMedia] = []

    def add(self, path: Path, pointer: str, *, own: bool) -> str:
        placed = self._place(path, own)
        self.found.append(BodyMedia(pointer, path, placed.sha256))
        return placed.url

    def element(self, element: ElementOrder, pointer: str) -> JsonObject:
        paths = [path for path in (element.frontal, *element.references) if path is not None]
        if not paths:
            raise PlanError(
                f"the element {element.id} has no image to send",
                remedy=f"give {element.id} a frontal image in the plan, or take it out of the sequence's elements",
                code="no-image",
            )
        names = element_entry([path.as_posix() for path in paths])
        return {
            "frontal_image_url": self.add(Path(names["frontal_image_url"]), f"{pointer}/frontal_image_url", own=False),
            "reference_image_urls": [
                self.add(Path(name), f"{pointer}/reference_image_urls/{index}", own=False)
                for index, name in enumerate(names["reference_image_urls"])
            ],
        }


def _frames(order: Order, fields: EndpointFields, media: _Media) -> JsonObject:
    frames: JsonObject = {}
    if fields.start is None or order.start_frame is None:
        return frames  # an end frame needs a start frame (Kling's own documentation, 2026-11-22)
    frames[fields.start] = media.add(order.start_frame, f"/{fields.start}", own=True)
    if fields.end is not None and order.end_frame is not None:
        frames[fields.end] = media.add(order.end_frame, f"/{fields.end}", own=True)
    return frames


def _words(order: Order, limits: Limits, styles: int) -> JsonObject:
    """Prompts and seconds: of one shot ``prompt``, of several ``multi_prompt``; fal takes only one of them."""
    if len(order.shots) == 1:
        shot = order.shots[0]
        prompt = _in_style(shot.prompt, styles, limits.prompt_max_chars, limits.prompt_max_chars)
        return {"prompt": prompt, "duration": _seconds(order, [shot])}
    usual = limits.shot_prompt_warn_chars or limits.prompt_max_chars
    return {
        "multi_prompt": [
            {
                "prompt": _in_style(shot.prompt, styles, usual, limits.prompt_max_chars),
                "duration": _seconds(order, [shot]),
            }
            for shot in order.shots
        ],
        "shot_type": "customize",
        "duration": _seconds(order, order.shots),
    }


def _in_style(prompt: str, styles: int, usual: int, most: int) -> str:
    """The prompt with the style images named, where that keeps it within what the model takes."""
    if styles == 0:
        return prompt
    names = " and ".join(f"@Image{number}" for number in range(1, styles + 1))
    named = f"{prompt.rstrip()} In the style of {names}."
    return named if len(named) <= (usual if len(prompt) <= usual else most) else prompt


def _seconds(order: Order, shots: Iterable[ShotOrder]) -> str:
    total = sum((Decimal(str(shot.duration_s)) for shot in shots), Decimal(0))
    if total != total.to_integral_value():
        raise PlanError(
            f"{order.slate}: {total} s are asked for, and fal takes whole seconds",
            remedy="give the shots whole seconds in the plan: duration_s",
            code="bad-duration",
        )
    return str(int(total))
