"""Asking a provider to stop. It is only asked: what comes all the same was paid for and is kept."""

from __future__ import annotations

from collections.abc import Callable

from starsend.errors import MoveError, ProviderError
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.take_request import intent_of
from starsend.production.timekeeping import Desk
from starsend.providers.base import Provider
from starsend.store.execution_store import ExecutionStore


class Canceller:
    """Cancels the unsettled video takes of a slate."""

    def __init__(self, store: ExecutionStore, provider_of: Callable[[Take], Provider], desk: Desk) -> None:
        self._store = store
        self._provider_of = provider_of
        self._desk = desk

    def cancel(self, slate: Slate) -> tuple[str, ...]:
        """Ask the provider to stop them; polling goes on. Gives the takes' names.

        Raises:
            MoveError: ``nothing-to-cancel``, or ``not-cancellable``: a grid is made in one call.
            ProviderError: The provider could not be asked.
        """
        record = self._store.load(str(slate)).record
        sent = [take for take in record.unsettled if take.receipt is not None]
        if not sent:
            raise MoveError(
                f"{slate} has no take that is being made",
                remedy=f"look at it: starsend show {slate}",
                code="nothing-to-cancel",
            )
        if any(take.medium != "video" for take in sent):
            raise MoveError(
                f"{slate}: a grid is made in one call and can't be cancelled",
                remedy="let it finish: starsend run",
                code="not-cancellable",
            )
        names = []
        refused: ProviderError | None = None
        for take in sent:
            name = slate.take(take.take)
            try:
                self._provider_of(take).cancel(intent_of(slate, take), take.receipt or {})
            except ProviderError as error:  # the others are asked all the same
                refused = error
                continue
            self._store.revise(str(slate), self._asked(name))
            names.append(name)
        if refused is not None:
            raise refused
        return tuple(names)

    def _asked(self, name: str) -> Callable[[Record], Record]:
        return lambda record: log(record, at=self._desk.now(), by=self._desk.by, why=f"{name}: asked to stop")
