"""What is wrong with clocks, records and disks: the exit code, and the words that a user reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from starsend.production.timekeeping import Desk
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import Weather
from starsend.store.checkpoints import CrashPoint
from starsend.store.paths import ProjectPaths
from starsend.studio import real_desk
from tests.fakes.live_films import child, paid_film, with_frame
from tests.fakes.paid_worlds import PaidWorld
from tests.fakes.proxy import Proxy


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    return paid_film(tmp_path, monkeypatch, capsys)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path / "server") as server:
        yield server


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
