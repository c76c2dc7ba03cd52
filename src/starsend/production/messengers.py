"""How news leaves the house: a command of the studio's own, or a POST to an address. Each is bounded in time."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

import orjson

COMMAND_S: Final = 20.0
"""A command that takes longer is ended, with all that it started."""
POST_S: Final = 10.0
_SHOWN_CHARS: Final = 300


class NotDelivered(Exception):
    """Why news could not be delivered, in words that name no address."""


class Messenger(Protocol):
    """Delivers one piece of news after the other; called from one thread."""

    def deliver(self, event: str, message: str, data: Mapping[str, str]) -> None:
        """Deliver it, within seconds.

        Raises:
            NotDelivered: It could not.
        """
        ...

    def stop(self) -> None:
        """Called from another thread: end what is under way."""
        ...


@dataclass
class CommandMessenger:
    """Runs a command line in the shell, with the news as JSON on its standard input.

    Args:
        command: As it stands in ``starsend.toml``.
        environ: What it may know of ours: no keys.
        timeout_s: A command that takes longer is ended.
    """

    command: str
    environ: Mapping[str, str]
    timeout_s: float = COMMAND_S
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def deliver(self, event: str, message: str, data: Mapping[str, str]) -> None:
        """Run the command, which also has ``STARSEND_EVENT`` and ``STARSEND_MESSAGE`` in its environment.

        Raises:
            NotDelivered: It can't be started, takes too long, or ends with another code than 0.
        """
        environ = {**self.environ, "STARSEND_EVENT": event, "STARSEND_MESSAGE": message.replace("\0", "")}
        # files, not pipes: what the command leaves running in the background can't hold us, and no output fills a pipe
        with tempfile.TemporaryFile() as news, tempfile.TemporaryFile() as said:
            news.write(orjson.dumps(data))
            news.seek(0)
            try:
                child = subprocess.Popen(  # noqa: S603 - the command is the studio's own, from its settings
                    ["/bin/sh", "-c", self.command],
                    stdin=news,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    env=environ,
                    start_new_session=True,  # Ctrl-C is ours; and it is ended with all that it started
                )
            except OSError as error:
                raise NotDelivered(f"the command can't be started: {error.strerror}") from error
            with self._guard:
                self._child = child
            code = self._wait(child)
            said.seek(0)
            words = said.read(4096).decode("utf-8", "replace").strip()[:_SHOWN_CHARS]
        if code is None:
            raise NotDelivered(f"the command took longer than {self.timeout_s:g} s and was ended")
        if code != 0:
            raise NotDelivered(f"the command ended with code {code}{f': {words}' if words else ''}")

    def _wait(self, child: subprocess.Popen[bytes]) -> int | None:
        try:
            return child.wait(self.timeout_s)
        except subprocess.TimeoutExpired:
            _end(child)
            child.wait()
            return None
        finally:
            with self._guard:
                self._child = None

    def stop(self) -> None:
        """End the command that is running."""
        with self._guard:
            if self._child is not None and self._child.returncode is None:
                _end(self._child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child that was not waited for yet, with its group; so the number is surely its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


@dataclass
class PostMessenger:
    """Posts the news as JSON to an address, once: no redirect, no second try."""

    url: str = field(repr=False)
    timeout_s: float = POST_S

    def deliver(self, event: str, message: str, data: Mapping[str, str]) -> None:  # noqa: ARG002 - both are in data
        """Post it. The address often is a secret by itself, so no error names more than what kind of error it was.

        Raises:
            NotDelivered: No answer, or another one than 2xx.
        """
        import httpx

        headers = {"Content-Type": "application/json"}
        try:
            with (
                httpx.Client(timeout=self.timeout_s, follow_redirects=False) as client,
                client.stream("POST", self.url, content=orjson.dumps(data), headers=headers) as response,
            ):
                status = response.status_code  # the body is not read: it may be endless
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotDelivered(f"the address can't be posted to: {type(error).__name__}") from error
        if not 200 <= status < 300:
            raise NotDelivered(f"the address answered {status}")

    def stop(self) -> None:
        """Its waits are bounded; nothing to end."""


def messengers_for(command: str, url: str, environ: Mapping[str, str]) -> tuple[Messenger, ...]:
    """Those that the settings ask for; none where they name nobody."""
    found: list[Messenger] = []
    if command:
        found.append(CommandMessenger(command, environ))
    if url:
        found.append(PostMessenger(url))
    return tuple(found)
