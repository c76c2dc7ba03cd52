"""The doctor: what it looks at, that it shows no key, and that what is wrong is said with what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from starsend.cli.main import run
from starsend.doctor.examination import examine
from starsend.doctor.finding import Finding
from starsend.doctor.machine import look_at_clock
from starsend.doctor.paid import look_at_prices
from starsend.doctor.workspace import look_at_workspace
from starsend.model.status import Status
from starsend.rehearsal.server import RehearsalServer
from starsend.settings import read_settings
from starsend.store.locks import Locks
from starsend.studio import Parts, Studio
from tests.fakes.crash_child import InProcess
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import world, write_plan

KEYS = ("marked-fal-key-0123", "marked-gemini-key-4567")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RehearsalServer]:
    with RehearsalServer(tmp_path_factory.mktemp("server"), keys=KEYS) as server:
        yield server


def environ(server: RehearsalServer | None = None, fal: str = KEYS[0], gemini: str = KEYS[1]) -> dict[str, str]:
    keys = {"FAL_KEY": fal, "GEMINI_API_KEY": gemini}
    address = {} if server is None else {"STARSEND_FAL_URL": server.url, "GOOGLE_GEMINI_BASE_URL": server.url}
    return {**keys, **address}


def found(
    workspace: Path, environment: dict[str, str] | None = None, provider: str | None = None
) -> dict[str, Finding]:
    settings = read_settings(workspace, environ=environment or {})
    return {f"{f.area}/{f.what}": f for f in examine(settings, Parts(), provider=provider, project=None)}


def test_an_empty_workspace_without_keys_is_well_and_says_what_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert run(["doctor", "--json", "-w", str(tmp_path)]) == 0
    data = json.loads(capsys.readouterr().out)
    warned = {f["what"]: f for f in data["findings"] if f["state"] == "warning"}
    assert set(warned) == {"fal: the key", "gemini: the key"}
    assert warned["fal: the key"]["remedy"] == "set FAL_KEY to use it"
    assert data["bad"] == 0
    assert {f["area"] for f in data["findings"]} == {"machine", "workspace", "providers", "prices"}
    assert list(tmp_path.iterdir()) == []
    assert run(["doctor", "-w", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "warning: providers, fal: the key: no key is set, so nothing was asked\n  → set FAL_KEY to use it" in told
    assert told.rstrip().splitlines()[-1].startswith("0 bad, 2 to look at, ")


def test_where_the_work_needs_a_key_its_absence_is_bad(tmp_path: Path) -> None:
    (tmp_path / "starsend.toml").write_text('provider = "live"\n')
    missing = found(tmp_path)["providers/gemini: the key"]
    assert (missing.state, missing.remedy) == (
        "bad",
        "set GEMINI_API_KEY; or draw offline and free: --provider animatic",
    )
    assert run(["doctor", "-w", str(tmp_path), "--provider", "nobody"]) == 7


def test_with_keys_the_servers_are_asked_and_no_key_is_shown(tmp_path: Path, server: RehearsalServer) -> None:
    rows = found(tmp_path, environ(server))
    assert rows["providers/fal: the key"].said == "FAL_KEY is set"
    assert rows["providers/fal: the address"].said == f"STARSEND_FAL_URL sends it to {server.url}"
    assert rows["providers/gemini: gemini-3-pro-image"].state == "good"
    assert rows["providers/fal: fal-ai/kling-video/o3/pro/text-to-video"].said == "active"
    assert rows["machine/clock"].said.startswith("within ")
    assert all(row.state == "good" for row in rows.values() if row.what != "budgets of the studio")
    shown = repr(rows)
    assert not any(key in shown or key[-4:] in shown for key in KEYS)
    assert server.books().jobs == ()


def test_a_wrong_key_is_bad_and_not_shown(tmp_path: Path, server: RehearsalServer) -> None:
    rows = found(tmp_path, environ(server, "marked-wrong-1", "marked-wrong-2"))
    assert {name for name, row in rows.items() if row.state == "bad"} == {
        "providers/fal: the key is taken",
        "providers/gemini: the key",
    }
    assert "marked" not in repr(rows)


def test_a_server_that_is_not_there_is_bad(tmp_path: Path, server: RehearsalServer) -> None:
    away = {**environ(server), "STARSEND_FAL_URL": "http://127.0.0.1:9"}
    rows = found(tmp_path, away, provider="fal")
    assert [row.what for row in rows.values() if row.state == "bad"] == ["fal: the host"]
    assert not any("gemini" in name for name in rows)


def test_a_servers_clock_that_is_far_off_is_told(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def clock(*offs_s: float) -> Finding:
        dates = [(format_datetime(now - timedelta(seconds=off), usegmt=True), now) for off in offs_s]
        return look_at_clock(dates)

    assert clock(1, 200).state == "good"  # one answer that took long says nothing
    assert (clock(90).state, clock(90).said) == ("warning", "90 s ahead of the servers'")
    assert (clock(-400).state, clock(-400).said) == ("bad", "400 s behind the servers'")
    assert look_at_clock([("nonsense", now)]).said == "no server was asked for its time"


def test_prices_that_were_read_long_ago_and_overrides_are_named(tmp_path: Path) -> None:
    (tmp_path / "starsend.toml").write_text('[prices.kling-o3-pro]\nusd_per_second = "0.10"\n')
    settings = read_settings(tmp_path, environ={})

    def rows(today: date) -> dict[str, Finding]:
        return {row.what: row for row in look_at_prices(Studio(settings), settings, today)}

    fresh, late = rows(date(2026, 12, 1)), rows(date(2027, 6, 1))
    assert fresh["age of prices"].state == "good"
    assert fresh["[prices.kling-o3-pro]"].said == "the studio's own: usd_per_second = 0.10"
    assert late["age of prices"].state == "warning"
    assert "kling-o3-standard (191 days)" in late["age of prices"].said
    assert "kling-o3-pro (" not in late["age of prices"].said
    (tmp_path / "starsend.toml").write_text('[prices.kling-o9]\nusd_per_second = "0.10"\n')
    assert found(tmp_path)["prices/catalogue"].state == "bad"


def test_little_room_is_told(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, environ={})
    states = []
    for free in (100_000_000, 2_000_000_000, 50_000_000_000):
        rows = look_at_workspace(settings, dict.fromkeys([tmp_path], free).__getitem__)
        states += [row.state for row in rows if row.what == "room"]
    assert states == ["bad", "warning", "good"]


def test_a_full_disk_is_told_and_exits_7(tmp_path: Path) -> None:
    command = f"ulimit -f 1; exec '{sys.executable}' -m starsend doctor -w '{tmp_path}'"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 7
    assert "bad: workspace, writing: the disk is full" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_bad(tmp_path: Path) -> None:
    place = tmp_path / "nowhere"
    rows = found(place)
    assert rows["workspace/folder"].state == "bad"
    assert f"mkdir -p '{place}'" in rows["workspace/folder"].remedy
    assert not place.exists()


def test_projects_with_broken_records_unsettled_takes_and_spent_budgets_are_told(tmp_path: Path) -> None:
    desk = world(tmp_path, InProcess()).open()
    lay(desk, "SEQ01", Status.VIDEO_PROCESSING, a_take(1, outcome="pending"), a_take(2, outcome="unknown"))
    (desk.paths.records / "SEQ02.json").write_text("{")
    workspace = tmp_path / "workspace"
    (workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.60"\n')
    before = sorted(path for path in workspace.rglob("*"))
    rows = found(workspace)
    assert rows["film/records"].state == "bad"
    assert "SEQ02 can't be read" in rows["film/records"].said
    assert rows["film/unsettled takes"].said == "2: SEQ01_T001, SEQ01_T002"
    assert rows["film/unsettled takes"].remedy == "go on with them: starsend run --project film"
    assert rows["film/budget"].said.startswith("$0.68 of the project film's budget of $0.60")
    assert rows["film/locks"].said == "none is held"
    assert sorted(path for path in workspace.rglob("*")) == before


def test_a_plan_that_can_not_be_read_hides_nothing_else(tmp_path: Path) -> None:
    write_plan(tmp_path)
    write_plan(tmp_path, {"project": "other", "episodes": [{"id": "ep_001"}]})
    (tmp_path / "projects" / "film" / "plan.json").write_text("{")
    rows = found(tmp_path)
    assert rows["film/plan"].state == "bad"
    assert rows["other/plan"].state == "good"


def test_a_lock_that_is_held_is_told_with_its_holder_and_taken_from_nobody(tmp_path: Path) -> None:
    made = world(tmp_path, InProcess())
    desk = made.open()
    lay(desk, "SEQ01", Status.VIDEO_PENDING)
    real = Parts()
    locks = Locks(desk.paths.locks, real.desk.monotonic, real.desk.wait)
    with locks.submitting("SEQ01"):
        row = found(made.workspace)["film/locks"]
        assert row.state == "good"
        assert row.said.startswith("in use just now: SEQ01.submit by pid ")
        tomorrow = replace(real, desk=replace(real.desk, now=lambda: datetime.now(UTC) + timedelta(days=1)))
        settings = read_settings(made.workspace, environ={})
        late = [f for f in examine(settings, tomorrow, provider="animatic", project="film") if f.what == "locks"]
    assert late[0].state == "warning"
    assert found(made.workspace)["film/locks"].said == "none is held"


@pytest.mark.parametrize("arguments", [("--max-cost", "1"), ("--yes",)])
def test_what_belongs_to_the_canary_is_not_taken_for_a_look(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert run(["doctor", *arguments, "-w", str(tmp_path)]) == 2


def test_a_server_that_echoes_the_key_does_not_bring_it_on_the_screen(tmp_path: Path) -> None:
    assert Finding("a", "b", "bad", f"no: {KEYS[0]}", KEYS[1]).without(KEYS) == Finding(
        "a", "b", "bad", "no: (key)", "(key)"
    )
