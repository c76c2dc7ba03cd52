"""Prompts overridden in the record, compared with the last run, and written back into the plan when asked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from starsend.console.acting import Seen, check_revision, fresh
from starsend.console.hub import Hub
from starsend.errors import UnknownName
from starsend.model.slate import Slate
from starsend.studio import OpenProject


class OverridesAsked(Seen):
    """New words by shot id; null clears. The revision is that of the sequence's record."""

    overrides: dict[str, str | None] = Field(min_length=1, max_length=500)


class WriteBackAsked(Seen):
    """Write overrides back into the plan as it was shown."""

    plan_sha256: str = Field(min_length=64, max_length=64)
    shots: list[str] | None = None


def overrides_router(hub: Hub) -> APIRouter:
    """``…/records/{slate}/overrides``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}/overrides", tags=["prompts"])

    @router.get("", summary="A slate's prompts: planned, overridden, sent last")
    def words(project: str, slate: str) -> dict[str, Any]:
        """With the difference from what was sent last to what would be sent now, by words.

        ``gone`` are words for shots that the plan no longer has; of a sequence that is gone, all of them.
        """
        desk, place = _known(hub, project, slate)
        return _view(desk, place)

    @router.post("", summary="Override prompts, or clear overrides")
    def write(project: str, slate: str, asked: OverridesAsked) -> dict[str, Any]:
        """In the sequence's record; the plan stays as it is. Takes that were made from other words become stale.

        Words for what is gone from the plan can be dropped (null), and not written.
        """
        desk, place = _known(hub, project, slate)
        with fresh(desk, place.parent):
            seen = desk.store.find(str(place.parent))
            check_revision(place.parent, seen, asked.revision)
            desk.overrides.write(place, asked.overrides, seen=seen)
        record = desk.store.load(str(place.parent)).record
        hub.changed(project, record, why="prompts")
        return {**_view(desk, place), "record": record.model_dump(mode="json")}

    @router.get("/write-back", summary="Show what writing back would change in the plan")
    def preview(project: str, slate: str) -> dict[str, Any]:
        """A unified diff of the file; nothing is written."""
        desk, place = _place(hub, project, slate)
        shown = desk.plan_writer.preview(place)
        return {
            "slate": str(place.parent),
            "revision": _revision(desk, place),
            "plan_sha256": shown.plan_sha256,
            "shots": list(shown.shots),
            "diff": shown.diff,
        }

    @router.post("/write-back", summary="Write overrides back into the plan")
    def write_back(project: str, slate: str, asked: WriteBackAsked) -> dict[str, Any]:
        """Only those strings change, the plan before is kept as a backup, and the overrides are cleared."""
        desk, place = _place(hub, project, slate)
        with fresh(desk, place.parent):
            check_revision(place.parent, desk.store.find(str(place.parent)), asked.revision)
            backup, record = desk.plan_writer.write(place, asked.plan_sha256, asked.shots)
        hub.changed(project, record, why="prompts")
        hub.events.publish(project, "plan", {"path": "plan.json"})
        desk = hub.project(project)
        return {
            **_view(desk, place),
            "backup": desk.paths.relative(backup),
            "plan_sha256": desk.loaded.sha256,
            "record": record.model_dump(mode="json"),
        }

    return router


def _place(hub: Hub, project: str, slate: str) -> tuple[OpenProject, Slate]:
    desk = hub.project(project)
    return desk, desk.project.as_planned(Slate.parse(slate))


def _known(hub: Hub, project: str, slate: str) -> tuple[OpenProject, Slate]:
    """As planned; or gone from the plan, where words for it are left in the sequence's record."""
    desk, named = hub.project(project), Slate.parse(slate)
    try:
        return desk, desk.project.as_planned(named)
    except UnknownName:
        if named.shot not in (None, *desk.overrides.gone(named)):
            raise
        return desk, named


def _revision(desk: OpenProject, place: Slate) -> int:
    version = desk.store.find(str(place.parent))
    return 0 if version is None else version.record.revision


def _view(desk: OpenProject, place: Slate) -> dict[str, Any]:
    return {
        "slate": str(place.parent),
        "revision": _revision(desk, place),
        "prompts": [vars(words) for words in desk.overrides.words(place)],
        "gone": [{"shot": shot, "override": text} for shot, text in desk.overrides.gone(place).items()],
    }
