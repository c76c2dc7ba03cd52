"""The rehearsal server in calm weather, spoken to by fal's own SDK and by bare HTTP."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import fal_client
import httpx
import pytest
from fal_client.client import SyncRequestHandle

from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather, changed
from tests.functional.rehearsal_client import REFERENCE, Fal, png, shots

O3 = "fal-ai/kling-video/o3/pro"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path_factory.mktemp("calm"), weather=Weather(run_s=0.01)) as server:
        yield server


@pytest.fixture
def fal(server: RehearsalServer) -> Iterator[Fal]:
    server.set(Weather(run_s=0.01))
    with Fal(server) as fal:
        yield fal


def test_the_sdk_takes_a_job_from_receipt_to_video(fal: Fal) -> None:
    with httpx.Client(headers={"Authorization": "Key k"}) as client:
        receipt = fal.submit(REFERENCE, shots(3, 4)).json()
        handle = SyncRequestHandle(
            receipt["request_id"], receipt["response_url"], receipt["status_url"], receipt["cancel_url"], client
        )
        answer = handle.get(interval=0.01)
        assert isinstance(handle.status(with_logs=True), fal_client.Completed)
    assert answer["video"]["content_type"] == "video/mp4"
    film = fal.plain.get(answer["video"]["url"])
    assert len(film.content) == answer["video"]["file_size"]
    with av.open(io.BytesIO(film.content)) as container:
        assert container.streams.video[0].frames == 7 * 24
    job = fal.job(receipt["request_id"])
    assert (job.outcome, job.delivered, job.reply_lost, job.billed_usd) == ("ok", True, False, "0.784")
    assert job.sent_at <= str(job.started_at) <= str(job.ended_at)


def test_two_jobs_of_one_shape_have_different_bytes(fal: Fal) -> None:
    films = {fal.plain.get(fal.run(REFERENCE, shots(3, 4))["video"]["url"]).content for _ in range(2)}
    assert len(films) == 2


# fal-client 1.0.3 never closes the client that it makes for each upload
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_sdk_uploads_in_its_three_ways(fal: Fal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fal_client.client.REST_URL", fal.url)  # it has no other way to be pointed elsewhere
    monkeypatch.setattr("fal_client.client.CDN_URL", fal.url)
    monkeypatch.setattr("fal_client.client.MULTIPART_THRESHOLD", 2000)
    monkeypatch.setattr("fal_client.client.MULTIPART_CHUNK_SIZE", 900)
    client = fal_client.SyncClient(key="k")
    for size, repository in ((500, "fal_v3"), (500, "fal"), (5000, "fal_v3")):
        content = bytes(range(250)) * (size // 250)
        url = client.upload(content, "image/png", "../a b.png", repository=repository)  # type: ignore[arg-type]
        assert fal.plain.get(url).content == content
        assert fal.plain.get(url).headers["content-type"] == "image/png"
    client._client.close()
    del client
    gc.collect()


def test_status_is_202_until_it_is_completed(fal: Fal) -> None:
    fal.server.set(Weather(queue_s=0.05, run_s=0.05))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    seen = []
    for status in fal.statuses(receipt):
        word = status.json()["status"]
        assert status.status_code == (200 if word == "COMPLETED" else 202)
        if word != "COMPLETED":
            early = fal.get(receipt["response_url"])
            assert (early.status_code, early.json()) == (400, {"detail": "Request is still in progress"}) or (
                early.status_code == 200  # it completed between the two questions
            )
        seen.append(word)
    assert sorted(set(seen)) == ["COMPLETED", "IN_PROGRESS", "IN_QUEUE"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Key wrong"}, {"Authorization": "Bearer k"}])
def test_no_key_and_a_wrong_key_are_401(fal: Fal, headers: dict[str, str]) -> None:
    before = len(fal.server.books().jobs)
    for method, path in (("POST", f"/{O3}/text-to-video"), ("GET", "/v1/models/requests/by-endpoint")):
        refused = httpx.request(method, fal.url + path, headers=headers, json={} if method == "POST" else None)
        assert (refused.status_code, refused.json()) == (401, {"detail": "invalid key credentials"})
    assert len(fal.server.books().jobs) == before


def test_unknown_jobs_are_404(fal: Fal) -> None:
    for method, path in (("GET", "/status"), ("GET", ""), ("PUT", "/cancel")):
        answer = fal.request(method, f"{fal.url}/fal-ai/kling-video/requests/nobody{path}")
        assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})


def test_an_app_root_is_accepted_and_completes_with_a_404(fal: Fal) -> None:
    receipt = fal.submit("fal-ai/kling-video", {"prompt": "a"}).json()
    last = fal.wait(receipt)
    assert last["status"] == "COMPLETED"
    assert fal.get(receipt["response_url"]).status_code == 404
    assert fal.job(receipt["request_id"]).billed_usd == "0"
    assert fal.submit("fal-ai/nobody/x", {"prompt": "a"}).status_code == 404


def test_a_post_to_a_result_url_is_another_job(fal: Fal) -> None:
    receipt = fal.submit(REFERENCE, shots(3)).json()
    second = httpx.post(receipt["response_url"], json={}, headers={"Authorization": "Key k"}).json()
    assert second["request_id"] != receipt["request_id"]


BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("reference-to-video", {}, "root", "value_error"),
    ("reference-to-video", {"prompt": "a", **shots(3)}, "root", "value_error"),
    ("reference-to-video", {"input": {"prompt": "a"}}, "root", "value_error"),
    ("text-to-video", {"prompt": "a", "duration": 5}, "duration", "literal_error"),
    ("text-to-video", {"prompt": "a", "duration": "16"}, "duration", "literal_error"),
    ("text-to-video", {"prompt": "a", "aspect_ratio": "4:3"}, "aspect_ratio", "literal_error"),
    ("text-to-video", {"prompt": "a", "generate_audio": "yes"}, "generate_audio", "bool_type"),
    ("text-to-video", {"prompt": "a" * 2501}, "prompt", "string_too_long"),
    ("reference-to-video", shots(1, 1, 1, 1, 1, 1, 1), "multi_prompt", "sequence_too_long"),
    ("reference-to-video", {**shots(8, 8), "duration": "15"}, "multi_prompt", "value_error"),
    ("reference-to-video", {**shots(3, 4), "duration": "5"}, "duration", "value_error"),
    ("reference-to-video", {"multi_prompt": [{"prompt": "a", "duration": 3}]}, "multi_prompt", "literal_error"),
    (
        "reference-to-video",
        {"multi_prompt": [{"duration": "3"}], "duration": "3"},
        "multi_prompt",
        "value_error.missing",
    ),
    ("image-to-video", {"prompt": "a", "start_image_url": "U"}, "image_url", "value_error.missing"),
    ("image-to-video", {"prompt": "a", "image_url": "http://127.0.0.1/x.png"}, "image_url", "file_download_error"),
    ("reference-to-video", {"prompt": "a", "end_image_url": "U"}, "end_image_url", "value_error"),
    ("reference-to-video", {"prompt": "a", "elements": [{}] * 5}, "elements", "sequence_too_long"),
    ("reference-to-video", {"prompt": "a", "elements": "dana"}, "elements", "list_type"),
    ("reference-to-video", {"prompt": "a", "image_urls": ["U"] * 8}, "image_urls", "sequence_too_long"),
    ("reference-to-video", {"prompt": "a", "elements": [{"frontal_image_url": "U"}]}, "elements", "sequence_too_short"),
    (
        "reference-to-video",
        {"prompt": "a", "elements": [{"frontal_image_url": "U", "reference_image_urls": ["U"] * 4}]},
        "elements",
        "sequence_too_long",
    ),
]


@pytest.mark.parametrize(("kind", "body", "where", "why"), BAD)
def test_bad_input_completes_as_a_422(fal: Fal, kind: str, body: dict[str, Any], where: str, why: str) -> None:
    picture = fal.upload(png())
    receipt = fal.submit(f"{O3}/{kind}", _with(body, picture)).json()
    assert fal.wait(receipt)["error_type"] == why
    result = fal.get(receipt["response_url"])
    assert result.status_code == 422
    first = result.json()["detail"][0]
    assert (first["loc"][:2], first["type"]) == (["body", where], why)
    assert fal.job(receipt["request_id"]).outcome == "refused"
    assert fal.job(receipt["request_id"]).billed_usd == "0"


def _with(value: Any, picture: str) -> Any:
    """The same body, with U replaced by a picture's URL."""
    if isinstance(value, dict):
        return {key: _with(item, picture) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, picture) for item in value]
    return picture if value == "U" else value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png((299, 600)), "image_too_small"),
        (png((800, 301)), "value_error"),
        (png((640, 360), "WEBP"), "unsupported_image_format"),
        (b"<html>", "image_load_error"),
    ],
)
def test_unfit_pictures_are_refused(fal: Fal, content: bytes, why: str) -> None:
    receipt = fal.submit(REFERENCE, {**shots(3), "start_image_url": fal.upload(content)}).json()
    assert fal.wait(receipt)["error_type"] == why


def test_unknown_fields_are_ignored_as_pydantic_does(fal: Fal) -> None:
    """O3's reference-to-video knows no image_url: the job is made and billed, without a start frame."""
    receipt = fal.submit(REFERENCE, {**shots(3), "image_url": "http://127.0.0.1/never-uploaded.png"}).json()
    assert "error" not in fal.wait(receipt)


def test_the_film_has_the_start_frames_shape_and_sound_where_asked(fal: Fal) -> None:
    body = {**shots(3), "start_image_url": fal.upload(png((360, 640))), "generate_audio": True}
    film = fal.plain.get(fal.run(REFERENCE, body)["video"]["url"]).content
    with av.open(io.BytesIO(film)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height) == (72, 128)
        assert len(container.streams.audio) == 1


def test_downloads_need_no_key_and_know_ranges(fal: Fal) -> None:
    url = fal.run(REFERENCE, shots(3))["video"]["url"]
    whole = fal.plain.get(url)
    assert whole.headers["content-length"] == str(len(whole.content))
    rest = fal.plain.get(url, headers={"Range": "bytes=100-"})
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert rest.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    assert fal.plain.get(url, headers={"Range": "bytes=5-9"}).content == whole.content[5:10]
    assert fal.plain.get(url, headers={"Range": "bytes=-4"}).content == whole.content[-4:]
    assert fal.plain.get(url, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert fal.plain.head(url).headers["content-length"] == str(len(whole.content))


def test_a_file_is_delivered_only_when_its_end_was_fetched(fal: Fal) -> None:
    answer = fal.run(REFERENCE, shots(3))["video"]
    job = fal.server.books().jobs[-1]
    fal.plain.get(answer["url"], headers={"Range": "bytes=0-99"})
    assert not fal.job(job.request_id).delivered
    fal.plain.get(answer["url"], headers={"Range": "bytes=100-"})
    assert fal.job(job.request_id).delivered


def test_the_books_say_which_requests_carried_a_key(fal: Fal) -> None:
    before = len(fal.server.books().requests)
    url = fal.run(REFERENCE, shots(3))["video"]["url"]
    fal.plain.get(url, headers={"X": "1"})
    fal.plain.get(url + "?key=k")
    requests = fal.server.books().requests[before:]
    assert [(seen.carried_key, seen.key_in_url) for seen in requests[-2:]] == [(False, False), (True, True)]
    assert requests[0].carried_key
    assert requests[0].host == fal.url.removeprefix("http://")


def test_no_key_stands_in_any_file(tmp_path: Path) -> None:
    with RehearsalServer(tmp_path, keys=("marked-key-123",)) as server, Fal(server, key="marked-key-123") as fal:
        url = fal.upload(png())
        fal.run(REFERENCE, {**shots(3), "start_image_url": url})
        with Fal(server, key="k") as stranger:
            assert stranger.submit(REFERENCE, shots(3)).status_code == 401
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert not any(b"marked-key-123" in path.read_bytes() for path in files)


def test_cancelling(fal: Fal) -> None:
    fal.server.set(Weather(queue_s=0.1, run_s=0.1))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    asked = fal.request("PUT", receipt["cancel_url"])
    assert (asked.status_code, asked.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert fal.wait(receipt)["error_type"] == "client_cancelled"
    assert fal.get(receipt["response_url"]).status_code == 499
    again = fal.request("PUT", receipt["cancel_url"])
    assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})
    assert fal.job(receipt["request_id"]).outcome == "cancelled"


def test_only_so_many_jobs_run_at_once(fal: Fal) -> None:
    fal.server.set(Weather(at_once=2, run_s=0.05))
    receipts = [fal.submit(REFERENCE, shots(3)).json() for _ in range(5)]
    assert receipts[-1]["queue_position"] >= 1
    most = 0
    while any(job.outcome in ("queued", "running") for job in fal.server.books().jobs):
        most = max(most, sum(job.outcome == "running" for job in fal.server.books().jobs))
    assert most == 2
    assert all(fal.wait(receipt)["status"] == "COMPLETED" for receipt in receipts)


def test_every_switch_is_explained_and_a_wrong_one_is_refused() -> None:
    words = " ".join(str(base.__doc__) for base in Weather.__mro__)
    for name in vars(CALM):
        assert f"{name}:" in words or f"{name.removesuffix('_first')}:" in words, name
    with pytest.raises(Exception, match="no switch drop_repyl"):
        changed(CALM, {"drop_repyl": 1})
    with pytest.raises(Exception, match="'often' is no value for the switch drop_reply"):
        changed(CALM, {"drop_reply": "often"})
    assert changed(CALM, {"listing_unfinished": "yes", "cancel_style": "not_found"}).listing_unfinished
