"""One project, read: its plan, its records, and what a person chooses with. All of it is free."""

from __future__ import annotations

import time
from collections.abc import Collection
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from starsend.errors import PlanError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.production.plan_file import LoadedPlan
from starsend.production.project import Project, StudioCaps
from starsend.production.staleness import PictureHashes, mark_changed
from starsend.settings import environ_without_keys
from starsend.store.execution_store import Version
from starsend.store.files import disk_faults
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths
from starsend.studio.workspace import Workspace

if TYPE_CHECKING:  # each is imported when it is first asked for: `starsend status` needs none of it
    from starsend.production.basket import Basket
    from starsend.production.element_manager import ElementManager
    from starsend.production.frame_desk import FrameDesk
    from starsend.production.importer import Importer
    from starsend.production.notes import Notebook
    from starsend.production.notifier import Notifier
    from starsend.production.overrides import Overrides
    from starsend.production.review import Review
    from starsend.production.write_back import PlanWriter


class ProjectDesk:
    """A project with what looks at it and chooses, built when first asked for. Nothing here sends or costs.

    Args:
        studio: The workspace that it lies in.
        paths: Where its files are.
        loaded: Its plan, or the one that stands in for it.
        plan_fault: What is wrong with its own plan.
    """

    def __init__(
        self, studio: Workspace, paths: ProjectPaths, loaded: LoadedPlan, plan_fault: PlanError | None = None
    ) -> None:
        self.plan_fault = plan_fault
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
            studio.settings.review.first_frame,
        )

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

    def take_back(self, slate: Slate, *, seen: Version | None = None) -> Record:
        """Take back the last choice that this person made of a slate: its start frame, or a verdict. Gives its record.

        Raises:
            MoveError: ``nothing-to-undo``, ``nothing-to-judge``.
            Busy, StaleWrite, UnknownName: As both raise.
        """
        from starsend.production.undoing import pick_is_newer

        there = self.store.find(str(slate)) if seen is None else seen
        if there is not None and pick_is_newer(there.record, self.studio.desk.by):
            return self.frames.take_back(slate, seen=there)
        return self.review.undo(slate, seen=there)

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
    def elements(self) -> ElementManager:
        """The plan's elements as the models want them."""
        from starsend.production.element_manager import ElementManager

        return ElementManager(lambda _project: (self.loaded.plan, self.paths.root))

    @cached_property
    def hashes(self) -> PictureHashes:
        """Content hashes of pictures."""
        return PictureHashes(self.paths.workspace)

    @cached_property
    def notifier(self) -> Notifier:
        """Tells the studio's people what happens while they don't look."""
        from starsend.production.messengers import messengers_for
        from starsend.production.notifier import Notifier

        notify = self.studio.settings.notify
        messengers = messengers_for(notify.command, notify.url, environ_without_keys())
        return Notifier(self.project, messengers, notify.on, Decimal(str(notify.budget_part)), self.studio.desk)

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
