"""Answers that end: a client that takes no more bytes and no more time than an answer of its kind can need.

httpx bounds the silence between two pieces, and neither their number nor their sum: a server that drips, or that never
stops, would hold a thread, a submit lock and all memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx


class BoundedClient(httpx.Client):
    """Reads each answer to its end, or breaks it off; a stream is left to who asked for it.

    Args:
        most_bytes: Of one answer, unzipped.
        most_s: For the body of one answer, in seconds.
        monotonic: A clock that only goes on.
    """

    def __init__(
        self, *, most_bytes: int, most_s: float, monotonic: Callable[[], float] = time.monotonic, **given: Any
    ) -> None:
        super().__init__(**given)
        self._most_bytes = most_bytes
        self._most_s = most_s
        self._monotonic = monotonic

    def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        """Send once, and read what comes.

        Raises:
            httpx.ReadError: More came than is taken, or it took too long.
            httpx.HTTPError: As httpx raises it.
        """
        response = super().send(request, stream=True, **how)
        return response if stream or response.is_closed else self._whole(response)

    def _whole(self, response: httpx.Response) -> httpx.Response:
        if "content-encoding" not in response.headers:  # nothing can swell: what comes is counted, and httpx reads it
            stream = response.stream
            if not isinstance(stream, httpx.SyncByteStream):
                raise TypeError(f"a synchronous client was given {type(stream).__name__}")
            response.stream = _Counted(stream, response.request, self._most_bytes, self._most_s, self._monotonic)
            try:
                response.read()
            finally:
                response.close()
            return response
        return self._unzipped(response)

    def _unzipped(self, response: httpx.Response) -> httpx.Response:
        until = self._monotonic() + self._most_s
        body = bytearray()
        try:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > self._most_bytes:
                    raise _too_many(self._most_bytes, response.request)
                if self._monotonic() > until:
                    raise _too_long(self._most_s, response.request)
        finally:
            response.close()
        kept = [(n, v) for n, v in response.headers.raw if n.lower() not in (b"content-encoding", b"transfer-encoding")]
        kept = [(n, v) for n, v in kept if n.lower() != b"content-length"]
        whole = httpx.Response(
            response.status_code,
            headers=kept,
            content=bytes(body),
            request=response.request,
            extensions=response.extensions,
            history=response.history,
            default_encoding=response.default_encoding,
        )
        whole.elapsed = response.elapsed
        return whole


class _Counted(httpx.SyncByteStream):
    """A stream that breaks off where it has given too much, or for too long."""

    def __init__(
        self,
        stream: httpx.SyncByteStream,
        request: httpx.Request,
        most_bytes: int,
        most_s: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._stream = stream
        self._request = request
        self._most_bytes = most_bytes
        self._most_s = most_s
        self._monotonic = monotonic

    def __iter__(self) -> Iterator[bytes]:
        until = self._monotonic() + self._most_s
        came = 0
        for piece in self._stream:
            came += len(piece)
            if came > self._most_bytes:
                raise _too_many(self._most_bytes, self._request)
            if self._monotonic() > until:
                raise _too_long(self._most_s, self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()


def _too_many(most_bytes: int, request: httpx.Request) -> httpx.ReadError:
    return httpx.ReadError(f"more than {most_bytes} bytes came", request=request)


def _too_long(most_s: float, request: httpx.Request) -> httpx.ReadError:
    return httpx.ReadError(f"the answer took longer than {most_s:g} s", request=request)
