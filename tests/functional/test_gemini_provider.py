"""The Gemini adapter with Google's SDK as it is, over HTTP: against the rehearsal server, and against odd ones."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from starsend.errors import (
    BadRequest,
    OutcomeUnknown,
    PlanError,
    ProviderError,
    RateLimited,
    Refused,
    SetupError,
    StarsendError,
    Unreachable,
    WrongKey,
)
from starsend.media.files import sha256_of
from starsend.media.grid import find_grid
from starsend.media.picture import inspect_picture, load_rgb, save_png
from starsend.model.slate import Slate
from starsend.production.paid_call import fingerprint
from starsend.providers.base import Intent, Prepared, Provider
from starsend.providers.gemini import GeminiProvider
from starsend.providers.order import ElementOrder, Order, ShotOrder
from starsend.providers.surroundings import Access, Surroundings
from starsend.providers.wire import Exchange, Reply
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather, changed

KEY = "AIza-marked-key-of-the-test"
GRID = Order(
    slate=Slate("SEQ01"),
    medium="grid",
    mode="grid",
    model="gemini-3-pro-image",
    title="Night road",
    shots=(ShotOrder("SH01", "Wide. A road at night.", 1.0),),
    elements=(ElementOrder("dana", "character", "woman, 30s", Path("elements/dana.png")),),
    style_images=(Path("style.png"),),
)
FINISH = replace(GRID, medium="frame", mode="finish", cell=2, cell_of="SEQ01_T001", start_frame=Path("style.png"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "elements").mkdir(parents=True)
    save_png(np.full((400, 400, 3), 90, np.uint8), folder / "elements" / "dana.png")
    save_png(np.full((300, 500, 3), 40, np.uint8), folder / "style.png")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server", weather=CALM, keys=(KEY,)) as running:
        yield running


@contextmanager
def opened(workspace: Path, url: str, key: str = KEY, **around: Any) -> Iterator[GeminiProvider]:
    provider = GeminiProvider(
        Surroundings(workspace, workspace / "state" / "uploads", "fast", gemini=Access(key), **around), url
    )
    try:
        yield provider
    finally:
        provider.close()


@pytest.fixture
def gemini(workspace: Path, server: RehearsalServer) -> Iterator[GeminiProvider]:
    with opened(workspace, server.url) as provider:
        yield provider


def intent_of(provider: GeminiProvider, order: Order = GRID) -> Intent:
    body = orjson.loads(orjson.dumps(provider.prepare(order).body))  # as it comes back from a record
    return Intent("i1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), order.slate, 1, order.medium, order.model, body)


def posts(server: RehearsalServer) -> list[tuple[str, bool]]:
    """(host, whether it carried a key) of all POSTs that came in."""
    return [(seen.host, seen.carried_key) for seen in server.books().requests if seen.method == "POST"]


def struck(server: RehearsalServer, gemini: GeminiProvider, weather: Weather) -> tuple[Intent, bytes]:
    intent = intent_of(gemini)
    server.set(weather)
    return intent, gemini.send_once(intent)


def test_it_is_a_provider(gemini: GeminiProvider) -> None:
    provider: Provider = gemini
    assert provider.name == "gemini"
    assert provider.model("grid", "gemini-3-pro-image") == "gemini-3-pro-image"
    assert provider.video_size((1921, 1080)) == (1921, 1080)
    provider.check_ready()


def test_a_grid_from_order_to_sheet(gemini: GeminiProvider, server: RehearsalServer, tmp_path: Path) -> None:
    intent = intent_of(gemini)
    raw = gemini.send_once(intent)
    receipt = gemini.read_reply(intent, raw)
    told: list[float] = []
    collected = gemini.collect(intent, receipt, raw, tmp_path / "part", told.append)
    (job,) = server.books().jobs
    assert gemini.receipt_id(receipt) == job.request_id
    assert collected.cost_usd == Decimal(job.billed_usd)
    assert (job.outcome, job.delivered, told) == ("ok", True, [1.0])
    info = inspect_picture(tmp_path / "part")
    assert (info.format, info.width_px, info.height_px) == ("PNG", 2752, 1536)
    assert find_grid(load_rgb(tmp_path / "part"), 2, 2, (16, 9)).found
    assert gemini.reply_room_bytes(GRID) > len(raw)


def test_what_goes_over_the_wire(gemini: GeminiProvider, server: RehearsalServer, workspace: Path) -> None:
    gemini.send_once(intent_of(gemini))
    (job,) = server.books().jobs
    (content,) = job.input["contents"]
    assert job.input["generationConfig"] == {
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
    }
    shown = ["text" if "text" in part else part["inlineData"]["sha256"] for part in content["parts"]]
    assert shown == [
        *("text", "text", sha256_of(workspace / "elements" / "dana.png")),
        *("text", sha256_of(workspace / "style.png")),
    ]
    assert posts(server) == [(server.url.removeprefix("http://"), True)]
    assert not any(seen.key_in_url for seen in server.books().requests)


def test_a_finished_frame_comes_in_the_size_that_covers_it(
    gemini: GeminiProvider, server: RehearsalServer, tmp_path: Path
) -> None:
    intent = intent_of(gemini, FINISH)
    raw = gemini.send_once(intent)
    gemini.collect(intent, gemini.read_reply(intent, raw), raw, tmp_path / "part", lambda _: None)
    (job,) = server.books().jobs
    assert job.input["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "1K"}
    assert inspect_picture(tmp_path / "part").width_px >= FINISH.size_px[0]


def test_a_model_of_one_size_is_not_asked_for_one(gemini: GeminiProvider, server: RehearsalServer) -> None:
    gemini.send_once(intent_of(gemini, replace(GRID, model="gemini-3.1-flash-lite-image")))
    (job,) = server.books().jobs
    assert job.input["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}


def test_the_body_refers_to_copies_by_content(gemini: GeminiProvider, workspace: Path) -> None:
    prepared = gemini.prepare(GRID)
    images = [part for part in prepared.body["parts"] if "image" in part]
    assert [(part["image"], part["mime_type"]) for part in images] == [
        (f"state/uploads/{media.sha256}.png", "image/png") for media in prepared.media
    ]
    for part in images:
        assert sha256_of(workspace / part["image"]) == part["sha256"]
    assert [media.pointer for media in prepared.media] == ["/parts/2/image", "/parts/4/image"]
    assert [media.path for media in prepared.media] == [Path("elements/dana.png"), Path("style.png")]
    assert len(orjson.dumps(prepared.body)) < 5000
    assert gemini.prepare(GRID) == prepared


def test_a_preview_writes_nothing_and_has_the_same_fingerprint(
    gemini: GeminiProvider, server: RehearsalServer, workspace: Path
) -> None:
    def printed(prepared: Prepared) -> str:
        return fingerprint("gemini", GRID.model, prepared)

    preview = gemini.preview(GRID)
    assert not (workspace / "state").exists()
    assert printed(preview) == printed(gemini.prepare(GRID))
    assert printed(preview) == printed(gemini.preview(replace(GRID, slate=Slate("SEQ02"))))
    save_png(np.full((300, 500, 3), 41, np.uint8), workspace / "style.png")
    assert printed(preview) != printed(gemini.preview(GRID))
    assert server.books().requests == ()


def test_an_unfit_picture_is_a_fault_before_anything_is_paid(gemini: GeminiProvider, workspace: Path) -> None:
    (workspace / "style.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(7_000_000))
    with pytest.raises(PlanError) as caught:
        gemini.prepare(GRID)
    assert caught.value.code == "unfit-image"
    assert caught.value.message == "style.png has 7.0 MB, and may have 7 MB at most, to be sent to gemini-3-pro-image"
    (workspace / "style.png").write_bytes(b"GIF89a")
    with pytest.raises(PlanError, match=r"style\.png must be png, jpeg, webp to be sent to gemini-3-pro-image"):
        gemini.prepare(GRID)
    (workspace / "style.png").unlink()
    with pytest.raises(StarsendError, match="is not there"):
        gemini.prepare(GRID)


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_copy_that_is_not_what_it_was_is_not_sent(
    gemini: GeminiProvider, server: RehearsalServer, workspace: Path, harm: str
) -> None:
    intent = intent_of(gemini)
    copy = workspace / intent.body["parts"][2]["image"]
    if harm == "gone":
        copy.unlink()
    else:
        copy.write_bytes(copy.read_bytes() + b"!")
    with pytest.raises(ProviderError) as caught:
        gemini.send_once(intent)
    assert caught.value.code == "upload-gone"
    assert caught.value.proven_not_sent
    assert server.books().requests == ()


def test_without_a_key_nothing_begins(workspace: Path, server: RehearsalServer) -> None:
    with opened(workspace, server.url, key="") as keyless, opened(workspace, server.url) as other:
        with pytest.raises(SetupError) as caught:
            keyless.check_ready()
        assert (caught.value.code, caught.value.message) == ("no-key", "Gemini needs a key, and none is set")
        assert caught.value.remedy == (
            "set GEMINI_API_KEY (or GOOGLE_API_KEY), then try again; or draw offline and free: --provider animatic"
        )
        with pytest.raises(SetupError):
            keyless.prepare(GRID)
        with pytest.raises(WrongKey) as unsent:
            keyless.send_once(intent_of(other))
        assert unsent.value.proven_not_sent
        assert keyless.probe()[0].state == "bad"
    assert server.books().requests == ()


@pytest.mark.parametrize("key", ["two-lines-of-a\nmarked-key", "a-schlüssel-marked-key", "a marked key"])
def test_a_key_that_no_header_takes_is_never_sent_and_never_shown(
    workspace: Path, server: RehearsalServer, key: str
) -> None:
    with opened(workspace, server.url, key=key) as odd, opened(workspace, server.url) as other:
        with pytest.raises(SetupError) as caught:
            odd.check_ready()
        assert caught.value.code == "wrong-key"
        with pytest.raises(WrongKey) as unsent:
            odd.send_once(intent_of(other))
        assert unsent.value.proven_not_sent
        (probe,) = odd.probe()
        assert (probe.what, probe.state) == ("gemini: the key", "bad")
        told = f"{caught.value!r} {unsent.value!r} {probe!r}"
    assert not any(part in told for part in ("marked-key", "schlüssel", "marked key"))
    assert server.books().requests == ()


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_key_is_told(workspace: Path, server: RehearsalServer, status: int) -> None:
    server.set(replace(CALM, gemini_wrong_key_status=status))
    with opened(workspace, server.url, key="wrong") as provider:
        intent = intent_of(provider)
        with pytest.raises(WrongKey, match="Gemini doesn't take the key: API key not valid") as caught:
            provider.read_reply(intent, provider.send_once(intent))
        assert "GEMINI_API_KEY" in caught.value.remedy
        assert [probe.state for probe in provider.probe()] == ["good", "bad"]
    assert server.books().jobs == ()


def test_a_clean_429_is_proven_not_accepted(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent = intent_of(gemini)
    server.set(replace(CALM, gemini_429_first=1, retry_after_s=3))
    with pytest.raises(RateLimited) as caught:
        gemini.send_once(intent)
    assert caught.value.retry_after_s == 3.0
    assert server.books().jobs == ()
    gemini.read_reply(intent, gemini.send_once(intent))
    assert len(posts(server)) == 2


@pytest.mark.parametrize("switch", ["gemini_drop_before_first", "gemini_drop_reply_first"])
def test_a_dropped_connection_leaves_the_outcome_unknown_after_one_request(
    gemini: GeminiProvider, server: RehearsalServer, switch: str
) -> None:
    intent = intent_of(gemini)
    server.set(changed(CALM, {switch: 1}))
    with pytest.raises(OutcomeUnknown):
        gemini.send_once(intent)
    assert len(posts(server)) == 1
    assert gemini.lookup(intent).listing is False
    assert gemini.lookup(intent).proven_absent is False


def test_a_redirect_is_not_followed_and_the_key_stays(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_redirect_first=1))
    assert Reply.unpack(raw).status == 307
    assert "localhost" in Reply.unpack(raw).headers["location"]
    with pytest.raises(OutcomeUnknown, match="it sent us elsewhere"):
        gemini.read_reply(intent, raw)
    assert posts(server) == [(server.url.removeprefix("http://"), True)]
    assert server.books().jobs == ()


@pytest.mark.parametrize("switch", ["gemini_5xx_first", "gemini_5xx_accepted_first", "gemini_html_first"])
def test_a_failure_of_theirs_is_kept_raw_and_leaves_the_outcome_unknown(
    gemini: GeminiProvider, server: RehearsalServer, switch: str
) -> None:
    intent, raw = struck(server, gemini, changed(CALM, {switch: 1}))
    with pytest.raises(OutcomeUnknown):
        gemini.read_reply(intent, raw)
    assert len(posts(server)) == 1


@pytest.mark.parametrize(
    ("switch", "kind", "said"),
    [
        ("gemini_block_prompt_first", Refused, "Gemini blocked the prompt (PROHIBITED_CONTENT)"),
        ("gemini_block_output_first", Refused, "(IMAGE_SAFETY: Unable to show the generated image."),
        ("gemini_text_only_first", ProviderError, "and said: I can describe the storyboard"),
    ],
)
def test_a_reply_without_a_picture_is_no_exception_of_the_sdk(
    gemini: GeminiProvider, server: RehearsalServer, switch: str, kind: type[ProviderError], said: str
) -> None:
    intent, raw = struck(server, gemini, changed(CALM, {switch: 1}))
    with pytest.raises(kind) as caught:
        gemini.read_reply(intent, raw)
    assert type(caught.value) is kind
    assert said in caught.value.message


def test_thoughts_are_not_taken_for_the_picture(
    gemini: GeminiProvider, server: RehearsalServer, tmp_path: Path
) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_thoughts_first=1))
    gemini.collect(intent, gemini.read_reply(intent, raw), raw, tmp_path / "part", lambda _: None)
    assert inspect_picture(tmp_path / "part").width_px == 2752


def test_v1_without_image_config_is_told_and_the_other_version_works(
    gemini: GeminiProvider, server: RehearsalServer, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_v1_image_config=False))
    with pytest.raises(BadRequest) as caught:
        gemini.read_reply(intent, raw)
    assert caught.value.code == "no-image-config"
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1beta")
    with opened(workspace, server.url) as newer:
        newer.read_reply(intent, newer.send_once(intent))
    assert [seen.path.split("/")[1] for seen in server.books().requests] == ["v1", "v1beta"]


def test_too_much_in_one_request_is_told(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_inline_cap_bytes=1000))
    with pytest.raises(BadRequest) as caught:
        gemini.read_reply(intent, raw)
    assert caught.value.code == "too-large"


def test_an_unknown_model_is_a_fault_of_the_plan(gemini: GeminiProvider) -> None:
    for model in ("gemini-9", "kling-o3-pro", "animatic-board"):
        with pytest.raises(PlanError):
            gemini.model("grid", model)
    with pytest.raises(PlanError, match="no videos"):
        gemini.model("video", "gemini-3-pro-image")


def test_nothing_listens(workspace: Path, server: RehearsalServer) -> None:
    with opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        server.close()
        with pytest.raises(Unreachable):
            provider.send_once(intent)
        (probe,) = provider.probe()
        assert (probe.what, probe.state) == ("gemini: the address", "bad")


def test_probing_names_the_models_and_shows_no_key(gemini: GeminiProvider, server: RehearsalServer) -> None:
    probes = gemini.probe()
    assert [(probe.what, probe.state) for probe in probes] == [
        ("gemini: the address", "good"),
        ("gemini: the key", "good"),
        ("gemini: gemini-3-pro-image", "good"),
        ("gemini: gemini-nano-banana-2.1", "good"),
        ("gemini: gemini-3.1-flash-lite-image", "good"),
    ]
    assert KEY not in repr(probes)
    assert server.books().jobs == ()


def test_what_it_can_not_do_is_said(gemini: GeminiProvider) -> None:
    intent = intent_of(gemini)
    with pytest.raises(ProviderError, match="SEQ01_T001: Gemini can't cancel a picture"):
        gemini.cancel(intent, {})
    assert gemini.billed([{"response_id": "r"}]) == {}


def test_many_threads_each_get_their_own_picture(
    gemini: GeminiProvider, server: RehearsalServer, workspace: Path
) -> None:
    def one(number: int) -> tuple[str, str]:
        order = replace(GRID, elements=(), style_images=(), shots=(ShotOrder("SH01", f"Shot number {number}.", 1.0),))
        intent = intent_of(gemini, order)
        raw = gemini.send_once(intent)
        return f"Shot number {number}.", gemini.receipt_id(gemini.read_reply(intent, raw))

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(one, range(16)))
    jobs = {job.request_id: orjson.dumps(job.input).decode() for job in server.books().jobs}
    assert len(jobs) == 16
    assert all(words in jobs[request_id] for words, request_id in got)


def test_it_may_be_used_again_after_it_was_closed(gemini: GeminiProvider) -> None:
    intent = intent_of(gemini)
    gemini.send_once(intent)
    gemini.close()
    gemini.close()
    gemini.read_reply(intent, gemini.send_once(intent))


def test_the_variables_of_the_environment_change_nothing(
    workspace: Path, server: RehearsalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "somebody-elses")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "nowhere")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_API_KEY", "another-key")
    monkeypatch.setenv("GOOGLE_GENAI_CLIENT_MODE", "record")
    monkeypatch.setenv("GOOGLE_GENAI_REPLAYS_DIRECTORY", str(tmp_path / "replays"))
    monkeypatch.setenv("GOOGLE_GENAI_REPLAY_ID", "r/r")
    with opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        provider.read_reply(intent, provider.send_once(intent))
    assert len(server.books().jobs) == 1
    assert not (tmp_path / "replays").exists()


def test_the_key_is_in_no_log_record_or_reply(
    workspace: Path, server: RehearsalServer, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Exchange] = []
    with caplog.at_level(logging.DEBUG), opened(workspace, server.url, tap=heard.append) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        receipt = provider.read_reply(intent, raw)
        provider.probe()
        assert KEY not in repr(vars(provider)) + repr(intent) + repr(receipt)
    assert KEY.encode() not in raw
    assert KEY not in caplog.text
    assert len(heard) == 2
    assert KEY not in repr(heard)
    assert heard[0].request_headers["x-goog-api-key"] == "(removed)"


# ------------------------------------------------------------------------------------------------- servers of odd ways


@dataclass
class Odd:
    """A server that gives every request the same answer, and remembers what came."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    short_by: int = 0
    seen: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def odd(**ways: Any) -> Iterator[Odd]:
    way = Odd(**ways)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            way.seen.append((self.path, self.headers.get("x-goog-api-key")))
            self.send_response(way.status)
            for name, value in way.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(way.body) + way.short_by))
            self.end_headers()
            self.wfile.write(way.body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    way.url = f"http://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield way
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def picture_reply(**candidate: Any) -> bytes:
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    parts = [{"inlineData": {"mimeType": "image/png", "data": data}}]
    return orjson.dumps({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP", **candidate}]})


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_no_redirect_of_any_kind_takes_the_key_to_another_host(workspace: Path, status: int) -> None:
    with odd(body=picture_reply()) as elsewhere, odd(status=status, headers={"location": elsewhere.url}) as home:
        with opened(workspace, home.url) as provider:
            intent = intent_of(provider)
            with pytest.raises(OutcomeUnknown):
                provider.read_reply(intent, provider.send_once(intent))
        assert len(home.seen) == 1
        assert elsewhere.seen == []


def test_a_reply_that_wants_to_be_continued_is_not_asked_again(workspace: Path) -> None:
    body = picture_reply(continuationToken="more", finishReason="CONTINUATION")
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        provider.read_reply(intent, provider.send_once(intent))
        assert len(server.seen) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_no_status_makes_the_sdk_ask_again(workspace: Path, status: int) -> None:
    with odd(status=status, body=b"<html>busy</html>") as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert (Reply.unpack(raw).status, Reply.unpack(raw).body) == (status, b"<html>busy</html>")
        with pytest.raises(OutcomeUnknown):
            provider.read_reply(intent, raw)
        assert len(server.seen) == 1


def test_a_reply_that_breaks_off_is_no_reply(workspace: Path) -> None:
    with odd(body=picture_reply(), short_by=10) as server, opened(workspace, server.url) as provider:
        with pytest.raises(OutcomeUnknown):
            provider.send_once(intent_of(provider))
        assert len(server.seen) == 1


def test_a_reply_that_the_sdk_can_not_read_is_kept(workspace: Path) -> None:
    body = b'{"candidates": [{"finishReason": 7, "content": {"parts": "none"}}]}'
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert Reply.unpack(raw).body == body
        with pytest.raises(ProviderError):
            provider.read_reply(intent, raw)


def test_a_server_that_echoes_the_key_does_not_get_it_onto_the_disk(workspace: Path) -> None:
    said = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": f"The key {KEY} is no good."}}
    with odd(status=403, body=orjson.dumps(said)) as server, opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        raw = provider.send_once(intent)
        assert KEY.encode() not in raw
        with pytest.raises(WrongKey, match="no good"):
            provider.read_reply(intent, raw)
        assert KEY not in repr(provider.probe())
        assert {key for _, key in server.seen} == {KEY}


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"{}", b"[]", b'{"models": 7}'])
def test_probing_a_stranger_never_raises(workspace: Path, body: bytes) -> None:
    with odd(body=body) as server, opened(workspace, server.url) as provider:
        assert any(probe.state != "good" for probe in provider.probe())
        assert len(server.seen) == 1
