"""Lost jobs: an intent without a receipt is looked up and adopted, or waits for a person. None is sent again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Literal, NoReturn

from starsend.errors import MoveError, OutcomeUnknown, PersonNeeded, ProviderError
from starsend.model.money import Caps
from starsend.model.slate import Slate
from starsend.model.take import JsonObject, Settled, Take
from starsend.production.claims import Claims
from starsend.production.paid_call import PaidCall
from starsend.production.settle import settle
from starsend.production.take_request import Draft, TakeRequest, intent_of, order_of
from starsend.production.timekeeping import Desk
from starsend.providers.base import Lookup, Provider
from starsend.store import inbox
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.store.execution_store import ExecutionStore

GIVE_UP_AFTER = timedelta(hours=24)
"""How long after the model's longest time a job that no listing shows counts as unknown."""

PaidCalls = Callable[[Take], tuple[Provider, PaidCall]]
"""The provider of a take, with its own base URL, and the caller that may send to it."""


class Reconciler:
    """Settles takes whose reply was lost."""

    def __init__(
        self,
        store: ExecutionStore,
        paid_calls: PaidCalls,
        desk: Desk,
        checkpoint: Checkpoint,
        neighbours: Callable[[], Iterable[ExecutionStore]] = tuple,
    ) -> None:
        self._store = store
        self._claims = Claims(store, neighbours)
        self._paid_calls = paid_calls
        self._desk = desk
        self._checkpoint = checkpoint

    def find_again(self, slate: Slate, intent_id: str) -> None:
        """Settle one intent that has no receipt: by the inbox, by the provider's listing, or not at all.

        Raises:
            Busy: ``being-sent``: a live process holds the submit lock; only it may settle the intent.
            PersonNeeded: ``lost-job``: nobody but a person can tell just now; nothing is sent.
            OutcomeUnknown: It was sent now for the first time, and no answer came.
        """
        with self._store.submitting(str(slate)):
            take = self._store.load(str(slate)).record.intent(intent_id)
            if take is None or take.receipt is not None or not take.unsettled:
                return
            provider, paid = self._paid_calls(take)
            place = self._store.inbox(intent_id)
            if inbox.stage(place) == "reserved":
                paid.go_on(slate, [take])
                return
            raw = inbox.arrived(place)
            if raw is not None:
                try:
                    paid.accept(slate, take, raw, why="its reply was found in the inbox")
                except OutcomeUnknown:  # it says neither yes nor no: the listing may
                    pass
                else:
                    return
            self._look_up(slate, take, provider)

    def search(self, slate: Slate, take: Take) -> bool:
        """Look once more for a job that a person gave up; True when it was found and goes on.

        Raises:
            ProviderError: The provider can't be asked just now.
        """
        if take.not_sent:
            return False
        provider, _ = self._paid_calls(take)
        receipt = take.receipt
        if receipt is None:
            receipt = self._in_the_inbox(slate, take, provider)
        if receipt is None:
            found = self._claims.unclaimed(provider, provider.lookup(intent_of(slate, take)))
            receipt = found[0] if len(found) == 1 and self._claims.of_others(take) is None else None
        elif provider.poll(intent_of(slate, take), receipt).state in ("failed", "cancelled"):
            receipt = None
        if receipt is None:
            return False
        self._store.record_receipt(
            str(slate), take.intent_id, receipt, by=self._desk.by, why=f"{slate.take(take.take)} was found after all"
        )
        return True

    def lost(self, slate: Slate) -> tuple[Take, ...]:
        """Unsettled takes of a slate that have no receipt: those that may be bought again.

        A reply that lies in the inbox is read first: what it says was bought is not lost.

        Raises:
            Busy: ``being-sent``: a live process holds the submit lock.
            MoveError: ``nothing-to-settle``.
        """
        self._read_replies(slate)
        takes = tuple(t for t in self._store.load(str(slate)).record.unsettled if t.receipt is None)
        if not takes:
            raise MoveError(
                f"{slate} has no lost take",
                remedy=f"what is being made goes on: starsend run; or look: starsend show {slate}",
                code="nothing-to-settle",
            )
        return takes

    def _read_replies(self, slate: Slate) -> None:
        with self._store.submitting(str(slate)):
            for take in self._store.load(str(slate)).record.unsettled:
                raw = None if take.receipt is not None else inbox.arrived(self._store.inbox(take.intent_id))
                if raw is not None:
                    with suppress(OutcomeUnknown):  # it says neither yes nor no: a person has the word
                        self._paid_calls(take)[1].accept(slate, take, raw, why="its reply was found in the inbox")

    def settle_by_hand(
        self,
        slate: Slate,
        how: Literal["resend", "give-up"],
        *,
        cost_usd: Decimal | None = None,
        only: Collection[str] | None = None,
    ) -> tuple[Take, ...]:
        """Settle takes of a slate on a person's word: all that are unsettled, or those to be resent. Gives them.

        Args:
            slate: Whose takes.
            how: What the person said.
            cost_usd: What the take cost, where the provider's own list says so.
            only: The intents that the person was shown; None means whatever is unsettled.

        Raises:
            Busy: ``being-sent``: a live process holds the submit lock.
            MoveError: ``nothing-to-settle``.
        """
        with self._store.submitting(str(slate)):
            given_up: list[Take] = []
            while open_takes := self._to_settle(slate, how, only):
                take = open_takes[0]
                mark = Settled(at=self._desk.now(), by=self._desk.by, how=how)
                unsent = take.receipt is None and inbox.stage(self._store.inbox(take.intent_id)) == "reserved"
                changes = {"outcome": "unknown", "settled": mark, "cost_usd": cost_usd, "not_sent": unsent}
                settle(self._store, slate, take.intent_id, changes, self._desk, why=f"{how} by {self._desk.by}")
                given_up.append(take)
        if not given_up:
            raise MoveError(
                f"{slate} has no unsettled take", remedy=f"look at it: starsend show {slate}", code="nothing-to-settle"
            )
        return tuple(given_up)

    def _to_settle(
        self, slate: Slate, how: Literal["resend", "give-up"], only: Collection[str] | None
    ) -> tuple[Take, ...]:
        return tuple(
            take
            for take in self._store.load(str(slate)).record.unsettled
            if (how == "give-up" or take.receipt is None) and (only is None or take.intent_id in only)
        )

    def request_again(self, takes: tuple[Take, ...], caps: Caps) -> TakeRequest:
        """The same takes once more, for a resend: new takes, new intents; the old ones go on holding their money."""
        return TakeRequest(
            tuple(
                Draft(
                    order=order_of(take),
                    covers=take.covers,
                    estimate_usd=take.estimate_usd,
                    longest_s=take.longest_s or 0.0,
                    made_for=take.made_for,
                    inputs=take.inputs,
                    warnings=take.warnings,
                )
                for take in takes
            ),
            caps,
        )

    def _look_up(self, slate: Slate, take: Take, provider: Provider) -> None:
        name = slate.take(take.take)
        try:
            lookup = provider.lookup(intent_of(slate, take))
        except ProviderError as error:
            self._wait_for_person(slate, take, f"it was sent, no answer came, and now: {error.message}")
        self._checkpoint(CrashPoint.LOOKED_UP)
        if lookup.proven_absent:
            why = f"{provider.name} never had {name}: it was not sent"
            changes = {"outcome": "failed", "not_sent": True}
            settle(self._store, slate, take.intent_id, changes, self._desk, why=why)
            return
        found = self._claims.unclaimed(provider, lookup)
        claim = self._claims.of_others(take) if found else None
        if claim is not None:
            self._wait_for_person(slate, take, f"a job was found that {claim}")
        if len(found) == 1:
            why = f"{name} was found at {provider.name} and adopted"
            self._store.record_receipt(str(slate), take.intent_id, found[0], by=self._desk.by, why=why)
            return
        self._wait_for_person(slate, take, _explain(provider, lookup, len(found)))

    def _in_the_inbox(self, slate: Slate, take: Take, provider: Provider) -> JsonObject | None:
        """A receipt that came, and that nobody wrote into the record before a person settled the take."""
        raw = inbox.arrived(self._store.inbox(take.intent_id))
        if raw is None:
            return None
        try:
            return provider.read_reply(intent_of(slate, take), raw)
        except Exception:  # noqa: BLE001 - whatever it says, it gives no receipt; the listing may
            return None

    def _wait_for_person(self, slate: Slate, take: Take, what: str) -> NoReturn:
        name = slate.take(take.take)
        why = f"the outcome of {name} is not known: {what}"
        late = take.intent_at is not None and (
            self._desk.now() > take.intent_at + timedelta(seconds=take.longest_s or 0.0) + GIVE_UP_AFTER
        )
        changes = {"outcome": "unknown"} if late and take.outcome == "pending" else {}
        if changes or all(move.why != why for move in self._store.load(str(slate)).record.history):
            settle(self._store, slate, take.intent_id, changes, self._desk, why=why)
        raise PersonNeeded(
            f"{why}. It may have been paid for ({take.estimate_usd} USD are held)",
            remedy=f"look in the provider's own list; then: starsend reconcile {slate} --give-up, or --resend",
            code="lost-job",
        )


def _explain(provider: Provider, lookup: Lookup, found: int) -> str:
    if not lookup.listing:
        return f"it was sent, no answer came, and {provider.name} has no list of jobs to look in"
    if found > 1:
        return f"{found} jobs at {provider.name} ask for exactly the same"
    return f"it was sent, no answer came, and {provider.name} doesn't list it (yet)"
