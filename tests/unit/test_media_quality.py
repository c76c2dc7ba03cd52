"""What is found in a take: its rate and size, sound, black, freezes, cuts, its first frame."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from starsend.errors import MediaError
from starsend.media.picture import save_png
from starsend.media.quality import Expected
from starsend.media.video import frame_at, probe
from starsend.model.slate import Slate
from starsend.production.inspector import Asked
from starsend.providers.order import Order, ShotOrder
from tests.fakes.painted_films import FPS, SIZE, Pixels, black, check, film, painting, push_in, said, with_timecode


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
    ((code, severity, words),) = said(check(video, asked))
    assert (code, severity) == ("freeze", "warning")
    assert words.startswith("One and the same picture, grain and all, in frames 24 to 59 ("), words
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
