"""The elements of a project: their images and what is unfit, where they are used, and what is dropped where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from starsend.console.views.element_images import ImageLooks
from starsend.errors import StarsendError
from starsend.model.plan import Element, Plan, Sequence
from starsend.model.plan_names import compose_prompt, element_names
from starsend.store.summary import Summary
from starsend.studio import OpenProject

_DROPPED: Final = re.compile(r"dropped: (.+?) \([^()]*\)$")
"""The end of the warning that `starsend.model.plan_binding` writes into a take."""

MOST_TAKES: Final = 50
"""Takes that are named for one element: a page is no archive."""


def elements_view(desk: OpenProject, looks: ImageLooks) -> dict[str, Any]:
    """All elements in the plan's order, and what the model takes of them.

    Args:
        desk: The project.
        looks: What is known of the images.
    """
    plan = desk.loaded.plan
    uses, without = _uses(plan), _made_without(desk)
    dropped, trouble = _dropped(desk)
    elements = [
        _element(desk, element, looks)
        | {
            "used": uses.get(element.id, []),
            "dropped": dropped.get(element.id, []),
            "made_without": without.get(element.id, [])[:MOST_TAKES],
        }
        for element in plan.elements
    ]
    return {
        "project": desk.paths.project,
        "model": _model(desk),
        "trouble": trouble,
        "elements": elements,
        "undefined": _undefined(plan),
    }


def _element(desk: OpenProject, element: Element, looks: ImageLooks) -> dict[str, Any]:
    limits = desk.project.video_model.limits.reference_images
    folder = desk.paths.workspace / "projects" / desk.paths.project
    images = [
        {
            **looks.of(folder, image, limits, desk.paths.project),
            "frontal": place == 0,
            "stands_in": place == 0 and element.frontal is None,
        }
        for place, image in enumerate(element.images)
    ]
    return {
        "id": element.id,
        "kind": element.kind,
        "description": element.description,
        "images": images,
        "words_only": not images,
        "fit": not any(image["faults"] for image in images),
    }


def _model(desk: OpenProject) -> dict[str, Any]:
    """What the planned video model takes."""
    entry = desk.project.video_model
    wanted = entry.limits.reference_images
    return {
        "id": entry.id,
        "with_start_frame": entry.limits.element_cap(start_frame=True),
        "without_start_frame": entry.limits.element_cap(start_frame=False),
        "formats": list(wanted.formats),
        "min_side_px": wanted.min_side_px,
        "max_bytes": wanted.max_bytes,
        "images_per_element": entry.limits.images_per_element,
    }


def _uses(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Element → the sequences that list or name it, and the shots whose prompt names it."""
    known = plan.elements_by_id
    found: dict[str, list[dict[str, Any]]] = {}
    for episode, sequence in plan.sequences():
        named = {shot.id: _names(plan, sequence, shot.prompt) for shot in sequence.shots}
        grid = _names(plan, sequence, sequence.grid_prompt or "")
        every = dict.fromkeys([*sequence.elements, *grid, *(name for names in named.values() for name in names)])
        for name in (each for each in every if each in known):
            found.setdefault(name, []).append(
                {
                    "sequence": sequence.id,
                    "title": sequence.title,
                    "episode": episode.id,
                    "listed": name in sequence.elements,
                    "shots": [shot for shot, names in named.items() if name in names],
                }
            )
    return found


def _names(plan: Plan, sequence: Sequence, prompt: str) -> tuple[str, ...]:
    words = compose_prompt(prompt, style=sequence.style, snippets=plan.snippets)
    return element_names(words, plan.elements_by_id)


def _undefined(plan: Plan) -> list[dict[str, str]]:
    """Elements that sequences list and the plan doesn't define."""
    known = plan.elements_by_id
    return [
        {"id": name, "sequence": sequence.id}
        for _, sequence in plan.sequences()
        for name in dict.fromkeys(sequence.elements)
        if name not in known
    ]


def _dropped(desk: OpenProject) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """Element → where the plan as it stands drops it: by sequence, with and without a start frame, in words."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    try:
        for _, sequence in desk.loaded.plan.sequences():
            for start_frame in (True, False):
                for name, warning in _left_out(desk, sequence, start_frame=start_frame):
                    there = found.setdefault(name, {}).setdefault(
                        sequence.id,
                        {
                            "sequence": sequence.id,
                            "title": sequence.title,
                            "with_start_frame": None,
                            "without_start_frame": None,
                        },
                    )
                    there["with_start_frame" if start_frame else "without_start_frame"] = warning
    except StarsendError as error:  # an unknown model: the images are shown all the same
        return {}, error.message
    return {name: list(each.values()) for name, each in found.items()}, ""


def _left_out(desk: OpenProject, sequence: Sequence, *, start_frame: bool) -> Iterator[tuple[str, str]]:
    """Elements that a sequence's jobs go without, with the warning's words; shots one by one if it is ``single``."""
    plan = desk.loaded.plan
    cap = desk.project.video_model.limits.element_cap(start_frame=start_frame)
    words = [
        (shot.id, compose_prompt(shot.prompt, style=sequence.style, snippets=plan.snippets)) for shot in sequence.shots
    ]
    single = sequence.mode == "single"
    jobs = (
        [(f"{sequence.id}_{shot}", (prompt,)) for shot, prompt in words]
        if single
        else [(sequence.id, tuple(prompt for _, prompt in words))]
    )
    for slate, prompts in jobs:
        bound = desk.elements.bind(
            sequence.elements,
            prompts,
            project_id=desk.paths.project,
            cap=cap,
            mode="single" if single else "multi",
            slate=slate,
            start_frame=start_frame,
        )
        yield from ((element.id, bound.warnings[0]) for element in bound.dropped)


def _made_without(desk: OpenProject) -> dict[str, list[dict[str, Any]]]:
    """Element → the takes that were made without it, as their records say."""
    found: dict[str, list[dict[str, Any]]] = {}
    for slate in sorted(name for name, row in desk.store.summaries().items() if _warned(row)):
        try:
            version = desk.store.find(slate)
        except StarsendError:  # broken by hand: Dailies says so
            continue
        for take in () if version is None else version.record.takes:
            for warning in take.warnings:
                match = _DROPPED.search(warning)
                for name in match[1].split(", ") if match else ():
                    found.setdefault(name, []).append({"slate": slate, "take": take.take, "warning": warning})
    return found


def _warned(row: Summary) -> bool:
    return row.fault is None and row.glance.warnings > 0
