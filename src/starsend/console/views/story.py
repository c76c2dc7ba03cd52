"""The order of the story: where each slate of a plan stands, and under which heading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from starsend.model.plan import Plan, Sequence

Place = tuple[int, str]


@dataclass(frozen=True)
class Story:
    """A plan's slates in order.

    Attributes:
        places: slate → its place, from 0: a sequence, then its shots.
        titles: sequence → its title.
        episodes: episode → its title, in order.
        sequences: Their ids in order.
        numbers: sequence → its place among the sequences, from 0.
        planned: sequence → the episode that it is in, and what the plan says of it.
    """

    places: dict[str, int]
    titles: dict[str, str]
    episodes: dict[str, str]
    sequences: tuple[str, ...]
    numbers: dict[str, int]
    planned: dict[str, tuple[str, Sequence]]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Read it from a plan."""
        ids = tuple(sequence.id for _, sequence in plan.sequences())
        names = [
            name
            for _, sequence in plan.sequences()
            for name in (sequence.id, *(f"{sequence.id}_{shot.id}" for shot in sequence.shots))
        ]
        return cls(
            {name: place for place, name in enumerate(names)},
            {sequence.id: sequence.title for _, sequence in plan.sequences()},
            {episode.id: episode.title for episode in plan.episodes},
            ids,
            {name: number for number, name in enumerate(ids)},
            {sequence.id: (episode.id, sequence) for episode, sequence in plan.sequences()},
        )

    def place(self, slate: str) -> Place:
        """What slates are sorted by; those gone from the plan come last, by name."""
        return self.places.get(slate, len(self.places)), slate
