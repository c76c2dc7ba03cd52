"""Takes that are not settled, as pages show them: how far they are, who has them, and what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starsend.console.hub import Hub
from starsend.console.progress import progress_of
from starsend.console.views.activity_view import at_work
from starsend.errors import StarsendError


def open_takes(hub: Hub, project: str, names: Sequence[str]) -> dict[str, Any]:
    """The open takes of some slates: those that somebody works on, and those that are lost.

    Args:
        hub: Whose works are asked how far they are.
        project: Its id.
        names: Slates with records.
    """
    desk = hub.project(project)
    progress = progress_of(hub, project)
    working: dict[str, float | None] = {}
    for name in hub.work.at_work(project).intersection(names):
        try:
            version = desk.store.find(name)
        except StarsendError:  # the board names what can't be read
            continue
        if version is not None:
            slate = version.record.slate
            working.update({slate.take(t.take): progress.get(slate.take(t.take)) for t in version.record.unsettled})
    return at_work(desk.project, names, working, desk.studio.desk.now())


def all_open_takes(hub: Hub, project: str) -> dict[str, Any]:
    """Those of the whole project, in story order."""
    rows = hub.listing(project).rows
    names = [name for name, row in rows.items() if row.fault is None and row.glance.unsettled]
    return open_takes(hub, project, sorted(names, key=hub.story(project).place))
