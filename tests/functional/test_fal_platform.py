"""Fal's platform API: lost jobs, bills, and whether it can be used."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from starsend.catalogue.entries import Catalogue
from starsend.catalogue.loader import load_catalogue
from starsend.errors import (
    OutcomeUnknown,
    ProviderError,
)
from starsend.providers.order import ShotOrder
from starsend.rehearsal.weather import CALM, Weather
from tests.fakes.fal_desk import KEY, Desk


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
