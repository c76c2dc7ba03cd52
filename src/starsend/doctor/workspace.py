"""The workspace: room on its disk, writing that lasts, locks that hold, and whom news goes to."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starsend.doctor.finding import Finding, Notebook
from starsend.errors import SetupError
from starsend.settings import Settings
from starsend.store.files import disk_faults, sync_folder

_TRIED_BYTES: Final = 1_000_000
LITTLE_BYTES: Final = 5_000_000_000
"""Some fifty takes of 15 s at 1080p: a take is 20 to 60 MB, and its thumbnails and a repeated download come on top."""
TOO_LITTLE_BYTES: Final = 500_000_000


def look_at_workspace(
    settings: Settings, free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> tuple[Finding, ...]:
    """Look at the disk by writing, fsyncing, locking and deleting a small file."""
    notes, place = Notebook("workspace"), settings.workspace
    if not place.is_dir():
        notes.bad("folder", f"{place} is not there", f"make it: mkdir -p '{place}'; or choose another: --workspace DIR")
        return notes.findings()
    notes.good("folder", str(place))
    _look_at_room(notes, place, free_bytes)
    for name in ("", "state", "projects"):
        if (place / name).is_dir():
            _look_at_writing(notes, f"writing to {name}/" if name else "writing", place / name)
    _look_at_settings(notes, settings)
    return notes.findings()


def _look_at_room(notes: Notebook, place: Path, free_bytes: Callable[[Path], int]) -> None:
    with notes.looking("room"), disk_faults(place):
        free = free_bytes(place)
        said = f"{free / 1e9:.1f} GB are free"
        if free < TOO_LITTLE_BYTES:
            notes.bad("room", said, "free some space: a take is 20 to 60 MB")
        elif free < LITTLE_BYTES:
            notes.warn("room", said, "free some space before a long run: a take is 20 to 60 MB")
        else:
            notes.good("room", said)


def _look_at_writing(notes: Notebook, what: str, folder: Path) -> None:
    try:
        with disk_faults(folder):
            _try_out(folder / f".doctor-{uuid.uuid4().hex}.tmp")
    except SetupError as error:
        remedy = f"make it writable: chmod -R u+w '{folder}'" if error.code == "read-only" else error.remedy
        notes.bad(what, error.message, remedy)
    else:
        notes.good(what, "takes room, fsyncs, renames, locks")


def _try_out(path: Path) -> None:
    """Do all that records, locks and the inbox ask of a disk."""
    renamed = path.with_suffix(".done")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(handle, 0, _TRIED_BYTES)
            os.pwrite(handle, b"starsend", 0)
            os.fsync(handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(handle)
        path.replace(renamed)
        sync_folder(path.parent)
    finally:
        path.unlink(missing_ok=True)
        renamed.unlink(missing_ok=True)


def _look_at_settings(notes: Notebook, settings: Settings) -> None:
    there = (settings.workspace / "starsend.toml").is_file()
    notes.good("settings", "starsend.toml is sound" if there else "there is no starsend.toml; all is as it comes")
    caps = settings.budget
    named = [
        f"{kind} {usd} USD"
        for kind, usd in (
            ("project", caps.project_usd),
            ("sequence", caps.sequence_usd),
            ("shot", caps.shot_usd),
        )
        if usd is not None
    ]
    if named:
        notes.good("budgets of the studio", ", ".join(named))
    elif settings.keys.fal or settings.keys.gemini:
        notes.warn(
            "budgets of the studio",
            "none is set, and keys are",
            'cap what a film may cost: [budget] project_usd = "500"',
        )
    else:
        notes.good("budgets of the studio", "none is set, and none is needed yet: without a key nothing can cost")
    told = [
        name for name, given in (("a command", settings.notify.command), ("an address", settings.notify.url)) if given
    ]
    notes.good("news", f"goes to {' and '.join(told)}" if told else "nobody is told; see [notify] in docs/settings.md")
