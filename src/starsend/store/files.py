"""Writing so that a file is either its old self or its new one, whatever dies in between."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starsend.errors import SetupError
from starsend.store.checkpoints import Checkpoint, CrashPoint, passing

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def disk_faults(what: Path) -> Iterator[None]:
    """Turn the operating system's refusals into errors with a remedy; the one place that maps them.

    Raises:
        SetupError: ``disk-full``, ``read-only`` or ``disk``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise SetupError(
                f"the disk is full: {what} could not be written; nothing that was there is lost",
                remedy="free some space, then run the same command again: starsend run",
                code="disk-full",
            ) from error
        if error.errno in _READ_ONLY:
            raise SetupError(
                f"{what} can't be written: {error.strerror}",
                remedy=f"make the workspace writable, for instance: chmod -R u+w {what.parent}",
                code="read-only",
            ) from error
        raise SetupError(
            f"{what}: {error.strerror or error}", remedy="look at the disk and the workspace's path", code="disk"
        ) from error


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, so that a power cut can't take them away with what is fsynced in them."""
    missing = [place for place in (folder, *folder.parents) if not place.is_dir()]
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
        sync_folder(place.parent)


def sync_file(path: Path) -> None:
    """Make the bytes of a file survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def atomic_write(path: Path, data: bytes, checkpoint: Checkpoint = passing) -> None:
    """Write a temporary file beside it, fsync, rename, fsync of the folder.

    The temporary name is fixed, so that a killed writer leaves at most one; callers hold the lock of ``path``.

    Raises:
        OSError: as the disk says; the old file is untouched then.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    make_folder(path.parent)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    checkpoint(CrashPoint.RECORD_TEMP_WRITTEN)
    temporary.replace(path)
    checkpoint(CrashPoint.RECORD_RENAMED)
    sync_folder(path.parent)


def place(part: Path, destination: Path, checkpoint: Checkpoint = passing) -> None:
    """Put a finished part file in its place for good: fsync, rename, fsync of the folder."""
    sync_file(part)
    checkpoint(CrashPoint.PART_SYNCED)
    part.replace(destination)
    sync_folder(destination.parent)
    checkpoint(CrashPoint.MEDIA_RENAMED)


def digest(data: bytes) -> str:
    """The sha256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def read_plain(path: Path) -> bytes:
    """The bytes of a plain file. A pipe or a device in its place is refused: to read it might never end.

    Raises:
        OSError: It is not there, can't be read, or is no plain file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        return file.read()
