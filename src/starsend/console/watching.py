"""Sees what others change: the command line, another process, or a hand with an editor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from watchfiles import Change, awatch

from starsend.console.hub import Hub
from starsend.console.marking import Marking
from starsend.errors import StarsendError

_STEP_MS: Final = 10
_QUIET_MS: Final = 30
_AWAY_S: Final = 0.25
"""How often a workspace that is gone is looked for, and one that is there looked after."""
_SWEEP_S: Final = 5.0
"""Every so often all stamps are looked at, should the kernel have lost a change or the folders been exchanged."""

_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp")

Place = tuple[int, int] | None


async def watch(hub: Hub, stop: asyncio.Event) -> None:
    """Publish every change of a record, a plan or a picture, within about a tenth of a second, until ``stop``.

    A workspace that vanishes is waited for; that it is gone, and that it is back, is told to all.
    """
    sweeping = asyncio.create_task(_sweep(hub, stop))
    marking = Marking(hub)
    try:
        while not stop.is_set():
            with suppress(OSError, RuntimeError):  # gone again between the look and the watch
                await _watch_once(hub, stop, marking)
            hub.watch(False)
            hub.tell_workspace(hub.there)
            await _pause(stop, _AWAY_S)
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping
        await asyncio.to_thread(marking.close)


async def _watch_once(hub: Hub, stop: asyncio.Event, marking: Marking) -> None:
    """Watch for as long as the folders are the ones that were there at first."""
    folders = [hub.workspace / "state", hub.workspace / "projects"]
    if not hub.there:
        return
    for folder in folders:
        folder.mkdir(exist_ok=True)
    places = [_place(folder) for folder in folders]
    watching = False  # until the first yield: then the kernel has been told what to watch
    async for changes in awatch(
        *folders,
        watch_filter=_matters,
        stop_event=stop,
        step=_STEP_MS,
        debounce=_QUIET_MS,
        rust_timeout=int(_AWAY_S * 1000),
        yield_on_timeout=True,
        recursive=True,
    ):
        if not watching:
            watching = True
            hub.watch(True)
            await asyncio.to_thread(_look_over, hub)  # what changed before the watch began
            hub.tell_workspace(there=True)
        await asyncio.to_thread(_tell_all, hub, {Path(name) for _, name in changes}, marking)
        if [_place(folder) for folder in folders] != places:
            return


async def _sweep(hub: Hub, stop: asyncio.Event) -> None:
    while not await _pause(stop, _SWEEP_S):
        if hub.there:
            await asyncio.to_thread(_look_over, hub)


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


def _place(folder: Path) -> Place:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _look_over(hub: Hub) -> None:
    """Look at every stamp of the open projects, and tell what nobody told."""
    for project, desk in hub.open_projects.items():
        before = desk.store.summaries()
        desk.store.changed_outside()
        with suppress(StarsendError, OSError):
            after = desk.store.summaries()
            if after is not before:
                for name in sorted(name for name in before.keys() | after if before.get(name) is not after.get(name)):
                    _tell_record(hub, project, name)


def _matters(_change: Change, name: str) -> bool:
    path = Path(name)
    if path.name.startswith(".") or path.suffix in (".tmp", ".part"):
        return False
    parts = path.parts
    return (
        (path.parent.name == "shots" and path.suffix == ".json")
        or path.name == "plan.json"
        or "clean" in parts
        or "elements" in parts
        or (path.suffix.lower() in _PICTURES and not {"takes", "frames", "state", "edit"} & set(parts))
    )


def _tell_all(hub: Hub, paths: Iterable[Path], marking: Marking) -> None:
    for path in sorted(paths):
        relative = path.relative_to(hub.workspace).parts
        if len(relative) < 3:  # <kind>/<project>/…
            continue
        kind, project = relative[0], relative[1]
        if kind == "state":
            _tell_record(hub, project, path.stem)
        else:
            hub.events.publish(project, "plan", {"path": "/".join(relative[2:])})
            marking.changed(project, relative[2:])


def _tell_record(hub: Hub, project: str, name: str) -> None:
    """Publish a record as it is now, that it is gone, or that it can't be read."""
    try:
        desk = hub.project(project)
        desk.store.changed_outside(name)
        version = desk.store.find(name)
    except StarsendError as error:
        if error.code != "workspace-gone":  # that is told once, to all
            hub.gone(project, name, error.message)
        return
    if version is None:
        hub.gone(project, name)
    else:
        hub.changed(project, version.record)
