"""How fal is reached: its hosts, or another server in their place; one client for each kind of talk.

The key goes in a header, to fal's own hosts or to the one configured address, and nowhere else: not to a URL that a
reply names elsewhere, not along a redirect, not to where pictures and videos are stored.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import httpx

from starsend.errors import ProviderError
from starsend.providers.bounded import BoundedClient
from starsend.providers.surroundings import Surroundings
from starsend.providers.wire import KeyOnOrigin, TappedTransport, mapped, origin_of, without_key

OWN_URL: Final = "https://queue.fal.run"
_PLATFORM: Final = "https://api.fal.ai/v1"
_KEYED_HOSTS: Final = ("queue.fal.run", "rest.fal.ai", "api.fal.ai", "fal.run")
_SDK_HOSTS: Final = ("rest.fal.ai", "v3.fal.media")
"""Hosts that are constants of fal-client 1.0.3: REST_URL and CDN_URL."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

SUBMIT_TIMEOUT: Final = httpx.Timeout(120.0, connect=10.0)
ASK_TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Of a status, a result, a listing. The SDK would wait 120 s; a thread is not held so long, it asks again later."""
DOWNLOAD_TIMEOUT: Final = httpx.Timeout(60.0, connect=10.0)
UPLOAD_TIMEOUT: Final = httpx.Timeout(120.0, connect=10.0)
MOST_BYTES: Final = 32_000_000
"""Of an answer that is no video. A page of a listing has 100 jobs with their inputs, of some thousand bytes each."""
MOST_S: Final = 120.0
"""For the body of such an answer; a timeout bounds only the silence between two pieces of it."""
_POOL: Final = httpx.Limits(max_connections=None, max_keepalive_connections=64, keepalive_expiry=20.0)
_NO_POOL: Final = httpx.Limits(max_keepalive_connections=0)
"""A connection that the server closed meanwhile would make an unknown outcome from nothing."""
_WEATHER: Final = (408, 409, 425, 429)


@dataclass(frozen=True)
class Address:
    """Where fal is: its own hosts, or everything under one base URL."""

    base_url: str

    @property
    def own(self) -> bool:
        """It is fal itself."""
        return self.base_url == OWN_URL

    @property
    def platform(self) -> str:
        """Its platform API: listings, prices, bills."""
        return _PLATFORM if self.own else f"{self.base_url}/v1"

    @property
    def keyed(self) -> frozenset[str]:
        """Origins that may have the key."""
        hosts = [f"https://{host}" for host in _KEYED_HOSTS] if self.own else [self.base_url]
        return frozenset(origin_of(host) for host in hosts)

    def knows(self, url: str) -> bool:
        """Whether a URL lies where the key may go."""
        try:
            return origin_of(url) in self.keyed
        except httpx.InvalidURL:
            return False

    def placed(self, url: httpx.URL) -> httpx.URL:
        """A URL that the SDK made, at this address."""
        if self.own or url.host not in _SDK_HOSTS:
            return url
        base = httpx.URL(self.base_url)
        path = base.raw_path.rstrip(b"/") + url.raw_path
        return url.copy_with(scheme=base.scheme, host=base.host, port=base.port, raw_path=path)


class SingleAttempt(BoundedClient):
    """A client for fal's SDK that leaves it nothing to retry: weather comes out as our own error, at once.

    The SDK asks up to ten times, with pauses, on a dropped connection, 408, 409 and 429 (fal_client 1.0.3,
    ``_maybe_retry_request``); that would hold a thread for a minute.

    Args:
        what: What is done with it, in words, for messages.
        timeout: Also of requests for which the SDK asks another one.
        place: Where a URL that the SDK made really lies.
        key: It is taken out of answers that repeat it.
    """

    def __init__(
        self,
        what: str,
        timeout: httpx.Timeout,
        place: Callable[[httpx.URL], httpx.URL] | None = None,
        *,
        key: str,
        **given: Any,
    ) -> None:
        super().__init__(most_bytes=MOST_BYTES, most_s=MOST_S, timeout=timeout, follow_redirects=False, **given)
        self._what = what
        self._key = key
        self._place = place

    def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        """Send once.

        Raises:
            Unreachable, ProviderError: Weather.
        """
        if self._place is not None:
            request.url = self._place(request.url)
            request.headers["Host"] = request.url.netloc.decode("ascii")
        request.extensions.setdefault("timeout", {})
        request.extensions["timeout"] = _least(request.extensions["timeout"], self.timeout.as_dict())
        with mapped("fal", self._what):
            response = without_key(
                super().send(request, stream=stream, **{**how, "follow_redirects": False}), self._key
            )
        if response.is_redirect:
            where = response.headers.get("location", "nowhere")
            raise weather(f"fal, {self._what}: HTTP {response.status_code} points to {where} and was not followed")
        if response.status_code in _WEATHER or response.status_code >= 500:
            raise weather(f"fal, {self._what}: HTTP {response.status_code}")
        return response


def weather(message: str) -> ProviderError:
    """An error that passes by itself."""
    return ProviderError(message, remedy="it is asked again by itself; later: starsend run", code="weather")


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted; loading them takes a tenth of a second."""
    return httpx.create_ssl_context()


def _least(asked: dict[str, float | None], ours: dict[str, float | None]) -> dict[str, float | None]:
    return {
        name: most if asked.get(name) is None or most is None else min(most, asked[name] or most)
        for name, most in ours.items()
    }


@dataclass
class FalClients:
    """The clients, each made when it is first needed. Safe for threads."""

    around: Surroundings
    address: Address
    _made: dict[str, httpx.Client] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def submit(self) -> httpx.Client:
        """For the one POST: a connection of its own each time, no redirects."""
        return self._client(
            "submit",
            lambda: BoundedClient(
                most_bytes=MOST_BYTES, most_s=MOST_S, auth=self._key(), **self._kept(_NO_POOL, SUBMIT_TIMEOUT)
            ),
        )

    @property
    def ask(self) -> SingleAttempt:
        """For status, result, cancelling and the platform API, with the key."""
        client = self._client(
            "ask",
            lambda: SingleAttempt(
                "asking for a job", ASK_TIMEOUT, key=self.around.fal.key, auth=self._key(), **self._wiring()
            ),
        )
        assert isinstance(client, SingleAttempt)  # noqa: S101 - narrows the type
        return client

    @property
    def plain(self) -> httpx.Client:
        """For downloads: never a key."""
        return self._client("plain", lambda: httpx.Client(**self._kept(_POOL, DOWNLOAD_TIMEOUT)))

    def uploading(self, auth: httpx.Auth | None = None) -> SingleAttempt:
        """For uploads by the SDK: the address in place of its hosts. The SDK adds the key itself where it is wanted.

        Args:
            auth: For the client that brings pictures to the CDN: its own token.
        """
        client = self._client(
            f"upload-{auth is not None}",
            lambda: SingleAttempt(
                "uploading", UPLOAD_TIMEOUT, self.address.placed, key=self.around.fal.key, auth=auth, **self._wiring()
            ),
        )
        assert isinstance(client, SingleAttempt)  # noqa: S101 - narrows the type
        return client

    def close(self) -> None:
        """Close all connections; the next use makes new ones."""
        with self._lock:
            made, self._made = self._made, {}
        for client in made.values():
            client.close()

    def _key(self) -> httpx.Auth:
        return KeyOnOrigin("Authorization", f"Key {self.around.fal.key}", self.address.keyed)

    def _kept(self, limits: httpx.Limits, timeout: httpx.Timeout) -> dict[str, Any]:
        return {"timeout": timeout, "follow_redirects": False, **self._wiring(limits)}

    def _wiring(self, limits: httpx.Limits = _POOL) -> dict[str, Any]:
        """Certificates are loaded once for all; a proxy of the environment is used, but not for this very machine."""
        local = httpx.URL(self.address.base_url).host in _LOOPBACK
        verify = _trusted()
        if self.around.tap is None:
            return {"limits": limits, "verify": verify, "trust_env": not local}
        inner = httpx.HTTPTransport(limits=limits, verify=verify, trust_env=not local)
        return {"transport": TappedTransport(inner, self.around.tap, self.around.monotonic)}

    def _client(self, which: str, make: Callable[[], httpx.Client]) -> httpx.Client:
        with self._lock:
            if which not in self._made:
                self._made[which] = make()
            return self._made[which]
