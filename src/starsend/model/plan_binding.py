"""The element cap: which elements are sent with a job, and what the prompts say of the others."""

from __future__ import annotations

from collections.abc import Sequence as Row
from dataclasses import dataclass
from typing import Literal

from starsend.model.plan import Element, Plan
from starsend.model.plan_names import ELEMENT, element_names, replace_names


@dataclass(frozen=True)
class Binding:
    """What one job sends.

    Attributes:
        kept: Elements that are sent, in order: the first is ``@Element1``.
        dropped: Elements with images that did not fit under the cap, in order of priority.
        prompts: The prompts, rewritten, in the order given.
        warnings: For people: what was dropped. The terminal, the record and Dailies show the same words.
    """

    kept: tuple[Element, ...]
    dropped: tuple[Element, ...]
    prompts: tuple[str, ...]
    warnings: tuple[str, ...]


def bind(
    plan: Plan,
    sequence_elements: Row[str],
    prompts: Row[str],
    *,
    cap: int,
    mode: Literal["multi", "single", "grid"],
    slate: str,
    start_frame: bool = True,
) -> Binding:
    """Choose the elements of one job and rewrite its prompts.

    The order of ``sequence_elements`` is priority: the first stay. Elements without images never count and are plain
    words. A single shot sends what its prompt names, in the sequence's order, else the sequence's elements.

    Args:
        plan: Where elements are described; ids that it lacks are plain words.
        sequence_elements: The ids that the sequence lists.
        prompts: Prompts of the job's shots, snippets expanded.
        cap: How many elements the model takes (`Limits.element_cap`).
        mode: In a ``grid`` all names become words, since image models know no ``@Element1``.
        slate: Named in the warning.
        start_frame: Whether a start frame goes with it; it is told in the warning.
    """
    known = plan.elements_by_id
    listed = [name for name in dict.fromkeys(sequence_elements) if name in known]
    if mode == "single":
        named = {name for prompt in prompts for name in element_names(prompt, known)}
        listed = [name for name in listed if name in named] or listed
    sendable = [known[name] for name in listed if known[name].images]
    kept, dropped = tuple(sendable[:cap]), tuple(sendable[cap:])
    tags = {} if mode == "grid" else {element.id: f"@Element{i}" for i, element in enumerate(kept, start=1)}

    def words(name: str) -> str:
        return tags.get(name) or words_for(name, known.get(name))

    rewritten = tuple(replace_names(prompt, ELEMENT, words, known) for prompt in prompts)
    warnings = (_dropped_warning(dropped, cap, slate, start_frame=start_frame),) if dropped else ()
    return Binding(kept, dropped, rewritten, warnings)


def words_for(name: str, element: Element | None) -> str:
    """What a prompt says of an element that is not sent: its description, else its id as words."""
    described = element.description.strip().rstrip(".") if element is not None else ""
    return described or name.replace("_", " ").replace("-", " ").strip()


def _dropped_warning(dropped: tuple[Element, ...], cap: int, slate: str, *, start_frame: bool) -> str:
    names = ", ".join(element.id for element in dropped)
    beside = "beside a start frame" if start_frame else "without a start frame"
    return f"Model takes {cap} element{'' if cap == 1 else 's'} {beside}; dropped: {names} ({slate})"
