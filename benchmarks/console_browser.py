"""How quick the Console is in a person's hands: a real Chromium on Dailies of a large project with 720p films."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import orjson
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.console_speed import p95, served

RECORDS = 1_000
ROUNDS = 12
STEPS = 60
FILM_PX = (1280, 720)
FPS = 24
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--mute-audio", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_USABLE = """() => {
  const look = () => {
    const video = document.querySelector("#stage video.is-front");
    const rows = document.querySelectorAll("#rows a.row").length;
    const ready = document.body && document.body.dataset.ready !== undefined;
    if (ready && rows >= 100 && video && video.readyState >= 2) window.usableMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
"""Notes when the list stands, the keys are bound and the first picture is there; ms since the navigation began."""
_PLAYS = """() => {
  window.playsMs = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "a") return;
    const began = performance.now(), before = document.querySelector("#stage video.is-front")?.src;
    const look = () => {
      const video = document.querySelector("#stage video.is-front");
      const plays = video && video.src !== before && !video.paused && video.currentTime > 0;
      if (plays) window.playsMs.push(performance.now() - began);
      else if (performance.now() - began < 5000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""
_STEPPED = """() => {
  window.stepMs = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight") return;
    const began = performance.now();
    const films = [...document.querySelectorAll("#stage video:is(.is-front, .is-other)")];
    window.films = films.length;
    const shown = films.map((film) => new Promise((done) => film.requestVideoFrameCallback(done)));
    Promise.all(shown).then(() => window.stepMs.push(performance.now() - began));
  }, true);
}"""
"""Notes how long after the arrow all films that are seen have presented their next frame."""


@contextmanager
def shown() -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of Dailies of a large project with films, served by a process of its own."""
    with served(RECORDS, dress) as (host, port), sync_playwright() as playwright:
        chromium = os.environ.get("STARSEND_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        try:
            yield browser, f"http://{host}:{port}/big/dailies"
        finally:
            browser.close()


def usable_ms(browser: Browser, address: str) -> float:
    """Until Dailies is usable, with nothing cached: p95 in ms of new browsers' profiles."""
    took = []
    for _ in range(ROUNDS):
        with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
            page = context.new_page()
            page.add_init_script(f"({_USABLE})()")
            page.goto(address)
            page.wait_for_function("() => window.usableMs", timeout=30_000)
            took.append(float(page.evaluate("window.usableMs")))
    return p95(took)


def next_plays_ms(browser: Browser, address: str) -> float:
    """From ``a`` until the next take's film moves; each was looked at for a second: p95 in ms."""
    with _page(browser, address) as page:
        page.evaluate(_PLAYS)
        for number in range(1, ROUNDS + 1):
            page.wait_for_timeout(1000)
            page.keyboard.press("a")
            page.wait_for_function(f"() => window.playsMs.length >= {number}", timeout=10_000)
        return p95([float(each) for each in page.evaluate("window.playsMs")])


def step_ms(browser: Browser, address: str) -> float:
    """One frame on with two 720p films side by side, until both show it: p95 in ms."""
    with _page(browser, f"{address}?state=any&slate=SEQ00000&take=50") as page:
        page.keyboard.press("k")
        page.keyboard.press("s")
        page.wait_for_timeout(1000)
        page.keyboard.press("Home")
        page.wait_for_timeout(1000)
        page.evaluate(_STEPPED)
        for number in range(1, STEPS + 1):
            page.keyboard.press("ArrowRight")
            page.wait_for_function(f"() => window.stepMs.length >= {number}", timeout=10_000)
        if page.evaluate("window.films") != 2:
            raise RuntimeError("two films were not side by side")
        return p95([float(each) for each in page.evaluate("window.stepMs")])


@contextmanager
def _page(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function("() => document.body.dataset.ready !== undefined", timeout=30_000)
        page.wait_for_timeout(1500)
        yield page


def dress(workspace: Path) -> None:
    """Give each take its film, thumbnail and filmstrip: one file of each length, under many names."""
    films: dict[int, Path] = {}
    still, strip = workspace / "still.jpg", workspace / "strip.jpg"
    still.write_bytes(_picture(320, 180))
    strip.write_bytes(_picture(160 * 8, 90))
    for record in sorted((workspace / "state").rglob("SEQ*.json")):
        for take in orjson.loads(record.read_bytes())["takes"]:
            media = take["media"]
            film = films.get(media["frames"]) or films.setdefault(
                media["frames"], _film(workspace / f"{media['frames']}.mp4", media["frames"])
            )
            for name, file in ((media["path"], film), (take["thumbnail"], still), (take["filmstrip"], strip)):
                place = workspace / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.hardlink_to(file)


def _film(place: Path, frames: int) -> Path:
    """720p H.264 with a key frame every half second, moving all over, as takes do."""
    dice = np.random.default_rng(frames)
    ground = dice.integers(30, 200, (FILM_PX[1], FILM_PX[0] * 2, 3), dtype=np.uint8)
    ground = np.asarray(Image.fromarray(ground).resize((80, 24)).resize((FILM_PX[0] * 2, FILM_PX[1])), dtype=np.uint8)
    with av.open(str(place), "w", options={"movflags": "faststart"}) as container:
        stream: Any = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "g": "12", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = *FILM_PX, "yuv420p"
        for number in range(frames):
            x = FILM_PX[0] * number // frames
            view = np.ascontiguousarray(ground[:, x : x + FILM_PX[0]])
            picture = av.VideoFrame.from_ndarray(view, format="rgb24")
            picture.pts = number
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return place


def _picture(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(made, "JPEG")
    return made.getvalue()
