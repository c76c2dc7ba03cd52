"""Files that come in forms: refused by their length before they are read, laid down while they are looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from starsend.errors import MediaError, PlanError

LARGEST_UPLOAD_BYTES: Final = 60_000_000
_FORM_BYTES: Final = 100_000
"""What a form holds beside its file."""


@asynccontextmanager
async def uploaded_form(request: Request) -> AsyncIterator[tuple[UploadFile, dict[str, str]]]:
    """The file of a form, and its other fields.

    Raises:
        MediaError: ``upload-too-large``; nothing of it was read.
        PlanError: ``bad-input``: it is no form, or holds no file.
    """
    _check_length(request)
    try:
        form = await request.form(max_files=1, max_fields=5)
    except HTTPException as error:
        raise PlanError(
            f"the form can't be read: {error.detail}", remedy="send the picture as its file", code="bad-input"
        ) from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise PlanError("a file is needed", remedy="send the picture as its file", code="bad-input")
        yield file, {name: value for name, value in form.items() if isinstance(value, str)}
    finally:
        await form.close()


@contextmanager
def laid_down(file: UploadFile) -> Iterator[tuple[Path, str]]:
    """The file on disk, and what the person calls it; gone at the end."""
    name = Path((file.filename or "a picture").replace("\\", "/")).name[:100]
    with TemporaryDirectory(prefix="starsend-upload-") as folder:
        picture = Path(folder) / "picture"
        with picture.open("wb") as out:
            while chunk := file.file.read(1 << 20):
                out.write(chunk)
        yield picture, name


def _check_length(request: Request) -> None:
    """Refuse what is too large before it is read."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise PlanError(
            "the upload doesn't say how long it is", remedy="send it with a Content-Length", code="bad-input"
        )
    if int(length) > LARGEST_UPLOAD_BYTES + _FORM_BYTES:
        raise MediaError(
            f"the upload has {int(length) / 1e6:.0f} MB; a picture may have {LARGEST_UPLOAD_BYTES / 1e6:.0f} MB",
            remedy="scale it down and save it again as PNG or JPEG",
            code="upload-too-large",
        )
