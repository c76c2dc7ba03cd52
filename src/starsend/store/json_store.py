"""The default ExecutionStore: one JSON file a record, readable and mendable by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from starsend.errors import Busy, MoveError, RecordBroken, UnknownName
from starsend.model.money import Caps
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import JsonObject, Medium, Take
from starsend.store.budgets import check_budgets, of_sequence, sum_up
from starsend.store.checkpoints import Checkpoint, passing
from starsend.store.execution_store import (
    COPY,
    Books,
    Broken,
    Edit,
    Filter,
    Page,
    Version,
    adopt_hand_edit,
    check_change,
    check_seen,
    first_state,
    move,
    refuse_unsettled,
)
from starsend.store.files import atomic_write, digest, disk_faults, read_plain
from starsend.store.locks import Locks
from starsend.store.paths import ProjectPaths
from starsend.store.record_index import SETTLE_NS, RecordIndex, Summary, stamp_of

_BOOKS = "_books"
"""The lock of the project's money; no slate can have this name, ids begin with a letter or digit."""
_KEPT = 2000
"""How many whole records are held in memory, some 50 kB each."""

_ASKED_IN: Final[dict[Medium, Status]] = {"grid": Status.KEYFRAME_PENDING, "video": Status.VIDEO_PENDING}
"""The state in which a take of a medium may be asked for; a finished frame may be in any."""


@dataclass(frozen=True)
class Clock:
    """Time as the store needs it: ``now`` is aware UTC, ``monotonic`` seconds, ``sleep`` waits seconds."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def wall_ns(self) -> int:
        """Nanoseconds since 1970, to compare with files' stamps."""
        return int(self.now().timestamp() * 1e9)


class _Unreadable(Exception):
    """Why a record can't be read, in words."""


class JsonStore:
    """Keeps ``state/<project>/shots/<slate>.json``. Safe for threads and processes on one machine."""

    def __init__(self, paths: ProjectPaths, clock: Clock, checkpoint: Checkpoint = passing) -> None:
        self.project = paths.project
        self._paths = paths
        self._clock = clock
        self._checkpoint = checkpoint
        self._locks = Locks(paths.locks, clock.monotonic, clock.sleep)
        self._index = RecordIndex(paths.records, clock.wall_ns)
        self._folder = str(paths.records)
        self._kept: dict[str, Version] = {}
        self._stamps: dict[str, int] = {}

    def init_sequence(self, id: str, state: Status, *, episode: str = "", by: str = "api") -> Version:
        """Make a record in its first state, or give the one that is there."""
        slate = Slate.parse(id)
        with self._locks.writing(str(slate)):
            there = self._read(slate)
            if there is not None:
                return there
            record = Record(
                id=str(slate),
                project=self.project,
                episode=episode,
                kind="sequence" if slate.shot is None else "shot",
                state=first_state(id, state),
                revision=0,
            )
            return self._write(_first_entry(record, self._clock.now(), by))

    def load(self, id: str) -> Version:
        """Read one record; it must be there."""
        version = self.find(id)
        if version is None:
            raise UnknownName(
                f"{id} has no record in {self.project}", remedy=f"see what there is: starsend status -p {self.project}"
            )
        return version

    def find(self, id: str) -> Version | None:
        """Read one record, or None; from memory while its file's stamp is what it was."""
        slate = Slate.parse(id)
        name = str(slate)
        stamp = stamp_of(f"{self._folder}/{name}.json")
        if stamp is not None and self._stamps.get(name) == stamp and (kept := self._kept.get(name)) is not None:
            return kept
        version = self._read(slate)
        if version is not None and stamp is not None and self._clock.wall_ns() - stamp > SETTLE_NS:
            self._stamps[name] = stamp
        return version

    def list(self, wanted: Filter, *, after: str | None = None, limit: int = 100) -> Page:
        """Read a page of records; only files that changed are read again."""
        rows = self._index.refresh()
        broken = self._index.broken()
        found: list[Version] = []
        for name in self._index.names_after(after):
            row = rows.get(name)
            if row is None or row.fault is not None or not _matches(name, row, wanted):
                continue
            if len(found) == limit:
                return Page(tuple(found), found[-1].record.id, tuple(broken))
            try:
                version = self._read_warm(name)
            except _Unreadable as error:
                broken.append(Broken(name, str(error)))
                continue
            if version is not None:
                found.append(version)
        return Page(tuple(found), None, tuple(broken))

    def summaries(self) -> dict[str, Summary]:
        """What lists show of each record, by id: as fresh as what :meth:`changed_outside` was told of.

        Never ask it about money that is to be spent.
        """
        return self._index.told()

    def watched(self, is_watched: bool) -> None:
        """Hear whether :meth:`changed_outside` will be told of all changes; until then lists look at every file."""
        self._index.watch(is_watched)

    def changed_outside(self, id: str | None = None) -> None:
        """Hear from who watches the folder that a record's file changed; None: that any may have."""
        self._index.mark(id)

    def go_on_from(self, other: JsonStore) -> None:
        """Take over what another store of the same folder has read."""
        self._index, self._kept, self._stamps = other._index, other._kept, other._stamps

    def books(self) -> Books:
        """Sum up the project; a broken record counts with all sums that can still be read in it.

        A take that stands in two records (a copy made by hand) counts once, and is settled where one says so.
        """
        return sum_up(self._index.refresh())

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
        """Reserve and write takes under the lock of the books, so that no two can pass one budget."""
        now = self._clock.now()

        def add(record: Record) -> Record:
            refuse_unsettled(record)
            numbered = _numbered(record, takes, beyond)
            wanted = _ASKED_IN.get(numbered[0].medium)
            if reopen and wanted is not None and record.state is not wanted:
                record = move(record, wanted, at=now, by=by, why="another take is asked for")
            names = " and ".join(record.slate.take(take.take) for take in numbered)
            asked = f"{names} {'is' if len(numbered) == 1 else 'are'} asked for"
            record = record.but(takes=(*record.takes, *numbered))
            if numbered[0].medium == "grid":
                return move_with_intent(record, Status.KEYFRAME_GENERATING, now, by, asked)
            if record.state is not Status.VIDEO_PENDING and numbered[0].medium == "video":
                move(record.but(takes=()), Status.VIDEO_SUBMITTED, at=now, by=by, why="")
            return log(record, at=now, by=by, why=asked)

        with self._locks.writing(_BOOKS):
            books = self.books()
            check_budgets(self.project, Slate.parse(id), takes, caps, books)
            for take in takes:
                other = books.unsettled.get(take.fingerprint)
                if take.fingerprint and other is not None:
                    raise Busy(
                        f"{id}: {other} asks for exactly the same and is not settled yet",
                        remedy=f"let {other} finish first: starsend run",
                        code="same-request",
                    )
            return self.revise(id, add, seen=seen)

    def record_receipt(self, id: str, intent_id: str, receipt: JsonObject, *, by: str, why: str) -> Version:
        """Merge a receipt into the record as it is now."""
        now = self._clock.now()

        def merge(record: Record) -> Record:
            take = record.intent(intent_id)
            if take is None:
                raise UnknownName(
                    f"{id} has no take with the intent {intent_id}; its reply is kept in {self.inbox(intent_id)}",
                    remedy="restore the record from a copy, then: starsend reconcile",
                )
            if take.receipt is not None and take.outcome not in ("pending", "unknown"):
                return log(record, at=now, by=by, why=f"{why}; it is {take.outcome} already")
            record = record.with_take(take.but(receipt=receipt, outcome="pending"))
            to = _state_with_receipt(record, take)
            return log(record, at=now, by=by, why=why) if to is None else move(record, to, at=now, by=by, why=why)

        return self.revise(id, merge)

    def transition(
        self, id: str, to: Status, *, by: str, why: str, seen: Version | None = None, edit: Edit | None = None
    ) -> Version:
        """Move a record."""
        now = self._clock.now()

        def go(record: Record) -> Record:
            changed = record if edit is None else edit(record)
            return move(changed, to, at=now, by=by, why=why)

        return self.revise(id, go, seen=seen)

    def revise(self, id: str, edit: Edit, *, seen: Version | None = None) -> Version:
        """Read, check, edit and write under the lock of the record."""
        slate = Slate.parse(id)
        with self._locks.writing(str(slate)):
            current = self._read(slate)
            if current is None:
                raise UnknownName(f"{id} has no record in {self.project}", remedy="begin it: starsend generate")
            check_seen(current, seen)
            new = edit(adopt_hand_edit(current.record))
            check_change(current.record, new)
            return self._write(new)

    def submitting(self, id: str) -> AbstractContextManager[None]:
        """Hold the slate's submit lock."""
        return self._locks.submitting(str(Slate.parse(id)))

    def sender(self, id: str) -> str | None:
        """Who holds the slate's submit lock."""
        return self._locks.sender(str(Slate.parse(id)))

    def fetcher(self, id: str) -> str | None:
        """Who holds the slate's lock for fetching files."""
        return self._locks.fetcher(str(Slate.parse(id)))

    def collecting(self, id: str) -> AbstractContextManager[bool]:
        """Hold the slate's lock for fetching files."""
        return self._locks.collecting(str(Slate.parse(id)))

    def inbox(self, intent_id: str) -> Path:
        """Where the raw reply to an intent goes."""
        return self._paths.inbox / intent_id

    def _read_warm(self, name: str) -> Version | None:
        """Read a record for a list: from memory while its file's stamp is what it was."""
        stamp = self._index.stamp(name)
        if stamp is not None and self._stamps.get(name) == stamp and name in self._kept:
            return self._kept[name]
        version = self._parse(Slate.parse(name))
        if version is not None and stamp is not None:
            self._stamps[name] = stamp
        return version

    def _keep(self, version: Version) -> Version:
        """Hold a version in memory, so that the same bytes are not parsed twice."""
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[version.record.id] = version
        return version

    def _read(self, slate: Slate) -> Version | None:
        try:
            return self._parse(slate)
        except _Unreadable as error:
            path = self._paths.record(slate)
            raise RecordBroken(
                f"the record {path} can't be read: {error}",
                remedy=f"mend {path} by hand or restore a copy; Starsend won't overwrite it",
            ) from error

    def _parse(self, slate: Slate) -> Version | None:
        try:
            data = read_plain(self._paths.record(slate))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _Unreadable(error.strerror or str(error)) from error
        mark = digest(data)
        kept = self._kept.get(str(slate))
        if kept is not None and kept.digest == mark:
            return kept
        try:
            record = Record.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = "/".join(str(part) for part in first["loc"])
            raise _Unreadable(f"{where or 'the file'}: {first['msg']}") from error
        if record.id != str(slate):
            raise _Unreadable(f"{COPY}{record.id}")
        return self._keep(Version(record, mark))

    def _write(self, record: Record) -> Version:
        record = record.but(revision=record.revision + 1)
        standing = record.standing
        record = record.but(approved_take=standing.take if standing is not None else None)
        data = f"{record.model_dump_json(indent=2)}\n".encode()
        path = self._paths.record(record.slate)
        with disk_faults(path):
            atomic_write(path, data, self._checkpoint)
        self._index.mark(record.id)
        return self._keep(Version(record, digest(data)))


def move_with_intent(record: Record, to: Status, at: datetime, by: str, why: str) -> Record:
    """Move a record whose newest takes were just opened: only the table counts, the takes are this move's own."""
    settled = record.but(takes=tuple(take for take in record.takes if not take.unsettled))
    return move(settled, to, at=at, by=by, why=why).but(takes=record.takes)


def _first_entry(record: Record, at: datetime, by: str) -> Record:
    entry = log(record, at=at, by=by, why="").history[0].but(from_=None)
    return record.but(history=(entry,))


def _numbered(record: Record, takes: Sequence[Take], beyond: int) -> tuple[Take, ...]:
    if not takes:
        raise MoveError(f"{record.id}: no take was asked for", remedy="ask for at least one: --takes 1")
    start = max([beyond, *(take.take for take in record.takes)])
    return tuple(take.but(take=start + step, batch=start + 1) for step, take in enumerate(takes, 1))


def _state_with_receipt(record: Record, take: Take) -> Status | None:
    """Where a receipt moves its record; a late one moves it only if nothing else has happened since."""
    if take.medium != "video":
        return None
    if take.settled is None:
        return Status.VIDEO_SUBMITTED if record.state is Status.VIDEO_PENDING else None
    gave_up = take.settled.how == "give-up" and record.state is Status.VIDEO_FAILED
    return Status.VIDEO_PROCESSING if gave_up else None


def _matches(name: str, row: Summary, wanted: Filter) -> bool:
    return (
        (wanted.state is None or row.state == wanted.state)
        and (wanted.episode is None or row.episode == wanted.episode)
        and (wanted.sequence is None or of_sequence(name, wanted.sequence))
        and (wanted.medium is None or row.medium == wanted.medium)
        and (wanted.text is None or wanted.text.lower() in row.text or wanted.text.lower() in name.lower())
    )
