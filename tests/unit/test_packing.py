"""One script of many modules: what it is made of, and that nothing is taken for a module that isn't understood."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from starsend.console.assets import ENTRY, SHEETS, STATIC
from starsend.console.packing import PackError, pack, reached

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        place = folder / f"{name.replace('__', '/')}.js"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def test_all_that_a_module_names_belongs_to_it(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        js__a='import { b } from "./b.js";\nfor (const later of ["./deep/c.js"]) import(later);',
        js__b='import { d } from "../vendor/d.js";\nexport const b = d;',
        js__deep__c='import { a } from "../a.js"; "./gone.js"; "../../../etc/passwd.js";',
        js__other="",
        vendor__d="export{x as d};",
    )
    assert reached(folder, "js/a.js", "js/nope.js") == ("js/a.js", "js/b.js", "js/deep/c.js", "vendor/d.js")
    assert reached(folder, "../etc/passwd") == ()


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export let a = 1;",
        "export var q;",
        'export { fine } from "./x.js";',
        'fine();export{fine}from"./x.js"',
        'import * as x from "./x.js";',
        'import x from "./x.js";',
        'import { x } from "./x.js" with { type: "json" };',
        "await fine;",
        "fine(import.meta.url);",
    ],
)
def test_what_is_not_understood_is_not_packed(tmp_path: Path, text: str) -> None:
    folder = write(tmp_path, a=f"const fine = 1;\n{text}\n")
    with pytest.raises(PackError, match=r"^a\.js: "):
        pack(folder, "a.js", ("a.js",), "pack/a.js")


@pytest.mark.parametrize("clause", ["{ b }", "{ a, c as d }"])
def test_what_nobody_exports_is_found_before_it_is_served(tmp_path: Path, clause: str) -> None:
    folder = write(tmp_path, js__a=f'import {clause} from "./b.js";', js__b="export const a = 1,\n  c = 2, b = 3;")
    with pytest.raises(PackError, match=r"js/b\.js doesn't export [bc]$"):
        pack(folder, "js/a.js", ("js/a.js", "js/b.js"), "pack/a.js")


def test_each_line_leads_back_to_its_own(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        js__a='import {\n  b,\n  c as d,\n} from "./b.js";\nconsole.log(b, d); // here\n',
        js__b="export const b =\n  1;\nexport { b as c };\n// there",
    )
    made = pack(folder, "js/a.js", ("js/a.js", "js/b.js"), "pack/a.js")
    told = orjson.loads(made.source_map)
    assert told["sources"] == ["../js/a.js", "../js/b.js"]
    assert made.script.endswith(b"//# sourceMappingURL=a.js.map\n")
    lines = made.script.decode().split("\n")
    for words, source, line in (("// here", 0, 4), ("// there", 1, 3)):
        at = next(number for number, text in enumerate(lines) if words in text)
        assert _source_of(told["mappings"], at) == (source, line)


@pytest.mark.parametrize("page", SHEETS)
def test_each_page_of_the_console_can_be_packed(page: str) -> None:
    names = reached(STATIC, ENTRY, f"js/{page}.js")
    made = pack(STATIC, ENTRY, names, f"pack/{page}.js").script.decode()
    assert made.count("\nmodules.set(") == len(names)
    assert ENTRY in names


def _source_of(mappings: str, line: int) -> tuple[int, int]:
    """The source and its line that a line of the script leads to; both count from 0."""
    source = at = 0
    for number, entry in enumerate(mappings.split(";")):
        if entry:
            _, by_source, by_line, _ = _numbers(entry)
            source, at = source + by_source, at + by_line
        if number == line:
            assert entry
            return source, at
    raise AssertionError(line)


def _numbers(entry: str) -> list[int]:
    numbers, value, shift = [], 0, 0
    for each in entry:
        digit = _DIGITS.index(each)
        value += (digit & 31) << shift
        shift += 5
        if not digit & 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    return numbers
