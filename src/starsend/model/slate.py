"""Slates: ``SEQ01`` (a sequence), ``SEQ01_SH03`` (one of its shots), ``SEQ01_T002`` and ``SEQ01_SH03_T002`` (takes).

Every id that becomes part of a path passes through :func:`check_id`, so none can leave its folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering
from typing import Self

from starsend.errors import PlanError

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
SHOT_PATTERN = r"SH[0-9]{1,6}"

_ID = re.compile(ID_PATTERN)
_SHOT = re.compile(SHOT_PATTERN)
_SLATE = re.compile(rf"(?P<sequence>{ID_PATTERN}?)(?:_(?P<shot>{SHOT_PATTERN}))?(?:_T(?P<take>[0-9]{{1,6}}))?")


def check_id(value: str, what: str) -> str:
    """Give back an id that is safe in a path.

    Raises:
        PlanError: ``bad-id``, naming the kind of id in ``what``.
    """
    if not _ID.fullmatch(value):
        raise PlanError(
            f"{value!r} can't be {what}: ids are 1 to 64 letters, digits, _ or -, and begin with a letter or digit",
            remedy="choose an id such as SEQ01 or ep_001",
            code="bad-id",
        )
    return value


def check_sequence_id(value: str) -> str:
    """Give back a sequence id: an id without ``_SH`` that doesn't end in ``_T`` and digits.

    Raises:
        PlanError: ``bad-id``.
    """
    check_id(value, "a sequence")
    if "_sh" in value.lower() or re.search(r"_t[0-9]+$", value, re.IGNORECASE):
        raise PlanError(
            f"{value!r} can't be a sequence: _SH and a last _T001 are kept for shots and takes",
            remedy="choose an id such as SEQ01",
            code="bad-id",
        )
    return value


def shot_id(value: str | int) -> str:
    """Turn ``3``, ``"3"`` or ``"SH03"`` into ``SH03``.

    Raises:
        PlanError: ``bad-id`` for anything else.
    """
    text = str(value)
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return f"SH{int(text):02d}"
    if not _SHOT.fullmatch(text):
        raise PlanError(
            f"{text!r} is not a shot: shots are SH and digits",
            remedy="give a number, such as --shot 3",
            code="bad-id",
        )
    return text


@total_ordering
@dataclass(frozen=True)
class Slate:
    """The identity of a record: a sequence, or one of its shots. Sorts a sequence before its shots, SH99 before SH100.

    Attributes:
        sequence: ``SEQ01``.
        shot: ``SH03``, or None for the sequence itself.
    """

    sequence: str
    shot: str | None = None

    def __str__(self) -> str:
        return self.sequence if self.shot is None else f"{self.sequence}_{self.shot}"

    def __lt__(self, other: object) -> bool:
        return self._place < other._place if isinstance(other, Slate) else NotImplemented

    @property
    def _place(self) -> tuple[str, int, str]:
        return (self.sequence, -1, "") if self.shot is None else (self.sequence, int(self.shot[2:]), self.shot)

    @property
    def parent(self) -> Slate:
        """The sequence's own slate."""
        return Slate(self.sequence)

    def of_shot(self, shot: str) -> Slate:
        """The slate of one of the sequence's shots."""
        return Slate(self.sequence, shot)

    def take(self, number: int) -> str:
        """``SEQ01_T002``."""
        return f"{self}_T{number:03d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``SEQ01`` or ``SEQ01_SH03``.

        Raises:
            PlanError: ``bad-id``, also for a slate with a take.
        """
        slate, take = parse_take(text)
        if take is not None:
            raise PlanError(
                f"{text!r} names a take; a slate is wanted here",
                remedy=f"give the slate {slate} and the take beside it: --take {take}",
                code="bad-id",
            )
        return cls(slate.sequence, slate.shot)


@lru_cache(maxsize=50_000)  # each look at a job reads its slate's name several times
def parse_take(text: str) -> tuple[Slate, int | None]:
    """Read a slate with or without its take: ``SEQ01_T002`` → ``(SEQ01, 2)``, takes counted from 1.

    Raises:
        PlanError: ``bad-id``.
    """
    match = _SLATE.fullmatch(text)
    if match is None:
        check_id(text, "a slate")
        raise PlanError(f"{text!r} is not a slate", remedy="give one such as SEQ01 or SEQ01_SH03", code="bad-id")
    sequence = check_sequence_id(match["sequence"])
    take = None if match["take"] is None else int(match["take"])
    if take == 0:
        raise PlanError(f"{text!r}: takes count from 1", remedy="give a take from 1 on", code="bad-id")
    return Slate(sequence, match["shot"]), take
