from __future__ import annotations

import copy
import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starsend.errors import PlanError, StaleWrite
from starsend.model.plan import Plan
from starsend.production.plan_exchange import export_csv, import_plan, write_plan
from starsend.production.plan_file import LoadedPlan, PlanFaults, parse_plan
from starsend.production.sample_plans import sample_plan


def loaded(document: dict[str, Any] | str) -> LoadedPlan:
    text = document if isinstance(document, str) else json.dumps(document)
    name = sample_plan()["project"]
    return parse_plan(text.encode(), Path(f"projects/{name}/plan.json"), project_from_folder=name)


def changes(current: LoadedPlan, incoming: str, kind: Any = "csv", **options: Any) -> list[tuple[str, Any, Any]]:
    merge = import_plan(current, incoming.encode(), kind, **options)
    return [(change.where, change.before, change.after) for change in merge.changes]


SAMPLE = loaded(sample_plan())
SEQ01 = "ep_001 SEQ01"


def test_a_plan_is_one_row_a_shot() -> None:
    rows = list(csv.DictReader(io.StringIO(export_csv(SAMPLE.plan))))
    assert [(row["sequence"], row["shot"], row["duration_s"]) for row in rows][:2] == [
        ("SEQ01", "SH01", "4"),
        ("SEQ01", "SH02", "3"),
    ]
    assert len(rows) == 7
    assert rows[0]["elements"] == "dana truck phone rain"
    assert rows[3]["dialogue"] == "dana: How far can you take me?"


def test_an_export_comes_back_without_a_change() -> None:
    merge = import_plan(SAMPLE, export_csv(SAMPLE.plan).encode(), "csv")
    assert merge.changes == ()
    assert merge.document == sample_plan()
    assert list(merge.document) == list(sample_plan())


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
MEANT = TEXTS.map(lambda text: text.replace("@", "a").replace("$", "s"))
PROMPTS = st.one_of(MEANT, st.sampled_from(["=1+1", "-x", "+y", "'@", "''", "a\nb", "a,b;c\t", '"'])).filter(str.strip)


@settings(deadline=None)
@given(
    prompts=st.lists(PROMPTS, min_size=1, max_size=4),
    style=MEANT,
    lines=st.lists(st.tuples(MEANT, st.one_of(MEANT, st.sampled_from(["a\nb", "\\n", ": ", "\\"]))), max_size=3),
    seconds=st.decimals(Decimal("0.1"), 15, places=1),
)
def test_whatever_people_write_comes_back_through_csv(
    prompts: list[str], style: str, lines: list[tuple[str, str]], seconds: Decimal
) -> None:
    shots = [
        {
            "id": f"SH{i:02d}",
            "prompt": prompt,
            "duration_s": float(seconds),
            "dialogue": [{"who": who.strip(), "text": text} for who, text in lines],
        }
        for i, prompt in enumerate(prompts, start=1)
    ]
    sequence = {"id": "SEQ01", "style": style, "shots": shots}
    full = {"project": "driver-beware", "episodes": [{"id": "ep_001", "sequences": [sequence]}]}
    before = loaded(full)
    text = export_csv(before.plan)
    assert import_plan(before, text.encode(), "csv").changes == ()
    empty = loaded({"project": "driver-beware"})
    after = import_plan(empty, text.encode(), "csv").plan
    assert after.episodes == before.plan.episodes


def test_no_cell_runs_as_a_formula() -> None:
    document = sample_plan()
    document["episodes"][0]["sequences"][0]["shots"][0]["prompt"] = '=HYPERLINK("http://x")'
    document["episodes"][0]["sequences"][0]["title"] = "@dana"
    for row in csv.reader(io.StringIO(export_csv(loaded(document).plan))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_changed_cell_is_one_change() -> None:
    text = export_csv(SAMPLE.plan).replace("SEQ01,SH02,3,", "SEQ01,SH02,5,")
    merge = import_plan(SAMPLE, text.encode(), "csv")
    (change,) = merge.changes
    assert (change.pointer, change.before, change.after, change.where) == (
        "/episodes/0/sequences/0/shots/1/duration_s",
        3,
        5,
        f"{SEQ01} SH02 duration_s",
    )
    assert merge.plan.find_sequence("SEQ01")[1].shot("SH02").duration_s == 5


def test_spreadsheets_with_semicolons_and_decimal_commas_are_read() -> None:
    assert changes(SAMPLE, "\ufeffSequence;Shot;Duration S\r\nSEQ01;SH02;4,5\r\n\r\n") == [
        (f"{SEQ01} SH02 duration_s", 3, 4.5)
    ]


def test_new_shots_are_added_behind_the_one_they_follow_and_nothing_is_removed() -> None:
    text = "sequence,shot,duration_s,prompt\nSEQ01,SH02,3,\nSEQ01,SH05,4,Wide.\n".replace(",3,\n", ",3,Medium.\n")
    merge = import_plan(SAMPLE, text.encode(), "csv")
    ids = [shot.id for shot in merge.plan.find_sequence("SEQ01")[1].shots]
    assert ids == ["SH01", "SH02", "SH05", "SH03", "SH04"]
    assert [change.where for change in merge.changes] == [f"{SEQ01} SH02 prompt", f"{SEQ01} SH05"]


def test_pruning_removes_what_is_not_there() -> None:
    rows = export_csv(SAMPLE.plan).splitlines(keepends=True)
    text = "".join(row for row in rows if ",SH04," not in row and ",SEQ02," not in row)
    assert changes(SAMPLE, text) == []
    gone = [(where, after) for where, _, after in changes(SAMPLE, text, prune=True)]
    assert gone == [(f"{SEQ01} SH04", None), ("ep_001 SEQ02", None)]


def test_what_belongs_to_a_sequence_may_be_changed_in_one_row() -> None:
    text = export_csv(SAMPLE.plan).replace("The pickup", "The lift", 1)
    assert changes(SAMPLE, text) == [(f"{SEQ01} title", "The pickup", "The lift")]


def test_all_bad_rows_are_named() -> None:
    text = "sequence,shot,duration_s,style\nSEQ01,SH01,long,a\nSEQ01,SH01,4,a\nSEQ01,SH02,3,b\n,SH02,1,a\n"
    with pytest.raises(PlanError) as caught:
        import_plan(SAMPLE, text.encode(), "csv")
    assert caught.value.message == (
        'the CSV can\'t be imported: row 2: duration_s "long" is not a number; rows 2 and 3 are both SEQ01 SH01; '
        "row 5 lacks a sequence or a shot; rows 2 and 4 disagree on the style of SEQ01"
    )
    assert caught.value.remedy == "begin with `starsend plan export --csv`, and keep its header"


def test_a_foreign_header_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        import_plan(SAMPLE, b"shot,camera\nSH01,wide\n", "csv")
    assert caught.value.message == (
        'the CSV can\'t be imported: the column "camera" is not known; the column "sequence" is missing'
    )


def test_an_import_that_would_spoil_the_plan_is_refused() -> None:
    with pytest.raises(PlanFaults) as caught:
        import_plan(SAMPLE, b"sequence,shot,prompt\nSEQ01,SH01,@nobody\n", "csv")
    assert [fault.message for fault in caught.value.faults] == ["@nobody names no element of the plan"]


def test_json_merges_in_part_and_a_moved_sequence_is_there_once() -> None:
    coming = {
        "project": "driver-beware",
        "budget": {"project_usd": "90.00"},
        "elements": [{"id": "dana", "description": "woman, 40s"}, {"id": "dog"}],
        "episodes": [{"id": "ep_002", "sequences": [{"id": "SEQ02", "title": "The motel"}]}],
    }
    merge = import_plan(SAMPLE, json.dumps(coming).encode(), "json")
    episode, sequence = merge.plan.find_sequence("SEQ02")
    assert (episode.id, sequence.title, len(sequence.shots)) == ("ep_002", "The motel", 3)
    assert [change.where for change in merge.changes] == [
        "budget project_usd",
        "dana description",
        "dog",
        "ep_001 SEQ02",
        "ep_002",
    ]
    assert merge.plan.element("dana").frontal == "elements/dana/front.png"


def test_a_whole_plan_brings_its_own_order() -> None:
    coming = copy.deepcopy(sample_plan())
    shots = coming["episodes"][0]["sequences"][0]["shots"]
    shots[0], shots[1] = shots[1], shots[0]
    assert changes(SAMPLE, json.dumps(coming), "json") == [
        (f"{SEQ01} order", ["SH01", "SH02", "SH03", "SH04"], ["SH02", "SH01", "SH03", "SH04"])
    ]


def test_broken_json_is_one_error_with_its_line() -> None:
    with pytest.raises(PlanFaults) as caught:
        import_plan(SAMPLE, b'{\n"a": }', "json")
    assert [fault.line for fault in caught.value.faults] == [2]


def test_writing_keeps_the_plan_before_under_a_number(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    assert write_plan(path, {"project": "é"}) is None
    assert path.read_text(encoding="utf-8") == '{\n  "project": "é"\n}\n'
    assert write_plan(path, {"project": "b"}) == tmp_path / "plan.1.json"
    assert write_plan(path, {"project": "c"}) == tmp_path / "plan.2.json"
    assert json.loads((tmp_path / "plan.1.json").read_text(encoding="utf-8")) == {"project": "é"}
    assert json.loads(path.read_text(encoding="utf-8")) == {"project": "c"}


def test_a_plan_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(StaleWrite):
        write_plan(path, {"project": "b"}, expected_sha256="0" * 64)
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]
    assert path.read_text(encoding="utf-8") == "{}"


def test_an_older_shape_becomes_todays_when_something_is_merged() -> None:
    older = loaded('{"SEQ01": {"elements": ["dana"], "shots": [{"prompt": "@dana waits.", "duration": 4}]}}')
    merge = import_plan(older, b"sequence,shot,duration_s\nSEQ01,SH01,6\n", "csv")
    assert [(change.before, change.after) for change in merge.changes] == [(4, 6)]
    assert Plan.model_validate(merge.document).project == "driver-beware"
