from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from starsend.errors import MediaError
from starsend.media.picture import save_png
from starsend.media.quality import Expected, TakeReport, check_take
from starsend.media.quality_pool import QualityPool
from starsend.media.video import frame_at, probe
from starsend.model.slate import Slate
from starsend.production.inspector import Asked
from starsend.providers.order import Order, ShotOrder
from starsend.studio import PooledInspector

Pixels = NDArray[np.uint8]
FPS = Fraction(24)
SIZE = (320, 180)


def painting(seed: int, size: tuple[int, int] = SIZE) -> Pixels:
    patches = np.random.default_rng(seed).integers(0, 256, (9, 16, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def push_in(seed: int, frames: int, rate: float = 0.002, size: tuple[int, int] = SIZE) -> Iterator[Pixels]:
    image, (width, height) = painting(seed, size), size
    for i in range(frames):
        zoom = 1 + rate * i
        matrix = np.array([[zoom, 0, width / 2 * (1 - zoom)], [0, zoom, height / 2 * (1 - zoom)]], dtype=np.float32)
        yield np.asarray(cv2.warpAffine(image, matrix, (width, height)), dtype=np.uint8)


def black(frames: int) -> list[Pixels]:
    return [np.zeros((SIZE[1], SIZE[0], 3), np.uint8)] * frames


def with_timecode(frames: Iterable[Pixels]) -> Iterator[Pixels]:
    for i, frame in enumerate(frames):
        marked = frame.copy()
        cv2.putText(marked, f"00:00:{i // 24:02}:{i % 24:02}", (90, 176), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255,) * 3)
        yield marked


def film(
    path: Path, frames: Iterable[Pixels], *, fps: Fraction = FPS, tone: float | None = None, fast: bool = True
) -> Path:
    """Write frames as H.264, with a tone of an amplitude if given."""
    with av.open(str(path), "w", options={"movflags": "+faststart"} if fast else {}) as out:
        video = out.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "20", "g": "12", "bf": "0"})
        audio = out.add_stream("aac", rate=48000, layout="stereo") if tone is not None else None
        video.pix_fmt = "yuv420p"
        count = 0
        for count, frame in enumerate(frames, start=1):
            if count == 1:
                video.height, video.width = frame.shape[:2]
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")
            picture.pts, picture.time_base = count - 1, 1 / fps
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
        if audio is not None and tone is not None:
            blocks = int(count / fps * 48000) // 1024
            for block in range(blocks):
                wave = tone * np.sin(np.arange(block * 1024, (block + 1) * 1024) * 0.05)
                sound = av.AudioFrame.from_ndarray(np.array([wave, wave], np.float32), format="fltp", layout="stereo")
                sound.sample_rate, sound.pts, sound.time_base = 48000, block * 1024, Fraction(1, 48000)
                out.mux(audio.encode(sound))
            out.mux(audio.encode(None))
    return path


def check(video: Path, expected: Expected | None = None) -> TakeReport:
    return check_take(video, expected or Expected(), video.with_suffix(".thumb.jpg"), video.with_suffix(".strip.jpg"))


def said(report: TakeReport) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity, f.message) for f in report.findings]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "SEQ01_T001.mp4"
    return film(path, chain(push_in(1, 30), push_in(2, 20), push_in(3, 22)), tone=0.3)


@pytest.mark.parametrize(
    ("fps", "size"), [(Fraction(24), SIZE), (Fraction(30000, 1001), SIZE), (Fraction(25), (180, 320))]
)
def test_probing_reads_rate_size_and_frames(tmp_path: Path, fps: Fraction, size: tuple[int, int]) -> None:
    info = probe(film(tmp_path / "a.mp4", push_in(1, 25, size=size), fps=fps))
    assert (info.fps, info.width_px, info.height_px, info.frames) == (fps, *size, 25)
    assert (info.video_codec, info.audio_codec) == ("h264", None)
    assert info.duration_s == pytest.approx(float(25 / fps), abs=0.01)


def test_probing_names_the_sound(good: Path) -> None:
    assert probe(good).audio_codec == "aac"


def test_a_frame_is_found_by_its_index_and_shown_in_its_colours(tmp_path: Path) -> None:
    def counted() -> Iterator[Pixels]:
        for i in range(30):
            yield np.full((180, 320, 3), (8 * i, 60, 60), np.uint8)

    path = film(tmp_path / "a.mp4", counted())
    for index in (0, 1, 11, 12, 13, 29):
        assert frame_at(path, index)[90, 160].astype(int) == pytest.approx([8 * index, 60, 60], abs=6)


@pytest.mark.parametrize("index", [-1, 72])
def test_a_frame_outside_is_refused(good: Path, index: int) -> None:
    with pytest.raises(MediaError) as caught:
        frame_at(good, index)
    assert caught.value.message == f"{good} has no frame {index}; its frames are 0 to 71."
    assert caught.value.code == "no-such-frame"


def test_a_good_take_has_no_findings_and_gets_its_pictures(good: Path) -> None:
    expected = Expected(frames=72, fps=FPS, size_px=SIZE, cuts=(30, 50), audio=True)
    report = check(good, expected)
    assert said(report) == []
    assert (report.damaged, report.cuts) == (False, (30, 50))
    with Image.open(good.with_suffix(".thumb.jpg")) as thumb, Image.open(good.with_suffix(".strip.jpg")) as strip:
        assert (thumb.format, thumb.size) == ("JPEG", (320, 180))
        assert (strip.format, strip.size) == ("JPEG", (20 * 160, 90))


def test_an_upright_take_keeps_its_ratio_in_its_pictures(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", push_in(1, 10, size=(180, 320)))
    assert said(check(video, Expected(size_px=(180, 320)))) == []
    with Image.open(tmp_path / "a.strip.jpg") as strip:
        assert strip.size == (20 * 160, 284)


def test_rate_size_length_and_sound_are_held_against_the_plan(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", push_in(1, 25), fps=Fraction(30000, 1001))
    expected = Expected(frames=48, fps=FPS, size_px=(1280, 720), audio=True)
    assert said(check(video, expected)) == [
        ("duration", "warning", "0.83 s, 35 frames (1.17 s) shorter than the planned 2.00 s."),
        ("fps", "warning", "29.97 frames a second, not the planned 24."),
        ("size", "warning", "320×180 px, not the planned 1280×720 px."),
        ("audio-missing", "warning", "There is no sound, although the plan asks for it."),
    ]


@pytest.mark.parametrize(("planned", "severity"), [(72, None), (71, "info"), (74, "info"), (79, "warning")])
def test_a_frame_or_two_off_is_only_worth_knowing(good: Path, planned: int, severity: str | None) -> None:
    report = check(good, Expected(frames=planned, fps=FPS, cuts=(30, 50)))
    assert [f.severity for f in report.findings if f.code == "duration"] == ([severity] if severity else [])


def test_silence_is_noticed_where_sound_was_asked_for(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", push_in(1, 24), tone=0.0)
    assert said(check(video, Expected(audio=True))) == [
        ("silence", "warning", "The sound track is silent from start to end.")
    ]
    assert said(check(video, Expected(audio=False))) == []


def test_black_is_found_frame_by_frame(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", chain(black(2), push_in(1, 22), with_timecode(black(12)), push_in(1, 24)))
    report = check(video, Expected(cuts=(24, 36)))
    assert [(f.frame, f.end_frame, f.severity, f.message) for f in report.findings if f.code == "black"] == [
        (0, 2, "info", "Black in frames 0 to 1 (0.00 to 0.08 s)."),
        (24, 36, "warning", "Black in frames 24 to 35 (1.00 to 1.50 s)."),
    ]


def test_a_take_that_is_all_black_says_so_once(tmp_path: Path) -> None:
    assert said(check(film(tmp_path / "a.mp4", black(36)))) == [("black", "warning", "The whole take is black.")]


def test_a_frozen_second_is_found_under_a_running_timecode(tmp_path: Path) -> None:
    moving = list(push_in(1, 24, 0.004))
    video = film(tmp_path / "a.mp4", with_timecode([*moving, *[moving[-1]] * 36]))
    (finding,) = check(video).findings
    assert (finding.code, finding.severity) == ("freeze", "warning")
    assert finding.frame is not None
    assert abs(finding.frame - 23) <= 2
    assert finding.end_frame == 60
    assert said(check(video, Expected(freeze_ok=True))) == []
    asked = Expected(frames=60, fps=Fraction(24), still=((24, 60),))
    assert said(check(video, asked)) == [], "a shot that is asked to stand still may"
    elsewhere = Expected(frames=60, fps=Fraction(24), still=((0, 24),))
    assert [code for code, *_ in said(check(video, elsewhere))] == ["freeze"]


@pytest.mark.parametrize(
    ("words", "still"),
    [
        ("Close-up. Static camera.", (0,)),
        ("A locked-off shot of the door.", (0,)),
        ("The camera is locked.", (0,)),
        ("Static on the radio; slow push in. The door is locked.", ()),
    ],
)
def test_a_camera_that_is_asked_to_stand_is_read_off_the_prompt(words: str, still: tuple[int, ...]) -> None:
    order = Order(Slate("SEQ01"), "video", "single", "kling-o3-pro", "Film", (ShotOrder("SH01", words, 3),))
    asked = Asked.of(order, None)
    assert asked.still == still
    assert asked.expected().still == tuple((0, 72) for _ in still)


def test_standing_still_for_less_than_a_second_is_no_finding(tmp_path: Path) -> None:
    moving = list(push_in(1, 30, 0.004))
    assert said(check(film(tmp_path / "a.mp4", [*moving, *[moving[-1]] * 18]))) == []


@pytest.mark.parametrize("rate", [0.0005, 0.001])
def test_a_slow_push_in_under_a_timecode_is_no_freeze(tmp_path: Path, rate: float) -> None:
    assert said(check(film(tmp_path / "a.mp4", with_timecode(push_in(4, 96, rate))))) == []


def test_cuts_are_matched_with_the_plan(good: Path) -> None:
    report = check(good, Expected(fps=FPS, cuts=(28, 60)))
    assert said(report) == [
        ("cut-drift", "info", "The cut planned for frame 28 (1.17 s) comes 2 frames late."),
        ("cut-extra", "warning", "There is a cut at frame 50 (2.08 s) that the plan doesn't have."),
        ("cut-missing", "warning", "The cut planned for frame 60 (2.50 s) is missing."),
    ]


def test_planned_cuts_are_meant_in_the_plans_own_rate(good: Path) -> None:
    report = check(good, Expected(fps=Fraction(48), cuts=(60, 100)))
    assert [f.code for f in report.findings] == ["fps"]


def test_a_flash_and_a_whip_pan_are_no_cuts(tmp_path: Path) -> None:
    wide = painting(5, (1600, 180))
    pan = [np.ascontiguousarray(wide[:, 25 * i : 25 * i + 320]) for i in range(30)]
    pan[14:16] = [np.full_like(pan[0], 255)] * 2
    assert check(film(tmp_path / "a.mp4", pan)).cuts == ()


def test_the_first_frame_is_compared_with_the_start_frame(tmp_path: Path) -> None:
    video = film(tmp_path / "a.mp4", push_in(1, 12))
    save_png(painting(1, (1280, 720)), tmp_path / "same.png")
    save_png(np.ascontiguousarray(painting(1)[:, ::-1]), tmp_path / "mirrored.png")
    same = check(video, Expected(start_frame=tmp_path / "same.png"))
    other = check(video, Expected(start_frame=tmp_path / "mirrored.png"))
    assert same.start_likeness is not None
    assert same.start_likeness > 0.9
    assert said(same) == []
    assert [(f.code, f.severity, f.frame) for f in other.findings] == [("start-frame", "warning", 0)]


def test_an_unreadable_start_frame_does_not_fail_the_take(tmp_path: Path) -> None:
    report = check(film(tmp_path / "a.mp4", push_in(1, 12)), Expected(start_frame=tmp_path / "gone.png"))
    assert said(report) == [
        ("start-frame", "info", f"Not compared with its start frame: {tmp_path / 'gone.png'} is not there.")
    ]
    assert (report.damaged, report.start_likeness) == (False, None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", " (it is empty)"),
        (b"<html><body>403</body></html>", " (it is a web page)"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", ""),
        (b"ffconcat version 1.0\nfile other.mp4\n", ""),
    ],
)
def test_what_is_no_video_is_damaged_and_writes_nothing(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    report = check(path)
    assert said(report) == [("damage", "failure", f"{path} is not a video that can be opened{why}.")]
    assert (report.damaged, report.info, report.cuts) == (True, None, ())
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_a_missing_take_is_damaged(tmp_path: Path) -> None:
    report = check(tmp_path / "a.mp4")
    assert said(report) == [("damage", "failure", f"{tmp_path / 'a.mp4'} is not there.")]
    assert report.sha256 == ""


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    save_png(painting(1), tmp_path / "a.png")
    with pytest.raises(MediaError) as caught:
        probe(tmp_path / "a.png")
    assert caught.value.message == f"{tmp_path / 'a.png'} is not a video that can be opened (it is a PNG picture)."


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("fast", [True, False])
def test_a_truncated_take_is_damaged(tmp_path: Path, good: Path, share: float, fast: bool) -> None:
    path = film(tmp_path / "a.mp4", push_in(1, 48), fast=fast)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    report = check(path)
    assert report.damaged
    assert report.findings[0].code == "damage"


def test_flipped_bytes_are_damage(tmp_path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    for at in np.random.default_rng(1).integers(len(content) // 5, len(content), 60).tolist():
        content[at] ^= 0xFF
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    assert check(path).damaged


def test_no_flipped_bytes_make_the_check_raise(tmp_path: Path, good: Path) -> None:
    rng = np.random.default_rng(2)
    for attempt in range(12):
        content = bytearray(good.read_bytes())
        for at in rng.integers(0, len(content) if attempt % 2 else 3000, 4).tolist():
            content[at] = int(rng.integers(0, 256))
        path = tmp_path / f"{attempt}.mp4"
        path.write_bytes(content)
        assert isinstance(check(path), TakeReport)


def test_pictures_that_cannot_be_written_do_not_fail_the_take(good: Path, tmp_path: Path) -> None:
    (tmp_path / "thumb.jpg").mkdir()
    report = check_take(good, Expected(cuts=(30, 50)), tmp_path / "thumb.jpg", tmp_path / "strip.jpg")
    assert [(f.code, f.severity) for f in report.findings] == [("thumbnail", "info")]


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
