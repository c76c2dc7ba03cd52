"""The names of the vendors' SDKs that we lean on: what an upgrade would break silently breaks here, loudly."""

from __future__ import annotations

import inspect
from dataclasses import fields
from importlib.metadata import version

import httpx


def test_google_genai_is_the_version_that_was_read() -> None:
    assert version("google-genai") == "3.4.0", "read its _api_client.py and client.py again before this is changed"


def test_the_names_of_google_genai_that_we_lean_on() -> None:
    from google import genai
    from google.genai import client, errors, types

    options = types.HttpOptions.model_fields
    assert {"base_url", "timeout", "retry_options", "httpx_client", "api_version"} <= set(options)
    assert "attempts" in types.HttpRetryOptions.model_fields
    config = types.GenerateContentConfig.model_fields
    wanted = {"response_modalities", "image_config", "automatic_function_calling", "automatic_continuation"}
    assert wanted <= set(config)
    assert {"aspect_ratio", "image_size"} <= set(types.ImageConfig.model_fields)
    assert {"client_mode", "replays_directory", "replay_id"} == set(client.DebugConfig.model_fields)
    made = inspect.signature(genai.Client.__init__).parameters
    assert {"vertexai", "api_key", "debug_config", "http_options"} <= set(made)
    assert callable(types.Part.from_text)
    assert {"data", "mime_type"} <= set(inspect.signature(types.Part.from_bytes).parameters)
    assert issubclass(errors.ClientError, errors.APIError)
    assert issubclass(errors.ServerError, errors.APIError)


def test_every_refusal_that_google_genai_knows_is_one_of_ours() -> None:
    from google.genai import types

    from starsend.providers.gemini_errors import REFUSALS

    known = {reason.value for reason in types.FinishReason}
    assert known >= REFUSALS
    talk = {"FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "LANGUAGE", "OTHER", "IMAGE_OTHER", "NO_IMAGE"}
    tools = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE"}
    others = {"MALFORMED_RESPONSE", "CONTINUATION"}
    assert known - REFUSALS == talk | tools | others, "a new finish reason: say whether it refuses"


def test_fal_client_is_the_version_that_was_read() -> None:
    assert version("fal-client") == "1.0.3", "read its client.py again before this is changed"


def test_the_names_of_fal_client_that_we_lean_on() -> None:
    from fal_client import client
    from fal_client.auth import AuthCredentials

    assert (client.REST_URL, client.CDN_URL) == ("https://rest.fal.ai", "https://v3.fal.media")
    assert [field.name for field in fields(AuthCredentials)] == ["scheme", "token"]
    assert [field.name for field in fields(client.CDNToken)] == ["token", "token_type", "base_upload_url", "expires_at"]
    assert "expires_in" in {field.name for field in fields(client.StorageSettings)}
    assert {"status_code", "response_headers", "response"} <= {f.name for f in fields(client.FalClientHTTPError)}
    assert {"error", "error_type"} <= {field.name for field in fields(client.Completed)}
    handle = {field.name for field in fields(client.SyncRequestHandle)}
    assert handle == {"request_id", "response_url", "status_url", "cancel_url", "client"}
    upload = inspect.signature(client.SyncClient.upload).parameters
    assert list(upload)[:4] == ["self", "data", "content_type", "file_name"]
    assert "lifecycle" in upload


def test_fal_client_still_asks_its_own_methods_that_we_put_ours_in_place_of() -> None:
    from fal_client import client

    upload = inspect.getsource(client.SyncClient.upload)
    assert "self._get_cdn_client()" in upload
    assert "self._client" in upload
    assert "self._auth" in upload
    assert "self._refresh_token()" in inspect.getsource(client.CDNTokenManager.get_token)
    tokens = inspect.getsource(client.CDNTokenManager.__init__)
    assert "self._url" in tokens
    assert "self._headers" in tokens
    assert "self._parse_status(" in inspect.getsource(client.SyncRequestHandle.status)
    assert "self.iter_events(" in inspect.getsource(client.SyncRequestHandle.get)


def test_fal_client_retries_nothing_but_what_our_client_never_shows_it() -> None:
    from fal_client import client

    from starsend.errors import ProviderError

    assert "except (httpx.HTTPError, FalClientHTTPError)" in inspect.getsource(client._maybe_retry_request)
    assert not issubclass(ProviderError, (httpx.HTTPError, client.FalClientHTTPError))
    assert client.RETRY_CODES == [408, 409, 429]
    assert client.INGRESS_ERROR_CODES == [502, 503, 504]
