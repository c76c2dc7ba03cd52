"""One project with everything that works on it: also what generates, and may cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from starsend.errors import PlanError
from starsend.model.slate import Slate
from starsend.model.take import Medium, Take
from starsend.production.numbering import numbers_on_disk
from starsend.production.plan_file import LoadedPlan
from starsend.providers.base import Provider
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths
from starsend.studio.project_desk import ProjectDesk
from starsend.studio.workspace import Workspace

if TYPE_CHECKING:  # the workflow is imported when it is first asked for: `starsend status` needs none of it
    from starsend.production.basket_sending import BasketSender
    from starsend.production.bookkeeper import Bookkeeper
    from starsend.production.canceller import Canceller
    from starsend.production.engine import Engine
    from starsend.production.finisher import Finisher
    from starsend.production.job import Job
    from starsend.production.paid_call import PaidCall
    from starsend.production.reconciler import Reconciler
    from starsend.production.request_builder import RequestBuilder
    from starsend.production.resend import Resend
    from starsend.production.sequence_runner import ClientSequenceRunner
    from starsend.production.shift import Crew, Part, Shift
    from starsend.production.step_runner import StepRunner
    from starsend.production.take_request import Draft


class OpenProject(ProjectDesk):
    """One project with everything that works on it, built when first asked for. As :class:`ProjectDesk`."""

    def __init__(
        self, studio: Workspace, paths: ProjectPaths, loaded: LoadedPlan, plan_fault: PlanError | None = None
    ) -> None:
        super().__init__(studio, paths, loaded, plan_fault)
        self._remark: Callable[[str], None] = lambda _text: None

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
    def runner(self) -> ClientSequenceRunner:
        """The workflow."""
        from starsend.production.sequence_runner import ClientSequenceRunner

        return ClientSequenceRunner(
            self.project, self.steps, self.frames, self.builder, self.provider_name, self.studio.desk
        )

    @cached_property
    def engine(self) -> Engine:
        """Works many slates at once."""
        from starsend.production.engine_local import LocalEngine

        return LocalEngine(self.steps, self.studio.desk, self.studio.settings.run.at_once)

    def shift(self, part: Part, crew: Crew) -> Shift:
        """A shift of work on a part of the project."""
        from starsend.production.shift import Shift

        return Shift(self.runner, part, crew, mark_stale=self.mark_stale, stopped=lambda: self.studio.desk.stopped)

    @cached_property
    def basket_sender(self) -> BasketSender:
        """Prices the basket, and sends it."""
        from starsend.production.basket_sending import BasketSender

        return BasketSender(
            self.project,
            self.runner,
            self.overrides,
            self.basket.opened_slates,
            self.plan_fault,
            lambda: self.studio.desk.stopped,
        )

    def resend(self, slate: Slate) -> Resend:
        """A slate's lost takes, to be bought again on a person's word. As :class:`Resend` raises."""
        from starsend.production.resend import Resend

        return Resend(self.store, self.reconciler, slate, self.project.caps)

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
        from starsend.production.take_request import order_json

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

    def _of_take(self, take: Take) -> tuple[Provider, PaidCall]:
        provider = self.provider(take.provider, take.base_url)
        return provider, self.paid_call(provider)

    def _numbers_on_disk(self, slate: Slate) -> int:
        return numbers_on_disk(self.paths, self.project.episode_of(slate), slate)
