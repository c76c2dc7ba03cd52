"""Whose a job is that was found at a provider: what the workspace has on record already, and who else may own it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from starsend.model.record import Record
from starsend.model.take import JsonObject, Take
from starsend.providers.base import Lookup, Provider
from starsend.store.execution_store import ExecutionStore, Filter


class Claims:
    """Looks through the records of a whole workspace: one key may pay for all of its projects.

    Args:
        store: The records of the project whose take was lost.
        neighbours: Gives those of the other projects.
    """

    def __init__(self, store: ExecutionStore, neighbours: Callable[[], Iterable[ExecutionStore]]) -> None:
        self._store = store
        self._neighbours = neighbours

    def of_others(self, take: Take) -> str | None:
        """Who else of the workspace may have sent a job that was found for this take; None where nobody can."""
        for store in self._all_stores():
            broken = store.list(Filter(), limit=1).broken
            if broken:
                names = ", ".join(self._named(store, each.name) for each in broken)
                return f"the record of {names} may own, which can't be read"
            for record, other in _takes(store):
                same = other.fingerprint == take.fingerprint and other.intent_id != take.intent_id
                if same and store is not self._store and other.unsettled and other.receipt is None:
                    rival = self._named(store, record.slate.take(other.take))
                    return f"{rival} may own, which asks for the same and was lost too"
        return None

    def unclaimed(self, provider: Provider, lookup: Lookup) -> list[JsonObject]:
        """The jobs that were found and that no take of the workspace has yet."""
        if not lookup.matches:
            return []
        taken = self._receipts_on_record(provider)
        return [match for match in lookup.matches if provider.receipt_id(match) not in taken]

    def _receipts_on_record(self, provider: Provider) -> set[str]:
        return {
            provider.receipt_id(take.receipt)
            for store in self._all_stores()
            for _, take in _takes(store)
            if take.receipt is not None and take.provider == provider.name
        }

    def _named(self, store: ExecutionStore, name: str) -> str:
        return name if store is self._store else f"{name} of the project {store.project}"

    def _all_stores(self) -> tuple[ExecutionStore, ...]:
        return (self._store, *self._neighbours())


def _takes(store: ExecutionStore) -> Iterator[tuple[Record, Take]]:
    """All takes of all readable records of a project."""
    after: str | None = None
    while True:
        page = store.list(Filter(), after=after, limit=500)
        for version in page.rows:
            for take in version.record.takes:
                yield version.record, take
        if page.next is None:
            return
        after = page.next
