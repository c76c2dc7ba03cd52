"""Generating: estimated, confirmed, begun in the background; cancel, reconcile, and going on with what was begun."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from starsend.console.acting import Asked, Seen, act, check_revision, claim, fresh
from starsend.console.api.wishes import WishAsked, estimate_view
from starsend.console.hub import Hub
from starsend.console.starting import (
    confirmed_jobs,
    due,
    go_on,
    idle,
    look_for,
    models_view,
    resend,
    run_due,
    unsettled_view,
)
from starsend.errors import PlanError
from starsend.model.slate import Slate
from starsend.production.plan_gate import let_pass

Usd = Annotated[Decimal, Field(ge=0, lt=10**9)]


class Generate(WishAsked, Seen):
    """Make it. ``confirmed_usd`` is the estimate that was shown, where one had to be."""

    confirmed_usd: Usd | None = None


class Run(Asked):
    """Do all that is due."""

    episode: str | None = None
    sequence: str | None = None
    confirmed_usd: Usd | None = None


class Resume(Asked):
    """Go on with takes that are not settled."""

    slate: str | None = None
    confirmed_usd: Usd | None = None


class Reconcile(Seen):
    """Settle takes whose outcome nobody knows."""

    how: Literal["look", "give-up", "resend"]
    cost_usd: Usd | None = None
    confirmed_usd: Usd | None = None


def work_router(hub: Hub) -> APIRouter:
    """What makes takes, and what may cost."""
    router = APIRouter(prefix="/api/v1/projects/{project}", tags=["work"])
    _slate_routes(router, hub)
    _project_routes(router, hub)
    return router


def _slate_routes(router: APIRouter, hub: Hub) -> None:
    @router.post("/records/{slate}/estimate", summary="Say what it would cost")
    def estimate(project: str, slate: str, asked: WishAsked) -> dict[str, Any]:
        """Against the budgets; writes and spends nothing."""
        desk = hub.project(project)
        place = desk.project.as_planned(Slate.parse(slate))
        return estimate_view(hub, desk, desk.runner.prepare(place.sequence, asked.wish(desk, place), dry=True))

    @router.post("/records/{slate}/generate", status_code=202, summary="Make a grid, a take or a shot")
    def generate(project: str, slate: str, asked: Generate) -> dict[str, Any]:
        """In the background; its end is told by events. May cost what was estimated, once."""
        desk = hub.project(project)
        if desk.plan_fault is not None:
            raise desk.plan_fault
        place = desk.project.as_planned(Slate.parse(slate))
        more: dict[str, Any] = {}
        with hub.asking, fresh(desk, place, more):
            check_revision(place, desk.store.find(str(place)), asked.revision)
            let_pass(desk.project, (place.sequence,))
            desk.frames.adopt_found(Slate(place.sequence))
            jobs = desk.runner.prepare(place.sequence, asked.wish(desk, place))
            total = confirmed_jobs(hub, desk, jobs, asked.confirmed_usd, more, what=str(place))
            desk.keep_plan()
            slates = [job.slate for job in jobs]
            claim(hub, desk, place, slates, f"{', '.join(map(str, slates))}: a take is asked for")
            work = hub.work.begin(
                desk,
                "generate",
                slates,
                lambda hands: hands.run(jobs),
                estimate_usd=total,
                then=lambda _work: desk.mark_stale((place.sequence,)),
            )
        return {"work": work.as_dict()}

    @router.post("/records/{slate}/cancel", summary="Ask the provider to stop a slate's takes")
    def cancel(project: str, slate: str, asked: Seen) -> dict[str, Any]:
        """It is only asked: what comes all the same was paid for and is kept. Gives their names and the record."""
        names: list[str] = []
        desk = hub.project(project)

        def ask(place: Slate) -> Any:
            names.extend(desk.canceller.cancel(place))
            return desk.store.load(str(place)).record

        record = act(hub, project, slate, asked, lambda _desk, place, _seen: ask(place))
        return {"cancelled": names, "record": record.model_dump(mode="json")}

    @router.post("/records/{slate}/reconcile", status_code=202, summary="Settle takes whose outcome is not known")
    def reconcile(project: str, slate: str, asked: Reconcile) -> dict[str, Any]:
        """Look for them; or give them up, or buy them again, on a person's word."""
        desk = hub.project(project)
        place = desk.project.with_record(Slate.parse(slate))
        more: dict[str, Any] = {}
        with fresh(desk, place, more):
            check_revision(place, desk.store.load(str(place)), asked.revision)
            if asked.how == "look":
                return {"work": look_for(hub, desk, place, asked.confirmed_usd, more).as_dict()}
            if asked.how == "resend":
                return {"work": resend(hub, desk, place, asked.confirmed_usd, more).as_dict()}
            open_takes = desk.store.load(str(place)).record.unsettled
            if asked.cost_usd is not None and len(open_takes) > 1:
                raise PlanError(
                    f"{place} has several open takes, and a cost is of one",
                    remedy="leave the cost out: their estimates stay committed",
                    code="cost-of-one",
                )
            settled = desk.reconciler.settle_by_hand(place, "give-up", cost_usd=asked.cost_usd)
        record = desk.store.load(str(place)).record
        hub.changed(project, record)
        return {"settled": [place.take(take.take) for take in settled], "record": record.model_dump(mode="json")}


def _project_routes(router: APIRouter, hub: Hub) -> None:
    @router.get("/models", summary="The models that can be chosen, with their prices")
    def models(project: str) -> dict[str, Any]:
        """Videos by the second, grids by the sheet; who makes them here."""
        return models_view(hub.project(project))

    @router.get("/jobs", summary="What is at work here, and what waits to be gone on with")
    def works(project: str) -> dict[str, Any]:
        """The newest first."""
        desk = hub.project(project)
        return {"works": [work.as_dict() for work in hub.work.works(project)], "unsettled": unsettled_view(hub, desk)}

    @router.get("/jobs/due", summary="What is due, and what it would cost")
    def what_is_due(project: str, episode: str | None = None, sequence: str | None = None) -> dict[str, Any]:
        """Without what is being made here; also what is left to a person. Writes and spends nothing."""
        desk = hub.project(project)
        agenda = due(desk, episode, sequence, dry=True)
        jobs = idle(hub, desk, agenda.jobs)
        return {
            **estimate_view(hub, desk, jobs),
            "making": sorted({str(job.slate) for job in agenda.jobs} - {str(job.slate) for job in jobs}),
            "waiting": [{**vars(each), "slate": str(each.slate)} for each in agenda.waiting],
            "troubles": [{"code": e.code, "message": e.message, "remedy": e.remedy} for e in agenda.troubles],
        }

    @router.post("/jobs/run", status_code=202, summary="Do all that is due")
    def run(project: str, asked: Run) -> dict[str, Any]:
        """Goes on with what was begun, then does what is due, round by round, within what was confirmed."""
        desk = hub.project(project)
        more: dict[str, Any] = {}
        with fresh(desk, None, more):
            return {"work": run_due(hub, desk, asked.episode, asked.sequence, asked.confirmed_usd, more).as_dict()}

    @router.post("/jobs/{job}/stop", summary="Stop a work as Ctrl-C does")
    def stop(project: str, job: str) -> dict[str, Any]:
        """What providers make goes on there, and what was begun can be gone on with; nothing new is sent."""
        return {"work": hub.work.stop(hub.project(project).paths.project, job).as_dict()}

    @router.post("/jobs/resume", status_code=202, summary="Go on with takes that are not settled")
    def resume(project: str, asked: Resume) -> dict[str, Any]:
        """Those that were sent cost nothing more; those that never were are sent now, if that was confirmed."""
        desk = hub.project(project)
        place = None if asked.slate is None else desk.project.with_record(Slate.parse(asked.slate))
        more: dict[str, Any] = {}
        with fresh(desk, place, more):
            return {"work": go_on(hub, desk, place, asked.confirmed_usd, more).as_dict()}
