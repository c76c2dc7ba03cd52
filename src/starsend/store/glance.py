"""What a list shows of a record, taken from its JSON without building it whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from starsend.model.reasons import said_reason

_WORDS: Final = 240
_DROPPED: Final = re.compile(r"dropped: (.+?) \([^()]*\)$")


@dataclass(frozen=True)
class Glance:
    """The words and pictures of one row.

    Attributes:
        take: The take that a row is about, counted from 1: the newest complete one, else the newest; 0 for none.
        takes: How many there are of the medium of that take.
        open: How many of these are complete and without a verdict.
        outcome: Of that take, as are verdict, reason, model, thumbnail, filmstrip, frames, and ``except_``.
        findings: How many the quality check had on that take; ``warnings`` count alike.
        warned: Those warnings' words, the beginning of them; ``dropped``: the elements that it had to be made without.
        path: Of its file, below the workspace; ``content`` is its sha256.
        stale: Some complete take is marked as stale.
        unsettled: A take is at work, or its outcome is not known.
        approved: The take that stands as approved; 0 for none.
        judged_at: When the verdict on the approved take, else on the take of the row, was given, ISO 8601.
        at: When the record was last written, ISO 8601; empty for never.
        by: Who wrote it.
        fault: Why the newest take failed; empty where it didn't.
    """

    revision: int = 0
    kind: str = ""
    take: int = 0
    takes: int = 0
    open: int = 0
    medium: str = ""
    outcome: str = ""
    verdict: str = ""
    reason: str = ""
    model: str = ""
    thumbnail: str = ""
    filmstrip: str = ""
    path: str = ""
    content: str = ""
    frames: int = 0
    except_: tuple[str, ...] = ()
    findings: int = 0
    warnings: int = 0
    warned: str = ""
    dropped: str = ""
    notes: int = 0
    stale: bool = False
    unsettled: bool = False
    approved: int = 0
    judged_at: str = ""
    at: str = ""
    by: str = ""
    fault: str = ""


NOTHING: Final = Glance()
"""Of a record that can't be read."""


def glance_at(data: dict[str, Any], *, unsettled: bool) -> Glance:
    """Take what a list shows out of a record's JSON.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: It is no record.
    """
    takes = data.get("takes") or []
    complete = [take for take in takes if take.get("outcome") == "complete"]
    shown = complete[-1] if complete else takes[-1] if takes else {}
    media = shown.get("media") or {}
    history = data.get("history") or [{}]
    failed = takes[-1].get("error") if takes else None
    medium = str(shown.get("medium") or "")
    stands = data.get("approved_take")
    judged: dict[str, Any] = next((take for take in complete if stands and take.get("take") == stands), shown)
    return Glance(
        revision=int(data.get("revision") or 0),
        kind=str(data.get("kind") or ""),
        take=int(shown.get("take") or 0),
        takes=sum(take.get("medium") == medium for take in takes),
        open=sum(take.get("medium") == medium and not take.get("verdict") for take in complete),
        medium=medium,
        outcome=str(shown.get("outcome") or ""),
        verdict=str(shown.get("verdict") or ""),
        reason=said_reason(str(shown.get("reason") or ""), [str(kind) for kind in shown.get("reasons") or ()]),
        model=str(shown.get("model") or ""),
        thumbnail=str(shown.get("thumbnail") or ""),
        filmstrip=str(shown.get("filmstrip") or ""),
        path=str(media.get("path") or ""),
        content=str(media.get("sha256") or ""),
        frames=int(media.get("frames") or 0),
        except_=tuple(str(shot) for shot in shown.get("except") or ()),
        findings=sum(found.get("severity") != "info" for found in shown.get("findings") or ()),
        warnings=len(shown.get("warnings") or ()),
        warned=" ".join(str(said) for said in shown.get("warnings") or ())[:_WORDS],
        dropped=", ".join(found[1] for said in shown.get("warnings") or () if (found := _DROPPED.search(said))),
        notes=sum(len(take.get("notes") or ()) for take in takes),
        stale=any(take.get("stale") for take in complete),
        unsettled=unsettled,
        approved=int(stands or 0),
        judged_at=str(judged.get("verdict_at") or ""),
        at=str(history[-1].get("at") or ""),
        by=str(history[-1].get("by") or ""),
        fault=str(failed.get("message") or "") if isinstance(failed, dict) else "",
    )
