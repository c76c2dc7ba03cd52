"""Tells a studio's people what happens while they don't look: in order, in the background, never in the way of work."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from starsend.errors import StarsendError
from starsend.model.money import ZERO
from starsend.model.slate import Slate
from starsend.production.budget_levels import Level, budget_levels
from starsend.production.coverage import Waiting
from starsend.production.engine import Result, Watcher
from starsend.production.job import Job
from starsend.production.messengers import Messenger, NotDelivered
from starsend.production.news import News, news_of, news_of_end, news_of_level, news_of_waiting
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.production.told_budgets import ToldBudgets

DRAIN_S: Final = 30.0
"""How long the end of a command waits for news that is still on its way."""
MOST_WAITING: Final = 1000
"""More news than this is not kept while it waits to be delivered."""
FAILURES: Final = 3
"""A messenger that fails so often in a row is not tried again by the same command."""

_Errand = Callable[[], object]


@dataclass
class _Shift:
    """What one command has done so far."""

    what: str
    begun_at: datetime
    slates: set[str] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)
    waiting: int = 0
    told: set[News] = field(default_factory=set)


class Notifier:
    """Delivers news of one project. Nothing that goes wrong here stops or delays work: it ends up in ``troubles``.

    Args:
        project: Plan and records; budgets are read from them.
        messengers: Who delivers; with none all this does nothing.
        on: The events that are told.
        budget_part: A budget is told of when so much of it, 0 to 1, is committed.
        desk: Time.
        drain_s: How long the end of a command waits for news that is still on its way.
    """

    def __init__(
        self,
        project: Project,
        messengers: Sequence[Messenger],
        on: Collection[str],
        budget_part: Decimal,
        desk: Desk,
        drain_s: float = DRAIN_S,
    ) -> None:
        self._project = project
        self._name = project.paths.project
        self._messengers = list(messengers)
        self._failures = [0] * len(messengers)
        self._on = frozenset(on)
        self._part = budget_part
        self._desk = desk
        self._drain_s = drain_s
        self._told_budgets = ToldBudgets(project.paths, desk)
        self._guard = threading.Lock()
        self._shift: _Shift | None = None
        self._errands: queue.Queue[_Errand | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._look_is_waiting = False
        self._troubles: dict[str, int] = {}

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """While a command works. At its end that is told, and news on its way is waited for, for a bounded time.

        A second one within it (the rounds of a run) is part of the first.

        Args:
            what: ``run``, ``generate`` or another command.
        """
        if not self._messengers or self._shift is not None:
            yield
            return
        self._shift = _Shift(what, self._desk.now())
        try:
            yield
        finally:
            shift, self._shift = self._shift, None
            if shift.results:
                self._errand(self._look_at_budgets)
                self._errand(partial(self._tell_end, shift))
            self._drain()

    def watching(self, inner: Watcher) -> Watcher:
        """A watcher that passes everything on to another one, and makes news of it."""
        return _NewsWatcher(inner, self) if self._messengers else inner

    def left(self, waiting: Sequence[Waiting]) -> None:
        """What a run leaves to a person."""
        if self._shift is not None:
            self._shift.waiting = len(waiting)
        self.tell(*news_of_waiting(waiting, self._name))

    def tell(self, *news: News) -> None:
        """Have news delivered in the background; the same once a command."""
        for each in news:
            if each.event not in self._on or not self._messengers:
                continue
            with self._guard:
                told = self._shift.told if self._shift is not None else set()
                if each in told:
                    continue
                told.add(each)
            self._errand(partial(self._deliver, each))

    def began(self, job: Job) -> None:
        """A job was taken up."""
        with self._guard:
            if self._shift is not None:
                self._shift.slates.add(str(job.slate))

    def ended(self, result: Result) -> None:
        """A job came to its end."""
        with self._guard:
            if self._shift is not None:
                self._shift.results.append(result)
            look = not self._look_is_waiting
            self._look_is_waiting = True
        self.tell(*news_of(result, self._name))
        if look:
            self._errand(self._look_at_budgets)

    def troubles(self) -> tuple[str, ...]:
        """What could not be delivered and why, since this was last asked."""
        with self._guard:
            said = tuple(f"{what} ({n} times)" if n > 1 else what for what, n in self._troubles.items())
            self._troubles.clear()
        return said

    def _errand(self, errand: _Errand) -> None:
        try:
            with self._guard:
                if self._thread is None:
                    thread = threading.Thread(
                        target=self._work, args=(self._errands,), name="starsend-news", daemon=True
                    )
                    thread.start()
                    self._thread = thread
            self._errands.put_nowait(errand)
        except queue.Full:
            self._trouble("news was not told: too much of it waits to be delivered")
        except RuntimeError as error:  # no more threads: that must not reach the work
            self._trouble(f"news was not told: {error}")

    def _work(self, errands: queue.Queue[_Errand | None]) -> None:
        while (errand := errands.get()) is not None and errands is self._errands:
            try:
                errand()
            except StarsendError as error:
                self._trouble(f"news was not told: {error.message}")
            except Exception as error:  # noqa: BLE001 - the thread must live on for the next news
                self._trouble(f"news was not told: {error!r}")

    def _drain(self) -> None:
        with self._guard:
            thread, self._thread = self._thread, None
        if thread is None:
            return
        try:
            self._errands.put_nowait(None)
            thread.join(self._drain_s)
        except queue.Full:
            pass
        if thread.is_alive():
            self._errands = queue.Queue(MOST_WAITING)  # the thread sees that it was left, and ends
            self._trouble(f"news that took longer than {self._drain_s:g} s to deliver was left")
            for messenger in self._messengers:
                messenger.stop()

    def _deliver(self, news: News) -> bool:
        data = news.as_dict(self._desk.now())
        delivered = False
        for index, messenger in enumerate(self._messengers):
            if self._failures[index] >= FAILURES:
                continue
            try:
                messenger.deliver(news.event, news.message, data)
            except NotDelivered as error:
                self._failures[index] += 1
                self._trouble(f"news was not told: {error}")
            else:
                self._failures[index] = 0
                delivered = True
        return delivered

    def _look_at_budgets(self) -> None:
        with self._guard:
            self._look_is_waiting = False
        if "budget" not in self._on:
            return
        levels = budget_levels(self._name, self._project.caps, self._project.store.books().committed)
        crossed: tuple[Level, ...] = self._told_budgets.crossed(levels, self._part)
        for level in crossed:
            if not self._deliver(news_of_level(level, self._name)):
                self._told_budgets.forget(level)

    def _tell_end(self, shift: _Shift) -> None:
        if "ended" not in self._on:
            return
        spent = ZERO
        for name in shift.slates:
            version = self._project.store.find(name)
            takes = () if version is None else version.record.takes
            spent += sum((t.committed_usd for t in takes if t.intent_at and t.intent_at >= shift.begun_at), ZERO)
        self._deliver(news_of_end(shift.what, self._name, shift.results, shift.waiting, spent))

    def _trouble(self, what: str) -> None:
        with self._guard:
            self._troubles[what] = self._troubles.get(what, 0) + 1


class _NewsWatcher:
    """Passes everything on, and makes news of it."""

    def __init__(self, inner: Watcher, notifier: Notifier) -> None:
        self._inner = inner
        self._notifier = notifier

    def began(self, job: Job) -> None:
        self._notifier.began(job)
        self._inner.began(job)

    def progress(self, slate: Slate, take: int, part: float) -> None:
        self._inner.progress(slate, take, part)

    def ended(self, result: Result) -> None:
        self._inner.ended(result)
        self._notifier.ended(result)
