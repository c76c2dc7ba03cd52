"""What a plan would cost, and what was committed: estimated against actual, the unknown kept visible."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from starsend.model.money import ZERO, round_up
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.fitting import fit_durations
from starsend.production.plan_limits import parts_of
from starsend.production.project import Project
from starsend.store.execution_store import Broken, all_records


@dataclass(frozen=True)
class Line:
    """One thing that a plan needs once, with the plan's own model."""

    sequence: str
    what: str
    model: str
    usd: Decimal


@dataclass(frozen=True)
class Sum:
    """What takes of one sequence, model and outcome came to."""

    sequence: str
    model: str
    outcome: str
    takes: int
    known: int
    estimated_usd: Decimal
    actual_usd: Decimal
    committed_usd: Decimal

    def as_dict(self) -> dict[str, str | int]:
        """For JSON: money as text."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in vars(self).items()}


def estimate_plan(project: Project) -> list[Line]:
    """One take of everything: a grid where a frame is wanted, and the video of each sequence in its parts or shots."""
    plan, video, image = project.plan, project.video_model, project.image_model
    lines: list[Line] = []
    for _, sequence in plan.sequences():
        if sequence.start_frame != "none":
            lines.append(Line(sequence.id, "grid", image.id, round_up(image.image_usd())))
        limits = video.limits
        for part in parts_of(sequence, limits):
            durations, _ = fit_durations(Slate(sequence.id), part, limits)
            seconds = sum(durations, ZERO)
            price = round_up(video.video_usd(seconds, audio=plan.defaults.audio))
            names = part[0].id if len(part) == 1 else f"{part[0].id}–{part[-1].id}"
            lines.append(Line(sequence.id, f"{names}, {seconds.normalize():f} s", video.id, price))
    return lines


def add_up(project: Project) -> tuple[list[Sum], tuple[Broken, ...]]:
    """Add up all takes by sequence, model and outcome; records that can't be read are named."""
    groups: dict[tuple[str, str, str], list[Take]] = defaultdict(list)
    records, broken = all_records(project.store)
    for record in records.values():
        for take in record.takes:
            outcome = "not sent" if take.not_sent else take.outcome
            groups[record.slate.sequence, take.model, outcome].append(take)
    sums = [
        Sum(
            sequence=sequence,
            model=model,
            outcome=outcome,
            takes=len(takes),
            known=sum(take.cost_usd is not None or take.committed_usd == ZERO for take in takes),
            estimated_usd=sum((take.estimate_usd for take in takes), ZERO),
            actual_usd=sum((take.cost_usd or ZERO for take in takes), ZERO),
            committed_usd=sum((take.committed_usd for take in takes), ZERO),
        )
        for (sequence, model, outcome), takes in sorted(groups.items())
    ]
    return sums, broken
