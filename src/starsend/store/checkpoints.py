"""The numbered points at which power may be cut: every write and every call on the way of a take.

A checkpoint is a function that is told each point as it is passed. It does nothing in production; a test passes one
that kills the process there, and then looks whether the books still agree.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum


class CrashPoint(IntEnum):
    """Where a process may die. Numbers are stable; new points go to the end."""

    SUBMIT_LOCKED = 1
    """The slate's submit lock is held; nothing is written yet."""
    INBOX_RESERVED = 2
    """Room for the reply is on disk; the intent is not."""
    RECORD_TEMP_WRITTEN = 3
    """A record's new bytes are fsynced beside it; the old ones still count."""
    RECORD_RENAMED = 4
    """A record's new bytes count; the folder is not fsynced yet."""
    INTENT_WRITTEN = 5
    """The take and its reservation stand in the record; nothing was sent."""
    REPLY_RECEIVED = 6
    """The provider has answered; only this process's memory knows it."""
    INBOX_WRITTEN = 7
    """The raw reply is fsynced; the record doesn't have the receipt."""
    RECEIPT_RECORDED = 8
    """The receipt stands in the record; the submit lock is still held."""
    POLLED = 9
    """The provider was asked how far it is."""
    PART_WRITTEN = 10
    """The file was fetched or drawn beside its place."""
    PART_SYNCED = 11
    """The fetched file is fsynced under its temporary name."""
    MEDIA_RENAMED = 12
    """The file lies in its place; the record doesn't know it."""
    CHECKED = 13
    """The quality check is done; its findings are in memory."""
    COLLECTED = 14
    """The take is complete in the record; the inbox is not cleared."""
    LOOKED_UP = 15
    """The provider's listing was read for a lost job; nothing is written yet."""
    MARKED_SENDING = 16
    """The inbox says that the request goes out; it has not gone yet."""
    UPLOADED = 17
    """The pictures are at the provider and the body is fixed; nothing of it is written here."""
    FETCHING = 18
    """The first piece of the file has come; how much of it is on disk is the provider's affair."""


Checkpoint = Callable[[CrashPoint], None]


def passing(_point: CrashPoint) -> None:
    """The checkpoint of every day: go on."""
