"""What is no video, or only a part of one, is damaged; whatever it is, the check never raises."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from starsend.errors import MediaError
from starsend.media.picture import save_png
from starsend.media.quality import Expected, TakeReport, check_take
from starsend.media.video import probe
from tests.fakes.painted_films import check, film, painting, push_in, said


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "SEQ01_T001.mp4"
    return film(path, chain(push_in(1, 30), push_in(2, 20), push_in(3, 22)), tone=0.3)


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
