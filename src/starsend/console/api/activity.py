"""What happened in a project, the newest first."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query

from starsend.console.hub import Hub
from starsend.production.activity import Kind, Wanted, activity


def activity_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects/{project}/activity``."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["activity"])

    @router.get("/activity", summary="What happened, the newest first")
    def happened(
        project: str,
        by: str | None = None,
        slate: str | None = None,
        episode: str | None = None,
        kind: Kind | None = None,
        text: str | None = None,
        after: str | None = None,
        limit: int = Query(100, ge=1, le=1000),
    ) -> dict[str, Any]:
        """The histories of all records together; pass ``next`` as ``after`` for what was before."""
        wanted = Wanted(by or None, slate or None, episode or None, kind, text or None)
        page = activity(hub.project(project).project, wanted, after=after, limit=limit)
        return {"entries": [entry.as_dict() for entry in page.entries], "next": page.next}

    return router
