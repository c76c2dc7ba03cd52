"""Media of the projects, with ranges and caching, and smaller pictures of them; nothing else of the disk."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse

from starsend.console.hub import Hub
from starsend.errors import UnknownName
from starsend.media.small_picture import small_jpeg

_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp")
_SHOWN: Final = (*_PICTURES, ".mp4", ".mov", ".webm")
_KEPT: Final = 600
"""Small pictures held in memory, some 12 kB each."""


class SmallPictures:
    """Makes small pictures and keeps the last ones that were asked for. Safe for threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, place: Path, stamp: str, width_px: int) -> bytes:
        """A picture at most that wide, as JPEG.

        Args:
            place: The picture.
            stamp: Tells its content from the one before.
            width_px: At most so wide.

        Raises:
            MediaError: It can't be read.
        """
        key = (str(place), stamp, width_px)
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = small_jpeg(place, width_px)
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def media_router(hub: Hub) -> APIRouter:
    """``GET /media/{path}``: a file below ``projects/``, or a kept picture, by its path as records have it."""
    router = APIRouter(tags=["media"])
    small = SmallPictures()

    @router.get("/media/{path:path}", response_class=FileResponse)
    def media(
        path: str,
        v: str = Query("", description="names the content: the answer may be kept for ever"),
        width: Literal["", "160", "320", "640"] = Query("", description="a smaller picture, as JPEG"),
        if_none_match: str = Header(""),
    ) -> Response:
        """A picture or a video. Answers ranges; its ETag changes with the file."""
        place, stat = _inside(hub.workspace, path)
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}{"-" if width else ""}{width}"'
        kept = "private, max-age=31536000, immutable" if v else "private, max-age=0, must-revalidate"
        headers = {"ETag": etag, "Cache-Control": kept}
        if etag in (each.strip().removeprefix("W/") for each in if_none_match.split(",")):
            return Response(status_code=304, headers=headers)
        if width and place.suffix.lower() in _PICTURES:
            return Response(small.of(place, etag, int(width)), media_type="image/jpeg", headers=headers)
        return FileResponse(place, headers=headers, stat_result=stat)

    return router


def _inside(workspace: Path, path: str) -> tuple[Path, os.stat_result]:
    """The file that a path means, links followed, and its measures.

    Raises:
        UnknownName: ``no-media``: there is none, it is no picture or video, or it lies elsewhere.
    """
    parts = path.split("/")
    kept = len(parts) == 4 and (parts[0], parts[2]) == ("state", "uploads")  # copies of pictures, by content
    root = workspace / "state" / parts[1] / "uploads" if kept else workspace / "projects"
    try:
        place = (workspace / path).resolve()
        known = place.is_relative_to(root.resolve()) and place.suffix.lower() in (_PICTURES if kept else _SHOWN)
        if known and place.is_file():
            return place, place.stat()
    except (OSError, ValueError):
        pass
    raise UnknownName(f"there is no media file {path}", remedy="look at its record", code="no-media")
