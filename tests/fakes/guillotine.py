"""Starts children of :mod:`tests.fakes.crash_child` that are killed, frozen or let go where a test wants it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import certifi

from tests.fakes.crash_child import Orders

ROOT = Path(__file__).parents[2]
KILLED = -9


def until(holds: Callable[[], object], what: str, within_s: float = 60.0) -> None:
    """Wait for a condition; it is a fault if it doesn't come."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, f"waited {within_s} s for this: {what}"
        time.sleep(0.005)


def one_certificate() -> IO[str]:
    """A file with one certificate: children speak with this machine only, and loading the world's takes 0.3 s each."""
    first, end, _ = Path(certifi.where()).read_text(encoding="ascii").partition("-----END CERTIFICATE-----\n")
    file = tempfile.NamedTemporaryFile("w", suffix=".pem", encoding="ascii")  # noqa: SIM115 - it lives with its server
    file.write(first + end)
    file.flush()
    return file


class Guillotine:
    """A server of child processes that are killed where a test wants it."""

    def __init__(self) -> None:
        self._certificates = one_certificate()
        environ = {
            **os.environ,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
            "SSL_CERT_FILE": self._certificates.name,
        }
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.crash_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environ,
            text=True,
        )
        self._beside: set[int] = set()

    def run(self, orders: Orders) -> int:
        """Run one child to its end; -9 where it was killed."""
        return self._ask(orders.model_dump_json())

    def start(self, orders: Orders) -> Child:
        """Start a child and don't wait for it."""
        pid = self._ask(orders.model_copy(update={"background": True}).model_dump_json())
        self._beside.add(pid)
        return Child(pid, self)

    def wait(self, pid: int) -> int:
        """Wait for a child that was started so."""
        self._beside.discard(pid)
        return self._ask(f"wait {pid}")

    def close(self) -> None:
        """End, and with it children that a failed test left frozen."""
        for pid in tuple(self._beside):
            os.kill(pid, signal.SIGKILL)
            self.wait(pid)
        self._server.communicate()
        self._certificates.close()

    def _ask(self, line: str) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


@dataclass(frozen=True)
class Child:
    """A process that works beside the test. Its number is its own until it was waited for."""

    pid: int
    server: Guillotine

    @property
    def state(self) -> str:
        """R, S, T (stopped), Z (ended) and so on, as the kernel tells."""
        return Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]

    @property
    def ended(self) -> bool:
        return self.state == "Z"

    def until_stopped(self) -> None:
        until(lambda: self.state in "TZ", "the child stops")
        assert self.state == "T", "it ended before it came to where it was to stop"

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        self.until_stopped()

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        assert self.wait() == KILLED

    def wait(self) -> int:
        """Let it end; gives its exit code."""
        until(lambda: self.ended, "the child ends", 60)
        return self.server.wait(self.pid)


class Spawner(Guillotine):
    """Each child is a whole new interpreter with its own pool of checking processes, as a command is."""

    def __init__(self) -> None:
        self._environ = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run(self, orders: Orders) -> int:
        command = [sys.executable, "-m", "tests.fakes.crash_child", "--once", orders.model_dump_json()]
        return subprocess.run(command, cwd=ROOT, env=self._environ, check=False).returncode

    def close(self) -> None: ...
