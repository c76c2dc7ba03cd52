"""Answers that end: a client that takes no more bytes and no more time than an answer of its kind can need.

httpx bounds the silence between two pieces, and neither their number nor their sum: a server that drips, or that never
stops, would hold a thread, a submit lock and all memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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
        until = self._monotonic() + self._most_s
        body = bytearray()
        try:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > self._most_bytes:
                    raise httpx.ReadError(f"more than {self._most_bytes} bytes came", request=response.request)
                if self._monotonic() > until:
                    raise httpx.ReadError(f"the answer took longer than {self._most_s:g} s", request=response.request)
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
