"""HTTP as a paid provider needs it: one attempt, no redirect followed, the key on its own origin and nowhere else.

Foreign exceptions of httpx are mapped here and only here. A reply is kept whole, with its status, before it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import orjson

from starsend.errors import OutcomeUnknown, ProviderError, Unreachable

_KEPT_HEADERS: Final = frozenset({"content-type", "content-length", "location", "retry-after", "date"})
_KEYS: Final = frozenset({"authorization", "x-goog-api-key", "cookie", "set-cookie", "proxy-authorization"})
_SECRET_SIGNS: Final = 8
"""A shorter part of a key is no secret, and might be a word."""
_TAPPED_BYTES: Final = 64_000_000
"""A longer body of recorded traffic is only counted."""


@dataclass(frozen=True)
class Exchange:
    """One request and what came back, keys removed: for the record of a canary run.

    Attributes:
        status: 0 where no answer came; ``error`` then says why.
        elapsed_s: From sending to the end of the headers.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float
    error: str = ""


Tap = Callable[[Exchange], None]
"""Told every exchange; only a canary run listens."""


@dataclass(frozen=True)
class Reply:
    """A whole HTTP answer: what the inbox keeps of a paid call.

    Attributes:
        headers: Those that say something of the job, in lower case.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, response: httpx.Response) -> Reply:
        """Keep a response that was read to its end."""
        kept = {
            name: value
            for name, value in response.headers.items()
            if name in _KEPT_HEADERS or name.startswith("x-fal-")
        }
        return cls(response.status_code, kept, response.content)

    def pack(self) -> bytes:
        """One line of JSON with status and headers, then the body as it came."""
        head = orjson.dumps({"status": self.status, "headers": dict(self.headers)})
        return head + b"\n" + self.body

    @classmethod
    def unpack(cls, raw: bytes) -> Reply:
        """Read what :meth:`pack` wrote.

        Raises:
            ValueError: It was never packed.
        """
        head, _, body = raw.partition(b"\n")
        data = orjson.loads(head)
        return cls(int(data["status"]), data["headers"], body)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: It is something else, such as a web page.
        """
        return orjson.loads(self.body)

    def retry_after_s(self, now: datetime) -> float | None:
        """How long the provider asks us to wait, in seconds; it may say so as a number or as a date."""
        said = self.headers.get("retry-after")
        if said is None:
            return None
        try:
            return max(0.0, float(said))
        except ValueError:
            pass
        try:
            at = parsedate_to_datetime(said)
        except ValueError:
            return None
        return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds())


class KeyOnOrigin(httpx.Auth):
    """Adds the key to requests to the given origins, and to no other request, whatever URL a reply names."""

    def __init__(self, header: str, value: str, origins: frozenset[str]) -> None:
        self._header = header
        self._value = value
        self._origins = origins

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the key in, or leave it out."""
        if origin_of(request.url) in self._origins:
            request.headers[self._header] = self._value
        yield request


class TappedTransport(httpx.BaseTransport):
    """Passes requests on and tells a tap of them, keys removed."""

    def __init__(self, inner: httpx.BaseTransport, tap: Tap, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._tap = tap
        self._monotonic = monotonic

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, read to the end, tell."""
        begun = self._monotonic()
        sent = _without_keys(request.headers), _short(request.read())
        try:
            response = self._inner.handle_request(request)
            elapsed = self._monotonic() - begun
            response.read()
        except httpx.TransportError as error:
            took = self._monotonic() - begun
            self._tap(Exchange(request.method, str(request.url), *sent, 0, {}, b"", took, error=repr(error)))
            raise
        self._tap(
            Exchange(
                request.method,
                str(request.url),
                *sent,
                response.status_code,
                _without_keys(response.headers),
                _short(response.content),
                elapsed,
            )
        )
        headers = [(n, v) for n, v in response.headers.multi_items() if n not in ("content-encoding", "content-length")]
        return httpx.Response(
            response.status_code, headers=headers, content=response.content, extensions=response.extensions
        )

    def close(self) -> None:
        """Close what it passes requests on to."""
        self._inner.close()


def without_key(response: httpx.Response, key: str) -> httpx.Response:
    """The same response, without our key: what a server says goes into records and onto screens, and it may repeat it.

    Args:
        response: One that is still a stream is given back as it is: see :func:`blotted`.
        key: The key, or ``id:secret``; neither part may stay.
    """
    if not response.is_closed:
        return response
    content = blotted(response.content, key)
    headers = [(n.encode(), blotted(v.encode(), key)) for n, v in response.headers.multi_items()]
    if content == response.content and headers == [(n.encode(), v.encode()) for n, v in response.headers.multi_items()]:
        return response
    kept = [(name, value) for name, value in headers if name not in (b"content-encoding", b"content-length")]
    return httpx.Response(
        response.status_code, headers=kept, content=content, request=response.request, extensions=response.extensions
    )


def blotted(content: bytes, key: str) -> bytes:
    """Bytes in which neither a key nor one of its parts stands."""
    for part in sorted({key, *key.split(":")}, key=len, reverse=True):
        if len(part) >= _SECRET_SIGNS:
            content = content.replace(part.encode(), b"(key removed)")
    return content


def origin_of(url: httpx.URL | str) -> str:
    """``https://host:port`` of an URL, the port always said."""
    url = httpx.URL(url)
    port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
    return f"{url.scheme}://{url.host}:{port}"


@contextmanager
def mapped(provider: str, what: str, *, paid: bool = False) -> Iterator[None]:
    """Map httpx's exceptions, for anything but a paid call to weather.

    Args:
        provider: Who is spoken to.
        what: What was done, such as ``asking for the job's status``.
        paid: It is the one call that may cost: whatever was not provably unsent has an unknown outcome.

    Raises:
        Unreachable: The connection was never made: proven not sent.
        OutcomeUnknown: A paid call went out, and no whole answer came.
        ProviderError: Weather.
    """
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise Unreachable(
            f"{provider} can't be reached ({what}): {_words(error)}",
            remedy="look at the network, then go on: starsend run",
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        said = f"{provider}, {what}: {_words(error)}"
        if paid:
            raise OutcomeUnknown(said, remedy="look for it: starsend reconcile") from error
        raise ProviderError(said, remedy="it is asked again by itself; later: starsend run", code="weather") from error


def _words(error: Exception) -> str:
    if isinstance(error, httpx.LocalProtocolError):  # it may repeat a header, and with it a key
        return f"{type(error).__name__}: the request can't be written as it is"
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}"


def _without_keys(headers: httpx.Headers) -> dict[str, str]:
    return {name: "(removed)" if name in _KEYS else value for name, value in headers.items()}


def _short(body: bytes) -> bytes:
    return body if len(body) <= _TAPPED_BYTES else f"({len(body)} bytes)".encode()
