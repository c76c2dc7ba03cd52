"""Each fault of the rehearsal server: what the client sees, and that the books are right after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal

import httpx
import pytest

from starsend.rehearsal.books import Job
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import WEATHERS, Weather
from tests.functional.rehearsal_client import REFERENCE, Fal, shots

FAST = Weather(run_s=0.01)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path_factory.mktemp("weather"), weather=FAST) as server:
        yield server


@pytest.fixture
def fal(server: RehearsalServer) -> Iterator[Fal]:
    with Fal(server) as fal:
        yield fal
    server.set(FAST)


def submitted(fal: Fal, weather: Weather) -> tuple[httpx.Response | httpx.TransportError, list[Job]]:
    """One submit in this weather: what came back, and the jobs that the server accepted."""
    before = len(fal.server.books().jobs)
    fal.server.set(weather)
    answer: httpx.Response | httpx.TransportError
    try:
        answer = fal.submit(REFERENCE, shots(3))
    except httpx.TransportError as error:
        answer = error
    return answer, list(fal.server.books().jobs[before:])


def finished(fal: Fal, job: Job) -> Job:
    """The job at its end."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (now := fal.job(job.request_id)).outcome not in ("queued", "running"):
            return now
        time.sleep(0.01)
    raise AssertionError("it never ended")


@pytest.mark.parametrize("switch", ["drop_before", "drop_reply"])
def test_a_dropped_connection(fal: Fal, switch: str) -> None:
    answer, jobs = submitted(fal, replace(FAST, **{f"{switch}_first": 1}))  # type: ignore[arg-type]
    assert isinstance(answer, httpx.RemoteProtocolError | httpx.ReadError)
    assert [job.reply_lost for job in jobs] == ([] if switch == "drop_before" else [True])
    if jobs:
        assert (finished(fal, jobs[0]).outcome, finished(fal, jobs[0]).billed_usd) == ("ok", "0.336")
    assert fal.submit(REFERENCE, shots(3)).status_code == 200  # the count is used up


def test_a_clean_429(fal: Fal) -> None:
    answer, jobs = submitted(fal, replace(FAST, rate_limited=1, retry_after_s=7, retry_header="X-Fal-Needs-Retry"))
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, answer.headers["retry-after"], jobs) == (429, "7", [])
    assert answer.headers["x-fal-needs-retry"] == "1"
    assert answer.json()["error_type"] == "concurrent_requests_limit"


def test_a_full_queue_is_a_429_where_the_client_asked_for_that(fal: Fal) -> None:
    fal.server.set(replace(FAST, queue_s=60))
    fal.submit(REFERENCE, shots(3))
    assert fal.submit(f"{REFERENCE}?fal_max_queue_length=1", shots(3)).status_code == 429


def test_a_job_that_starts_too_late_fails_where_the_client_asked_for_that(fal: Fal) -> None:
    fal.server.set(replace(FAST, queue_s=0.05))
    headers = {"X-Fal-Request-Timeout": "0.01"}
    receipt = fal.request("POST", f"{fal.url}/{REFERENCE}", json=shots(3), headers=headers).json()
    assert fal.wait(receipt)["error_type"] == "request_timeout"
    assert fal.get(receipt["response_url"]).status_code == 504


def test_a_503_before_and_a_5xx_after_acceptance(fal: Fal) -> None:
    answer, jobs = submitted(fal, replace(FAST, submit_5xx_not_accepted=1))
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, jobs) == (503, [])
    kinds = set()
    for _ in range(12):
        answer, jobs = submitted(fal, replace(FAST, submit_5xx_accepted=1))
        assert isinstance(answer, httpx.Response)
        assert [job.reply_lost for job in jobs] == [True]
        kinds.add((answer.status_code, "nginx" in answer.text))
    assert kinds == {(500, False), (502, True)}


def test_a_held_reply_outlives_the_clients_patience(fal: Fal) -> None:
    fal.server.set(replace(FAST, hold_reply_s=0.3, hold_reply_first=1))
    before, patience = len(fal.server.books().jobs), httpx.Timeout(20, read=0.1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{fal.url}/{REFERENCE}", json=shots(3), headers={"Authorization": "Key k"}, timeout=patience)
    until = time.monotonic() + 60
    while not any(job.reply_lost for job in fal.server.books().jobs[before:]) and time.monotonic() < until:
        time.sleep(0.02)
    (job,) = fal.server.books().jobs[before:]
    assert job.reply_lost
    assert finished(fal, job).outcome == "ok"


@pytest.mark.parametrize("accepts", [False, True])
def test_a_redirect_names_another_origin(fal: Fal, accepts: bool) -> None:
    answer, jobs = submitted(fal, replace(FAST, redirect_submit=1, redirect_accepts=accepts))
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{fal.url.replace('127.0.0.1', 'localhost')}/{REFERENCE}"
    assert [job.reply_lost for job in jobs] == [True] * accepts
    answer, _ = submitted(fal, replace(FAST, redirect_submit=1, redirect_to="http://127.0.0.2:1"))
    assert isinstance(answer, httpx.Response)
    assert answer.headers["location"] == f"http://127.0.0.2:1/{REFERENCE}"


def test_following_a_redirect_shows_in_the_books(fal: Fal) -> None:
    """What a client must not do: the second origin gets the key and the job."""
    fal.server.set(replace(FAST, redirect_submit=1))
    headers = {"Authorization": "Key k"}
    first = httpx.post(f"{fal.url}/{REFERENCE}", json=shots(3), headers=headers)
    assert httpx.post(first.headers["location"], json=shots(3), headers=headers).status_code == 200
    seen = fal.server.books().requests[-1]
    assert (seen.method, seen.host.partition(":")[0], seen.carried_key) == ("POST", "localhost", True)


@pytest.mark.parametrize("accepts", [False, True])
def test_a_web_page_instead_of_a_receipt(fal: Fal, accepts: bool) -> None:
    answer, jobs = submitted(fal, replace(FAST, html_submit=1, html_accepts=accepts))
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert [job.reply_lost for job in jobs] == [True] * accepts


def test_a_locked_account_and_refusal_by_the_post(fal: Fal) -> None:
    answer, jobs = submitted(fal, replace(FAST, locked_account=True, locked_status=402))
    assert isinstance(answer, httpx.Response)
    assert (answer.status_code, "Exhausted balance" in answer.json()["detail"], jobs) == (402, True, [])
    fal.server.set(replace(FAST, validate_at_submit=True))
    answer = fal.submit(REFERENCE, {})
    assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "value_error")


def test_only_strikes_the_request_that_matches(fal: Fal) -> None:
    fal.server.set(replace(FAST, only="SEQ07", submit_5xx_not_accepted=1, refuse=1, poll_5xx_first=1))
    assert fal.submit(REFERENCE, {"prompt": "SEQ07"}).status_code == 503
    receipt = fal.submit(REFERENCE, {"prompt": "SEQ08"}).json()
    assert fal.get(receipt["status_url"]).status_code in (200, 202)
    assert "error" not in fal.wait(receipt)


@pytest.mark.parametrize("switch", ["poll_5xx", "poll_lost", "poll_html", "poll_drop"])
def test_bad_polls_pass(fal: Fal, switch: str) -> None:
    receipt = fal.submit(REFERENCE, shots(3)).json()
    fal.server.set(replace(FAST, **{f"{switch}_first": 2}))  # type: ignore[arg-type]
    seen = []
    for _ in range(2):
        try:
            answer = fal.get(receipt["status_url"])
            seen.append((answer.status_code, answer.headers["content-type"].split(";")[0]))
        except httpx.TransportError:
            seen.append((0, ""))
    wanted = {
        "poll_5xx": (503, "application/json"),
        "poll_lost": (404, "application/json"),
        "poll_html": (200, "text/html"),
        "poll_drop": (0, ""),
    }
    assert seen == [wanted[switch]] * 2
    assert fal.wait(receipt)["status"] == "COMPLETED"


def test_a_bad_result_passes(fal: Fal) -> None:
    receipt = fal.submit(REFERENCE, shots(3)).json()
    fal.wait(receipt)
    fal.server.set(replace(FAST, result_5xx_first=1, billable_units_header=False))
    assert fal.get(receipt["response_url"]).status_code == 502
    result = fal.get(receipt["response_url"])
    assert result.status_code == 200
    assert "x-fal-billable-units" not in result.headers
    fal.server.set(FAST)
    assert fal.get(receipt["response_url"]).headers["x-fal-billable-units"] == "3"


@pytest.mark.parametrize("style", ["list", "string"])
@pytest.mark.parametrize("billed", [False, True])
def test_a_refusal(fal: Fal, style: str, billed: bool) -> None:
    weather = replace(FAST, refuse_first=1, error_style=style, bill_refused=billed, error_in_status=billed)  # type: ignore[arg-type]
    fal.server.set(weather)
    receipt = fal.submit(REFERENCE, shots(3)).json()
    assert ("error" in fal.wait(receipt)) == billed
    result = fal.get(receipt["response_url"])
    detail = result.json()["detail"]
    assert result.status_code == 422
    assert result.headers["x-fal-error-type"] == "content_policy_violation"
    assert result.headers["x-fal-retryable"] == "false"
    assert (detail[0]["msg"] if style == "list" else detail).startswith("The content could not be processed")
    job = fal.job(receipt["request_id"])
    assert (job.outcome, job.billed_usd) == ("refused", "0.336" if billed else "0")


def test_a_failure_inside(fal: Fal) -> None:
    fal.server.set(replace(FAST, fail_5xx_typed_first=1))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    last = fal.wait(receipt)
    assert (last["error_type"], last["error"]) == ("runner_server_error", "The model failed on this request")
    assert fal.get(receipt["response_url"]).status_code == 500
    assert (fal.job(receipt["request_id"]).outcome, fal.job(receipt["request_id"]).billed_usd) == ("failed", "0")


@pytest.mark.parametrize("style", ["completed_error_499", "not_found", "completes_anyway"])
def test_what_becomes_of_a_cancelled_job(fal: Fal, style: str) -> None:
    weather = replace(FAST, cancel_style=style, bill_cancelled=True)  # type: ignore[arg-type]
    fal.server.set(replace(weather, run_s=60))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    while fal.job(receipt["request_id"]).outcome == "queued":
        time.sleep(0.01)
    assert fal.request("PUT", receipt["cancel_url"]).status_code == 202
    fal.server.set(weather)
    job = finished(fal, fal.job(receipt["request_id"]))
    assert (job.outcome, job.billed_usd) == ("ok" if style == "completes_anyway" else "cancelled", "0.336")
    status = fal.get(receipt["status_url"])
    assert status.status_code == (404 if style == "not_found" else 200)
    assert status.json().get("error_type") == ("client_cancelled" if style == "completed_error_499" else None)


def test_status_without_what_the_sdk_leans_on(fal: Fal) -> None:
    fal.server.set(replace(FAST, status_without_logs=True, queue_s=0.1))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    answers = [status.json() for status in fal.statuses(receipt)]
    assert not any({"logs", "queue_position", "metrics"} & set(answer) for answer in answers)


def film_url(fal: Fal) -> tuple[str, bytes]:
    url = str(fal.run(REFERENCE, shots(3))["video"]["url"])
    return url, fal.plain.get(url).content


def test_a_cut_download_can_be_gone_on_with(fal: Fal) -> None:
    url, whole = film_url(fal)
    fal.server.set(replace(FAST, download_cut_first=1))
    chunks: list[bytes] = []
    with fal.plain.stream("GET", url) as answer, pytest.raises(httpx.RemoteProtocolError):
        chunks.extend(answer.iter_raw())
    got = b"".join(chunks)
    assert 0 < len(got) < len(whole)
    rest = fal.plain.get(url, headers={"Range": f"bytes={len(got)}-"})
    assert got + rest.content == whole


def test_other_bad_downloads(fal: Fal) -> None:
    url, whole = film_url(fal)
    fal.server.set(replace(FAST, download_5xx_first=1))
    assert fal.plain.get(url).status_code == 503
    fal.server.set(replace(FAST, download_wrong_type_first=1))
    page = fal.plain.get(url)
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    fal.server.set(replace(FAST, download_short_no_length_first=1))
    short = fal.plain.get(url)
    assert "content-length" not in short.headers
    assert short.content == whole[: len(whole) // 2]
    fal.server.set(replace(FAST, download_huge_first=1))
    with fal.plain.stream("GET", url) as huge:
        assert huge.headers["content-length"] == "3000000000"
    fal.server.set(replace(FAST, download_redirect_first=1))
    moved = fal.plain.get(url)
    assert moved.status_code == 302
    assert fal.plain.get(moved.headers["location"]).content == whole
    assert fal.plain.get(url).content == whole


def test_a_slow_download(fal: Fal) -> None:
    url, whole = film_url(fal)
    fal.server.set(replace(FAST, download_slow_bytes_s=len(whole) * 4))
    begun = time.monotonic()
    assert fal.plain.get(url).content == whole
    assert time.monotonic() - begun >= 0.2


def test_a_bad_upload_passes(fal: Fal) -> None:
    fal.server.set(replace(FAST, upload_5xx_first=1))
    with pytest.raises(KeyError):
        fal.upload(b"x")
    assert fal.plain.get(fal.upload(b"x")).content == b"x"


def test_a_changed_weather_counts_for_jobs_that_wait(fal: Fal) -> None:
    fal.server.set(replace(FAST, queue_s=60, at_once=0))
    receipt = fal.submit(REFERENCE, shots(3)).json()
    fal.server.set(replace(FAST, run_s=60, at_once=0))
    assert fal.get(receipt["status_url"]).json()["status"] == "IN_QUEUE"
    fal.server.set(replace(FAST, run_s=60))
    fal.server.set(FAST)
    assert fal.wait(receipt)["status"] == "COMPLETED"


def test_the_clock_can_run_off(fal: Fal) -> None:
    first = fal.submit(REFERENCE, shots(3)).json()
    fal.server.set(replace(FAST, clock_skew_s=-3600))
    second = fal.submit(REFERENCE, shots(3)).json()
    assert fal.job(second["request_id"]).sent_at < fal.job(first["request_id"]).sent_at


def test_the_same_seed_strikes_the_same_requests(tmp_path_factory: pytest.TempPathFactory) -> None:
    struck = []
    for seed in (5, 5, 6):
        weather = replace(FAST, rate_limited=0.5)
        with RehearsalServer(tmp_path_factory.mktemp("seed"), weather=weather, seed=seed) as server, Fal(server) as fal:
            struck.append([fal.submit(REFERENCE, shots(3)).status_code for _ in range(16)])
    assert struck[0] == struck[1] != struck[2]
    assert set(struck[0]) == {200, 429}


def test_jobs_end_in_a_storm_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    storm = replace(WEATHERS["stormy"], queue_s=0.01, run_s=0.02)
    with RehearsalServer(tmp_path_factory.mktemp("storm"), weather=storm, seed=3) as server, Fal(server) as fal:
        for _ in range(60):
            try:
                fal.submit(REFERENCE, shots(3))
            except httpx.TransportError:
                continue
        outcomes = [finished(fal, job).outcome for job in server.books().jobs]
        lost = [job for job in server.books().jobs if job.reply_lost]
    assert outcomes.count("ok") > 40
    assert lost
    assert server.books().billed_usd == outcomes.count("ok") * 3 * Decimal("0.112")


def test_in_a_storm_what_passes_is_commoner_than_what_ends_a_take() -> None:
    storm = WEATHERS["stormy"]
    assert storm.refuse <= 0.03
    assert storm.drop_reply == 0.05
    for field in fields(Weather):
        value = getattr(storm, field.name)
        if field.type == "float" and not field.name.endswith("_s") and field.name != "time_jitter":
            assert value <= 0.2, field.name
