"""Pictures on their way to fal: uploaded once or each time, remembered, outlasting weather."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from starsend.errors import (
    MediaError,
    PlanError,
    ProviderError,
)
from starsend.production.paid_call import fingerprint
from starsend.providers.fal import OWN_URL
from starsend.rehearsal.weather import Weather
from tests.fakes.fal_desk import Desk

NOW = datetime.now(UTC)


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
