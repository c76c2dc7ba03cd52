"""The words that a take would be made from now: to be compared with those that it was made from."""

from __future__ import annotations

from starsend.model.plan import Plan, Sequence
from starsend.model.plan_names import expand_snippets
from starsend.model.take import Take


def sequence_of(plan: Plan, take: Take) -> Sequence | None:
    """The sequence that a take was ordered of; None where it is gone, and for imports."""
    owner = take.order.get("slate")
    wanted = str(owner.get("sequence", "")) if isinstance(owner, dict) else ""
    return next((s for _, s in plan.sequences() if s.id == wanted), None)


def words_now(plan: Plan, take: Take, overrides: dict[str, str]) -> dict[str, str]:
    """Shot id → the words that a take's shots would be made from now, snippets expanded; without shots that are gone.

    Args:
        plan: As it is now.
        take: Whose shots.
        overrides: Shot id → the words that stand in the sequence's record.
    """
    sequence = sequence_of(plan, take)
    if sequence is None:
        return {}
    owner = take.order.get("slate")
    explores = take.inputs.grid and isinstance(owner, dict) and owner.get("shot") is None
    made = {shot.id for shot in take.inputs.shots}
    now = {}
    for shot in sequence.shots:
        grid = sequence.grid_prompt if explores and shot.id == sequence.shots[0].id else None
        if shot.id in made:
            now[shot.id] = expand_snippets(grid or overrides.get(shot.id, shot.prompt), plan.snippets)
    return now
