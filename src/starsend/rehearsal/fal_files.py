"""fal's storage and CDN: uploads in all of fal-client 1.0.3's ways, downloads with ranges and without a key."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import orjson
from aiohttp import web

from starsend.rehearsal.books import StoredFile
from starsend.rehearsal.fal_queue import fal_key_refused
from starsend.rehearsal.replies import answer, fal_error, hang_up, page, redirect
from starsend.rehearsal.site import Site, sha256_hex

_HUGE_BYTES = 3_000_000_000
_HUGE_SENT_BYTES = 32 << 20
_CHUNK = 64 << 10
_TOKEN = "rehearsal-cdn-"  # noqa: S105 - opens nothing but this server
_Range = tuple[int, int]


class FalFiles:
    """Uploads and downloads.

    Args:
        site: The server's shared state.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._begun: dict[str, tuple[str, str, dict[int, bytes]]] = {}

    def routes(self) -> list[web.RouteDef]:
        """All routes of storage and CDN."""
        return [
            web.post("/storage/auth/token", self.token),
            web.post("/storage/upload/initiate", self.initiate),
            web.put("/storage/put/{id}/{name}", self.put),
            web.post("/files/upload", self.upload),
            web.post("/files/upload/multipart", self.begin_parts),
            web.put("/files/parts/{id}/{name}/multipart/{upload}/{number}", self.put_part),
            web.post("/files/parts/{id}/{name}/multipart/{upload}/complete", self.complete_parts),
            web.get("/files/{path:.+}", self.download),
        ]

    async def token(self, request: web.Request) -> web.StreamResponse:
        """A token for CDN uploads."""
        if refused := fal_key_refused(self._site, request):
            return refused
        expires = (self._site.now() + timedelta(hours=1)).isoformat()
        return answer(
            {
                "token": _TOKEN + self._site.new_id(),
                "token_type": "Bearer",
                "base_url": self._site.url,
                "expires_at": expires,
            }
        )

    def _upload_refused(self, request: web.Request) -> web.Response | None:
        if not request.headers.get("Authorization", "").startswith(f"Bearer {_TOKEN}"):
            return fal_key_refused(self._site, request)
        if self._site.strikes("upload_5xx"):
            return fal_error(503, "Upload failed", "internal_error", self._site.weather.retry_header)
        return None

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """One file in one request, to the CDN."""
        content = await request.read()
        if refused := self._upload_refused(request):
            return refused
        name = _safe(request.headers.get("X-Fal-File-Name", "file"))
        file = self._site.store(content, name, request.content_type)
        return answer({"access_url": self._site.url + file.path})

    async def initiate(self, request: web.Request) -> web.StreamResponse:
        """The older way: an address to PUT a file to, and the one that it will have."""
        if refused := fal_key_refused(self._site, request):
            return refused
        if self._site.strikes("upload_5xx"):
            return fal_error(503, "Upload failed", "internal_error", self._site.weather.retry_header)
        wanted = orjson.loads(await request.read())
        place = f"{self._site.new_id().replace('-', '')}/{_safe(str(wanted.get('file_name') or 'file'))}"
        base = self._site.url
        return answer({"upload_url": f"{base}/storage/put/{place}", "file_url": f"{base}/files/b/{place}"})

    async def put(self, request: web.Request) -> web.StreamResponse:
        """The bytes of the older way; the address is the permission."""
        place = f"files/b/{_safe(request.match_info['id'])}/{_safe(request.match_info['name'])}"
        disk = self._site.folder / place
        disk.parent.mkdir(parents=True, exist_ok=True)
        disk.write_bytes(await request.read())
        self._site.ledger.keep(StoredFile(f"/{place}", place, request.content_type))
        return web.Response()

    async def begin_parts(self, request: web.Request) -> web.StreamResponse:
        """Begin a file that comes in parts."""
        if refused := self._upload_refused(request):
            return refused
        upload, name = self._site.new_id(), _safe(request.headers.get("X-Fal-File-Name", "file"))
        self._begun[upload] = (name, request.content_type, {})
        return answer({"access_url": f"{self._site.url}/files/parts/{upload}/{name}", "uploadId": upload})

    async def put_part(self, request: web.Request) -> web.StreamResponse:
        """One part."""
        if refused := self._upload_refused(request):
            return refused
        begun = self._begun.get(request.match_info["upload"])
        if begun is None:
            return answer({"detail": "Not Found"}, 404)
        content = await request.read()
        begun[2][int(request.match_info["number"])] = content
        return web.Response(headers={"ETag": f'"{sha256_hex(content)[:32]}"'})

    async def complete_parts(self, request: web.Request) -> web.StreamResponse:
        """Join the parts: the file is then at its access URL."""
        if refused := self._upload_refused(request):
            return refused
        begun = self._begun.pop(request.match_info["upload"], None)
        if begun is None:
            return answer({"detail": "Not Found"}, 404)
        name, content_type, parts = begun
        wanted = [part["partNumber"] for part in orjson.loads(await request.read())["parts"]]
        file = self._site.store(b"".join(parts[number] for number in sorted(wanted)), name, content_type)
        path = f"/files/parts/{request.match_info['id']}/{name}"
        self._site.ledger.keep(StoredFile(path, file.disk, content_type))
        return answer({"access_url": self._site.url + path})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file, whole or a range of it. Anybody may have it."""
        file = self._site.ledger.files.get(request.path)
        if file is None:
            return answer({"detail": "Not Found"}, 404)
        job = self._site.job(file.request_id) if file.request_id else None
        content = (self._site.folder / file.disk).read_bytes()
        if (
            job is None or request.method == "HEAD"
        ):  # the faults are for what was paid for; an upload is read back plainly
            return await self._send(request, file, content)
        if self._site.strikes("download_5xx", job.input):
            return web.Response(status=503, text="Service Unavailable")
        if not self._site.redirected(request) and self._site.strikes("download_redirect", job.input):
            return redirect(302, self._site.elsewhere(request.path_qs))
        if self._site.strikes("download_wrong_type", job.input):
            return page()
        if self._site.strikes("download_huge", job.input):
            return await self._send_huge(request)
        if self._site.strikes("download_short_no_length", job.input):
            return await self._send_short(request, file, content)
        cut = self._site.strikes("download_cut", job.input)
        return await self._send(request, file, content, cut)

    async def _send(
        self, request: web.Request, file: StoredFile, content: bytes, cut: bool = False
    ) -> web.StreamResponse:
        start, end = _range(request.headers.get("Range", ""), len(content))
        if start >= end:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        whole = (start, end) == (0, len(content)) and "Range" not in request.headers
        response = web.StreamResponse(status=200 if whole else 206)
        response.content_type = file.content_type
        response.content_length = end - start
        etag = f'"{sha256_hex(content)[:32]}"'
        response.headers.update({"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "public, max-age=31536000"})
        if not whole:
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        stop = start + (end - start) // 2 if cut else end
        last = end - 1 if file.request_id and end == len(content) and not cut else stop
        await self._write(response, content[start:last])
        if cut:
            if request.transport is not None:
                request.transport.close()  # unlike an abort, it lets what was sent arrive
            return response
        if last < stop and file.request_id:
            # before the last byte: a client that has it may look at the books at once
            self._site.ledger.change(file.request_id, delivered=True)
            await response.write(content[last:stop])
        await response.write_eof()
        return response

    async def _write(self, response: web.StreamResponse, content: bytes) -> None:
        """Send bytes, as slowly as the weather wants."""
        for at in range(0, len(content), _CHUNK):
            chunk = content[at : at + _CHUNK]
            slow = self._site.weather.download_slow_bytes_s
            if not slow:
                await response.write(chunk)
                continue
            step = max(1, slow // 20)
            for small in range(0, len(chunk), step):
                await response.write(chunk[small : small + step])
                await asyncio.sleep(step / slow)

    async def _send_short(self, request: web.Request, file: StoredFile, content: bytes) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_type = file.content_type
        await response.prepare(request)  # without a length: it is sent in chunks, and ends as if it were whole
        await response.write(content[: len(content) // 2])
        await response.write_eof()
        return response

    async def _send_huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_type = "video/mp4"
        response.content_length = _HUGE_BYTES
        await response.prepare(request)
        for _ in range(_HUGE_SENT_BYTES // _CHUNK):
            await response.write(bytes(_CHUNK))
        hang_up(request)
        return response


def _range(header: str, size: int) -> _Range:
    """Start and end (excluded) of what is asked for; empty where it lies outside."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip())
    if not match or match[1] == match[2] == "":
        return 0, size
    if match[1] == "":
        return max(0, size - int(match[2])), size
    return int(match[1]), min(size, int(match[2]) + 1) if match[2] else size


def _safe(name: str) -> str:
    """A name that can't leave its folder."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", Path(name).name).lstrip(".")[:100] or "file"
