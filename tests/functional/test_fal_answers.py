"""Answers that no rehearsal gives: a server that says, byte for byte, what a test wants, and notes what it was sent."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from starsend.errors import MediaError, OutcomeUnknown, ProviderError, SetupError
from starsend.model.slate import Slate
from starsend.model.take import JsonObject
from starsend.providers.base import Intent
from starsend.providers.download import notes_of
from starsend.providers.fal import FalProvider
from starsend.providers.surroundings import Access, Surroundings

KEY = "fal-marked-key-7f3a"
CLIP = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40
JOB = "/fal-ai/kling-video/requests/r1"
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BODY = {"_endpoint": "fal-ai/kling-video/o3/pro/text-to-video", "prompt": "A road.", "duration": "5"}
INTENT = Intent("i1", NOW, Slate("SEQ01"), 2, "video", "kling-o3-pro", BODY)


class Says:
    """One answer.

    Attributes:
        length: What Content-Length says; -1 is the truth, None leaves it out and closes the connection at the end.
    """

    def __init__(self, status: int, body: Any = b"", length: int | None = -1, **headers: str) -> None:
        self.status = status
        self.body = body if isinstance(body, bytes) else orjson.dumps(body)
        self.length = len(self.body) if length == -1 else length
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if "Content-Type" not in self.headers:
            self.headers["Content-Type"] = "video/mp4" if isinstance(body, bytes) else "application/json"


class Server(ThreadingHTTPServer):
    """Gives the answers of a path in order; the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, list[Says]] = defaultdict(list)
        self.seen: list[tuple[str, str, dict[str, str], bytes, int]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def elsewhere(self) -> str:
        return f"http://localhost:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""

    def headers_of(self, path: str) -> list[dict[str, str]]:
        return [headers for _, seen, headers, _, _ in self.seen if seen.partition("?")[0] == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.command, self.path, headers, content, self.client_address[1]))
        answers = self.server.answers[self.path.partition("?")[0]]
        says = answers.pop(0) if len(answers) > 1 else answers[0] if answers else Says(404, {"detail": "Not Found"})
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        if says.length is None:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(says.length))
            self.close_connection = says.length != len(says.body)
        self.end_headers()
        self.wfile.write(says.body)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fal(server: Server, tmp_path: Path) -> Iterator[FalProvider]:
    provider = make(server, tmp_path)
    yield provider
    provider.close()


def make(server: Server, workspace: Path, **around: Any) -> FalProvider:
    access = Access(KEY, server.url)
    return FalProvider(Surroundings(workspace, workspace / "uploads", "fast", fal=access, **around), server.url)


def receipt(server: Server) -> JsonObject:
    job = server.url + JOB
    return {"request_id": "r1", "status_url": f"{job}/status", "response_url": job, "cancel_url": f"{job}/cancel"}


def complete(server: Server, **status: Any) -> None:
    server.answers[f"{JOB}/status"] = [Says(200, {"status": "COMPLETED", "logs": None, **status})]


def no_progress(_: float) -> None:
    """Nothing is shown."""


class TestSubmit:
    def test_what_goes_over_the_wire(self, server: Server, tmp_path: Path) -> None:
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, {"request_id": "r1"})]
        fal = make(server, tmp_path, priority="low")
        first = fal.read_reply(INTENT, fal.send_once(INTENT))
        fal.send_once(INTENT)
        fal.close()
        (method, path, headers, content, port), (*_, other_port) = server.seen
        assert (method, path) == ("POST", "/fal-ai/kling-video/o3/pro/text-to-video")
        assert orjson.loads(content) == {"prompt": "A road.", "duration": "5"}
        assert headers["authorization"] == f"Key {KEY}"
        assert headers["x-fal-queue-priority"] == "low"
        assert headers["x-fal-tags"] == "starsend=i1"
        assert headers["content-type"] == "application/json"
        assert "x-fal-store-io" not in headers
        assert port != other_port  # a connection of its own each time
        assert first == {**receipt(server), "endpoint": "fal-ai/kling-video/o3/pro/text-to-video"}

    def test_urls_are_used_as_they_were_given(self, server: Server, fal: FalProvider) -> None:
        odd = {name: f"{server.url}/odd/{name}" for name in ("status_url", "response_url", "cancel_url")}
        answer = {"request_id": "r1", "gateway_request_id": "g1", **odd}
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, answer)]
        server.answers["/odd/status_url"] = [Says(200, {"status": "IN_QUEUE"})]
        got = fal.read_reply(INTENT, fal.send_once(INTENT))
        assert got == {**answer, "endpoint": BODY["_endpoint"]}
        assert fal.poll(INTENT, got).state == "queued"

    def test_an_answer_that_is_cut_is_unknown(self, server: Server, fal: FalProvider) -> None:
        server.answers["/fal-ai/kling-video/o3/pro/text-to-video"] = [Says(200, b'{"request_id": ', length=500)]
        with pytest.raises(OutcomeUnknown):
            fal.send_once(INTENT)
        assert len(server.seen) == 1


class TestForeignUrls:
    def test_a_receipt_that_points_elsewhere_is_asked_without_the_key(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(401, {"detail": "invalid key credentials"})]
        foreign = {name: url.replace(server.url, server.elsewhere) for name, url in receipt(server).items()}
        with pytest.raises(
            ProviderError, match="points to localhost, which is not fal's, so it was asked without the key"
        ):
            fal.poll(INTENT, foreign)
        assert all("authorization" not in headers for headers in server.headers_of(f"{JOB}/status"))

    def test_a_redirect_of_a_status_is_not_followed(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(302, b"", Location=f"{server.elsewhere}/trap")]
        with pytest.raises(ProviderError, match="HTTP 302 points to http://localhost"):
            fal.poll(INTENT, receipt(server))
        assert server.headers_of("/trap") == []

    @pytest.mark.parametrize("url", ["not a url", "file:///etc/passwd", "http://", "http://[::1"])
    def test_urls_that_are_none_are_weather(self, server: Server, fal: FalProvider, url: str) -> None:
        with pytest.raises(ProviderError):
            fal.poll(INTENT, {**receipt(server), "status_url": url})
        with pytest.raises(ProviderError):
            fal.cancel(INTENT, {**receipt(server), "cancel_url": url})


class TestStatus:
    @pytest.mark.parametrize(
        "body",
        [
            {"status": "FAILED"},
            {"status": None},
            {},
            [],
            None,
            "COMPLETED",
            b"<html>",
            b"",
            DEEP,
        ],
    )
    def test_what_is_no_status_is_weather(self, server: Server, fal: FalProvider, body: Any) -> None:
        server.answers[f"{JOB}/status"] = [Says(200, body)]
        with pytest.raises(ProviderError) as caught:
            fal.poll(INTENT, receipt(server))
        assert (type(caught.value), caught.value.code) == (ProviderError, "weather")
        assert "SEQ01_T002: fal doesn't say how far it is" in caught.value.message

    @pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
    def test_the_sdk_is_left_nothing_to_retry(self, server: Server, fal: FalProvider, status: int) -> None:
        server.answers[f"{JOB}/status"] = [Says(status, b"<html>nginx</html>")]
        with pytest.raises(ProviderError, match=f"HTTP {status}"):
            fal.poll(INTENT, receipt(server))
        assert len(server.seen) == 1

    def test_a_key_that_is_no_longer_taken(self, server: Server, fal: FalProvider) -> None:
        server.answers[f"{JOB}/status"] = [Says(403, {"detail": "forbidden"})]
        with pytest.raises(SetupError, match="fal doesn't take the key: forbidden"):
            fal.poll(INTENT, receipt(server))

    def test_a_result_with_a_video_counts_more_than_an_error_in_the_status(
        self, server: Server, fal: FalProvider
    ) -> None:
        complete(server, error="odd", error_type="internal_error")
        server.answers[JOB] = [Says(200, {"video": {"url": f"{server.url}/v.mp4"}})]
        assert fal.poll(INTENT, receipt(server)).state == "complete"

    def test_an_error_in_the_status_counts_where_the_result_is_weather(self, server: Server, fal: FalProvider) -> None:
        complete(server, error="it broke", error_type="internal_error")
        server.answers[JOB] = [Says(500, {"detail": "it broke"})]
        status = fal.poll(INTENT, receipt(server))
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", "job-failed")
        assert status.fault.message == "SEQ01_T002: the job failed at fal: it broke"


class TestResult:
    @pytest.mark.parametrize(
        ("says", "code"),
        [
            (Says(404, {"detail": "Path /x not found", "error_type": "not_found"}), "job-failed"),
            (Says(400, {"detail": "bad"}), "job-failed"),
            (Says(422, {"detail": [{"loc": ["body", "prompt"], "msg": "no", "type": "missing"}]}), "job-failed"),
            (Says(422, {"detail": "x"}, X_Fal_Error_Type="content_policy_violation"), "refused"),
        ],
    )
    def test_a_typed_4xx_fails_the_job(self, server: Server, fal: FalProvider, says: Says, code: str) -> None:
        complete(server)
        server.answers[JOB] = [says]
        status = fal.poll(INTENT, receipt(server))
        assert status.fault is not None
        assert (status.state, status.fault.code) == ("failed", code)
        with pytest.raises(ProviderError) as caught:
            fal.collect(INTENT, receipt(server), None, Path("never"), no_progress)
        assert caught.value.code == code

    @pytest.mark.parametrize(
        "says",
        [
            Says(400, {"detail": "Request is still in progress"}),
            Says(404, {"status": "NOT_FOUND"}),
            Says(404, b"<html>"),
            Says(422, b"<html>"),
            Says(500, {"detail": "x", "error_type": "internal_error"}),
            Says(200, b"<html>"),
            Says(200, DEEP),
            Says(422, DEEP),
            Says(200, {}),
            Says(200, {"video": None}),
            Says(200, {"video": {"url": "file:///etc/passwd"}}),
            Says(200, []),
        ],
    )
    def test_anything_else_is_weather(self, server: Server, fal: FalProvider, says: Says) -> None:
        complete(server)
        server.answers[JOB] = [says]
        with pytest.raises(ProviderError) as caught:
            fal.poll(INTENT, receipt(server))
        assert (type(caught.value), caught.value.code) == (ProviderError, "weather")

    def test_a_499_is_a_cancelled_job(self, server: Server, fal: FalProvider) -> None:
        complete(server)
        server.answers[JOB] = [Says(499, {"detail": "Client cancelled the request"})]
        assert fal.poll(INTENT, receipt(server)).state == "cancelled"


class TestDownload:
    @pytest.fixture
    def part(self, tmp_path: Path) -> Path:
        return tmp_path / "a.part"

    def offer(self, server: Server, *says: Says, **video: Any) -> None:
        complete(server)
        server.answers[JOB] = [Says(200, {"video": {"url": f"{server.url}/v.mp4", **video}})]
        server.answers["/v.mp4"] = list(says)

    def fetch(self, server: Server, fal: FalProvider, part: Path) -> None:
        fal.collect(INTENT, receipt(server), None, part, no_progress)

    def cut(self, server: Server, fal: FalProvider, part: Path, *then: Says, **headers: str) -> None:
        self.offer(server, Says(200, CLIP[:5000], length=len(CLIP), **headers), *then)
        with pytest.raises(MediaError, match=f"the download was cut after 5000 of {len(CLIP)} bytes"):
            self.fetch(server, fal, part)

    def test_it_goes_on_by_range_and_only_if_it_is_the_same(self, server: Server, fal: FalProvider, part: Path) -> None:
        rest = Says(206, CLIP[5000:], Content_Range=f"bytes 5000-{len(CLIP) - 1}/{len(CLIP)}", ETag='"a"')
        self.cut(server, fal, part, rest, ETag='"a"')
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP
        first, second = server.headers_of("/v.mp4")
        assert "range" not in first
        assert (second["range"], second["if-range"]) == ("bytes=5000-", '"a"')
        assert "authorization" not in second
        assert not notes_of(part).exists()

    def test_a_server_that_ignores_ranges_begins_anew(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.cut(server, fal, part, Says(200, CLIP), ETag='"a"')
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    @pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"a"'}])
    def test_without_a_name_of_the_content_it_begins_anew(
        self, server: Server, fal: FalProvider, part: Path, headers: dict[str, str]
    ) -> None:
        self.cut(server, fal, part, Says(200, CLIP), **headers)
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP
        assert "range" not in server.headers_of("/v.mp4")[1]

    @pytest.mark.parametrize(
        "wrong",
        [
            Says(206, CLIP[:10], Content_Range=f"bytes 0-9/{len(CLIP)}"),
            Says(206, CLIP[5000:], Content_Range=f"bytes 5000-{len(CLIP) - 1}/999999"),
            Says(206, CLIP[5000:]),
            Says(416, b"", Content_Range=f"bytes */{len(CLIP)}"),
        ],
    )
    def test_another_piece_is_not_joined(self, server: Server, fal: FalProvider, part: Path, wrong: Says) -> None:
        self.cut(server, fal, part, wrong, Says(200, CLIP), Last_Modified="Sun, 22 Nov 2026 10:00:00 GMT")
        with pytest.raises(MediaError):
            self.fetch(server, fal, part)
        assert not part.exists()
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    def test_what_is_shorter_than_the_result_says_is_short(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(200, CLIP), file_size=len(CLIP) + 1)
        with pytest.raises(MediaError, match="the download was cut after"):
            self.fetch(server, fal, part)

    def test_an_endless_body_is_stopped(self, server: Server, tmp_path: Path, part: Path) -> None:
        self.offer(server, Says(200, CLIP * 200, length=None))
        fal = make(server, tmp_path, largest_bytes=100_000)
        with pytest.raises(MediaError) as caught:
            self.fetch(server, fal, part)
        fal.close()
        assert caught.value.code == "too-large"
        assert not part.exists()
        assert not notes_of(part).exists()

    def test_a_result_that_is_too_large_is_not_asked_for(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(200, CLIP), file_size=3_000_000_000)
        with pytest.raises(MediaError) as caught:
            self.fetch(server, fal, part)
        assert caught.value.message == "the video is too large: 3000 MB, and [download] largest_mb is 2000"
        assert caught.value.remedy == "if it is meant to be so large: starsend.toml, [download] largest_mb = 3001"
        assert server.headers_of("/v.mp4") == []

    @pytest.mark.parametrize("body", [b"<!doctype html><p>no", b'{"detail": "no"}', b"x", b""])
    def test_bytes_that_are_no_video_are_not_kept(
        self, server: Server, fal: FalProvider, part: Path, body: bytes
    ) -> None:
        self.offer(server, Says(200, body, Content_Type="application/octet-stream"))
        with pytest.raises(MediaError, match="what came is no MP4") as caught:
            self.fetch(server, fal, part)
        assert caught.value.code == "wrong-type"
        assert not part.exists()

    def test_a_body_that_was_packed_all_the_same_is_unpacked(
        self, server: Server, fal: FalProvider, part: Path
    ) -> None:
        import gzip

        self.offer(server, Says(200, gzip.compress(CLIP), Content_Encoding="gzip", ETag='"a"'))
        self.fetch(server, fal, part)
        assert part.read_bytes() == CLIP

    def test_redirects_end(self, server: Server, fal: FalProvider, part: Path) -> None:
        self.offer(server, Says(302, b"", Location="/v.mp4"))
        with pytest.raises(ProviderError, match="more than 5 redirects"):
            self.fetch(server, fal, part)
        assert len(server.headers_of("/v.mp4")) == 6

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://localhost/x"])
    def test_a_redirect_out_of_the_web_is_not_followed(
        self, server: Server, fal: FalProvider, part: Path, to: str
    ) -> None:
        self.offer(server, Says(302, b"", Location=to))
        with pytest.raises(ProviderError, match="is not followed"):
            self.fetch(server, fal, part)


class TestListing:
    LIST = "/v1/models/requests/by-endpoint"

    def item(self, number: int, **changes: Any) -> JsonObject:
        sent = {name: value for name, value in BODY.items() if name != "_endpoint"}
        item = {"request_id": f"r{number}", "endpoint_id": BODY["_endpoint"], "sent_at": NOW.isoformat()}
        return {**item, "json_input": {**sent, "generate_audio": False}, **changes}

    def test_all_pages_are_read(self, server: Server, fal: FalProvider) -> None:
        other = [self.item(n, json_input={"prompt": "x"}) for n in range(100)]
        server.answers[self.LIST] = [
            Says(200, {"items": other, "next_cursor": "two", "has_more": True}),
            Says(200, {"items": [self.item(7)], "next_cursor": None, "has_more": False}),
        ]
        (match,) = fal.lookup(INTENT).matches
        assert fal.receipt_id(match) == "r7"
        query = server.seen[0][1].partition("?")[2]
        assert "start=2026-11-22T09%3A50%3A00Z" in query
        assert "expand=payloads" in query
        assert "limit=100" in query
        assert "cursor=two" in server.seen[1][1]

    def test_a_listing_that_never_ends_is_weather(self, server: Server, tmp_path: Path) -> None:
        server.answers[self.LIST] = [Says(200, {"items": [], "next_cursor": str(n)}) for n in range(50)]
        ticks = iter(range(0, 1000, 3))
        fal = make(server, tmp_path, monotonic=lambda: float(next(ticks)))
        with pytest.raises(ProviderError, match="takes too long"):
            fal.lookup(INTENT)
        fal.close()
        assert len(server.seen) <= 4

    @pytest.mark.parametrize(
        "changes",
        [
            {"sent_at": (NOW - timedelta(minutes=11)).isoformat()},
            {"sent_at": None},
            {"endpoint_id": "fal-ai/other/x"},
            {"request_id": "../../evil"},
            {"request_id": None},
            {"json_input": {"prompt": "A road.", "duration": 5}},
        ],
    )
    def test_what_is_not_ours_is_left(self, server: Server, fal: FalProvider, changes: dict[str, Any]) -> None:
        server.answers[self.LIST] = [Says(200, {"items": [self.item(1, **changes), "odd", None]})]
        assert fal.lookup(INTENT).matches == ()

    def test_a_listed_job_that_names_no_input_hides_no_match(self, server: Server, fal: FalProvider) -> None:
        hidden = self.item(1, json_input=None)
        server.answers[self.LIST] = [Says(200, {"items": [hidden, self.item(2)]}), Says(200, {"items": [hidden]})]
        assert [fal.receipt_id(match) for match in fal.lookup(INTENT).matches] == ["r2"]
        with pytest.raises(ProviderError, match="fal lists 1 jobs of that time without their inputs"):
            fal.lookup(INTENT)

    @pytest.mark.parametrize("body", [b"<html>", DEEP, {}, {"items": None}, []])
    def test_a_page_that_is_none_is_weather(self, server: Server, fal: FalProvider, body: Any) -> None:
        server.answers[self.LIST] = [Says(200, body)]
        with pytest.raises(ProviderError) as caught:
            fal.lookup(INTENT)
        assert caught.value.code == "weather"

    def test_bills_are_summed_exactly(self, server: Server, fal: FalProvider) -> None:
        raw = b'{"billing_events": [{"request_id": "r1", "cost_total": 0.1}, {"request_id": "r1", "cost_total": "0.20"}'
        raw += b', {"request_id": "r2", "cost_total": NaN}, {"request_id": "r3", "cost_total": -1}, {"cost_total": 5}]}'
        server.answers["/v1/models/billing-events"] = [Says(200, raw, Content_Type="application/json")]
        bills = fal.billed([{"request_id": f"r{n}"} for n in range(1, 4)])
        assert {name: str(cost) for name, cost in bills.items()} == {"r1": "0.30"}
