"""Who acts on a page: a name that each browser is given and its person may change. No users, no rights: a name."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from typing import Final
from urllib.parse import quote, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME: Final = "starsend-by"
"""The cookie of browsers, and the header of programs."""

LONGEST: Final = 40
CONSOLE: Final = "console"
_KEPT_S: Final = 365 * 24 * 3600
_ACTING: Final[ContextVar[str]] = ContextVar("acting", default=CONSOLE)


def acting() -> str:
    """Who asked for what is done now; ``console`` where no request did."""
    return _ACTING.get()


def cleaned(told: str) -> str:
    """A name as it is written into histories: one line of printable characters, at most 40; ``console`` for none."""
    words = "".join(character if character.isprintable() else " " for character in told)
    return " ".join(words.split())[:LONGEST].strip() or CONSOLE


class Named:
    """Learns from each request who acts, and names a browser that has no name yet. Plain ASGI.

    Args:
        app: What it stands before.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on under its name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        told = headers.get(NAME) or cookie_parser(headers.get("cookie", "")).get(NAME)
        given = None if told or "text/html" not in headers.get("accept", "") else f"guest-{secrets.token_hex(2)}"
        name = given or cleaned(unquote(told or ""))

        async def naming(message: Message) -> None:
            if given is not None and message["type"] == "http.response.start":
                cookie = f"{NAME}={quote(given)}; Path=/; Max-Age={_KEPT_S}; SameSite=Strict"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        before = _ACTING.set(name)
        try:
            await self._app(scope, receive, naming)
        finally:
            _ACTING.reset(before)
