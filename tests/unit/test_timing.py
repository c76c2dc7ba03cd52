from __future__ import annotations

from fractions import Fraction

import pytest

from starsend.model.timing import counted, shot_starts, timecode

NTSC = Fraction(24000, 1001)


def test_shots_begin_where_the_ones_before_end_and_the_total_comes_last() -> None:
    assert shot_starts((4, 3), Fraction(24)) == (0, 96, 168)
    assert shot_starts((), Fraction(24)) == (0,)


def test_rounding_does_not_pile_up_over_many_shots() -> None:
    starts = shot_starts((0.1,) * 1000, NTSC)
    assert starts[-1] == round(100 * NTSC)
    assert all(abs(start - index * NTSC / 10) <= Fraction(1, 2) for index, start in enumerate(starts))


def test_every_shot_has_a_frame_of_its_own() -> None:
    starts = shot_starts((0.001, 0.001, 1), Fraction(24))
    assert starts == (0, 1, 2, 24)


@pytest.mark.parametrize(
    ("frame", "rate", "text"),
    [
        (0, Fraction(24), "00:00:00:00"),
        (23, Fraction(24), "00:00:00:23"),
        (24, Fraction(24), "00:00:01:00"),
        (24 * 3600 + 25, Fraction(24), "01:00:01:01"),
        (24, NTSC, "00:00:01:00"),
        (30, Fraction(30000, 1001), "00:00:01:00"),
    ],
)
def test_timecode_is_non_drop_at_the_next_whole_rate(frame: int, rate: Fraction, text: str) -> None:
    assert timecode(frame, rate) == text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "Nothing moves in frames 12 to 30 (0.50 to 1.25 s).",
            "Nothing moves in frames 1013 to 1031 (0.50 to 1.25 s).",
        ),
        ("its frames are 0 to 71.", "its frames are 1001 to 1072."),
        ("Frame 7 of x.mp4 is damaged", "Frame 1008 of x.mp4 is damaged"),
        ("3 frames (0.12 s) longer; 24 frames a second", "3 frames (0.12 s) longer; 24 frames a second"),
        ("frames/given/frame 3.png, as asked", "frames/given/frame 3.png, as asked"),
    ],
)
def test_frame_numbers_in_words_are_counted_from_the_first_frame(words: str, told: str) -> None:
    assert counted(words, 1001) == told
    assert counted(words, 0) == words
