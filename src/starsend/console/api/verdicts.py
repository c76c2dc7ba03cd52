"""Verdicts: approve, reject, reopen, undo (of picks too); each carries the revision seen, a stale one the record."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from starsend.console.acting import Seen, act, record_reply
from starsend.console.hub import Hub


class Approve(Seen):
    """Approve a take (the newest that waits, if none is named) but for some of its shots."""

    take: int | None = Field(None, ge=1)
    except_: list[str] = Field(default_factory=list, alias="except")


class Reject(Seen):
    """Reject a take, in words, by kinds of fault, or both."""

    take: int | None = Field(None, ge=1)
    reason: str = Field("", max_length=4000)
    reasons: list[str] = Field(default_factory=list, max_length=20)


class Reopen(Seen):
    """Take back what stands; with ``every`` all approvals of the record, and no rejection."""

    every: bool = False


def verdicts_router(hub: Hub) -> APIRouter:
    """``POST …/records/{slate}/approve|reject|reopen|undo``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}", tags=["verdicts"])

    @router.post("/approve", summary="Approve a take")
    def approve(project: str, slate: str, asked: Approve) -> Response:
        """Approve a complete video take, also an older one. Gives the record.

        ``kept`` are its shots that the cut goes on taking from approved fixes: reopen those with ``every``, and it
        takes them from this take.
        """
        record = act(
            hub,
            project,
            slate,
            asked,
            lambda desk, place, seen: desk.review.approve(place, asked.take, except_=asked.except_, seen=seen),
        )
        kept = hub.project(project).review.kept_fixes(record)
        return record_reply(record, kept=[vars(each) for each in kept])

    @router.post("/reject", summary="Reject a take")
    def reject(project: str, slate: str, asked: Reject) -> Response:
        """Reject a complete video take. Gives the record."""
        record = act(
            hub,
            project,
            slate,
            asked,
            lambda desk, place, seen: desk.review.reject(
                place, asked.take, reason=asked.reason, reasons=asked.reasons, seen=seen
            ),
        )
        return record_reply(record)

    @router.post("/reopen", summary="Take back the approval that stands, else the last rejection")
    def reopen(project: str, slate: str, asked: Reopen) -> Response:
        """Go back to where a verdict is waited for. Gives the record."""
        record = act(
            hub,
            project,
            slate,
            asked,
            lambda desk, place, seen: desk.review.reopen(place, every=asked.every, seen=seen),
        )
        return record_reply(record)

    @router.post("/undo", summary="Take back exactly the last verdict, or the last pick of a start frame")
    def undo(project: str, slate: str, asked: Seen) -> Response:
        """Restore what was before it; refused where something came between. Gives the record."""
        record = act(hub, project, slate, asked, lambda desk, place, seen: desk.take_back(place, seen=seen))
        return record_reply(record)

    return router
