"""The files of records: read once as long as they stay the same, checked, and written whole."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from starsend.errors import RecordBroken
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.store.checkpoints import Checkpoint
from starsend.store.execution_store import COPY, Version
from starsend.store.files import atomic_write, digest, disk_faults, read_plain
from starsend.store.paths import ProjectPaths
from starsend.store.record_index import SETTLE_NS, RecordIndex, stamp_of

_KEPT = 2000
"""How many whole records are held in memory, some 50 kB each."""


class Unreadable(Exception):
    """Why a record can't be read, in words."""


class RecordFiles:
    """Reads and writes the records of one project. Who writes holds the record's lock.

    Args:
        paths: Where they lie.
        index: Told of every write; knows the stamps of lists.
        wall_ns: The wall clock, to tell fresh files.
        checkpoint: Where a test cuts the power.
    """

    def __init__(
        self, paths: ProjectPaths, index: RecordIndex, wall_ns: Callable[[], int], checkpoint: Checkpoint
    ) -> None:
        self._paths = paths
        self._folder = str(paths.records)
        self._index = index
        self._wall_ns = wall_ns
        self._checkpoint = checkpoint
        self._kept: dict[str, Version] = {}
        self._stamps: dict[str, int] = {}

    def go_on_from(self, other: RecordFiles) -> None:
        """Take over what was read already from the same folder."""
        self._index, self._kept, self._stamps = other._index, other._kept, other._stamps

    def find(self, slate: Slate) -> Version | None:
        """Read one record, or None; from memory while its file's stamp is what it was.

        Raises:
            RecordBroken: It can't be read.
        """
        name = str(slate)
        stamp = stamp_of(f"{self._folder}/{name}.json")
        if stamp is not None and self._stamps.get(name) == stamp and (kept := self._kept.get(name)) is not None:
            return kept
        version = self.read(slate)
        if version is not None and stamp is not None and self._wall_ns() - stamp > SETTLE_NS:
            self._stamps[name] = stamp
        return version

    def listed(self, name: str) -> Version | None:
        """Read a record for a list: from memory while its stamp in the index is what it was.

        Raises:
            Unreadable: It can't be read.
        """
        stamp = self._index.stamp(name)
        if stamp is not None and self._stamps.get(name) == stamp and name in self._kept:
            return self._kept[name]
        version = self._parse(Slate.parse(name))
        if version is not None and stamp is not None:
            self._stamps[name] = stamp
        return version

    def read(self, slate: Slate) -> Version | None:
        """Read one record from its file, or None.

        Raises:
            RecordBroken: It can't be read.
        """
        try:
            return self._parse(slate)
        except Unreadable as error:
            path = self._paths.record(slate)
            raise RecordBroken(
                f"the record {path} can't be read: {error}",
                remedy=f"mend {path} by hand or restore a copy; Starsend won't overwrite it",
            ) from error

    def write(self, record: Record) -> Version:
        """Write a record in its next revision, whole or not at all.

        Raises:
            SetupError: ``disk-full``, ``read-only`` or ``disk``.
        """
        standing = record.standing
        record = record.but(revision=record.revision + 1, approved_take=standing.take if standing is not None else None)
        data = f"{record.model_dump_json(indent=2)}\n".encode()
        path = self._paths.record(record.slate)
        with disk_faults(path):
            atomic_write(path, data, self._checkpoint)
        self._index.mark(record.id)
        return self._keep(Version(record, digest(data)))

    def _parse(self, slate: Slate) -> Version | None:
        try:
            data = read_plain(self._paths.record(slate))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        mark = digest(data)
        kept = self._kept.get(str(slate))
        if kept is not None and kept.digest == mark:
            return kept
        try:
            record = Record.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = "/".join(str(part) for part in first["loc"])
            raise Unreadable(f"{where or 'the file'}: {first['msg']}") from error
        if record.id != str(slate):
            raise Unreadable(f"{COPY}{record.id}")
        return self._keep(Version(record, mark))

    def _keep(self, version: Version) -> Version:
        """Hold a version in memory, so that the same bytes are not parsed twice."""
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[version.record.id] = version
        return version
