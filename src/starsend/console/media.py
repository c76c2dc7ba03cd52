"""Media of the projects, with ranges and caching; nothing else of the disk."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from starsend.console.hub import Hub
from starsend.errors import UnknownName

_SHOWN = (".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".webm")


def media_router(hub: Hub) -> APIRouter:
    """``GET /media/{path}``: a file below ``projects/``, by its path as records have it."""
    router = APIRouter()

    @router.get("/media/{path:path}", include_in_schema=True, response_class=FileResponse)
    def media(path: str, request: Request) -> Response:
        """A picture or a video. Answers ranges; its ETag changes with the file."""
        place = _inside(hub.workspace, path)
        stat = place.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        headers = {"ETag": etag, "Cache-Control": "private, max-age=0, must-revalidate"}
        if "v" in request.query_params:  # the caller names the content: it never changes under this address
            headers["Cache-Control"] = "private, max-age=31536000, immutable"
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return FileResponse(place, headers=headers)

    return router


def _inside(workspace: Path, path: str) -> Path:
    root = (workspace / "projects").resolve()
    try:
        place = (workspace / path).resolve()
        known = place.is_relative_to(root) and place.suffix.lower() in _SHOWN and place.is_file()
    except (OSError, ValueError):
        known = False
    if not known:
        raise UnknownName(f"there is no media file {path}", remedy="look at its record", code="no-media")
    return place
