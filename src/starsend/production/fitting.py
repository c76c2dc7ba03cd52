"""Fits what is asked to what there is: names to the plan's, durations to the model's; what is too much is stopped."""

from __future__ import annotations

from collections.abc import Sequence as Many
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.errors import PlanError
from starsend.model.plan import Plan, Shot
from starsend.model.plan_faults import did_you_mean
from starsend.model.plan_names import SNIPPET, element_names, find_names
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.catalogue.entries import Limits


def check_names(plan: Plan, slate: Slate, words: str) -> str:
    """Let words pass whose @names and $names the plan knows; for prompts that the plan itself doesn't hold.

    Raises:
        PlanError: ``unknown-name``.
    """
    elements = {element.id for element in plan.elements}
    unknown = [(f"@{name}", elements, "@") for name in element_names(words, elements) if name not in elements]
    snippets = [name.id for name in find_names(words, SNIPPET, plan.snippets)]
    unknown += [(f"${name}", set(plan.snippets), "$") for name in snippets if name not in plan.snippets]
    for name, known, sigil in unknown:
        raise PlanError(
            f"{slate}: the prompt names {name}, which the plan doesn't know",
            remedy=did_you_mean(name[1:], sorted(known), sigil),
            code="unknown-name",
        )
    return words


def fit_durations(slate: Slate, shots: Many[Shot], limits: Limits) -> tuple[tuple[Decimal, ...], tuple[str, ...]]:
    """Raise durations to what the model makes: whole steps, its minimum a shot and a job. Says so for each."""
    fitted: list[Decimal] = []
    notes: list[str] = []
    for shot in shots:
        seconds = max(shot.duration_s, limits.min_shot_s or Decimal(0))
        if limits.step_s is not None:
            seconds = -(-seconds // limits.step_s) * limits.step_s
        fitted.append(seconds)
    short = (limits.min_total_s or Decimal(0)) - sum(fitted, Decimal(0))
    if short > 0:
        fitted[-1] += short
    for shot, seconds in zip(shots, fitted, strict=True):
        if seconds != shot.duration_s:
            notes.append(f"{slate}: {shot.id} is planned as {shot.duration_s} s; the model makes {seconds} s of it")
    return tuple(fitted), tuple(notes)


def check_fits(slate: Slate, shots: Many[Shot], durations: Many[Decimal], prompts: Many[str], limits: Limits) -> None:
    """Stop what is too much for one job, before anything is sent.

    Raises:
        PlanError: ``too-long``, ``too-many-shots`` or ``prompt-too-long``.
    """
    total = sum(durations, Decimal(0))
    if limits.max_total_s is not None and total > limits.max_total_s:
        raise PlanError(
            f"{slate}: {total} s are asked of one job, and the model makes {limits.max_total_s} s",
            remedy="cover the sequence in parts: --shots 1-4",
            code="too-long",
        )
    if limits.max_shots is not None and len(shots) > limits.max_shots:
        raise PlanError(
            f"{slate}: {len(shots)} shots are asked of one job, and the model makes {limits.max_shots}",
            remedy="cover the sequence in parts: --shots 1-4",
            code="too-many-shots",
        )
    for shot, prompt in zip(shots, prompts, strict=True):
        if len(prompt) > limits.prompt_max_chars:
            raise PlanError(
                f"{slate}: the prompt of {shot.id} has {len(prompt)} characters with its style and names, "
                f"and the model takes {limits.prompt_max_chars}",
                remedy="shorten the prompt or the style",
                code="prompt-too-long",
            )
