"""Processes that work on a film as commands do, and that a test may stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fakes.crash_child import Orders

ROOT = Path(__file__).parents[2]
MARKED_SENDING = 9
"""The checkpoint's number in the run of a new slate: record made (2), lock, inbox, intent (2), INTENT_WRITTEN, this."""


class Process:
    """A real command on a slate, with a checkpoint to stop at."""

    def __init__(self, orders: Orders) -> None:
        command = [sys.executable, "-m", "tests.fakes.crash_child", "--once", orders.model_dump_json()]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        self.pid = self._process.pid

    def until_stopped(self) -> None:
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> tuple[int, str]:
        _, said = self._process.communicate()
        return self._process.returncode, said

    def kill(self) -> None:
        """End it, if it is still there."""
        if self._process.poll() is None:
            self._process.kill()
            self.end()
