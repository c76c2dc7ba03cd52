"""Projects and records, read."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Response

from starsend.console.hub import Hub
from starsend.console.replies import json_reply
from starsend.console.views.rows import ANY, Wanted
from starsend.model.slate import Slate
from starsend.model.take import Medium
from starsend.studio import OpenProject

_LEFT_OUT: Final = frozenset({"request", "request_media", "order", "inputs", "receipt", "base_url"})
"""What a list leaves out of takes: long, and of use for one record at a time."""


def records_router(hub: Hub) -> APIRouter:
    """``GET /api/v1/projects`` and what is below it, read."""
    router = APIRouter(prefix="/api/v1", tags=["records"])

    @router.get("/projects")
    def projects() -> Response:
        """All projects of the workspace."""
        return json_reply({"projects": [{"id": name} for name in hub.studio.projects()]})

    @router.get("/projects/{project}/records")
    def records(
        project: str,
        state: str = "",
        episode: str = "",
        sequence: str = "",
        medium: Medium | None = None,
        stale: bool = False,
        text: str = "",
        after: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        whole: Annotated[bool, Query(description="with all fields of the takes, as on disk")] = False,
    ) -> Response:
        """A page of records in the order of their ids; pass ``next`` as ``after`` for the one that follows.

        Takes come without what was sent and received, and the history with its last entry alone, unless ``whole``.
        """
        wanted = Wanted.of(
            {
                "state": state or ANY,
                "episode": episode,
                "sequence": sequence,
                "medium": medium or "",
                "stale": str(stale),
                "text": text,
            }
        )
        desk = hub.project(project)
        listing = hub.listing(project)
        names = sorted(name for name in wanted.choose(listing) if not after or name > after)
        found = [(name, _on_disk(desk, name)) for name in names[:limit]]
        return json_reply(
            {
                "records": [data if whole else _lean(data) for _, data in found if data is not None],
                "next": names[limit - 1] if len(names) > limit else None,
                "broken": [{"name": each.name, "why": each.why} for each in listing.broken],
            }
        )

    @router.get("/projects/{project}/records/{slate}")
    def record(project: str, slate: str) -> Response:
        """One record, as it lies on disk."""
        version = hub.project(project).store.load(str(Slate.parse(slate)))
        return Response(version.record.model_dump_json(), media_type="application/json")

    return router


def _on_disk(desk: OpenProject, name: str) -> dict[str, Any] | None:
    """A record's JSON; None where it vanished or broke since it was listed."""
    try:
        data = orjson.loads(desk.paths.record(Slate.parse(name)).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return data if isinstance(data, dict) else None


def _lean(data: dict[str, Any]) -> dict[str, Any]:
    takes = data.get("takes") or []
    return {
        **data,
        "takes": [{key: value for key, value in take.items() if key not in _LEFT_OUT} for take in takes],
        "history": (data.get("history") or [])[-1:],
    }
