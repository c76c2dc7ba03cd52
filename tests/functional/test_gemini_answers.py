"""What Gemini answers when it makes no picture, and what becomes of the request and its money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from starsend.errors import (
    BadRequest,
    OutcomeUnknown,
    PlanError,
    ProviderError,
    RateLimited,
    Refused,
    SetupError,
    Unreachable,
    WrongKey,
)
from starsend.media.picture import inspect_picture
from starsend.providers.gemini import GeminiProvider
from starsend.providers.wire import Reply
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, changed
from tests.fakes.gemini_desk import GRID, KEY, intent_of, opened, posts, struck, workspace_at


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return workspace_at(tmp_path / "workspace")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server", weather=CALM, keys=(KEY,)) as running:
        yield running


@pytest.fixture
def gemini(workspace: Path, server: RehearsalServer) -> Iterator[GeminiProvider]:
    with opened(workspace, server.url) as provider:
        yield provider


def test_without_a_key_nothing_begins(workspace: Path, server: RehearsalServer) -> None:
    with opened(workspace, server.url, key="") as keyless, opened(workspace, server.url) as other:
        with pytest.raises(SetupError) as caught:
            keyless.check_ready()
        assert (caught.value.code, caught.value.message) == ("no-key", "Gemini needs a key, and none is set")
        assert caught.value.remedy == (
            "set GEMINI_API_KEY (or GOOGLE_API_KEY), then try again; or draw offline and free: --provider animatic"
        )
        with pytest.raises(SetupError):
            keyless.prepare(GRID)
        with pytest.raises(WrongKey) as unsent:
            keyless.send_once(intent_of(other))
        assert unsent.value.proven_not_sent
        assert keyless.probe()[0].state == "bad"
    assert server.books().requests == ()


@pytest.mark.parametrize("key", ["two-lines-of-a\nmarked-key", "a-schlüssel-marked-key", "a marked key"])
def test_a_key_that_no_header_takes_is_never_sent_and_never_shown(
    workspace: Path, server: RehearsalServer, key: str
) -> None:
    with opened(workspace, server.url, key=key) as odd, opened(workspace, server.url) as other:
        with pytest.raises(SetupError) as caught:
            odd.check_ready()
        assert caught.value.code == "wrong-key"
        with pytest.raises(WrongKey) as unsent:
            odd.send_once(intent_of(other))
        assert unsent.value.proven_not_sent
        (probe,) = odd.probe()
        assert (probe.what, probe.state) == ("gemini: the key", "bad")
        told = f"{caught.value!r} {unsent.value!r} {probe!r}"
    assert not any(part in told for part in ("marked-key", "schlüssel", "marked key"))
    assert server.books().requests == ()


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_key_is_told(workspace: Path, server: RehearsalServer, status: int) -> None:
    server.set(replace(CALM, gemini_wrong_key_status=status))
    with opened(workspace, server.url, key="wrong") as provider:
        intent = intent_of(provider)
        with pytest.raises(WrongKey, match="Gemini doesn't take the key: API key not valid") as caught:
            provider.read_reply(intent, provider.send_once(intent))
        assert "GEMINI_API_KEY" in caught.value.remedy
        assert [probe.state for probe in provider.probe()] == ["good", "bad"]
    assert server.books().jobs == ()


def test_a_clean_429_is_proven_not_accepted(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent = intent_of(gemini)
    server.set(replace(CALM, gemini_429_first=1, retry_after_s=3))
    with pytest.raises(RateLimited) as caught:
        gemini.send_once(intent)
    assert caught.value.retry_after_s == 3.0
    assert server.books().jobs == ()
    gemini.read_reply(intent, gemini.send_once(intent))
    assert len(posts(server)) == 2


@pytest.mark.parametrize("switch", ["gemini_drop_before_first", "gemini_drop_reply_first"])
def test_a_dropped_connection_leaves_the_outcome_unknown_after_one_request(
    gemini: GeminiProvider, server: RehearsalServer, switch: str
) -> None:
    intent = intent_of(gemini)
    server.set(changed(CALM, {switch: 1}))
    with pytest.raises(OutcomeUnknown):
        gemini.send_once(intent)
    assert len(posts(server)) == 1
    assert gemini.lookup(intent).listing is False
    assert gemini.lookup(intent).proven_absent is False


def test_a_redirect_is_not_followed_and_the_key_stays(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_redirect_first=1))
    assert Reply.unpack(raw).status == 307
    assert "localhost" in Reply.unpack(raw).headers["location"]
    with pytest.raises(OutcomeUnknown, match="it sent us elsewhere"):
        gemini.read_reply(intent, raw)
    assert posts(server) == [(server.url.removeprefix("http://"), True)]
    assert server.books().jobs == ()


@pytest.mark.parametrize("switch", ["gemini_5xx_first", "gemini_5xx_accepted_first", "gemini_html_first"])
def test_a_failure_of_theirs_is_kept_raw_and_leaves_the_outcome_unknown(
    gemini: GeminiProvider, server: RehearsalServer, switch: str
) -> None:
    intent, raw = struck(server, gemini, changed(CALM, {switch: 1}))
    with pytest.raises(OutcomeUnknown):
        gemini.read_reply(intent, raw)
    assert len(posts(server)) == 1


@pytest.mark.parametrize(
    ("switch", "kind", "said"),
    [
        ("gemini_block_prompt_first", Refused, "Gemini blocked the prompt (PROHIBITED_CONTENT)"),
        ("gemini_block_output_first", Refused, "(IMAGE_SAFETY: Unable to show the generated image."),
        ("gemini_text_only_first", ProviderError, "and said: I can describe the storyboard"),
    ],
)
def test_a_reply_without_a_picture_is_no_exception_of_the_sdk(
    gemini: GeminiProvider, server: RehearsalServer, switch: str, kind: type[ProviderError], said: str
) -> None:
    intent, raw = struck(server, gemini, changed(CALM, {switch: 1}))
    with pytest.raises(kind) as caught:
        gemini.read_reply(intent, raw)
    assert type(caught.value) is kind
    assert said in caught.value.message


def test_thoughts_are_not_taken_for_the_picture(
    gemini: GeminiProvider, server: RehearsalServer, tmp_path: Path
) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_thoughts_first=1))
    gemini.collect(intent, gemini.read_reply(intent, raw), raw, tmp_path / "part", lambda _: None)
    assert inspect_picture(tmp_path / "part").width_px == 2752


def test_v1_without_image_config_is_told_and_the_other_version_works(
    gemini: GeminiProvider, server: RehearsalServer, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_v1_image_config=False))
    with pytest.raises(BadRequest) as caught:
        gemini.read_reply(intent, raw)
    assert caught.value.code == "no-image-config"
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1beta")
    with opened(workspace, server.url) as newer:
        newer.read_reply(intent, newer.send_once(intent))
    assert [seen.path.split("/")[1] for seen in server.books().requests] == ["v1", "v1beta"]


def test_too_much_in_one_request_is_told(gemini: GeminiProvider, server: RehearsalServer) -> None:
    intent, raw = struck(server, gemini, replace(CALM, gemini_inline_cap_bytes=1000))
    with pytest.raises(BadRequest) as caught:
        gemini.read_reply(intent, raw)
    assert caught.value.code == "too-large"


def test_an_unknown_model_is_a_fault_of_the_plan(gemini: GeminiProvider) -> None:
    for model in ("gemini-9", "kling-o3-pro", "animatic-board"):
        with pytest.raises(PlanError):
            gemini.model("grid", model)
    with pytest.raises(PlanError, match="no videos"):
        gemini.model("video", "gemini-3-pro-image")


def test_nothing_listens(workspace: Path, server: RehearsalServer) -> None:
    with opened(workspace, server.url) as provider:
        intent = intent_of(provider)
        server.close()
        with pytest.raises(Unreachable):
            provider.send_once(intent)
        (probe,) = provider.probe()
        assert (probe.what, probe.state) == ("gemini: the address", "bad")
