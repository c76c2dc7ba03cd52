"""The Gemini adapter with Google's SDK as it is, over HTTP, against the rehearsal server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import orjson
import pytest

from starsend.errors import (
    PlanError,
    ProviderError,
    StarsendError,
)
from starsend.media.files import sha256_of
from starsend.media.grid import find_grid
from starsend.media.picture import inspect_picture, load_rgb, save_png
from starsend.model.slate import Slate
from starsend.production.paid_call import fingerprint
from starsend.providers.base import Prepared, Provider
from starsend.providers.gemini import GeminiProvider
from starsend.providers.order import ShotOrder
from starsend.providers.wire import Exchange
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM
from tests.fakes.gemini_desk import FINISH, GRID, KEY, intent_of, opened, posts, workspace_at


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspace_at(tmp_path / "workspace")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server", weather=CALM, keys=(KEY,)) as running:
        yield running


@pytest.fixture
def gemini(workspace: Path, server: RehearsalServer) -> Iterator[GeminiProvider]:
    with opened(workspace, server.url) as provider:
        yield provider


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
