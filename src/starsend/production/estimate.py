"""What a plan would cost with its own models, one take of everything, and whether its own budgets would bear that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from starsend.model.money import ZERO, round_up, show_usd
from starsend.model.slate import Slate
from starsend.production.fitting import fit_durations
from starsend.production.plan_limits import parts_of
from starsend.production.project import Project


@dataclass(frozen=True)
class Line:
    """One thing that a plan needs once, with the plan's own model.

    Attributes:
        shot: The shot whose record pays for it, where a sequence is made shot by shot.
    """

    sequence: str
    what: str
    model: str
    usd: Decimal
    shot: str | None = None


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
            shot = part[0].id if sequence.mode == "single" else None
            lines.append(Line(sequence.id, f"{names}, {seconds.normalize():f} s", video.id, price, shot))
    return lines


def beyond_budgets(project: Project, lines: Sequence[Line]) -> list[str]:
    """Which budgets one take of all these would break, in words; the plan's own, as far as the studio's allow them."""
    caps = project.caps
    sequences: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        sequences[line.sequence] += line.usd
    rows = [(f"the project {project.paths.project}", caps.project, sum(sequences.values(), ZERO))]
    rows += [(f"the sequence {name}", caps.sequence, usd) for name, usd in sequences.items()]
    rows += [(f"the shot {Slate(x.sequence, x.shot)}", caps.shot, x.usd) for x in lines if x.shot is not None]
    return [
        f"one take of everything would cost {what} {show_usd(usd)}, over its budget of {show_usd(cap)}"
        for what, cap, usd in rows
        if cap is not None and usd > cap
    ]
