"""The fal adapter over real HTTP: whole jobs, and where the key goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from starsend.errors import (
    SetupError,
    WrongKey,
)
from starsend.providers.base import JobStatus
from starsend.providers.fal import OWN_URL
from starsend.providers.fal_wire import Address
from starsend.providers.surroundings import Access, Surroundings
from starsend.providers.wire import Exchange
from tests.fakes.fal_desk import KEY, SHOTS, Desk, ended, no_progress


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
