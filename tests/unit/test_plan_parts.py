from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starsend.model.plan import Shot
from starsend.model.plan_parts import split_parts


def shots_of(*seconds: int) -> tuple[Shot, ...]:
    return tuple(
        Shot(id=f"SH{i:02d}", prompt="Wide.", duration_s=Decimal(each)) for i, each in enumerate(seconds, start=1)
    )


def lengths(parts: Sequence[Sequence[Shot]]) -> list[list[int]]:
    return [[int(shot.duration_s) for shot in part] for part in parts]


@pytest.mark.parametrize(
    ("seconds", "parts"),
    [
        ([4, 4, 4], [[4, 4, 4]]),
        ([5, 5, 5, 5], [[5, 5], [5, 5]]),
        ([8, 7, 2, 14], [[8], [7, 2], [14]]),
        ([2] * 20, [[2] * 5] * 4),
        ([14, 2, 14], [[14], [2], [14]]),
        ([20, 3], [[20], [3]]),
        ([], []),
    ],
)
def test_sequences_are_covered_by_few_even_jobs(seconds: list[int], parts: list[list[int]]) -> None:
    assert lengths(split_parts(shots_of(*seconds), 6, Decimal(15), Decimal(3))) == parts


def test_a_short_last_part_takes_a_shot_from_the_one_before() -> None:
    parts = split_parts(shots_of(2, 2, 2, 2, 2, 2, 1), 6, Decimal(15), Decimal(3))
    assert lengths(parts) == [[2, 2, 2], [2, 2, 2, 1]]


@settings(deadline=None)
@given(st.lists(st.integers(1, 15), min_size=1, max_size=9))
def test_no_other_split_has_fewer_short_parts_or_fewer_jobs(seconds: list[int]) -> None:
    parts = lengths(split_parts(shots_of(*seconds), 6, Decimal(15), Decimal(3)))
    assert [each for part in parts for each in part] == seconds
    assert all(len(part) <= 6 and sum(part) <= 15 for part in parts)

    def quality(split: list[list[int]]) -> tuple[int, int]:
        return sum(sum(part) < 3 for part in split), len(split)

    for count in range(len(seconds)):
        for cuts in combinations(range(1, len(seconds)), count):
            edges = [0, *cuts, len(seconds)]
            split = [seconds[a:b] for a, b in pairwise(edges)]
            if all(len(part) <= 6 and sum(part) <= 15 for part in split):
                assert quality(parts) <= quality(split)
