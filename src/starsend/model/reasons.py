"""The kinds of fault that a rejection names, and how a rejection's reason is said wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

REASONS: Final[dict[str, str]] = {
    "identity": "identity",
    "hands": "hands",
    "motion": "motion",
    "camera": "camera",
    "continuity": "continuity",
    "prompt": "prompt ignored",
    "artefact": "artefact",
    "sound": "sound",
}
"""As it is written into a record → as it is said. In the order of the digits that choose them in Dailies."""


def said_reason(reason: str | None, reasons: Iterable[str]) -> str:
    """Why a take was rejected, in one line: its kinds of fault, then its words: ``camera: too dark``.

    Args:
        reason: The words; where none were given, a record holds the kinds here, and they are said once.
        reasons: The kinds, as they are written; one that isn't known is said as it is.
    """
    kinds = ", ".join(REASONS.get(kind, kind) for kind in reasons)
    words = reason or ""
    return f"{kinds}: {words}" if kinds and words and words != kinds else words or kinds
