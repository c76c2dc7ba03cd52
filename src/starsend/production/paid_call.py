"""The money protocol: the only place that spends.

Uploads → submit lock → room in the inbox → the intent in the record (it reserves the money) → one POST → the raw reply
in the inbox → the receipt in the record. Whatever dies, whenever: nothing is sent twice by itself, and what was paid
for can be found again. The points at which a test cuts the power are in :mod:`starsend.store.checkpoints`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from starsend.errors import (
    Interrupted,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    SetupError,
    StarsendError,
    Unreachable,
)
from starsend.model.money import ZERO
from starsend.model.record import log
from starsend.model.slate import Slate
from starsend.model.take import Fault, Take
from starsend.production.settle import settle
from starsend.production.take_request import Draft, TakeRequest, intent_of, order_json
from starsend.production.timekeeping import Desk
from starsend.providers.base import Prepared, Provider
from starsend.store import inbox
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.store.execution_store import ExecutionStore, Version

SEND_TRIES = 5
"""How often one process tries a send that provably did not happen (refused connection, clean 429)."""
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 120.0
"""A provider may ask for more; the submit lock is held meanwhile, so the take fails unsent and stays due."""


def fingerprint(provider: str, model: str, prepared: Prepared) -> str:
    """The same for two requests that ask for the same: the body with each URL replaced by its content's sha256."""
    body = orjson.loads(orjson.dumps(prepared.body))
    for media in prepared.media:
        _put(body, media.pointer, media.sha256)
    text = orjson.dumps([provider, model, body], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def bought_before(store: ExecutionStore, asked: Iterable[tuple[Provider, Slate, Draft]]) -> list[str]:
    """Say of each draft whose very request was paid for already, which take it made. Sends and writes nothing.

    It is no error: another take of the same words is what ``--takes 2`` asks for, too.
    """
    paying = [(provider, slate, draft) for provider, slate, draft in asked if draft.estimate_usd > ZERO]
    bought = store.books().bought if paying else {}
    said: dict[str, None] = {}
    for provider, slate, draft in paying if bought else ():
        model = provider.model(draft.order.medium, draft.order.model)
        take = bought.get(fingerprint(provider.name, model, provider.preview(draft.order)))
        if take is not None:
            said[f"{slate}: the same request was already bought as {take}; it is bought again"] = None
    return list(said)


class PaidCall:
    """Sends takes of one project to one provider, each at most once."""

    def __init__(
        self,
        store: ExecutionStore,
        provider: Provider,
        desk: Desk,
        checkpoint: Checkpoint,
        numbers_on_disk: Callable[[Slate], int],
    ) -> None:
        self._store = store
        self._provider = provider
        self._desk = desk
        self._checkpoint = checkpoint
        self._numbers_on_disk = numbers_on_disk

    def submit(self, slate: Slate, request: TakeRequest, *, seen: Version) -> None:
        """Reserve, write the intents and send each once.

        May cost the request's estimate, once.

        Raises:
            BudgetError, Busy, MoveError, StaleWrite: Nothing was written or sent.
            SetupError: The disk; nothing was sent.
            OutcomeUnknown: A take was sent and no answer came; it stays pending.
            Interrupted: Ctrl-C; takes that were not sent yet are sent by the next run.
        """
        prepared = [(draft, self._provider.prepare(draft.order)) for draft in request.drafts]
        self._checkpoint(CrashPoint.UPLOADED)
        takes = [self._pending(draft, ready) for draft, ready in prepared]
        with self._store.submitting(str(slate)):
            self._checkpoint(CrashPoint.SUBMIT_LOCKED)
            places = [self._store.inbox(take.intent_id) for take in takes]
            try:
                for draft, place in zip(request.drafts, places, strict=True):
                    inbox.reserve(place, self._provider.reply_room_bytes(draft.order))
                self._checkpoint(CrashPoint.INBOX_RESERVED)
                version = self._store.open_take(
                    str(slate),
                    takes,
                    request.caps,
                    seen=seen,
                    by=self._desk.by,
                    beyond=self._numbers_on_disk(slate),
                    reopen=True,
                )
            except StarsendError:
                for place in places:
                    inbox.clear(place)
                raise
            self._checkpoint(CrashPoint.INTENT_WRITTEN)
            ours = {take.intent_id for take in takes}
            self._send_all(slate, [take for take in version.record.takes if take.intent_id in ours])

    def go_on(self, slate: Slate, takes: Sequence[Take]) -> None:
        """Send takes whose inbox proves that they never were; the caller holds the submit lock."""
        self._send_all(slate, takes)

    def accept(self, slate: Slate, take: Take, raw: bytes, *, why: str) -> None:
        """Read a raw reply and write what it says into the record: a receipt, or the refusal.

        Raises:
            OutcomeUnknown: It says neither yes nor no; it is kept in the inbox.
        """
        try:
            receipt = self._provider.read_reply(intent_of(slate, take), raw)
        except OutcomeUnknown:
            raise
        except ProviderError as error:
            self._fail(slate, take, error)
            return
        except Exception as error:
            raise self._unknown(slate, take, f"its reply can't be read: {error!r}") from error
        self._store.record_receipt(str(slate), take.intent_id, receipt, by=self._desk.by, why=why)
        self._checkpoint(CrashPoint.RECEIPT_RECORDED)

    def _pending(self, draft: Draft, ready: Prepared) -> Take:
        order = draft.order
        model = self._provider.model(order.medium, order.model)
        return Take(
            take=0,
            medium=order.medium,
            mode=order.mode,
            covers=draft.covers,
            made_for=draft.made_for,
            basket_item=draft.basket_item,
            provider=self._provider.name,
            model=model,
            stands_for=None if model == order.model else order.model,
            base_url=self._provider.base_url,
            order=order_json(order),
            request=ready.body,
            request_media=tuple(
                {"pointer": m.pointer, "path": m.path.as_posix(), "sha256": m.sha256} for m in ready.media
            ),
            fingerprint=fingerprint(self._provider.name, model, ready),
            intent_id=self._desk.new_id(),
            intent_at=self._desk.now(),
            estimate_usd=draft.estimate_usd,
            longest_s=draft.longest_s,
            inputs=draft.inputs,
            warnings=draft.warnings,
        )

    def _send_all(self, slate: Slate, takes: Sequence[Take]) -> None:
        lost: OutcomeUnknown | None = None
        for take in takes:
            self._desk.check_stop()
            try:
                self._send(slate, take)
            except OutcomeUnknown as error:
                self._note(slate, take, error)
                lost = error
        if lost is not None:
            raise lost

    def _send(self, slate: Slate, take: Take) -> None:
        place = self._store.inbox(take.intent_id)
        inbox.mark_sending(place)
        self._checkpoint(CrashPoint.MARKED_SENDING)
        try:
            raw = self._post(slate, take, place)
        except (Interrupted, OutcomeUnknown, SetupError):
            raise
        except ProviderError as error:
            self._fail(slate, take, error)
            return
        except Exception as error:
            raise self._unknown(slate, take, repr(error)) from error
        self._checkpoint(CrashPoint.REPLY_RECEIVED)
        inbox.deliver(place, raw)
        self._checkpoint(CrashPoint.INBOX_WRITTEN)
        self.accept(slate, take, raw, why=f"{self._provider.name} has {slate.take(take.take)}")

    def _post(self, slate: Slate, take: Take, place: Path) -> bytes:
        """One POST; again only after a proven non-send, by this process, a few times."""
        pause_s = _FIRST_PAUSE_S
        for tries_left in range(SEND_TRIES - 1, -1, -1):
            try:
                return self._provider.send_once(intent_of(slate, take))
            except (Unreachable, RateLimited) as error:
                inbox.unmark(place)
                if tries_left == 0:
                    raise
                hint = error.retry_after_s if isinstance(error, RateLimited) else None
                self._desk.wait(
                    min(hint, _LONGEST_PAUSE_S) if hint is not None else pause_s * (0.5 + self._desk.jitter())
                )
                pause_s *= 2
                inbox.mark_sending(place)
        raise AssertionError

    def _unknown(self, slate: Slate, take: Take, what: str) -> OutcomeUnknown:
        """Whatever an adapter did not foresee: the request may have gone out, so nobody may say that it did not."""
        return OutcomeUnknown(
            f"{slate.take(take.take)} was sent to {self._provider.name}, and no answer came: {what}",
            remedy="look for it: starsend reconcile",
        )

    def _note(self, slate: Slate, take: Take, error: OutcomeUnknown) -> None:
        why = f"the outcome of {slate.take(take.take)} is not known: {error.message}"
        self._store.revise(str(slate), lambda record: log(record, at=self._desk.now(), by=self._desk.by, why=why))

    def _fail(self, slate: Slate, take: Take, error: ProviderError) -> None:
        fault = Fault(code=error.code, message=error.message, remedy=error.remedy)
        failed = {
            "outcome": "failed",
            "error": fault,
            "not_sent": error.proven_not_sent,
            "cost_usd": error.cost_usd,
        }
        settle(self._store, slate, take.intent_id, failed, self._desk, why=error.message)
        inbox.clear(self._store.inbox(take.intent_id))


def _put(body: Any, pointer: str, value: str) -> None:
    """Set the value at a JSON pointer that is known to be there."""
    *way, last = pointer.lstrip("/").split("/")
    for step in way:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if isinstance(body, list):
        body[int(last)] = value
    else:
        body[last] = value
