"""The Console's own scripts, styles and icons: read once, zipped once, kept by browsers while they are true."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from starsend.console.packing import pack, reached

STATIC: Final = Path(__file__).parent / "static"
ENTRY: Final = "js/page.js"
SHEETS: Final = {
    "activity": ("base", "board", "work"),
    "board": ("base", "board"),
    "costs": ("base", "board", "work"),
    "cut": ("base", "stage", "board"),
    "dailies": ("base", "dailies", "stage", "notes", "grid", "work"),
    "elements": ("base", "elements"),
    "page": ("base",),
}
"""page → the styles that it is drawn with, the later ones over the former; ``page`` is all others."""
FOREVER: Final = b"public, max-age=31536000, immutable"
ASK: Final = b"no-cache"
_LEAST_ZIPPED: Final = 300
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".map": "application/json",
}


@dataclass(frozen=True)
class Asset:
    """One file.

    Attributes:
        kind: Its media type.
        plain: Its bytes.
        zipped: The same, zipped; empty where that saves nothing.
        etag: Of its content.
    """

    kind: bytes
    plain: bytes
    zipped: bytes
    etag: bytes


class Assets:
    """Answers ``/static/<path>`` and ``/static/<tag>/<path>``. Plain ASGI.

    The tag names the content of all files together, and goes before the path, so that scripts which import each other
    by relative addresses stay within it. With the tag of now a browser keeps the file for ever; without it, or with an
    old one, it asks again each time and is told 304.

    Args:
        folder: All files below it are served, and nothing else. A file that changes later is seen at the next start.

    Attributes:
        tag: Names the content.
        root: Where pages find them, without a slash at the end.
    """

    def __init__(self, folder: Path) -> None:
        self._files = {
            place.relative_to(folder).as_posix(): _asset(place.name, place.read_bytes())
            for place in sorted(folder.rglob("*"))
            if place.is_file()
        }
        for page, sheets in SHEETS.items():
            styles = b"\n".join((folder / f"css/{sheet}.css").read_bytes() for sheet in sheets)
            self._files[f"pack/{page}.css"] = _asset(f"{page}.css", styles)
            name = f"pack/{page}.js"
            made = pack(folder, ENTRY, reached(folder, ENTRY, f"js/{page}.js"), name)
            self._files[name] = _asset(name, made.script)
            self._files[f"{name}.map"] = _asset(f"{name}.map", made.source_map)
        content = hashlib.sha256()
        for name, asset in self._files.items():
            content.update(name.encode() + asset.etag)
        self.tag = content.hexdigest()[:12]
        self.root = f"/static/{self.tag}"

    def script(self, page: str) -> str:
        """Where the one script of a page is, with the tag."""
        return f"{self.root}/pack/{page if page in SHEETS else 'page'}.js"

    def style(self, page: str) -> str:
        """Where the one style sheet of a page is, with the tag."""
        return f"{self.root}/pack/{page if page in SHEETS else 'page'}.css"

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [(b"allow", b"GET, HEAD")], b"")
            return
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", ""))).lstrip("/")
        tag, _, rest = path.partition("/")
        asset, kept = (self._files.get(rest), FOREVER) if tag == self.tag else (self._files.get(path), ASK)
        if asset is None:  # of a page that was opened before an update: the file as it is now
            asset, kept = self._files.get(rest), ASK
        if asset is None:
            await _answer(send, 404, [(b"content-type", b"text/plain; charset=utf-8")], b"there is no such file\n")
            return
        asked = Headers(scope=scope)
        headers = [(b"etag", asset.etag), (b"cache-control", kept), (b"vary", b"Accept-Encoding")]
        if asset.etag.decode() in asked.get("if-none-match", ""):
            await _answer(send, 304, headers, b"")
            return
        zipped = bool(asset.zipped) and "gzip" in asked.get("accept-encoding", "")
        body = asset.zipped if zipped else asset.plain
        headers += [(b"content-type", asset.kind), (b"content-length", str(len(body)).encode())]
        headers += [(b"content-encoding", b"gzip")] if zipped else []
        await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


@cache
def assets() -> Assets:
    """The Console's own, as they were when first asked for."""
    return Assets(STATIC)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _asset(name: str, plain: bytes) -> Asset:
    worth = len(plain) >= _LEAST_ZIPPED and not name.endswith(".map")  # which is only for who looks into a fault
    zipped = gzip.compress(plain, 9, mtime=0) if worth else b""
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    etag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    return Asset(kind.encode(), plain, zipped if len(zipped) < len(plain) * 0.9 else b"", etag.encode())
