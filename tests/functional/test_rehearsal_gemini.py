"""The rehearsal of Gemini, spoken to by Google's own SDK and by bare HTTP."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from starsend.media.grid import find_grid
from starsend.media.picture import load_rgb
from starsend.rehearsal.books import Job
from starsend.rehearsal.gemini_requests import MODELS, read_request
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather
from tests.functional.rehearsal_client import png

PRO = "gemini-3-pro-image"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path_factory.mktemp("gemini")) as server:
        yield server


@pytest.fixture
def client(server: RehearsalServer) -> Iterator[genai.Client]:
    server.set(CALM)
    with _client(server) as client:
        yield client


@pytest.fixture
def bare() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"x-goog-api-key": "k"}, timeout=20, verify=False) as client:
        yield client


def _client(server: RehearsalServer, key: str = "k", version: str = "v1") -> genai.Client:
    retry = types.HttpRetryOptions(attempts=1)
    options = types.HttpOptions(base_url=server.url, api_version=version, retry_options=retry, timeout=20_000)
    return genai.Client(api_key=key, http_options=options)


def asked(
    client: genai.Client, ratio: str = "16:9", size: str | None = "1K", words: str = "A 2x2 grid of a truck."
) -> Any:
    """The SDK's answer to one prompt with one picture."""
    config = types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"], image_config=types.ImageConfig(aspect_ratio=ratio, image_size=size)
    )
    contents: Any = [words, types.Part.from_bytes(data=png(), mime_type="image/png")]
    return client.models.generate_content(model=PRO, contents=contents, config=config)


def last(server: RehearsalServer) -> Job:
    return server.books().jobs[-1]


def test_the_sdk_gets_a_sheet_of_the_asked_size(
    server: RehearsalServer, client: genai.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    answer = asked(client, size="2K")
    picture = next(part.inline_data.data for part in answer.parts if part.inline_data)
    sheet = tmp_path_factory.mktemp("sheet") / "sheet.png"
    sheet.write_bytes(picture)
    pixels = load_rgb(sheet)
    assert pixels.shape == (1536, 2752, 3)
    found = find_grid(pixels, 2, 2, (16, 9))
    assert found.found
    assert all(abs((x1 - x0) / (y1 - y0) - 16 / 9) < 0.03 for x0, y0, x1, y1 in found.cells)
    assert answer.usage_metadata.candidates_tokens_details[0].modality == "IMAGE"
    job = last(server)
    assert (job.outcome, job.delivered, job.reply_lost, job.request_id) == ("ok", True, False, answer.response_id)
    billed = (Decimal(2) * answer.usage_metadata.prompt_token_count + 120 * 1120) / 1_000_000
    assert Decimal(job.billed_usd) == billed


def test_the_books_keep_a_hash_instead_of_a_picture(server: RehearsalServer, client: genai.Client) -> None:
    asked(client)
    parts = last(server).input["contents"][0]["parts"]
    assert parts[0] == {"text": "A 2x2 grid of a truck."}
    assert parts[1]["inlineData"]["bytes"] == len(png())
    assert set(parts[1]["inlineData"]) == {"sha256", "bytes", "mime_type"}


@pytest.mark.parametrize(("ratio", "size", "wanted"), [("9:16", "1K", (768, 1376)), ("1:1", None, (1024, 1024))])
def test_ratio_and_size_are_honoured(
    client: genai.Client, ratio: str, size: str | None, wanted: tuple[int, int]
) -> None:
    answer = asked(client, ratio, size)
    data = next(part.inline_data.data for part in answer.parts if part.inline_data)
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == wanted


@pytest.mark.parametrize(
    ("words", "grid"),
    [
        ("A contact sheet of 3 columns and 1 row, 3 cells", (3, 1)),
        ("Draw a 3x2 grid of variants", (3, 2)),
        ("A storyboard, 2×2, of a night road", (2, 2)),
        ("One frame. A 4x4 truck on a wet road.", (1, 1)),
    ],
)
def test_the_grid_is_read_from_the_words(words: str, grid: tuple[int, int]) -> None:
    body = {"contents": [{"parts": [{"text": words}]}]}
    assert read_request(body, MODELS[PRO]).grid == grid


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize(("field", "mime"), [("inlineData", "mimeType"), ("inline_data", "mime_type")])
@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_both_spellings_both_alphabets_both_versions(
    server: RehearsalServer, bare: httpx.Client, alphabet: Any, field: str, mime: str, version: str
) -> None:
    server.set(CALM)
    data = b"\xfb\xff\xfe" * 5
    body = {"contents": [{"parts": [{"text": "one"}, {field: {"data": alphabet(data).decode(), mime: "image/png"}}]}]}
    answer = bare.post(f"{server.url}/{version}/models/gemini-nano-banana-2.1:generateContent", json=body)
    assert answer.status_code == 200
    assert last(server).input["contents"][0]["parts"][1]["inlineData"]["bytes"] == 15


def test_pictures_of_thinking_come_before_the_one_that_counts(server: RehearsalServer, client: genai.Client) -> None:
    server.set(Weather(gemini_thoughts=1))
    parts = [part for part in asked(client).parts if part.inline_data]
    assert [bool(part.thought) for part in parts] == [True, True, False]


def test_what_is_no_picture_is_no_error_either(server: RehearsalServer, client: genai.Client) -> None:
    server.set(Weather(gemini_block_prompt_first=1))
    blocked = asked(client)
    assert (blocked.candidates, blocked.prompt_feedback.block_reason) == (None, "PROHIBITED_CONTENT")
    assert (last(server).outcome, last(server).billed_usd, last(server).delivered) == ("refused", "0", False)
    server.set(Weather(gemini_block_output_first=1, bill_refused=True))
    filtered = asked(client)
    assert filtered.candidates[0].finish_reason == "IMAGE_SAFETY"
    assert (last(server).outcome, Decimal(last(server).billed_usd) > 0) == ("refused", True)
    server.set(Weather(gemini_text_only_first=1))
    talked = asked(client)
    assert talked.text.startswith("I can describe")
    assert last(server).outcome == "failed"


@pytest.mark.parametrize(("switch", "code"), [("gemini_429", 429), ("gemini_5xx", 503), ("gemini_5xx_accepted", 500)])
def test_errors_are_googles(server: RehearsalServer, client: genai.Client, switch: str, code: int) -> None:
    before = len(server.books().jobs)
    server.set(replace(CALM, retry_after_s=9, **{f"{switch}_first": 1}))  # type: ignore[arg-type]
    with pytest.raises(errors.APIError) as caught:
        asked(client)
    assert caught.value.code == code
    if code == 429:
        assert caught.value.details["error"]["details"][0]["retryDelay"] == "9s"
    jobs = server.books().jobs[before:]
    assert [(job.outcome, job.reply_lost) for job in jobs] == [("ok", True)] * (switch == "gemini_5xx_accepted")


@pytest.mark.parametrize(("switch", "accepted"), [("gemini_drop_before", False), ("gemini_drop_reply", True)])
def test_dropped_calls(server: RehearsalServer, client: genai.Client, switch: str, accepted: bool) -> None:
    before = len(server.books().jobs)
    server.set(replace(CALM, **{f"{switch}_first": 1}))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"disconnected|reset"):
        asked(client)
    jobs = server.books().jobs[before:]
    assert [(job.reply_lost, job.delivered, job.billed_usd > "0") for job in jobs] == [(True, False, True)] * accepted


def test_a_page_and_a_redirect(server: RehearsalServer, bare: httpx.Client) -> None:
    url, body = f"{server.url}/v1/models/{PRO}:generateContent", {"contents": [{"parts": [{"text": "a"}]}]}
    before = len(server.books().jobs)
    server.set(Weather(gemini_html_first=1, gemini_redirect_first=1))
    assert bare.post(url, json=body).headers["content-type"].startswith("text/html")
    moved = bare.post(url, json=body)
    assert (moved.status_code, moved.headers["location"]) == (307, url.replace("127.0.0.1", "localhost"))
    assert len(server.books().jobs) == before


def test_keys(server: RehearsalServer, bare: httpx.Client) -> None:
    server.set(CALM)
    with httpx.Client(verify=False) as stranger:
        assert stranger.get(f"{server.url}/v1beta/models").json()["error"]["status"] == "PERMISSION_DENIED"
    with _client(server, "wrong") as wrong, pytest.raises(errors.ClientError) as caught:
        asked(wrong)
    assert (caught.value.code, "API_KEY_INVALID" in str(caught.value)) == (400, True)
    server.set(Weather(gemini_wrong_key_status=401))
    assert bare.get(f"{server.url}/v1/models", headers={"x-goog-api-key": "wrong"}).status_code == 401


def test_models_are_known_or_404(server: RehearsalServer, client: genai.Client) -> None:
    assert {model.name for model in client.models.list()} == {f"models/{name}" for name in MODELS}
    assert client.models.get(model=PRO).name == f"models/{PRO}"
    with pytest.raises(errors.ClientError, match="404"):
        client.models.generate_content(model="gemini-3-pro-image-preview", contents="a")


BAD: list[tuple[str, dict[str, Any]]] = [
    (PRO, {}),
    (PRO, {"contents": [{"parts": [{"inlineData": {"data": "!", "mimeType": "image/png"}}]}]}),
    (PRO, {"contents": [{"parts": [{"inlineData": {"data": "AAAA", "mimeType": "image/gif"}}]}]}),
    (PRO, {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"imageConfig": {"aspectRatio": "7:3"}}}),
    (PRO, {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"imageConfig": {"imageSize": "8K"}}}),
    (PRO, {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"responseModalities": ["TEXT"]}}),
    (PRO, {"contents": [{"parts": [{"inlineData": {"data": "AAAA", "mimeType": "image/png"}}] * 15}]}),
    (
        "gemini-3.1-flash-lite-image",
        {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"imageConfig": {"imageSize": "1K"}}},
    ),
]


@pytest.mark.parametrize(("model", "body"), BAD)
def test_bad_bodies_are_invalid_arguments(
    server: RehearsalServer, bare: httpx.Client, model: str, body: dict[str, Any]
) -> None:
    server.set(CALM)
    before = len(server.books().jobs)
    answer = bare.post(f"{server.url}/v1/models/{model}:generateContent", json=body)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert len(server.books().jobs) == before


def test_what_is_unconfirmed_goes_both_ways(server: RehearsalServer, client: genai.Client, bare: httpx.Client) -> None:
    server.set(Weather(gemini_v1_image_config=False))
    with pytest.raises(errors.ClientError, match="imageConfig"):
        asked(client)
    with _client(server, version="v1beta") as beta:
        assert asked(beta).candidates
    server.set(Weather(gemini_inline_cap_bytes=1000))
    with pytest.raises(errors.ClientError, match="exceeds the limit"):
        asked(client)
    server.set(Weather(gemini_single_size_ok=True))
    model, body = BAD[-1]
    assert bare.post(f"{server.url}/v1/models/{model}:generateContent", json=body).status_code == 200
