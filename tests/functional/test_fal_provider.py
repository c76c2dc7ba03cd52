"""The fal adapter over real HTTP: against the rehearsal server, in every weather, with fal's own SDK unpatched."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from starsend.catalogue.entries import Catalogue
from starsend.catalogue.loader import load_catalogue
from starsend.errors import (
    BadRequest,
    MediaError,
    OutcomeUnknown,
    PlanError,
    ProviderError,
    RateLimited,
    SetupError,
    Unreachable,
    WrongKey,
)
from starsend.media.picture import save_png
from starsend.model.slate import Slate
from starsend.model.take import JsonObject
from starsend.production.paid_call import fingerprint
from starsend.providers.base import ElementOrder, Intent, JobStatus, Order, Provider, ShotOrder
from starsend.providers.fal import OWN_URL, FalProvider
from starsend.providers.fal_wire import Address
from starsend.providers.surroundings import Access, Surroundings
from starsend.providers.wire import Exchange
from starsend.rehearsal.books import Seen
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather

KEY = "fal-marked-key-7f3a"
SHOTS = (ShotOrder("SH01", "Wide. @Element1 waits.", 4.0), ShotOrder("SH02", "Close-up.", 3.0))
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path_factory.mktemp("server"), weather=CALM, seed=1, clips="canned") as server:
        yield server


@pytest.fixture
def server(running: RehearsalServer) -> Iterator[RehearsalServer]:
    running.set(CALM)
    yield running
    running.set(CALM)


@dataclass
class Desk:
    """A workspace with pictures, and providers that are made anew, as by another process."""

    workspace: Path
    server: RehearsalServer
    made: list[FalProvider]
    begun: int

    def provider(self, *, key: str = KEY, url: str | None = None, **around: Any) -> FalProvider:
        url = url or self.server.url
        surroundings = Surroundings(self.workspace, self.workspace / "uploads", "fast", fal=Access(key, url), **around)
        provider = FalProvider(surroundings, url, sleep=lambda _: None)
        self.made.append(provider)
        return provider

    def order(self, **changes: Any) -> Order:
        order = Order(
            slate=Slate("SEQ01"),
            medium="video",
            mode="multi",
            model="kling-o3-pro",
            title="Film",
            shots=SHOTS,
            elements=(ElementOrder("dana", "character", "woman", Path("dana.png")),),
            start_frame=Path("start.png"),
        )
        return replace(order, **changes)

    def intent(self, body: JsonObject | None = None, intent_id: str = "i1", **order: Any) -> Intent:
        body = body if body is not None else self.provider().prepare(self.order(**order)).body
        return Intent(intent_id, datetime.now(UTC), Slate("SEQ01"), 2, "video", "kling-o3-pro", body)

    def sent(self, intent: Intent | None = None) -> tuple[Intent, JsonObject]:
        intent = intent or self.intent()
        provider = self.provider()
        return intent, provider.read_reply(intent, provider.send_once(intent))

    def ended(self, intent: Intent, receipt: JsonObject) -> JobStatus:
        return ended(self.provider(), intent, receipt)

    @property
    def seen(self) -> list[Seen]:
        """What the server saw since this test began."""
        return list(self.server.books().requests[self.begun :])

    def paths(self, method: str = "POST") -> list[str]:
        return [seen.path for seen in self.seen if seen.method == method]


def ended(provider: Provider, intent: Intent, receipt: JsonObject) -> JobStatus:
    for _ in range(200):
        status = provider.poll(intent, receipt)
        if status.state not in ("queued", "running"):
            return status
        time.sleep(0.02)
    raise AssertionError("the job doesn't end")


@pytest.fixture
def desk(server: RehearsalServer, tmp_path: Path) -> Iterator[Desk]:
    for name, grey in (("start", 60), ("dana", 90), ("truck", 120), ("style", 150)):
        save_png(np.full((720, 1280, 3), grey, np.uint8), tmp_path / f"{name}.png")
    desk = Desk(tmp_path, server, [], len(server.books().requests))
    yield desk
    for provider in desk.made:
        provider.close()
    for path in tmp_path.rglob("*"):  # whatever a test did: the key is in no file
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
    assert not any(seen.key_in_url for seen in desk.seen)
    assert not any(seen.carried_key for seen in desk.seen if seen.path.startswith(("/files", "/storage/put")))
    assert not any(seen.carried_key for seen in desk.seen if seen.host.startswith("localhost"))


def no_progress(_: float) -> None:
    """Nothing is shown."""


class TestWholeJob:
    def test_a_video_comes_and_the_key_goes_only_where_it_must(self, desk: Desk) -> None:
        provider = desk.provider()
        intent, receipt = desk.sent()
        assert provider.receipt_id(receipt) == receipt["request_id"]
        assert desk.ended(intent, receipt) == JobStatus("complete")
        part, told = desk.workspace / ".take.part", list[float]()
        provider.collect(intent, receipt, None, part, told.append)
        assert part.read_bytes()[4:8] == b"ftyp"
        assert told[-1] == 1.0
        assert not part.with_name(f"{part.name}.from").exists()
        assert provider.billed([receipt]) == {receipt["request_id"]: Decimal("0.784")}
        assert provider.lookup(intent).matches == (receipt,)

    def test_one_shot_and_text_alone(self, desk: Desk) -> None:
        intent, receipt = desk.sent(desk.intent(shots=SHOTS[:1], elements=(), start_frame=None, mode="single"))
        assert desk.ended(intent, receipt).state == "complete"
        assert desk.paths()[-1] == "/fal-ai/kling-video/o3/pro/text-to-video"

    def test_the_registry_gives_it(self, desk: Desk) -> None:
        from starsend.providers import registry

        around = Surroundings(desk.workspace, desk.workspace / "uploads", "fast", fal=Access(KEY, desk.server.url))
        provider = registry.make("fal", around)
        assert (provider.name, provider.base_url) == ("fal", desk.server.url)
        assert provider.model("video", "kling-v3-pro") == "kling-v3-pro"
        assert provider.video_size((853, 480)) == (852, 480)
        assert provider.reply_room_bytes(desk.order()) >= 64_000
        provider.close()

    def test_it_may_be_used_again_after_it_was_closed(self, desk: Desk) -> None:
        provider = desk.provider()
        first = provider.prepare(desk.order())
        provider.close()
        assert provider.prepare(desk.order()).media == first.media


class TestPreparing:
    def test_a_preview_asks_nobody_writes_nothing_and_has_the_fingerprint(self, desk: Desk) -> None:
        order = desk.order(style_images=(Path("style.png"),))
        before = sorted(desk.workspace.rglob("*"))
        preview = desk.provider(url="http://127.0.0.1:9").preview(order)
        assert sorted(desk.workspace.rglob("*")) == before
        assert preview.body["start_image_url"] == "start.png"
        prepared = desk.provider().prepare(order)
        assert prepared.body != preview.body
        assert fingerprint("fal", order.model, preview) == fingerprint("fal", order.model, prepared)

    def test_the_fingerprint_tells_endpoints_apart(self, desk: Desk) -> None:
        prints = {
            fingerprint("fal", "same", desk.provider().preview(desk.order(model=model)))
            for model in ("kling-o3-pro", "kling-o3-standard", "kling-o3-4k")
        }
        assert len(prints) == 3

    def test_elements_are_uploaded_once_and_start_frames_each_time(self, desk: Desk) -> None:
        order = desk.order(style_images=(Path("style.png"),))
        first, second = desk.provider().prepare(order), desk.provider().prepare(order)
        assert desk.paths().count("/files/upload") == 4
        assert first.body["elements"] == second.body["elements"]
        assert first.body["image_urls"] == second.body["image_urls"]
        assert first.body["start_image_url"] != second.body["start_image_url"]

    def test_what_fal_keeps_too_short_is_uploaded_anew(self, desk: Desk) -> None:
        order = desk.order(start_frame=None)
        first = desk.provider(now=lambda: NOW).prepare(order)
        almost = desk.provider(now=lambda: NOW + timedelta(days=28, hours=23)).prepare(order)
        assert almost.body == first.body
        late = desk.provider(now=lambda: NOW + timedelta(days=29, hours=1)).prepare(order)
        assert late.body != first.body

    def test_a_clock_that_jumped_back_makes_no_url_live_longer(self, desk: Desk) -> None:
        order = desk.order(start_frame=None)
        first = desk.provider(now=lambda: NOW + timedelta(days=400)).prepare(order)
        assert desk.provider(now=lambda: NOW).prepare(order).body != first.body

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"url": "file:///etc/passwd"}', b"\xff\x00"])
    def test_a_broken_memory_is_no_memory(self, desk: Desk, content: bytes) -> None:
        order = desk.order(start_frame=None)
        first = desk.provider().prepare(order)
        (note,) = (desk.workspace / "uploads" / "fal-urls").iterdir()
        note.write_bytes(content)
        assert desk.provider().prepare(order).body != first.body

    def test_another_server_knows_no_url_of_this_one(self, desk: Desk) -> None:
        order = desk.order(start_frame=None)
        first = desk.provider().prepare(order)
        (note,) = (desk.workspace / "uploads" / "fal-urls").iterdir()
        note.write_bytes(orjson.dumps({**orjson.loads(note.read_bytes()), "base_url": OWN_URL}))
        assert desk.provider().prepare(order).body != first.body

    def test_a_picture_that_is_gone_at_fal_is_uploaded_anew_for_the_next_take(self, desk: Desk) -> None:
        first = desk.provider().prepare(desk.order())
        (note,) = (desk.workspace / "uploads" / "fal-urls").iterdir()
        gone = f"{desk.server.url}/files/b/gone/dana.png"
        note.write_bytes(orjson.dumps({**orjson.loads(note.read_bytes()), "url": gone}))
        intent, receipt = desk.sent()
        status = desk.ended(intent, receipt)
        assert status.fault is not None
        assert "file_download_error" in status.fault.message
        assert not note.exists()
        again = desk.provider().prepare(desk.order())
        assert again.body["elements"] != first.body["elements"]
        intent, receipt = desk.sent(desk.intent(again.body))
        assert desk.ended(intent, receipt).state == "complete"

    def test_many_jobs_at_once_upload_an_element_once(self, desk: Desk) -> None:
        provider = desk.provider()
        with ThreadPoolExecutor(12) as pool:
            bodies = list(pool.map(lambda _: provider.prepare(desk.order()).body, range(12)))
        assert desk.paths().count("/files/upload") == 13
        assert len({orjson.dumps(body["elements"]) for body in bodies}) == 1
        assert len({body["start_image_url"] for body in bodies}) == 12

    def test_the_content_type_is_that_of_the_bytes(self, desk: Desk) -> None:
        from PIL import Image

        Image.new("RGB", (640, 360), (9, 9, 9)).save(desk.workspace / "named.png", "JPEG")
        body = desk.provider().prepare(desk.order(start_frame=Path("named.png"))).body
        assert body["start_image_url"].endswith(".jpg")
        intent, receipt = desk.sent(desk.intent(body))
        assert desk.ended(intent, receipt).state == "complete"

    def test_a_picture_that_is_none_is_not_uploaded(self, desk: Desk) -> None:
        (desk.workspace / "start.png").write_bytes(b"GIF89a and so on")
        with pytest.raises(MediaError, match=r"start\.png is neither a PNG nor a JPEG"):
            desk.provider().prepare(desk.order())
        with pytest.raises(MediaError, match=r"gone\.png is not there"):
            desk.provider().prepare(desk.order(start_frame=Path("gone.png")))

    def test_uploads_outlast_weather(self, desk: Desk) -> None:
        desk.server.set(Weather(upload_5xx_first=3))
        assert desk.provider().prepare(desk.order()).body["start_image_url"]

    def test_uploads_that_fail_buy_nothing(self, desk: Desk) -> None:
        desk.server.set(Weather(upload_5xx=1.0))
        with pytest.raises(
            ProviderError, match=r"dana\.png could not be uploaded to fal; nothing was bought"
        ) as caught:
            desk.provider().prepare(desk.order())
        assert caught.value.code == "upload-failed"

    def test_a_model_that_fal_has_not_is_a_fault(self, desk: Desk) -> None:
        with pytest.raises(PlanError, match="gemini-3-pro-image is not made by fal"):
            desk.provider().prepare(desk.order(model="gemini-3-pro-image"))
        with pytest.raises(PlanError, match='no model "kling-99" is known'):
            desk.provider().preview(desk.order(model="kling-99"))


class TestKey:
    def test_without_a_key_the_variable_and_the_free_way_are_named(self, desk: Desk) -> None:
        provider = desk.provider(key="")
        for begin in (provider.check_ready, lambda: provider.prepare(desk.order())):
            with pytest.raises(SetupError) as caught:
                begin()
            assert caught.value.code == "no-key"
            assert caught.value.message == "Kling is reached through fal, and FAL_KEY is not set"
            assert "export FAL_KEY=…" in caught.value.remedy
            assert "--provider animatic" in caught.value.remedy
        assert desk.seen == []

    @pytest.mark.parametrize("key", ["two words", "line\nend", "schlüssel"])
    def test_a_key_that_no_header_takes_is_never_sent(self, desk: Desk, key: str) -> None:
        intent = desk.intent()
        count = len(desk.seen)
        with pytest.raises(SetupError) as caught:
            desk.provider(key=key).check_ready()
        assert key not in str(caught.value)
        with pytest.raises(WrongKey) as sent:
            desk.provider(key=key).send_once(intent)
        assert sent.value.proven_not_sent
        assert len(desk.seen) == count

    def test_a_wrong_key_is_told_everywhere_and_shown_nowhere(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        wrong = desk.provider(key="wrong")
        fresh = desk.order(elements=(), start_frame=Path("truck.png"))
        calls: list[tuple[type[Exception], Callable[[], object]]] = [
            (SetupError, lambda: wrong.prepare(fresh)),
            (WrongKey, lambda: wrong.read_reply(intent, wrong.send_once(intent))),
            (SetupError, lambda: wrong.poll(intent, receipt)),
            (SetupError, lambda: wrong.collect(intent, receipt, None, desk.workspace / "x.part", no_progress)),
            (SetupError, lambda: wrong.lookup(intent)),
            (WrongKey, lambda: wrong.cancel(intent, receipt)),
            (WrongKey, lambda: wrong.billed([receipt])),
        ]
        for kind, call in calls:
            with pytest.raises(kind, match="invalid key credentials"):
                call()
        assert len([job for job in desk.server.books().jobs if job.request_id == receipt["request_id"]]) == 1

    def test_the_key_is_in_no_repr(self, desk: Desk) -> None:
        provider = desk.provider()
        assert KEY not in repr(vars(provider))
        assert KEY not in repr(provider._clients)

    def test_with_fals_own_hosts_only_they_get_it(self) -> None:
        own = Address(OWN_URL)
        assert own.platform == "https://api.fal.ai/v1"
        for url in ("https://queue.fal.run/a", "https://rest.fal.ai/a", "https://api.fal.ai/v1", "https://fal.run/x"):
            assert own.knows(url)
        for url in (
            "http://queue.fal.run/a",
            "https://queue.fal.run:444/a",
            "https://v3.fal.media/files/upload",
            "https://storage.googleapis.com/x",
            "https://queue.fal.run.evil.example/a",
            "https://queue.fal.run@evil.example/a",
            "not a url at all\n",
        ):
            assert not own.knows(url)

    def test_another_address_gets_it_in_their_place(self) -> None:
        import httpx

        other = Address("http://127.0.0.1:81/fal")
        assert other.platform == "http://127.0.0.1:81/fal/v1"
        assert other.knows("http://127.0.0.1:81/x")
        assert not other.knows("https://queue.fal.run/x")
        placed = other.placed(httpx.URL("https://rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3"))
        assert str(placed) == "http://127.0.0.1:81/fal/storage/auth/token?storage_type=fal-cdn-v3"
        assert str(other.placed(httpx.URL("https://elsewhere.example/x"))) == "https://elsewhere.example/x"
        upload = httpx.URL("https://v3.fal.media/files/upload")
        assert Address(OWN_URL).placed(upload) == upload


class TestSending:
    def jobs_of(self, desk: Desk, intent: Intent) -> int:
        return sum(
            job.input.get("start_image_url") == intent.body["start_image_url"] for job in desk.server.books().jobs
        )

    @pytest.mark.parametrize(
        ("weather", "jobs"),
        [
            (Weather(drop_before_first=1), 0),
            (Weather(drop_reply_first=1), 1),
        ],
    )
    def test_a_dropped_connection_is_an_unknown_outcome(self, desk: Desk, weather: Weather, jobs: int) -> None:
        intent = desk.intent()
        desk.server.set(weather)
        with pytest.raises(OutcomeUnknown, match="sending SEQ01_T002") as caught:
            desk.provider().send_once(intent)
        assert not caught.value.proven_not_sent
        assert self.jobs_of(desk, intent) == jobs
        assert desk.paths().count("/fal-ai/kling-video/o3/pro/reference-to-video") == 1

    @pytest.mark.parametrize(
        ("weather", "says", "jobs"),
        [
            (Weather(submit_5xx_not_accepted_first=1), "HTTP 503", 0),
            (Weather(submit_5xx_accepted_first=1), "HTTP 50", 1),
            (Weather(html_submit_first=1), "HTTP 200, text/html", 0),
            (Weather(html_submit_first=1, html_accepts=True), "HTTP 200, text/html", 1),
            (Weather(redirect_submit_first=1), "HTTP 307, which points to http://localhost:", 0),
            (Weather(redirect_submit_first=1, redirect_accepts=True), "and was not followed", 1),
        ],
    )
    def test_an_answer_that_says_nothing_is_raw_and_unknown(
        self, desk: Desk, weather: Weather, says: str, jobs: int
    ) -> None:
        intent = desk.intent()
        desk.server.set(weather)
        raw = desk.provider().send_once(intent)
        with pytest.raises(OutcomeUnknown, match=says):
            desk.provider().read_reply(intent, raw)
        assert self.jobs_of(desk, intent) == jobs
        assert not [seen for seen in desk.seen if seen.host.startswith("localhost")]

    def test_a_429_is_proven_not_accepted(self, desk: Desk) -> None:
        intent = desk.intent()
        desk.server.set(Weather(rate_limited_first=1, retry_after_s=7))
        with pytest.raises(RateLimited) as caught:
            desk.provider().send_once(intent)
        assert (caught.value.retry_after_s, caught.value.proven_not_sent) == (7.0, True)
        assert self.jobs_of(desk, intent) == 0
        desk.server.set(Weather(rate_limited_first=1, retry_after_s=90_000))
        with pytest.raises(RateLimited) as long:
            desk.provider().send_once(intent)
        assert long.value.retry_after_s == 120

    def test_a_refused_connection_is_proven_not_sent(self, desk: Desk) -> None:
        with pytest.raises(Unreachable) as caught:
            desk.provider(url="http://127.0.0.1:9").send_once(desk.intent())
        assert caught.value.proven_not_sent

    def test_a_locked_account_and_bad_input(self, desk: Desk) -> None:
        intent = desk.intent()
        desk.server.set(Weather(locked_account=True))
        with pytest.raises(BadRequest) as locked:
            desk.provider().read_reply(intent, desk.provider().send_once(intent))
        assert (locked.value.code, locked.value.proven_not_sent) == ("account-locked", True)
        desk.server.set(Weather(validate_at_submit=True))
        bad = replace(intent, body={**intent.body, "duration": "99"})
        with pytest.raises(BadRequest, match="SEQ01_T002: fal can't take the request") as refused:
            desk.provider().read_reply(bad, desk.provider().send_once(bad))
        assert not refused.value.proven_not_sent

    @pytest.mark.parametrize("raw", [b"", b"nonsense", b"[]\nx", b'{"status": 200}\n{"request_id": "x"}'])
    def test_a_reply_that_was_never_packed_is_unknown(self, desk: Desk, raw: bytes) -> None:
        with pytest.raises(OutcomeUnknown, match="the reply to SEQ01_T002 can't be read"):
            desk.provider().read_reply(desk.intent({"_endpoint": "a/b/c"}), raw)


class TestPolling:
    @pytest.mark.parametrize(
        "weather",
        [
            Weather(poll_5xx_first=1),
            Weather(poll_drop_first=1),
            Weather(poll_lost_first=1),
            Weather(poll_html_first=1),
            Weather(run_s=0.0, result_5xx_first=1),
        ],
    )
    def test_weather_is_weather_asked_once_and_passes(self, desk: Desk, weather: Weather) -> None:
        intent, receipt = desk.sent()
        assert desk.ended(intent, receipt).state == "complete"
        desk.server.set(weather)
        count, begun = len(desk.seen), time.monotonic()
        with pytest.raises(ProviderError) as caught:
            desk.provider().poll(intent, receipt)
        assert type(caught.value) is ProviderError
        assert caught.value.code == "weather"
        assert time.monotonic() - begun < 2
        assert len(desk.seen) - count <= 2
        assert desk.ended(intent, receipt).state == "complete"

    def test_a_status_may_leave_out_what_is_not_needed(self, desk: Desk) -> None:
        desk.server.set(Weather(status_without_logs=True, queue_s=0.5, run_s=0.5))
        intent, provider = desk.intent(), desk.provider()
        receipt = provider.read_reply(intent, provider.send_once(intent))
        states = {provider.poll(intent, receipt).state}
        while "complete" not in states:
            time.sleep(0.05)
            states.add(provider.poll(intent, receipt).state)
        assert states == {"queued", "running", "complete"}

    @pytest.mark.parametrize("style", ["list", "string"])
    @pytest.mark.parametrize("in_status", [True, False])
    @pytest.mark.parametrize("header", ["X-Fal-Retryable", "X-Fal-Needs-Retry"])
    def test_a_refusal_is_told_in_fals_words(self, desk: Desk, style: Any, in_status: bool, header: Any) -> None:
        weather = Weather(refuse_first=1, error_style=style, error_in_status=in_status, retry_header=header)
        desk.server.set(weather)
        intent, receipt = desk.sent()
        status = desk.ended(intent, receipt)
        assert status.state == "failed"
        assert status.fault is not None
        assert status.fault.code == "refused"
        assert status.fault.message.startswith("SEQ01_T002: fal refused: ")
        assert "flagged by a content checker" in status.fault.message
        assert status.fault.remedy == (
            "change the prompt or the pictures, then make another take: starsend generate; "
            "fal says that the same fails again"
        )

    def test_a_job_that_failed_inside_fal(self, desk: Desk) -> None:
        desk.server.set(Weather(fail_5xx_typed_first=1))
        intent, receipt = desk.sent()
        status = desk.ended(intent, receipt)
        assert status.state == "failed"
        assert status.fault is not None
        assert status.fault.code == "job-failed"
        assert "The model failed on this request" in status.fault.message

    def test_bad_input_fails_the_job(self, desk: Desk) -> None:
        intent, receipt = desk.sent(desk.intent({**desk.intent().body, "duration": "99"}))
        status = desk.ended(intent, receipt)
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", "job-failed")
        assert "duration" in status.fault.message

    def test_a_server_that_is_gone_is_weather(self, desk: Desk, tmp_path: Path) -> None:
        with RehearsalServer(tmp_path / "other", weather=Weather(run_s=9), clips="canned") as other:
            provider = desk.provider(url=other.url)
            intent = replace(desk.intent(), body=provider.prepare(desk.order()).body)
            receipt = provider.read_reply(intent, provider.send_once(intent))
        begun = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            provider.poll(intent, receipt)
        assert not isinstance(caught.value, OutcomeUnknown)
        assert time.monotonic() - begun < 2

    def test_a_receipt_without_its_urls_says_so(self, desk: Desk) -> None:
        with pytest.raises(ProviderError, match="SEQ01_T002: the receipt in its record has no 'response_url'"):
            desk.provider().poll(desk.intent({}), {"request_id": "r1"})


class TestCancelling:
    def test_a_cancelled_job_ends_cancelled(self, desk: Desk) -> None:
        desk.server.set(Weather(run_s=5))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        status = desk.ended(intent, receipt)
        assert status.state == "cancelled"
        assert status.fault is not None
        assert status.fault.code == "job-cancelled"
        with pytest.raises(BadRequest) as caught:
            desk.provider().collect(intent, receipt, None, desk.workspace / "x.part", no_progress)
        assert caught.value.code == "job-cancelled"

    def test_a_job_that_vanished_is_weather(self, desk: Desk) -> None:
        desk.server.set(Weather(run_s=5, cancel_style="not_found"))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        with pytest.raises(ProviderError, match="HTTP 404"):
            desk.provider().poll(intent, receipt)

    def test_a_job_that_comes_all_the_same_is_complete(self, desk: Desk) -> None:
        desk.server.set(Weather(cancel_style="completes_anyway"))
        intent, receipt = desk.sent()
        desk.provider().cancel(intent, receipt)
        assert desk.ended(intent, receipt).state == "complete"
        desk.provider().cancel(intent, receipt)  # ALREADY_COMPLETED: nothing to do

    def test_a_job_that_is_not_known_is_an_error(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        gone = {**receipt, "cancel_url": receipt["cancel_url"].replace(receipt["request_id"], "nobody")}
        with pytest.raises(ProviderError) as caught:
            desk.provider().cancel(intent, gone)
        assert caught.value.code == "not-cancelled"


class TestDownloads:
    @pytest.fixture
    def job(self, desk: Desk) -> tuple[Intent, JsonObject]:
        intent, receipt = desk.sent()
        assert desk.ended(intent, receipt).state == "complete"
        return intent, receipt

    def whole(self, desk: Desk, job: tuple[Intent, JsonObject]) -> bytes:
        part = desk.workspace / "whole.part"
        desk.provider().collect(*job, None, part, no_progress)
        return part.read_bytes()

    def test_a_cut_download_goes_on_where_it_was_cut(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part, told = self.whole(desk, job), desk.workspace / "a.part", list[float]()
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError, match="the download was cut after") as caught:
            desk.provider().collect(*job, None, part, told.append)
        assert caught.value.code == "short"
        there = part.stat().st_size
        assert 0 < there < len(whole)
        desk.provider().collect(*job, None, part, told.append)
        assert part.read_bytes() == whole
        assert told == sorted(told)

    def test_what_was_lost_of_a_part_is_fetched_again(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError):
            desk.provider().collect(*job, None, part, no_progress)
        os.truncate(part, 5)
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    def test_a_part_that_grew_unsynced_is_cut_back(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_cut_first=1))
        with pytest.raises(MediaError):
            desk.provider().collect(*job, None, part, no_progress)
        with part.open("ab") as file:
            file.write(bytes(100))
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    def test_who_tells_progress_may_stop_it_and_it_goes_on_later(
        self, desk: Desk, job: tuple[Intent, JsonObject]
    ) -> None:
        whole, part = self.whole(desk, job), desk.workspace / "a.part"
        desk.server.set(Weather(download_slow_bytes_s=20_000))

        def stop(_: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            desk.provider().collect(*job, None, part, stop)
        desk.server.set(CALM)
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == whole

    @pytest.mark.parametrize(
        ("weather", "code", "says"),
        [
            (Weather(download_wrong_type_first=1), "wrong-type", "text/html came instead of a video"),
            (Weather(download_short_no_length_first=1), "short", "the download was cut after"),
            (
                Weather(download_huge_first=1),
                "too-large",
                r"the video is too large: 3000 MB, and \[download\] largest_mb is 2000",
            ),
        ],
    )
    def test_what_is_no_whole_video_is_not_taken(
        self, desk: Desk, job: tuple[Intent, JsonObject], weather: Weather, code: str, says: str
    ) -> None:
        part = desk.workspace / "a.part"
        desk.server.set(weather)
        with pytest.raises(MediaError, match=says) as caught:
            desk.provider().collect(*job, None, part, no_progress)
        assert caught.value.code == code
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes() == self.whole(desk, job)

    def test_a_limit_is_named_with_its_setting(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        part = desk.workspace / "a.part"
        count = len(desk.seen)
        with pytest.raises(MediaError) as caught:
            desk.provider(largest_bytes=1000).collect(*job, None, part, no_progress)
        assert caught.value.code == "too-large"
        assert "[download] largest_mb = " in caught.value.remedy
        assert not part.exists()
        assert [seen.path for seen in desk.seen[count:] if seen.path.startswith("/files")] == []

    def test_a_5xx_is_weather(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        desk.server.set(Weather(download_5xx_first=1))
        with pytest.raises(ProviderError, match="fal, downloading: HTTP 503") as caught:
            desk.provider().collect(*job, None, desk.workspace / "a.part", no_progress)
        assert type(caught.value) is ProviderError

    def test_a_redirect_is_followed_without_the_key(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        desk.server.set(Weather(download_redirect_first=1))
        part = desk.workspace / "a.part"
        desk.provider().collect(*job, None, part, no_progress)
        assert part.read_bytes()[4:8] == b"ftyp"
        assert [seen for seen in desk.seen if seen.host.startswith("localhost")]

    def test_a_full_disk_stays_an_error_of_the_system(self, desk: Desk, job: tuple[Intent, JsonObject]) -> None:
        with pytest.raises(OSError, match="No space left"):
            desk.provider().collect(*job, None, Path("/dev/full"), no_progress)


class TestLookingUp:
    @pytest.mark.parametrize("adds", [True, False])
    @pytest.mark.parametrize("window", ["sent_at", "ended_at"])
    def test_a_lost_job_is_found_by_its_input(self, desk: Desk, adds: bool, window: Any) -> None:
        desk.server.set(Weather(drop_reply_first=1, listing_adds_defaults=adds, listing_window=window))
        intent = desk.intent()
        with pytest.raises(OutcomeUnknown):
            desk.provider().send_once(intent)
        for _ in range(100):
            lookup = desk.provider().lookup(intent)
            if lookup.matches:
                break
            time.sleep(0.02)
        (receipt,) = lookup.matches
        assert lookup.listing
        assert not lookup.proven_absent
        assert receipt["endpoint"] == "fal-ai/kling-video/o3/pro/reference-to-video"
        assert receipt["status_url"] == (
            f"{desk.server.url}/fal-ai/kling-video/requests/{receipt['request_id']}/status"
        )
        assert desk.ended(intent, receipt).state == "complete"

    def test_another_start_frame_is_another_job(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        desk.ended(intent, receipt)
        assert desk.provider().lookup(desk.intent()).matches == ()

    def test_two_that_ask_for_the_same_are_two(self, desk: Desk) -> None:
        words: dict[str, Any] = {
            "elements": (),
            "start_frame": None,
            "shots": (ShotOrder("SH01", f"Only {desk.workspace}", 5.0),),
        }
        both = [desk.sent(desk.intent(**words)) for _ in range(2)]
        for intent, receipt in both:
            desk.ended(intent, receipt)
        assert len(desk.provider().lookup(both[0][0]).matches) == 2

    def test_what_was_sent_long_before_the_intent_is_not_ours(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        desk.ended(intent, receipt)
        later = replace(intent, intent_at=intent.intent_at + timedelta(minutes=11))
        assert desk.provider().lookup(later).matches == ()
        soon = replace(intent, intent_at=intent.intent_at + timedelta(minutes=9))
        assert len(desk.provider().lookup(soon).matches) == 1

    def test_a_listing_without_inputs_is_not_no_match(self, desk: Desk) -> None:
        intent, receipt = desk.sent()
        desk.ended(intent, receipt)
        desk.server.set(Weather(listing_payloads=False))
        with pytest.raises(ProviderError, match=r"fal lists \d+ jobs of that time without their inputs") as caught:
            desk.provider().lookup(intent)
        assert caught.value.code == "no-inputs-listed"

    def test_a_listing_in_bad_weather_is_weather(self, desk: Desk) -> None:
        desk.server.set(Weather(listing_5xx_first=1))
        with pytest.raises(ProviderError, match="HTTP 503") as caught:
            desk.provider().lookup(desk.intent())
        assert caught.value.code == "weather"


class TestBills:
    def test_what_is_not_billed_yet_is_left_out(self, desk: Desk) -> None:
        desk.server.set(Weather(billing_lag_s=60))
        intent, receipt = desk.sent()
        desk.ended(intent, receipt)
        assert desk.provider().billed([receipt]) == {}
        desk.server.set(CALM)
        assert desk.provider().billed([receipt, receipt, {}]) == {receipt["request_id"]: Decimal("0.784")}
        assert desk.provider().billed([]) == {}

    def test_a_key_that_may_not_see_it_is_told_what_it_needs(self, desk: Desk) -> None:
        desk.server.set(Weather(billing_admin_only=True))
        with pytest.raises(ProviderError, match="needs an admin API key") as caught:
            desk.provider().billed([{"request_id": "r1"}])
        assert caught.value.code == "no-admin-key"
        assert caught.value.remedy.startswith("it needs a key with admin scope")


class TestProbing:
    def test_all_is_well(self, desk: Desk) -> None:
        probes = desk.provider().probe()
        assert {probe.state for probe in probes} == {"good"}
        assert len(probes) == 3 + 13 + 5
        assert KEY not in repr(probes)
        assert not [path for path in desk.paths() if path.startswith("/fal-ai")]

    def test_without_a_key(self, desk: Desk) -> None:
        (probe,) = desk.provider(key="").probe()
        assert (probe.what, probe.state) == ("fal: the key", "bad")
        assert "FAL_KEY" in probe.remedy

    def test_with_a_wrong_key(self, desk: Desk) -> None:
        *_, taken = desk.provider(key="wrong").probe()
        assert (taken.what, taken.state) == ("fal: the key is taken", "bad")

    def test_unreachable(self, desk: Desk) -> None:
        *_, host = desk.provider(url="http://127.0.0.1:9").probe()
        assert (host.what, host.state) == ("fal: the host", "bad")

    def test_a_price_that_moved_and_an_endpoint_that_is_gone(self, desk: Desk) -> None:
        probes = {probe.what: probe for probe in desk.provider(catalogue=changed_catalogue).probe()}
        price = probes["fal: the price of kling-o3-pro"]
        assert price.state == "warning"
        assert price.said == "fal asks 0.112 USD a second; the catalogue says 0.05 (0.06 with sound)"
        assert '[prices."kling-o3-pro"] usd_per_second = "0.112"' in price.remedy
        gone = probes["fal: fal-ai/kling-video/o9/text-to-video"]
        assert (gone.state, gone.said) == ("bad", "fal doesn't list it")
        assert probes["fal: fal-ai/kling-video/o3/pro/reference-to-video"].state == "good"


def changed_catalogue() -> Catalogue:
    catalogue = load_catalogue()
    entry = catalogue.get("kling-o3-pro")
    prices = {"usd_per_second": Decimal("0.05"), "usd_per_second_audio": Decimal("0.06")}
    changed = entry.model_copy(
        update={
            "prices": entry.prices.model_copy(update=prices),
            "endpoints": {**entry.endpoints, "text": "fal-ai/kling-video/o9/text-to-video"},
        }
    )
    return catalogue.model_copy(update={"models": {**catalogue.models, entry.id: changed}})


def test_a_tap_hears_all_but_the_key(desk: Desk) -> None:
    heard: list[Exchange] = []
    lock = threading.Lock()

    def tap(exchange: Exchange) -> None:
        with lock:
            heard.append(exchange)

    provider = desk.provider(tap=tap)
    intent = desk.intent(provider.prepare(desk.order()).body)
    receipt = provider.read_reply(intent, provider.send_once(intent))
    assert ended(provider, intent, receipt).state == "complete"
    provider.collect(intent, receipt, None, desk.workspace / "a.part", no_progress)
    assert {exchange.method for exchange in heard} == {"GET", "POST"}
    assert KEY not in repr(heard)


def test_many_threads_use_one_provider(desk: Desk) -> None:
    provider = desk.provider()

    def whole(number: int) -> int:
        intent = replace(desk.intent(intent_id=f"i{number}"), body=provider.prepare(desk.order()).body)
        receipt = provider.read_reply(intent, provider.send_once(intent))
        assert ended(provider, intent, receipt).state == "complete"
        part = desk.workspace / f"{number}.part"
        provider.collect(intent, receipt, None, part, no_progress)
        return part.stat().st_size

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(whole, range(8)))
