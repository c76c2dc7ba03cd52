"""What the server's rooms share: the books, the weather, the clock, the files, the keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from starsend.model.take import JsonObject
from starsend.rehearsal.books import Job, Ledger, StoredFile
from starsend.rehearsal.dice import Dice
from starsend.rehearsal.weather import Weather


@dataclass
class Site:
    """The server's shared state; used on its own thread only, but for the books.

    Args:
        folder: Where books and files lie.
        ledger: The books.
        dice: Weather and chance.
        clock: Gives the time in UTC.
        new_id: Gives ids.
        keys: Keys that are accepted; empty accepts any but ``wrong``.
        url: Where the server listens; known when it does.
        shown: sha256 of a picture → kind and description of the element that it shows.
    """

    folder: Path
    ledger: Ledger
    dice: Dice
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    keys: tuple[str, ...] = ()
    url: str = ""
    shown: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def weather(self) -> Weather:
        """As it is now."""
        return self.dice.weather

    def now(self) -> datetime:
        """The time by the server's own clock, which may run off."""
        return self.clock() + timedelta(seconds=self.weather.clock_skew_s)

    def stamp(self) -> str:
        """The time as text."""
        return self.now().isoformat(timespec="microseconds")

    def strikes(self, switch: str, body: JsonObject | None = None) -> bool:
        """Whether a switch strikes this request; ``body`` is what was submitted for it, for the switch ``only``."""
        return self._meant(body) and self.dice.hits(switch)

    def hold_s(self, body: JsonObject) -> float:
        """For how many seconds the answer to this submit is held."""
        held_s = self.weather.hold_reply_s
        return held_s if held_s > 0 and self._meant(body) and self.dice.held() else 0.0

    def _meant(self, body: JsonObject | None) -> bool:
        only = self.weather.only
        return only is None or body is None or only in orjson.dumps(body).decode()

    def elsewhere(self, path: str) -> str:
        """The same path at another origin: the one that the weather names, or this server by another name."""
        origin = self.weather.redirect_to or self.url.replace("127.0.0.1", "localhost")
        return origin + path

    def redirected(self, request: web.Request) -> bool:
        """Whether a request came by the other name; such a one isn't redirected again."""
        return request.host != urlsplit(self.url).netloc

    def right_key(self, key: str) -> bool:
        """Whether a key opens the door."""
        return key in self.keys if self.keys else key not in ("", "wrong")

    def store(self, content: bytes, name: str, content_type: str, request_id: str | None = None) -> StoredFile:
        """Keep bytes under a path of their own and enter them in the books."""
        place = f"files/b/{self.new_id().replace('-', '')}/{name}"
        disk = self.folder / place
        disk.parent.mkdir(parents=True)
        disk.write_bytes(content)
        return self.ledger.keep(StoredFile(f"/{place}", place, content_type, request_id))

    def find(self, url: str) -> StoredFile | None:
        """The file of a URL that this server gave out, by whatever port it had then."""
        return self.ledger.files.get(urlsplit(url).path)

    def fetch(self, url: Any) -> bytes | None:
        """The bytes behind a URL: of a file that was uploaded here, or of a data URI; None where there are none."""
        if not isinstance(url, str):
            return None
        if match := re.match(r"data:[^,]*;base64,", url):
            try:
                return base64.b64decode(url[match.end() :], validate=True)
            except binascii.Error:
                return None
        file = self.find(url)
        return None if file is None else (self.folder / file.disk).read_bytes()

    def job(self, request_id: str) -> Job | None:
        """A job by its id."""
        return self.ledger.jobs.get(request_id)


def carried_key(request: web.Request) -> tuple[bool, bool]:
    """Whether a vendor's key came with a request, and whether it stood in the URL."""
    in_url = any(name in request.query for name in ("key", "api_key", "fal_key"))
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    return in_url or scheme == "key" or "x-goog-api-key" in request.headers, in_url


def sha256_hex(content: bytes) -> str:
    """The hash of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
