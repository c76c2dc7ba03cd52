"""What is wrong with keys, addresses, settings, answers and disks: the exit code, and the words that a user reads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from starsend.catalogue.loader import parse_catalogue
from starsend.errors import SetupError
from starsend.media.picture import save_png
from starsend.production.timekeeping import Desk
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import CALM, Weather
from starsend.store.checkpoints import CrashPoint
from starsend.store.paths import ProjectPaths
from starsend.studio import real_desk
from tests.fakes.crash_child import Orders
from tests.fakes.paid_worlds import QUICK, PaidWorld
from tests.fakes.proxy import Asked, Proxy, Told, page, redirect
from tests.fakes.worlds import quick_desk, write_plan

Forward = Callable[[], Told]
JOB = r"/fal-ai/kling-video/requests/[^/?]+"


def plan_of(*sequences: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "project": "film",
        "format": {"resolution": "720p"},
        "episodes": [{"id": "ep_001", "sequences": list(sequences)}],
        **more,
    }


def film(name: str = "SEQ01", **more: Any) -> dict[str, Any]:
    """A sequence of one shot that needs no frame."""
    return {
        "id": name,
        "start_frame": "none",
        "shots": [{"id": "SH01", "prompt": f"A road, {name}.", "duration_s": 3}],
        **more,
    }


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    world = PaidWorld(tmp_path / "workspace", monkeypatch, capsys)
    write_plan(world.workspace, plan_of(film()))
    (world.workspace / "starsend.toml").write_text(QUICK, encoding="utf-8")
    return world


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server") as server:
        yield server


def settings(starsend: PaidWorld, more: str) -> None:
    (starsend.workspace / "starsend.toml").write_text(QUICK + more, encoding="utf-8")


def with_frame(starsend: PaidWorld) -> None:
    """A sequence that starts with a picture, which must be uploaded."""
    write_plan(starsend.workspace, plan_of(film(start_frame="required")))
    frame = starsend.workspace / "projects" / "film" / "frames" / "ep_001" / "clean" / "SEQ01.png"
    frame.parent.mkdir(parents=True)
    save_png(np.full((720, 1280, 3), 90, np.uint8), frame)


class TestKeys:
    def test_no_fal_key_names_the_variable_and_the_way_offline(self, starsend: PaidWorld) -> None:
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            "no-key: Kling is reached through fal, and FAL_KEY is not set\n"
            "  → set it (keys are at https://fal.ai/dashboard/keys): export FAL_KEY=…; "
            "or go on offline and free: --provider animatic\n"
        )
        assert starsend.records()["SEQ01"].takes == ()

    def test_no_gemini_key_names_the_variable_and_the_way_offline(self, starsend: PaidWorld) -> None:
        write_plan(starsend.workspace, plan_of(film(start_frame="required")))
        starsend.environ["FAL_KEY"] = "x"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            "no-key: Gemini needs a key, and none is set\n"
            "  → set GEMINI_API_KEY (or GOOGLE_API_KEY), then try again; "
            "or draw offline and free: --provider animatic\n"
        )
        assert starsend.records()["SEQ01"].takes == ()

    def test_a_wrong_fal_key_holds_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url).environ["FAL_KEY"] = "wrong"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert "SEQ01_T001: fal doesn't take the key: invalid key credentials" in said.err
        take = starsend.take()
        assert (take.outcome, take.not_sent, str(take.committed_usd)) == ("failed", True, "0.00")
        assert take.error is not None
        assert take.error.remedy == (
            "look at FAL_KEY (the keys are at https://fal.ai/dashboard/keys); "
            "or go on offline and free: --provider animatic"
        )
        assert server.books().jobs == ()
        starsend.at(server.url)
        assert starsend("run", "--yes").code == 0, "with the right key it is done: nothing was bought before"

    def test_a_wrong_gemini_key_holds_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        write_plan(starsend.workspace, plan_of(film(start_frame="required")))
        starsend.at(server.url).environ["GEMINI_API_KEY"] = "wrong"
        said = starsend("run", "--yes")
        assert said.code == 7
        assert (
            "Gemini doesn't take the key: API key not valid. Please pass a valid API key. (INVALID_ARGUMENT)"
            in said.err
        )
        take = starsend.take()
        assert (take.outcome, take.not_sent, str(take.committed_usd)) == ("failed", True, "0.00")

    @pytest.mark.parametrize("key", ["two words", "two\nlines", "kéy", "a\tb"])
    def test_a_key_that_no_header_takes_is_refused_before_anything_is_sent(
        self, starsend: PaidWorld, server: RehearsalServer, key: str
    ) -> None:
        write_plan(starsend.workspace, plan_of(film(), film("SEQ02", start_frame="required")))
        starsend.at(server.url).environ.update(FAL_KEY=key, GEMINI_API_KEY=key)
        said = starsend("run", "--yes")
        assert said.code == 7, said
        assert key not in said.all
        assert "defect" not in said.all
        assert server.books().jobs == ()
        assert starsend.held() in ("0", "0.00")

    def test_space_around_a_key_is_no_part_of_it(self, starsend: PaidWorld, tmp_path: Path) -> None:
        with RehearsalServer(tmp_path / "strict", keys=("good",)) as server:
            starsend.at(server.url).environ["FAL_KEY"] = "  good\n"
            assert starsend("run", "--yes").code == 0


class TestSettings:
    def test_an_unknown_model_is_a_fault_of_the_plan(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url)
        write_plan(starsend.workspace, plan_of(film(), defaults={"video_model": "kling-o9"}))
        said = starsend("run", "--yes")
        assert said.code == 2
        assert "kling-o9" in said.err
        assert "kling-o3-pro" in said.err, "the remedy names those that are known"
        assert server.books().requests == ()

    def test_an_unknown_provider_is_said_with_the_offline_one(self, starsend: PaidWorld) -> None:
        said = starsend("run", "--yes", provider="nonsense")
        assert said.code == 7
        assert said.err == (
            "unknown-provider: the provider 'nonsense' is not part of this version; it has: animatic, live\n"
            "  → draw offline and free instead: --provider animatic\n"
        )

    def test_a_budget_of_nothing_sends_nothing(self, starsend: PaidWorld, server: RehearsalServer) -> None:
        starsend.at(server.url)
        settings(starsend, '[budget]\nproject_usd = "0"\n')
        said = starsend("run", "--yes")
        assert said.code == 4
        assert "over-budget: SEQ01: " in said.err
        assert server.books().jobs == ()
        assert starsend.records()["SEQ01"].takes == ()

    @pytest.mark.parametrize("url", ["nowhere", "ftp://fal", "127.0.0.1:9000", "http://", "http://[::1", "http://a b"])
    def test_an_address_that_is_none_is_refused(self, starsend: PaidWorld, url: str) -> None:
        starsend.at("http://127.0.0.1:9").environ["STARSEND_FAL_URL"] = url
        said = starsend("run", "--yes")
        assert said.code == 7, said
        assert said.err == (
            f"bad-settings: STARSEND_FAL_URL is {url!r}, which is no address\n"
            "  → write it whole: STARSEND_FAL_URL=http://127.0.0.1:9000\n"
        )

    def test_nobody_listening_is_a_proven_non_send(self, starsend: PaidWorld) -> None:
        with Proxy() as proxy:
            gone = proxy.url
        starsend.at(gone)
        starsend.desk = quick_desk()
        said = starsend("run", "--yes")
        assert said.code == 5, said
        assert "fal can't be reached (sending SEQ01_T001): ConnectError: [Errno 111] Connection refused" in said.err
        take = starsend.take()
        assert (take.outcome, take.not_sent, starsend.held()) == ("failed", True, "0.00")

    def test_news_goes_to_no_plain_address(self, starsend: PaidWorld) -> None:
        settings(starsend, '[notify]\nurl = "http://example.com"\n')
        said = starsend("run", "--yes")
        assert said.code == 7
        assert said.err == (
            f"bad-settings: {starsend.workspace / 'starsend.toml'}: "
            "notify.url: Value error, it must be an https address\n"
            "  → correct these keys; docs/settings.md lists them all\n"
        )

    def test_a_catalogue_entry_without_a_price_is_refused(self) -> None:
        text = resources.files("starsend.catalogue").joinpath("models.toml").read_text(encoding="utf-8")
        whole = "[models.kling-o3-pro.prices]\nusd_per_second ="
        assert whole in text
        with pytest.raises(SetupError) as caught:
            parse_catalogue(text.replace(whole, "[models.kling-o3-pro.prices]\n# usd_per_second ="))
        assert str(caught.value) == (
            "the model catalogue is not complete: kling-o3-pro: "
            "a video model needs usd_per_second and usd_per_second_audio"
        )
        assert caught.value.remedy == "mend models.toml, or install Starsend again"


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


class TestClocks:
    @pytest.mark.parametrize("jump_h", [-30, 30])
    def test_a_clock_that_jumps_loses_and_doubles_nothing(
        self, starsend: PaidWorld, tmp_path: Path, jump_h: int
    ) -> None:
        """It jumps between the intent and the reply; then the reply is lost, and the job is looked up."""
        real = real_desk()
        jumped = timedelta(0)

        def now() -> datetime:
            return datetime.now(UTC) + jumped

        def jump(where: CrashPoint) -> None:
            nonlocal jumped
            if where is CrashPoint.MARKED_SENDING:
                jumped = timedelta(hours=jump_h)

        starsend.desk = Desk(now, real.monotonic, real.new_id, real.jitter)
        starsend.checkpoint = jump
        with RehearsalServer(
            tmp_path / "server", weather=Weather(drop_reply_first=1, listing_unfinished=True)
        ) as server:
            starsend.at(server.url)
            assert starsend("run", "--yes").code in (0, 6)
            said = starsend("run", "--yes")
            for _ in range(5):  # so far ahead, a job that still runs is late, which is said; it is not given up
                said = said if said.code == 0 else starsend("run", "--yes")
            assert said.code == 0, said
            assert len(server.books().jobs) == 1
        assert starsend.take().outcome == "complete"
        stamps = [move.at for move in starsend.records()["SEQ01"].history]
        assert max(stamps) - min(stamps) > timedelta(hours=20), "it did jump"


class TestRecords:
    def test_a_take_of_another_address_is_not_asked_for_at_this_one(
        self, starsend: PaidWorld, server: RehearsalServer
    ) -> None:
        server.set(Weather(run_s=30))
        starsend.at(server.url)
        assert starsend("run", "--yes", for_s=0.7).code == 130
        with Proxy() as other:
            starsend.environ["STARSEND_FAL_URL"] = other.url
            said = starsend("run", "--yes")
            assert said.code == 7, said
            assert said.err.endswith(
                f"other-address: the take was sent to fal at {server.url}, and fal is now at {other.url}; "
                "the key is not given to both\n"
                f"  → go on where it was sent: STARSEND_FAL_URL={server.url} "
                "(or unset it, where that is the provider's own address)\n"
            )
            assert other.seen == []
        assert starsend.take().outcome == "pending"

    @pytest.mark.parametrize(
        "receipt",
        [
            {},
            {"request_id": "made-up"},
            {"request_id": "x", "status_url": "file:///etc/passwd", "response_url": "", "cancel_url": ""},
            {"request_id": "x", "status_url": "http://[", "response_url": "http://[", "cancel_url": "http://["},
            {"request_id": 7, "status_url": None, "response_url": [], "cancel_url": {}},
        ],
    )
    def test_a_receipt_that_was_edited_by_hand_breaks_and_buys_nothing(
        self, starsend: PaidWorld, server: RehearsalServer, receipt: dict[str, Any]
    ) -> None:
        server.set(Weather(run_s=30))
        starsend.at(server.url)
        assert starsend("run", "--yes", for_s=0.7).code == 130
        path = starsend.workspace / "state" / "film" / "shots" / "SEQ01.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        record["takes"][-1]["receipt"] = receipt
        path.write_text(json.dumps(record), encoding="utf-8")
        said = starsend("run", "--yes", for_s=0.7)
        assert said.code in (5, 6, 130), said
        assert "defect" not in said.all
        assert starsend("show", "SEQ01").code == 0
        assert len(server.books().jobs) == 1
        assert starsend.take().outcome == "pending"
        assert starsend("reconcile", "SEQ01", "--give-up").code == 0


class TestDisks:
    def test_a_disk_that_fills_while_a_take_is_fetched_loses_nothing(
        self, starsend: PaidWorld, server: RehearsalServer
    ) -> None:
        """In a process of its own, in which no file may grow beyond 1,000 bytes from the first byte of the take on."""
        (starsend.workspace / "starsend.toml").write_text("[poll]\nfirst_s = 1.5\n", encoding="utf-8")
        dry = starsend.workspace.with_name("dry")
        shutil.copytree(starsend.workspace, dry)
        code, _ = child(dry, server, trace=dry / "trace")
        assert code == 0
        points = (dry / "trace").read_text(encoding="utf-8").split()
        code, said = child(starsend.workspace, server, full_at=points.index("FETCHING") + 1)
        assert code == 7, said
        assert "disk-full: the disk is full" in said
        assert starsend.take().outcome == "pending"
        assert starsend.records()["SEQ01"].state == "video_processing"
        assert starsend.at(server.url)("run", "--yes").code == 0
        assert len(server.books().jobs) == 2, "one for the dry run"

    def test_an_uploads_folder_that_cant_be_written_sends_nothing(
        self, starsend: PaidWorld, server: RehearsalServer
    ) -> None:
        with_frame(starsend)
        uploads = ProjectPaths(starsend.workspace, "film").uploads
        uploads.parent.mkdir(parents=True, exist_ok=True)
        uploads.write_text("a file where a folder should be", encoding="utf-8")
        starsend.at(server.url)
        said = starsend("run", "--yes")
        assert said.code == 7, said
        assert "could not be written: File exists." in said.err
        assert "defect" not in said.all
        assert server.books().jobs == ()


def child(workspace: Path, server: RehearsalServer, **more: Any) -> tuple[int, str]:
    """One command in a process of its own: its exit code, and what it said."""
    given = {"workspace": workspace, "book": workspace, "provider": "live", "url": server.url, **more}
    orders = Orders.model_validate(given).model_dump_json()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.crash_child", "--once", orders],
        capture_output=True,
        text=True,
        timeout=50,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    return done.returncode, done.stderr
