"""Marks takes stale as soon as a plan or a picture changes, whoever changed it; beside the watching, not in its way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from starsend.console.hub import Hub
from starsend.errors import PlanError, StarsendError
from starsend.model.slate import Slate

_QUIET_S: Final = 0.8
"""A change is left alone so long: who lays a start frame down writes its record next, and marks by himself."""


class Marking:
    """Looks over the takes of one project after the other; what is asked for meanwhile is looked at together.

    A plan with faults marks nothing: it is half written, or will be mended.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._room = ThreadPoolExecutor(1, thread_name_prefix="starsend-marking")
        self._guard = threading.Lock()
        self._ends = threading.Event()
        self._asked: dict[str, set[str] | None] = {}

    def changed(self, project: str, parts: tuple[str, ...]) -> None:
        """Hear that a file of a project changed.

        Args:
            project: Its id.
            parts: The file's path below the project's folder: a start frame concerns its sequence, others all.
        """
        sequence = _sequence(parts)
        with self._guard:
            known = self._asked.get(project, set())
            self._asked[project] = None if sequence is None or known is None else {*known, sequence}
        with suppress(RuntimeError):  # the server ends
            self._room.submit(self._mark, project)

    def close(self) -> None:
        """Wait for what is being written, and begin nothing more."""
        self._ends.set()
        self._room.shutdown(wait=True, cancel_futures=True)

    def _mark(self, project: str) -> None:
        if project not in self._asked or self._ends.wait(_QUIET_S):
            return  # done already, together with one asked for before; or the server ends
        with self._guard:
            sequences = self._asked.pop(project)
        with suppress(StarsendError, OSError):  # the page of that project says what is wrong with it
            desk = self._hub.project(project)
            if desk.plan_fault is None:
                desk.mark_stale(sequences)


def _sequence(parts: tuple[str, ...]) -> str | None:
    """Whose start frame a file is: ``frames/ep_001/clean/SEQ01.png``; None for what may concern all."""
    if len(parts) != 4 or parts[0] != "frames":
        return None
    try:
        return Slate.parse(parts[3].partition(".")[0]).sequence
    except PlanError:
        return None
