"""Names in prompts: ``@dana`` is an element, ``$look`` a snippet.

A name begins where no word goes on, so ``a@b.c`` holds none, and ``$5`` is money. Where the known names are given, the
longest known one wins and the rest stays text: ``@dana's``, ``@dana.`` and ``@dana-like`` all name ``dana``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from starsend.model.plan import Line

ELEMENT = "@"
SNIPPET = "$"

_TOKENS = {
    ELEMENT: re.compile(r"(?<!\w)@([^\W_][\w-]{0,199})"),
    SNIPPET: re.compile(r"(?<!\w)\$([^\W\d_][\w-]{0,199})"),
}
_DEEPEST = 20  # snippets in snippets; nobody can follow more
_LONGEST = 100_000  # characters of one expanded prompt: many times what any model takes


@dataclass(frozen=True)
class Name:
    """A name found in a text: ``text[start:end]`` is its sigil and its id."""

    start: int
    end: int
    id: str


def find_names(text: str, sigil: str, known: Collection[str] | None = None) -> Iterator[Name]:
    """Find all names of one sigil, in order.

    Args:
        text: A prompt, a style, a snippet.
        sigil: `ELEMENT` or `SNIPPET`.
        known: Ids that there are; without them each name is read as far as it goes.
    """
    for match in _TOKENS[sigil].finditer(text):
        token = match[1]
        name = _longest_known(token, known or ()) or token.rstrip("-_")
        yield Name(match.start(), match.start(1) + len(name), name)


def element_names(prompt: str, known: Collection[str] | None = None) -> tuple[str, ...]:
    """The element ids that a prompt names, in order, each once."""
    return tuple(dict.fromkeys(name.id for name in find_names(prompt, ELEMENT, known)))


def replace_names(
    text: str, sigil: str, words: Callable[[str], str | None], known: Collection[str] | None = None
) -> str:
    """Put words in the place of names; where ``words`` gives None the name stays as it is written."""
    pieces, done, length = [], 0, 0
    for name in find_names(text, sigil, known):
        new = words(name.id)
        if new is not None and length < _LONGEST:
            pieces += [text[done : name.start], new]
            length += name.start - done + len(new)
            done = name.end
    whole = "".join([*pieces, text[done:]])
    return whole[: max(_LONGEST, len(text))]


def expand_snippets(text: str, snippets: Mapping[str, str]) -> str:
    """Replace every ``$name`` by its snippet, also inside snippets; unknown names and circles stay as written.

    What comes out is cut at 100,000 characters, many times what any model takes, so that no plan can blow up.
    """
    if SNIPPET not in text or not snippets:
        return text
    return replace_names(text, SNIPPET, _expanded(tuple(snippets.items())).get, snippets)


@lru_cache(maxsize=8)
def _expanded(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """All snippets with the snippets in them replaced, but for those in circles; once a plan, not once a shot."""
    snippets = dict(pairs)
    circles = set(snippet_circles(snippets))
    ready: dict[str, str] = {}

    def expand(name: str, depth: int) -> str | None:
        if name in circles or name not in snippets or depth > _DEEPEST:
            return None
        if name not in ready:
            ready[name] = replace_names(snippets[name], SNIPPET, lambda inner: expand(inner, depth + 1), snippets)
        return ready[name]

    return {name: words for name in snippets if (words := expand(name, 0)) is not None}


def snippet_circles(snippets: Mapping[str, str]) -> tuple[str, ...]:
    """The snippets that lead back to themselves, in the plan's order."""
    leads = {key: {name.id for name in find_names(text, SNIPPET, snippets)} for key, text in snippets.items()}
    circles = []
    for start in snippets:
        seen: set[str] = set()
        ahead = set(leads[start])
        while ahead and start not in seen:
            seen |= ahead
            ahead = {after for name in ahead for after in leads.get(name, ())} - seen
        if start in seen:
            circles.append(start)
    return tuple(circles)


def compose_prompt(
    prompt: str, *, style: str = "", snippets: Mapping[str, str] | None = None, dialogue: tuple[Line, ...] = ()
) -> str:
    """Join a shot's prompt, what is said in it and the sequence's style, snippets replaced, ``@names`` kept.

    Args:
        prompt: The shot's own words.
        style: The sequence's style.
        snippets: The plan's snippets.
        dialogue: Lines to be heard; give them only where the model makes sound.
    """
    spoken = [f'{line.who} says: "{line.text.strip()}"' for line in dialogue]
    parts = [expand_snippets(part, snippets or {}).strip() for part in (prompt, *spoken, style)]
    return " ".join(_ended(part) for part in parts[:-1] if part) + (f" {parts[-1]}" if parts[-1] else "")


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?…\"'”:;," else f"{sentence}."


def _longest_known(token: str, known: Collection[str]) -> str | None:
    """The longest known id that the token begins with, ending where a word ends."""
    if token in known:
        return token
    for end in range(len(token) - 1, 0, -1):
        if token[end] in "-_" and token[:end] in known:
            return token[:end]
        if token[end - 1] in "-_" and token[:end] in known:
            return token[:end]
    return None
