"""What Gemini turns away before it draws, and what it loses afterwards."""

from __future__ import annotations

from aiohttp import web

from starsend.model.take import JsonObject
from starsend.rehearsal.gemini_requests import PictureRequest
from starsend.rehearsal.replies import google_error, hang_up, page, redirect
from starsend.rehearsal.site import Site


class Gate:
    """Lets requests pass, as the weather is.

    Args:
        site: The server's shared state.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def key_refused(self, request: web.Request) -> web.Response | None:
        """The answer to a request without a key that opens the door."""
        key = request.headers.get("x-goog-api-key", request.query.get("key", ""))
        if not key:
            text = (
                "Method doesn't allow unregistered callers. Please use API Key or other form of API consumer identity."
            )
            return google_error(403, "PERMISSION_DENIED", text)
        if self._site.right_key(key):
            return None
        status = self._site.weather.gemini_wrong_key_status
        name = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED"}.get(status, "PERMISSION_DENIED")
        info: JsonObject = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "API_KEY_INVALID",
            "domain": "googleapis.com",
            "metadata": {"service": "generativelanguage.googleapis.com"},
        }
        return google_error(status, name, "API key not valid. Please pass a valid API key.", [info])

    def too_large(self, raw: bytes) -> web.Response | None:
        """The answer to a body of more bytes than are taken."""
        cap = self._site.weather.gemini_inline_cap_bytes
        return bad_request(f"Request payload size exceeds the limit: {cap} bytes.") if len(raw) > cap else None

    def not_accepted(self, request: web.Request, wanted: PictureRequest) -> web.Response | None:
        """The answer to a request that is sound, and that is not taken all the same."""
        site, shown = self._site, wanted.shown
        if wanted.has_image_config and request.path.startswith("/v1/") and not site.weather.gemini_v1_image_config:
            return bad_request(
                "Invalid JSON payload received. Unknown name \"imageConfig\" at 'generation_config': Cannot find field."
            )
        if site.strikes("gemini_drop_before", shown):
            return hang_up(request)
        if site.strikes("gemini_429", shown):
            wait = site.weather.retry_after_s
            info: JsonObject = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait}s"}
            text = f"You exceeded your current quota. Please retry in {wait}s."
            return google_error(429, "RESOURCE_EXHAUSTED", text, [info])
        if site.strikes("gemini_5xx", shown):
            return google_error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
        if site.strikes("gemini_html", shown):
            return page()
        if not site.redirected(request) and site.strikes("gemini_redirect", shown):
            return redirect(307, site.elsewhere(request.path_qs))
        return None

    def lost(self, request: web.Request, wanted: PictureRequest) -> web.Response | None:
        """What comes in the place of a picture that was made and billed."""
        if self._site.strikes("gemini_drop_reply", wanted.shown):
            return hang_up(request)
        if self._site.strikes("gemini_5xx_accepted", wanted.shown):
            return google_error(500, "INTERNAL", "An internal error has occurred. Please retry.")
        return None


def bad_request(message: str) -> web.Response:
    """A 400: the request can't be understood."""
    return google_error(400, "INVALID_ARGUMENT", message)


def no_model(request: web.Request, name: str) -> web.Response:
    """A 404: there is no such model."""
    version = request.path.split("/")[1]
    text = f"models/{name} is not found for API version {version}, or is not supported for generateContent."
    return google_error(404, "NOT_FOUND", text)
