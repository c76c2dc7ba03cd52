"""Locks across threads and processes: one file each, never renamed or deleted; the kernel frees a dead process's."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starsend.errors import Busy
from starsend.store.files import disk_faults, make_folder

PATIENCE_S = 20.0
"""How long a writer waits for another one: a write takes milliseconds, so this long means a stuck process."""
_PAUSE_S = 0.002
_LOOKS = 10
"""So often a lock is tried before it counts as held: one who only asks who holds it has it for microseconds."""


@dataclass(frozen=True)
class Locks:
    """Makes locks in one folder.

    Args:
        folder: Where the lock files lie.
        monotonic: A clock in seconds.
        sleep: Waits that many seconds.
    """

    folder: Path
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """Hold the short lock of a record or of the project's books; waits for others.

        Raises:
            Busy: ``locked`` after 20 s, naming the process that has it.
        """
        handle = self._open(f"{name}.lock")
        try:
            until = self.monotonic() + PATIENCE_S
            while not _try_lock(handle):
                if self.monotonic() > until:
                    raise Busy(
                        f"{name} has been locked for {PATIENCE_S:.0f} s{_holder(handle)}",
                        remedy="see whether that process hangs, then run the command again",
                        code="locked",
                    )
                self.sleep(_PAUSE_S)
            _sign(handle)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def submitting(self, slate: str) -> Iterator[None]:
        """Hold the long lock of a slate from before the intent until a receipt or refusal is on disk.

        Raises:
            Busy: ``being-sent`` within 20 ms, naming the process that sends.
        """
        handle = self._open(f"{slate}.submit")
        try:
            if not self._try_often(handle):
                raise Busy(
                    f"{slate} is being sent{_holder(handle)}",
                    remedy=f"wait for it, then look: starsend show {slate}",
                    code="being-sent",
                )
            _sign(handle)
            yield
        finally:
            os.close(handle)

    def sender(self, slate: str) -> str | None:
        """Who holds the submit lock of a slate, such as ``pid 4711``; None where nobody does. Nobody is held up."""
        return self._who(f"{slate}.submit")

    def fetcher(self, slate: str) -> str | None:
        """Who fetches a slate's files just now, as :meth:`sender` says it; who only waits for a job holds no lock."""
        return self._who(f"{slate}.collect")

    def _who(self, name: str) -> str | None:
        handle = self._open(name)
        try:
            if _try_lock(handle, fcntl.LOCK_SH):
                return None
            return _holder(handle).removeprefix(" by ") or "another process"
        finally:
            os.close(handle)

    @contextmanager
    def collecting(self, slate: str) -> Iterator[bool]:
        """Hold the lock for fetching a slate's files, so that no two processes write one file; False if it is taken."""
        handle = self._open(f"{slate}.collect")
        try:
            ours = self._try_often(handle)
            if ours:
                _sign(handle)
            yield ours
        finally:
            os.close(handle)

    def _try_often(self, handle: int) -> bool:
        for _ in range(_LOOKS):
            if _try_lock(handle):
                return True
            self.sleep(_PAUSE_S)
        return False

    def _open(self, name: str) -> int:
        path = self.folder / name
        with disk_faults(path):
            try:
                return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except FileNotFoundError:
                make_folder(self.folder)  # it makes state/<project> too, where the records will lie
                return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder while one of its files is compared and replaced; waits for others, which take milliseconds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(handle: int) -> None:
    """Leave our pid for those who find the lock taken; only a courtesy, so a full disk doesn't matter."""
    try:
        os.pwrite(handle, f"{os.getpid():<10d}\n".encode(), 0)
    except OSError:
        return


def _holder(handle: int) -> str:
    pid = os.pread(handle, 16, 0).decode("ascii", "replace").strip()
    return f" by pid {pid}" if pid.isdigit() else ""
