"""fal's platform API: past jobs, bills, prices, models. All of it is free to ask.

https://fal.ai/docs/platform-apis/v1/models/requests/by-endpoint, …/billing-events, …/pricing, 2026-11-22.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import httpx

from starsend.errors import ProviderError, WrongKey
from starsend.model.money import ZERO
from starsend.model.take import JsonObject
from starsend.providers.base import Intent, Lookup
from starsend.providers.fal_errors import KEY_REMEDY, read_error, wrong_key
from starsend.providers.fal_wire import FalClients, weather
from starsend.providers.kling_input import endpoint_of, same_input, sent_input

BEFORE_INTENT: Final = timedelta(minutes=10)
"""How much a clock may be wrong: a job that was sent earlier before its intent is another one."""
LOOKUP_S: Final = 9.0
"""A look-up ends within ten seconds, a little of which is ours."""
_LIMIT: Final = 100
_BATCH: Final = 50
_MOST_PAGES: Final = 200
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


class _NotListed(ProviderError):
    """There is no such thing at fal."""


@dataclass(frozen=True)
class FalPlatform:
    """Asks the platform API."""

    clients: FalClients
    monotonic: Callable[[], float] = field(repr=False)

    def look_up(self, intent: Intent, receipt: Callable[[str, str], JsonObject]) -> Lookup:
        """Find the jobs whose stored input equals all that we sent. Takes ten seconds at most.

        Args:
            intent: What was sent, and when.
            receipt: Makes a receipt of a request id and its endpoint.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather, or a listing that keeps the inputs to itself.
        """
        endpoint, sent = endpoint_of(intent.body), sent_input(intent.body)
        earliest = intent.intent_at.astimezone(UTC) - BEFORE_INTENT
        query = {
            "endpoint_id": endpoint,
            "start": earliest.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "expand": "payloads",
            "limit": str(_LIMIT),
        }
        found: dict[str, JsonObject] = {}
        unreadable = 0
        for item in self._pages("/models/requests/by-endpoint", query, "items", self.monotonic() + LOOKUP_S):
            if not _may_be_it(item, endpoint, earliest):
                continue
            if not isinstance(item.get("json_input"), dict):
                unreadable += 1
            elif same_input(sent, item["json_input"]):
                found[item["request_id"]] = receipt(item["request_id"], endpoint)
        if unreadable and not found:
            raise ProviderError(
                f"fal lists {unreadable} jobs of that time without their inputs, so ours can't be told from others",
                remedy="look at https://fal.ai/dashboard/requests; then settle it: starsend reconcile",
                code="no-inputs-listed",
            )
        return Lookup(tuple(found.values()))

    def billed(self, request_ids: Sequence[str]) -> dict[str, Decimal]:
        """What was billed for each job, in US dollars; jobs that no event names are left out (events lag).

        Raises:
            ProviderError: Weather, or the key may not see it.
        """
        sums: dict[str, Decimal] = {}
        for begin in range(0, len(request_ids), _BATCH):
            batch = set(request_ids[begin : begin + _BATCH])
            query = {"request_id": ",".join(sorted(batch)), "limit": str(_LIMIT)}
            for event in self._pages("/models/billing-events", query, "billing_events", None, denied=_needs_admin):
                cost = as_money(event.get("cost_total"))
                if event.get("request_id") in batch and cost is not None:
                    sums[event["request_id"]] = sums.get(event["request_id"], ZERO) + cost
        return sums

    def prices(self, endpoints: Sequence[str]) -> dict[str, tuple[Decimal, str]]:
        """Price and unit of each endpoint, as fal says them now.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather.
        """
        prices: dict[str, tuple[Decimal, str]] = {}
        for item in self._of_endpoints("/models/pricing", endpoints, "prices"):
            price = as_money(item.get("unit_price"))
            if price is not None and str(item.get("currency", "USD")).upper() == "USD":
                prices[str(item.get("endpoint_id"))] = price, str(item.get("unit", ""))
        return prices

    def models(self, endpoints: Sequence[str]) -> dict[str, str]:
        """The status (``active``, ``deprecated``) of each endpoint that fal knows.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather.
        """
        statuses: dict[str, str] = {}
        for item in self._of_endpoints("/models", endpoints, "models"):
            about = item.get("metadata")
            about = about if isinstance(about, dict) else item
            statuses[str(item.get("endpoint_id") or item.get("id"))] = str(about.get("status", "active"))
        return statuses

    def _of_endpoints(self, path: str, endpoints: Sequence[str], name: str) -> list[dict[str, Any]]:
        """What a list says of endpoints; one that is not known is left out, though it spoils the whole answer."""
        try:
            return list(self._pages(path, {"endpoint_id": ",".join(endpoints)}, name, None))
        except _NotListed:
            if len(endpoints) == 1:
                return []
        return [item for each in endpoints for item in self._of_endpoints(path, [each], name)]

    def _pages(
        self,
        path: str,
        query: Mapping[str, str],
        name: str,
        until: float | None,
        denied: Callable[[str], Exception] = wrong_key,
    ) -> Iterator[dict[str, Any]]:
        """All items of a listing, page by page."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._get(path, {**query, "cursor": cursor} if cursor else query, until, denied)
            items = page.get(name)
            if not isinstance(items, list):
                raise weather(f"fal's {path} answers without {name}")
            yield from (item for item in items if isinstance(item, dict))
            following = page.get("next_cursor")
            if not following or following == cursor or page.get("has_more") is False:
                return
            cursor = str(following)
        raise _endless(path)

    def _get(
        self, path: str, query: Mapping[str, str], until: float | None, denied: Callable[[str], Exception]
    ) -> dict[str, Any]:
        client = self.clients.ask
        left = None if until is None else until - self.monotonic()
        if left is not None and left <= 0:
            raise _endless(path)
        timeout = client.timeout if left is None else httpx.Timeout(left / 2, connect=min(3.0, left / 2))
        response = client.get(f"{self.clients.address.platform}{path}", params=dict(query), timeout=timeout)
        try:
            body = json.loads(response.content, parse_float=Decimal)
        except (ValueError, RecursionError):
            body = None
        if not response.is_success:
            said = read_error(response.status_code, response.headers, body).words
            if response.status_code in (401, 403):
                raise denied(said)
            if response.status_code == 404:
                raise _NotListed(f"fal's {path}: {said}", remedy="look at https://fal.ai/models")
            raise weather(f"fal's {path} answers HTTP {response.status_code}: {said}")
        if not isinstance(body, dict):
            raise weather(f"fal's {path} answers with no JSON")
        return body


def as_money(value: object) -> Decimal | None:
    """An amount, given as text or number, exactly; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def is_request_id(value: object) -> bool:
    """Whether it may stand in a URL of ours."""
    return isinstance(value, str) and _REQUEST_ID.fullmatch(value) is not None


def _may_be_it(item: Mapping[str, Any], endpoint: str, earliest: datetime) -> bool:
    if not is_request_id(item.get("request_id")) or item.get("endpoint_id", endpoint) != endpoint:
        return False
    try:
        sent_at = datetime.fromisoformat(str(item["sent_at"]))
    except (KeyError, ValueError):
        return False
    return sent_at.replace(tzinfo=sent_at.tzinfo or UTC) >= earliest


def _endless(path: str) -> ProviderError:
    return weather(f"fal's {path} takes too long to tell all that it lists")


def _needs_admin(said: str) -> WrongKey:
    return WrongKey(
        f"fal doesn't show this key what was billed: {said}",
        remedy=f"it needs a key with admin scope; {KEY_REMEDY}",
        code="no-admin-key",
    )
