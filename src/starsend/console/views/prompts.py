"""The prompts of a slate: as planned, as overridden, as they were sent with a take; and what the plan drops."""

from __future__ import annotations

from typing import Any

from starsend.model.plan import Plan, Sequence, Shot
from starsend.model.plan_names import compose_prompt, expand_snippets
from starsend.model.take import Take
from starsend.studio import OpenProject


def prompts_of(
    plan: Plan, shots: tuple[Shot, ...], overrides: dict[str, str], take: Take | None
) -> list[dict[str, Any]]:
    """One entry a shot, in order.

    Args:
        plan: Whose snippets they use.
        shots: As planned.
        overrides: Shot id → the words that stand in the record.
        take: Whose words are shown as sent.
    """
    sent = {} if take is None else {shot.id: shot.prompt for shot in take.inputs.shots}
    return [
        {
            "shot": shot.id,
            "planned": shot.prompt,
            "expanded": expand_snippets(shot.prompt, plan.snippets),
            "override": overrides.get(shot.id),
            "sent": sent.get(shot.id),
            "duration_s": float(shot.duration_s),
            "dialogue": [{"who": line.who, "text": line.text} for line in shot.dialogue],
        }
        for shot in shots
    ]


def prompts_gone(take: Take | None) -> list[dict[str, Any]]:
    """The prompts of a slate that is gone from the plan: what its take was made from."""
    return [
        {
            "shot": shot.id,
            "planned": None,
            "expanded": None,
            "override": None,
            "sent": shot.prompt,
            "duration_s": shot.duration_s,
            "dialogue": [],
        }
        for shot in (() if take is None else take.inputs.shots)
    ]


def joined(prompts: list[dict[str, Any]]) -> str:
    """The prompts in force, joined in order: what a sequence is asked for."""
    return " ".join(str(each["override"] or each["expanded"] or each["sent"] or "").strip() for each in prompts).strip()


def dropped_of(
    desk: OpenProject, sequence: Sequence, shots: tuple[Shot, ...], *, single: bool, frame: bool
) -> list[str]:
    """Elements that don't fit under the model's cap as the plan stands now."""
    plan, model = desk.loaded.plan, desk.project.video_model
    words = tuple(compose_prompt(shot.prompt, style=sequence.style, snippets=plan.snippets) for shot in shots)
    bound = desk.elements.bind(
        sequence.elements,
        words,
        project_id=desk.paths.project,
        cap=model.limits.element_cap(start_frame=frame),
        mode="single" if single else "multi",
        slate=sequence.id,
        start_frame=frame,
    )
    return [element.id for element in bound.dropped]
