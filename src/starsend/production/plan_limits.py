"""What the chosen models can't do of what a plan wants."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from starsend.catalogue.entries import Limits, ModelEntry
from starsend.model.plan import Plan, Sequence, Shot
from starsend.model.plan_binding import bind
from starsend.model.plan_faults import Finding
from starsend.model.plan_fields import rate_of
from starsend.model.plan_names import compose_prompt, element_names
from starsend.model.plan_parts import split_parts
from starsend.model.plan_rules import sequence_pointers

_SIZES = ("720p", "1080p", "4k")


def find_limit_faults(plan: Plan, image: ModelEntry | None, video: ModelEntry | None) -> Iterator[Finding]:
    """All that the models of a plan can't do; a model that is not known is left out."""
    for model in (image, video):
        if model is not None and not model.limits.takes_aspect(plan.format.aspect_ratio):
            yield Finding(
                "/format/aspect_ratio",
                f"{model.id} does not make {plan.format.aspect_ratio}",
                f"choose one of {', '.join(model.limits.aspect_ratios)}, or another {model.kind} model",
            )
    for e, element in enumerate(plan.elements):
        if not element.images and not element.description:
            yield Finding(
                f"/elements/{e}",
                f'the element "{element.id}" has neither images nor a description; prompts will say only its name',
                "give it a description, or images",
                "warning",
            )
        elif video is not None and len(element.images) > video.limits.images_per_element:
            yield Finding(
                f"/elements/{e}/references",
                f'the element "{element.id}" has {len(element.images)} images;'
                f" {video.id} takes {video.limits.images_per_element}, and the first are sent",
                "leave the best ones",
                "warning",
            )
    if video is None:
        return
    yield from _format_warnings(plan, video)
    for pointer, sequence in sequence_pointers(plan):
        yield from _sequence_faults(plan, pointer, sequence, video)


def parts_of(sequence: Sequence, limits: Limits) -> tuple[tuple[Shot, ...], ...]:
    """The shots of each job of a sequence: one for each shot in ``single`` mode, else as few as the model allows."""
    if sequence.mode == "single":
        return tuple((shot,) for shot in sequence.shots)
    return split_parts(
        sequence.shots,
        limits.max_shots or len(sequence.shots),
        limits.max_total_s or Decimal("Infinity"),
        limits.min_total_s or Decimal(0),
    )


def _format_warnings(plan: Plan, video: ModelEntry) -> Iterator[Finding]:
    made = video.limits.resolution
    if made is not None and _SIZES.index(made) < _SIZES.index(plan.format.resolution):
        yield Finding(
            "/format/resolution",
            f"{video.id} makes {made}; the cut is scaled up to {plan.format.resolution}",
            f'write "{made}", or choose a larger model',
            "warning",
        )
    if video.limits.fps is not None and rate_of(video.limits.fps) != plan.rate:
        yield Finding(
            "/format/fps",
            f"{video.id} makes {video.limits.fps} frames a second; the cut at {plan.format.fps} repeats or drops some",
            f'write "{video.limits.fps}", if the client allows',
            "warning",
        )


def _sequence_faults(plan: Plan, pointer: str, sequence: Sequence, video: ModelEntry) -> Iterator[Finding]:
    limits = video.limits
    for i, shot in enumerate(sequence.shots):
        here, slate = f"{pointer}/shots/{i}", f"{sequence.id}_{shot.id}"
        yield from _duration_faults(f"{here}/duration_s", slate, sequence, shot, video)
        yield from _prompt_faults(plan, f"{here}/prompt", slate, sequence, shot, video)
        if shot.end_frame is not None and limits.end_frame_needs_start_frame and sequence.start_frame == "none":
            yield Finding(
                f"{here}/end_frame",
                f"{slate} has an end frame, and {video.id} takes one only beside a start frame",
                'write "start_frame": "required" or "optional", or take the end frame out',
            )
    if sequence.mode == "multi":
        yield from _part_faults(pointer, sequence, video)


def _duration_faults(pointer: str, slate: str, sequence: Sequence, shot: Shot, video: ModelEntry) -> Iterator[Finding]:
    limits, seconds = video.limits, shot.duration_s
    shortest = max(limits.min_shot_s or Decimal(0), (limits.min_total_s or 0) if sequence.mode == "single" else 0)
    longest = min(limits.max_shot_s or seconds, limits.max_total_s or seconds)
    alone = " as a shot of its own" if sequence.mode == "single" else ""
    if seconds > longest:
        yield Finding(pointer, f"{slate} lasts {seconds} s, and {video.id} makes at most {longest} s", "split the shot")
    elif seconds < shortest:
        yield Finding(
            pointer,
            f"{slate} lasts {seconds} s, and {video.id} makes at least {shortest} s{alone}",
            f"write {shortest} or more" + (f"; else it is made {shortest} s long" if alone else ""),
            "warning" if alone and seconds >= (limits.min_shot_s or 0) else "fault",
        )
    if limits.step_s is not None and seconds % limits.step_s:
        yield Finding(
            pointer,
            f"{slate} lasts {seconds} s, and {video.id} makes only {_steps(limits)}",
            f"write {max(Decimal(1), round(seconds / limits.step_s) * limits.step_s)}",
        )


def _steps(limits: Limits) -> str:
    return "whole seconds" if limits.step_s == 1 else f"multiples of {limits.step_s} s"


def _prompt_faults(
    plan: Plan, pointer: str, slate: str, sequence: Sequence, shot: Shot, video: ModelEntry
) -> Iterator[Finding]:
    start_frame = sequence.start_frame != "none"
    words = compose_prompt(
        shot.prompt,
        style=sequence.style,
        snippets=plan.snippets,
        dialogue=shot.dialogue if plan.defaults.audio else (),
    )
    cap = video.limits.element_cap(start_frame=start_frame)
    sent = bind(plan, sequence.elements, [words], cap=cap, mode=sequence.mode, slate=slate, start_frame=start_frame)
    length, most, usual = len(sent.prompts[0]), video.limits.prompt_max_chars, video.limits.shot_prompt_warn_chars
    if length > most:
        yield Finding(
            pointer,
            f"the prompt of {slate} has {length} characters with its style, and {video.id} takes {most}",
            "shorten it",
        )
    elif usual is not None and length > usual:
        yield Finding(
            pointer,
            f"the prompt of {slate} has {length} characters with its style; {video.id} may cut it after {usual}",
            "shorten it",
            "warning",
        )
    known = plan.elements_by_id
    for name in element_names(shot.prompt, known):
        if name in known and known[name].images and name not in sequence.elements:
            yield Finding(
                pointer,
                f"{slate} names @{name}, which is not among the elements of {sequence.id}; it goes as words",
                f'add "{name}" to the elements of {sequence.id}',
                "warning",
            )


def _part_faults(pointer: str, sequence: Sequence, video: ModelEntry) -> Iterator[Finding]:
    limits = video.limits
    least = limits.min_total_s or Decimal(0)
    parts = parts_of(sequence, limits)
    ends = {part[-1].id for part in parts}
    for part in parts:
        seconds = sum((shot.duration_s for shot in part), Decimal(0))
        if seconds < least:
            what = sequence.id if len(parts) == 1 else f"{sequence.id} {part[0].id}–{part[-1].id}"
            index = sequence.shots.index(part[0])
            yield Finding(
                f"{pointer}/shots/{index}/duration_s",
                f"{what} lasts {seconds} s, and a job of {video.id} lasts at least {least} s",
                "make its shots longer, or the shots beside them shorter so that they fit one job",
            )
    for i, shot in enumerate(sequence.shots):
        if shot.end_frame is not None and shot.id not in ends:
            yield Finding(
                f"{pointer}/shots/{i}/end_frame",
                f"{sequence.id}_{shot.id} is not the last shot of its job, so its end frame is not sent",
                'write "mode": "single", or take the end frame out',
                "warning",
            )
