"""The names of the vendors' SDKs that we lean on: what an upgrade would break silently breaks here, loudly."""

from __future__ import annotations

import inspect
from importlib.metadata import version


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
