"""Books what providers say they billed: takes that have a receipt and no known cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from starsend.errors import ProviderError, SetupError, StarsendError
from starsend.model.money import MOST, ZERO
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.timekeeping import Desk
from starsend.providers.base import Provider
from starsend.store.execution_store import ExecutionStore, all_records


@dataclass(frozen=True)
class Booked:
    """A take whose cost is known now."""

    provider: str
    name: str
    cost_usd: Decimal
    estimate_usd: Decimal

    def __str__(self) -> str:
        return f"{self.provider} says that {self.name} cost {self.cost_usd} USD"


@dataclass(frozen=True)
class Billing:
    """What came of asking.

    Attributes:
        booked: Takes whose cost stands in their records now.
        silent: Takes that the providers say nothing of; their costs stay unknown.
        troubles: Providers that could not be asked, and sums that can't be right.
        answered: Whether any provider answered, or none needed to be asked.
    """

    booked: tuple[Booked, ...]
    silent: tuple[str, ...]
    troubles: tuple[StarsendError, ...]
    answered: bool


ASKED_AGAIN = timedelta(days=30)
"""So long after its intent a take is asked for again, though a bill named a sum: events lag, and a sum only grows."""


class Bookkeeper:
    """Asks each take's provider what it billed.

    Args:
        store: The project's records.
        provider_of: The provider of a take, with its own base URL.
        desk: Time and who acts.
    """

    def __init__(self, store: ExecutionStore, provider_of: Callable[[Take], Provider], desk: Desk) -> None:
        self._store = store
        self._provider_of = provider_of
        self._desk = desk

    def ask(self) -> Billing:
        """Ask for all takes that ended with a receipt and no known cost, and write down what is told. Buys nothing.

        A provider that can't be asked doesn't stop the others.
        """
        now = self._desk.now()
        groups: dict[tuple[str, str], list[tuple[Slate, Take]]] = defaultdict(list)
        for record in all_records(self._store)[0].values():
            for take in record.takes:
                if _is_open(take, now):
                    groups[take.provider, take.base_url].append((record.slate, take))
        booked: list[Booked] = []
        silent: list[str] = []
        troubles: list[StarsendError] = []
        answered = not groups
        for takes in groups.values():
            try:
                provider = self._provider_of(takes[0][1])
                told = provider.billed([take.receipt for _, take in takes if take.receipt is not None])
            except (ProviderError, SetupError) as error:
                troubles.append(error)
                continue
            answered = True
            for slate, take in takes:
                self._book(provider, slate, take, told, booked, silent, troubles)
        return Billing(tuple(booked), tuple(silent), tuple(troubles), answered)

    def _book(
        self,
        provider: Provider,
        slate: Slate,
        take: Take,
        told: Mapping[str, Decimal],
        booked: list[Booked],
        silent: list[str],
        troubles: list[StarsendError],
    ) -> None:
        name = slate.take(take.take)
        usd = told.get(provider.receipt_id(take.receipt or {}))
        if usd is None:
            if take.cost_usd is None:
                silent.append(name)
            return
        if not (usd.is_finite() and ZERO <= usd < MOST):
            troubles.append(_no_sum(provider.name, name, usd))
            return
        if usd == take.committed_usd == ZERO or (take.cost_usd is not None and usd <= take.cost_usd):
            return  # it is counted so already
        said = Booked(provider.name, name, usd, take.estimate_usd)
        self._store.revise(str(slate), lambda record: self._written(record, take, said))
        booked.append(said)

    def _written(self, record: Record, asked: Take, said: Booked) -> Record:
        take = record.intent(asked.intent_id)
        now = self._desk.now()
        if take is not None and _is_open(take, now):
            record = record.with_take(take.but(cost_usd=said.cost_usd, billed_at=now))
        return log(record, at=self._desk.now(), by=self._desk.by, why=str(said))


def _is_open(take: Take, now: datetime) -> bool:
    """Whether it is over, was accepted, and nobody knows for sure what it cost: bills may come in several parts."""
    if take.receipt is None or take.unsettled or take.not_sent:
        return False
    if take.cost_usd is None:
        return True
    return take.billed_at is not None and take.intent_at is not None and now - take.intent_at < ASKED_AGAIN


def _no_sum(provider: str, name: str, usd: Decimal) -> ProviderError:
    return ProviderError(
        f"{provider} says that {name} cost {usd} USD, which is no sum of a take; nothing was written",
        remedy="look at the provider's own bill; the estimate stays committed",
        code="strange-bill",
    )
