"""Real processes that die, race, or meet a disk that takes no more: a record is always its old or its new self."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from starsend.model.money import NO_CAPS
from starsend.model.record import log
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.store.execution_store import Filter
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)

HEAD = """
import os, resource, signal, sys, time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from starsend.errors import StarsendError
from starsend.model.money import Caps, NO_CAPS
from starsend.model.record import log
from starsend.model.take import Take
from starsend.model.status import Status
from starsend.store.checkpoints import CrashPoint
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)

def die_at(point):
    def check(passed):
        if passed is point:
            os.kill(os.getpid(), signal.SIGKILL)
    return check

def store(checkpoint=lambda point: None):
    paths = ProjectPaths(Path(sys.argv[1]), "film")
    return JsonStore(paths, Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep), checkpoint)

def take(intent, usd="1.00", words=""):
    return Take(take=0, medium="video", mode="multi", provider="p", model="m", intent_id=intent,
                fingerprint=intent * 8, estimate_usd=Decimal(usd), request={"words": words})

def told(act):
    try:
        act()
    except StarsendError as error:
        print(f"{type(error).__name__} {error.code}: {error}")
    else:
        print("done")
"""


def child(workspace: Path, code: str, *before: str) -> subprocess.Popen[str]:
    program = HEAD + textwrap.dedent(code)
    return subprocess.Popen(
        [*before, sys.executable, "-c", program, str(workspace)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def store_at(workspace: Path) -> JsonStore:
    return JsonStore(ProjectPaths(workspace, "film"), Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep))


WRITES = {
    "init": 'store(die).init_sequence("SEQ01", Status.VIDEO_PENDING)',
    "transition": 'store(die).transition("SEQ01", Status.VIDEO_FAILED, by="child", why="new")',
    "revise": 'store(die).revise("SEQ01", lambda r: log(r, at=AT, by="child", why="new"))',
    "open_take": 's = store(die); s.open_take("SEQ01", [take("new")], NO_CAPS, seen=s.load("SEQ01"), by="child")',
    "record_receipt": 'store(die).record_receipt("SEQ01", "old", {"id": 1}, by="child", why="new")',
}


@pytest.mark.parametrize("point", ["RECORD_TEMP_WRITTEN", "RECORD_RENAMED"])
@pytest.mark.parametrize("write", WRITES)
def test_a_process_that_dies_in_a_write_leaves_the_old_record_or_the_new_one(
    tmp_path: Path, write: str, point: str
) -> None:
    store = store_at(tmp_path)
    if write != "init":
        store.init_sequence("SEQ01", Status.VIDEO_PENDING)
    if write == "record_receipt":
        old = Take(take=0, medium="video", mode="multi", provider="p", model="m", intent_id="old")
        store.open_take("SEQ01", [old], NO_CAPS, seen=store.load("SEQ01"), by="t")
    before = store.find("SEQ01")

    process = child(tmp_path, f"die = die_at(CrashPoint.{point})\n{WRITES[write]}")
    process.communicate(timeout=60)

    assert process.returncode == -signal.SIGKILL
    after = store.find("SEQ01")
    if point == "RECORD_TEMP_WRITTEN":
        assert after == before
    else:
        assert after is not None
        assert after.record.revision == (before.record.revision if before else 0) + 1
    assert store.list(Filter()).broken == ()
    assert "new" not in store.books().unsettled or point == "RECORD_RENAMED"

    store.init_sequence("SEQ01", Status.VIDEO_PENDING)
    written = store.revise("SEQ01", lambda r: log(r, at=AT, by="next", why="goes on"))
    assert store.load("SEQ01") == written
    assert [path.name for path in ProjectPaths(tmp_path, "film").records.iterdir()] == ["SEQ01.json"]


def test_a_dead_process_frees_its_locks_at_once(tmp_path: Path) -> None:
    process = child(
        tmp_path,
        """
        s = store()
        s.init_sequence("SEQ01", Status.VIDEO_PENDING)
        with s.submitting("SEQ01"):
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with store_at(tmp_path).submitting("SEQ01"):
        store_at(tmp_path).transition("SEQ01", Status.VIDEO_FAILED, by="t", why="")


def test_processes_that_write_one_slate_at_once_lose_no_update(tmp_path: Path) -> None:
    store_at(tmp_path).init_sequence("SEQ01", Status.VIDEO_PENDING)
    code = """
        s = store()
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(40):
            s.revise("SEQ01", lambda r: log(r, at=AT, by=sys.argv[0] + str(os.getpid()), why=str(number)))
    """
    program = HEAD + textwrap.dedent(code)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    record = store_at(tmp_path).load("SEQ01").record
    assert record.revision == 81
    for who in {entry.by for entry in record.history[1:]}:
        assert [entry.why for entry in record.history if entry.by == who] == [str(n) for n in range(40)]


def test_processes_that_ask_at_once_do_not_pass_one_budget(tmp_path: Path) -> None:
    for number in range(4):
        store_at(tmp_path).init_sequence(f"SEQ0{number}", Status.VIDEO_PENDING)
    askers = [
        child(
            tmp_path,
            f"""
            s = store()
            told(lambda: s.open_take("SEQ0{number}", [take("i{number}")], Caps(project=Decimal("2.50")),
                                     seen=s.load("SEQ0{number}"), by="t"))
            """,
        )
        for number in range(4)
    ]
    said = sorted(answer(asker).split(":")[0] for asker in askers)
    assert said == ["BudgetError over-budget", "BudgetError over-budget", "done", "done"]
    assert sum(store_at(tmp_path).books().committed.values()) == 2


# --- disks that take no more ---


def private_mounts() -> list[str] | None:
    """How to run a command in mounts of its own, here; None where the kernel forbids it."""
    way = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    try:
        allowed = subprocess.run([*way, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return way if allowed.returncode == 0 else None


@pytest.fixture(scope="module")
def mounts() -> list[str]:
    way = private_mounts()
    if way is None:
        pytest.skip("this kernel allows no private mounts")
    return way


def mounted(mounts: list[str], script: str) -> list[str]:
    """A command line that mounts things by ``script`` ($WS is the workspace) and then runs what follows it."""
    return [*mounts, "sh", "-c", f'set -e; for WS; do :; done; {script}; exec "$@"', "sh"]


def test_a_read_only_workspace_is_said_and_can_still_be_read(tmp_path: Path, mounts: list[str]) -> None:
    store_at(tmp_path).init_sequence("SEQ01", Status.VIDEO_PENDING)
    before = store_at(tmp_path).load("SEQ01")
    code = """
        s = store()
        print(s.load("SEQ01").record.state)
        told(lambda: s.transition("SEQ01", Status.VIDEO_FAILED, by="t", why=""))
        told(lambda: s.init_sequence("SEQ02", Status.VIDEO_PENDING))
    """
    script = 'mount --bind "$WS" "$WS"; mount -o remount,bind,ro "$WS"'
    said = answer(child(tmp_path, code, *mounted(mounts, script)))
    locks = ProjectPaths(tmp_path, "film").locks
    assert said.splitlines() == [
        "video_pending",
        f"SetupError read-only: {locks}/SEQ01.lock can't be written: Read-only file system",
        f"SetupError read-only: {locks}/SEQ02.lock can't be written: Read-only file system",
    ]
    assert store_at(tmp_path).load("SEQ01") == before


def test_a_workspace_that_may_not_be_written_at_all_is_said(tmp_path: Path) -> None:
    """Below /proc nobody may make a file, not even root."""
    said = answer(child(Path("/proc"), 'told(lambda: store().init_sequence("SEQ01", Status.VIDEO_PENDING))'))
    assert said.startswith("SetupError ")
    assert "/proc/state/film/locks" in said
    assert list(tmp_path.iterdir()) == []


FILL = """
        s = store()
        s.init_sequence("SEQ01", Status.VIDEO_PENDING)
        old = s.load("SEQ01")
        filler = os.open(sys.argv[1] + "/filler", os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(filler, bytes(4096))
        except OSError:
            pass
        os.close(filler)
        told(lambda: s.open_take("SEQ01", [take("big", words="x" * 100_000)], NO_CAPS, seen=old, by="t"))
        told(lambda: s.init_sequence("SEQ02", Status.VIDEO_PENDING))
        print(s.load("SEQ01") == old, s.find("SEQ02"), sorted(os.listdir(sys.argv[1] + "/state/film/shots")))
        os.unlink(sys.argv[1] + "/filler")
        told(lambda: s.open_take("SEQ01", [take("big", words="x" * 100_000)], NO_CAPS, seen=old, by="t"))
"""


def test_a_full_disk_is_said_and_leaves_the_old_record_whole(tmp_path: Path, mounts: list[str]) -> None:
    said = answer(child(tmp_path, FILL, *mounted(mounts, 'mount -t tmpfs -o size=1m none "$WS"')))
    records = ProjectPaths(tmp_path, "film").records
    assert said.splitlines() == [
        f"SetupError disk-full: the disk is full: {records}/SEQ01.json could not be written; "
        "nothing that was there is lost",
        f"SetupError disk-full: the disk is full: {records}/SEQ02.json could not be written; "
        "nothing that was there is lost",
        "True None ['SEQ01.json']",
        "done",
    ]


def test_a_limit_on_file_sizes_is_a_full_disk_too(tmp_path: Path) -> None:
    code = """
        s = store()
        s.init_sequence("SEQ01", Status.VIDEO_PENDING)
        old = s.load("SEQ01")
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        told(lambda: s.open_take("SEQ01", [take("big", words="x" * 100_000)], NO_CAPS, seen=old, by="t"))
        print(s.load("SEQ01") == old)
    """
    said = answer(child(tmp_path, code)).splitlines()
    assert said[0].startswith("SetupError disk-full: the disk is full: ")
    assert said[1] == "True"
    records = ProjectPaths(tmp_path, "film").records
    assert [path.name for path in records.iterdir()] == ["SEQ01.json"]
    assert json.loads((records / "SEQ01.json").read_text())["takes"] == []
