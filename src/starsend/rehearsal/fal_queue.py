"""fal's queue: submit, status, result, cancel. Protocol: fal's inference pages and fal-client 1.0.3, 2026-11-22."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import web

from starsend.model.take import JsonObject
from starsend.rehearsal.books import UNFINISHED, Job
from starsend.rehearsal.kling import APP, endpoint_of, error, input_errors, seconds_of
from starsend.rehearsal.replies import (
    answer,
    fal_error,
    gone,
    hang_up,
    nginx,
    not_found,
    page,
    redirect,
    validation_failure,
)
from starsend.rehearsal.site import Site
from starsend.rehearsal.workshop import Workshop


def fal_key_refused(site: Site, request: web.Request) -> web.Response | None:
    """The answer to a request without a right key, or None."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Key" and site.right_key(key.strip()):
        return None
    return answer({"detail": "invalid key credentials"}, 401)


class FalQueue:
    """The queue's endpoints.

    Args:
        site: The server's shared state.
        workshop: Where accepted jobs go.
    """

    def __init__(self, site: Site, workshop: Workshop) -> None:
        self._site, self._workshop = site, workshop

    def routes(self) -> list[web.RouteDef]:
        """The submit route catches every other POST, so it must be the last of all."""
        request = "/{owner}/{app}/requests/{id}"
        return [
            web.get(f"{request}/status", self.status),
            web.get(request, self.result),
            web.put(f"{request}/cancel", self.cancel),
            web.post("/{owner}/{app}", self.submit),
            web.post("/{owner}/{app}/{path:.+}", self.submit),
        ]

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Accept a job, or don't, or do and say otherwise."""
        raw = await request.read()
        if refused := fal_key_refused(self._site, request):
            return refused
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return fal_error(400, "Invalid JSON in the request body", "bad_request")
        if not isinstance(body, dict):
            return answer({"detail": [error([], "Input should be a valid dictionary", "dict_type")]}, 422)
        return self._not_accepted(request, body) or await self._accepted(request, body)

    def _not_accepted(self, request: web.Request, body: JsonObject) -> web.Response | None:
        site, weather = self._site, self._site.weather
        if weather.locked_account:
            text = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
            return fal_error(weather.locked_status, text, "user_locked")
        if request.path.removeprefix("/").split("/")[:2] != APP.split("/"):
            return answer({"detail": f"Application '{request.match_info['app']}' not found"}, 404)
        if site.strikes("drop_before", body):
            return hang_up(request)
        if self._queue_is_full(request) or site.strikes("rate_limited", body):
            limited = fal_error(429, "Concurrent requests limit reached", "concurrent_requests_limit")
            limited.headers.update({"Retry-After": str(weather.retry_after_s), weather.retry_header: "1"})
            return limited
        if site.strikes("submit_5xx_not_accepted", body):
            return fal_error(503, "No runner is available", "runner_scheduling_failure", weather.retry_header)
        if not weather.html_accepts and site.strikes("html_submit", body):
            return page()
        if not weather.redirect_accepts and not site.redirected(request) and site.strikes("redirect_submit", body):
            return redirect(307, site.elsewhere(request.path_qs))
        endpoint = endpoint_of(request.path.removeprefix("/"), weather)
        if weather.validate_at_submit and endpoint and (errors := input_errors(endpoint, body, weather)):
            return answer(validation_failure(errors).body, 422)
        return None

    def _queue_is_full(self, request: web.Request) -> bool:
        most = request.query.get("fal_max_queue_length", "")
        return most.isdigit() and self._workshop.waiting() >= int(most)

    async def _accepted(self, request: web.Request, body: JsonObject) -> web.StreamResponse:
        site = self._site
        job = Job(
            request_id=site.new_id(),
            provider="fal",
            endpoint=request.path.removeprefix("/"),
            input=body,
            sent_at=site.stamp(),
            stored=request.headers.get("X-Fal-Store-IO") != "0",
            start_within_s=_seconds(request.headers.get("X-Fal-Request-Timeout")),
        )
        site.ledger.accept(job)
        self._workshop.start(job)
        wrong = self._wrong_reply(request, body)
        if wrong is None and (held_s := site.hold_s(body)):
            await asyncio.sleep(held_s)
        if wrong is not None or gone(request):
            site.ledger.change(job.request_id, reply_lost=True)
        return wrong or answer({**self._urls(job), "queue_position": self._workshop.position(job.request_id)})

    def _wrong_reply(self, request: web.Request, body: JsonObject) -> web.Response | None:
        """What is answered instead of a receipt, or None."""
        site, weather = self._site, self._site.weather
        if site.strikes("drop_reply", body):
            return hang_up(request)
        if site.strikes("submit_5xx_accepted", body):
            if site.dice.share("which_5xx") < 0.5:
                return nginx()
            return fal_error(500, "Internal server error", "internal_error", weather.retry_header)
        if weather.html_accepts and site.strikes("html_submit", body):
            return page()
        if weather.redirect_accepts and not site.redirected(request) and site.strikes("redirect_submit", body):
            return redirect(307, site.elsewhere(request.path_qs))
        return None

    def _urls(self, job: Job) -> JsonObject:
        """A job's addresses name only owner and app, not the endpoint's path."""
        app = "/".join(job.endpoint.split("/")[:2])
        url = f"{self._site.url}/{app}/requests/{job.request_id}"
        return {
            "request_id": job.request_id,
            "response_url": url,
            "status_url": f"{url}/status",
            "cancel_url": f"{url}/cancel",
        }

    async def status(self, request: web.Request) -> web.StreamResponse:
        """How a job stands: 202 while it is unfinished, 200 when it is COMPLETED, also as a failure."""
        if refused := fal_key_refused(self._site, request):
            return refused
        site, job = self._site, self._find(request)
        if job is None:
            return not_found()
        if site.strikes("poll_drop", job.input):
            return hang_up(request)
        if site.strikes("poll_5xx", job.input):
            return fal_error(503, "Service unavailable", "runner_connection_error", site.weather.retry_header)
        if site.strikes("poll_lost", job.input):
            return not_found()
        if site.strikes("poll_html", job.input):
            return page()
        if job.outcome == "cancelled" and site.weather.cancel_style == "not_found":
            return not_found()
        logs = request.query.get("logs", "").lower() in ("1", "true")
        return answer(self._status_of(job, logs), 202 if job.outcome in UNFINISHED else 200)

    def _status_of(self, job: Job, with_logs: bool) -> JsonObject:
        urls = self._urls(job)
        status: JsonObject = {"request_id": job.request_id, "response_url": urls["response_url"]}
        bare = self._site.weather.status_without_logs
        logs = [{"message": "Generating", "level": "INFO", "source": "USER", "timestamp": job.started_at}]
        if job.outcome == "queued":
            position = {} if bare else {"queue_position": self._workshop.position(job.request_id)}
            return {"status": "IN_QUEUE", **status, **position}
        told: JsonObject = {} if bare else {"logs": logs if with_logs else None}
        if job.outcome == "running":
            return {"status": "IN_PROGRESS", **status, **told}
        if not bare:
            told["metrics"] = {"inference_time": sum(seconds_of(job.input))} if job.outcome == "ok" else {}
        failure = job.failure
        if failure and (job.outcome != "refused" or self._site.weather.error_in_status):
            told |= {"error": failure.error, "error_type": failure.error_type}
        return {"status": "COMPLETED", **status, **told}

    async def result(self, request: web.Request) -> web.StreamResponse:
        """The model's own output, or the status code and body of its failure."""
        if refused := fal_key_refused(self._site, request):
            return refused
        site, job = self._site, self._find(request)
        if job is None or (job.outcome == "cancelled" and site.weather.cancel_style == "not_found"):
            return not_found()
        if site.strikes("result_5xx", job.input):
            return nginx()
        if job.outcome in UNFINISHED:
            return answer({"detail": "Request is still in progress"}, 400)
        headers = {"x-fal-request-id": job.request_id}
        if job.failure:
            hint = "true" if job.failure.status_code >= 500 else "false"
            headers |= {"X-Fal-Error-Type": job.failure.error_type, site.weather.retry_header: hint}
            return answer(job.failure.body, job.failure.status_code, headers)
        if site.weather.billable_units_header:
            headers["X-Fal-Billable-Units"] = str(sum(seconds_of(job.input)))
        return answer(self._output(job), headers=headers)

    def _output(self, job: Job) -> JsonObject:
        file = self._site.ledger.files[job.file or ""]
        size = (self._site.folder / file.disk).stat().st_size
        video: dict[str, Any] = {"url": self._site.url + file.path, "content_type": file.content_type}
        return {"video": {**video, "file_name": "output.mp4", "file_size": size}}

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Ask that a job be cancelled."""
        if refused := fal_key_refused(self._site, request):
            return refused
        job = self._find(request)
        if job is None:
            return not_found()
        if job.outcome not in UNFINISHED:
            return answer({"status": "ALREADY_COMPLETED"}, 400)
        self._workshop.cancel(job)
        return answer({"status": "CANCELLATION_REQUESTED"}, 202)

    def _find(self, request: web.Request) -> Job | None:
        """The job, if it is this app's."""
        job = self._site.job(request.match_info["id"])
        app = f"{request.match_info['owner']}/{request.match_info['app']}"
        return job if job and job.provider == "fal" and job.endpoint.startswith(app) else None


def _seconds(header: str | None) -> float | None:
    """A header that says seconds; nonsense is as if it weren't there."""
    try:
        return float(header) if header else None
    except ValueError:
        return None
