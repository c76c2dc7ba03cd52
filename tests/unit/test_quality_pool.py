"""The pool of checking children: no keys, crashes, hangs, many threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path

import pytest

from starsend.media.quality import Expected, TakeReport
from starsend.media.quality_pool import QualityPool
from starsend.studio import PooledInspector
from tests.fakes.painted_films import FPS, SIZE, check, film, push_in, said


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "SEQ01_T001.mp4"
    return film(path, chain(push_in(1, 30), push_in(2, 20), push_in(3, 22)), tone=0.3)


def test_the_pool_reports_what_the_check_reports(good: Path, tmp_path: Path) -> None:
    expected = Expected(frames=70, fps=FPS, cuts=(30,), size_px=SIZE, start_frame=tmp_path / "gone.png")
    with QualityPool(1) as pool:
        report = pool.check(good, expected, tmp_path / "thumb.jpg", tmp_path / "strip.jpg")
    assert report == check(good, expected)
    assert (tmp_path / "strip.jpg").is_file()


# Speaks the worker's protocol, with a decoder that can't bear some files.
WEAK_CHILD = """
import os, signal, sys
from starsend.media.quality import check_take
from starsend.media.quality_worker import JOBS, REPORTS
for line in sys.stdin.buffer:
    job = JOBS.validate_json(line)
    if job.video.name == "crash.mp4":
        os.kill(os.getpid(), signal.SIGSEGV)
    if job.video.name == "exit.mp4":
        os._exit(0)
    if job.video.name == "hang.mp4":
        signal.pause()
    report = check_take(job.video, job.expected, job.thumbnail, job.filmstrip)
    sys.stdout.buffer.write(REPORTS.dump_json(report) + b"\\n")
    sys.stdout.buffer.flush()
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_children_have_no_keys(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They read what a provider sends."""
    for name in ("FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, f"marked-{name}")
    monkeypatch.setenv("STARSEND_TEST", "seen")
    inspector = PooledInspector()
    try:
        assert not inspector.check(good, Expected(), tmp_path / "t.jpg", tmp_path / "s.jpg").damaged
        pids = {pid for children in Path("/proc/self/task").glob("*/children") for pid in children.read_text().split()}
        seen = [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids]
    finally:
        inspector.close()
    workers = [environ for environ in seen if b"STARSEND_TEST=seen" in environ]
    assert len(workers) == 1
    assert b"marked" not in workers[0]


def test_a_crash_is_damage_and_the_pool_goes_on(good: Path, tmp_path: Path) -> None:
    asked = Expected(), tmp_path / "t.jpg", tmp_path / "s.jpg"
    with QualityPool(1, command=(sys.executable, "-c", WEAK_CHILD)) as pool:
        assert said(pool.check(tmp_path / "crash.mp4", *asked)) == [
            ("damage", "failure", "The decoder crashed on crash.mp4 (exit -11).")
        ]
        assert pool.check(good, *asked).damaged is False
        assert said(pool.check(tmp_path / "exit.mp4", *asked)) == [
            ("damage", "failure", "The decoder crashed on exit.mp4 (exit 0).")
        ]
        assert pool.check(good, *asked).damaged is False


def test_a_check_that_hangs_is_stopped(tmp_path: Path) -> None:
    with QualityPool(1, time_limit_s=0.5, command=(sys.executable, "-c", WEAK_CHILD)) as pool:
        report = pool.check(tmp_path / "hang.mp4", Expected(), tmp_path / "t.jpg", tmp_path / "s.jpg")
    assert said(report) == [("damage", "failure", "The check of hang.mp4 took longer than 0.5 s and was stopped.")]


def test_many_threads_share_a_pool(good: Path, tmp_path: Path) -> None:
    reports: list[TakeReport] = []
    with QualityPool(2) as pool:

        def work(i: int) -> None:
            reports.append(pool.check(good, Expected(), tmp_path / f"{i}.jpg", tmp_path / f"{i}s.jpg"))

        threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [r.cuts for r in reports] == [(30, 50)] * 5


def test_the_child_is_not_shadowed_by_a_folder_of_our_name(good: Path, tmp_path: Path) -> None:
    (tmp_path / "starsend").mkdir()
    (tmp_path / "starsend" / "__init__.py").write_text("raise SystemExit(9)")
    program = (
        "import sys; from pathlib import Path\n"
        "from starsend.media.quality_pool import QualityPool; from starsend.media.quality import Expected\n"
        "with QualityPool(1) as pool: r = pool.check(Path(sys.argv[1]), Expected(), Path('t.jpg'), Path('s.jpg'))\n"
        "sys.exit(r.damaged)"
    )
    command = [sys.executable, "-P", "-c", program, str(good)]
    assert subprocess.run(command, cwd=tmp_path, check=False, env=os.environ).returncode == 0
