"""The rehearsal of fal's platform API: past requests, billing, prices, models; what is unconfirmed goes both ways."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from tests.functional.rehearsal_client import REFERENCE, Fal, png, shots

FAST = Weather(run_s=0.0)


@pytest.fixture
def fal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fal]:
    with RehearsalServer(tmp_path_factory.mktemp("platform"), weather=FAST) as server, Fal(server) as fal:
        yield fal


def listed(fal: Fal, **query: str) -> list[dict[str, Any]]:
    query = {"endpoint_id": REFERENCE, **query}
    answer = fal.get(f"{fal.url}/v1/models/requests/by-endpoint", **query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def done(fal: Fal, body: dict[str, Any]) -> str:
    receipt = fal.submit(REFERENCE, body).json()
    fal.wait(receipt)
    return str(receipt["request_id"])


def test_past_requests_are_listed_with_their_input(fal: Fal) -> None:
    first, second = done(fal, shots(3)), done(fal, shots(4, 4))
    items = listed(fal, expand="payloads")
    assert [item["request_id"] for item in items] == [second, first]
    assert items[1]["json_input"] == shots(3)
    assert items[1]["status_code"] == 200
    assert "json_input" not in listed(fal)[0]
    assert [item["request_id"] for item in listed(fal, request_id=first)] == [first]
    assert listed(fal, endpoint_id="fal-ai/kling-video/o3/pro/text-to-video") == []
    assert len(listed(fal, endpoint_id=f"fal-ai/x,{REFERENCE}")) == 2


def test_the_window_counts_when_a_job_was_sent_or_ended(fal: Fal) -> None:
    fal.server.set(replace(FAST, run_s=0.3))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    sent = datetime.fromisoformat(fal.job(receipt["request_id"]).sent_at)
    fal.wait(receipt)
    window = {"start": (sent + timedelta(seconds=0.15)).isoformat()}
    assert listed(fal, **window) == []
    fal.server.set(replace(FAST, listing_window="ended_at"))
    assert len(listed(fal, **window)) == 1
    assert listed(fal, end=(sent - timedelta(seconds=1)).isoformat()) == []


@pytest.mark.parametrize("unfinished", [False, True])
def test_whether_unfinished_jobs_are_listed(fal: Fal, unfinished: bool) -> None:
    fal.server.set(replace(FAST, queue_s=0.3, listing_unfinished=unfinished))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    assert len(listed(fal)) == int(unfinished)
    fal.wait(receipt)
    assert len(listed(fal)) == 1


def test_the_listing_lags(fal: Fal) -> None:
    done(fal, shots(3))
    fal.server.set(replace(FAST, listing_lag_s=3600))
    assert listed(fal) == []


def test_the_stored_input_may_have_defaults_added_or_be_missing(fal: Fal) -> None:
    done(fal, shots(3))
    fal.server.set(replace(FAST, listing_adds_defaults=True))
    stored = listed(fal, expand="payloads")[0]["json_input"]
    assert stored.items() > shots(3).items()
    assert stored["shot_type"] == "customize"
    fal.server.set(replace(FAST, listing_payloads=False))
    assert "json_input" not in listed(fal, expand="payloads")[0]


def test_a_client_can_keep_its_input_out_of_the_listing(fal: Fal) -> None:
    headers = {"X-Fal-Store-IO": "0"}
    receipt = fal.request("POST", f"{fal.url}/{REFERENCE}", json=shots(3), headers=headers).json()
    fal.wait(receipt)
    assert "json_input" not in listed(fal, expand="payloads")[0]


def test_failures_are_listed_by_their_kind(fal: Fal) -> None:
    fal.server.set(replace(FAST, refuse_first=1))
    refused = done(fal, shots(3))
    fal.server.set(replace(FAST, fail_5xx_typed_first=1))
    failed = done(fal, shots(3))
    fine = done(fal, shots(3))
    for status, wanted in (("user_error", refused), ("error", failed), ("success", fine)):
        assert [item["request_id"] for item in listed(fal, status=status)] == [wanted]


def test_the_listing_comes_in_pages(fal: Fal) -> None:
    wanted = {done(fal, shots(3)) for _ in range(5)}
    seen, query = [], {"endpoint_id": REFERENCE, "limit": "2"}
    for _ in range(3):
        page = fal.get(f"{fal.url}/v1/models/requests/by-endpoint", **query).json()
        seen += [item["request_id"] for item in page["items"]]
        query["cursor"] = page["next_cursor"] or ""
    assert (set(seen), len(seen), page["has_more"]) == (wanted, 5, False)
    assert fal.get(f"{fal.url}/v1/models/requests/by-endpoint", endpoint_id=REFERENCE, limit="101").status_code == 400
    fal.server.set(replace(FAST, listing_5xx_first=1))
    assert fal.get(f"{fal.url}/v1/models/requests/by-endpoint", endpoint_id=REFERENCE).status_code == 503


def test_billing_events(fal: Fal) -> None:
    job = done(fal, {**shots(3, 4), "generate_audio": True})
    events = fal.get(f"{fal.url}/v1/models/billing-events", request_id=job).json()["billing_events"]
    assert [(event["output_units"], event["cost_total"]) for event in events] == [(7, 0.98)]
    assert events[0]["cost_estimate_nano_usd"] == 980_000_000
    fal.server.set(replace(FAST, billing_lag_s=3600))
    assert fal.get(f"{fal.url}/v1/models/billing-events", request_id=job).json()["billing_events"] == []
    fal.server.set(replace(FAST, billing_admin_only=True))
    assert fal.get(f"{fal.url}/v1/models/billing-events").status_code == 403


def test_prices_and_models(fal: Fal) -> None:
    price = fal.get(f"{fal.url}/v1/models/pricing", endpoint_id=REFERENCE).json()["prices"][0]
    assert (price["unit_price"], price["unit"], price["currency"]) == (0.112, "second", "USD")
    assert fal.get(f"{fal.url}/v1/models/pricing", endpoint_id="fal-ai/nobody").status_code == 404
    query = {"endpoint_id": REFERENCE, "expand": "openapi-3.0"}
    model = fal.plain.get(f"{fal.url}/v1/models", params=query).json()["models"][0]
    assert (model["metadata"]["status"], f"/{REFERENCE}" in model["openapi"]["paths"]) == ("active", True)
    names = [model["endpoint_id"] for model in fal.plain.get(f"{fal.url}/v1/models").json()["models"]]
    assert len(names) == 13
    assert "fal-ai/kling-video/v3/pro/reference-to-video" not in names


@pytest.mark.parametrize(
    ("switch", "lenient", "strict", "body"),
    [
        (
            "max_elements",
            7,
            4,
            {"prompt": "a", "elements": [{"frontal_image_url": "D", "reference_image_urls": ["D"]}] * 5},
        ),
        ("shot_chars", 2500, 512, {"multi_prompt": [{"prompt": "a" * 600, "duration": "3"}], "duration": "3"}),
        ("sum_strict", False, True, {**shots(3), "duration": "5"}),
        ("single_image_element_ok", True, False, {"prompt": "a", "elements": [{"frontal_image_url": "D"}]}),
        (
            "repeated_frontal_ok",
            True,
            False,
            {"prompt": "a", "elements": [{"frontal_image_url": "D", "reference_image_urls": ["D"]}]},
        ),
    ],
)
def test_what_is_unconfirmed_goes_both_ways(
    fal: Fal, switch: str, lenient: object, strict: object, body: dict[str, Any]
) -> None:
    data = "data:image/png;base64," + base64.b64encode(png()).decode()
    sent = json.loads(json.dumps(body).replace('"D"', json.dumps(data)))
    for value, wanted in ((lenient, 200), (strict, 422)):
        fal.server.set(replace(FAST, **{switch: value}))  # type: ignore[arg-type]
        receipt = fal.submit(REFERENCE, sent).json()
        fal.wait(receipt)
        assert fal.get(receipt["response_url"]).status_code == wanted
