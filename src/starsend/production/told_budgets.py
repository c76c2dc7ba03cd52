"""Remembers which budgets were told of, so that each crossing is told once, whatever runs how often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path

import orjson

from starsend.production.budget_levels import Level
from starsend.production.timekeeping import Desk
from starsend.store.files import atomic_write, disk_faults
from starsend.store.locks import Locks
from starsend.store.paths import ProjectPaths

_LOCK = "_told"


class ToldBudgets:
    """Keeps ``state/<project>/told.json``. Safe for threads and processes."""

    def __init__(self, paths: ProjectPaths, desk: Desk) -> None:
        self._path: Path = paths.state / "told.json"
        self._locks = Locks(paths.locks, desk.monotonic, desk.wait)

    def crossed(self, levels: Sequence[Level], part: Decimal) -> tuple[Level, ...]:
        """Budgets that have reached this part and were not told of; from now on they count as told.

        One that is below it again (the budget was raised) is forgotten, and told again when it crosses again.
        """
        reached = {_name(level): level for level in levels if level.reached(part)}
        if reached.keys() == self._read():
            return ()
        with self._locks.writing(_LOCK):
            told = self._read()
            if reached.keys() != told:
                self._write(reached.keys())
            return tuple(level for name, level in reached.items() if name not in told)

    def forget(self, level: Level) -> None:
        """It could not be told: the next look tries again."""
        with self._locks.writing(_LOCK):
            self._write(self._read() - {_name(level)})

    def _read(self) -> set[str]:
        """What was told; a file that a hand has spoiled says nothing, and is written anew."""
        try:
            data = orjson.loads(self._path.read_bytes())
            return set(data["budgets"])
        except (OSError, ValueError, KeyError, TypeError):
            return set()

    def _write(self, names: Collection[str]) -> None:
        with disk_faults(self._path):
            atomic_write(self._path, orjson.dumps({"budgets": sorted(names)}, option=orjson.OPT_INDENT_2) + b"\n")


def _name(level: Level) -> str:
    return f"{level.kind} {level.name}"
