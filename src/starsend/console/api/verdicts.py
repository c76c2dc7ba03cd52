"""Verdicts: approve, reject, reopen; each carries the revision that was seen, a stale one gets the fresh record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from starsend.console.hub import Hub
from starsend.console.problems import Fresh
from starsend.errors import StaleWrite, StarsendError, UnknownName
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.store.execution_store import Version
from starsend.studio import OpenProject


class Seen(BaseModel):
    """What every action carries: the revision that the person saw."""

    model_config = ConfigDict(extra="forbid")
    revision: int = Field(ge=0)


class Approve(Seen):
    """Approve a take (the newest that waits, if none is named) but for some of its shots."""

    take: int | None = Field(None, ge=1)
    except_: list[str] = Field(default_factory=list, alias="except")


class Reject(Seen):
    """Reject a take, with a reason."""

    take: int | None = Field(None, ge=1)
    reason: str = Field(min_length=1, max_length=4000)


Judge = Callable[[OpenProject, Slate, Version], Record]


def verdicts_router(hub: Hub) -> APIRouter:
    """``POST …/records/{slate}/approve|reject|reopen``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}", tags=["verdicts"])

    @router.post("/approve")
    def approve(project: str, slate: str, asked: Approve) -> dict[str, Any]:
        """Approve. Gives the record."""
        return act(
            hub,
            project,
            slate,
            asked,
            lambda desk, place, seen: desk.review.approve(place, asked.take, except_=asked.except_, seen=seen),
        )

    @router.post("/reject")
    def reject(project: str, slate: str, asked: Reject) -> dict[str, Any]:
        """Reject. Gives the record."""
        return act(
            hub,
            project,
            slate,
            asked,
            lambda desk, place, seen: desk.review.reject(place, asked.take, reason=asked.reason, seen=seen),
        )

    @router.post("/reopen")
    def reopen(project: str, slate: str, asked: Seen) -> dict[str, Any]:
        """Take the verdict back: this is what undo does. Gives the record."""
        return act(hub, project, slate, asked, lambda desk, place, seen: desk.review.reopen(place, seen=seen))

    return router


def act(hub: Hub, project: str, slate: str, asked: Seen, judge: Judge) -> dict[str, Any]:
    """Do something to one record as it was seen, tell everybody, and give the record.

    Raises:
        Fresh: Refused, with the record as it is now.
    """
    desk = hub.project(project)
    place = desk.project.named(Slate.parse(slate))
    seen = desk.store.find(str(place))
    if seen is None:
        raise UnknownName(f"{place} has no record yet", remedy=f"make a take: starsend generate --seq {place.sequence}")
    try:
        if seen.record.revision != asked.revision:
            raise StaleWrite(
                f"{place} has changed since you saw it: revision {seen.record.revision}, {seen.record.state}",
                remedy="look again, then decide; what you typed is kept",
            )
        record = judge(desk, place, seen)
    except StarsendError as error:
        raise Fresh(error, desk.store.load(str(place)).record.model_dump(mode="json")) from error
    hub.changed(project, record)
    return record.model_dump(mode="json")
