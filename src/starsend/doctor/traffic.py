"""The record of a canary's traffic: what went out and came back, without keys, a line of JSON each."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from starsend.providers.wire import Exchange

_SECRET_NAMES: Final = re.compile(r"token|secret|signature|api_?key|authorization|cookie", re.IGNORECASE)
_LONG_CHARS: Final = 2000
"""A longer text in JSON, such as a picture in base64, is kept as its length and hash."""
_REMOVED: Final = "(removed)"


@dataclass(frozen=True)
class Seen:
    """One exchange, and when it was over."""

    at: datetime
    exchange: Exchange

    @property
    def path(self) -> str:
        """Of the URL, without its query."""
        return urlsplit(self.exchange.url).path

    @property
    def url(self) -> str:
        """Without its query."""
        return self.exchange.url.partition("?")[0]

    @property
    def status(self) -> int:
        """The answer's status code; 0 where none came."""
        return self.exchange.status

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body; empty where it is no JSON object."""
        return _object(self.exchange.body)

    @property
    def sent(self) -> dict[str, Any]:
        """The request's body; empty where it is no JSON object."""
        return _object(self.exchange.request_body)

    def header(self, name: str) -> str | None:
        """A header of the answer, whatever the case of its name."""
        return next((value for key, value in self.exchange.headers.items() if key.lower() == name.lower()), None)


class TrafficLog:
    """A tap that keeps all exchanges, and writes each to a file at once, so that a crash leaves what was seen.

    Args:
        path: The file; made with the first exchange.
        now: Aware UTC time.
        secrets: Keys; they are taken out wherever they stand.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], secrets: Sequence[str]) -> None:
        self.path = path
        self._now = now
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._guard = threading.Lock()
        self._seen: list[Seen] = []

    def __call__(self, exchange: Exchange) -> None:
        """Keep one exchange."""
        seen = Seen(self._now(), exchange)
        line = orjson.dumps(_line(seen))
        for secret in self._secrets:
            line = line.replace(secret, _REMOVED.encode())
        with self._guard:
            self._seen.append(seen)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(line + b"\n")

    def seen(self) -> tuple[Seen, ...]:
        """All exchanges so far, in the order in which they ended."""
        with self._guard:
            return tuple(self._seen)


def _line(seen: Seen) -> dict[str, Any]:
    exchange = seen.exchange
    return {
        "at": seen.at.isoformat(),
        "method": exchange.method,
        "url": _url(exchange.url),
        "request_headers": _headers(exchange.request_headers),
        "request_body": _shown(exchange.request_body),
        "status": exchange.status,
        "headers": _headers(exchange.headers),
        "body": _shown(exchange.body),
        "elapsed_s": round(exchange.elapsed_s, 3),
        "error": exchange.error,
    }


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: _REMOVED if _SECRET_NAMES.search(name) else value for name, value in headers.items()}


def _url(url: str) -> str:
    """Signatures in queries are keys too."""
    return re.sub(r"([?&][^=&]*(?:key|token|signature|credential)[^=&]*=)[^&]*", rf"\1{_REMOVED}", url, flags=re.I)


def _shown(body: bytes) -> Any:
    """JSON with long texts and secrets taken out; other text as it is; of anything else the size and hash."""
    if not body:
        return None
    try:
        return _trimmed(orjson.loads(body))
    except ValueError:
        pass
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _measure(body)
    return text if len(text) <= _LONG_CHARS else _measure(body)


def _trimmed(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _trimmed(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_trimmed(each, name) for each in value]
    if isinstance(value, str):
        if _SECRET_NAMES.search(name):
            return _REMOVED
        return value if len(value) <= _LONG_CHARS else _measure(value.encode())
    return value


def _measure(data: bytes) -> str:
    return f"({len(data)} bytes, sha256 {sha256(data).hexdigest()})"


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = orjson.loads(body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
