"""One script of all the modules that a page is made of: a browser asks once in the place of eighty times.

The modules stay as they are written, and are served singly, too. A pack holds each as a function that is run when it is
first asked for, by the rules of the browser's own modules: once, after those that it imports; a fault in one is a fault
of those that need it, and of no other. Lines stay lines, so that a source map of one entry a line leads to the files.

What is understood is how modules are written here, with ``import`` and ``export`` at the beginning of a line:
``import { a, b as c } from "./x.js"``, ``export function``, ``class``, ``const`` and ``{ a as b }``; and ``import(…)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Final

import orjson

_NAMED: Final = re.compile(r"""["'](\.{1,2}/[\w./-]+\.js)["']""")
_IMPORT: Final = re.compile(r"""^import\s*(?:\{([^}]*)\}\s*from\s*)?["'](\.{1,2}/[\w./-]+)["'];?(?!\s*with\b)""", re.M)
_EXPORT: Final = re.compile(r"^export (?=((?:async )?function\*?|class|const) ([\w$]+))", re.M)
_CLAUSE: Final = re.compile(r"(?:^|(?<=[;}]))export\s*\{([^}]*)\};?(?!\s*from\b)", re.M)
_ASKED: Final = re.compile(r"(?<![\w$.])import\(")
_STRANGE: Final = re.compile(r"(?:^(?:import|export|await)\b|(?<=[;}])export\b|\bimport\.meta\b).*", re.M)
_HEAD: Final = """\
const modules = new Map(), made = new Map();
const $take = (name) => {
  if (!made.has(name)) {
    const run = modules.get(name);
    if (!run) throw new Error(`the pack has no module ${name}`);
    const one = { is: undefined, fault: new Error(`the modules around ${name} import each other in a circle`) };
    made.set(name, one);
    try {
      const beside = (path) => new URL(path, `pack:/${name}`).pathname.slice(1);
      one.is = run($take, async (path) => $take(beside(path)));
      one.fault = null;
    } catch (error) {
      one.fault = error;
    }
  }
  const { is, fault } = made.get(name);
  if (fault) throw fault;
  return is;
};
"""


class PackError(ValueError):
    """A module is written in a way that a pack doesn't understand; it is served singly all the same."""


@dataclass(frozen=True)
class Pack:
    """What is served for one page.

    Attributes:
        script: An ES module, UTF-8.
        source_map: Leads from its lines to the modules', as JSON; version 3.
    """

    script: bytes
    source_map: bytes


def reached(folder: Path, *roots: str) -> tuple[str, ...]:
    """The modules that ``roots`` are made of: each that a module of them names, also one that is asked for later.

    Args:
        folder: What is served.
        roots: Paths within it; one that isn't there is left out.

    Returns:
        Paths within ``folder``, sorted.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = normpath(waiting.pop())
        if name in found or name.startswith("..") or not (folder / name).is_file():
            continue
        found.add(name)
        text = (folder / name).read_text(encoding="utf-8")
        waiting += [join(dirname(name), each) for each in _NAMED.findall(text)]
    return tuple(sorted(found))


def pack(folder: Path, entry: str, names: tuple[str, ...], address: str) -> Pack:
    """One script of ``names`` that begins with ``entry``.

    Args:
        folder: What is served.
        entry: The module that is run at once.
        names: Paths within ``folder`` of all of them.
        address: Where the pack will stand within ``folder``, for its source map.

    Raises:
        PackError: A module is written in another way, or asks for what another doesn't export.
    """
    modules = {name: _Module.read(name, (folder / name).read_text(encoding="utf-8")) for name in names}
    lines = _HEAD.splitlines()
    begins: list[int] = []
    for name, module in modules.items():
        for source, asked in module.wanted:
            if lost := [each for each in asked if source not in modules or each not in modules[source].given]:
                raise PackError(f"{name}: {source} doesn't export {', '.join(lost)}")
        begins.append(len(lines) + 1)
        lines += module.function.split("\n")
    lines += [f"$take({_quoted(entry)});", f"//# sourceMappingURL={Path(address).name}.map", ""]
    sources = [relpath(name, dirname(address)) for name in names]
    return Pack("\n".join(lines).encode(), _mapped(sources, [each.text for each in modules.values()], begins))


@dataclass(frozen=True)
class _Module:
    """A module, and as ``modules.set(name, ($take, $ask) => {…})``: one line before its own, and one behind."""

    text: str
    function: str
    given: frozenset[str]
    wanted: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def read(cls, name: str, text: str) -> _Module:
        given: dict[str, str] = {}
        wanted: list[tuple[str, tuple[str, ...]]] = []

        def imported(found: re.Match[str]) -> str:
            source, pairs = normpath(join(dirname(name), found[2])), dict(_pairs(found[1] or ""))
            wanted.append((source, tuple(pairs)))
            bound = ", ".join(f"{theirs}: {ours}" for theirs, ours in pairs.items())
            return f"const {{ {bound} }} = $take({_quoted(source)});" + "\n" * found[0].count("\n")

        def exported(found: re.Match[str]) -> str:
            given[found[2]] = found[2]
            return ""

        def listed(found: re.Match[str]) -> str:
            given.update({theirs: ours for ours, theirs in _pairs(found[1])})
            return "\n" * found[0].count("\n")

        body = _ASKED.sub("$ask(", _CLAUSE.sub(listed, _EXPORT.sub(exported, _IMPORT.sub(imported, text))))
        if strange := _STRANGE.search(body):
            raise PackError(f"{name}: {strange[0]!r} is not how modules are written here")
        offered = ", ".join(f"{theirs}: {ours}" for theirs, ours in given.items())
        function = f"modules.set({_quoted(name)}, ($take, $ask) => {{\n{body}\nreturn {{ {offered} }};}});"
        return cls(text, function, frozenset(given), tuple(wanted))


def _pairs(clause: str) -> Iterator[tuple[str, str]]:
    """``a, b as c`` as (a, a), (b, c)."""
    for each in clause.split(","):
        if each.strip():
            first, _, second = each.strip().partition(" as ")
            yield first.strip(), (second or first).strip()


def _quoted(name: str) -> str:
    return orjson.dumps(name).decode()


def _mapped(sources: list[str], texts: list[str], begins: list[int]) -> bytes:
    """A source map that leads each line to the same line of its module; columns as they are."""
    lines: list[str] = []
    before_source = before_line = 0
    for number, (text, begin) in enumerate(zip(texts, begins, strict=True)):
        lines += [""] * (begin - len(lines))
        for line in range(text.count("\n") + 1):
            lines.append("A" + _vlq(number - before_source) + _vlq(line - before_line) + "A")
            before_source, before_line = number, line
    return orjson.dumps(
        {"version": 3, "sources": sources, "sourcesContent": texts, "names": [], "mappings": ";".join(lines)}
    )


def _vlq(number: int) -> str:
    """A signed number in the base 64 of source maps."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    rest = (-number << 1) | 1 if number < 0 else number << 1
    said = ""
    while True:
        rest, five = rest >> 5, rest & 31
        said += digits[five | (32 if rest else 0)]
        if not rest:
            return said
