"""Buying lost takes again, on a person's word: asked first, then settled, and only what was settled is sent."""

from __future__ import annotations

from collections.abc import Iterator

from starsend.model.money import Caps
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.job import Job
from starsend.production.reconciler import Reconciler
from starsend.store.budgets import check_budgets
from starsend.store.execution_store import ExecutionStore


class Resend:
    """The lost takes of one slate, to be bought again. Making it reads replies that lie in the inbox; nothing is sent.

    Args:
        store: The records.
        reconciler: Knows what is lost, and settles it.
        slate: Whose takes.
        caps: The budgets that count.

    Raises:
        Busy: ``being-sent``: a live process holds the submit lock.
        MoveError: ``nothing-to-settle``.
    """

    def __init__(self, store: ExecutionStore, reconciler: Reconciler, slate: Slate, caps: Caps) -> None:
        self._store = store
        self._reconciler = reconciler
        self._slate = slate
        self._caps = caps
        self._lost = reconciler.lost(slate)

    @property
    def job(self) -> Job:
        """What a person is asked to confirm: all that is lost, once more."""
        return self._again(self._lost)

    def check(self) -> None:
        """Hold the sum against every budget as it is now, before anything is settled; nothing is reserved.

        Raises:
            BudgetError: It breaks one; nothing was settled or sent.
        """
        check_budgets(self._store.project, self._slate, self._lost, self._caps, self._store.books())

    def settle(self) -> tuple[Take, ...]:
        """Settle what is still lost of what was asked for, and give it: what was found meanwhile is not bought again.

        Raises:
            Busy: ``being-sent``.
            MoveError: ``nothing-to-settle``: all of it was found, or settled by somebody else.
        """
        ours = {take.intent_id for take in self._lost}
        self._lost = self._reconciler.settle_by_hand(self._slate, "resend", only=ours)
        return self._lost

    def jobs(self) -> Iterator[Job]:
        """After :meth:`settle`, what is to be driven, one after the other: what has a receipt, then what was settled.

        Each is thought of when the one before has ended.
        """
        if self._store.load(str(self._slate)).record.unsettled:
            yield Job(self._slate, None, "")
        yield self._again(self._lost)

    def _again(self, takes: tuple[Take, ...]) -> Job:
        return Job(self._slate, self._reconciler.request_again(takes, self._caps), takes[0].provider)
