"""Pictures on their way to fal: through its SDK, elements only once while their URL lives."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import httpx
import orjson
from fal_client import SyncClient
from fal_client.auth import AuthCredentials
from fal_client.client import CDNToken, CDNTokenManager, FalClientHTTPError, StorageSettings

from starsend.errors import MediaError, ProviderError, SetupError
from starsend.media.files import unreadable, write_atomically
from starsend.model.take import JsonObject
from starsend.providers.fal_errors import read_error, wrong_key
from starsend.providers.fal_wire import FalClients, weather
from starsend.providers.kling_input import Placed

LIFE: Final = timedelta(days=30)
"""How long fal is asked to keep what we upload (StorageSettings of fal_client 1.0.3)."""
_LEAST_LEFT: Final = timedelta(days=1)
"""A URL that ends sooner is not used: a job may wait for long."""
_TRIES: Final = 3
_FIRST_PAUSE_S: Final = 0.5

_QUIET: Final = logging.NullHandler()
"""The SDK's warnings of a second try are no news for who looks at a progress bar; what fails is raised."""
_TYPES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


class FalUploads:
    """Uploads pictures, and remembers the URLs of those that are shared between jobs. Safe for threads.

    Args:
        folder: Where URLs are remembered: a small file for each picture. A broken one is as good as none.
        new_id: Makes the name of a picture that belongs to one job alone.
        sleep: Waits so many seconds between tries.
    """

    def __init__(
        self,
        clients: FalClients,
        folder: Path,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        sleep: Callable[[float], None],
    ) -> None:
        self._clients = clients
        self._folder = folder
        self._now = now
        self._new_id = new_id
        self._sleep = sleep
        self._one_each: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._sdk: _Uploader | None = None
        self._lock = threading.Lock()
        logging.getLogger("fal_client").addHandler(_QUIET)

    def place(self, path: Path, own: bool) -> Placed:
        """Put a picture where fal can read it; ``own`` asks for a URL that no other job has.

        Raises:
            MediaError: It can't be read, or is neither PNG nor JPEG.
            ProviderError: The upload failed; nothing was bought.
            SetupError: ``wrong-key``.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise unreadable(path, error) from error
        sha256 = hashlib.sha256(content).hexdigest()
        if own:
            return Placed(self._upload(path, content, f"{sha256[:12]}-{self._new_id()}"), sha256)
        with self._lock:
            turn = self._one_each[sha256]
        with turn:  # many jobs at once want the same element: one of them uploads it
            url = self._remembered(sha256)
            if url is None:
                url = self._upload(path, content, sha256[:24])
                self._remember(sha256, url)
            return Placed(url, sha256)

    def forget(self, body: JsonObject) -> None:
        """Forget the URLs that a body names: fal could not read what should be there."""
        sent = orjson.dumps(body)
        for note in self._folder.glob("*.json"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                if orjson.dumps(orjson.loads(note.read_bytes())["url"]) in sent:
                    note.unlink()

    def close(self) -> None:
        """Forget the SDK's client; the next upload makes a new one."""
        with self._lock:
            self._sdk = None

    def _upload(self, path: Path, content: bytes, name: str) -> str:
        kind, suffix = _type_of(path, content)
        for tries_left in range(_TRIES - 1, -1, -1):
            try:
                url = self._client().upload(content, kind, f"{name}{suffix}", lifecycle=_lifecycle())
            except FalClientHTTPError as error:
                said = read_error(error.status_code, error.response_headers, _json(error.response)).words
                if error.status_code in (401, 403):
                    raise wrong_key(said) from error
                raise _not_uploaded(path, said) from error
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                failed = _not_uploaded(path, f"an answer that can't be read: {error!r}")
            except ProviderError as error:
                failed = _not_uploaded(path, error.message)
            else:
                if isinstance(url, str) and url.startswith(("https://", "http://")):
                    return url
                failed = _not_uploaded(path, f"an answer without a URL: {str(url)[:80]}")
            if tries_left:
                self._sleep(_FIRST_PAUSE_S * 2 ** (_TRIES - 1 - tries_left))
        raise failed

    def _client(self) -> _Uploader:
        with self._lock:
            if self._sdk is None:
                self._sdk = _Uploader(key=self._clients.around.fal.key, clients=self._clients)
            return self._sdk

    def _note(self, sha256: str) -> Path:
        server = hashlib.sha256(self._clients.address.base_url.encode()).hexdigest()[:12]
        return self._folder / f"{sha256}-{server}.json"

    def _remembered(self, sha256: str) -> str | None:
        try:
            note = orjson.loads(self._note(sha256).read_bytes())
            url, expires = str(note["url"]), datetime.fromisoformat(note["expires_at"])
            fits = note["sha256"] == sha256 and note["base_url"] == self._clients.address.base_url
            lives = self._now() < expires - _LEAST_LEFT and expires <= self._now() + LIFE
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return url if fits and lives and url.startswith(("https://", "http://")) else None

    def _remember(self, sha256: str, url: str) -> None:
        note = {
            "url": url,
            "sha256": sha256,
            "base_url": self._clients.address.base_url,
            "expires_at": (self._now() + LIFE).astimezone(UTC).isoformat(),
        }
        with suppress(SetupError):  # it only saves an upload; a full disk is told by what must be written
            write_atomically(self._note(sha256), orjson.dumps(note))


@dataclass(frozen=True)
class _Uploader(SyncClient):
    """The SDK's client on our own connections: its hosts where the address says, one attempt, no redirects."""

    clients: FalClients = field(kw_only=True, repr=False)

    @cached_property
    def _auth(self) -> AuthCredentials:
        return AuthCredentials("Key", self.key or "")

    @cached_property
    def _client(self) -> httpx.Client:
        return self.clients.uploading()

    @cached_property
    def _token_manager(self) -> CDNTokenManager:
        return _Tokens(self._auth, self.clients)

    @cached_property
    def _token_on_cdn(self) -> _TokenAuth:
        return _TokenAuth(self._token_manager)

    def _get_cdn_client(self) -> httpx.Client:
        return self.clients.uploading(self._token_on_cdn)


class _Tokens(CDNTokenManager):
    """Gets the CDN's tokens over our own connections."""

    def __init__(self, auth: AuthCredentials, clients: FalClients) -> None:
        super().__init__(auth)
        self._clients = clients

    def _refresh_token(self) -> CDNToken:
        response = self._clients.uploading().post(self._url, headers=self._headers, json={})
        if response.status_code in (401, 403):
            raise wrong_key(read_error(response.status_code, response.headers, _json(response)).words)
        if not response.is_success:
            raise weather(f"fal gives no token for uploads: HTTP {response.status_code}")
        data = response.json()
        expires = datetime.fromisoformat(data["expires_at"])
        if expires.tzinfo is None:
            expires = expires.replace(tzinfo=UTC)
        return CDNToken(data["token"], data["token_type"], data["base_url"], expires)


class _TokenAuth(httpx.Auth):
    """Adds the CDN's token; asked for when it is needed, so that the SDK's second way is open when there is none."""

    def __init__(self, tokens: CDNTokenManager) -> None:
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._tokens.get_token()
        request.headers["Authorization"] = f"{token.token_type} {token.token}"
        yield request


def _lifecycle() -> StorageSettings:
    return StorageSettings(expires_in=int(LIFE.total_seconds()))


def _type_of(path: Path, content: bytes) -> tuple[str, str]:
    for start, kind, suffix in _TYPES:
        if content.startswith(start):
            return kind, suffix
    raise MediaError(
        f"{path} is neither a PNG nor a JPEG, and fal's models take nothing else",
        remedy="put a PNG or JPEG in its place",
        code="unfit-image",
    )


def _not_uploaded(path: Path, why: str) -> ProviderError:
    return ProviderError(
        f"{path.name} could not be uploaded to fal; nothing was bought: {why}",
        remedy="try again: starsend run",
        code="upload-failed",
    )


def _json(response: httpx.Response) -> object:
    try:
        return orjson.loads(response.content)
    except ValueError:
        return None
