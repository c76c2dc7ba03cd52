"""Listings that no rehearsal gives, and how bills are summed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import ProviderError
from starsend.model.take import JsonObject
from starsend.providers.fal import FalProvider
from tests.fakes.fal_sayings import (
    BODY,
    DEEP,
    INTENT,
    NOW,
    Says,
    Server,
    make,
    serving,
)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def fal(server: Server, tmp_path: Path) -> Iterator[FalProvider]:
    provider = make(server, tmp_path)
    yield provider
    provider.close()


class TestListing:
    LIST = "/v1/models/requests/by-endpoint"

    def item(self, number: int, **changes: Any) -> JsonObject:
        sent = {name: value for name, value in BODY.items() if name != "_endpoint"}
        item = {"request_id": f"r{number}", "endpoint_id": BODY["_endpoint"], "sent_at": NOW.isoformat()}
        return {**item, "json_input": {**sent, "generate_audio": False}, **changes}

    def test_all_pages_are_read(self, server: Server, fal: FalProvider) -> None:
        other = [self.item(n, json_input={"prompt": "x"}) for n in range(100)]
        server.answers[self.LIST] = [
            Says(200, {"items": other, "next_cursor": "two", "has_more": True}),
            Says(200, {"items": [self.item(7)], "next_cursor": None, "has_more": False}),
        ]
        (match,) = fal.lookup(INTENT).matches
        assert fal.receipt_id(match) == "r7"
        query = server.seen[0][1].partition("?")[2]
        assert "start=2026-11-22T09%3A50%3A00Z" in query
        assert "expand=payloads" in query
        assert "limit=100" in query
        assert "cursor=two" in server.seen[1][1]

    def test_a_listing_that_never_ends_is_weather(self, server: Server, tmp_path: Path) -> None:
        server.answers[self.LIST] = [Says(200, {"items": [], "next_cursor": str(n)}) for n in range(50)]
        ticks = iter(range(0, 1000, 3))
        fal = make(server, tmp_path, monotonic=lambda: float(next(ticks)))
        with pytest.raises(ProviderError, match="takes too long"):
            fal.lookup(INTENT)
        fal.close()
        assert len(server.seen) <= 4

    @pytest.mark.parametrize(
        "changes",
        [
            {"sent_at": (NOW - timedelta(minutes=11)).isoformat()},
            {"sent_at": None},
            {"endpoint_id": "fal-ai/other/x"},
            {"request_id": "../../evil"},
            {"request_id": None},
            {"json_input": {"prompt": "A road.", "duration": 5}},
        ],
    )
    def test_what_is_not_ours_is_left(self, server: Server, fal: FalProvider, changes: dict[str, Any]) -> None:
        server.answers[self.LIST] = [Says(200, {"items": [self.item(1, **changes), "odd", None]})]
        assert fal.lookup(INTENT).matches == ()

    def test_a_listed_job_that_names_no_input_hides_no_match(self, server: Server, fal: FalProvider) -> None:
        hidden = self.item(1, json_input=None)
        server.answers[self.LIST] = [Says(200, {"items": [hidden, self.item(2)]}), Says(200, {"items": [hidden]})]
        assert [fal.receipt_id(match) for match in fal.lookup(INTENT).matches] == ["r2"]
        with pytest.raises(ProviderError, match="fal lists 1 jobs of that time without their inputs"):
            fal.lookup(INTENT)

    @pytest.mark.parametrize("body", [b"<html>", DEEP, {}, {"items": None}, []])
    def test_a_page_that_is_none_is_weather(self, server: Server, fal: FalProvider, body: Any) -> None:
        server.answers[self.LIST] = [Says(200, body)]
        with pytest.raises(ProviderError) as caught:
            fal.lookup(INTENT)
        assert caught.value.code == "weather"

    def test_bills_are_summed_exactly(self, server: Server, fal: FalProvider) -> None:
        raw = b'{"billing_events": [{"request_id": "r1", "cost_total": 0.1}, {"request_id": "r1", "cost_total": "0.20"}'
        raw += b', {"request_id": "r2", "cost_total": NaN}, {"request_id": "r3", "cost_total": -1}, {"cost_total": 5}]}'
        server.answers["/v1/models/billing-events"] = [Says(200, raw, Content_Type="application/json")]
        bills = fal.billed([{"request_id": f"r{n}"} for n in range(1, 4)])
        assert {name: str(cost) for name, cost in bills.items()} == {"r1": "0.30"}
