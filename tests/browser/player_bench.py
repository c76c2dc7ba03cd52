"""The player alone, on a page of its own: its real modules and style, and films whose frames show their number."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import uvicorn
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from starsend.console.app import LOOPBACK
from starsend.console.assets import STATIC
from starsend.console.guard import Guard
from starsend.console.serve import listen
from tests.fakes.numbered_films import READ_IN_PAGE, Numbered

PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Player</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/css/base.css">
<link rel="stylesheet" href="/static/css/stage.css"><link rel="stylesheet" href="/bench.css">
<script type="module" src="/bench.js"></script></head>
<body><header class="bar"><span class="brand">Starsend</span></header>
<main class="bench"><aside></aside><div><section id="stage" aria-label="Picture"></section><div id="strip"></div>
<p><label>A note <textarea id="words"></textarea></label></p></div><aside></aside></main></body></html>"""
STYLE: Final = """.bench { display: grid; grid-template-columns: 184px minmax(0, 1fr) 240px; }
@media (max-width: 760px) { .bench { display: block; } }"""
MODULE: Final = f"""import {{ mountStage }} from "/static/js/stage/stage.js";
window.stage = mountStage(document.getElementById("stage"));
window.readNumber = {READ_IN_PAGE.strip()};
window.on = (kind) => {{
  const found = document.querySelector(`.reel.is-${{kind}}`);
  return found && {{ ...window.readNumber(found), paused: found.paused, muted: found.muted }};
}};
"""


@dataclass(frozen=True)
class Bench:
    """Where the page and its films are.

    Args:
        origin: Its address.
        films: A folder of films, served below ``/films``.
    """

    origin: str
    films: Path

    def open(self, page: Page) -> Page:
        """The page with an empty stage."""
        page.goto(self.origin)
        page.wait_for_function("() => window.stage !== undefined")
        return page


@contextmanager
def bench(films: Path) -> Iterator[Bench]:
    """Serve the player until the end of the block."""

    def text(body: str, kind: str) -> Route:
        async def answer(_request: Request) -> Response:
            return HTMLResponse(body) if kind == "html" else Response(body, media_type=f"text/{kind}")

        return Route({"html": "/", "css": "/bench.css", "javascript": "/bench.js"}[kind], answer)

    app = Starlette(
        routes=[
            text(PAGE, "html"),
            text(STYLE, "css"),
            text(MODULE, "javascript"),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/films", StaticFiles(directory=films)),
        ]
    )
    app.add_middleware(Guard, hosts=LOOPBACK)
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Bench(f"http://127.0.0.1:{listening.getsockname()[1]}", films)
    finally:
        server.should_exit = True
        thread.join(10)


def take(number: int, url: str, what: Numbered, **more: Any) -> dict[str, Any]:
    """A complete video take as the view has it."""
    media = {
        "url": url,
        "width": what.width_px,
        "height": what.height_px,
        "fps": rate(what.rate),
        "frames": what.frames,
    }
    return {
        "take": number,
        "name": f"SEQ01_T{number:03d}",
        "medium": "video",
        "outcome": "complete",
        "media": media,
        "filmstrip": None,
        "shots": [],
        "found_cuts": [],
        "elements": [],
        "start_frame": None,
        "error": None,
        **more,
    }


def view(*takes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The view of a slate with these takes."""
    neighbours = {"previous": None, "next": None}
    made = {"slate": "SEQ01", "fps": "24/1", "first_frame": 0, "takes": list(takes), "compare": [], "elements": []}
    return {**made, "start_frame": None, "neighbours": neighbours, **more}


def rate(fraction: Fraction) -> str:
    """As the view writes a rate: ``24000/1001``."""
    return f"{fraction.numerator}/{fraction.denominator}"
