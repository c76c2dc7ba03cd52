"""Server-sent events of a project, resumable by Last-Event-ID."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from starsend.console.hub import Hub


def events_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/events``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["events"])

    @router.get("/events", response_class=StreamingResponse)
    async def events(project: str, request: Request, after: str | None = None) -> StreamingResponse:
        """What happens from now on, or from the event after ``Last-Event-ID`` (or ``?after=``) on."""
        last = request.headers.get("last-event-id") or after
        return StreamingResponse(
            hub.events.stream(project, last),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Content-Encoding": "identity"},
        )

    return router
