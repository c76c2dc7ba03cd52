"""Answers in the vendors' words, and answers that are none: pages, broken connections."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from starsend.model.take import JsonObject
from starsend.rehearsal.books import Failure

NGINX_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
_PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser.</body></html>"


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def fal_error(status: int, detail: Any, error_type: str, retry_header: str = "") -> web.Response:
    """An error of fal's gateway: ``detail`` and ``error_type``, repeated in X-Fal-Error-Type."""
    headers = {"X-Fal-Error-Type": error_type}
    if retry_header:
        headers[retry_header] = "true" if retry_header == "X-Fal-Retryable" else "1"
    return answer({"detail": detail, "error_type": error_type}, status, headers)


def not_found() -> web.Response:
    """The answer where fal knows no such request."""
    return answer({"status": "NOT_FOUND"}, 404)


def page() -> web.Response:
    """A web page with status 200, as a gate or an outage gives it."""
    return web.Response(text=_PAGE, content_type="text/html")


def nginx() -> web.Response:
    """A 502 of nginx's own, without any of fal's headers."""
    return web.Response(text=NGINX_502, status=502, content_type="text/html")


def redirect(status: int, location: str) -> web.Response:
    """A redirect."""
    return web.Response(status=status, headers={"Location": location})


def hang_up(request: web.Request) -> web.Response:
    """Drop the connection at once; what is returned is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def gone(request: web.Request) -> bool:
    """Whether the client's end of the connection is known to be closed."""
    return request.transport is None or request.transport.is_closing()


def google_error(status: int, name: str, message: str, details: list[JsonObject] | None = None) -> web.Response:
    """An error as all of Google's APIs give it."""
    error: JsonObject = {"code": status, "message": message, "status": name}
    if details:
        error["details"] = details
    return answer({"error": error}, status)


def validation_failure(errors: list[JsonObject]) -> Failure:
    """How a job fails whose input the model refused: 422 with a list of errors."""
    return Failure(422, {"detail": errors}, str(errors[0]["msg"]), str(errors[0]["type"]))
