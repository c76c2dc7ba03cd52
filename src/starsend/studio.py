"""Builds a Studio from Settings: the only place where real parts are chosen."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starsend.errors import PlanError, SetupError, UnknownName
from starsend.model.slate import Slate
from starsend.model.take import Medium, Take
from starsend.production.inspector import Inspector
from starsend.production.numbering import numbers_on_disk
from starsend.production.plan_file import LoadedPlan, last_used_plan, read_plan
from starsend.production.project import Project, StudioCaps
from starsend.production.staleness import PictureHashes, mark_changed
from starsend.production.timekeeping import Desk
from starsend.providers import registry
from starsend.providers.base import Provider
from starsend.providers.surroundings import Access, Surroundings
from starsend.settings import Settings, environ_without_keys
from starsend.store.checkpoints import Checkpoint, passing
from starsend.store.files import disk_faults
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths

if TYPE_CHECKING:  # the workflow is imported when it is first asked for: `starsend status` needs none of it
    from starsend.catalogue.entries import Catalogue
    from starsend.media.quality import Expected, TakeReport
    from starsend.production.basket import Basket
    from starsend.production.bookkeeper import Bookkeeper
    from starsend.production.canceller import Canceller
    from starsend.production.element_manager import ElementManager
    from starsend.production.engine_local import LocalEngine
    from starsend.production.finisher import Finisher
    from starsend.production.frame_desk import FrameDesk
    from starsend.production.importer import Importer
    from starsend.production.notes import Notebook
    from starsend.production.notifier import Notifier
    from starsend.production.overrides import Overrides
    from starsend.production.paid_call import Draft, PaidCall
    from starsend.production.reconciler import Reconciler
    from starsend.production.request_builder import RequestBuilder
    from starsend.production.resend import Resend
    from starsend.production.review import Review
    from starsend.production.sequence_runner import ClientSequenceRunner, Job
    from starsend.production.shift import Crew, Part, Shift
    from starsend.production.step_runner import StepRunner
    from starsend.production.write_back import PlanWriter


def real_desk(by: str = "cli") -> Desk:
    """The clock, ids and randomness of every day."""
    return Desk(
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        new_id=lambda: uuid.uuid4().hex,
        jitter=random.random,
        by=by,
    )


class PooledInspector:
    """Starts the pool of checking children when the first take needs it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pool: Inspector | None = None
        self._close: Callable[[], None] = lambda: None

    def check(self, video: Path, expected: Expected, thumbnail: Path, filmstrip: Path) -> TakeReport:
        """Check one file in a child process."""
        with self._guard:
            if self._pool is None:
                from starsend.media.quality_pool import QualityPool

                pool = QualityPool(environ=environ_without_keys())  # they read what a provider sends
                self._pool, self._close = pool, pool.close
        return self._pool.check(video, expected, thumbnail, filmstrip)

    def close(self) -> None:
        """End the children."""
        with self._guard:
            self._close()
            self._pool, self._close = None, lambda: None


@dataclass(frozen=True)
class Parts:
    """What a test may exchange; the defaults are the real ones."""

    desk: Desk = field(default_factory=real_desk)
    checkpoint: Checkpoint = passing
    make_provider: Callable[[str, Surroundings, str | None], Provider] = registry.make
    choose_provider: Callable[[str, Medium], str] = registry.choose
    inspector: PooledInspector = field(default_factory=PooledInspector)


class Studio:
    """A workspace with its settings. Use as a context manager: it ends the children that it started."""

    def __init__(self, settings: Settings, parts: Parts | None = None) -> None:
        self.settings = settings
        self.parts = parts if parts is not None else Parts()
        self._guard = threading.Lock()
        self._providers: dict[tuple[str, str, str | None], Provider] = {}

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.parts.inspector.close()
        with self._guard:
            for provider in self._providers.values():
                provider.close()
            self._providers.clear()

    @property
    def desk(self) -> Desk:
        """Time, ids, and who acts."""
        return self.parts.desk

    @cached_property
    def catalogue(self) -> Catalogue:
        """All models, with the studio's own prices."""
        from starsend.catalogue.loader import load_catalogue

        return load_catalogue(self.settings.prices)

    def provider(self, paths: ProjectPaths, name: str, base_url: str | None) -> Provider:
        """A provider for a project; the same one each time, so that its connections are used again.

        Raises:
            SetupError: ``unknown-provider`` or ``other-address``.
        """
        which = (paths.project, name, base_url)
        with self._guard:
            if which not in self._providers:
                self._providers[which] = self.parts.make_provider(name, self._around(paths), base_url)
            return self._providers[which]

    def _around(self, paths: ProjectPaths) -> Surroundings:
        settings = self.settings
        return Surroundings(
            workspace=paths.workspace,
            uploads=paths.uploads,
            profile=settings.animatic.profile,
            fal=Access(settings.keys.fal, settings.keys.fal_url),
            gemini=Access(settings.keys.gemini, settings.keys.gemini_url),
            catalogue=lambda: self.catalogue,
            now=self.desk.now,
            monotonic=self.desk.monotonic,
            priority=settings.fal.priority,
            largest_bytes=settings.download.largest_mb * 1_000_000,
        )

    def projects(self) -> list[str]:
        """The ids of all projects of the workspace, in order."""
        folder = self.settings.workspace / "projects"
        return sorted(p.name for p in folder.iterdir() if (p / "plan.json").is_file()) if folder.is_dir() else []

    def projects_with_records(self) -> list[str]:
        """The ids of all projects that were ever worked on, also where the plan is gone."""
        folder = self.settings.workspace / "state"
        return sorted(p.parent.name for p in folder.glob("*/shots") if p.is_dir())

    def only_project(self) -> str:
        """The workspace's project, where it has just one.

        Raises:
            SetupError: ``empty-workspace``.
            UnknownName: ``project-needed``.
        """
        projects = self.projects()
        if len(projects) == 1:
            return projects[0]
        if not projects:
            raise SetupError(
                f"{self.settings.workspace} has no project",
                remedy="begin one: starsend init NAME; or choose another folder: --workspace DIR",
                code="empty-workspace",
            )
        raise UnknownName(
            f"{self.settings.workspace} has {len(projects)} projects: {', '.join(projects)}",
            remedy=f"name one: --project {projects[0]}",
            code="project-needed",
        )

    def open(self, project: str | None = None, *, sound: bool = True) -> OpenProject:
        """Open a project: read its plan, and build what works on it.

        Args:
            project: Its id; may be left out where there is one.
            sound: The plan must be sound. Without it the last one that was used stands in for a plan with faults, so
                that what was begun can be looked at, judged and gone on with; the fault is in ``plan_fault``.

        Raises:
            SetupError: ``empty-workspace``.
            UnknownName: There is no such project.
            PlanError: The plan can't be used, and no other stands in.
        """
        name = project if project is not None else self.only_project()
        paths = ProjectPaths(self.settings.workspace, name)
        known = self.projects()
        if name not in known:
            if not known:
                self.only_project()
            raise UnknownName(
                f"there is no project {name} in {self.settings.workspace}",
                remedy=f"there are: {', '.join(known)}; or begin it: starsend init {name}",
                code="unknown-project",
            )
        try:
            return OpenProject(self, paths, read_plan(paths.plan, project_from_folder=name))
        except PlanError as error:
            stand_in = None if sound else last_used_plan(paths)
            if stand_in is None:
                raise
            return OpenProject(self, paths, stand_in, error)


class OpenProject:
    """One project with everything that works on it, built when first asked for."""

    def __init__(
        self, studio: Studio, paths: ProjectPaths, loaded: LoadedPlan, plan_fault: PlanError | None = None
    ) -> None:
        self.plan_fault = plan_fault
        self._remark: Callable[[str], None] = lambda _text: None
        self.studio = studio
        self.paths = paths
        self.loaded = loaded
        desk = studio.desk
        clock = Clock(desk.now, desk.monotonic, time.sleep)
        self.store = JsonStore(paths, clock, studio.parts.checkpoint)
        budget = studio.settings.budget
        self.project = Project(
            loaded,
            paths,
            self.store,
            lambda: studio.catalogue,
            StudioCaps(budget.project_usd, budget.sequence_usd, budget.shot_usd),
        )

    @cached_property
    def steps(self) -> StepRunner:
        """Runs takes, a step at a time."""
        from starsend.production.collector import Collector
        from starsend.production.poll_times import PollTimes
        from starsend.production.step_runner import StepRunner, Workbench

        poll = self.studio.settings.poll
        return StepRunner(
            Workbench(
                store=self.store,
                provider=self.provider,
                paid_call=self.paid_call,
                reconciler=self.reconciler,
                collector=Collector(
                    self.store, self.paths, self.studio.parts.inspector, self.studio.desk, self.studio.parts.checkpoint
                ),
                polls=PollTimes(poll.first_s, poll.max_s, self.studio.desk),
                desk=self.studio.desk,
                remark=lambda text: self._remark(text),
            )
        )

    @contextmanager
    def remarks_to(self, told: Callable[[str], None]) -> Iterator[None]:
        """For so long, what a person may want to know while they wait is told."""
        before, self._remark = self._remark, told
        try:
            yield
        finally:
            self._remark = before

    @cached_property
    def reconciler(self) -> Reconciler:
        """Settles takes whose reply was lost."""
        from starsend.production.reconciler import Reconciler

        return Reconciler(
            self.store, self._of_take, self.studio.desk, self.studio.parts.checkpoint, self._neighbouring_stores
        )

    def _neighbouring_stores(self) -> Iterable[JsonStore]:
        """The records of the workspace's other projects, which the same keys pay for."""
        names = self.studio.projects_with_records()
        workspace = self.paths.workspace
        clock = Clock(self.studio.desk.now, self.studio.desk.monotonic, time.sleep)
        return [JsonStore(ProjectPaths(workspace, name), clock) for name in names if name != self.paths.project]

    @cached_property
    def frames(self) -> FrameDesk:
        """Accepts start frames."""
        from starsend.production.frame_desk import FrameDesk

        return FrameDesk(self.project, self.studio.desk)

    @cached_property
    def review(self) -> Review:
        """Judges takes."""
        from starsend.production.review import Review

        return Review(self.project, self.studio.desk)

    @cached_property
    def notes(self) -> Notebook:
        """Writes notes."""
        from starsend.production.notes import Notebook

        return Notebook(self.project, self.studio.desk)

    @cached_property
    def overrides(self) -> Overrides:
        """Overrides prompts."""
        from starsend.production.overrides import Overrides

        return Overrides(self.project, self.studio.desk)

    @cached_property
    def plan_writer(self) -> PlanWriter:
        """Writes overrides back into the plan."""
        from starsend.production.write_back import PlanWriter

        return PlanWriter(self.project, self.studio.desk)

    @cached_property
    def basket(self) -> Basket:
        """What is to be made again."""
        from starsend.production.basket import Basket

        return Basket(self.project, self.studio.desk)

    @cached_property
    def importer(self) -> Importer:
        """Imports videos made elsewhere."""
        from starsend.production.importer import Importer

        return Importer(self.project, self.studio.parts.inspector, self.studio.desk)

    @cached_property
    def runner(self) -> ClientSequenceRunner:
        """The workflow."""
        from starsend.production.sequence_runner import ClientSequenceRunner

        return ClientSequenceRunner(
            self.project, self.steps, self.frames, self.builder, self.provider_name, self.studio.desk
        )

    @cached_property
    def engine(self) -> LocalEngine:
        """Works many slates at once."""
        from starsend.production.engine_local import LocalEngine

        return LocalEngine(self.steps, self.studio.desk, self.studio.settings.run.at_once)

    def shift(self, part: Part, crew: Crew) -> Shift:
        """A shift of work on a part of the project."""
        from starsend.production.shift import Shift

        return Shift(self.runner, part, crew, mark_stale=self.mark_stale, stopped=self.studio.desk.stop.is_set)

    def resend(self, slate: Slate) -> Resend:
        """A slate's lost takes, to be bought again on a person's word. As :class:`Resend` raises."""
        from starsend.production.resend import Resend

        return Resend(self.store, self.reconciler, slate, self.project.caps)

    @cached_property
    def elements(self) -> ElementManager:
        """The plan's elements as the models want them."""
        from starsend.production.element_manager import ElementManager

        return ElementManager(lambda _project: (self.loaded.plan, self.paths.root))

    @cached_property
    def finisher(self) -> Finisher:
        """Renders picked cells at full size."""
        from starsend.production.finisher import Finisher

        return Finisher(
            self.project,
            self.frames,
            self.steps,
            lambda medium: self.provider(self.provider_name(medium), None),
            self.studio.desk,
        )

    @cached_property
    def canceller(self) -> Canceller:
        """Asks providers to stop."""
        from starsend.production.canceller import Canceller

        return Canceller(self.store, lambda take: self._of_take(take)[0], self.studio.desk)

    @cached_property
    def bookkeeper(self) -> Bookkeeper:
        """Books what providers say they billed."""
        from starsend.production.bookkeeper import Bookkeeper

        return Bookkeeper(self.store, lambda take: self._of_take(take)[0], self.studio.desk)

    @cached_property
    def notifier(self) -> Notifier:
        """Tells the studio's people what happens while they don't look."""
        from starsend.production.messengers import messengers_for
        from starsend.production.notifier import Notifier

        notify = self.studio.settings.notify
        messengers = messengers_for(notify.command, notify.url, environ_without_keys())
        return Notifier(self.project, messengers, notify.on, Decimal(str(notify.budget_part)), self.studio.desk)

    @cached_property
    def hashes(self) -> PictureHashes:
        """Content hashes of pictures."""
        return PictureHashes(self.paths.workspace)

    def provider_name(self, medium: Medium) -> str:
        """Who makes a medium, by the settings."""
        return self.studio.parts.choose_provider(self.studio.settings.provider, medium)

    def provider(self, name: str, base_url: str | None) -> Provider:
        """A provider by name; with its base URL for a take that was sent to it."""
        return self.studio.provider(self.paths, name, base_url)

    def paid_call(self, provider: Provider) -> PaidCall:
        """The money protocol towards one provider."""
        from starsend.production.paid_call import PaidCall

        return PaidCall(self.store, provider, self.studio.desk, self.studio.parts.checkpoint, self._numbers_on_disk)

    def builder(self, provider: str) -> RequestBuilder:
        """Builds requests for one provider."""
        from starsend.production.request_builder import RequestBuilder

        return RequestBuilder(self.project, self.provider(provider, None), self.elements, self.hashes)

    def body_of(self, job: Job, draft: Draft) -> dict[str, object]:
        """What would be sent for a draft, without uploading anything: for ``--dry-run``."""
        from starsend.production.paid_call import order_json

        provider = self.provider(job.provider, None)
        return {
            "model": provider.model(draft.order.medium, draft.order.model),
            "covers": list(draft.covers),
            "made_for": draft.made_for,
            "estimate_usd": str(draft.estimate_usd),
            "warnings": list(draft.warnings),
            "body": provider.preview(draft.order).body,
            "order": order_json(draft.order),
        }

    def bought_before(self, jobs: Iterable[Job]) -> list[str]:
        """Say of each request that would be sent and that was paid for already, which take it made."""
        from starsend.production.paid_call import bought_before

        asked = [
            (self.provider(job.provider, None), job.slate, draft)
            for job in jobs
            for draft in (() if job.request is None else job.request.drafts)
        ]
        return bought_before(self.store, asked)

    def keep_plan(self) -> None:
        """Keep the plan that is used, by its hash."""
        from starsend.media.files import write_atomically

        copy = self.paths.plan_copy(self.loaded.sha256)
        with disk_faults(copy):
            if copy.exists():
                copy.touch()  # the last one that was used stands in for a plan with faults
            else:
                write_atomically(copy, self.loaded.source)

    def mark_stale(self, sequences: Collection[str] | None = None) -> None:
        """Mark the takes that a changed plan or picture has made stale; of some sequences, or of all."""
        mark_changed(self.project, self.studio.desk, sequences)

    def _of_take(self, take: Take) -> tuple[Provider, PaidCall]:
        provider = self.provider(take.provider, take.base_url)
        return provider, self.paid_call(provider)

    def _numbers_on_disk(self, slate: Slate) -> int:
        return numbers_on_disk(self.paths, self.project.episode_of(slate), slate)
