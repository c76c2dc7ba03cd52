"""fal's platform API: past requests, billing, prices, models. From fal's platform pages, read 2026-11-22."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

from starsend.model.take import JsonObject
from starsend.rehearsal.books import Job
from starsend.rehearsal.fal_queue import fal_key_refused
from starsend.rehearsal.kling import ENDPOINTS, endpoint_of, seconds_of, with_defaults
from starsend.rehearsal.replies import answer, fal_error
from starsend.rehearsal.site import Site

_STATUS = {"success": range(200, 300), "user_error": range(400, 500), "error": range(500, 600)}


class FalPlatform:
    """The platform API.

    Args:
        site: The server's shared state.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[web.RouteDef]:
        """All but ``/v1/models`` itself, which Gemini has too."""
        return [
            web.get("/v1/models/requests/by-endpoint", self.requests),
            web.get("/v1/models/billing-events", self.billing_events),
            web.get("/v1/models/pricing", self.pricing),
        ]

    async def requests(self, request: web.Request) -> web.StreamResponse:
        """Past requests of some endpoints, newest end first."""
        if refused := fal_key_refused(self._site, request):
            return refused
        if self._site.strikes("listing_5xx"):
            return fal_error(503, "Service unavailable", "internal_error", self._site.weather.retry_header)
        wanted = _many(request, "endpoint_id")
        if not wanted or len(wanted) > 50:
            return _bad_query("endpoint_id", "1 to 50 endpoint ids are needed")
        found = [job for job in self._listed(request) if job.endpoint in wanted]
        found.sort(key=lambda job: job.ended_at or job.sent_at, reverse=True)
        payloads = "payloads" in _many(request, "expand")
        return _paged(request, "items", [self._item(job, payloads) for job in found], 100)

    def _listed(self, request: web.Request) -> Iterable[Job]:
        """The jobs that the listing knows by now, within the asked window."""
        weather, now = self._site.weather, self._site.now()
        ids = _many(request, "request_id")
        start = _time(request.query.get("start"), now - timedelta(days=90 if ids else 1))
        end = _time(request.query.get("end"), now + timedelta(days=1))
        codes = _STATUS.get(request.query.get("status", ""))
        for job in tuple(self._site.ledger.jobs.values()):
            known = job.ended_at or (job.sent_at if weather.listing_unfinished else None)
            if job.provider != "fal" or known is None or (ids and job.request_id not in ids):
                continue
            if codes is not None and _code(job) not in codes:
                continue
            counted = datetime.fromisoformat(job.sent_at if weather.listing_window == "sent_at" else known)
            old_enough = datetime.fromisoformat(known) + timedelta(seconds=weather.listing_lag_s) <= now
            if old_enough and start <= counted < end:
                yield job

    def _item(self, job: Job, payloads: bool) -> JsonObject:
        item: JsonObject = {
            "request_id": job.request_id,
            "endpoint_id": job.endpoint,
            "sent_at": job.sent_at,
            "started_at": job.started_at,
            "ended_at": job.ended_at,
            "status_code": _code(job),
            "duration": _duration_s(job),
        }
        if payloads and job.stored and self._site.weather.listing_payloads:
            endpoint = endpoint_of(job.endpoint, self._site.weather)
            adds = endpoint is not None and self._site.weather.listing_adds_defaults
            item["json_input"] = with_defaults(endpoint, job.input) if endpoint and adds else job.input
            item["json_output"] = {"video": {"url": self._site.url + job.file}} if job.file else None
        return item

    async def billing_events(self, request: web.Request) -> web.StreamResponse:
        """What was billed, when it is known."""
        if refused := fal_key_refused(self._site, request):
            return refused
        weather, now = self._site.weather, self._site.now()
        if weather.billing_admin_only:
            error = {"type": "authorization_error", "message": "This endpoint needs an admin API key"}
            return answer({"error": error}, 403)
        ids, lag = _many(request, "request_id"), timedelta(seconds=weather.billing_lag_s)
        events = [
            _billing_event(job)
            for job in tuple(self._site.ledger.jobs.values())
            if job.provider == "fal"
            and job.ended_at
            and Decimal(job.billed_usd) > 0
            and (not ids or job.request_id in ids)
            and datetime.fromisoformat(job.ended_at) + lag <= now
        ]
        return _paged(request, "billing_events", events, 1000)

    async def pricing(self, request: web.Request) -> web.StreamResponse:
        """Prices as they are now, without audio."""
        if refused := fal_key_refused(self._site, request):
            return refused
        wanted = _many(request, "endpoint_id")
        if unknown := [name for name in wanted if endpoint_of(name, self._site.weather) is None]:
            return answer({"error": {"type": "not_found", "message": f"No such endpoint: {unknown[0]}"}}, 404)
        prices = [
            {"endpoint_id": name, "unit_price": float(ENDPOINTS[name].price), "unit": "second", "currency": "USD"}
            for name in wanted
        ]
        return answer({"prices": prices, "next_cursor": None, "has_more": False})

    async def models(self, request: web.Request) -> web.StreamResponse:
        """Endpoints, all or by id; no key is wanted."""
        wanted = _many(request, "endpoint_id")
        known = [name for name in ENDPOINTS if endpoint_of(name, self._site.weather)]
        if unknown := [name for name in wanted if name not in known]:
            return answer({"error": {"type": "not_found", "message": f"No such endpoint: {unknown[0]}"}}, 404)
        openapi = "openapi-3.0" in _many(request, "expand")
        return _paged(request, "models", [_model(name, openapi) for name in wanted or known], 50)


def _billing_event(job: Job) -> JsonObject:
    cost, seconds = Decimal(job.billed_usd), sum(seconds_of(job.input))
    return {
        "request_id": job.request_id,
        "endpoint_id": job.endpoint,
        "timestamp": job.ended_at,
        "output_units": seconds,
        "unit_price": float(cost / seconds),
        "cost_subtotal": float(cost),
        "cost_discount": 0.0,
        "cost_total": float(cost),
        "cost_estimate_nano_usd": int(cost * 1_000_000_000),
    }


def _model(name: str, openapi: bool) -> JsonObject:
    endpoint = ENDPOINTS[name]
    category = "text-to-video" if endpoint.kind == "text-to-video" else "image-to-video"
    model: JsonObject = {
        "endpoint_id": name,
        "metadata": {"display_name": name.removeprefix("fal-ai/"), "category": category, "status": "active"},
    }
    if openapi:
        model["openapi"] = {"openapi": "3.0.4", "info": {"title": name, "version": "1.0.0"}, "paths": {f"/{name}": {}}}
    return model


def _paged(request: web.Request, name: str, items: list[JsonObject], most: int) -> web.Response:
    """One page of a list; the cursor is where the next one begins."""
    limit, cursor = request.query.get("limit", str(most)), request.query.get("cursor", "0")
    if not (limit.isdigit() and cursor.isdigit() and 1 <= int(limit) <= most):
        return _bad_query("limit", f"limit must be 1 to {most}")
    start, end = int(cursor), int(cursor) + int(limit)
    more = end < len(items)
    return answer({name: items[start:end], "next_cursor": str(end) if more else None, "has_more": more})


def _bad_query(name: str, message: str) -> web.Response:
    return answer({"error": {"type": "validation_error", "message": message, "param": name}}, 400)


def _many(request: web.Request, name: str) -> list[str]:
    """The values of a parameter, repeated or with commas."""
    return [part for value in request.query.getall(name, []) for part in value.split(",") if part]


def _time(text: str | None, default: datetime) -> datetime:
    if not text:
        return default
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"not a time: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _code(job: Job) -> int | None:
    if job.ended_at is None:
        return None
    return job.failure.status_code if job.failure else 200


def _duration_s(job: Job) -> Any:
    if not (job.ended_at and job.started_at):
        return None
    return (datetime.fromisoformat(job.ended_at) - datetime.fromisoformat(job.started_at)).total_seconds()
