from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from starsend.errors import UnknownName
from starsend.model.plan import Format, Plan, Shot
from starsend.model.plan_lines import find_places, pointer_of


def plan() -> Plan:
    shots = [{"id": "SH1", "prompt": "Wide.", "duration_s": 4}, {"id": "SH02", "prompt": "Close.", "duration_s": 2.5}]
    return Plan.model_validate(
        {"project": "night", "episodes": [{"id": "ep_001", "sequences": [{"id": "SEQ01", "shots": shots}]}]}
    )


def test_everything_but_ids_prompts_and_durations_has_a_default() -> None:
    _, sequence = plan().find_sequence("SEQ01")
    assert (sequence.mode, sequence.start_frame, sequence.first_prompt) == ("multi", "required", "Wide.")
    assert sequence.duration_s == Decimal("6.5")
    assert plan().defaults.video_model == "kling-o3-pro"
    assert plan().budget.project_usd is None


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        ("24", Fraction(24)),
        (25, Fraction(25)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("30000/1001", Fraction(30000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_are_exact(fps: str | int, rate: Fraction) -> None:
    assert Format.model_validate({"fps": fps}).rate == rate


@pytest.mark.parametrize(
    ("ratio", "resolution", "aspect", "size"),
    [
        ("16:9", "1080p", (16, 9), (1920, 1080)),
        ("9:16", "720p", (9, 16), (720, 1280)),
        ("2.39:1", "1080p", (239, 100), (1920, 804)),
        ("1:1", "4k", (1, 1), (2160, 2160)),
        ("4:3", "1080p", (4, 3), (1440, 1080)),
    ],
)
def test_ratios_become_whole_numbers_and_even_sizes(
    ratio: str, resolution: str, aspect: tuple[int, int], size: tuple[int, int]
) -> None:
    form = Format.model_validate({"aspect_ratio": ratio, "resolution": resolution})
    assert (form.aspect, form.size_px) == (aspect, size)


def test_shots_are_found_by_number_too() -> None:
    _, sequence = plan().find_sequence("SEQ01")
    assert sequence.shot("SH01").id == "SH1"
    with pytest.raises(UnknownName) as caught:
        sequence.shot("SH09")
    assert (caught.value.message, caught.value.remedy) == ("SEQ01 has no shot SH09", "its shots are SH1, SH02")


def test_an_unknown_sequence_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName) as caught:
        plan().find_sequence("SEQ02")
    assert (caught.value.message, caught.value.remedy) == ("night has no sequence SEQ02", "its sequences are: SEQ01")


def test_durations_are_exact_and_read_the_same_however_written() -> None:
    assert str(Shot(id="SH01", prompt="x", duration_s=Decimal("4.0")).duration_s) == "4"
    assert str(Shot.model_validate({"id": "SH01", "prompt": "x", "duration_s": 0.1}).duration_s) == "0.1"


@pytest.mark.parametrize("bad", ["../x", "a/b", "", ".", "-a", "a" * 65, "a\n", "SEQ 1", "é"])
def test_no_id_can_leave_its_folder(bad: str) -> None:
    for document in ({"project": bad}, {"project": "a", "episodes": [{"id": bad}]}, {"elements": [{"id": bad}]}):
        with pytest.raises(ValidationError):
            Plan.model_validate({"project": "a"} | document)


@pytest.mark.parametrize("bad", ["SEQ01_SH02", "seq_sh", "SEQ01_T002", "x_t1"])
def test_no_sequence_id_reads_as_a_shot_or_a_take(bad: str) -> None:
    shots = [{"id": "SH01", "prompt": "x", "duration_s": 4}]
    with pytest.raises(ValidationError):
        Plan.model_validate({"project": "a", "episodes": [{"id": "e", "sequences": [{"id": bad, "shots": shots}]}]})


def test_places_are_found_through_strings_escapes_and_nesting() -> None:
    text = '{\n "a": [1,\n  {"b\\n/~x": "}]{,:\\"",\n   "a": 2, "a": 3}],\n "s": null\n}'
    places = find_places(text)
    assert places.lines[pointer_of("a", 1, "b\n/~x")] == 3
    assert places.lines["/s"] == 5
    assert places.doubles == (("/a/1/a", 4),)
    assert places.line("/a/1/nothing/here") == 3
