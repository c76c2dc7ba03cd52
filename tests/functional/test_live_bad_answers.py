"""What is wrong with answers, redirects and sizes: the exit code, and the words that a user reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather
from tests.fakes.live_films import film, paid_film, plan_of, settings, with_frame
from tests.fakes.paid_worlds import PaidWorld
from tests.fakes.proxy import Asked, Proxy, Told, page, redirect
from tests.fakes.worlds import write_plan

Forward = Callable[[], Told]
JOB = r"/fal-ai/kling-video/requests/[^/?]+"


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    return paid_film(tmp_path, monkeypatch, capsys)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server") as server:
        yield server


class TestAnswers:
    """A web page where something else is wanted: nothing is bought twice, nothing paid is lost."""

    def test_a_page_for_a_submit_is_looked_up_and_adopted(self, starsend: PaidWorld, tmp_path: Path) -> None:
        weather = Weather(html_submit_first=1, html_accepts=True, listing_unfinished=True)
        with RehearsalServer(tmp_path / "server", weather=weather) as server:
            starsend.at(server.url)
            said = starsend("run", "--yes")
            assert said.code == 0, said
            assert len(server.books().jobs) == 1
        assert starsend.take().outcome == "complete"

    def test_a_page_for_a_submit_that_was_not_accepted_waits(
        self, starsend: PaidWorld, server: RehearsalServer
    ) -> None:
        with Proxy(server.url, {r"POST /fal-ai": lambda *_: page()}) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes")
            assert said.code == 6
            assert (
                "lost-job: the outcome of SEQ01_T001 is not known: it was sent, no answer came, and fal doesn't list "
                "it (yet). It may have been paid for (0.34 USD are held)\n"
                "  → look in the provider's own list; then: starsend reconcile SEQ01 --give-up, or --resend\n"
            ) in said.err
            assert starsend("run", "--yes").code == 6
            assert proxy.paths().count("POST /fal-ai/kling-video/o3/pro/text-to-video") == 1, "it was sent again"
        assert starsend.held() == "0.34"

    @pytest.mark.parametrize(
        "place", [f"GET {JOB}/status", f"GET {JOB}$", r"GET /files/"], ids=["status", "result", "file"]
    )
    def test_a_page_where_a_job_is_asked_for_passes(
        self, starsend: PaidWorld, server: RehearsalServer, place: str
    ) -> None:
        struck: list[Asked] = []

        def twice(asked: Asked, forward: Forward) -> Told:
            struck.append(asked)
            return page(200 if len(struck) == 1 else 502) if len(struck) < 3 else forward()

        with Proxy(server.url, {place: twice}) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes")
            if said.code != 0:  # a file of the wrong kind is fetched again by the next command, too
                said = starsend("run", "--yes")
            assert said.code == 0, said
        assert len(struck) >= 3
        assert starsend.take().outcome == "complete"
        assert len(server.books().jobs) == 1

    def test_pages_for_the_listing_leave_it_to_a_person(self, starsend: PaidWorld, tmp_path: Path) -> None:
        rules = {r"GET /v1/models/requests": lambda *_: page()}
        weather = Weather(drop_reply_first=1, listing_unfinished=True)
        with RehearsalServer(tmp_path / "server", weather=weather) as server, Proxy(server.url, rules) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes")
            assert said.code == 6
            assert "and now: fal's /models/requests/by-endpoint answers with no JSON. It may have been paid" in said.err
            proxy.rules.clear()
            said = starsend("run", "--yes")
            assert said.code == 0, said
            assert len(server.books().jobs) == 1

    @pytest.mark.parametrize("place", [r"POST /storage/auth/token", r"POST /files/upload"])
    def test_a_page_for_one_way_of_uploading_leaves_the_other(
        self, starsend: PaidWorld, server: RehearsalServer, place: str
    ) -> None:
        with_frame(starsend)
        with Proxy(server.url, {place: lambda *_: page()}) as proxy:
            assert starsend.at(proxy.url)("run", "--yes").code == 0

    def test_pages_for_all_uploads_buy_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        with_frame(starsend)
        with Proxy(server.url, {r"POST /(storage|files)": lambda *_: page()}) as proxy:
            said = starsend.at(proxy.url)("run", "--yes")
        assert said.code == 5, said
        assert "could not be uploaded to fal; nothing was bought: an answer that can't be read" in said.err
        assert said.err.endswith("  → try again: starsend run\n")
        assert server.books().jobs == ()
        assert starsend.records()["SEQ01"].takes == ()

    def test_a_page_from_gemini_waits_for_a_person(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        write_plan(starsend.workspace, plan_of(film(start_frame="required")))
        with Proxy(server.url, {r"POST /v1": lambda *_: page()}) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes")
            assert said.code == 6
            assert "gemini has no list of jobs to look in. It may have been paid for" in said.err
            starsend("run", "--yes")
            assert len([path for path in proxy.paths() if path.startswith("POST /v1")]) == 1, "it was sent again"


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_submit_that_is_sent_to_another_host_is_not_followed(
        self, starsend: PaidWorld, server: RehearsalServer, status: int
    ) -> None:
        with Proxy(server.url) as elsewhere:
            away = {r"POST /fal-ai": lambda asked, _: redirect(status, elsewhere.url + asked.path)}
            with Proxy(server.url, away) as proxy:
                starsend.at(proxy.url)
                said = starsend("run", "--yes")
            assert elsewhere.seen == []
        assert said.code == 6
        assert starsend.held() == "0.34"
        assert any("which points to" in move.why for move in starsend.records()["SEQ01"].history)

    def test_a_download_may_lie_on_another_host(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        with Proxy(server.url) as elsewhere:
            away = {r"GET /files/": lambda asked, _: redirect(302, elsewhere.url + asked.path)}
            with Proxy(server.url, away) as proxy:
                starsend.at(proxy.url)
                assert starsend("run", "--yes").code == 0
            assert [asked.method for asked in elsewhere.seen] == ["GET"]

    def test_a_download_is_not_fetched_from_a_file_of_this_machine(
        self, starsend: PaidWorld, server: RehearsalServer
    ) -> None:
        with Proxy(server.url, {r"GET /files/": lambda *_: redirect(302, "file:///etc/passwd")}) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes", for_s=2.0)
        assert said.code == 130
        assert "root:" not in said.all
        assert starsend.take().outcome == "pending"


class TestSizes:
    def test_a_video_that_declares_three_gigabytes_is_not_taken(self, starsend: PaidWorld, tmp_path: Path) -> None:
        with RehearsalServer(tmp_path / "server", weather=Weather(download_huge=1.0)) as server:
            starsend.at(server.url)
            said = starsend("run", "--yes")
            assert_too_large(starsend, said, "3000 MB", "largest_mb = 3001")
            server.set(CALM)
            assert starsend("run", "--yes").code == 0, "what was paid for can still be fetched"

    def test_a_video_without_end_is_not_taken(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        settings(starsend, "[download]\nlargest_mb = 1\n")

        def endless(_: Asked, forward: Forward) -> Told:
            told = forward()
            return Told(200, told.body + bytes(8_000_000), "video/mp4", length=None)

        with Proxy(server.url, {r"GET /files/": endless}) as proxy:
            starsend.at(proxy.url)
            said = starsend("run", "--yes")
            assert_too_large(starsend, said, "more", "largest_mb = 3")
            proxy.rules.clear()
            assert starsend("run", "--yes").code == 0


def assert_too_large(starsend: PaidWorld, said: Any, much: str, remedy: str) -> None:
    assert said.code == 6, said
    assert f"too-large: SEQ01_T001: the video is too large: {much}" in said.err
    assert f"{remedy}; or settle it: starsend reconcile SEQ01 --give-up\n" in said.err
    take = starsend.take()
    assert (take.outcome, starsend.records()["SEQ01"].state, starsend.held()) == ("pending", "video_processing", "0.34")
    parts = [path for path in (starsend.workspace / "projects").rglob("*part*") if path.is_file()]
    assert parts == [], "nothing of it is kept"
