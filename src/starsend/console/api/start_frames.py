"""What a retake can start with, and pictures that are uploaded to start one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from starsend.console.api.uploads import laid_down, uploaded_form
from starsend.console.hub import Hub
from starsend.console.views.links import SMALL_PX, link
from starsend.model.slate import Slate
from starsend.production.start_choices import StartChoice, start_choices
from starsend.production.uploading import upload_warnings


def start_frames_router(hub: Hub) -> APIRouter:
    """``…/records/{slate}/start-frames``."""
    router = APIRouter(prefix="/api/v1/projects/{project}/records/{slate}/start-frames", tags=["frames"])

    @router.get("", summary="What a take of a slate can start with")
    def choices(project: str, slate: str) -> dict[str, Any]:
        """The usual first (``start_frame`` is empty), then what else can be asked for. Writes nothing."""
        desk = hub.project(project)
        place = desk.project.as_planned(Slate.parse(slate))
        return {"slate": str(place), "choices": [_shown(each) for each in start_choices(desk.project, place)]}

    @router.post("", summary="Upload a picture that a take can start with", status_code=201)
    async def keep(project: str, slate: str, request: Request) -> dict[str, Any]:
        """At most 60 MB and 100 megapixels. No record changes; ``start_frame`` is what a retake asks for it by."""
        async with uploaded_form(request) as (file, _fields):
            return await run_in_threadpool(_keep, hub, project, slate, file)

    return router


def _keep(hub: Hub, project: str, slate: str, file: UploadFile) -> dict[str, Any]:
    desk = hub.project(project)
    desk.project.as_planned(Slate.parse(slate))
    with laid_down(file) as (picture, name):
        path, note = desk.frames.keep(picture, name)
    kept = path.as_posix()
    url = link(kept, kept.rpartition("/")[2], SMALL_PX)
    return {"start_frame": kept, "words": name, "url": url, "warnings": upload_warnings(note)}


def _shown(choice: StartChoice) -> dict[str, Any]:
    url = link(choice.picture, None, SMALL_PX)
    return {"start_frame": choice.asked, "words": choice.words, "url": url, "why": choice.why}
