"""What is wrong in a plan, in plain words: where, what, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from starsend.model.plan_lines import pointer_of

STAND_IN = "stand-in-"
"""How ids begin that take the place of faulty ones while more faults are looked for; no message shows them."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or not as good as it could be.

    Attributes:
        pointer: A JSON pointer into the file as it was written; empty is the whole.
        line: From 1.
        message: What is wrong.
        remedy: What to do about it.
        severity: A plan with a ``fault`` is not used; a ``warning`` only says what will happen.
    """

    pointer: str
    line: int
    message: str
    remedy: str
    severity: Literal["fault", "warning"] = "fault"

    def __str__(self) -> str:
        where = self.pointer if len(self.pointer) <= 200 else f"{self.pointer[:200]}…"
        return f"line {self.line}, {where or '/'}: {self.message}; {self.remedy}"


@dataclass(frozen=True)
class Finding:
    """A fault before its line is known; the pointer is into the plan as Starsend reads it."""

    pointer: str
    message: str
    remedy: str
    severity: Literal["fault", "warning"] = "fault"


def printable(text: str) -> str:
    """Text that is safe on any terminal: what can't be printed is shown as its escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def is_told(pointer: str, told: Collection[str]) -> bool:
    """Whether something is told already of this pointer, or of what is around it."""
    while pointer not in told:
        if not pointer:
            return False
        pointer = pointer.rpartition("/")[0]
    return True


def did_you_mean(name: str, known: Iterable[str], sigil: str = "") -> str:
    """A remedy for a name that is not there: the nearest one, else all of them (the first twelve)."""
    names = [other for other in dict.fromkeys(known) if not other.startswith(STAND_IN)][:300]
    folded = {other.lower(): other for other in reversed(names)}
    near = difflib.get_close_matches(name.lower(), folded, n=1)
    if near:
        return f"did you mean {sigil}{folded[near[0]]}?"
    if not names:
        return "there are none yet"
    shown = ", ".join(f"{sigil}{other}" for other in names[:12])
    return f"there are: {shown}{' …' if len(names) > 12 else ''}"


_FORMS: Mapping[str, tuple[str, str]] = {
    "id": (
        "is not an id",
        "use 1 to 64 letters, digits, - or _, and begin with a letter or digit, such as ep_001",
    ),
    "image_model": ("is no model's name", "see the models: starsend doctor"),
    "video_model": ("is no model's name", "see the models: starsend doctor"),
    "shot_id": ("is not a shot id", "use SH and digits, such as SH01"),
    "snippet": ("is not a snippet's name", "begin with a letter, then letters, digits, - or _, such as look"),
    "aspect_ratio": ("is not an aspect ratio", "write it as width:height, such as 16:9 or 2.39:1"),
    "fps": ("is not a frame rate", 'write it such as "24", "23.976" or "30000/1001"'),
    "grid": ("is not a grid", "write columns x rows, 1 to 4 each, such as 2x2"),
    "prompt": ("is empty", "say what is seen: size, angle, action"),
    "grid_prompt": ("is empty", "say what is seen, or write null for the first shot's prompt"),
}
_NAMES: Mapping[str, str] = {"string_type": "text", "tuple_type": "a list", "dict_type": "an object"}


def explain(error: Mapping[str, Any], known_fields: Collection[str]) -> Finding:
    """Put one pydantic error into plain words.

    Args:
        error: One of ``ValidationError.errors()``.
        known_fields: The names that the object around it may hold, for "did you mean".
    """
    location = [part for part in error["loc"] if part != "[key]"]
    pointer = pointer_of(*location)
    name = str(location[-1]) if location else "the plan"
    if location and isinstance(location[-1], int):
        name = f"{location[-2]} item {location[-1] + 1}"
    kind, value = error["type"], error.get("input")
    shown = f"{name} {_shown(value)}"
    if kind == "missing":
        return Finding(pointer, f"{name} is missing", f"add it: {_example(name)}")
    if kind == "extra_forbidden":
        return Finding(pointer, f"{name} is not known here", did_you_mean(name, known_fields))
    if kind == "string_pattern_mismatch" or (kind == "string_too_short" and name in _FORMS):
        what, remedy = _FORMS[_form(location, is_key="[key]" in error["loc"])]
        return Finding(pointer, f"{name} {what}" if "prompt" in name else f"{shown} {what}", remedy)
    if kind == "value_error":
        return Finding(pointer, f"{shown} {error['msg'].removeprefix('Value error, ')}", _remedy_for(name, error))
    if kind == "literal_error":
        choices = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        if name == "schema_version":
            return Finding(pointer, f"{shown} is not known", f"this Starsend reads {choices}; a newer one may read it")
        return Finding(pointer, f"{shown} is not known", f"choose one of {choices}")
    return _explain_value(pointer, name, shown, error)


def _explain_value(pointer: str, name: str, shown: str, error: Mapping[str, Any]) -> Finding:
    kind, context = error["type"], error.get("ctx", {})
    if name == "shots" and kind == "too_short":
        return Finding(pointer, "the sequence has no shots", "add one: an id, a prompt and duration_s")
    if kind == "bool_type":
        return Finding(pointer, f"{shown} is neither true nor false", "write true or false, without quotes")
    if kind == "int_type":
        return Finding(pointer, f"{shown} is not a whole number", "write a whole number, without quotes")
    if kind.startswith(("greater_than", "less_than", "finite", "decimal")):
        limits = [words for key, words in _LIMITS.items() if key in context]
        words = " and ".join(word.format(**context) for word in limits) or "a plain number"
        return Finding(pointer, f"{shown} can't be used", f"write {words}")
    if kind == "string_unicode":
        return Finding(pointer, f"{name} holds half a character (a lone surrogate)", "write the character anew")
    if kind == "string_too_long":
        return Finding(pointer, f"{name} is too long", f"use at most {context['max_length']} characters")
    if kind in {"string_type", "tuple_type", "dict_type", "model_type", "model_attributes_type"}:
        wanted = _NAMES.get(kind, "an object")
        return Finding(pointer, f"{shown} is not {wanted}", f"write {wanted}{_quoted(kind)}")
    return Finding(pointer, f"{shown} can't be used: {error['msg']}", "see `starsend plan schema`")


_LIMITS = {"gt": "more than {gt}", "ge": "at least {ge}", "le": "at most {le}", "decimal_places": "fewer decimals"}
_EXAMPLES = {
    "id": '"id": "SEQ01"',
    "prompt": '"prompt": "Wide. The truck alone on the highway."',
    "duration_s": '"duration_s": 4',
    "project": '"project": "driver-beware"',
    "shots": '"shots": [{"id": "SH01", "prompt": "…", "duration_s": 4}]',
    "who": '"who": "dana"',
    "text": '"text": "Don\'t stop."',
}


def _form(location: list[Any], *, is_key: bool) -> str:
    name = str(location[-1])
    if is_key or location[0] == "snippets":
        return "snippet"
    if name == "id" and len(location) > 2 and location[-3] == "shots":
        return "shot_id"
    return name if name in _FORMS else "id"


def _remedy_for(name: str, error: Mapping[str, Any]) -> str:
    message = error["msg"]
    if "leaves the project folder" in message:
        return "give a path in the project folder, such as elements/dana/front.png"
    if "control character" in message:
        return "take the character out"
    if "not a number" in message:
        return "write a number without quotes, such as 4"
    if "not an amount" in message:
        return 'write an amount such as "12.00"'
    if "_SH" in message or "a take" in message:
        return "choose another id, such as SEQ01"
    return _FORMS[name][1] if name in _FORMS else "see `starsend plan schema`"


def _example(name: str) -> str:
    return _EXAMPLES.get(name, f'"{name}": …')


def _quoted(kind: str) -> str:
    return ' in "double quotes"' if kind == "string_type" else ""


def _shown(value: Any) -> str:
    """A short picture of a value as it stands in the file."""
    if isinstance(value, str):
        return f'"{value[:40]}…"' if len(value) > 40 else f'"{value}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | tuple):
        return "[…]"
    if isinstance(value, dict):
        return "{…}"
    return str(value)[:40] if isinstance(value, int | float | Decimal) else "…"
