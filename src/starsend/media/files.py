"""Files of pictures and video: hashed, written whole or not at all, kept as numbered backups."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starsend.errors import MediaError, SetupError

_serial = itertools.count(1)

# What a download or a mistaken path often holds instead of media, by its first bytes.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"<svg", "an SVG drawing"),
    (b"{", "a JSON file"),
    (b"%pdf", "a PDF"),
    (b"pk\x03\x04", "a ZIP archive"),
    (b"8bps", "a Photoshop file"),
    (b"\x89png", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"gif8", "a GIF picture"),
)


def sha256_of(path: Path) -> str:
    """Hash a file's content as 64 hexadecimal digits.

    Raises:
        MediaError: It is missing or can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise unreadable(path, exc) from exc


def unreadable(path: Path, exc: OSError) -> MediaError:
    """The error for a file that the system won't open: missing, a folder, or forbidden."""
    if not path.exists():
        return MediaError(
            f"{path} is not there.", remedy="Check the path; put the file there, then try again.", code="missing"
        )
    return MediaError(
        f"{path} can't be read: {exc.strerror}.",
        remedy="Check that it is a file and that you may read it, then try again.",
        code="unreadable",
    )


def looks_like(path: Path) -> str:
    """Say in words what a file that is no media looks like, with a leading space and brackets; '' if unknown."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError:
        return ""
    if not head:
        return " (it is empty)"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return " (it is a HEIC photo)" if brand in (b"heic", b"heix", b"mif1", b"msf1") else " (it is a video)"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((f" (it is {words})" for start, words in _SIGNATURES if text.startswith(start)), "")


def write_atomically(destination: Path, content: bytes) -> None:
    """Write a file whole or not at all: part file beside it, fsync, rename, fsync of the folder.

    Raises:
        SetupError: The disk is full or the folder may not be written; an older file there is untouched.
    """
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with _part_file(destination) as part:
            part.write_bytes(content)
            _fsync(part)
            part.replace(destination)
        _fsync(destination.parent)
    except OSError as exc:
        raise SetupError(
            f"{destination} could not be written: {exc.strerror}.",
            remedy="Free some disk space or mend the folder's permissions, then run the same command again.",
            code="disk",
        ) from exc


def keep_by_content(source: Path, folder: Path) -> tuple[str, Path]:
    """Copy a file into a folder under its content hash, where it isn't there; also many at once. Gives hash and copy.

    Raises:
        MediaError: The source can't be read.
        SetupError: The disk.
    """
    try:
        content = source.read_bytes()
    except OSError as exc:
        raise unreadable(source, exc) from exc
    sha256 = hashlib.sha256(content).hexdigest()
    copy = folder / f"{sha256}{source.suffix.lower()}"
    if not copy.exists():
        write_atomically(copy, content)
    return sha256, copy


def keep_backup(destination: Path) -> Path | None:
    """Keep a file under the next free number before it is replaced: ``SEQ01.png`` → ``SEQ01.1.png``.

    The file itself stays where it is, so that there is no moment without it.

    Returns:
        The backup, or None where there was nothing to keep.

    Raises:
        SetupError: The backup could not be written.
    """
    if not destination.exists():
        return None
    for number in itertools.count(1):
        backup = destination.with_name(f"{destination.stem}.{number}{destination.suffix}")
        try:
            _link_or_copy(destination, backup)
        except FileExistsError:
            continue
        except OSError as exc:
            raise SetupError(
                f"{backup} could not be written: {exc.strerror}.",
                remedy="Free some disk space or mend the folder's permissions, then run the same command again.",
                code="disk",
            ) from exc
        return backup
    raise AssertionError


def _link_or_copy(source: Path, backup: Path) -> None:
    try:
        backup.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with source.open("rb") as old, backup.open("xb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
    _fsync(backup.parent)


@contextmanager
def _part_file(destination: Path) -> Iterator[Path]:
    """A file name of this process's own beside the destination, gone afterwards whatever happens."""
    while True:
        part = destination.with_name(f".{destination.name}.{os.getpid()}-{next(_serial)}.part")
        try:
            part.touch(exist_ok=False)  # a dead process of the same number may have left one
            break
        except FileExistsError:
            continue
    try:
        yield part
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
