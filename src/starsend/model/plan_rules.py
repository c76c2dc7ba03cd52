"""What a plan must hold beyond its schema: ids used once, names that are there. Needs no files and no catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starsend.model.plan import Plan, Sequence
from starsend.model.plan_faults import Finding, did_you_mean
from starsend.model.plan_lines import pointer_of
from starsend.model.plan_names import ELEMENT, SNIPPET, find_names, snippet_circles


def find_rule_faults(plan: Plan, folder: str) -> Iterator[Finding]:
    """All that is wrong in a plan by its own words.

    Args:
        plan: A plan that fits the schema.
        folder: The name of the project folder that it lies in.
    """
    if plan.project != folder:
        yield Finding(
            "/project",
            f'project "{plan.project}" lies in the folder projects/{folder}',
            f'write "{folder}", or rename the folder to {plan.project}',
        )
    yield from _doubles((pointer_of("elements", i, "id"), e.id) for i, e in enumerate(plan.elements))
    yield from _doubles((pointer_of("episodes", i, "id"), e.id) for i, e in enumerate(plan.episodes))
    yield from _doubles((f"{where}/id", sequence.id) for where, sequence in sequence_pointers(plan))
    for name in snippet_circles(plan.snippets):
        yield Finding(pointer_of("snippets", name), f"${name} leads back to itself", "take the circle out")
    for name, text in plan.snippets.items():
        yield from _unknown_names(plan, pointer_of("snippets", name), text)
    for where, sequence in sequence_pointers(plan):
        yield from _sequence_faults(plan, where, sequence)


def sequence_pointers(plan: Plan) -> Iterator[tuple[str, Sequence]]:
    """All sequences with their JSON pointers."""
    for e, episode in enumerate(plan.episodes):
        for s, sequence in enumerate(episode.sequences):
            yield pointer_of("episodes", e, "sequences", s), sequence


def _sequence_faults(plan: Plan, where: str, sequence: Sequence) -> Iterator[Finding]:
    known = plan.elements_by_id
    seen: set[str] = set()
    for i, element in enumerate(sequence.elements):
        if element not in known:
            yield Finding(
                f"{where}/elements/{i}",
                f'{sequence.id} wants the element "{element}", which the plan does not have',
                did_you_mean(element, known),
            )
        elif element in seen:
            yield Finding(f"{where}/elements/{i}", f'{sequence.id} names the element "{element}" twice', "name it once")
        seen.add(element)
    yield from _unknown_names(plan, f"{where}/style", sequence.style)
    yield from _unknown_names(plan, f"{where}/grid_prompt", sequence.grid_prompt or "")
    yield from _shot_faults(plan, where, sequence)


def _shot_faults(plan: Plan, where: str, sequence: Sequence) -> Iterator[Finding]:
    numbers: dict[int, str] = {}
    free = _free(sequence)
    known = plan.elements_by_id
    for i, shot in enumerate(sequence.shots):
        here = f"{where}/shots/{i}"
        if shot.number in numbers:
            yield Finding(
                f"{here}/id",
                f"{sequence.id} has the shot {shot.id} twice"
                + ("" if numbers[shot.number] == shot.id else f" (also as {numbers[shot.number]})"),
                f"give it another number, such as SH{free:02d}",
            )
        numbers.setdefault(shot.number, shot.id)
        yield from _unknown_names(plan, f"{here}/prompt", shot.prompt)
        for j, line in enumerate(shot.dialogue):
            if line.who not in known:
                yield Finding(
                    f"{here}/dialogue/{j}/who",
                    f'"{line.who}" speaks in {sequence.id}_{shot.id} and is no element; the name goes as plain words',
                    did_you_mean(line.who, known) if known else "add an element if someone is to be seen",
                    "warning",
                )


def _free(sequence: Sequence) -> int:
    taken = {shot.number for shot in sequence.shots}
    return next(number for number in range(len(taken), 1_000_000) if number not in taken)


def _unknown_names(plan: Plan, pointer: str, text: str) -> Iterator[Finding]:
    told: set[str] = set()
    for sigil, known, what in ((ELEMENT, plan.elements_by_id, "element"), (SNIPPET, plan.snippets, "snippet")):
        if sigil not in text:
            continue
        for name in find_names(text, sigil, known):
            shown = f"{sigil}{name.id}"
            if name.id not in known and shown not in told:
                told.add(shown)
                yield Finding(pointer, f"{shown} names no {what} of the plan", did_you_mean(name.id, known, sigil))


def _doubles(ids: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for pointer, value in ids:
        other = first.get(value.lower())
        if other is not None:
            same = "is used twice" if other == value else f"is used twice, ignoring case (also as {other})"
            yield Finding(pointer, f'the id "{value}" {same}', "give one of them another id")
        first.setdefault(value.lower(), value)
