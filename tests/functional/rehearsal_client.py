"""A bare client of fal's protocol, for the tests of the rehearsal server: it retries nothing and believes nothing."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx
from PIL import Image

from starsend.rehearsal.books import Job
from starsend.rehearsal.server import RehearsalServer

REFERENCE = "fal-ai/kling-video/o3/pro/reference-to-video"


def png(size: tuple[int, int] = (640, 360), kind: str = "PNG") -> bytes:
    """A plain picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def shots(*seconds: int) -> dict[str, Any]:
    """A multi-shot body whose duration is the sum of its shots."""
    prompts = [{"prompt": f"shot {n}", "duration": str(length)} for n, length in enumerate(seconds, 1)]
    return {"multi_prompt": prompts, "duration": str(sum(seconds))}


class Fal:
    """Speaks to one server with one key."""

    def __init__(self, server: RehearsalServer, key: str = "k") -> None:
        self.server, self.url = server, server.url
        self._client = httpx.Client(headers={"Authorization": f"Key {key}"}, timeout=20, verify=False)
        self.plain = httpx.Client(timeout=20, verify=False)  # without a key

    def __enter__(self) -> Fal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self.plain.close()

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        return self._client.request(method, url, **more)

    def get(self, url: str, **query: str) -> httpx.Response:
        return self._client.get(url, params=query or None)

    def submit(self, endpoint: str, body: dict[str, Any]) -> httpx.Response:
        return self._client.post(f"{self.url}/{endpoint}", json=body)

    def upload(self, content: bytes) -> str:
        token = self._client.post(f"{self.url}/storage/auth/token?storage_type=fal-cdn-v3", json={}).json()
        headers = {"Authorization": f"{token['token_type']} {token['token']}", "Content-Type": "image/png"}
        return str(self.plain.post(f"{self.url}/files/upload", content=content, headers=headers).json()["access_url"])

    def statuses(self, receipt: dict[str, Any]) -> Iterator[httpx.Response]:
        """Every answer until COMPLETED, that one too."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            status = self.get(receipt["status_url"], logs="1")
            yield status
            if status.status_code == 200 and status.json()["status"] == "COMPLETED":
                return
            time.sleep(0.01)
        raise AssertionError("it never completed")

    def wait(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """The COMPLETED status."""
        status: dict[str, Any] = list(self.statuses(receipt))[-1].json()
        return status

    def run(self, endpoint: str, body: dict[str, Any]) -> dict[str, Any]:
        """A job from submit to result."""
        receipt = self.submit(endpoint, body).json()
        self.wait(receipt)
        result = self.get(receipt["response_url"])
        assert result.status_code == 200, result.text
        output: dict[str, Any] = result.json()
        return output

    def job(self, request_id: str) -> Job:
        """The job, as it stands in the books."""
        return next(job for job in self.server.books().jobs if job.request_id == request_id)
