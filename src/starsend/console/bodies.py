"""How much a request may bring: broken off when it is more, whatever its headers said."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starsend.console.problems import problem
from starsend.errors import StarsendError

LARGEST_JSON_BYTES: Final = 2_000_000
LARGEST_FORM_BYTES: Final = 61_000_000
"""A picture of 60 MB, and what a form holds beside it."""


class TooLarge(StarsendError):
    """A request brought more than one of its kind can need."""

    code = "too-large"


class Bodies:
    """Reads no more of a request than one of its kind can need. Plain ASGI.

    Args:
        app: What it stands before.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes; past the limit the application reads no further, and the request is refused."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        most = LARGEST_FORM_BYTES if kind.startswith(b"multipart/") else LARGEST_JSON_BYTES
        came, begun = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            return {"type": "http.disconnect"} if came > most else message

        async def told(message: Message) -> None:
            nonlocal begun
            if came <= most or begun:
                begun = True
                await send(message)

        try:
            await self._app(scope, counted, told)
        except Exception:
            if came <= most or begun:
                raise
        if came > most and not begun:
            fault = TooLarge(f"more than {most // 1_000_000} MB came", remedy="send less at once")
            await problem(fault)(scope, receive, send)
