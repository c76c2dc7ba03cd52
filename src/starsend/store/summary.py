"""What lists, budgets and searches need of a record, read from its file without building it whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson

from starsend.errors import PlanError
from starsend.model.money import MOST, ZERO
from starsend.model.reasons import said_reason
from starsend.model.record import LARGEST_REVISION
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import MOST_TAKES
from starsend.store.execution_store import COPY
from starsend.store.files import read_plain
from starsend.store.glance import NOTHING, Glance, glance_at

_STATES = frozenset(Status)


@dataclass(frozen=True)
class Held:
    """What one take holds.

    Attributes:
        intent: Tells its paid call from all others; empty where nothing does.
        fingerprint: Of its request; empty where none is known.
        take: ``SEQ01_T002``.
    """

    intent: str
    usd: Decimal
    unsettled: bool
    fingerprint: str
    take: str


@dataclass(frozen=True)
class Summary:
    """What lists, budgets and searches need of one record, without building it whole.

    Attributes:
        text: Its id and all words in it, each once, in lower case.
        fault: Why it can't be used.
        usd: What all its takes hold of the budgets.
    """

    state: str
    episode: str
    medium: str | None
    held: tuple[Held, ...]
    text: str
    fault: str | None = None
    glance: Glance = NOTHING
    usd: Decimal = ZERO


def summarise(path: Path) -> Summary:
    """Read one file's summary; a broken file gives one with its fault."""
    raw = b""
    try:
        raw = read_plain(path)
        return _summary(path.stem, orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        return _salvaged(path.stem, raw, f"it is not JSON: {error}")
    except OSError as error:
        return _salvaged(path.stem, raw, error.strerror or str(error))
    except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        return _salvaged(path.stem, raw, f"it is no record: {type(error).__name__}: {error}")


_SUMS = re.compile(rb'"(?:estimate|cost)_usd"\s*:\s*"?([0-9]+(?:\.[0-9]+)?)')
_MARKS = re.compile(rb'"fingerprint"\s*:\s*"([0-9a-f]{64})"')


def _salvaged(name: str, raw: bytes, fault: str) -> Summary:
    """What a broken record still says of money, counted high: the others go on, and no budget is passed by it."""
    committed = sum((Decimal(match.decode()) for match in _SUMS.findall(raw)), ZERO)
    broken = f"{name} (its record is broken)"
    marks = tuple(Held("", ZERO, True, match.decode(), broken) for match in _MARKS.findall(raw))
    return Summary("", "", None, (Held("", committed, False, "", broken), *marks), "", fault=fault, usd=committed)


def _summary(name: str, data: dict[str, Any]) -> Summary:
    takes = data.get("takes") or []
    words = [data["id"]]
    for take in takes:
        inputs = take.get("inputs") or {}
        words += [shot.get("prompt", "") for shot in inputs.get("shots", ())]
        words += [note.get("text", "") for note in take.get("notes", ())]
        words.append(said_reason(take.get("reason"), take.get("reasons") or ()))
    words += (data.get("prompt_overrides") or {}).values()
    held = tuple(_held(data["id"], take) for take in takes)
    return Summary(
        state=str(data["state"]),
        episode=str(data.get("episode", "")),
        medium=takes[-1].get("medium") if takes else None,
        held=held,
        text="\n".join(dict.fromkeys(words)).lower(),
        fault=_fault(name, data),
        glance=glance_at(data, unsettled=any(each.unsettled for each in held)),
        usd=sum((each.usd for each in held), ZERO),
    )


def _held(name: str, take: dict[str, Any]) -> Held:
    unsettled = take.get("outcome") == "pending" or (take.get("outcome") == "unknown" and not take.get("settled"))
    cost = take.get("cost_usd")
    usd = ZERO if take.get("not_sent") else Decimal(str(cost if cost is not None else take.get("estimate_usd") or 0))
    if not ZERO <= usd < MOST:
        raise ValueError(f"{usd} USD is no sum of a take")
    if not usd.is_finite():
        raise ValueError(f"{usd} is no sum of money")
    fingerprint, intent = str(take.get("fingerprint") or ""), str(take.get("intent_id") or "")
    return Held(
        intent=f"{intent} {fingerprint}" if intent else "",
        usd=usd,
        unsettled=unsettled,
        fingerprint=fingerprint,
        take=f"{name}_T{int(take['take']):03d}",
    )


def _fault(name: str, data: dict[str, Any]) -> str | None:
    """What keeps a record from being used that can be seen without building it."""
    if data["state"] not in _STATES:
        return f"state: {data['state']!r} is none of the states"
    if data["id"] != name:
        return f"{COPY}{data['id']}"
    if not 0 <= int(data.get("revision") or 0) < LARGEST_REVISION:
        return f"revision: {data['revision']} is none of ours"
    if not all(0 <= int(take["take"]) < MOST_TAKES for take in data.get("takes") or ()):
        return "takes: a number is none of ours"
    try:
        Slate.parse(name)
    except PlanError as error:
        return error.message
    return None
