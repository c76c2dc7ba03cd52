"""Takes fal's jobs from the queue to their end: waits, checks the input as the model would, makes the video, bills."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import random
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from starsend.animatic.orders import ElementSketch, FilmOrder, FilmShot
from starsend.errors import MediaError
from starsend.model.take import JsonObject
from starsend.rehearsal.books import UNFINISHED, Failure, Job
from starsend.rehearsal.films import FPS, Clips, Shape, Studio
from starsend.rehearsal.kling import Endpoint, endpoint_of, error, input_errors, picture_fields, prompts_of, seconds_of
from starsend.rehearsal.replies import validation_failure
from starsend.rehearsal.site import Site, sha256_hex

_SIZES = {"canned": 128, "drawn": 640}  # the longer side in pixels
_MAX_OFF_FRAMES = 4  # by how much real models miss a cut
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
        self._site, self._studio, self._clips = site, studio, clips
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
            film = await asyncio.get_running_loop().run_in_executor(self._studio.hands, self._film, job)
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
            content = self._fetch(url)
            if content is None:
                errors.append(error(loc, "Failed to download the file", "file_download_error", url))
            elif fault := picture_fault(content):
                errors.append(error(loc, fault[1], fault[0], url))
        return errors

    def _fetch(self, url: Any) -> bytes | None:
        """The bytes behind a URL: of a file that was uploaded here, or of a data URI."""
        if not isinstance(url, str):
            return None
        if match := re.match(r"data:[^,]*;base64,", url):
            try:
                return base64.b64decode(url[match.end() :], validate=True)
            except binascii.Error:
                return None
        file = self._site.find(url)
        return None if file is None else (self._site.folder / file.disk).read_bytes()

    def _film(self, job: Job) -> bytes:
        endpoint = endpoint_of(job.endpoint, self._site.weather)
        if endpoint is None:
            raise AssertionError(job.endpoint)
        lengths = [seconds * FPS for seconds in seconds_of(job.input)]
        audio = bool(job.input.get("generate_audio", endpoint.audio_default))
        start = job.input.get(endpoint.start_field) if endpoint.start_field else None
        size = self._size(job.input, self._fetch(start))
        if self._clips == "canned":
            shots = with_missed_cuts(lengths, random.Random(str(lengths)))
            return self._studio.canned(Shape(size, shots, audio), job.request_id)
        shots = with_missed_cuts(lengths, random.Random(job.request_id))
        prompts = zip(prompts_of(job.input), shots, strict=True)
        order = FilmOrder(
            slate=job.request_id[:8].upper(),  # decides every accident of the drawing
            take=1,
            title="Rehearsal",
            shots=tuple(FilmShot(f"SH{n:02d}", prompt, frames) for n, (prompt, frames) in enumerate(prompts, 1)),
            style="",
            elements=tuple(self._sketches(job.input)),
            width_px=size[0],
            height_px=size[1],
            fps=Fraction(FPS),
            start_frame=self._on_disk(start),
            end_frame=self._on_disk(job.input.get("end_image_url")),
            audio=audio,
            profile="fast",
        )
        return self._studio.drawn(order)

    def _sketches(self, body: JsonObject) -> Iterator[ElementSketch]:
        """The elements as prompts call them, those of which it is known what their pictures show."""
        for number, element in enumerate(body.get("elements") or (), 1):
            url = element.get("frontal_image_url") or next(iter(element.get("reference_image_urls") or ()), None)
            known = self._site.shown.get(sha256_hex(self._fetch(url) or b""))
            if known is not None:
                yield ElementSketch(f"Element{number}", *known, self._on_disk(url))

    def _on_disk(self, url: Any) -> Path | None:
        file = self._site.find(url) if isinstance(url, str) else None
        return None if file is None else (self._site.folder / file.disk).resolve()

    def _size(self, body: JsonObject, start: bytes | None) -> tuple[int, int]:
        """Small, of the start frame's shape where there is one, else of the asked ratio."""
        if start is None:
            wide, tall = (int(part) for part in body.get("aspect_ratio", "16:9").split(":"))
        else:
            with Image.open(io.BytesIO(start)) as picture:
                wide, tall = picture.size
        scale = Fraction(_SIZES[self._clips], max(wide, tall))
        width, height = (max(32, round(side * scale / 2) * 2) for side in (wide, tall))
        return width, height


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


def with_missed_cuts(lengths: list[int], chance: random.Random) -> tuple[int, ...]:
    """Move each cut one to four frames off, as real models do; the whole stays as long."""
    shots = list(lengths)
    for index in range(len(shots) - 1):
        off = chance.choice((-1, 1)) * chance.randint(1, _MAX_OFF_FRAMES)
        shots[index] += off
        shots[index + 1] -= off
    return tuple(shots)


def _gateway_failure(status: int, message: str, kind: str) -> Failure:
    return Failure(status, {"detail": message, "error_type": kind}, message, kind)
