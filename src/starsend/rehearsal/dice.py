"""Decides which request is struck: by a count while one is left, then by chance, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import fields

from starsend.rehearsal.weather import Weather


class Dice:
    """A row of chances for each switch, so that one switch doesn't disturb another's.

    Args:
        seed: The same seed strikes the same nth request.
        weather: As it is now.
    """

    def __init__(self, seed: str, weather: Weather) -> None:
        self._seed = seed
        self._thrown: Counter[str] = Counter()
        self._left: dict[str, int] = {}
        self.struck: Counter[str] = Counter()
        self.weather = weather
        self.set(weather)

    def set(self, weather: Weather) -> None:
        """Change the weather; the ``…_first`` counts start anew."""
        self.weather = weather
        self._left = {
            field.name.removesuffix("_first"): getattr(weather, field.name)
            for field in fields(weather)
            if field.name.endswith("_first")
        }

    def hits(self, switch: str) -> bool:
        """Whether this switch strikes now."""
        if self._left.get(switch, 0) > 0:
            self._left[switch] -= 1
            self.struck[switch] += 1
            return True
        chance: float = getattr(self.weather, switch)
        hit = chance > 0 and self.share(switch) < chance
        self.struck[switch] += hit
        return hit

    def share(self, name: str) -> float:
        """The next number of this name's row, 0 to 1, end excluded."""
        self._thrown[name] += 1
        return random.Random(f"{self._seed}/{name}/{self._thrown[name]}").random()

    def held(self) -> bool:
        """Whether this answer is held: all are, unless a count limits it."""
        if self.weather.hold_reply_first == 0:
            return True
        self._left["hold_reply"] -= 1
        return self._left["hold_reply"] >= 0

    def seconds(self, name: str, planned: float) -> float:
        """A planned time, with its jitter."""
        jitter = self.weather.time_jitter
        return planned if jitter == 0 else planned * (1 + jitter * (2 * self.share(name) - 1))
