"""Reads a plan's document against the schema, finding all faults and keeping what is sound for further checks.

Where something is at fault, a harmless stand-in takes its place, so that ids, names, files and limits elsewhere are
still checked in the same run. A plan with stand-ins is never used for anything but looking for more faults.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from starsend.model.plan import Plan
from starsend.model.plan_faults import STAND_IN, Finding, explain, is_told

_ROUNDS = 8  # a stand-in may uncover a fault around it; each round goes one level up at worst


def validate(document: Any, folder: str) -> tuple[Plan | None, list[Finding]]:
    """Validate a document.

    Args:
        document: Parsed JSON; it is changed where stand-ins are needed.
        folder: The project's folder, the stand-in for its id.

    Returns:
        The plan, with stand-ins where there are findings; None if nothing could be kept. And what is wrong.
    """
    if not isinstance(document, dict):
        return None, [Finding("", "the plan is not an object", "see `starsend init` for a plan to begin with")]
    findings: dict[str, Finding] = {}
    for _ in range(_ROUNDS):
        try:
            return Plan.model_validate(document), list(findings.values())
        except ValidationError as error:
            for each in error.errors(include_url=False):
                if each["type"] == "too_short" and each["input"]:
                    continue  # pydantic counts only the sound ones; the others have their own faults
                finding = explain(each, _fields_at(each["loc"]))
                if not is_told(finding.pointer, findings):
                    findings[finding.pointer] = finding
                _stand_in(document, [part for part in each["loc"] if part != "[key]"], each["type"], folder)
    return None, list(findings.values())


def _fields_at(location: tuple[int | str, ...]) -> list[str]:
    """The names that the object around a location may hold."""
    model: type[BaseModel] | None = Plan
    for part in location[:-1]:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_in(field.annotation) if field is not None else None
    return list(model.model_fields) if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)


def _stand_in(document: dict[str, Any], location: list[int | str], kind: str, folder: str) -> None:
    parent: Any = document
    for part in location[:-1]:
        try:
            parent = parent[part]
        except (LookupError, TypeError):
            return
    last = location[-1] if location else ""
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        parent[last] = _harmless(location, folder)
    elif isinstance(parent, dict):
        stand_in = _harmless(location, folder)
        if kind == "extra_forbidden" or stand_in is None:
            parent.pop(last, None)
        else:
            parent[last] = stand_in


def _harmless(location: list[int | str], folder: str) -> Any:
    """What can stand at a location without fault; None where leaving it out is right."""
    if location[0] == "snippets" and len(location) > 1:
        return None
    names = [part for part in location if isinstance(part, str)]
    last, around = names[-1], names[-2] if len(names) > 1 else ""
    number = sum(part * 1000 ** (2 - i) for i, part in enumerate(p for p in location if isinstance(p, int)))
    item = isinstance(location[-1], int)
    shot = {"id": f"SH{900_000 + number % 99_999}", "prompt": "?", "duration_s": 4}
    sequence = {"id": f"{STAND_IN}{number}", "shots": [shot]}
    if item:
        whole = {"shots": shot, "sequences": sequence, "episodes": {"id": f"{STAND_IN}{number}"}}
        whole |= {"elements": {"id": f"{STAND_IN}{number}"}} if location[0] == "elements" else {"elements": "stand-in"}
        whole |= {"dialogue": {"who": "?", "text": "?"}}
        return whole.get(last, "stand-in")
    if last == "id":
        return shot["id"] if around == "shots" else f"{STAND_IN}{number}"
    plain = {"project": folder, "shots": [shot], "prompt": "?", "duration_s": 4, "who": "?", "text": "?"}
    return plain.get(last)
