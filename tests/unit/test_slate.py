from __future__ import annotations

import itertools

import pytest

from starsend.errors import PlanError
from starsend.model.slate import Slate, check_id, check_sequence_id, parse_take, shot_id


@pytest.mark.parametrize(
    ("text", "slate", "take"),
    [
        ("SEQ01", Slate("SEQ01"), None),
        ("SEQ01_SH03", Slate("SEQ01", "SH03"), None),
        ("SEQ01_T002", Slate("SEQ01"), 2),
        ("SEQ01_SH03_T012", Slate("SEQ01", "SH03"), 12),
        ("night_road-2", Slate("night_road-2"), None),
        ("TITLE_SH01", Slate("TITLE", "SH01"), None),
        ("7", Slate("7"), None),
    ],
)
def test_a_slate_is_read_with_and_without_its_take(text: str, slate: Slate, take: int | None) -> None:
    assert parse_take(text) == (slate, take)


@pytest.mark.parametrize(
    ("slate", "take", "text"), [(Slate("SEQ01"), 2, "SEQ01_T002"), (Slate("A", "SH1"), 1234, "A_SH1_T1234")]
)
def test_a_take_is_written_with_three_digits_or_more_and_read_back(slate: Slate, take: int, text: str) -> None:
    assert slate.take(take) == text
    assert parse_take(text) == (slate, take)


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "../SEQ01", "SEQ01/..", "/etc/passwd", "SEQ 01", "SEQ01\n", "SEQ01\x00", "-SEQ", "_SEQ", ".SEQ",
        "SÉQ01", "S" * 65, "SEQ01_SH", "SEQ01_SHxx", "SEQ01_SH01_SH02", "SEQ01_T000", "seq01_sh03", "SEQ01_t1",
    ],
)  # fmt: skip
def test_what_is_no_slate_is_refused_so_that_no_path_is_left(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_take(text)
    assert caught.value.code == "bad-id"
    assert caught.value.exit_code == 2


def test_a_take_where_a_slate_is_wanted_is_refused_with_both_halves() -> None:
    with pytest.raises(PlanError) as caught:
        Slate.parse("SEQ01_T002")
    assert str(caught.value) == "'SEQ01_T002' names a take; a slate is wanted here"
    assert caught.value.remedy == "give the slate SEQ01 and the take beside it: --take 2"


def test_takes_count_from_one() -> None:
    with pytest.raises(PlanError, match="'SEQ01_T000': takes count from 1"):
        parse_take("SEQ01_T000")


@pytest.mark.parametrize("name", ["SEQ01_SH02", "A_SHOUT", "a_sh", "SEQ_T1", "seq_t001"])
def test_a_sequence_can_not_be_called_like_a_shot_or_take(name: str) -> None:
    with pytest.raises(PlanError) as caught:
        check_sequence_id(name)
    assert str(caught.value) == f"{name!r} can't be a sequence: _SH and a last _T001 are kept for shots and takes"


@pytest.mark.parametrize("name", ["SEQ01", "SHORT", "SEQ_TWO", "T1", "X_T1a", "S" * 64])
def test_other_sequence_ids_pass(name: str) -> None:
    assert check_sequence_id(name) == name


def test_the_kind_of_a_bad_id_is_said() -> None:
    with pytest.raises(PlanError) as caught:
        check_id("../x", "an episode")
    assert str(caught.value) == (
        "'../x' can't be an episode: ids are 1 to 64 letters, digits, _ or -, and begin with a letter or digit"
    )


@pytest.mark.parametrize(
    ("given", "wanted"), [(3, "SH03"), ("3", "SH03"), ("12", "SH12"), ("SH03", "SH03"), ("SH120", "SH120")]
)
def test_shot_3_means_sh03(given: str | int, wanted: str) -> None:
    assert shot_id(given) == wanted


@pytest.mark.parametrize("given", ["", "x", "-1", "1-4", "sh03", "SH", "³", "1.5", "1234567", "SH01\n"])
def test_what_is_no_shot_is_refused(given: str) -> None:
    with pytest.raises(PlanError) as caught:
        shot_id(given)
    assert str(caught.value) == f"{given!r} is not a shot: shots are SH and digits"
    assert caught.value.remedy == "give a number, such as --shot 3"


def test_slates_sort_in_story_order_a_sequence_before_its_shots() -> None:
    wanted = [
        Slate("SEQ01"),
        Slate("SEQ01", "SH02"),
        Slate("SEQ01", "SH10"),
        Slate("SEQ01", "SH100"),
        Slate("SEQ02"),
        Slate("SEQ02", "SH01"),
    ]
    for order in itertools.permutations(wanted):
        assert sorted(order) == wanted


def test_a_slate_knows_its_parent_and_its_shots() -> None:
    assert Slate("SEQ01", "SH03").parent == Slate("SEQ01")
    assert Slate("SEQ01").of_shot("SH03") == Slate("SEQ01", "SH03")
    assert str(Slate("SEQ01", "SH03")) == "SEQ01_SH03"
