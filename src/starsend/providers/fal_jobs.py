"""Jobs in fal's queue, asked for through fal's own SDK by the URLs of their receipts.

A job that is COMPLETED may have failed: its status or its result says so. So the result is looked at as soon as the
status says that it is there, and a take ends as fal says: complete, failed, refused or cancelled.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

import httpx
import orjson
from fal_client.client import Completed, FalClientHTTPError, Queued, Status, SyncRequestHandle

from starsend.errors import BadRequest, ProviderError, Refused, WrongKey
from starsend.model.take import Fault, JsonObject
from starsend.providers.base import JobStatus
from starsend.providers.fal_errors import KEY_REMEDY, Said, is_cancelled, job_fault, read_error, wrong_key
from starsend.providers.fal_wire import FalClients, weather

_RESULTS_KEPT: Final = 256
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Video:
    """What a result says of its video: where it is, and how many bytes it has, where it says so."""

    url: str
    size: int | None


@dataclass(frozen=True)
class FalJobs:
    """Asks for jobs. Safe for threads.

    Everywhere ``name`` is the take's, for messages, such as ``SEQ01_T002``.
    """

    clients: FalClients
    _videos: OrderedDict[str, Video] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def status(self, name: str, receipt: JsonObject) -> JobStatus:
        """How far a job is; one that is complete has a result with a video in it.

        Raises:
            SetupError: ``wrong-key``.
            ProviderError: Weather.
        """
        handle = self._handle(name, receipt)
        status = self._ask(name, handle.status_url, handle.status)
        if not isinstance(status, Completed):
            return JobStatus("queued" if isinstance(status, Queued) else "running")
        said = _said_in(status)
        try:
            video = self._result(name, handle)
        except _Ended as ended:
            return JobStatus(ended.state, ended.fault)
        except ProviderError:
            if said is None:
                raise
            by_status = _ended(name, 0, said)
            return JobStatus(by_status.state, by_status.fault)
        with self._lock:  # for the collecting that follows at once
            self._videos[handle.request_id] = video
            while len(self._videos) > _RESULTS_KEPT:
                self._videos.popitem(last=False)
        return JobStatus("complete")

    def video(self, name: str, receipt: JsonObject) -> Video:
        """The video of a job that is complete.

        Raises:
            Refused, BadRequest: The result says that the job failed; ``job-cancelled`` where it was cancelled.
            SetupError: ``wrong-key``.
            ProviderError: Weather.
        """
        handle = self._handle(name, receipt)
        with self._lock:
            known = self._videos.pop(handle.request_id, None)
        if known is not None:
            return known
        try:
            return self._result(name, handle)
        except _Ended as ended:
            kind = Refused if ended.fault.code == Refused.code else BadRequest
            raise kind(ended.fault.message, remedy=ended.fault.remedy, code=ended.fault.code) from ended

    def cancel(self, name: str, receipt: JsonObject) -> None:
        """Ask for a stop; a job that is complete already is left as it is.

        Raises:
            ProviderError: It can't be asked, is not known, or the key is wrong.
        """
        handle = self._handle(name, receipt)
        try:
            handle.cancel()
        except FalClientHTTPError as error:
            body = _json(error.response)
            if isinstance(body, dict) and body.get("status") == "ALREADY_COMPLETED":
                return
            said = read_error(error.status_code, error.response_headers, body).words
            if error.status_code in (401, 403):
                raise WrongKey(f"{name}: fal doesn't take the key: {said}", remedy=KEY_REMEDY) from error
            raise ProviderError(
                f"{name} can't be cancelled at fal: {said}",
                remedy="let it go on: starsend run; or look at https://fal.ai/dashboard/requests",
                code="not-cancelled",
            ) from error
        except httpx.InvalidURL as error:
            raise weather(f"{name}: the receipt has a URL that is none: {error}") from error

    def _handle(self, name: str, receipt: JsonObject) -> _Handle:
        try:
            return _Handle(
                request_id=str(receipt["request_id"]),
                response_url=str(receipt["response_url"]),
                status_url=str(receipt["status_url"]),
                cancel_url=str(receipt["cancel_url"]),
                client=self.clients.ask,
            )
        except KeyError as error:
            raise ProviderError(
                f"{name}: the receipt in its record has no {error}",
                remedy="mend the record by hand, or settle the take: starsend reconcile",
                code="broken-receipt",
            ) from error

    def _ask(self, name: str, url: str, ask: Callable[[], _Answer]) -> _Answer:
        """Ask something that ends no job, whatever the answer is."""
        try:
            return ask()
        except FalClientHTTPError as error:
            said = read_error(error.status_code, error.response_headers, _json(error.response)).words
            if error.status_code in (401, 403):
                raise self._no_entry(name, url, said) from error
            raise weather(f"{name}: fal doesn't say how far it is: HTTP {error.status_code}: {said}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, httpx.InvalidURL) as error:
            raise weather(f"{name}: fal doesn't say how far it is; its answer can't be read: {error!r}") from error

    def _result(self, name: str, handle: _Handle) -> Video:
        try:
            result = handle.get()
        except FalClientHTTPError as error:
            said = read_error(error.status_code, error.response_headers, _json(error.response))
            if is_cancelled(error.status_code, said) or (said.typed and not _says_nothing(error.status_code, said)):
                raise _ended(name, error.status_code, said) from error
            if error.status_code in (401, 403):
                raise self._no_entry(name, handle.response_url, said.words) from error
            raise weather(f"{name}: fal gives no result: HTTP {error.status_code}: {said.words}") from error
        except (ValueError, RecursionError, httpx.InvalidURL) as error:  # the SDK reads JSON as deep as its stack
            raise weather(f"{name}: fal's result can't be read: {error!r}") from error
        video = _video(result)
        if video is None:
            raise weather(f"{name}: fal's result names no video")
        return video

    def _no_entry(self, name: str, url: str, said: str) -> Exception:
        if self.clients.address.knows(url):
            return wrong_key(said)
        where = httpx.URL(url).host
        return weather(
            f"{name}: the receipt points to {where}, which is not fal's, so it was asked without the key: {said}"
        )


class _Handle(SyncRequestHandle):
    """The SDK's handle, less strict: a status may leave out what we don't need, and a result is fetched once."""

    def _parse_status(self, data: Any) -> Status:
        return super()._parse_status({"queue_position": 0, "logs": None, **data})

    def iter_events(
        self,
        *,
        with_logs: bool = False,  # noqa: ARG002 - fal-client's signature
        interval: float = 0,  # noqa: ARG002 - fal-client's signature
    ) -> Iterator[Status]:
        """Nothing: ``get`` would wait here, in a loop, for what a look at the status has told already."""
        return iter(())


class _Ended(Exception):
    """The provider says that a job ended without a video."""

    def __init__(self, state: Literal["failed", "cancelled"], fault: Fault) -> None:
        super().__init__(fault.message)
        self.state = state
        self.fault = fault


def _ended(name: str, status: int, said: Said) -> _Ended:
    if not is_cancelled(status, said):
        return _Ended("failed", job_fault(name, said))
    message = f"{name}: the job was cancelled at fal: {said.words}"
    return _Ended(
        "cancelled", Fault(code="job-cancelled", message=message, remedy="make another take: starsend generate")
    )


def _says_nothing(status: int, said: Said) -> bool:
    """Answers of fal's queue that say nothing of the job: a wrong key, not there (yet), not done yet."""
    if status in (401, 403, 404):
        return not said.types
    return status == 400 and not said.types and "in progress" in said.words.lower()


def _said_in(status: Completed) -> Said | None:
    """The error that a status carries."""
    if not status.error and not status.error_type:
        return None
    return read_error(0, {}, {"detail": status.error or status.error_type, "error_type": status.error_type})


def _video(result: object) -> Video | None:
    video = result.get("video") if isinstance(result, dict) else None
    url = video.get("url") if isinstance(video, dict) else None
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        return None
    size = video.get("file_size") if isinstance(video, dict) else None
    return Video(url, size if type(size) is int and size > 0 else None)


def _json(response: httpx.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except ValueError:
        return None
