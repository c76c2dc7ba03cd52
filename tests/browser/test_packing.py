"""A pack in a browser: it behaves as the modules do that it is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from starsend.console.packing import pack, reached

_MODULES = {
    "a.js": """
import { b, count as counted } from "./deep/b.js";
import { round } from "./round.js";
import { bad } from "./bad.js";
window.said.push("a runs after " + b + counted(), round, bad);
""",
    "page.js": """
import { count } from "./deep/b.js";
window.said = ["page"];
for (const part of ["./a.js", "./well.js", "./well.js", "./bad.js", "./circle.js", "./nope.js"]) {
  await_(import(part), part);
}
function await_(asked, part) {
  const well = ({ name }) => window.said.push(`${part} ${name} ${count()}`);
  asked.then(well, (error) => window.said.push(`${part}: ${error.message}`));
}
""",
    "deep/b.js": """
import { seen } from "../round.js";
let times = 0;
export const b = "b" + seen;
/** Counts. */
export function count() { return (times += 1); }
""",
    "well.js": """
class Named {
  static #name = "well";
  static get name() { return this.#name; }
}
const name = `${Named.name}${strict()}`;
export { name };
function strict() {
  try {
    return (undeclared = 1);
  } catch {
    return this === undefined ? "" : " loose";
  }
}
""",
    "bad.js": 'export const bad = 1;\nthrow new Error("bad fell");',
    "circle.js": 'import { other } from "./other.js";\nexport const circle = other;',
    "other.js": 'import { circle } from "./circle.js";\nexport const other = circle;',
    "round.js": "export const seen = 7;\nexport const round = 1; // without an end of the line",
}


def test_a_fault_of_a_module_is_a_fault_of_those_that_need_it_alone(desk: Page, tmp_path: Path) -> None:
    for name, text in _MODULES.items():
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    names = reached(tmp_path, "page.js")
    assert names == tuple(sorted(_MODULES))
    script = pack(tmp_path, "page.js", names, "pack/page.js").script.decode()
    desk.route("**/empty", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    desk.goto("http://127.0.0.1:9/empty")
    desk.add_script_tag(content=script.replace("//# sourceMappingURL", "//"), type="module")
    said: list[Any] = desk.wait_for_function("() => window.said?.length === 7 && window.said").json_value()
    assert said[0] == "page"
    assert sorted(said[1:]) == [
        "./a.js: bad fell",
        "./bad.js: bad fell",
        "./circle.js: the modules around circle.js import each other in a circle",
        "./nope.js: the pack has no module nope.js",
        "./well.js well 1",
        "./well.js well 2",
    ]
