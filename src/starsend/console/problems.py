"""Errors as problem details (RFC 9457): our code, what happened, the remedy, and the fresh record where that helps."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse

from starsend.errors import (
    BudgetError,
    Busy,
    MediaError,
    MoveError,
    PersonNeeded,
    PlanError,
    ProviderError,
    SetupError,
    StarsendError,
    UnknownName,
)

_STATUS: Final[tuple[tuple[type[StarsendError], int], ...]] = (
    (UnknownName, 404),
    (PlanError, 422),
    (MediaError, 422),
    (Busy, 409),
    (MoveError, 409),
    (PersonNeeded, 409),
    (BudgetError, 402),
    (ProviderError, 502),
    (SetupError, 503),
)


class Fresh(Exception):
    """An error of ours with the record as it is now: what a stale page needs to go on."""

    def __init__(self, error: StarsendError, record: dict[str, Any] | None) -> None:
        super().__init__(error.message)
        self.error = error
        self.record = record


def status_of(error: StarsendError) -> int:
    """The HTTP status of an error: 404 unknown, 422 bad input, 409 not now, 402 money, 502 the provider, 503 set-up."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(error: StarsendError, record: dict[str, Any] | None = None) -> JSONResponse:
    """One error as ``application/problem+json``."""
    body: dict[str, Any] = {
        "type": f"urn:starsend:{error.code}",
        "title": error.code.replace("-", " "),
        "status": status_of(error),
        "detail": error.message,
        "code": error.code,
        "remedy": error.remedy,
    }
    if record is not None:
        body["record"] = record
    return JSONResponse(body, status_code=body["status"], media_type="application/problem+json")


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer an error of ours."""
    if isinstance(error, Fresh):
        return problem(error.error, error.record)
    if isinstance(error, StarsendError):
        return problem(error)
    said = StarsendError(
        f"{type(error).__name__}: {error}",
        remedy="report this as a defect of Starsend; nothing that was on disk is lost",
        code="defect",
    )
    return problem(said)
