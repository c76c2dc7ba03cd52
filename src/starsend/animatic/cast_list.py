"""Reads from a prompt who is in the picture."""

from __future__ import annotations

import re

from starsend.animatic import vocabulary
from starsend.animatic.orders import ElementSketch

_PRONOUNS = ("he", "she", "they", "him", "her", "his", "face", "hand", "hands")
_THINGS = ("prop", "place", "vehicle", "weather", "object", "location", "set")


def is_named(prompt: str, element: ElementSketch) -> bool:
    """Whether a prompt names an element, with or without ``@``."""
    return re.search(rf"(?<!\w)@?{re.escape(element.name)}(?!\w)", prompt, re.IGNORECASE) is not None


def is_person(element: ElementSketch) -> bool:
    """Whether an element is somebody, by its kind, or by its description where the kind is free words."""
    kind = element.kind.lower()
    if kind in _THINGS:
        return False
    return kind in ("character", "person", "figure", "cast", "actor") or bool(
        re.search(vocabulary.PEOPLE, element.description, re.IGNORECASE)
    )


def people_in(words: str, cast: tuple[ElementSketch, ...]) -> tuple[str, ...]:
    """Descriptions of up to four people, those of `cast` first."""
    named = [f"{element.name} {element.description}" for element in cast if is_person(element)]
    if re.search(
        r"\bempty\b(?! highway| road| street| glass| cup)|nobody|no people|no one|deserted", words, re.IGNORECASE
    ):
        return tuple(named)
    plain = re.sub("|".join(rf"\b{re.escape(e.name)}\b" for e in cast) or r"$^", " ", words, flags=re.IGNORECASE)
    strangers = _strangers(plain)
    if re.search(r"\btwo\b|couple|lovers|companions?|both\b|each other", plain, re.IGNORECASE) and (
        len(named) + len(strangers) < 2
    ):
        strangers.append("person")
    if re.search(r"\bthree|crowd|group|pedestrians", plain, re.IGNORECASE):
        strangers += ["person", "person"]
    if not named and not strangers and re.search(vocabulary.PEOPLE, plain, re.IGNORECASE):
        strangers = ["woman" if re.search(r"\b(she|her)\b", plain, re.IGNORECASE) else "person"]
    return tuple((named + strangers)[:4])


def _strangers(plain: str) -> list[str]:
    """Those that the words mention without naming them, each with the words around it."""
    found = re.findall(
        rf"((?:\w+[ -]){{0,5}}?){vocabulary.PEOPLE}((?:,? (?:in|with) (?:a |an )?(?:\w+ ){{0,3}}\w+)?)",
        plain,
        re.IGNORECASE,
    )
    return ["".join(parts[:2]) + parts[-1] for parts in found if parts[1].lower() not in _PRONOUNS]
