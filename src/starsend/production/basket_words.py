"""Whose words an item of the basket would send: the plan's, an override's that stands, or words of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starsend.errors import StarsendError
from starsend.production.basket import Item
from starsend.production.overrides import word_difference
from starsend.production.project import Project
from starsend.production.wish import shot_range


@dataclass(frozen=True)
class Overridden:
    """An override that would be sent.

    Attributes:
        difference: From the plan's words to these: ``=`` stays, ``-`` is gone, ``+`` is new.
    """

    shot: str
    words: str
    difference: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"shot": self.shot, "words": self.words, "difference": [list(piece) for piece in self.difference]}


def own_words(item: Item) -> bool:
    """Whether the item brings words itself."""
    return bool(item.prompt or item.prompts)


def overridden(project: Project, item: Item) -> tuple[Overridden, ...]:
    """The overrides of the shots that an item covers, where they are what would be sent, in the order of the shots.

    None where the item brings other words, and none where plan or record can't be read: the item says so itself.
    """
    if item.prompt:
        return ()
    place = item.place
    try:
        _, sequence, shot = project.planned(place)
        record = project.record(place.parent)
        shots = [shot] if shot is not None else shot_range(sequence, item.shots)
    except StarsendError:
        return ()
    if item.mode == "grid":  # a sheet is drawn from one shot, or from words of its own in the plan
        shots = [] if shot is None and sequence.grid_prompt else [shot or sequence.shots[0]]
    standing = {} if record is None else record.prompt_overrides
    return tuple(
        Overridden(each.id, standing[each.id], word_difference(each.prompt, standing[each.id]))
        for each in shots
        if each.id in standing and each.id not in item.prompts
    )
