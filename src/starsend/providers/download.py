"""A video from a URL to a part file: never a key, redirects by hand, checked, and gone on with where it was cut.

What is known of a part stands in a small file beside it: how much of it is surely on disk, and what the server calls
this very content, so that two different files are never joined.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

import httpx
import orjson

from starsend.errors import MediaError, ProviderError
from starsend.media.files import looks_like
from starsend.providers.base import Progress
from starsend.providers.wire import mapped

_HOPS: Final = 5
_SYNC_EVERY_BYTES: Final = 8 << 20
_VIDEO_TYPES: Final = ("video/", "application/octet-stream", "binary/octet-stream", "application/mp4")
_VIDEO_STARTS: Final = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip")
"""Bytes 4 to 8 of an MP4 or QuickTime file."""
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_AGAIN: Final = "it is fetched again by itself; later: starsend run"


@dataclass(frozen=True)
class Wanted:
    """What is fetched.

    Attributes:
        size: Bytes, where the provider said so.
        largest: More bytes are not taken.
    """

    url: str
    size: int | None
    largest: int


@dataclass(frozen=True)
class _Kept:
    """What is known of a part.

    Attributes:
        tag: ETag or Last-Modified of the content.
        total: Bytes of the whole; None where the server didn't say.
        synced: So many bytes are surely on disk.
    """

    tag: str
    total: int | None
    synced: int


def notes_of(part: Path) -> Path:
    """Where it stands what is known of a part."""
    return part.with_name(f"{part.name}.from")


def download(client: httpx.Client, wanted: Wanted, part: Path, progress: Progress) -> None:
    """Fetch a video to ``part``, or go on with what is there.

    Args:
        client: Must send no key and follow no redirects.
        wanted: What is fetched.
        part: Where it goes; :func:`notes_of` it stands beside it until it is whole.
        progress: Told the share that is there; may raise to stop, and what came is kept.

    Raises:
        MediaError: ``short`` or ``wrong-type``: fetched again later; ``too-large``: it was not taken.
        ProviderError: Weather.
        OSError: The disk.
    """
    if wanted.size is not None and wanted.size > wanted.largest:
        raise _too_large(wanted.size, wanted.largest)
    try:
        _follow(client, wanted, part, progress)
        _check(part, wanted)
    except MediaError as error:
        if error.code in ("too-large", "wrong-type"):
            drop(part)
        raise
    notes_of(part).unlink(missing_ok=True)


def _follow(client: httpx.Client, wanted: Wanted, part: Path, progress: Progress) -> None:
    """Fetch, along a few redirects."""
    kept = _known(part)
    url = wanted.url
    for _ in range(_HOPS + 1):
        with mapped("fal", "downloading"), client.stream("GET", url, headers=_headers(kept)) as response:
            if not response.is_redirect:
                _take(response, wanted, kept, part, progress)
                return
            url = _next_hop(response)
    raise ProviderError(f"fal, downloading: more than {_HOPS} redirects", remedy=_AGAIN, code="weather")


def drop(part: Path) -> None:
    """Forget a part and what is known of it."""
    part.unlink(missing_ok=True)
    notes_of(part).unlink(missing_ok=True)


def _headers(kept: _Kept | None) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity", "Accept": "*/*"}
    if kept is not None:
        headers |= {"Range": f"bytes={kept.synced}-", "If-Range": kept.tag}
    return headers


def _next_hop(response: httpx.Response) -> str:
    to = response.url.join(response.headers.get("location", ""))
    if to.scheme not in ("https", "http") or (response.url.scheme == "https" and to.scheme != "https"):
        raise ProviderError(
            f"fal, downloading: a redirect to {to.scheme}://{to.host} is not followed", remedy=_AGAIN, code="weather"
        )
    return str(to)


def _take(response: httpx.Response, wanted: Wanted, kept: _Kept | None, part: Path, progress: Progress) -> None:
    """Read the body into the part, from where it was cut if the server goes on there."""
    if response.status_code == 416:
        drop(part)
        raise MediaError("the server can't go on with the download; it begins anew", remedy=_AGAIN, code="short")
    if response.status_code not in (200, 206):
        raise ProviderError(f"fal, downloading: HTTP {response.status_code}", remedy=_AGAIN, code="weather")
    _check_type(response)
    begin, total = _extent(response, kept, part)
    if total is not None and total > wanted.largest:
        raise _too_large(total, wanted.largest)
    tag = _tag(response)
    with part.open("r+b" if begin else "wb") as file:
        if begin:
            file.truncate(begin)
            file.seek(begin)
        writer = _Writer(file, part, tag, total, begin)
        try:
            _stream(response, writer, wanted, total or wanted.size, progress)
        finally:
            writer.keep()
    if total is not None and part.stat().st_size != total:
        raise _short(part.stat().st_size, total)


@dataclass
class _Writer:
    """Writes to a part, and notes how much of it is surely on disk."""

    file: BinaryIO
    part: Path
    tag: str | None
    total: int | None
    there: int
    noted: int = 0

    def write(self, chunk: bytes) -> None:
        self.file.write(chunk)
        self.there += len(chunk)
        if self.there - self.noted >= _SYNC_EVERY_BYTES:
            self.keep()

    def keep(self) -> None:
        """Sync and note; a disk that can't is told of by the write itself."""
        with suppress(OSError):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.noted = self.there
            if self.tag is not None:
                beside = notes_of(self.part)
                fresh = beside.with_name(f"{beside.name}.new")
                fresh.write_bytes(orjson.dumps(asdict(_Kept(self.tag, self.total, self.there))))
                fresh.replace(beside)
            else:
                notes_of(self.part).unlink(missing_ok=True)


def _stream(
    response: httpx.Response, writer: _Writer, wanted: Wanted, expected: int | None, progress: Progress
) -> None:
    try:
        for chunk in response.iter_bytes():  # as it comes: chunks of a size would be lost at a cut
            if writer.there + len(chunk) > wanted.largest:
                raise _too_large(None, wanted.largest)
            writer.write(chunk)
            progress(min(1.0, writer.there / expected) if expected else 0.0)
    except httpx.TransportError as error:
        raise _short(writer.there, expected) from error


def _extent(response: httpx.Response, kept: _Kept | None, part: Path) -> tuple[int, int | None]:
    """Where the body begins in the file, and how long the whole file is."""
    if response.headers.get("content-encoding", "identity") != "identity":  # asked for as it is; its length is no help
        return 0, None
    if response.status_code == 200:
        length = response.headers.get("content-length", "")
        return 0, int(length) if length.isdecimal() else None
    match = _RANGE.fullmatch(response.headers.get("content-range", ""))
    total = int(match[2]) if match is not None and match[2] != "*" else None
    if kept is None or match is None or int(match[1]) != kept.synced or kept.total not in (None, total):
        drop(part)
        raise MediaError("another piece of the file came than was asked for", remedy=_AGAIN, code="short")
    return kept.synced, total


def _tag(response: httpx.Response) -> str | None:
    """What the server calls this very content; a weak tag doesn't promise the same bytes."""
    tag: str | None = response.headers.get("etag")
    if tag and not tag.startswith("W/"):
        return tag
    modified: str | None = response.headers.get("last-modified")
    return modified


def _known(part: Path) -> _Kept | None:
    try:
        note = orjson.loads(notes_of(part).read_bytes())
        kept = _Kept(str(note["tag"]), note["total"], int(note["synced"]))
        size = part.stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = kept.total is not None and kept.synced >= kept.total
    return kept if 0 < kept.synced <= size and not whole else None


def _check_type(response: httpx.Response) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not kind.startswith(_VIDEO_TYPES):
        raise MediaError(f"{kind} came instead of a video", remedy=_AGAIN, code="wrong-type")


def _check(part: Path, wanted: Wanted) -> None:
    size = part.stat().st_size
    if wanted.size is not None and size < wanted.size:  # longer is no fault: it is decoded before it is believed
        notes_of(part).unlink(missing_ok=True)  # the server called this the whole: there is nothing to go on with
        raise _short(size, wanted.size)
    with part.open("rb") as file:
        head = file.read(8)
    if head[4:8] not in _VIDEO_STARTS:
        raise MediaError(f"what came is no MP4{looks_like(part)}", remedy=_AGAIN, code="wrong-type")


def _short(size: int, whole: int | None) -> MediaError:
    of = "" if whole is None else f" of {whole}"
    return MediaError(f"the download was cut after {size}{of} bytes", remedy=_AGAIN, code="short")


def _too_large(size: int | None, largest: int) -> MediaError:
    much = "more" if size is None else f"{size / 1e6:.0f} MB"
    return MediaError(
        f"the video is too large: {much}, and [download] largest_mb is {largest // 1_000_000}",
        remedy=f"if it is meant to be so large: starsend.toml, [download] largest_mb = {_room(size, largest)}",
        code="too-large",
    )


def _room(size: int | None, largest: int) -> int:
    return (size or largest * 2) // 1_000_000 + 1
