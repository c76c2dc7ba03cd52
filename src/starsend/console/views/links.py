"""Addresses of media. Each names its content, so that a browser may keep it for ever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from starsend.model.take import FrameUse, Take

SMALL_PX: Final = 320
"""Width of the pictures in lists and rails."""


def link(path: str | None, content: str | None, width_px: int | None = None) -> str | None:
    """The address of a file below the workspace; None where there is none.

    Args:
        path: As records have it.
        content: Its sha256, or that of the video that it was made from; without one it is asked for each time.
        width_px: A smaller picture of it.
    """
    if not path:
        return None
    asked = [f"v={content[:16]}"] if content else []
    asked += [f"width={width_px}"] if width_px else []
    return f"/media/{quote(path)}{'?' if asked else ''}{'&'.join(asked)}"


def thumbnail_of(take: Take) -> str | None:
    """A small picture of a take: the still beside a video, a grid or frame made smaller."""
    if take.media is None:
        return None
    if take.medium == "video":
        return link(take.thumbnail, take.media.sha256)
    return link(take.media.path, take.media.sha256, SMALL_PX)


def frame_link(frame: FrameUse | None, width_px: int | None = None) -> str | None:
    """The picture that went into a take: the copy that was kept of it, else what lies in its place."""
    return None if frame is None else link(frame.kept or frame.path, frame.sha256, width_px)


def element_link(element: Mapping[str, Any], images: Mapping[str, str]) -> str | None:
    """The reference image of an element as it was sent.

    Args:
        element: As a take's order has it.
        images: Path → sha256, as a take's inputs have it.
    """
    path = element.get("frontal") or next(iter(element.get("references") or ()), None)
    return link(path, images.get(str(path)), SMALL_PX) if isinstance(path, str) else None
