"""The default ExecutionStore: one JSON file a record, readable and mendable by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starsend.errors import UnknownName
from starsend.model.money import Caps
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import JsonObject, Take
from starsend.store.budgets import check_budgets, check_same_request, of_sequence, sum_up
from starsend.store.checkpoints import Checkpoint, passing
from starsend.store.execution_store import Books, Broken, Edit, Filter, Page, Version, move
from starsend.store.locks import Locks
from starsend.store.opening import begun, with_receipt, with_takes
from starsend.store.paths import ProjectPaths
from starsend.store.promises import adopt_hand_edit, check_change, check_seen
from starsend.store.record_files import RecordFiles, Unreadable
from starsend.store.record_index import RecordIndex
from starsend.store.summary import Summary

_BOOKS = "_books"
"""The lock of the project's money; no slate can have this name, ids begin with a letter or digit."""


@dataclass(frozen=True)
class Clock:
    """Time as the store needs it: ``now`` is aware UTC, ``monotonic`` seconds, ``sleep`` waits seconds."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def wall_ns(self) -> int:
        """Nanoseconds since 1970, to compare with files' stamps."""
        return int(self.now().timestamp() * 1e9)


class JsonStore:
    """Keeps ``state/<project>/shots/<slate>.json``. Safe for threads and processes on one machine."""

    def __init__(self, paths: ProjectPaths, clock: Clock, checkpoint: Checkpoint = passing) -> None:
        self.project = paths.project
        self._paths = paths
        self._clock = clock
        self._locks = Locks(paths.locks, clock.monotonic, clock.sleep)
        self._index = RecordIndex(paths.records, clock.wall_ns)
        self._files = RecordFiles(paths, self._index, clock.wall_ns, checkpoint)

    def init_sequence(self, id: str, state: Status, *, episode: str = "", by: str = "api") -> Version:
        """Make a record in its first state, or give the one that is there."""
        slate = Slate.parse(id)
        with self._locks.writing(str(slate)):
            there = self._files.read(slate)
            if there is not None:
                return there
            return self._files.write(begun(self.project, slate, state, episode=episode, at=self._clock.now(), by=by))

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
        return self._files.find(Slate.parse(id))

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
                version = self._files.listed(name)
            except Unreadable as error:
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
        self._index = other._index
        self._files.go_on_from(other._files)

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
            return with_takes(record, takes, beyond=beyond, reopen=reopen, at=now, by=by)

        with self._locks.writing(_BOOKS):
            books = self.books()
            check_budgets(self.project, Slate.parse(id), takes, caps, books)
            check_same_request(id, takes, books)
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
            return with_receipt(record, take, receipt, at=now, by=by, why=why)

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
            current = self._files.read(slate)
            if current is None:
                raise UnknownName(f"{id} has no record in {self.project}", remedy="begin it: starsend generate")
            check_seen(current, seen)
            new = edit(adopt_hand_edit(current.record))
            check_change(current.record, new)
            return self._files.write(new)

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


def _matches(name: str, row: Summary, wanted: Filter) -> bool:
    return (
        (wanted.state is None or row.state == wanted.state)
        and (wanted.episode is None or row.episode == wanted.episode)
        and (wanted.sequence is None or of_sequence(name, wanted.sequence))
        and (wanted.medium is None or row.medium == wanted.medium)
        and (wanted.text is None or wanted.text.lower() in row.text or wanted.text.lower() in name.lower())
    )
