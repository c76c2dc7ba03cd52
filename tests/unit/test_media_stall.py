"""A shot that is asked to stand still: a locked camera, with grain and small life in it, against a stalled model."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from starsend.media.quality import Expected
from tests.fakes.painted_films import FPS, Pixels, check, painting, said

SIZE = (640, 360)
STILL = Expected(fps=FPS, still=((0, 96),))
ENCODERS = {
    "good": {"preset": "veryfast", "crf": "20"},
    "poor": {"preset": "medium", "crf": "26"},
    "refreshed": {"preset": "veryfast", "crf": "23", "g": "12", "bf": "0"},
    "thin": {"preset": "veryfast", "b": "800000"},
}


def locked(frames: int, *, grain: float = 0.0, subject_px: int = 0, stalls_at: int | None = None) -> Iterator[Pixels]:
    """A street at night from a tripod: noise of the sensor, perhaps somebody far away; from a frame on it stalls."""
    chance, still = np.random.default_rng(3), painting(4, SIZE).astype(np.float32)
    noise = [chance.normal(0, grain, (SIZE[1], SIZE[0], 1)).astype(np.float32) for _ in range(7)]
    last: Pixels | None = None
    for number in range(frames):
        if last is None or stalls_at is None or number < stalls_at:
            seen = still + noise[number % 7]
            if subject_px:
                cv2.circle(seen, (200 + number, 200), subject_px, (230, 230, 230), -1)
            last = np.clip(seen, 0, 255).astype(np.uint8)
        yield last


def encoded(path: Path, frames: Iterator[Pixels], options: dict[str, str]) -> Path:
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        if "b" in options:
            video.bit_rate = int(options["b"])
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1) / FPS
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
    return path


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(("grain", "subject_px"), [(6.0, 0), (0.0, 5)])
def test_a_locked_camera_with_grain_or_a_small_subject_is_no_finding(
    tmp_path: Path, encoder: str, grain: float, subject_px: int
) -> None:
    frames = locked(96, grain=grain, subject_px=subject_px)
    assert said(check(encoded(tmp_path / "a.mp4", frames, ENCODERS[encoder]), STILL)) == []


@pytest.mark.parametrize("encoder", ["good", "poor", "refreshed"])  # with too few bits a picture never comes to rest
@pytest.mark.parametrize(("grain", "subject_px"), [(0.0, 0), (3.0, 5)])
def test_a_model_that_stalls_in_it_is_found_where_it_does(
    tmp_path: Path, encoder: str, grain: float, subject_px: int
) -> None:
    frames = locked(96, grain=grain, subject_px=subject_px, stalls_at=30)
    report = check(encoded(tmp_path / "a.mp4", frames, ENCODERS[encoder]), STILL)
    (finding,) = report.findings
    assert (finding.code, finding.severity, report.damaged) == ("freeze", "warning", False)
    assert finding.frame is not None
    assert finding.end_frame == 96
    assert finding.frame <= 60, "an encoder with few bits goes on refining the picture for a second"


def test_a_stall_of_less_than_a_second_is_no_finding(tmp_path: Path) -> None:
    frames = locked(72, grain=3.0, stalls_at=52)
    assert said(check(encoded(tmp_path / "a.mp4", frames, ENCODERS["good"]), STILL)) == []


def test_it_is_looked_for_where_the_shot_is_asked_to_stand_and_nowhere_else(tmp_path: Path) -> None:
    path = encoded(tmp_path / "a.mp4", locked(72, grain=3.0, subject_px=8, stalls_at=30), ENCODERS["good"])
    asked = Expected(fps=FPS, still=((36, 72),))
    assert [(f.code, f.frame) for f in check(path, asked).findings] == [("freeze", 36)]
    assert said(check(path, Expected(freeze_ok=True, fps=FPS, still=((0, 72),)))) == []
