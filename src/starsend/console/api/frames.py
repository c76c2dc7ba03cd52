"""Start frames: a cell or a box cropped, a picture uploaded, a cell finished at full size."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.datastructures import UploadFile

from starsend.console.acting import Seen, check_revision, claim, fresh
from starsend.console.api.uploads import laid_down, uploaded_form
from starsend.console.hub import Hub
from starsend.console.starting import confirmed_jobs
from starsend.console.work_room import Hands
from starsend.errors import PlanError, SetupError
from starsend.model.record import CleanFrame
from starsend.model.slate import Slate
from starsend.model.take import Box
from starsend.production.uploading import upload_warnings
from starsend.studio import OpenProject

_UPLOAD_SHAPE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "revision"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "revision": {"type": "integer"},
                        "for": {"type": "string"},
                    },
                }
            }
        },
    }
}


class Crop(Seen):
    """Pick a cell or a box of a grid, for this slate or for another one."""

    take: str | None = None
    cell: int | None = None
    box: Box | None = None
    for_: str | None = Field(None, alias="for")


class Finish(Seen):
    """Render a cell again at full size."""

    cell: int = Field(ge=1)
    take: str | None = None
    for_: str | None = Field(None, alias="for")
    confirmed_usd: Annotated[Decimal, Field(ge=0, lt=10**9)] | None = None


def frames_router(hub: Hub) -> APIRouter:
    """``…/records/{slate}/crop``, ``/frame`` and ``/finish``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}", tags=["frames"])
    _picking(router, hub)
    _finishing(router, hub)
    return router


def _picking(router: APIRouter, hub: Hub) -> None:
    @router.post("/crop", summary="Pick a cell or a box of a grid as a start frame")
    def crop(project: str, slate: str, asked: Crop) -> dict[str, Any]:
        """For the slate, or for another one. Gives the frame and the record."""
        desk, place, target = _places(hub, project, slate, asked.for_)
        with fresh(desk, place):
            if (asked.cell is None) == (asked.box is None):
                raise PlanError(
                    "name a cell or a box", remedy='"cell": 1, or "box": [x0, y0, x1, y1]', code="cell-or-box"
                )
            seen = desk.store.find(str(place))
            check_revision(place, seen, asked.revision)
            take = asked.take
            if take is None and target != place:
                take, _ = desk.frames.find_grid(place, None)
            frame = desk.frames.crop(
                target, cell=asked.cell, box=asked.box, take=take, seen=seen if target == place else None
            )
        return _answer(hub, desk, place, target, frame)

    @router.post("/frame", summary="Upload a picture as a start frame", openapi_extra=_UPLOAD_SHAPE)
    async def upload(project: str, slate: str, request: Request) -> dict[str, Any]:
        """At most 60 MB and 100 megapixels; cut to the project's ratio. Gives the frame and the record."""
        async with uploaded_form(request) as (file, fields):
            revision, wanted = fields.get("revision", ""), fields.get("for") or None
            if not (revision.isascii() and revision.isdigit() and len(revision) < 12):
                raise PlanError("a file and a revision are needed", remedy="send file and revision", code="bad-input")
            return await run_in_threadpool(_take_upload, hub, project, slate, wanted, int(revision), file)


def _finishing(router: APIRouter, hub: Hub) -> None:
    @router.get("/finish", summary="What finishing a cell would cost")
    def offer(
        project: str,
        slate: str,
        cell: Annotated[int, Query(ge=1)],
        take: str | None = None,
        for_: Annotated[str | None, Query(alias="for")] = None,
    ) -> dict[str, Any]:
        """Whether it is offered here at all; spends and writes nothing."""
        desk, place, target = _places(hub, project, slate, for_)
        name = _grid_name(desk, place, target, take)
        before = desk.finisher.made_before(target, cell=cell, take=name)
        try:
            job = desk.finisher.prepare(target, cell=cell, take=name, dry=True)
        except SetupError as error:
            return {"offered": False, "why": error.message}
        order = None if job.request is None else job.request.drafts[0].order
        usd = Decimal(0) if before is not None else job.estimate_usd
        return {
            "offered": True,
            "estimate_usd": format(usd, "f"),
            "confirm": usd > hub.studio.settings.confirm.above_usd,
            "made_before": before is not None,
            "provider": job.provider,
            "model": "" if order is None else order.model,
        }

    @router.post("/finish", status_code=202, summary="Render a cell again as one full-size frame")
    def finish(project: str, slate: str, asked: Finish) -> dict[str, Any]:
        """In the background, then accepted as the start frame. May cost what was estimated, once."""
        desk, place, target = _places(hub, project, slate, asked.for_)
        more: dict[str, Any] = {}
        with hub.asking, fresh(desk, place, more):
            check_revision(place, desk.store.find(str(place)), asked.revision)
            name = _grid_name(desk, place, target, asked.take)
            made = desk.finisher.made_before(target, cell=asked.cell, take=name)
            asked_for = f"{target}: cell {asked.cell} is asked for at full size"
            if made is not None:
                claim(hub, desk, place, (target,), asked_for)
                frame = desk.finisher.accept(target, made)
                return _answer(hub, desk, place, target, frame)
            job = desk.finisher.prepare(target, cell=asked.cell, take=name)
            total = confirmed_jobs(hub, desk, [job], asked.confirmed_usd, more, what=str(target))
            desk.keep_plan()
            claim(hub, desk, place, (target,), asked_for)

            def work(hands: Hands) -> None:
                desk.finisher.finish(job)
                hands.done(desk.store.load(str(target)).record)

            begun = hub.work.begin(desk, "finish", [target], work, estimate_usd=total)
        return {"work": begun.as_dict()}


def _places(hub: Hub, project: str, slate: str, for_: str | None) -> tuple[OpenProject, Slate, Slate]:
    """The project, the slate whose page it is, and the slate that the frame is for."""
    desk = hub.project(project)
    place = desk.project.named(Slate.parse(slate))
    return desk, place, place if for_ is None else desk.project.as_planned(Slate.parse(for_))


def _grid_name(desk: OpenProject, place: Slate, target: Slate, take: str | None) -> str | None:
    return take if take is not None or target == place else desk.frames.find_grid(place, None)[0]


def _answer(hub: Hub, desk: OpenProject, place: Slate, target: Slate, frame: CleanFrame) -> dict[str, Any]:
    for slate in dict.fromkeys((place, target)):
        version = desk.store.find(str(slate))
        if version is not None:
            hub.changed(desk.paths.project, version.record, why="frame")
    shown = desk.store.find(str(place)) or desk.store.load(str(target))
    given = desk.store.load(str(target)).record
    picked = None if given.picked is None else given.picked.model_dump(mode="json", include={"at", "by"})
    return {
        "slate": str(target),
        "frame": frame.model_dump(mode="json"),
        "undo": {"slate": str(target), "revision": given.revision, "picked": picked},
        "record": shown.record.model_dump(mode="json"),
    }


def _take_upload(
    hub: Hub, project: str, slate: str, for_: str | None, revision: int, file: UploadFile
) -> dict[str, Any]:
    desk, place, target = _places(hub, project, slate, for_)
    with fresh(desk, place):
        seen = desk.store.find(str(place))
        check_revision(place, seen, revision)
        with laid_down(file) as (picture, name):
            frame = desk.frames.upload(target, picture, name, seen=seen if target == place else None)
    return {**_answer(hub, desk, place, target, frame), "warnings": upload_warnings(frame.note)}
