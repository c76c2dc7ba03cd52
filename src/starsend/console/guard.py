"""Who may speak to the Console: pages of its own address only, so that no other web page can spend somebody's money."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.middleware.base import BaseHTTPMiddleware

from starsend.console.problems import problem
from starsend.errors import StarsendError

_SAFE = ("GET", "HEAD", "OPTIONS")
_CONTENT = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Scripts only from our own files, so that words in a prompt or a note can never run."""

Next = Callable[[Request], Awaitable[Response]]


class Guard(BaseHTTPMiddleware):
    """Turns away requests that another site's page made, or that name a host which is not ours (DNS rebinding).

    Args:
        hosts: Names that the server is reached by, without ports; empty allows all.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], hosts: frozenset[str]) -> None:
        super().__init__(app)
        self._hosts = hosts

    async def dispatch(self, request: Request, call_next: Next) -> Response:
        """Check the host, and the origin of everything that changes something; add headers that keep pages apart."""
        host = request.headers.get("host", "")
        if self._hosts and _name(f"//{host}") not in self._hosts:
            return problem(_turned_away(f"the Console is not reached as {host}"))
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        if request.method not in _SAFE and (foreign or request.headers.get("sec-fetch-site") == "cross-site"):
            return problem(_turned_away(f"a page of {origin or 'another site'} may not change anything here"))
        response = await call_next(request)
        response.headers.setdefault("Content-Security-Policy", _CONTENT)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class TurnedAway(StarsendError):
    """The request did not come from a page of ours."""

    code = "turned-away"


def _turned_away(message: str) -> TurnedAway:
    return TurnedAway(message, remedy="open the Console by the address that it printed")


def _name(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
