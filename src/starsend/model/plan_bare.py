"""The older shape of a plan: a bare object of sequences with ``elements`` and ``shots``, read with notes.

::

    {"SEQ01": {"elements": ["dana"], "shots": [{"id": "SH01", "prompt": "…", "duration": 4}]}, "SEQ02": {…}}

also inside ``{"sequences": {…}}``, with shots as an object of ids, and shots without ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starsend.model.plan_lines import pointer_of
from starsend.model.plan_names import element_names

EPISODE = "ep_001"
USUAL_SHOT_S = 5

_PLAN_FIELDS = frozenset({"schema_version", "episodes", "project", "defaults", "format"})
_DURATIONS = ("duration", "duration_s", "seconds", "length")
_PROMPTS = ("prompt", "description", "text")


@dataclass
class Bare:
    """A plan in today's shape, made from the older one.

    Attributes:
        document: What today's schema reads.
        notes: What was assumed, for the person.
        origins: Today's pointers to those of the file, for whole branches.
    """

    document: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)


def is_bare(document: object) -> bool:
    """Whether this is the older shape: an object of objects with shots, bare or under ``sequences``."""
    if not isinstance(document, dict) or _PLAN_FIELDS & document.keys():
        return False
    return any(isinstance(value, dict) and "shots" in value for value in _inner(document).values())


def from_bare(document: Mapping[str, Any], project: str) -> Bare:
    """Read the older shape; what can't be understood is kept as it is, for the schema to point at."""
    inner = _inner(document)
    prefix = pointer_of("sequences") if inner is not document else ""
    bare = Bare({"project": project, "title": project})
    bare.notes.append(f"older shape: project {project} is taken from the folder, and the episode is {EPISODE}")
    sequences: list[object] = []
    named: list[str] = []
    for key, value in inner.items():
        where = pointer_of("episodes", 0, "sequences", len(sequences))
        bare.origins[where] = prefix + pointer_of(key)
        sequence = _sequence(bare, where, key, value) if isinstance(value, dict) else value
        sequences.append(sequence)
        named += _names_in(sequence)
    elements = list(dict.fromkeys(named))
    bare.document["elements"] = [{"id": name} for name in elements]
    bare.document["episodes"] = [{"id": EPISODE, "sequences": sequences}]
    bare.origins["/elements"] = prefix
    if elements:
        bare.notes.append(f"older shape: elements without images are plain words: {', '.join(elements)}")
    for extra in () if inner is document else [key for key in document if key != "sequences"]:
        bare.document[extra] = document[extra]
    return bare


def _inner(document: Mapping[str, Any]) -> Mapping[str, Any]:
    sequences = document.get("sequences")
    return sequences if isinstance(sequences, dict) else document


def _sequence(bare: Bare, where: str, key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    old = bare.origins[where]
    shots = value.get("shots")
    result = {"id": key} | {name: each for name, each in value.items() if name not in {"shots", "id"}}
    if isinstance(shots, dict):
        pairs = [(pointer_of(name), name, shot) for name, shot in shots.items()]
    elif isinstance(shots, list):
        pairs = [(pointer_of(i), None, shot) for i, shot in enumerate(shots)]
    else:
        return result | {"shots": shots}
    result["shots"] = []
    for i, (pointer, name, shot) in enumerate(pairs):
        here = f"{where}/shots/{i}"
        bare.origins[here] = f"{old}/shots{pointer}"
        result["shots"].append(_shot(bare, here, f"{key}, shot {i + 1}", name or f"SH{i + 1:02d}", shot))
    return result


def _shot(bare: Bare, where: str, shown: str, name: str, shot: object) -> object:
    if isinstance(shot, str):
        shot = {"prompt": shot}
    if not isinstance(shot, dict):
        return shot
    result = dict(shot)
    if "id" not in shot:
        bare.notes.append(f"older shape: {shown} is taken as {name}")
    result = {"id": shot.get("id", name)} | result
    for new, olds in (("prompt", _PROMPTS), ("duration_s", _DURATIONS)):
        for old in olds:
            if old in result and new not in result:
                result[new] = result.pop(old)
                bare.origins[f"{where}/{new}"] = bare.origins[where] + pointer_of(old)
    if "duration_s" not in result:
        result["duration_s"] = USUAL_SHOT_S
        bare.notes.append(f"older shape: {shown} has no duration and is taken as {USUAL_SHOT_S} s")
    result["duration_s"] = _seconds(result["duration_s"])
    return result


def _seconds(value: object) -> object:
    """Read ``"4"`` and ``"4s"`` as 4; anything else is left for the schema."""
    if isinstance(value, str):
        try:
            return Decimal(value.strip().removesuffix("s").strip())
        except ArithmeticError:
            return value
    return value


def _names_in(sequence: object) -> list[str]:
    """The element ids that a sequence lists or its prompts name."""
    if not isinstance(sequence, dict):
        return []
    listed = sequence.get("elements")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    shots = sequence.get("shots")
    for shot in shots if isinstance(shots, list) else []:
        if isinstance(shot, dict) and isinstance(shot.get("prompt"), str):
            names += element_names(shot["prompt"], names)
    return names
