from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from starsend.media.slate_card import SlateCard, SlateText, font, shortened, timecode, to_planes

TEXT = SlateText("SEQ01 SH02 T003", "WS · 28 mm · PUSH IN", "A road at night. 夜 👻")


@pytest.mark.parametrize(
    ("frame", "fps", "shown"),
    [
        (0, Fraction(24), "00:00:00:00"),
        (23, Fraction(24), "00:00:00:23"),
        (24, Fraction(24), "00:00:01:00"),
        (86400, Fraction(24), "01:00:00:00"),
        (30, Fraction(30000, 1001), "00:00:01:00"),
    ],
)
def test_timecode_counts_frames_from_nought(frame: int, fps: Fraction, shown: str) -> None:
    assert timecode(frame, fps) == shown


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (320, 180), (160, 90), (96, 96)])
def test_the_bar_lies_at_the_foot_and_its_digits_run(size: tuple[int, int]) -> None:
    width, height = size
    card = SlateCard(TEXT, width, height, Fraction(24))
    assert card.height_px <= max(16, height * 0.1)
    shown = []
    for frame in (0, 1):
        planes = (
            np.full((height, width), 99, np.uint8),
            *(np.full((height // 2, width // 2), 99, np.uint8) for _ in "uv"),
        )
        card.draw((planes[0], planes[1], planes[2]), frame)
        assert (planes[0][: card.top] == 99).all()
        shown.append(planes[0][card.top :])
    assert int(np.abs(shown[0].astype(int) - shown[1]).max()) > 60


def _bar(first_frame: int, frame: int) -> np.ndarray:
    card = SlateCard(TEXT, 1280, 720, Fraction(24), first_frame)
    planes = np.zeros((720, 1280), np.uint8), np.zeros((360, 640), np.uint8), np.zeros((360, 640), np.uint8)
    card.draw(planes, frame)
    return planes[0][card.top :]


def test_frames_are_counted_from_where_they_are_said_to_and_time_from_nought() -> None:
    clock, count = slice(0, 38), slice(38, None)
    bar = _bar(1001, 7)
    assert (bar[count] == _bar(0, 1008)[count]).all()
    assert (bar[clock] == _bar(0, 7)[clock]).all()
    assert (bar[count] != _bar(0, 7)[count]).any()


def test_text_is_cut_to_its_room() -> None:
    face = font(20)
    assert shortened("short", face, 500) == "short"
    cut = shortened("a very long line " * 9, face, 200)
    assert cut.endswith("…")
    assert face.getlength(cut) <= 200


def test_colours_become_bt709() -> None:
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    luma, u, v = (int(plane[0, 0]) for plane in to_planes(red))
    assert (luma, u, v) == pytest.approx((63, 102, 240), abs=1)
