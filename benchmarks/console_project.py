"""A made-up project of many records, written straight to disk: sequences of several takes that wait for a look."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson

from starsend.model.slate import Slate
from starsend.store.paths import ProjectPaths

# fmt: off
_WORDS = [
    "wide", "medium", "insert", "low-angle", "over-the-shoulder", "night", "highway", "rain", "truck",
    "lantern", "phone", "door", "headlights", "red", "parka", "wet", "glass", "slow", "push", "pan", "left",
    "static", "camera", "turns", "waits", "opens", "leans", "looks", "away", "lights", "up", "street",
    "window", "mirror", "engine", "idles", "steam", "breath", "cold", "sodium", "shadow", "runs", "stops",
    "falls", "lifts", "hand", "silent", "corner", "bridge", "river", "tunnel",
]
# fmt: on
_STATES = ("video_complete", "video_complete", "keyframe_complete", "approved", "rejected", "video_pending")
SHOTS = ("SH01", "SH02", "SH03", "SH04")


def lay_project(workspace: Path, records: int, project: str = "big") -> None:
    """Write a plan and its records: of five, one is of a sequence and four are of its shots.

    The first sequence has 50 takes, and the first hundred wait for a verdict.
    """
    paths = ProjectPaths(workspace, project)
    paths.records.mkdir(parents=True)
    paths.root.mkdir(parents=True)
    dice = random.Random(records)
    sequences = []
    for number in range(records // (len(SHOTS) + 1)):
        name = f"SEQ{number:05d}"
        prompts = [f"{_sentence(dice)} {dice.choice(('lantern', 'door'))} {number}." for _ in SHOTS]
        sequences.append(_planned(name, prompts))
        for shot, words in ((None, prompts), *((s, [w]) for s, w in zip(SHOTS, prompts, strict=True))):
            slate = Slate(name, shot)
            state = "video_complete" if number < 100 else dice.choice(_STATES)
            record = _record(slate, project, state, words, 50 if number == 0 and shot is None else dice.randint(1, 3))
            paths.record(slate).write_bytes(orjson.dumps(record, option=orjson.OPT_INDENT_2))
    plan: dict[str, Any] = {
        "schema_version": 1,
        "project": project,
        "title": "A long film",
        "episodes": [
            {"id": f"ep_{place:03d}", "sequences": sequences[start : start + 100]}
            for place, start in enumerate(range(0, len(sequences), 100), 1)
        ],
    }
    paths.plan.write_bytes(orjson.dumps(plan))


def _sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(_WORDS, k=15)).capitalize()


def _planned(name: str, prompts: list[str]) -> dict[str, Any]:
    shots = [{"id": shot, "prompt": words, "duration_s": 4} for shot, words in zip(SHOTS, prompts, strict=True)]
    return {"id": name, "title": f"The {name.lower()}", "start_frame": "none", "elements": [], "shots": shots}


def _record(slate: Slate, project: str, state: str, prompts: list[str], takes: int) -> dict[str, Any]:
    name = str(slate)
    at = f"2026-11-{1 + hash_of(name) % 21:02d}T10:{hash_of(name) % 60:02d}:00Z"
    medium = "grid" if state == "keyframe_complete" else "video"
    made = [_take(slate, project, number, medium, prompts, at) for number in range(1, takes + 1)]
    if state in ("approved", "rejected"):
        made[-1] |= {"verdict": state, "verdict_at": at, "reason": "hands" if state == "rejected" else None}
    return {
        "schema_version": 1,
        "id": name,
        "project": project,
        "episode": f"ep_{int(slate.sequence[3:]) // 100 + 1:03d}",
        "kind": "sequence" if slate.shot is None else "shot",
        "state": state,
        "revision": 2 * takes + 1,
        "approved_take": takes if state == "approved" else None,
        "prompt_overrides": {},
        "takes": made,
        "history": [
            {"at": at, "from": state, "to": state, "by": "cli", "why": f"{name}_T{n:03d} is complete"}
            for n in range(1, takes + 1)
        ],
    }


def _take(slate: Slate, project: str, number: int, medium: str, prompts: list[str], at: str) -> dict[str, Any]:
    name, covers = str(slate), [slate.shot] if slate.shot else list(SHOTS)
    file = f"projects/{project}/takes/ep_001/{name}/{name}_T{number:03d}"
    shots = [{"id": s, "prompt": words, "duration_s": 4.0} for s, words in zip(covers, prompts, strict=True)]
    content = f"{hash_of(name + str(number)):064x}"
    return {
        "take": number,
        "medium": medium,
        "mode": "grid" if medium == "grid" else "single" if slate.shot else "multi",
        "covers": covers if medium == "video" else [],
        "provider": "fal",
        "model": "kling-o3-pro",
        "order": {"slate": {"sequence": slate.sequence, "shot": slate.shot}, "shots": shots, "elements": []},
        "request": {"multi_prompt": [{"prompt": shot["prompt"], "duration": "4"} for shot in shots]},
        "fingerprint": content,
        "intent_id": f"{name}-{number}",
        "intent_at": at,
        "receipt": {"request_id": f"r-{name}-{number}", "status_url": "https://queue.example/" + "u" * 60},
        "outcome": "complete",
        "estimate_usd": "1.57",
        "cost_usd": "1.34",
        "warnings": ["Model takes 3 elements beside a start frame; dropped: rain"] if number == 1 else [],
        "inputs": {"shots": shots},
        "found_cuts": [] if slate.shot else [96, 192, 288],
        "cells": [] if medium == "video" else [[0, 0, 640, 360], [640, 0, 1280, 360]],
        "media": {
            "path": f"{file}.mp4",
            "sha256": content,
            "bytes": 1_500_000,
            "width": 1280,
            "height": 720,
            "fps": "24/1",
            "frames": 96 * len(covers),
            "duration_s": 4.0 * len(covers),
        },
        "thumbnail": f"{file}.jpg",
        "filmstrip": f"{file}_strip.jpg",
    }


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return int.from_bytes(text.encode(), "big") * 2654435761 % 2**61
