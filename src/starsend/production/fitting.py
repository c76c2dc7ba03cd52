"""Fits what is asked to what one job of a model makes: durations are raised, and what is too much is stopped."""

from __future__ import annotations

from collections.abc import Sequence as Many
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.errors import PlanError
from starsend.model.plan import Shot
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.catalogue.entries import Limits


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
