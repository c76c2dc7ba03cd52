"""A picked cell rendered again as one full-size frame, then accepted as the start frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from starsend.catalogue.entries import ModelEntry
from starsend.catalogue.image_sizes import covering_size
from starsend.errors import ProviderError, UnknownName
from starsend.model.money import round_up
from starsend.model.record import CleanFrame
from starsend.model.slate import Slate
from starsend.model.take import Box, Medium, Take
from starsend.production.frame_desk import FrameDesk, Source
from starsend.production.job import Job
from starsend.production.project import Project
from starsend.production.step_runner import StepRunner
from starsend.production.take_request import Draft, TakeRequest, order_of
from starsend.production.timekeeping import Desk
from starsend.providers.base import Provider
from starsend.providers.order import Order
from starsend.store.execution_store import refuse_unsettled


class Finisher:
    """Finishes cells of one project's grids."""

    def __init__(
        self,
        project: Project,
        frames: FrameDesk,
        steps: StepRunner,
        provider_for: Callable[[Medium], Provider],
        desk: Desk,
    ) -> None:
        self._project = project
        self._frames = frames
        self._steps = steps
        self._provider_for = provider_for
        self._desk = desk

    def prepare(self, slate: Slate, *, cell: int, take: str | None, dry: bool = False) -> Job:
        """The job that renders a cell; it has its own estimate. Makes the record unless ``dry``; spends nothing.

        The order's start frame is the cell as it was cut from the sheet, kept by content.

        Raises:
            UnknownName: There is no such grid or cell.
            MediaError: The sheet can't be read.
        """
        name, grid = self._frames.find_grid(slate, take)
        if not 1 <= cell <= len(grid.cells):
            raise UnknownName(
                f"{name} has {len(grid.cells)} cells, and no cell {cell}",
                remedy=f"cells count from 1: --cell 1 to --cell {len(grid.cells)}",
                code="no-cell",
            )
        provider = self._provider_for("frame")
        order = replace(
            order_of(grid),
            slate=slate,
            medium="frame",
            mode="finish",
            cell=cell,
            cell_of=name,
            start_frame=None if dry else self._cut(grid, grid.cells[cell - 1]),
            size_px=self._project.plan.format.size_px,
        )
        entry = self._project.catalogue.get(provider.model("frame", order.model))
        draft = Draft(
            order=order,
            covers=(),
            estimate_usd=_estimate(order, entry),
            longest_s=float(entry.longest_s),
            inputs=grid.inputs,
        )
        if not dry:
            self._project.store.init_sequence(
                str(slate),
                self._project.first_state(slate, for_grid=True),
                episode=self._project.episode_of(slate),
                by=self._desk.by,
            )
        return Job(slate, TakeRequest((draft,), self._project.caps), provider.name)

    def _cut(self, grid: Take, box: Box) -> Path | None:
        """The cell's own pixels, kept by content as other pictures of orders are; its path below the workspace."""
        from starsend.media.files import keep_by_content
        from starsend.media.picture import save_png
        from starsend.media.reframe import cut

        if grid.media is None:
            return None
        paths = self._project.paths
        with TemporaryDirectory() as folder:
            picture = Path(folder) / "cell.png"
            save_png(cut(paths.absolute(grid.media.path), box), picture)
            _, kept = keep_by_content(picture, paths.uploads)
        return Path(paths.relative(kept))

    def made_before(self, slate: Slate, *, cell: int, take: str | None) -> Take | None:
        """A frame of this cell that was paid for and never accepted, because something stopped between."""
        record = self._project.record(slate)
        if record is None:
            return None
        name, _ = self._frames.find_grid(slate, take)
        accepted = "" if record.clean_frame is None else record.clean_frame.note or ""
        for made in reversed(record.takes):
            same = made.medium == "frame" and made.order.get("cell_of") == name and made.order.get("cell") == cell
            if same and made.outcome == "complete" and accepted != _note(slate, made):
                return made
        return None

    def finish(self, job: Job) -> CleanFrame:
        """Render it, put it into ``clean/`` (the old frame is kept as a numbered backup) and accept it. May cost.

        Raises:
            Busy: ``unsettled``: another take of the slate is being made.
            ProviderError: It failed.
        """
        record = self._project.store.load(str(job.slate)).record
        for going in record.unsettled:
            same = job.request is not None and going.order.get("cell") == job.request.drafts[0].order.cell
            if going.medium != "frame" or not same:
                refuse_unsettled(record)
        step = self._steps.advance(job.slate, job.request, job.provider)
        record = step.record if step.done else self._steps.run_out(job.slate)
        made = next(take for take in reversed(record.takes) if take.medium == "frame")
        if made.media is None:
            said = made.error.message if made.error is not None else "it came without a picture"
            raise ProviderError(f"{job.slate.take(made.take)}: {said}", remedy="crop the cell instead: starsend crop")
        return self.accept(job.slate, made)

    def accept(self, slate: Slate, made: Take) -> CleanFrame:
        """Put a finished frame into ``clean/``, in the project's shape and no larger than its frames, and accept it."""
        from starsend.media.files import keep_backup
        from starsend.media.picture import load_rgb, save_png
        from starsend.media.reframe import fitted

        order = order_of(made)
        clean = self._project.paths.clean_frame(self._project.episode_of(slate), slate)
        clean.parent.mkdir(parents=True, exist_ok=True)
        keep_backup(clean)
        picture = load_rgb(self._project.paths.absolute(made.media.path if made.media else ""))
        save_png(fitted(picture, self._project.plan.format.size_px), clean)
        return self._frames.accept(slate, Source(order.cell_of or "", order.cell, None, _note(slate, made)))


def _estimate(order: Order, entry: ModelEntry) -> Decimal:
    """The size that covers the frame, the cell's picture, and those of the elements as far as the model takes them."""
    pictures = 1 + sum((e.frontal is not None) + len(e.references) for e in order.elements)
    sent = max(1, min(pictures, entry.limits.refs_with_start_frame))
    return round_up(entry.image_usd(covering_size(entry.limits, order.size_px), input_images=sent))


def _note(slate: Slate, made: Take) -> str:
    return f"finished as {slate.take(made.take)}"
