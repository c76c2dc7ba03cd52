"""Errors as problem details (RFC 9457): our code, what happened, the remedy, and the fresh record where that helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
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

_OF_REQUESTS: Final = {"turned-away": 403, "too-large": 413}


class Fresh(Exception):
    """An error of ours with the record as it is now, and what else a stale page needs to go on."""

    def __init__(
        self, error: StarsendError, record: dict[str, Any] | None, more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.record = record
        self.more = more or {}


def status_of(error: StarsendError) -> int:
    """The HTTP status of an error: 404 unknown, 422 bad input, 409 not now, 402 money, 502 the provider, 503 set-up."""
    if error.code in _OF_REQUESTS:
        return _OF_REQUESTS[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(
    error: StarsendError, record: dict[str, Any] | None = None, more: Mapping[str, Any] | None = None
) -> JSONResponse:
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
    body.update(more or {})
    return JSONResponse(body, status_code=body["status"], media_type="application/problem+json")


async def on_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer an error of ours."""
    if isinstance(error, Fresh):
        return problem(error.error, error.record, error.more)
    if isinstance(error, StarsendError):
        return problem(error)
    if isinstance(error, RequestValidationError):
        return problem(_bad_input(error))
    said = StarsendError(
        f"{type(error).__name__}: {error}",
        remedy="report this as a defect of Starsend; nothing that was on disk is lost",
        code="defect",
    )
    return problem(said)


def _bad_input(error: RequestValidationError) -> PlanError:
    """What doesn't fit a request's shape, each in a line."""
    told = [f"{'/'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()[:20]]
    return PlanError("; ".join(told), remedy="see the request's shape: /openapi.json", code="bad-input")
