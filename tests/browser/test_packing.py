"""How a page arrives: a pack behaves as the modules do that it is made of, and the film that came with it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from starsend.console.packing import pack, reached
from tests.browser.dailies_page import Dailies
from tests.browser.theatre import Theatre

_BEGUN = """() => new MutationObserver((_, observer) => {
  window.begun ??= document.querySelector("#stage > video");
  if (window.begun) observer.disconnect();
}).observe(document, { childList: true, subtree: true })"""
"""Remembers the film as the server put it into the page."""

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


def test_the_film_that_the_page_began_to_load_is_the_one_that_plays(film: Theatre, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if ".mp4" in request.url else None)
    page.add_init_script(f"({_BEGUN})()")
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.shows("SEQ02")
    assert page.evaluate("window.begun && window.begun === document.querySelector('#stage video.is-front')")
    assert page.evaluate(
        "window.begun.closest('.stage-picture') !== null && window.begun.hasAttribute('controls') === false"
    )
    first = page.evaluate("window.begun.src")
    assert asked.count(first) == 1
    dailies.press("ArrowRight", "ArrowRight")
    dailies.shows_frame(2)


def test_another_film_than_the_page_came_with_leaves_none_behind(film: Theatre, page: Page) -> None:
    page.add_init_script(f"({_BEGUN})()")
    dailies = Dailies(film, page).open(slate="SEQ02")
    dailies.press("ArrowDown")
    dailies.seen()
    assert page.evaluate("document.querySelectorAll('#stage > video').length") == 0
