"""Gemini's generateContent for pictures. Shapes: google-genai 3.4.0 and Google's pages, 2026-11-22."""

from __future__ import annotations

import asyncio
import base64
import re
from decimal import Decimal

import orjson
from aiohttp import web

from starsend.animatic.orders import GridOrder
from starsend.errors import MediaError
from starsend.model.take import JsonObject
from starsend.rehearsal.books import UNFINISHED, Failure, Job
from starsend.rehearsal.films import Clips, Studio
from starsend.rehearsal.gemini_gate import Gate, bad_request, no_model
from starsend.rehearsal.gemini_requests import (
    IMAGE_TOKENS_IN,
    MODELS,
    BadBody,
    ImageModel,
    PictureRequest,
    read_request,
)
from starsend.rehearsal.pictures import SIZES_1K, canned_sheet, fitted, named, size_of
from starsend.rehearsal.replies import answer, gone, google_error, hang_up
from starsend.rehearsal.site import Site

_THIS_FRAME = re.compile(r"\bthis (?:very )?frame\b", re.IGNORECASE)  # a picture to be made again, larger
_MILLION = Decimal(1_000_000)
_TALK = "I can describe the storyboard, but first: which mood do you have in mind?"
_TEXT_TOKENS = 25  # a tenth of a picture's price each: $12 and $120 a million, Google's pages as quoted 2026-09-20


class Gemini:
    """The models and their one method.

    Args:
        site: The server's shared state.
        studio: Draws where ``clips`` is ``drawn``.
        clips: Which kind of pictures is given.
    """

    def __init__(self, site: Site, studio: Studio, clips: Clips) -> None:
        self._site, self._studio, self._clips = site, studio, clips
        self._gate = Gate(site)

    def routes(self) -> list[web.RouteDef]:
        """Under v1 and v1beta; the listing on v1 is the server's, since fal has it too."""
        made: list[web.RouteDef] = [web.get("/v1beta/models", self.models)]
        for version in ("v1", "v1beta"):
            made += [
                web.post(f"/{version}/models/{{model:[^/:]+}}:generateContent", self.generate),
                web.get(f"/{version}/models/{{model:[^/:]+}}", self.model),
            ]
        return made

    def resume(self) -> None:
        """Calls that a killed server left open can't be answered any more: the client has lost their reply."""
        for job in list(self._site.ledger.jobs.values()):
            if job.provider == "gemini" and job.outcome in UNFINISHED:
                failure = _failure(500, "Internal error encountered.", "INTERNAL")
                self._site.ledger.change(
                    job.request_id, outcome="failed", reply_lost=True, failure=failure, ended_at=self._site.stamp()
                )

    async def models(self, request: web.Request) -> web.StreamResponse:
        """All models that are known."""
        return self._gate.key_refused(request) or answer({"models": [_model(name) for name in MODELS]})

    async def model(self, request: web.Request) -> web.StreamResponse:
        """One model."""
        name = request.match_info["model"]
        return self._gate.key_refused(request) or (answer(_model(name)) if name in MODELS else no_model(request, name))

    async def generate(self, request: web.Request) -> web.StreamResponse:
        """Make a picture, or say why not, or make it and lose the answer."""
        raw = await request.read()
        if refused := self._gate.key_refused(request):
            return refused
        name = request.match_info["model"]
        model = MODELS.get(name)
        if model is None:
            return no_model(request, name)
        if too_large := self._gate.too_large(raw):
            return too_large
        try:
            wanted = read_request(orjson.loads(raw), model, self._site.weather.gemini_single_size_ok)
        except (orjson.JSONDecodeError, BadBody) as error:
            return bad_request(str(error))
        return self._gate.not_accepted(request, wanted) or await self._accepted(request, name, model, wanted)

    async def _accepted(
        self, request: web.Request, name: str, model: ImageModel, wanted: PictureRequest
    ) -> web.StreamResponse:
        site = self._site
        moment = site.stamp()
        job = Job(site.new_id(), "gemini", name, wanted.shown, moment, started_at=moment, outcome="running")
        site.ledger.accept(job)
        await asyncio.sleep(site.dice.seconds("gemini_run_s", site.weather.gemini_run_s))
        try:
            reply = await self._reply(job, model, wanted)
        except MediaError as error:
            self._end(job, "failed", Decimal(0), _failure(500, error.message, "INTERNAL"))
            return google_error(500, "INTERNAL", error.message)
        wrong = self._gate.lost(request, wanted)
        if wrong is None and (held_s := site.hold_s(wanted.shown)):
            await asyncio.sleep(held_s)
        if wrong is not None or gone(request):
            site.ledger.change(job.request_id, reply_lost=True)
            return wrong or hang_up(request)
        return await self._send(request, job, reply)

    async def _send(self, request: web.Request, job: Job, reply: JsonObject) -> web.StreamResponse:
        """Send the answer, and note that it was delivered, or lost on the way."""
        body = orjson.dumps(reply)
        response = web.StreamResponse(headers={"Content-Type": "application/json; charset=UTF-8"})
        response.content_length = len(body)
        try:
            await response.prepare(request)
            await response.write(body[:-1])
            # before the last byte: a client that has it may look at the books at once
            delivered = self._site.ledger.jobs[job.request_id].outcome == "ok"
            self._site.ledger.change(job.request_id, delivered=delivered)
            await response.write(body[-1:])
            await response.write_eof()
        except ConnectionError:
            self._site.ledger.change(job.request_id, reply_lost=True, delivered=False)
        return response

    async def _reply(self, job: Job, model: ImageModel, wanted: PictureRequest) -> JsonObject:
        """Decide what the model does, do it, bill it, and give the answer's body."""
        tokens_in = len(wanted.text) // 4 + IMAGE_TOKENS_IN * len(wanted.images)
        usage: JsonObject = {"promptTokenCount": tokens_in, "totalTokenCount": tokens_in}
        reply: JsonObject = {"modelVersion": job.endpoint, "responseId": job.request_id, "usageMetadata": usage}
        if self._site.strikes("gemini_block_prompt", wanted.shown):
            self._end(job, "refused", Decimal(0), _failure(200, "blockReason PROHIBITED_CONTENT", "PROHIBITED_CONTENT"))
            return {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, **reply}
        if self._site.strikes("gemini_block_output", wanted.shown):
            billed = (
                _cost(model, tokens_in, model.tokens[wanted.size]) if self._site.weather.bill_refused else Decimal(0)
            )
            self._end(job, "refused", billed, _failure(200, "finishReason IMAGE_SAFETY", "IMAGE_SAFETY"))
            text = "Unable to show the generated image. The model filtered it out."
            return {"candidates": [{"finishReason": "IMAGE_SAFETY", "finishMessage": text, "index": 0}], **reply}
        if self._site.strikes("gemini_text_only", wanted.shown):
            self._end(
                job,
                "failed",
                _cost(model, tokens_in, Decimal(_TEXT_TOKENS) / 10),
                _failure(200, "no picture", "NO_IMAGE"),
            )
            usage |= {"candidatesTokenCount": _TEXT_TOKENS, "totalTokenCount": tokens_in + _TEXT_TOKENS}
            return {"candidates": [_candidate([{"text": _TALK}])], **reply}
        parts = await self._parts(job, wanted)
        tokens_out = model.tokens[wanted.size]
        usage |= {
            "candidatesTokenCount": tokens_out,
            "totalTokenCount": tokens_in + tokens_out,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": len(wanted.text) // 4}],
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": tokens_out}],
        }
        self._end(job, "ok", _cost(model, tokens_in, tokens_out), None)
        return {"candidates": [_candidate(parts)], **reply}

    async def _parts(self, job: Job, wanted: PictureRequest) -> list[JsonObject]:
        size, (columns, rows) = size_of(wanted.ratio, wanted.size), wanted.grid
        hands, loop = self._studio.hands, asyncio.get_running_loop()
        parts: list[JsonObject] = [{"text": "Here is the storyboard."}] if wanted.wants_text else []
        if self._site.strikes("gemini_thoughts", wanted.shown):
            for _ in range(2):
                draft = await loop.run_in_executor(hands, canned_sheet, 1, 1, SIZES_1K["1:1"])
                parts.append({**_inline(draft), "thought": True})
        if self._clips == "canned":
            picture = await loop.run_in_executor(hands, canned_sheet, columns, rows, size)
        else:
            picture = await loop.run_in_executor(hands, self._drawn, job, wanted, size)
        return [*parts, _inline(named(picture, job.request_id))]

    def _drawn(self, job: Job, wanted: PictureRequest, size: tuple[int, int]) -> bytes:
        columns, rows = wanted.grid
        if columns == rows == 1 and wanted.images and _THIS_FRAME.search(wanted.text):
            return fitted(wanted.images[0], size)
        order = GridOrder(
            slate=job.request_id,
            take=1,
            title="Rehearsal",
            prompt=wanted.text,
            style="",
            columns=columns,
            rows=rows,
            aspect=wanted.cell_aspect,
            elements=(),
            sheet_width_px=min(size[0], 1280),
        )
        return fitted(self._studio.drawn(order), size)

    def _end(self, job: Job, outcome: str, billed: Decimal, failure: Failure | None) -> None:
        self._site.ledger.change(
            job.request_id, outcome=outcome, billed_usd=str(billed), failure=failure, ended_at=self._site.stamp()
        )


def _cost(model: ImageModel, tokens_in: int, tokens_out: Decimal | int) -> Decimal:
    return (model.price_in * tokens_in + model.price_out * tokens_out) / _MILLION


def _failure(status: int, error: str, kind: str) -> Failure:
    return Failure(status, {}, error, kind)


def _candidate(parts: list[JsonObject]) -> JsonObject:
    return {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}


def _inline(png: bytes) -> JsonObject:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(png).decode()}}


def _model(name: str) -> JsonObject:
    methods = ["generateContent", "countTokens"]
    return {"name": f"models/{name}", "displayName": name, "version": "001", "supportedGenerationMethods": methods}
