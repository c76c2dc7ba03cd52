"""Kling through fal: fal's own SDK for uploads, status, result and cancelling; the submitting POST is ours, once.

``fal_client`` 1.0.3 sends a submit up to ten times when replies are lost, and each may be a paid job (measured
2026-11-22: three dropped replies, four jobs). So no call of its own ever submits.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import quote

import orjson

from starsend.errors import OutcomeUnknown, SetupError, WrongKey
from starsend.media.files import sha256_of
from starsend.model.take import JsonObject, Medium
from starsend.providers.base import Collected, Intent, JobStatus, Lookup, Prepared, Probe, Progress
from starsend.providers.download import Wanted, download
from starsend.providers.fal_errors import rate_limited, read_submit, wrong_key
from starsend.providers.fal_jobs import FalJobs
from starsend.providers.fal_platform import FalPlatform, is_request_id
from starsend.providers.fal_probe import probe_fal
from starsend.providers.fal_uploads import FalUploads
from starsend.providers.fal_wire import OWN_URL, Address, FalClients
from starsend.providers.kling_input import Placed, endpoint_of, kling_input, sent_input
from starsend.providers.order import Order
from starsend.providers.surroundings import NO_KEY_SIGNS, SHUT_S, Surroundings
from starsend.providers.wire import Reply, mapped, without_key

__all__ = ["OWN_URL", "FalProvider"]

_REPLY_ROOM: Final = 64 * 1024
_LONGEST_WAIT_S: Final = 120.0
"""A 429 that asks for more is tried again no later: the submit lock is held meanwhile."""
_UNREAD_PICTURES: Final = ("file_download_error", "image_load_error")
"""Types of errors that say that an uploaded picture is gone: it is uploaded anew for the next take."""


class FalProvider:
    """Makes videos with Kling through fal's queue.

    Args:
        base_url: fal's own, or another server that has all of fal below it.
        new_id: Makes the name of a picture that is uploaded for one job alone.
        sleep: Waits so many seconds between tries of an upload.
    """

    def __init__(
        self,
        around: Surroundings,
        base_url: str,
        *,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._around = around
        self._address = Address(base_url.rstrip("/"))
        self._clients = FalClients(around, self._address)
        self._uploads = FalUploads(
            self._clients, around.uploads / "fal-urls", now=around.now, new_id=new_id, sleep=sleep
        )
        self._platform = FalPlatform(self._clients, around.monotonic)
        self._jobs = FalJobs(self._clients)
        self._shut_until = float("-inf")

    @property
    def name(self) -> str:
        """``fal``."""
        return "fal"

    @property
    def base_url(self) -> str:
        """Where its queue is."""
        return self._address.base_url

    def model(self, medium: Medium, planned: str) -> str:  # noqa: ARG002 - it makes what is planned
        """The planned model."""
        return planned

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        """The planned size in even numbers: what comes is measured."""
        width, height = (max(2, round(side / 2) * 2) for side in planned)
        return width, height

    def check_ready(self) -> None:
        """Let work begin that may cost; asks nobody.

        Raises:
            SetupError: ``no-key``, or ``wrong-key`` for one with signs that no header takes, and for a minute after
                fal turned it away: one slate that fails for it is enough.
        """
        if not self._around.fal.key:
            raise SetupError(
                "Kling is reached through fal, and FAL_KEY is not set",
                remedy="set it (keys are at https://fal.ai/dashboard/keys): export FAL_KEY=…; "
                "or go on offline and free: --provider animatic",
                code="no-key",
            )
        if not self._around.fal.fits_header:
            raise wrong_key(NO_KEY_SIGNS)
        if self._around.monotonic() < self._shut_until:
            raise wrong_key("it was turned away a moment ago")

    def preview(self, order: Order) -> Prepared:
        """The body as it would be sent, with paths below the workspace in place of URLs."""
        entry = self._around.catalogue().get(order.model)
        return kling_input(
            order, entry, lambda path, _: Placed(path.as_posix(), sha256_of(self._around.workspace / path))
        )

    def prepare(self, order: Order) -> Prepared:
        """Upload the pictures and fix the body. Costs nothing.

        Raises:
            PlanError: The order is not one for fal.
            MediaError: A picture can't be read, or is of a kind that fal's models don't take.
            ProviderError: ``upload-failed``; nothing was bought.
            SetupError: ``no-key`` or ``wrong-key``.
        """
        self.check_ready()
        entry = self._around.catalogue().get(order.model)
        return kling_input(order, entry, lambda path, own: self._uploads.place(self._around.workspace / path, own))

    def receipt_id(self, receipt: JsonObject) -> str:
        """The request id."""
        return str(receipt.get("request_id", ""))

    def reply_room_bytes(self, order: Order) -> int:  # noqa: ARG002 - its replies are all alike
        """A reply is some hundred bytes, an error some thousand."""
        return _REPLY_ROOM

    def send_once(self, intent: Intent) -> bytes:
        """Send one POST: no retry, no redirect. May cost what the take is estimated at.

        Raises:
            Unreachable: Proven not sent.
            RateLimited: A clean 429.
            WrongKey, BadRequest: No key, or no endpoint in the record; proven not sent.
            OutcomeUnknown: Sent, no answer.
        """
        try:
            self.check_ready()
        except SetupError as error:
            raise WrongKey(error.message, remedy=error.remedy, code=error.code) from error
        endpoint = endpoint_of(intent.body)
        body = orjson.dumps(sent_input(intent.body))
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Fal-Queue-Priority": self._around.priority,
            "X-Fal-Tags": f"starsend={intent.intent_id}",
        }
        with mapped("fal", f"sending {_name(intent)}", paid=True):
            response = self._clients.submit.post(f"{self.base_url}/{endpoint}", content=body, headers=headers)
        reply = Reply.of(without_key(response, self._around.fal.key))
        wait_s = reply.retry_after_s(self._around.now())
        limited = rate_limited(reply, None if wait_s is None else min(wait_s, _LONGEST_WAIT_S))
        if limited is not None:
            raise limited
        return reply.pack()

    def read_reply(self, intent: Intent, raw: bytes) -> JsonObject:
        """The receipt: request id, endpoint, and the URLs as fal gave them.

        Raises:
            Refused, BadRequest, WrongKey: fal said no.
            OutcomeUnknown: It says neither yes nor no.
        """
        try:
            reply = Reply.unpack(raw)
        except (ValueError, KeyError, TypeError) as error:
            raise OutcomeUnknown(
                f"the reply to {_name(intent)} can't be read: {error!r}", remedy="look for it: starsend reconcile"
            ) from error
        try:
            body = read_submit(_name(intent), reply)
        except WrongKey:
            self._shut_until = self._around.monotonic() + SHUT_S
            raise
        receipt = self._receipt(body["request_id"], endpoint_of(intent.body))
        given = ("status_url", "response_url", "cancel_url", "gateway_request_id")
        return receipt | {name: body[name] for name in given if isinstance(body.get(name), str) and body[name]}

    def poll(self, intent: Intent, receipt: JsonObject) -> JobStatus:
        """Ask once how far the job is, and where it has ended what it came to.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather; ask again later.
        """
        status = self._jobs.status(_name(intent), receipt)
        if status.fault is not None and any(kind in status.fault.message for kind in _UNREAD_PICTURES):
            self._uploads.forget(intent.body)
        return status

    def collect(
        self,
        intent: Intent,
        receipt: JsonObject,
        raw: bytes | None,  # noqa: ARG002 - the file is never in the reply
        part: Path,
        progress: Progress,
    ) -> Collected:
        """Fetch the video to ``part``, or go on where that was cut.

        Raises:
            Refused, BadRequest: The result says that the job failed (``job-cancelled`` where it was cancelled).
            SetupError: ``wrong-key``.
            MediaError: What came is short, of the wrong type, or too large.
            ProviderError: Weather.
            OSError: The disk.
        """
        video = self._jobs.video(_name(intent), receipt)
        download(self._clients.plain, Wanted(video.url, video.size, self._around.largest_bytes), part, progress)
        return Collected()

    def lookup(self, intent: Intent) -> Lookup:
        """Look for the job in fal's listing, for ten seconds at most.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather; look again later.
        """
        return self._platform.look_up(intent, self._receipt)

    def cancel(self, intent: Intent, receipt: JsonObject) -> None:
        """Ask fal to stop the job; one that is complete already is left as it is.

        Raises:
            ProviderError: fal can't be asked, doesn't know the job, or doesn't take the key.
        """
        self._jobs.cancel(_name(intent), receipt)

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:
        """What fal billed, by request id. It needs a key with admin scope.

        Raises:
            ProviderError: fal can't be asked, or doesn't show it to this key.
        """
        ids = dict.fromkeys(self.receipt_id(receipt) for receipt in receipts)
        return self._platform.billed([each for each in ids if is_request_id(each)])

    def probe(self) -> tuple[Probe, ...]:
        """Look, for nothing, at the key, the host, the catalogue's endpoints and their prices. Never raises."""
        return tuple(probe_fal(self._around, self._address, self._platform, self.check_ready))

    def close(self) -> None:
        """Close all connections."""
        self._uploads.close()
        self._clients.close()

    def _receipt(self, request_id: str, endpoint: str) -> JsonObject:
        """A receipt with the queue's usual URLs: of a job only owner and app stand in them."""
        app = "/".join(endpoint.split("/")[:2])
        job = f"{self.base_url}/{app}/requests/{quote(request_id, safe='')}"
        return {
            "request_id": request_id,
            "endpoint": endpoint,
            "status_url": f"{job}/status",
            "response_url": job,
            "cancel_url": f"{job}/cancel",
        }


def _name(intent: Intent) -> str:
    return intent.slate.take(intent.take)
