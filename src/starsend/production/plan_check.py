"""Checks a plan against its files and its models, and proposes how each sequence is covered and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from starsend.catalogue.entries import Catalogue, ModelEntry, ReferenceImages
from starsend.errors import PlanError
from starsend.model.money import round_up
from starsend.model.plan import Plan, Sequence
from starsend.model.plan_binding import bind
from starsend.model.plan_faults import STAND_IN, Fault, Finding, is_told
from starsend.model.plan_lines import pointer_of
from starsend.model.plan_names import compose_prompt
from starsend.model.plan_rules import sequence_pointers
from starsend.production.element_manager import image_faults
from starsend.production.plan_file import LoadedPlan, PlanFaults, locate, read_plan
from starsend.production.plan_limits import find_limit_faults, parts_of

SCHEMA_ID = "https://starsend.invalid/schema/plan-1.json"


@dataclass(frozen=True)
class Part:
    """One proposed job: the shots that it covers, in order, its seconds, and its estimate rounded up to the cent."""

    shots: tuple[str, ...]
    seconds: Decimal
    estimate_usd: Decimal


@dataclass(frozen=True)
class SequenceReport:
    """How a sequence would be made.

    Attributes:
        sequence: Its id.
        pointer: Where it stands in the plan.
        parts: One job each; one for each shot where its mode is ``single``.
        dropped: Ids of elements that the cap leaves out of a multi-shot job, in order of priority.
        warnings: For people, as the run will show them.
    """

    sequence: str
    pointer: str
    parts: tuple[Part, ...]
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def estimate_usd(self) -> Decimal:
        """One take of each part."""
        return sum((part.estimate_usd for part in self.parts), Decimal("0.00"))


@dataclass(frozen=True)
class PlanReport:
    """All that is to be said of a plan: faults and warnings by line, the sequences in the plan's order."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    parts: tuple[SequenceReport, ...]
    notes: tuple[str, ...] = ()

    @property
    def estimate_usd(self) -> Decimal:
        """One take of everything."""
        return sum((report.estimate_usd for report in self.parts), Decimal("0.00"))


def check_file(path: Path, project_dir: Path, catalogue: Catalogue) -> PlanReport:
    """Read and check a plan in one go: faults of the schema, the names, the files and the models in one report.

    Raises:
        PlanError: Only if there is no plan, or it is too large to be read.
    """
    try:
        return check_plan(read_plan(path, project_from_folder=project_dir.name), project_dir, catalogue)
    except PlanFaults as error:
        if error.salvaged is None:
            return PlanReport(error.faults, (), ())
        rest = check_plan(error.salvaged, project_dir, catalogue)
        told = {fault.pointer for fault in error.faults}
        faults = [*error.faults, *(fault for fault in rest.faults if not is_told(fault.pointer, told))]
        warnings = tuple(each for each in rest.warnings if not is_told(each.pointer, told))
        sound = tuple(report for report in rest.parts if not report.sequence.startswith(STAND_IN))
        return PlanReport(_by_line(faults), warnings, sound, rest.notes)


def check_plan(loaded: LoadedPlan, project_dir: Path, catalogue: Catalogue) -> PlanReport:
    """Check a plan that was read: files, and what its models can do. Decodes its images; sends nothing."""
    plan = loaded.plan
    findings: list[Finding] = []
    image = _model(catalogue, plan.defaults.image_model, "image", findings)
    video = _model(catalogue, plan.defaults.video_model, "video", findings)
    findings += _file_faults(plan, project_dir, image, video)
    findings += find_limit_faults(plan, image, video)
    reports: list[SequenceReport] = []
    if video is not None:
        reports = [propose(plan, pointer, sequence, video) for pointer, sequence in sequence_pointers(plan)]
    for report in reports:
        findings += _report_warnings(plan, report)
    located = [locate(finding, loaded.places, loaded.origins) for finding in findings]
    faults = _by_line([fault for fault in located if fault.severity == "fault"])
    warnings = _by_line([*loaded.warnings, *(fault for fault in located if fault.severity == "warning")])
    return PlanReport(faults, warnings, tuple(reports), loaded.notes)


def propose(plan: Plan, pointer: str, sequence: Sequence, video: ModelEntry) -> SequenceReport:
    """Propose how a sequence is covered by jobs, what they cost, and which elements they leave out."""
    start_frame = sequence.start_frame != "none"
    style = [compose_prompt(shot.prompt, style=sequence.style, snippets=plan.snippets) for shot in sequence.shots]
    binding = bind(
        plan,
        sequence.elements,
        style,
        cap=video.limits.element_cap(start_frame=start_frame),
        mode="multi",
        slate=sequence.id,
        start_frame=start_frame,
    )
    return SequenceReport(
        sequence.id,
        pointer,
        tuple(
            Part(
                tuple(shot.id for shot in shots),
                seconds := sum((shot.duration_s for shot in shots), Decimal(0)),
                round_up(video.video_usd(seconds, audio=plan.defaults.audio)),
            )
            for shots in parts_of(sequence, video.limits)
        ),
        tuple(element.id for element in binding.dropped) if sequence.mode == "multi" else (),
        binding.warnings if sequence.mode == "multi" else (),
    )


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of a plan (draft 2020-12), as ``starsend plan schema`` publishes it."""
    schema = Plan.model_json_schema(mode="validation")
    schema["title"] = "Starsend plan"
    schema["properties"]["snippets"]["additionalProperties"] = False  # beside its pattern, which pydantic writes
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema


def _model(catalogue: Catalogue, model_id: str, kind: str, findings: list[Finding]) -> ModelEntry | None:
    pointer = f"/defaults/{kind}_model"
    try:
        entry = catalogue.get(model_id)
    except PlanError as error:
        findings.append(Finding(pointer, error.message, error.remedy))
        return None
    if entry.kind != kind:
        usable = ", ".join(each.id for each in catalogue.models.values() if each.kind == kind)
        findings.append(Finding(pointer, f"{model_id} makes {entry.kind}s", f"the {kind} models are: {usable}"))
        return None
    return entry


def _file_faults(plan: Plan, folder: Path, image: ModelEntry | None, video: ModelEntry | None) -> Iterator[Finding]:
    for_video = video.limits.reference_images if video else None
    for_image = image.limits.reference_images if image else None
    known: dict[tuple[str, bool], tuple[str, ...]] = {}

    def look(pointer: str, picture: str, limits: ReferenceImages | None) -> Iterator[Finding]:
        key = (picture, limits is for_video)
        if key not in known:
            known[key] = image_faults(folder, picture, limits)
        for message in known[key]:
            yield Finding(pointer, message.rstrip("."), "put a fit picture there, or take the path out")

    for i, picture in enumerate(plan.style_images):
        yield from look(pointer_of("style_images", i), picture, for_image)
    for e, element in enumerate(plan.elements):
        if element.frontal is not None:
            yield from look(pointer_of("elements", e, "frontal"), element.frontal, for_video)
        for i, picture in enumerate(element.references):
            yield from look(pointer_of("elements", e, "references", i), picture, for_video)
    for pointer, sequence in sequence_pointers(plan):
        for i, picture in enumerate(sequence.style_images):
            yield from look(f"{pointer}/style_images/{i}", picture, for_image)
        for i, shot in enumerate(sequence.shots):
            if shot.end_frame is not None:
                yield from look(f"{pointer}/shots/{i}/end_frame", shot.end_frame, for_video)


def _report_warnings(plan: Plan, report: SequenceReport) -> Iterator[Finding]:
    for words in report.warnings:
        yield Finding(f"{report.pointer}/elements", words, "put those that matter most first", "warning")
    cap = plan.budget.sequence_usd
    if cap is not None and report.estimate_usd > cap:
        yield Finding(
            report.pointer,
            f"one take of all of {report.sequence} costs ${report.estimate_usd}, more than its budget of ${cap:.2f}",
            "raise budget.sequence_usd, or make it shorter",
            "warning",
        )


def _by_line(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.pointer)))
