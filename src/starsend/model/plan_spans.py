"""Where the strings of a JSON text stand, to the character, so that one of them can be changed and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from starsend.model.plan_lines import DEEPEST, pointer_of

_SPACE: Final = " \t\n\r"
_STRINGS: Final = json.JSONDecoder()
_ENDS: Final = f"{_SPACE},]}}"


@dataclass
class _Scan:
    text: str
    spans: dict[str, tuple[int, int]]

    def value(self, at: int, pointer: str, depth: int) -> int:
        """Scan the value that begins at or after ``at``; gives where it ends."""
        at = self.skip(at)
        letter = self.text[at]
        if letter == '"':
            _, end = _STRINGS.raw_decode(self.text, at)
            self.spans[pointer] = (at, end)
            return end
        if letter in "{[":
            if depth > DEEPEST:
                raise ValueError("it nests too deep")
            return self.members(at + 1, pointer, depth, is_object=letter == "{")
        while at < len(self.text) and self.text[at] not in _ENDS:
            at += 1
        return at

    def members(self, at: int, pointer: str, depth: int, *, is_object: bool) -> int:
        index = 0
        while True:
            at = self.skip(at)
            if self.text[at] in "}]":
                return at + 1
            key: str | int = index
            if is_object:
                key, at = _STRINGS.raw_decode(self.text, at)
                at = self.skip(at) + 1  # the colon
            at = self.skip(self.value(at, pointer + pointer_of(key), depth + 1))
            if self.text[at] == ",":
                at += 1
            index += 1

    def skip(self, at: int) -> int:
        while self.text[at] in _SPACE:
            at += 1
        return at


def string_spans(text: str) -> dict[str, tuple[int, int]]:
    """Each string value of a JSON text: its pointer → where it begins and ends, quotes included.

    Raises:
        ValueError: The text is no JSON, or nests too deep.
    """
    scan = _Scan(text, {})
    try:
        scan.value(0, "", 0)
    except IndexError as error:
        raise ValueError("it ends too early") from error
    return scan.spans


def with_string(text: str, span: tuple[int, int], value: str) -> str:
    """The text with another string at a span; written as the rest of the file is, with or without escapes."""
    escaped = text.isascii() and "\\u" in text
    return f"{text[: span[0]]}{json.dumps(value, ensure_ascii=escaped)}{text[span[1] :]}"
