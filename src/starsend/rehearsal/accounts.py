"""The server's books beside ours: each accepted job must stand on exactly one take, and no take on two jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from starsend.model.money import ZERO
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import JsonObject, Take
from starsend.rehearsal.books import UNFINISHED, Books, Job

_PAID = ("fal", "gemini")
_ENDPOINT = "_endpoint"
"""Where the record of a job for fal says what it was sent to."""
_NOT_KEPT_ON_PURPOSE = ("damage",)
"""Faults of a take whose file came and is kept beside the takes, because it can't be played."""


@dataclass(frozen=True)
class Pair:
    """A job that the server accepted, and the take that it was sent for; either may be missing."""

    job: Job | None
    slate: Slate | None = None
    take: Take | None = None

    @property
    def name(self) -> str:
        """``SEQ01_T002``; empty where there is no take."""
        return "" if self.slate is None or self.take is None else self.slate.take(self.take.take)

    @property
    def billed_usd(self) -> Decimal:
        """What the server bills."""
        return ZERO if self.job is None else Decimal(self.job.billed_usd)

    @property
    def committed_usd(self) -> Decimal:
        """What our books hold."""
        return ZERO if self.take is None else self.take.committed_usd


@dataclass(frozen=True)
class Accounts:
    """Both books, compared.

    Attributes:
        pairs: Every job with its take, then takes that no job stands for.
        faults: What must never be, in words: paid twice, paid and lost, made and not kept, too little held.
        waiting: Takes that a person must decide on, and why; they are no faults.
    """

    pairs: tuple[Pair, ...]
    faults: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def billed_usd(self) -> Decimal:
        """What the server bills in all."""
        return sum((pair.billed_usd for pair in self.pairs), ZERO)

    @property
    def committed_usd(self) -> Decimal:
        """What our books hold in all."""
        return sum((pair.committed_usd for pair in self.pairs), ZERO)


def compare(books: Books, records: Iterable[Record]) -> Accounts:
    """Put each job beside the take that it was sent for: by its receipt, else by what was asked."""
    records = list(records)
    ours = [(r.slate, take) for r in records for take in r.takes if take.provider in _PAID]
    pairs = tuple(_pair(books.jobs, ours))
    faults = (*_double_receipts(ours), *(fault for pair in pairs for fault in _faults(pair)))
    waiting = tuple(_why(record, take) for record in records for take in record.unsettled)
    return Accounts(pairs, faults, waiting)


def _pair(jobs: Sequence[Job], ours: Sequence[tuple[Slate, Take]]) -> Iterator[Pair]:
    by_receipt = {_receipt_id(take): (slate, take) for slate, take in ours if take.receipt is not None}
    lost = [(slate, take) for slate, take in ours if take.receipt is None and not take.not_sent]
    used: set[str] = set()
    for job in jobs:
        found = by_receipt.get(job.request_id)
        if found is None:
            found = next((each for each in lost if asks_for(each[1], job)), None)
            if found is not None:
                lost.remove(found)
        if found is None:
            yield Pair(job)
            continue
        used.add(found[1].intent_id)
        yield Pair(job, *found)
    for slate, take in ours:
        if take.intent_id not in used:
            yield Pair(None, slate, take)


def asks_for(take: Take, job: Job) -> bool:
    """Whether a job may have come from a take: all that was asked is the same, and it was not settled by then.

    A person settles a take only while nobody sends it, so what is sent later is another one's.
    """
    if take.provider != job.provider or _endpoint(take) != job.endpoint:
        return False
    if take.settled is not None and datetime.fromisoformat(job.sent_at) > take.settled.at:
        return False
    if job.provider == "gemini":
        return list(_texts(take.request)) == list(_texts(job.input))
    return {name: value for name, value in take.request.items() if name != _ENDPOINT} == job.input


def _endpoint(take: Take) -> str:
    """Where a take was sent: fal's endpoint, or Gemini's model."""
    return str(take.request.get(_ENDPOINT if take.provider == "fal" else "model", ""))


def _texts(body: Any) -> Iterator[str]:
    """All texts of a request, in order: its pictures are told in other ways here and there."""
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(body, list):
        for value in body:
            yield from _texts(value)


def _receipt_id(take: Take) -> str:
    receipt: JsonObject = take.receipt or {}
    return str(receipt.get("request_id") or receipt.get("response_id") or "")


def _double_receipts(ours: Sequence[tuple[Slate, Take]]) -> Iterator[str]:
    counts = Counter(_receipt_id(take) for _, take in ours if take.receipt is not None)
    for receipt, count in counts.items():
        if count > 1:
            yield f"the job {receipt} stands for {count} takes"


def _faults(pair: Pair) -> Iterator[str]:
    job, take = pair.job, pair.take
    if take is None:
        yield f"the job {job.request_id if job else ''} was paid for, and no take has it"
        return
    if job is None:
        if take.receipt is not None:
            yield f"{pair.name} has a receipt that the server never gave"
        return
    if take.not_sent:
        yield f"{pair.name} counts as never sent, and the server has it as {job.request_id}"
    if pair.billed_usd > pair.committed_usd:
        yield f"{pair.name} holds {pair.committed_usd} USD, and the server bills {pair.billed_usd}"
    deliberate = take.error is not None and take.error.code in _NOT_KEPT_ON_PURPOSE
    if job.outcome == "ok" and take.outcome in ("failed", "cancelled") and not deliberate:
        said = take.error.message if take.error is not None else take.outcome
        yield f"{pair.name} was made and paid for, and was not kept: {said}"
    if take.outcome == "complete" and (take.media is None or job.outcome in UNFINISHED):
        yield f"{pair.name} is complete here, and {job.outcome} at the server"


def _why(record: Record, take: Take) -> str:
    name = record.slate.take(take.take)
    said = next((move.why for move in reversed(record.history) if name in move.why), "")
    return f"{name}: {said or take.outcome}"
