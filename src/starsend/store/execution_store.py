"""The ExecutionStore: one record a slate, the only writer of states. And the one function that moves a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from starsend.errors import Busy
from starsend.model.money import Caps
from starsend.model.record import Move, Record
from starsend.model.status import GUARDED, Status, check_move
from starsend.model.take import JsonObject, Medium, Take

Edit = Callable[[Record], Record]

COPY = "it says that it is "
"""How the reason begins why a renamed copy of a record is not used; such a copy breaks nothing."""


@dataclass(frozen=True)
class Version:
    """A record as it was read, and the hash of its bytes: what a write must still find."""

    record: Record
    digest: str


@dataclass(frozen=True)
class Broken:
    """A record that could not be read, by name; it is left as it is."""

    name: str
    why: str


@dataclass(frozen=True)
class Filter:
    """Which records to list; None means any.

    Attributes:
        state: Only this state.
        episode: Only this episode.
        sequence: Only this sequence and its shots.
        medium: Only records whose newest take is of this medium.
        text: Only records whose id, prompts or notes contain this, ignoring case.
    """

    state: Status | None = None
    episode: str | None = None
    sequence: str | None = None
    medium: Medium | None = None
    text: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of records in the order of their ids.

    Attributes:
        rows: The records.
        next: Pass it as ``after`` for the next page; None at the end.
        broken: All unreadable records of the project.
    """

    rows: tuple[Version, ...]
    next: str | None
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class Books:
    """What a project has committed, read in one sweep.

    Attributes:
        committed: USD a record.
        unsettled: fingerprint → the take (``SEQ01_T002``) that is not settled yet.
        at_work: Records that have an unsettled take, in order.
        bought: fingerprint → the last settled take that this request was paid for.
    """

    committed: dict[str, Decimal]
    unsettled: dict[str, str]
    at_work: tuple[str, ...]
    bought: dict[str, str]


class ExecutionStore(Protocol):
    """Keeps the records of one project. Every write is atomic, fsynced, locked, and has its history in it."""

    project: str

    def init_sequence(self, id: str, state: Status, *, episode: str = "", by: str = "api") -> Version:
        """Make the record of a sequence or shot in its first state; gives the one that is there, if there is one.

        Raises:
            MoveError: ``not-a-first-state``.
        """
        ...

    def load(self, id: str) -> Version:
        """Read one record.

        Raises:
            UnknownName: There is none.
            RecordBroken: It can't be read.
        """
        ...

    def find(self, id: str) -> Version | None:
        """Read one record, or None where there is none.

        Raises:
            RecordBroken: It can't be read.
        """
        ...

    def list(self, wanted: Filter, *, after: str | None = None, limit: int = 100) -> Page:
        """Read a page of records in the order of ids, those after ``after``."""
        ...

    def books(self) -> Books:
        """Sum up what the project has committed."""
        ...

    def open_take(
        self,
        id: str,
        takes: Sequence[Take],
        caps: Caps,
        *,
        seen: Version,
        by: str,
        beyond: int = 0,
        reopen: bool = False,
    ) -> Version:
        """Write takes as ``pending`` with their intents: the reservation of their money, in one atomic write.

        Takes are numbered here, in order, after the record's last one and after ``beyond`` (files that lie there by
        hand count too). A grid's move to ``keyframe_generating`` is in the same write; with ``reopen`` so is the move
        to ``*_pending`` that another take needs: a refusal leaves the state as it was.

        Raises:
            BudgetError: ``over-budget``; nothing is written.
            Busy: The slate has an unsettled take, or an unsettled take anywhere has one of these fingerprints.
            MoveError: The record's state takes no such take.
            StaleWrite: The record changed since ``seen``.
        """
        ...

    def record_receipt(self, id: str, intent_id: str, receipt: JsonObject, *, by: str, why: str) -> Version:
        """Merge a provider's receipt into the record as it is now; never refused as stale."""
        ...

    def transition(
        self, id: str, to: Status, *, by: str, why: str, seen: Version | None = None, edit: Edit | None = None
    ) -> Version:
        """Move a record, with ``edit`` applied in the same write. ``seen`` None means: as it is now.

        Raises:
            MoveError: Not a legal move, or a take is unsettled.
            StaleWrite: The record changed since ``seen``.
        """
        ...

    def revise(self, id: str, edit: Edit, *, seen: Version | None = None) -> Version:
        """Write what ``edit`` makes of the record. Its moves must come from :func:`move` or :func:`log`.

        Raises:
            StaleWrite: The record changed since ``seen``.
        """
        ...

    def submitting(self, id: str) -> AbstractContextManager[None]:
        """Hold the slate's submit lock.

        Raises:
            Busy: ``being-sent``.
        """
        ...

    def sender(self, id: str) -> str | None:
        """Who holds the slate's submit lock, such as ``pid 4711``; None where nobody does."""
        ...

    def fetcher(self, id: str) -> str | None:
        """Who holds the slate's lock for fetching files, such as ``pid 4711``; None where nobody does."""
        ...

    def collecting(self, id: str) -> AbstractContextManager[bool]:
        """Hold the slate's lock for fetching files; False where another process has it and fetches."""
        ...

    def inbox(self, intent_id: str) -> Path:
        """Where the raw reply to an intent goes."""
        ...


def all_records(store: ExecutionStore) -> tuple[dict[str, Record], tuple[Broken, ...]]:
    """Every readable record of a project by id, and those that can't be read."""
    records: dict[str, Record] = {}
    after: str | None = None
    while True:
        page = store.list(Filter(), after=after, limit=1000)
        records.update({version.record.id: version.record for version in page.rows})
        if page.next is None:
            return records, page.broken
        after = page.next


def move(record: Record, to: Status, *, at: datetime, by: str, why: str) -> Record:
    """The one function that moves a record: strict table, unsettled takes, history.

    Raises:
        MoveError: Not a legal move.
        Busy: ``unsettled``: an unsettled take forbids this move.
    """
    check_move(record.id, record.state, to)
    judging = to is Status.VIDEO_COMPLETE and record.state is not Status.VIDEO_PROCESSING
    picking = to is Status.KEYFRAME_COMPLETE and record.state is not Status.KEYFRAME_GENERATING
    if record.unsettled and (to in GUARDED or judging or picking):
        refuse_unsettled(record)
    entry = Move(at=at, from_=record.state.value, to=to.value, by=by, why=why)
    return record.but(state=to, history=(*record.history, entry))


def refuse_unsettled(record: Record) -> None:
    """Stop where a take is unsettled.

    Raises:
        Busy: ``unsettled``, naming the take.
    """
    open_takes = record.unsettled
    if open_takes:
        name = record.slate.take(open_takes[0].take)
        raise Busy(
            f"{name} is not settled yet; {record.id} waits for it",
            remedy=f"go on with it: starsend run, or settle it: starsend reconcile {record.id} --give-up",
            code="unsettled",
        )
