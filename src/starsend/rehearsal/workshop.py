"""Takes fal's jobs from the queue to their end: waits, checks the input as the model would, has it filmed, bills."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from contextlib import suppress
from decimal import Decimal

from PIL import Image

from starsend.errors import MediaError
from starsend.model.take import JsonObject
from starsend.rehearsal.books import UNFINISHED, Failure, Job
from starsend.rehearsal.filming import Filming
from starsend.rehearsal.films import Clips, Studio
from starsend.rehearsal.kling import Endpoint, endpoint_of, error, input_errors, picture_fields, seconds_of
from starsend.rehearsal.replies import validation_failure
from starsend.rehearsal.site import Site

_MAX_PICTURE_BYTES = 10_000_000
_POLICY = "The content could not be processed because it was flagged by a content checker."


class Workshop:
    """Runs jobs on the server's loop.

    Args:
        site: The server's shared state.
        studio: Makes the videos.
        clips: Which kind.
    """

    def __init__(self, site: Site, studio: Studio, clips: Clips) -> None:
        self._site = site
        self._filming = Filming(site, studio, clips)
        self._tasks: set[asyncio.Task[None]] = set()
        self._queue: deque[str] = deque()
        self._busy = 0
        self._turn = asyncio.Condition()
        self._changed = asyncio.Event()

    def resume(self) -> None:
        """Start all jobs that a server before this one left unfinished on this folder."""
        for job in list(self._site.ledger.jobs.values()):
            if job.provider == "fal" and job.outcome in UNFINISHED:
                self.start(job)

    def start(self, job: Job) -> None:
        """Take a job that was accepted."""
        self._queue.append(job.request_id)
        task = asyncio.get_running_loop().create_task(self._work(job.request_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def position(self, request_id: str) -> int:
        """How many jobs wait before this one."""
        return self._queue.index(request_id) if request_id in self._queue else 0

    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._queue)

    async def weather_changed(self) -> None:
        """Let every job look at the weather again: what it waits for may be shorter now."""
        self._changed.set()
        self._changed = asyncio.Event()
        async with self._turn:
            self._turn.notify_all()

    async def close(self) -> None:
        """Stop working; unfinished jobs stay so in the books."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cancel(self, job: Job) -> None:
        """Cancel an unfinished job, as the weather says that cancelling works."""
        weather = self._site.weather
        if weather.cancel_style == "completes_anyway":
            return
        billed = self._price(job) if job.outcome == "running" and weather.bill_cancelled else Decimal(0)
        detail = {"detail": "Client cancelled the request", "error_type": "client_cancelled"}
        self._end(job, "cancelled", billed, Failure(499, detail, "Client cancelled the request", "client_cancelled"))

    async def _work(self, request_id: str) -> None:
        site = self._site
        begun = asyncio.get_running_loop().time()
        await self._pass("queue_s")
        await self._take_turn()
        self._queue.remove(request_id)
        try:
            job = site.ledger.jobs[request_id]
            if job.outcome not in UNFINISHED:
                return
            if job.start_within_s is not None and asyncio.get_running_loop().time() - begun > job.start_within_s:
                self._end(job, "failed", Decimal(0), _gateway_failure(504, "Request timed out", "request_timeout"))
                return
            job = site.ledger.change(request_id, outcome="running", started_at=job.started_at or site.stamp())
            await self._pass("run_s")
            await self._finish(request_id)
        finally:
            self._busy -= 1
            async with self._turn:
                self._turn.notify()

    async def _pass(self, switch: str) -> None:
        """Wait as long as a switch says, by the weather as it is in each moment."""
        clock = asyncio.get_running_loop().time
        begun, factor = clock(), self._site.dice.seconds(switch, 1.0)
        while (rest := begun + factor * getattr(self._site.weather, switch) - clock()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), rest)

    async def _take_turn(self) -> None:
        async with self._turn:
            await self._turn.wait_for(lambda: self._busy < self._site.weather.at_once)
            self._busy += 1

    async def _finish(self, request_id: str) -> None:
        job = self._site.ledger.jobs[request_id]
        if job.outcome != "running":
            return
        failure = self._failure(job)
        if failure is not None:
            refused = failure.status_code == 422
            billed = self._price(job) if refused and self._site.weather.bill_refused else Decimal(0)
            self._end(job, "refused" if refused else "failed", billed, failure)
            return
        try:
            film = await asyncio.get_running_loop().run_in_executor(self._filming.hands, self._filming.film, job)
        except MediaError as error:
            self._end(job, "failed", Decimal(0), _gateway_failure(500, error.message, "internal_error"))
            return
        job = self._site.ledger.jobs[request_id]
        if job.outcome == "running":  # else it was cancelled meanwhile
            file = self._site.store(film, "output.mp4", "video/mp4", request_id)
            self._site.ledger.change(request_id, file=file.path)
            self._end(job, "ok", self._price(job), None)

    def _end(self, job: Job, outcome: str, billed: Decimal, failure: Failure | None) -> None:
        self._site.ledger.change(
            job.request_id, outcome=outcome, billed_usd=str(billed), failure=failure, ended_at=self._site.stamp()
        )

    def _price(self, job: Job) -> Decimal:
        """What the vendor would bill for this job; nothing for what no model could make."""
        endpoint = endpoint_of(job.endpoint, self._site.weather)
        if endpoint is None or input_errors(endpoint, job.input, self._site.weather):
            return Decimal(0)
        return endpoint.price_of(job.input) * sum(seconds_of(job.input))

    def _failure(self, job: Job) -> Failure | None:
        site = self._site
        endpoint = endpoint_of(job.endpoint, site.weather)
        if endpoint is None:
            return Failure(404, {"detail": "Not Found"}, "Not Found", "not_found")
        errors = input_errors(endpoint, job.input, site.weather) or self._picture_errors(endpoint, job.input)
        if errors:
            return validation_failure(errors)
        if site.strikes("refuse", job.input):
            if site.weather.error_style == "string":
                body: JsonObject = {"detail": _POLICY, "error_type": "content_policy_violation"}
                return Failure(422, body, _POLICY, "content_policy_violation")
            return validation_failure([error(["prompt"], _POLICY, "content_policy_violation")])
        if site.strikes("fail_5xx_typed", job.input):
            return _gateway_failure(500, "The model failed on this request", "runner_server_error")
        return None

    def _picture_errors(self, endpoint: Endpoint, body: JsonObject) -> list[JsonObject]:
        errors = []
        for loc, url in picture_fields(endpoint, body):
            content = self._site.fetch(url)
            if content is None:
                errors.append(error(loc, "Failed to download the file", "file_download_error", url))
            elif fault := picture_fault(content):
                errors.append(error(loc, fault[1], fault[0], url))
        return errors


def picture_fault(content: bytes) -> tuple[str, str] | None:
    """What the model would refuse in a picture: type and message. Kling's limits, read 2026-11-22."""
    if len(content) > _MAX_PICTURE_BYTES:
        return "file_too_large", "File size exceeds 10 MB"
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height, kind = *picture.size, picture.format
    except Exception:  # noqa: BLE001 - Pillow raises what it likes
        return "image_load_error", "Failed to load the image"
    if kind not in ("JPEG", "PNG", "MPO"):
        return "unsupported_image_format", f"Unsupported image format {kind}"
    if min(width, height) < 300:
        return "image_too_small", "Image sides must be at least 300 px"
    if not 0.4 <= width / height <= 2.5:
        return "value_error", "Image aspect ratio must be between 0.40 and 2.50"
    return None


def _gateway_failure(status: int, message: str, kind: str) -> Failure:
    return Failure(status, {"detail": message, "error_type": kind}, message, kind)
