"""This machine: Python, libraries, fonts, and the clock against a server's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Final

from starsend import __version__
from starsend.doctor.finding import Finding, Notebook

_NEWEST_TRIED: Final = (3, 14)
OFF_A_LITTLE: Final = timedelta(seconds=30)
OFF_TOO_FAR: Final = timedelta(minutes=5)
"""Lost jobs are looked for from ten minutes before our own clock's time of the intent: half of that is left as room."""


def look_at_machine() -> tuple[Finding, ...]:
    """Look at Python, the libraries and the fonts."""
    notes = Notebook("machine")
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] > _NEWEST_TRIED:
        newest = ".".join(map(str, _NEWEST_TRIED))
        notes.warn("Python", f"{version} is newer than what Starsend was tried with", f"use Python {newest}")
    else:
        notes.good("Python", f"{version} with Starsend {__version__}")
    _look_at_libraries(notes)
    _look_at_fonts(notes)
    return notes.findings()


def _look_at_libraries(notes: Notebook) -> None:
    try:
        wanted = [text.partition(";")[0].strip() for text in metadata.requires("starsend") or () if "extra" not in text]
    except metadata.PackageNotFoundError:
        notes.warn("libraries", "Starsend runs from a folder and is not installed", "install it: pip install .")
        return
    found = []
    for text in wanted:
        name = text.split("<")[0].split(">")[0].split("=")[0].split("!")[0].split("[")[0].strip()
        pinned = text.partition("==")[2]
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            notes.bad("libraries", f"{name} is missing", f'install it: pip install "{text}"')
            continue
        found.append(f"{name} {version}")
        if pinned and version != pinned:
            notes.warn("libraries", f"{name} is {version}, and was tried as {pinned}", f'pip install "{text}"')
    notes.good("libraries", ", ".join(found))


def _look_at_fonts(notes: Notebook) -> None:
    """Load each font that burn-ins need, as they do."""
    from starsend.media.slate_card import font

    try:
        for bold in (False, True):
            for family in ("inter", "jetbrains-mono"):
                font(20, bold, family)
    except OSError as error:
        notes.bad("fonts", f"a font of the burn-ins can't be loaded: {error}", "install Starsend again")
        return
    notes.good("fonts", "those of the burn-ins are there")


def look_at_clock(dates: Sequence[tuple[str, datetime]]) -> Finding:
    """Compare our clock with the servers' that were reached.

    Args:
        dates: ``Date`` headers as they came, each with our own time then.
    """
    offs = []
    for text, ours in dates:
        try:
            offs.append(ours - parsedate_to_datetime(text))
        except (ValueError, TypeError):
            continue
    if not offs:
        return Finding("machine", "clock", "good", "no server was asked for its time")
    off = min(offs, key=abs)  # an answer that took long looks like a clock that is ahead
    seconds = round(abs(off.total_seconds()))
    if abs(off) < OFF_A_LITTLE:
        return Finding("machine", "clock", "good", f"within {max(seconds, 1)} s of the servers'")
    said = f"{seconds} s {'ahead of' if off > timedelta(0) else 'behind'} the servers'"
    state = "bad" if abs(off) > OFF_TOO_FAR else "warning"
    remedy = "set the clock (timedatectl set-ntp true): lost jobs are looked for by time"
    return Finding("machine", "clock", "bad" if state == "bad" else "warning", said, remedy)
