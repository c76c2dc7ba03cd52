"""The inbox: a provider's raw reply is fsynced here before anything is read from it.

A file is made, with room on disk, before the request is sent; so a reply that was paid for fits even when the disk has
filled up meanwhile. Layout: 8 bytes of magic, the payload's length (8 bytes, big-endian) and sha256 (32 bytes), the
payload. The head is written after the payload is on disk: without a valid head nothing has arrived.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from starsend.store.files import disk_faults, sync_folder

_MAGIC = b"STARSND1"
_HEAD = len(_MAGIC) + 8 + 32


def reserve(path: Path, room_bytes: int) -> None:
    """Take room on disk for one reply.

    Raises:
        SetupError: ``disk-full`` or ``read-only``; nothing was sent then.
    """
    with disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(handle, 0, _HEAD + room_bytes)
            os.fsync(handle)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        sync_folder(path.parent)


def deliver(path: Path, payload: bytes) -> None:
    """Put a reply into its reserved place and fsync it."""
    with disk_faults(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write_at(handle, payload, _HEAD)
            os.fsync(handle)
            head = _MAGIC + len(payload).to_bytes(8, "big") + hashlib.sha256(payload).digest()
            _write_at(handle, head, 0)
            os.fsync(handle)
        finally:
            os.close(handle)


def arrived(path: Path) -> bytes | None:
    """The whole reply, or None when none arrived (or it was cut off)."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if not data.startswith(_MAGIC):
        return None
    length = int.from_bytes(data[8:16], "big")
    payload = data[_HEAD : _HEAD + length]
    return payload if hashlib.sha256(payload).digest() == data[16:48] else None


def clear(path: Path) -> None:
    """Drop a reply that stands in a record."""
    path.unlink(missing_ok=True)


def _write_at(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(handle, view, offset)
        view, offset = view[count:], offset + count
