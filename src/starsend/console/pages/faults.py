"""What went wrong, as a page for people and as problem details for programs."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from starsend.console.pages.rendering import render
from starsend.console.places import told_below
from starsend.console.problems import Fresh, on_error, problem, status_of
from starsend.errors import StarsendError, UnknownName


async def answer_fault(request: Request, error: Exception) -> Response:
    """Answer an error: as a page where a person asked for one, else as ``application/problem+json``."""
    told = _ours(error)
    if told is not None:
        told_below(request.app.state.workspace, told)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if told is not None and wants_page and not request.url.path.startswith(("/api/", "/media/", "/static/")):
        return render(request, "fault.html", status_code=status_of(told), error=told)
    if isinstance(error, HTTPException) and error.status_code not in (404, 405):
        return Response(str(error.detail), error.status_code, headers=dict(error.headers or {}))
    if told is None or isinstance(error, Fresh):
        return await on_error(request, error)
    answer = problem(told)
    if isinstance(error, HTTPException):
        answer.status_code = error.status_code
    return answer


def _ours(error: Exception) -> StarsendError | None:
    """An error of a framework in our words; None for a defect."""
    if isinstance(error, StarsendError):
        return error
    if isinstance(error, Fresh):
        return error.error
    if isinstance(error, HTTPException):
        return UnknownName(
            "there is no such page" if error.status_code == 404 else str(error.detail),
            remedy="go to the list of projects: /",
            code="no-page",
        )
    return None
