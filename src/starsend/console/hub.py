"""What the pages and the API work with: the studio, its open projects, and the log of what happens."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starsend.console.events import Events
from starsend.model.record import Record
from starsend.studio import OpenProject, Studio


@dataclass
class Hub:
    """One workspace, served. Safe for threads.

    Args:
        studio: Whose projects are shown.
        events: Told of every change.
    """

    studio: Studio
    events: Events
    _open: dict[str, tuple[tuple[int, int], OpenProject]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def workspace(self) -> Path:
        """The folder with ``projects/`` and ``state/``."""
        return self.studio.settings.workspace

    def project(self, name: str) -> OpenProject:
        """A project, read anew when its plan has changed. A plan with faults is stood in for by the last that was used.

        Raises:
            UnknownName: There is none of that name.
            PlanError: Its plan can't be used, and none stands in.
        """
        plan = self.workspace / "projects" / name / "plan.json"
        try:
            stat = plan.stat()
            stamp = (stat.st_ctime_ns, stat.st_size)
        except OSError:
            stamp = (0, 0)
        with self._guard:
            held = self._open.get(name)
            if held is not None and held[0] == stamp and stamp != (0, 0):
                return held[1]
            opened = self.studio.open(name, sound=False)
            self._open[name] = (stamp, opened)
            return opened

    def close(self) -> None:
        """End what was begun for the pages."""
        with self._guard:
            self._open.clear()

    def changed(self, project: str, record: Record, why: str = "") -> None:
        """Tell the pages that a record changed."""
        self.events.publish(project, "record", {**summary(record), "why": why})


def summary(record: Record) -> dict[str, Any]:
    """What a page must know of a record to say whether it is up to date."""
    last = record.history[-1] if record.history else None
    return {
        "slate": record.id,
        "state": str(record.state),
        "revision": record.revision,
        "by": "" if last is None else last.by,
    }
