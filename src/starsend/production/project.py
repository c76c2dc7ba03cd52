"""One project as production sees it: its plan, its places, its records, and what the models can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.errors import MoveError, PlanError, UnknownName
from starsend.model.money import Caps, lower
from starsend.model.plan import Episode, Plan, Sequence, Shot
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.production.plan_file import LoadedPlan
from starsend.store.execution_store import ExecutionStore
from starsend.store.paths import ProjectPaths

if TYPE_CHECKING:  # building its models takes 30 ms, and `starsend status` asks for none
    from starsend.catalogue.entries import Catalogue, ModelEntry


@dataclass(frozen=True)
class StudioCaps:
    """The studio's own budgets, from ``starsend.toml``."""

    project: Decimal | None = None
    sequence: Decimal | None = None
    shot: Decimal | None = None


@dataclass(frozen=True)
class Project:
    """A plan that was read, beside the records of its slates.

    Attributes:
        count_from: The number of a first frame where the plan says none.
    """

    loaded: LoadedPlan
    paths: ProjectPaths
    store: ExecutionStore
    load_catalogue: Callable[[], Catalogue]
    studio_caps: StudioCaps = StudioCaps()
    count_from: int = 0

    @property
    def plan(self) -> Plan:
        """The client's plan."""
        return self.loaded.plan

    @property
    def first_frame(self) -> int:
        """The number that people see and that is burned in for a first frame; records count from 0 all the same."""
        said = self.plan.format.first_frame
        return self.count_from if said is None else said

    @property
    def catalogue(self) -> Catalogue:
        """What the models can do and cost; read when first asked for."""
        return self.load_catalogue()

    @property
    def video_model(self) -> ModelEntry:
        """The planned video model: its limits count, whoever makes the take."""
        return self.catalogue.get(self.plan.defaults.video_model)

    @property
    def image_model(self) -> ModelEntry:
        """The planned image model."""
        return self.catalogue.get(self.plan.defaults.image_model)

    def with_model(self, model_id: str) -> Project:
        """The same project with another model in the place of the planned one of its kind.

        Raises:
            PlanError: ``unknown-model``, or ``wrong-provider``: it is made by somebody else than the planned one.
        """
        entry = self.catalogue.get(model_id)
        planned = self.video_model if entry.kind == "video" else self.image_model
        if entry.provider != planned.provider:
            near = ", ".join(e.id for e in self.catalogue.of_kind(entry.kind) if e.provider == planned.provider)
            raise PlanError(
                f"{model_id} is not made where the plan's {planned.id} is",
                remedy=f"choose of: {near}",
                code="wrong-provider",
            )
        changed = self.plan.defaults.model_copy(update={f"{entry.kind}_model": entry.id})
        plan = self.plan.model_copy(update={"defaults": changed})
        return replace(self, loaded=replace(self.loaded, plan=plan))

    @property
    def caps(self) -> Caps:
        """The budgets that count: the plan may only lower the studio's."""
        plan = self.plan.budget
        return Caps(
            project=lower(self.studio_caps.project, plan.project_usd),
            sequence=lower(self.studio_caps.sequence, plan.sequence_usd),
            shot=lower(self.studio_caps.shot, plan.shot_usd),
        )

    def planned(self, slate: Slate) -> tuple[Episode, Sequence, Shot | None]:
        """What the plan says of a slate.

        Raises:
            UnknownName: It is not in the plan.
        """
        episode, sequence = self.plan.find_sequence(slate.sequence)
        return episode, sequence, None if slate.shot is None else sequence.shot(slate.shot)

    def as_planned(self, slate: Slate) -> Slate:
        """The slate as the plan writes it: SH3 where it says SH3, though SH03 was typed.

        Raises:
            UnknownName: It is not in the plan.
        """
        _, _, shot = self.planned(slate)
        return slate if shot is None else slate.of_shot(shot.id)

    def named(self, slate: Slate) -> Slate:
        """The slate that a person means: as the plan writes it, or one that is gone from the plan and has a record.

        Raises:
            UnknownName: Neither the plan nor a record knows it.
        """
        try:
            return self.as_planned(slate)
        except UnknownName:
            if self.store.find(str(slate)) is None:
                raise
            return slate

    def with_record(self, slate: Slate) -> Slate:
        """The slate that a person means, which must have been worked on.

        Raises:
            UnknownName: Neither the plan nor a record knows it.
            MoveError: ``nothing-yet``: it is planned, and nothing was made.
        """
        named = self.named(slate)
        if self.store.find(str(named)) is None:
            raise MoveError(
                f"{named} has no take yet",
                remedy=f"make one: starsend generate --seq {named.sequence}",
                code="nothing-yet",
            )
        return named

    def episode_of(self, slate: Slate) -> str:
        """The episode of a slate; of one that is gone from the plan, what its record says.

        Raises:
            UnknownName: Neither the plan nor a record knows it.
        """
        try:
            return self.plan.find_sequence(slate.sequence)[0].id
        except UnknownName:
            version = self.store.find(str(slate))
            if version is None:
                raise
            return version.record.episode

    def record(self, slate: Slate) -> Record | None:
        """The record of a slate, if there is one."""
        version = self.store.find(str(slate))
        return None if version is None else version.record

    def records_of(self, sequence: Sequence) -> tuple[Record | None, dict[str, Record]]:
        """The record of a sequence, and those of its shots by shot id."""
        slate = Slate(sequence.id)
        shots = {shot.id: self.record(slate.of_shot(shot.id)) for shot in sequence.shots}
        return self.record(slate), {name: record for name, record in shots.items() if record is not None}

    def first_state(self, slate: Slate, *, for_grid: bool = False) -> Status:
        """The state that the record of a planned slate begins in."""
        _, sequence, shot = self.planned(slate)
        if shot is not None:
            return Status.KEYFRAME_PENDING if for_grid else Status.VIDEO_PENDING
        no_frame_wanted = sequence.start_frame == "none" and not for_grid
        has_frame = self.clean_frame(slate) is not None and not for_grid
        return Status.VIDEO_PENDING if no_frame_wanted or has_frame else Status.KEYFRAME_PENDING

    def clean_frame(self, slate: Slate) -> str | None:
        """The slate's clean frame as a path below the workspace, if it lies there."""
        path = self.paths.clean_frame(self.episode_of(slate), slate)
        return self.paths.relative(path) if path.is_file() else None

    def slates(self) -> list[Slate]:
        """All planned slates that work is done on, in story order: each sequence, then its shots."""
        return [
            slate
            for _, sequence in self.plan.sequences()
            for slate in (Slate(sequence.id), *(Slate(sequence.id, shot.id) for shot in sequence.shots))
        ]
