"""Who may speak to the Console: pages of its own address only, so that no other web page can spend somebody's money."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starsend.console.problems import problem
from starsend.errors import StarsendError

_SAFE = ("GET", "HEAD", "OPTIONS")
_CONTENT = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Scripts only from our own files, so that words in a prompt or a note can never run."""

_ADDED: Final = (
    ("content-security-policy", _CONTENT),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
)


class Guard:
    """Turns away requests that another site's page made, or that name a host which is not ours (DNS rebinding).

    Plain ASGI: nothing is buffered, so that events leave at once.

    Args:
        app: What it stands before.
        hosts: Names that the server is reached by, without ports; empty allows all.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the host, and the origin of everything that changes something; add headers that keep pages apart."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ADDED:
                    headers.setdefault(name, value)
            await send(message)

        fault = self._fault(scope["method"], Headers(scope=scope))
        answer = self._app if fault is None else problem(_turned_away(fault))
        await answer(scope, receive, with_headers)

    def _fault(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if self._hosts and _name(f"//{host}") not in self._hosts:
            return f"the Console is not reached as {host}"
        origin = headers.get("origin")
        foreign = origin is not None and _place(origin) != host
        if method not in _SAFE and (foreign or headers.get("sec-fetch-site") == "cross-site"):
            return f"a page of {origin or 'another site'} may not change anything here"
        return None


class TurnedAway(StarsendError):
    """The request did not come from a page of ours."""

    code = "turned-away"


def _turned_away(message: str) -> TurnedAway:
    return TurnedAway(message, remedy="open the Console by the address that it printed")


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket too few
        return ""


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:  # a bracket too few
        return ""
