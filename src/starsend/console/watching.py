"""Sees what others change: the command line, another process, or a hand with an editor."""

from __future__ import annotations

import asyncio
from pathlib import Path

from watchfiles import Change, awatch

from starsend.console.hub import Hub, summary
from starsend.errors import StarsendError

_STEP_MS = 30
_QUIET_MS = 40


async def watch(hub: Hub, stop: asyncio.Event) -> None:
    """Publish every change of a record, a plan or a picture, within about a tenth of a second, until ``stop``."""
    (hub.workspace / "state").mkdir(parents=True, exist_ok=True)
    (hub.workspace / "projects").mkdir(parents=True, exist_ok=True)
    places = [hub.workspace / "state", hub.workspace / "projects"]
    seen: dict[str, int] = {}
    async for changes in awatch(
        *places, watch_filter=_matters, stop_event=stop, step=_STEP_MS, debounce=_QUIET_MS, recursive=True
    ):
        for path in sorted({Path(name) for _, name in changes}):
            await asyncio.to_thread(_tell, hub, path, seen)


def _matters(_change: Change, name: str) -> bool:
    path = Path(name)
    if path.name.startswith(".") or path.suffix in (".tmp", ".part"):
        return False
    return (path.parent.name == "shots" and path.suffix == ".json") or path.name == "plan.json" or "clean" in path.parts


def _tell(hub: Hub, path: Path, seen: dict[str, int]) -> None:
    relative = path.relative_to(hub.workspace).parts
    if len(relative) < 3:  # <kind>/<project>/…
        return
    kind, project = relative[0], relative[1]
    if kind == "projects":
        hub.events.publish(project, "plan", {"path": path.name})
        return
    try:
        version = hub.project(project).store.find(path.stem)
    except StarsendError as error:
        hub.events.publish(project, "record", {"slate": path.stem, "broken": error.message})
        return
    if version is None:
        hub.events.publish(project, "record", {"slate": path.stem, "gone": True})
        return
    if seen.get(f"{project}/{path.stem}") != version.record.revision:
        seen[f"{project}/{path.stem}"] = version.record.revision
        hub.events.publish(project, "record", summary(version.record))
