"""From the plan's words to a request: names bound, elements capped, durations fitted, money estimated."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from starsend.model.money import round_up
from starsend.model.plan import Element, Sequence, Shot
from starsend.model.plan_binding import Binding
from starsend.model.plan_names import compose_prompt, expand_snippets
from starsend.model.slate import Slate
from starsend.model.take import FrameUse, Inputs, ShotInput
from starsend.production.element_manager import ElementManager
from starsend.production.fitting import check_fits, check_names, fit_durations
from starsend.production.project import Project
from starsend.production.staleness import PictureHashes, heard
from starsend.production.take_request import Draft
from starsend.providers.base import Provider
from starsend.providers.order import ElementOrder, Order, ShotOrder


@dataclass(frozen=True)
class Frames:
    """The pictures that a take begins and ends with, by content; None where it goes without."""

    start: FrameUse | None = None
    end: FrameUse | None = None


@dataclass(frozen=True)
class RequestBuilder:
    """Builds drafts of takes for one project and provider. Reads pictures; writes and spends nothing.

    Attributes:
        given_model: The project's model was chosen for these drafts alone.
    """

    project: Project
    provider: Provider
    elements: ElementManager
    hashes: PictureHashes
    given_model: bool = False

    def grid(
        self, slate: Slate, sequence: Sequence, shot: Shot, prompt: str | None, overrides: dict[str, str]
    ) -> Draft:
        """A sheet of variants for a slate's start frame."""
        plan, model = self.project.plan, self.project.image_model
        planned = sequence.grid_prompt if slate.shot is None and sequence.grid_prompt else None
        words = check_names(plan, slate, prompt or planned or overrides.get(shot.id, shot.prompt))
        cap = model.limits.element_cap(start_frame=False)
        full = compose_prompt(words, style=sequence.style, snippets=plan.snippets)
        binding = self._bind(sequence, (full,), cap, "grid", slate, start_frame=False)
        columns, rows = (int(side) for side in plan.defaults.grid.split("x"))
        order = Order(
            slate=slate,
            medium="grid",
            mode="grid",
            model=model.id,
            title=sequence.title or plan.title,
            shots=(ShotOrder(shot.id, binding.prompts[0], float(shot.duration_s)),),
            elements=self._elements(binding.kept),
            style=expand_snippets(sequence.style, plan.snippets),
            style_images=self._style_images(sequence),
            aspect=plan.aspect,
            fps=plan.rate,
            size_px=plan.format.size_px,
            columns=columns,
            rows=rows,
        )
        inputs = self._inputs(sequence, ((shot, words),), binding.kept, Frames(), given=prompt is not None, grid=True)
        pictures = sum(1 + len(e.references) for e in order.elements) + len(order.style_images)
        price = self.project.catalogue.get(self.provider.model("grid", model.id)).image_usd(input_images=pictures)
        return Draft(
            order=order,
            covers=(),
            estimate_usd=round_up(price),
            longest_s=float(model.longest_s),
            inputs=inputs,
            warnings=binding.warnings,
        )

    def video(
        self,
        slate: Slate,
        sequence: Sequence,
        shots: Many[Shot],
        frames: Frames,
        *,
        prompt: str | None,
        overrides: dict[str, str],
        made_for: str | None,
    ) -> Draft:
        """A take of several shots, or of one."""
        plan, model = self.project.plan, self.project.video_model
        mode: Literal["multi", "single"] = "multi" if slate.shot is None else "single"
        cap = model.limits.element_cap(start_frame=frames.start is not None)
        words = tuple(check_names(plan, slate, prompt or overrides.get(shot.id, shot.prompt)) for shot in shots)
        audio = plan.defaults.audio
        full = tuple(
            compose_prompt(text, style=sequence.style, snippets=plan.snippets, dialogue=shot.dialogue if audio else ())
            for text, shot in zip(words, shots, strict=True)
        )
        binding = self._bind(sequence, full, cap, mode, slate, start_frame=frames.start is not None)
        durations, notes = fit_durations(slate, shots, model.limits)
        check_fits(slate, shots, durations, binding.prompts, model.limits)
        orders = tuple(
            ShotOrder(shot.id, text, float(seconds))
            for shot, text, seconds in zip(shots, binding.prompts, durations, strict=True)
        )
        entry = self.project.catalogue.get(self.provider.model("video", model.id))
        price = entry.video_usd(sum(durations, Decimal(0)), audio=audio)
        styles, unsent = self._style_images_that_fit(sequence, slate, cap - len(binding.kept))
        return Draft(
            order=self._video_order(slate, sequence, mode, orders, binding.kept, frames, styles),
            covers=tuple(shot.id for shot in shots),
            estimate_usd=round_up(price),
            longest_s=float(model.longest_s),
            made_for=made_for,
            inputs=self._inputs(
                sequence, tuple(zip(shots, words, strict=True)), binding.kept, frames, given=prompt is not None
            ),
            warnings=(*binding.warnings, *unsent, *notes),
        )

    def _video_order(
        self,
        slate: Slate,
        sequence: Sequence,
        mode: Literal["multi", "single"],
        shots: tuple[ShotOrder, ...],
        kept: Many[Element],
        frames: Frames,
        styles: tuple[Path, ...],
    ) -> Order:
        plan = self.project.plan
        return Order(
            slate=slate,
            medium="video",
            mode=mode,
            model=self.project.video_model.id,
            title=sequence.title or plan.title,
            shots=shots,
            elements=self._elements(kept),
            style=expand_snippets(sequence.style, plan.snippets),
            style_images=styles,
            start_frame=_place(frames.start),
            end_frame=_place(frames.end),
            aspect=plan.aspect,
            fps=plan.rate,
            size_px=self.provider.video_size(plan.format.size_px),
            audio=plan.defaults.audio,
            first_frame=self.project.first_frame,
        )

    def _bind(
        self,
        sequence: Sequence,
        prompts: tuple[str, ...],
        cap: int,
        mode: Literal["grid", "multi", "single"],
        slate: Slate,
        *,
        start_frame: bool,
    ) -> Binding:
        """Choose the elements and rewrite the prompts; an unfit image stops it before anything is paid."""
        project = self.project.paths.project
        binding = self.elements.bind(
            sequence.elements,
            prompts,
            project_id=project,
            cap=cap,
            mode=mode,
            slate=str(slate),
            start_frame=start_frame,
        )
        limits = (self.project.image_model if mode == "grid" else self.project.video_model).limits
        self.elements.check([element.id for element in binding.kept], project, limits.reference_images)
        return binding

    def _elements(self, kept: Many[Element]) -> tuple[ElementOrder, ...]:
        return tuple(
            ElementOrder(
                id=element.id,
                kind=element.kind,
                description=element.description,
                frontal=self._below_workspace(element.frontal) if element.frontal else None,
                references=tuple(self._below_workspace(path) for path in element.references),
            )
            for element in kept
        )

    def _style_images(self, sequence: Sequence) -> tuple[Path, ...]:
        paths = (*sequence.style_images, *self.project.plan.style_images)
        return tuple(self._below_workspace(path) for path in dict.fromkeys(paths))

    def _style_images_that_fit(
        self, sequence: Sequence, slate: Slate, room: int
    ) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        """Style images come after the elements, as far as the model's cap goes; a warning names the others."""
        wanted = self._style_images(sequence)
        if not self.project.video_model.takes_style_images:
            room = 0
        sent, dropped = wanted[: max(0, room)], wanted[max(0, room) :]
        if not dropped:
            return sent, ()
        names = ", ".join(path.name for path in dropped)
        return sent, (f"Model takes no more references beside its elements; dropped style images: {names} ({slate})",)

    def _below_workspace(self, path: str) -> Path:
        return Path("projects") / self.project.paths.project / path

    def _inputs(
        self,
        sequence: Sequence,
        shots: tuple[tuple[Shot, str], ...],
        kept: Many[Element],
        frames: Frames,
        *,
        given: bool,
        grid: bool = False,
    ) -> Inputs:
        snippets = self.project.plan.snippets
        pictures = [self._below_workspace(path) for element in kept for path in element.images]
        images = {
            path.as_posix(): self.hashes.of(path.as_posix()) for path in (*pictures, *self._style_images(sequence))
        }
        return Inputs(
            plan_sha256=self.project.loaded.sha256,
            grid=grid,
            given_prompt=given,
            given_model=self.given_model,
            shots=tuple(
                ShotInput(
                    id=shot.id,
                    prompt=expand_snippets(text, snippets),
                    duration_s=float(shot.duration_s),
                    dialogue=() if grid else heard(self.project.plan, shot),
                )
                for shot, text in shots
            ),
            style=expand_snippets(sequence.style, snippets),
            elements=tuple(sequence.elements),
            images={path: sha256 for path, sha256 in images.items() if sha256 is not None},
            start_frame=frames.start,
            end_frame=frames.end,
        )


def _place(frame: FrameUse | None) -> Path | None:
    """Where a frame lies by its content; in a dry run, where it lies now."""
    return None if frame is None else Path(frame.kept or frame.path)
