from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from starsend.animatic.film import render_film
from starsend.animatic.orders import FilmOrder, FilmShot
from starsend.errors import MediaError

Frames = list[npt.NDArray[np.uint8]]
FILM = FilmOrder(
    "SEQ01", 1, "The pickup",
    (FilmShot("SH01", "Night highway, a truck. Slow push in.", 7),
     FilmShot("SH02", "Day, desert, a man. Pan left.", 6)),
    "", (), 320, 180, Fraction(24), None, None, False, "fast",
)  # fmt: skip


def _nothing(share: float) -> None:
    assert 0 <= share <= 1


def _render(order: FilmOrder, folder: Path) -> Frames:
    render_film(order, folder / "film.part", _nothing)
    with av.open(str(folder / "film.part")) as film:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in film.decode(video=0)]


def test_shots_are_cut_hard_where_they_were_planned(tmp_path: Path) -> None:
    frames = _render(FILM, tmp_path)
    assert len(frames) == 13
    steps = [float(np.abs(a[:150].astype(int) - b[:150]).mean()) for a, b in pairwise(frames)]
    assert int(np.argmax(steps)) == 6
    assert steps[6] > 4 * sorted(steps)[-2]


def test_a_repeat_is_the_same_file_and_a_retake_is_not(tmp_path: Path) -> None:
    made = []
    for take in (1, 1, 2):
        render_film(replace(FILM, take=take), tmp_path / "film.part", _nothing)
        made.append((tmp_path / "film.part").read_bytes())
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("audio", [True, False])
def test_there_is_an_aac_track_if_and_only_if_asked(audio: bool, tmp_path: Path) -> None:
    _render(replace(FILM, audio=audio), tmp_path)
    with av.open(str(tmp_path / "film.part")) as film:
        assert [stream.codec_context.name for stream in film.streams.audio] == (["aac"] if audio else [])
        assert film.format.name.startswith("mov,mp4")
        if audio:
            track = film.streams.audio[0]
            assert track.duration is not None
            assert track.time_base is not None
            seconds = float(track.duration * track.time_base)
            assert abs(seconds - 13 / 24) < 0.05


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(25), Fraction(30000, 1001)])
def test_frames_are_spaced_by_the_rate(fps: Fraction, tmp_path: Path) -> None:
    render_film(replace(FILM, fps=fps), tmp_path / "film.part", _nothing)
    with av.open(str(tmp_path / "film.part")) as film:
        times = [frame.time for frame in film.decode(video=0)]
        assert film.streams.video[0].average_rate == fps
    assert np.allclose(np.array(times, float), [k / float(fps) for k in range(13)], atol=1e-3)


def test_the_start_frame_is_the_first_picture(tmp_path: Path) -> None:
    x = np.linspace(0, 255, 640, dtype=np.uint8)
    picture = np.stack([np.tile(x, (360, 1)), np.full((360, 640), 90, np.uint8), np.tile(x[::-1], (360, 1))], axis=2)
    Image.fromarray(picture).save(tmp_path / "start.png")
    first = _render(replace(FILM, start_frame=tmp_path / "start.png"), tmp_path)[0]
    expected = cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)
    assert float(np.abs(first[:150].astype(int) - expected[:150]).mean()) < 4


def test_the_last_shot_arrives_at_the_end_frame(tmp_path: Path) -> None:
    Image.new("RGB", (640, 360), (200, 60, 60)).save(tmp_path / "end.png")
    last = _render(replace(FILM, end_frame=tmp_path / "end.png"), tmp_path)[-1]
    assert np.abs(last[20:120, 20:300].reshape(-1, 3).mean(axis=0) - (200, 60, 60)).max() < 6


def test_the_running_numbers_change_with_every_frame(tmp_path: Path) -> None:
    frames = _render(FILM, tmp_path)
    bars = [frame[160:, 200:].astype(int) for frame in frames]
    assert all(np.abs(a - b).max() > 60 for a, b in pairwise(bars))


def test_what_progress_raises_goes_through_with_the_file_closed(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_film(FILM, tmp_path / "film.part", stop)
    (tmp_path / "film.part").write_bytes(b"")  # nobody holds it


@pytest.mark.parametrize("size", [(180, 320), (240, 240), (430, 180)])
def test_any_even_size_is_filmed(size: tuple[int, int], tmp_path: Path) -> None:
    for profile in ("full", "fast"):
        order = replace(FILM, width_px=size[0], height_px=size[1], audio=True, profile=profile)
        assert _render(order, tmp_path)[0].shape == (size[1], size[0], 3)


def test_colours_are_tagged_bt709(tmp_path: Path) -> None:
    _render(FILM, tmp_path)
    with av.open(str(tmp_path / "film.part")) as film:
        context = film.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)


def test_an_unreadable_start_frame_is_named(tmp_path: Path) -> None:
    (tmp_path / "start.png").write_bytes(b"")
    with pytest.raises(MediaError, match=r"start\.png"):
        render_film(replace(FILM, start_frame=tmp_path / "start.png"), tmp_path / "film.part", _nothing)
