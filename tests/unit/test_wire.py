"""The wire: replies kept whole, keys on their own origin, foreign errors mapped once."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import httpx
import pytest

from starsend.errors import OutcomeUnknown, ProviderError, Unreachable
from starsend.providers.wire import Exchange, KeyOnOrigin, Reply, TappedTransport, mapped, origin_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_a_reply_is_kept_byte_for_byte_with_its_status() -> None:
    response = httpx.Response(
        422, headers={"X-Fal-Error-Type": "x", "Set-Cookie": "secret", "Retry-After": "3"}, content=b"\x00\n\xff{}\n"
    )
    kept = Reply.unpack(Reply.of(response).pack())
    assert (kept.status, kept.body) == (422, b"\x00\n\xff{}\n")
    assert kept.headers["x-fal-error-type"] == "x"
    assert "set-cookie" not in kept.headers


@pytest.mark.parametrize("raw", [b"", b"{}", b"<html>\n", b'{"status": "x", "headers": {}}\nbody'])
def test_what_was_never_packed_is_not_read(raw: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        Reply.unpack(raw)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0), ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(said: str, seconds: float | None) -> None:
    assert Reply(429, {"retry-after": said}).retry_after_s(NOW) == seconds


@pytest.mark.parametrize("paid", [False, True])
def test_what_the_library_says_of_a_header_is_not_repeated(paid: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, httpx.Client(trust_env=False) as client:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        auth = KeyOnOrigin("Authorization", "Key marked\nsecret", frozenset({origin_of(url)}))
        with pytest.raises(ProviderError) as caught, mapped("fal", "asking", paid=paid):
            client.get(url, auth=auth)
    assert "LocalProtocolError" in caught.value.message
    assert "marked" not in caught.value.message
    assert "secret" not in caught.value.message


def test_no_retry_after_is_none() -> None:
    assert Reply(429).retry_after_s(NOW) is None


@pytest.mark.parametrize(
    ("url", "keyed"),
    [
        ("https://queue.fal.run/a", True),
        ("https://queue.fal.run:443/a", True),
        ("https://queue.fal.run:8443/a", False),
        ("http://queue.fal.run/a", False),
        ("https://queue.fal.run.evil.test/a", False),
        ("https://user@evil.test/queue.fal.run", False),
    ],
)
def test_the_key_goes_to_its_origin_alone(url: str, keyed: bool) -> None:
    auth = KeyOnOrigin("Authorization", "Key marked", frozenset({origin_of("https://queue.fal.run")}))
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(answer), auth=auth) as client:
        client.get(url)
    assert (seen[0].headers.get("Authorization") == "Key marked") == keyed
    assert "marked" not in str(seen[0].url)


def failing(error: Exception, *, paid: bool) -> ProviderError:
    with pytest.raises(ProviderError) as raised, mapped("fal", "sending SEQ01_T001", paid=paid):
        raise error
    return raised.value


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")])
@pytest.mark.parametrize("paid", [True, False])
def test_what_never_connected_is_proven_unsent(error: Exception, paid: bool) -> None:
    mapped_to = failing(error, paid=paid)
    assert type(mapped_to) is Unreachable
    assert mapped_to.proven_not_sent


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("slow"),
        httpx.WriteError("cut"),
        httpx.RemoteProtocolError("Server disconnected without sending a response."),
        httpx.ReadError("reset"),
        httpx.ProxyError("403"),
        httpx.DecodingError("bad gzip"),
    ],
)
def test_what_may_have_arrived_is_unknown_if_paid_and_weather_if_not(error: Exception) -> None:
    assert type(failing(error, paid=True)) is OutcomeUnknown
    assert not failing(error, paid=True).proven_not_sent
    weather = failing(error, paid=False)
    assert (type(weather), weather.code) == (ProviderError, "weather")


def test_a_tap_hears_all_but_the_keys() -> None:
    heard: list[Exchange] = []
    ticks = iter(range(100))

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["x-goog-api-key"] == "marked"
        return httpx.Response(200, headers={"Set-Cookie": "marked", "x-fal-request-id": "r"}, content=b"{}")

    transport = TappedTransport(httpx.MockTransport(answer), heard.append, lambda: float(next(ticks)))
    with httpx.Client(transport=transport) as client:
        reply = client.post("https://a.test/b", headers={"X-Goog-Api-Key": "marked"}, content=b"body")
    assert reply.content == b"{}"
    (one,) = heard
    assert (one.method, one.url, one.request_body, one.status, one.body, one.elapsed_s) == (
        *("POST", "https://a.test/b", b"body", 200),
        *(b"{}", 1.0),
    )
    assert "marked" not in repr(one)
    assert one.headers["x-fal-request-id"] == "r"


def test_a_tap_hears_of_dropped_connections_too() -> None:
    heard: list[Exchange] = []

    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut", request=request)

    transport = TappedTransport(httpx.MockTransport(drop), heard.append, lambda: 0.0)
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ReadError):
        client.get("https://a.test/b")
    assert heard[0].status == 0
    assert "ReadError" in heard[0].error
