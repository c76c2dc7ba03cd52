"""Projects and records, read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Response

from starsend.console.hub import Hub
from starsend.errors import PlanError
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Medium
from starsend.store.execution_store import Filter


def records_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects`` and what is below it, read."""
    router = APIRouter(prefix="/api/v1", tags=["records"])

    @router.get("/projects")
    def projects() -> dict[str, list[dict[str, str]]]:
        """All projects of the workspace."""
        return {"projects": [{"id": name} for name in hub.studio.projects()]}

    @router.get("/projects/{project}/records")
    def records(
        project: str,
        state: str | None = None,
        episode: str | None = None,
        medium: Medium | None = None,
        text: str | None = None,
        after: str | None = None,
        limit: int = Query(100, ge=1, le=1000),
    ) -> dict[str, Any]:
        """A page of records in the order of their ids; pass ``next`` as ``after`` for the one that follows."""
        if state is not None and state not in set(Status):
            raise PlanError(
                f"there is no state {state}", remedy=f"states are: {', '.join(Status)}", code="unknown-state"
            )
        wanted = Filter(Status(state) if state else None, episode, None, medium, text)
        page = hub.project(project).store.list(wanted, after=after, limit=limit)
        return {
            "records": [version.record.model_dump(mode="json") for version in page.rows],
            "next": page.next,
            "broken": [vars(each) for each in page.broken],
        }

    @router.get("/projects/{project}/records/{slate}")
    def record(project: str, slate: str) -> Response:
        """One record, as it lies on disk."""
        version = hub.project(project).store.load(str(Slate.parse(slate)))
        return Response(version.record.model_dump_json(), media_type="application/json")

    return router
