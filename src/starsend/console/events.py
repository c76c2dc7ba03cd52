"""What happens, told to every open page: an ordered log of events in memory that a page can resume from."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

KEPT: Final = 5000
"""So many events can be missed and still be caught up with; after that a page is told to look at everything anew."""
HEARTBEAT_S: Final = 15.0
ALL: Final = ""
"""In the place of a project: all of them."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes:
        number: Grows by one; with the log's name it is the event's id.
        kind: ``record`` (a record changed), ``progress`` (a take is so far), ``work`` (a job began or ended), ``plan``
            (the plan or a picture changed), ``basket``, ``workspace`` (it is gone, or there again), ``reset`` (what was
            missed is not known any more).
        data: What a page needs to know of it.
        project: Whose pages are told; empty for all.
    """

    number: int
    project: str
    kind: str
    data: dict[str, Any]


@dataclass
class Events:
    """The log. :meth:`publish` may be called from any thread; a subscriber lives on the event loop.

    Args:
        name: Tells this process's log from that of the one before, so that no number is taken for another.
    """

    name: str
    _log: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT))
    _number: int = 0
    _ended: bool = False
    _standing: Event | None = None
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _listeners: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=dict)

    def publish(self, project: str, kind: str, data: dict[str, Any]) -> Event:
        """Tell everybody who listens to the project."""
        with self._guard:
            self._number += 1
            event = Event(self._number, project, kind, data)
            self._log.append(event)
        self._ring()
        return event

    def publish_all(self, kind: str, data: dict[str, Any]) -> None:
        """Tell the pages of all projects; the last of these is told also to those who come too late for the rest."""
        self._standing = self.publish(ALL, kind, data)

    def end(self) -> None:
        """Let every stream come to its end: the server stops. Pages ask again, of whoever serves then."""
        self._ended = True
        self._ring()

    @property
    def last_id(self) -> str:
        """The id of the newest event: what a page that was just made has seen."""
        with self._guard:
            return f"{self.name}-{self._number}"

    async def stream(self, project: str, after: str | None) -> AsyncIterator[bytes]:
        """Server-sent events of a project, from the one after ``after``; a comment now and then keeps the line open."""
        bell = asyncio.Event()
        with self._guard:
            self._listeners[id(bell)] = (asyncio.get_running_loop(), bell)
            seen, missed = self._place(after)
        try:
            yield b": connected\n\n"
            if missed:
                yield _line(Event(seen, project, "reset", {}), self.name)
                if self._standing is not None:
                    yield _line(replace(self._standing, number=seen), self.name)
            while not self._ended:
                bell.clear()
                with self._guard:
                    fresh = [event for event in self._log if event.number > seen]
                for event in fresh:
                    seen = event.number
                    if event.project in (project, ALL):
                        yield _line(event, self.name)
                try:
                    await asyncio.wait_for(bell.wait(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            with self._guard:
                self._listeners.pop(id(bell), None)

    def _ring(self) -> None:
        with self._guard:
            listeners = list(self._listeners.values())
        for loop, bell in listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(bell.set)

    def _place(self, after: str | None) -> tuple[int, bool]:
        """The number to go on after, and whether events may have been missed for good."""
        if after is None:
            return self._number, False
        name, _, number = after.rpartition("-")
        if name != self.name or not (number.isascii() and number.isdigit() and len(number) < 16):
            return self._number, True
        first = self._log[0].number if self._log else self._number + 1
        return (int(number), False) if first - 1 <= int(number) <= self._number else (self._number, True)


def _line(event: Event, name: str) -> bytes:
    data = orjson.dumps(event.data, default=str).decode()
    return f"id: {name}-{event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()
