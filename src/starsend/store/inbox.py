"""The inbox: a provider's raw reply is fsynced here before anything is read from it.

A file is made, with room on disk, before the request is sent; so a reply that was paid for fits even when the disk has
filled up meanwhile. Layout: 8 bytes that say how far it is, the payload's length (8 bytes, big-endian) and sha256
(32 bytes), the payload. The first 8 bytes are zero while it is only reserved, ``SENDING1`` from just before the request
goes out, and ``ARRIVED1`` once the payload is on disk. So a reservation without a mark proves that nothing was sent.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

from starsend.store.files import disk_faults, make_folder, sync_folder

_SENDING = b"SENDING1"
_ARRIVED = b"ARRIVED1"
_HEAD = 8 + 8 + 32

Stage = Literal["missing", "reserved", "sending", "arrived"]


def reserve(path: Path, room_bytes: int) -> None:
    """Take room on disk for one reply.

    Raises:
        SetupError: ``disk-full`` or ``read-only``; nothing was sent then.
    """
    with disk_faults(path):
        make_folder(path.parent)
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


def mark_sending(path: Path) -> None:
    """Say, on disk, that the request goes out now; from here on nobody can prove that it did not."""
    _mark(path, _SENDING)


def unmark(path: Path) -> None:
    """Take that back after a proven non-send."""
    _mark(path, bytes(8))


def _mark(path: Path, mark: bytes) -> None:
    with disk_faults(path):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            _write_at(handle, mark, 0)
            os.fsync(handle)
        finally:
            os.close(handle)


def stage(path: Path) -> Stage:
    """How far the reply to an intent is."""
    try:
        with path.open("rb") as file:
            mark = file.read(8)
    except FileNotFoundError:
        return "missing"
    if mark == _ARRIVED and arrived(path) is not None:
        return "arrived"
    return "reserved" if mark == bytes(8) else "sending"


def deliver(path: Path, payload: bytes) -> None:
    """Put a reply into its reserved place and fsync it."""
    with disk_faults(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _write_at(handle, payload, _HEAD)
            os.fsync(handle)
            head = _ARRIVED + len(payload).to_bytes(8, "big") + hashlib.sha256(payload).digest()
            _write_at(handle, head, 0)
            os.fsync(handle)
        finally:
            os.close(handle)


def arrived(path: Path) -> bytes | None:
    """The whole reply, or None when none arrived (or it was cut off)."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head.startswith(_ARRIVED):
                return None
            length = min(int.from_bytes(head[8:16], "big"), path.stat().st_size)
            payload = file.read(length)  # no more: the room of a 4K grid is 120 MB
    except FileNotFoundError:
        return None
    return payload if hashlib.sha256(payload).digest() == head[16:48] else None


def clear(path: Path) -> None:
    """Drop a reply that stands in a record."""
    with disk_faults(path):
        path.unlink(missing_ok=True)


def _write_at(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(handle, view, offset)
        view, offset = view[count:], offset + count
