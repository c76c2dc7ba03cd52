"""One take as the pages show it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from starsend.console.views.links import element_link, frame_link, link, thumbnail_of
from starsend.errors import StarsendError
from starsend.model.reasons import said_reason
from starsend.model.record import Record
from starsend.model.take import Note, Take
from starsend.production.notes import named
from starsend.production.review import Hinders
from starsend.production.segments import segments_of


def take_view(
    record: Record,
    take: Take,
    stale: Sequence[str],
    workspace: str,
    *,
    approved: bool,
    in_cut: Sequence[str],
    now: Mapping[str, str],
    progress: Mapping[str, float],
    hinders: Hinders,
) -> dict[str, Any]:
    """Everything that is said of one take.

    Args:
        record: Whose take.
        take: One of its takes.
        stale: What changed since it was asked for.
        workspace: Where its file should lie.
        approved: It is one of the approved takes.
        in_cut: The shots that the cut takes from it.
        now: Shot id → the words that it would be made from now.
        progress: How far takes are that are being made here, by their names.
        hinders: Why it can't be judged now.
    """
    return {
        "slate": record.id,
        "take": take.take,
        "name": record.slate.take(take.take),
        "medium": take.medium,
        "mode": take.mode,
        "outcome": take.outcome,
        "verdict": take.verdict,
        "verdict_at": take.verdict_at,
        "verdict_by": judged_by(record, take),
        "hinders": {"approve": _refusal(hinders.approve), "reject": _refusal(hinders.reject)},
        "except": list(take.except_),
        "reason": take.reason,
        "reasons": list(take.reasons),
        "rejected_for": said_reason(take.reason, take.reasons),
        "approved": approved,
        "in_cut": list(in_cut),
        "model": take.model,
        "stands_for": take.stands_for,
        "provider": take.provider,
        "estimate_usd": format(take.estimate_usd, "f"),
        "cost_usd": None if take.cost_usd is None else format(take.cost_usd, "f"),
        "committed_usd": format(take.committed_usd, "f"),
        "made_at": take.intent_at,
        "made_for": take.made_for,
        "covers": list(take.covers),
        "stale": list(stale),
        "warnings": list(take.warnings),
        "findings": [_finding(found.model_dump()) for found in take.findings],
        "error": None if take.error is None else take.error.model_dump(include={"code", "message", "remedy"}),
        "progress": progress.get(record.slate.take(take.take)) if take.unsettled else None,
        "unsettled": take.unsettled,
        **_pictures(take, workspace),
        "shots": _shots(take, now),
        "prompt": " ".join(shot.prompt.strip() for shot in take.inputs.shots).strip(),
        "given_prompt": take.inputs.given_prompt,
        "found_cuts": list(take.found_cuts),
        "cells": [list(box) for box in take.cells],
        "elements": elements_of(take),
        "notes": [note_view(note) for note in named(take)],
    }


def judged_by(record: Record, take: Take) -> str:
    """Who gave the verdict that stands, by the history; empty where there is none, or a hand wrote it."""
    if take.verdict is None:
        return ""
    said = f"{record.slate.take(take.take)} is {take.verdict}"
    return next((move.by for move in reversed(record.history) if move.why.startswith(said)), "")


def _refusal(error: StarsendError | None) -> dict[str, str] | None:
    return None if error is None else {"code": error.code, "message": error.message, "remedy": error.remedy}


def note_view(note: Note) -> dict[str, Any]:
    """One note; frames count from 0."""
    return note.model_dump(mode="json")


def elements_of(take: Take) -> list[dict[str, Any]]:
    """The elements that went out with a take, with a picture of each."""
    sent = take.order.get("elements")
    return [
        {
            "id": str(element.get("id", "")),
            "kind": str(element.get("kind", "")),
            "description": str(element.get("description", "")),
            "url": element_link(element, take.inputs.images),
        }
        for element in (sent if isinstance(sent, (list, tuple)) else ())
        if isinstance(element, dict)
    ]


def _shots(take: Take, now: Mapping[str, str]) -> list[dict[str, Any]]:
    """Where its shots lie, what each was made from, and the words of now where they are others."""
    sent = {shot.id: shot for shot in take.inputs.shots}
    segments = [(s.shot, s.start, s.end, s.planned) for s in segments_of(take)]
    shown = []
    for name, start, end, planned in segments or [(shot, 0, 0, 0) for shot in sent]:
        made = sent.get(name)
        prompt, words = "" if made is None else made.prompt, now.get(name)
        shown.append(
            {
                "id": name,
                "start": start,
                "end": end,
                "planned": planned,
                "prompt": prompt,
                "heard": [] if made is None else list(made.dialogue),
                "now": words if prompt and words is not None and words != prompt else None,
            }
        )
    return shown


def _finding(found: dict[str, Any]) -> dict[str, Any]:
    return {key: found.get(key) for key in ("code", "severity", "message", "frame", "end_frame")}


def _lies(path: str) -> bool:
    """Whether a file lies there, and something is in it."""
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 - for each of many takes
    except (OSError, ValueError):
        return False


def _pictures(take: Take, workspace: str) -> dict[str, Any]:
    media = take.media
    content = None if media is None else media.sha256
    start = take.inputs.start_frame
    return {
        "media": None
        if media is None
        else {
            "url": link(media.path, media.sha256),
            "path": media.path,
            "width": media.width,
            "height": media.height,
            "fps": media.fps,
            "frames": media.frames,
            "duration_s": media.duration_s,
            "missing": not _lies(f"{workspace}/{media.path}"),
        },
        "thumbnail": thumbnail_of(take),
        "filmstrip": link(take.filmstrip, content),
        "board": link(take.board, content),
        "start_frame": frame_link(start),
        "start_frame_choice": "" if start is None else start.choice,
    }
