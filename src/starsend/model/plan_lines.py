"""Where things stand in a JSON text: the line of every JSON pointer, and keys that are written twice.

The values themselves are read by `json`; this scanner only follows the punctuation, so it is quick, and safe on text
that nests deeper than any plan.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

DEEPEST = 64  # objects and arrays in each other; a plan needs 10

_PIECE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Places:
    """The lines of a JSON text.

    Attributes:
        lines: Each pointer's line, from 1. A member of an object is where its key is.
        doubles: Pointers of keys that are written again, with the line of the later one.
        too_deep: The line where the text nests deeper than `DEEPEST`, if it does; nothing behind it is known.
    """

    lines: dict[str, int] = field(default_factory=dict)
    doubles: tuple[tuple[str, int], ...] = ()
    too_deep: int | None = None

    def line(self, pointer: str) -> int:
        """The line of a pointer, or of the nearest thing around it that is there."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def pointer_of(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901): ``pointer_of("episodes", 0)`` is ``/episodes/0``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@dataclass
class _Open:
    """An object or array that is being read."""

    pointer: str
    is_object: bool
    index: int = 0
    expects_key: bool = False
    member: str = ""


def find_places(text: str) -> Places:
    """Scan a JSON text once. Text that is not JSON gives what could be followed; nothing is raised."""
    newlines = [match.start() for match in re.finditer("\n", text)]
    lines: dict[str, int] = {}
    doubles: list[tuple[str, int]] = []
    stack: list[_Open] = []
    for match in _PIECE.finditer(text):
        piece, line = match[0], bisect_right(newlines, match.start()) + 1
        top = stack[-1] if stack else None
        if piece in "}]":
            if stack:
                stack.pop()
        elif piece == ",":
            if top is not None:
                top.index += 1
                top.expects_key = top.is_object
        elif piece == ":":
            continue
        elif top is not None and top.expects_key:
            top.expects_key = False
            top.member = top.pointer + pointer_of(_plain(piece))
            if top.member in lines:
                doubles.append((top.member, line))
            lines[top.member] = line
        else:
            pointer = "" if top is None else top.member if top.is_object else f"{top.pointer}/{top.index}"
            lines.setdefault(pointer, line)
            if piece in "{[":
                if len(stack) == DEEPEST:
                    return Places(lines, tuple(doubles), too_deep=line)
                stack.append(_Open(pointer, piece == "{", expects_key=piece == "{"))
    return Places(lines, tuple(doubles))


def _plain(piece: str) -> str:
    """A key without its quotes and escapes."""
    key = piece.strip('"') if '"' not in piece[1:-1] else piece[1:-1]
    if "\\" not in key:
        return key
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPES.get(m[2], m[2]), piece[1:-1])
