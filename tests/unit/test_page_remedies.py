"""No refusal is forgotten: what names a command for a terminal has a button on the page, or words that do without."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import starsend
from starsend import errors

SOURCE: Final = Path(starsend.__file__).parent
SCRIPTS: Final = SOURCE / "console" / "static" / "js"
REACHED: Final = ("production", "store", "console")
"""What answers a page; providers' errors are said on the face of a take, where its buttons stand."""

BY_ITSELF: Final = {
    "stale": "the page reads the slate again",
    "unknown-name": "there is nothing to show",
    "damage": "the face of the take offers another one",
    "provider-failed": "as damage",
    "bad-plan": "the page goes on once the plan is mended",
    "no-plan": "as bad-plan",
    "disk-full": "only a person can free some space",
    "defect": "only a person can report it",
    "ending": "the Console is begun from a terminal",
}
"""code → why no button does it; the words stand without the command."""
ELSEWHERE: Final = {"bad-csv", "cannot-listen", "project-exists"}
"""No page asks for what raises these."""


def _text(node: ast.expr) -> str:
    """What a string says; what is put in at run time left out."""
    return "".join(
        each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def _raised(folders: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
    """The code and remedy of each error that is made in these folders."""
    usual = {name: kind.code for name, kind in vars(errors).items() if hasattr(kind, "code")}
    for folder in folders:
        for path in sorted((SOURCE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    given = {each.arg: each.value for each in node.keywords}
                    name = node.func.id if isinstance(node.func, ast.Name) else ""
                    code = _text(given["code"]) if "code" in given else usual.get(name, "")
                    if "remedy" in given and code:
                        yield code, _text(given["remedy"])


def _table(script: str, name: str) -> set[str]:
    """The keys of a table in a script."""
    found = re.search(rf"^const {name} = \{{\n(.*?)^\}};", (SCRIPTS / script).read_text(encoding="utf-8"), re.M | re.S)
    assert found is not None, name
    return set(re.findall(r'^  "?([a-z-]+)"?:', found[1], re.M))


def test_every_command_in_a_remedy_has_a_button_or_words_on_the_page() -> None:
    named = {code for code, remedy in _raised(REACHED) if re.search(r"\bstarsend [a-z]", remedy)}
    assert len(named) > 20
    assert sorted(named - _table("remedies.js", "ACTS") - BY_ITSELF.keys() - ELSEWHERE) == []


def test_the_tables_of_the_page_name_codes_that_there_are() -> None:
    there = {code for code, _ in _raised()} | {kind.code for kind in vars(errors).values() if hasattr(kind, "code")}
    known = _table("remedies.js", "ACTS") | _table("plain.js", "WORDS")
    assert sorted((known | BY_ITSELF.keys() | ELSEWHERE) - there) == []
