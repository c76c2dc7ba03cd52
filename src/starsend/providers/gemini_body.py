"""The body of a Gemini call as a record keeps it: words, and pictures by reference. They are loaded when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from starsend.catalogue.entries import ModelEntry
from starsend.errors import PlanError, ProviderError
from starsend.model.take import JsonObject
from starsend.providers.base import BodyMedia, Prepared
from starsend.providers.gemini_prompt import word
from starsend.providers.gemini_reply import kind_of
from starsend.providers.order import Order


def build(order: Order, entry: ModelEntry, workspace: Path, keep: Callable[[Path], Path]) -> Prepared:
    """Word an order and refer to its pictures.

    Args:
        order: What is asked for; its paths are relative to the workspace.
        entry: The model.
        workspace: Where the pictures lie.
        keep: Gives the path, below the workspace, by which the body refers to a picture.

    Raises:
        PlanError: ``unfit-image``, or what :func:`~starsend.providers.gemini_prompt.word` raises.
        MediaError: A picture can't be read.
    """
    wording = word(order, entry)
    parts: list[JsonObject] = []
    media: list[BodyMedia] = []
    for index, part in enumerate(wording.parts):
        if isinstance(part, str):
            parts.append({"text": part})
            continue
        digest, kind = _fit(workspace, part, entry)
        parts.append({"image": keep(part).as_posix(), "sha256": digest, "mime_type": kind})
        media.append(BodyMedia(f"/parts/{index}/image", part, digest))
    body: JsonObject = {"model": order.model, "parts": parts, "aspect_ratio": wording.aspect_ratio}
    if wording.image_size is not None:
        body["image_size"] = wording.image_size
    return Prepared(body, tuple(media))


def load(name: str, body: JsonObject, workspace: Path) -> list[str | tuple[bytes, str]]:
    """The parts of a body: words, and pictures as (bytes, media type), compared with their content hash.

    Raises:
        ProviderError: ``upload-gone``, proven not sent: a copy is gone or changed, and nothing may go in its place.
    """
    return [
        str(part["text"]) if "text" in part else (_kept(name, part, workspace), str(part["mime_type"]))
        for part in body["parts"]
    ]


def _kept(name: str, part: JsonObject, workspace: Path) -> bytes:
    content: bytes | None = None
    with suppress(OSError):
        content = (workspace / str(part["image"])).read_bytes()
    if content is not None and sha256(content).hexdigest() == part["sha256"]:
        return content
    what = "is gone" if content is None else "was changed"
    error = ProviderError(
        f"{name} was not sent: the copy of a picture {what}: {part['image']}",
        remedy="make another: starsend generate",
        code="upload-gone",
    )
    error.proven_not_sent = True
    raise error


def _fit(workspace: Path, path: Path, entry: ModelEntry) -> tuple[str, str]:
    """Content hash and media type of a picture that the model takes."""
    from starsend.media.files import unreadable

    place = workspace / path
    try:
        content = place.read_bytes()
    except OSError as error:
        raise unreadable(place, error) from error
    limits = entry.limits.reference_images
    kind = kind_of(content)
    if kind is None or kind.removeprefix("image/") not in limits.formats:
        raise _unfit(path, f"must be {', '.join(limits.formats)}", entry)
    if len(content) > limits.max_bytes:
        most = limits.max_bytes / 1e6
        raise _unfit(path, f"has {len(content) / 1e6:.1f} MB, and may have {most:g} MB at most,", entry)
    return sha256(content).hexdigest(), kind


def _unfit(path: Path, what: str, entry: ModelEntry) -> PlanError:
    return PlanError(
        f"{path.as_posix()} {what} to be sent to {entry.id}",
        remedy="save it again as PNG or JPEG, smaller where it is too large, then try again",
        code="unfit-image",
    )
