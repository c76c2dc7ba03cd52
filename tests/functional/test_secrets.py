"""A key goes in a header to the configured address, and nowhere else: no file, word, error, log or URL has it."""

from __future__ import annotations

import base64
import io
import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from starsend.cli.main import COMMANDS
from starsend.errors import StarsendError
from starsend.media.picture import save_png
from starsend.production.timekeeping import Desk
from starsend.providers import fal_uploads
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather
from starsend.settings import read_settings
from starsend.studio import Parts, Studio
from tests.fakes.crash_child import Quiet
from tests.fakes.paid_worlds import QUICK, PaidWorld, brisk_desk
from tests.fakes.proxy import Proxy, Told, redirect
from tests.fakes.warm import WARM
from tests.fakes.worlds import write_plan

FAL = "falmark-7f3a9c21-0b5e:falsecret-b81d44e0f6a2"
GEMINI = "AIzaMark-c05d9e-geminisecret-91be7730"
PARTS = ("falmark-7f3a9c21", "falsecret-b81d44e0f6a2", "AIzaMark-c05d9e", "geminisecret-91be7730")
"""What is searched for: each alone betrays its key."""
STOP_S = 0.5
"""Some of the weather here lasts for hours; what it says is said at once."""


def marks() -> tuple[bytes, ...]:
    """Every part, as it is, quoted for a URL, and in base64 at each of its three offsets."""
    made = set()
    for text in (FAL, GEMINI, *PARTS):
        made |= {text.encode(), quote(text, safe="").encode()}
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + text.encode())
            made.add(encoded[4 if offset else 0 : -4])
    return tuple(mark for mark in made if len(mark) >= 8)


MARKS = marks()


def betrayed(content: bytes | str) -> list[str]:
    """The marks that stand in some text or bytes."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    return [mark.decode() for mark in MARKS if mark in raw]


def plan_of_all() -> dict[str, Any]:
    """A grid, multi-shot sequences, single shots, an element and a style image: every way that something is sent."""
    shots = [
        {"id": "SH01", "prompt": "@dana on a road.", "duration_s": 3},
        {"id": "SH02", "prompt": "A car.", "duration_s": 3},
    ]
    words = ("lost", "refused", "slow", "plain")
    return {
        "schema_version": 1,
        "project": "film",
        "format": {"resolution": "720p"},
        "elements": [
            {"id": "dana", "kind": "character", "description": "a woman", "frontal": "elements/dana/front.png"}
        ],
        "episodes": [
            {
                "id": "ep_001",
                "sequences": [
                    {"id": "SEQ01", "elements": ["dana"], "shots": shots},
                    *(
                        {
                            "id": f"SEQ{number:02d}",
                            "start_frame": "none",
                            "mode": "single" if word == "plain" else "multi",
                            "shots": [{"id": "SH01", "prompt": f"{word} road {number}.", "duration_s": 3}],
                        }
                        for number, word in enumerate(words, 2)
                    ),
                ],
            }
        ],
    }


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    world = PaidWorld(tmp_path / "workspace", monkeypatch, capsys)
    monkeypatch.setattr(fal_uploads, "_FIRST_PAUSE_S", 0.01)
    write_plan(world.workspace, plan_of_all())
    picture = world.workspace / "projects" / "film" / "elements" / "dana" / "front.png"
    picture.parent.mkdir(parents=True)
    save_png(np.full((480, 640, 3), 90, np.uint8), picture)
    told = tmp_path / "told.txt"
    notify = f'[notify]\ncommand = "env >> {told}; cat >> {told}"\n'
    (world.workspace / "starsend.toml").write_text(QUICK + notify, encoding="utf-8")
    return world


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that anybody logs, at DEBUG: httpx, httpcore, fal_client, google_genai and whatever else."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root, before = logging.getLogger(), logging.getLogger().level
    named = [
        logging.getLogger(name) for name in ("httpx", "httpx2", "httpcore", "fal_client", "google_genai", "google")
    ]
    levels = [logger.level for logger in named]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for logger in named:
        logger.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    for logger, level in zip(named, levels, strict=True):
        logger.setLevel(level)


def only(word: str, **switches: Any) -> Weather:
    """Weather that strikes where a prompt has this word."""
    return replace(CALM, only=word, **switches)


def keyed(starsend: PaidWorld, url: str) -> PaidWorld:
    starsend.at(url).environ.update(FAL_KEY=FAL, GEMINI_API_KEY=GEMINI)
    return starsend


def leaks(starsend: PaidWorld, log: io.StringIO, *folders: Path) -> Iterator[str]:
    """Where a key is that should not be."""
    for said in starsend.heard:
        yield from (f"printed {mark}: {said.all[:300]}" for mark in betrayed(said.all))
    yield from (f"logged {mark}" for mark in betrayed(log.getvalue()))
    for folder in (starsend.workspace, *folders):
        for path in sorted(folder.rglob("*")):
            yield from (f"{mark} in the name {path}" for mark in betrayed(str(path)))
            if path.is_file() and not path.is_symlink():
                yield from (f"{mark} in {path}" for mark in betrayed(path.read_bytes()))


def sent_rightly(proxy: Proxy) -> Iterator[str]:
    """Where, at the configured address, a key came in any other way than in its one header."""
    for asked in proxy.seen:
        rest = [(n, v) for n, v in asked.headers if n.lower() not in ("authorization", "x-goog-api-key")]
        bare = f"{asked.method} {asked.path} {rest}".encode() + asked.body
        yield from (f"{mark} outside its header: {asked.method} {asked.path}" for mark in betrayed(bare))
        fetched = asked.method == "GET" and asked.path.startswith("/files/")
        if fetched and betrayed(asked.text):
            yield f"a key went along with a download: {asked.path}"


def test_a_whole_production_leaves_its_keys_nowhere(tmp_path: Path, starsend: PaidWorld, log: io.StringIO) -> None:
    with RehearsalServer(tmp_path / "server", keys=(FAL, GEMINI)) as server, Proxy(server.url) as proxy:
        keyed(starsend, proxy.url)
        server.set(only("refused", refuse=1.0))
        assert starsend("run", "--yes", "--seq", "SEQ03").code == 5
        server.set(only("lost", drop_reply=1.0))
        assert starsend("run", "--yes", "--seq", "SEQ02", "--json").code in (0, 6)
        assert starsend("reconcile", "SEQ02").code in (0, 6)
        server.set(CALM)
        assert starsend("run", "--yes").code == 6
        assert starsend("crop", "--seq", "SEQ01", "--cell", "1").code == 0
        assert starsend("finish", "--seq", "SEQ01", "--cell", "1", "--yes").code == 0
        assert starsend("run", "--yes", "--json").code == 5
        server.set(only("slow", run_s=30.0))
        starsend("generate", "--seq", "SEQ05", "--shot", "1", "--dry-run")
        for command in (("status",), ("status", "--json"), ("show", "SEQ01"), ("show", "SEQ03", "--json"), ("costs",)):
            assert starsend(*command).code == 0, starsend.heard[-1]
        starsend("cancel", "SEQ02")
        starsend("estimate")
        if "doctor" in COMMANDS:
            starsend("doctor")
        assert starsend("rehearse", "--canned").code == 0, starsend.heard[-1]
        used = {asked.headers for asked in proxy.seen if betrayed(asked.text)}
        assert used, "no key was ever used"
        assert list(sent_rightly(proxy)) == []
    assert (tmp_path / "told.txt").read_text(encoding="utf-8").count("STARSEND_EVENT") >= 2
    assert list(leaks(starsend, log, tmp_path / "server", tmp_path)) == []
    assert "HTTP Request: POST" in log.getvalue()


def test_a_wrong_key_is_not_repeated_to_anybody(tmp_path: Path, starsend: PaidWorld, log: io.StringIO) -> None:
    with RehearsalServer(tmp_path / "server", keys=("another",)) as server, Proxy(server.url) as proxy:
        keyed(starsend, proxy.url)
        assert starsend("run", "--yes").code == 7
        assert starsend("run", "--yes", "--json").code == 7
        assert starsend("show", "SEQ02").code == 0
        assert list(sent_rightly(proxy)) == []
    assert list(leaks(starsend, log, tmp_path)) == []


def test_a_server_that_repeats_the_key_in_its_words_does_not_get_it_written_down(
    tmp_path: Path, starsend: PaidWorld, log: io.StringIO
) -> None:
    def echo(*_: object) -> Told:
        return Told(
            401,
            json.dumps(
                {"detail": f"the key {FAL} is wrong", "error": {"code": 401, "status": "X", "message": GEMINI}}
            ).encode(),
        )

    with Proxy(rules={"": echo}) as proxy:
        keyed(starsend, proxy.url)
        assert starsend("run", "--yes").code == 7
    assert list(leaks(starsend, log, tmp_path)) == []


def test_nobody_listening_is_said_without_the_key(tmp_path: Path, starsend: PaidWorld, log: io.StringIO) -> None:
    with Proxy() as proxy:
        gone = proxy.url
    keyed(starsend, gone).desk = brisk_desk()
    assert starsend("run", "--yes", "--seq", "SEQ04").code == 5
    assert list(leaks(starsend, log, tmp_path)) == []


@pytest.mark.parametrize(
    "where",
    [
        "status_url",
        "response_url",
        "upload",
        "token-base",
        "download",
        "download-redirect",
        "submit-redirect",
        "status-redirect",
        "result-redirect",
        "upload-redirect",
        "listing-redirect",
        "gemini-redirect",
    ],
)
def test_another_origin_never_gets_a_key(tmp_path: Path, starsend: PaidWorld, log: io.StringIO, where: str) -> None:
    with (
        RehearsalServer(tmp_path / "server", keys=(FAL, GEMINI)) as server,
        Proxy(server.url) as elsewhere,
        Proxy(server.url) as proxy,
    ):
        errors: list[StarsendError] = []
        keyed(starsend, proxy.url)
        _point(proxy, elsewhere.url.replace("127.0.0.1", "localhost"), where)
        if where == "listing-redirect":
            server.set(only("lost", drop_reply=1.0))
        goes_there = where in ("status_url", "response_url", "download", "download-redirect")
        if where != "gemini-redirect":
            with stopped() as desk:
                errors = _errors_of(starsend, desk)
        for command in (("run", "--yes"), ("reconcile",)):
            with stopped(lambda: bool(elsewhere.seen) or not goes_there) as starsend.desk:
                starsend(*command)
        reached = [asked.path for asked in elsewhere.seen]
        assert all(not betrayed(asked.text) for asked in elsewhere.seen), reached
        assert bool(reached) == goes_there, reached
        assert list(sent_rightly(proxy)) == []
    for error in errors:
        told = f"{error!r} {error} {error.remedy} {''.join(traceback.format_exception(error))}"
        assert betrayed(told) == []
    assert list(leaks(starsend, log, tmp_path)) == []


@contextmanager
def stopped(seen: Callable[[], bool] = lambda: True) -> Iterator[Desk]:
    """A desk that is stopped as by Ctrl-C, a while after it was given, and not before something was seen."""
    desk, over = brisk_desk(), threading.Event()

    def stop() -> None:
        over.wait(STOP_S)
        for _ in range(3000):
            if seen() or over.wait(0.02):
                break
        desk.stop.set()

    stopper = threading.Thread(target=stop)
    stopper.start()
    yield desk
    over.set()
    stopper.join()


def _point(proxy: Proxy, elsewhere: str, where: str) -> None:
    """Make the answers of one place point to another origin."""

    def named(field: str, inside: str | None = None) -> Any:
        def rule(_: object, forward: Any) -> Told:
            told: Told = forward()
            body = json.loads(told.body)
            target = body if inside is None else body.get(inside, {})
            if field in target:
                target[field] = target[field].replace(proxy.url, elsewhere)
            return Told(told.status, json.dumps(body).encode(), told.content_type, told.headers)

        return rule

    def sent_away(asked: Any, _: object) -> Told:
        return redirect(307 if asked.method == "POST" else 302, elsewhere + asked.path)

    job = r"/fal-ai/kling-video/requests/[^/?]+"
    proxy.rules |= {
        "status_url": {r"POST /fal-ai": named("status_url")},
        "response_url": {r"POST /fal-ai": named("response_url")},
        "upload": {r"POST /files/upload": named("access_url")},
        "token-base": {r"POST /storage/auth/token": named("base_url")},
        "download": {rf"GET {job}$": named("url", "video")},
        "download-redirect": {r"GET /files/": sent_away},
        "submit-redirect": {r"POST /fal-ai": sent_away},
        "status-redirect": {rf"GET {job}/status": sent_away},
        "result-redirect": {rf"GET {job}$": sent_away},
        "upload-redirect": {r"POST /(files|storage)": sent_away},
        "listing-redirect": {r"GET /v1/models/requests": sent_away},
        "gemini-redirect": {r"POST /v1(beta)?/models/": sent_away},
    }[where]


def _errors_of(starsend: PaidWorld, desk: Desk) -> list[StarsendError]:
    """The errors of a run as a program would get them, with their tracebacks."""
    settings = read_settings(starsend.workspace, provider="live", environ=starsend.environ)
    with Studio(settings, Parts(desk, inspector=WARM)) as studio:
        project = studio.open("film")
        results = project.engine.run(project.runner.agenda(sequence="SEQ02").jobs, Quiet())
    return [result.error for result in results if result.error is not None]
