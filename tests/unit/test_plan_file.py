from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from starsend.errors import PlanError
from starsend.production.plan_file import LoadedPlan, PlanFaults, parse_plan, read_plan

FAULTY = """{
  "schema_version": 2,
  "project": "other",
  "titel": "Night",
  "format": {"aspect_ratio": "16x9", "fps": "fast", "resolution": "8k"},
  "defaults": {"audio": "yes", "grid": "9x9"},
  "budget": {"project_usd": "0", "sequence_usd": -4, "shot_usd": "lots"},
  "snippets": {"look": "35mm, $lite", "light": "sodium"},
  "elements": [
    {"id": "dana", "frontal": "../dana.png"},
    {"id": "Dana"},
    {"id": "old truck"},
    "phone"
  ],
  "episodes": [{
    "id": "ep_001",
    "sequences": [
      {"id": "SEQ01", "mode": "fast",
       "elements": ["dnaa"],
       "style": "$lok",
       "shots": [
         {"id": "SH01", "prompt": "Wide. @dan drives.", "duration_s": "4"},
         {"id": "SH1", "prompt": " ", "duration_s": 0},
         {"id": "first", "promt": "Wide.", "duration_s": 3}
       ]},
      {"id": "seq01", "shots": []},
      {"id": "SEQ02_SH01"}
    ]
  }]
}"""


def parse(text: str | bytes, folder: str = "night") -> LoadedPlan:
    source = text if isinstance(text, bytes) else text.encode()
    return parse_plan(source, Path("projects") / folder / "plan.json", project_from_folder=folder)


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(PlanFaults) as caught:
        parse(text)
    return [str(fault) for fault in caught.value.faults]


def small(**more: Any) -> str:
    return json.dumps({"project": "night"} | more)


def test_all_faults_come_at_once_with_line_pointer_and_remedy() -> None:
    seq, shot = "/episodes/0/sequences/0", "/episodes/0/sequences/0/shots"
    assert faults_of(FAULTY) == [
        "line 2, /schema_version: schema_version 2 is not known; this Starsend reads 1; a newer one may read it",
        'line 3, /project: project "other" lies in the folder projects/night; write "night", or rename the folder to '
        "other",
        "line 4, /titel: titel is not known here; did you mean title?",
        'line 5, /format/aspect_ratio: aspect_ratio "16x9" is not an aspect ratio; '
        "write it as width:height, such as 16:9 or 2.39:1",
        'line 5, /format/fps: fps "fast" is not a frame rate; write it such as "24", "23.976" or "30000/1001"',
        'line 5, /format/resolution: resolution "8k" is not known; choose one of 720p, 1080p, 4k',
        'line 6, /defaults/audio: audio "yes" is neither true nor false; write true or false, without quotes',
        'line 6, /defaults/grid: grid "9x9" is not a grid; write columns x rows, 1 to 4 each, such as 2x2',
        'line 7, /budget/project_usd: project_usd "0" can\'t be used; write more than 0',
        "line 7, /budget/sequence_usd: sequence_usd -4 can't be used; write more than 0",
        'line 7, /budget/shot_usd: shot_usd "lots" can\'t be used; write a plain number',
        "line 8, /snippets/look: $lite names no snippet of the plan; did you mean $light?",
        'line 10, /elements/0/frontal: frontal "../dana.png" leaves the project folder; '
        "give a path in the project folder, such as elements/dana/front.png",
        'line 11, /elements/1/id: the id "Dana" is used twice, ignoring case (also as dana); '
        "give one of them another id",
        'line 12, /elements/2/id: id "old truck" is not an id; '
        "use 1 to 64 letters, digits, - or _, and begin with a letter or digit, such as ep_001",
        'line 13, /elements/3: elements item 4 "phone" is not an object; write an object',
        f'line 18, {seq}/mode: mode "fast" is not known; choose one of multi, single',
        f'line 19, {seq}/elements/0: SEQ01 wants the element "dnaa", which the plan does not have; did you mean dana?',
        f"line 20, {seq}/style: $lok names no snippet of the plan; did you mean $look?",
        f'line 22, {shot}/0/duration_s: duration_s "4" is not a number; write a number without quotes, such as 4',
        f"line 22, {shot}/0/prompt: @dan names no element of the plan; did you mean @dana?",
        f"line 23, {shot}/1/duration_s: duration_s 0 can't be used; write more than 0",
        f"line 23, {shot}/1/id: SEQ01 has the shot SH1 twice (also as SH01); give it another number, such as SH02",
        f"line 23, {shot}/1/prompt: prompt is empty; say what is seen: size, angle, action",
        f'line 24, {shot}/2/id: id "first" is not a shot id; use SH and digits, such as SH01',
        f'line 24, {shot}/2/prompt: prompt is missing; add it: "prompt": "Wide. The truck alone on the highway."',
        f"line 24, {shot}/2/promt: promt is not known here; did you mean prompt?",
        'line 26, /episodes/0/sequences/1/id: the id "seq01" is used twice, ignoring case (also as SEQ01); '
        "give one of them another id",
        "line 26, /episodes/0/sequences/1/shots: the sequence has no shots; add one: an id, a prompt and duration_s",
        'line 27, /episodes/0/sequences/2/id: id "SEQ02_SH01" contains _SH, which marks a shot; '
        "choose another id, such as SEQ01",
        "line 27, /episodes/0/sequences/2/shots: shots is missing; "
        'add it: "shots": [{"id": "SH01", "prompt": "…", "duration_s": 4}]',
    ]


def test_the_message_counts_and_lists_them_and_the_remedy_can_be_pasted() -> None:
    with pytest.raises(PlanFaults) as caught:
        parse(small(titel="x"))
    assert caught.value.message == (
        "plan.json has 1 fault:\n  line 1, /titel: titel is not known here; did you mean title?"
    )
    assert caught.value.remedy == "mend them, then look again: starsend plan check --project night"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1, /: the file is empty; see `starsend init` for a plan to begin with"),
        ('{"project": "a",}', "line 1, /: column 17: not JSON, there is a comma before }; take the comma out"),
        (
            '{"a": 1\n "b": 2}',
            'line 2, /: column 2: not JSON, a comma or the end is expected before "; put a comma between the two',
        ),
        ('{\n// hello\n"a": 1}', "line 2, /: column 1: not JSON, comments are not allowed; take the comment out"),
        ("{'a': 1}", "line 1, /: column 2: not JSON, ' is no JSON quote; use straight double quotes: \""),
        (
            '{"a": [1,',
            "line 1, /: column 10: not JSON, the file ends too early; close what is open with ] or }, or get the "
            "whole file",
        ),
        (
            '{"a": "x\ny"}',
            r"line 1, /: column 9: not JSON, a line break or tab inside quotes; write \n for a line break, or close "
            "the quotes",
        ),
        ("[" * 100_000, "line 1, /: objects and lists nest too deep; a plan nests 10 deep at most"),
        ("[]", "line 1, /: the plan is not an object; see `starsend init` for a plan to begin with"),
        (b"\xff\xfe{\x00", "line 1, /: the file is UTF-16; save it as UTF-8"),
        (b'{\n"\xe9"}', "line 2, /: the byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (
            '{"project": "night",\n"project": "night"}',
            'line 2, /project: "project" is written twice in one object; keep one of them',
        ),
        (
            '{"project": "night", "title": "\\ud800"}',
            "line 1, /title: title holds half a character (a lone surrogate); write the character anew",
        ),
        (
            '{"project": "night", "title": "a\\u001b[31m"}',
            'line 1, /title: title "a\\x1b[31m" holds the control character U+001B; take the character out',
        ),
        (
            '{"project": "night", "budget": {"project_usd": NaN}}',
            "line 1, /budget/project_usd: project_usd NaN can't be used; write a plain number",
        ),
    ],
)
def test_one_clear_fault_for_a_file_that_is_no_plan(text: str | bytes, fault: str) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.png", "a/../../x.png", "C:\\x.png", "\\\\host\\x", "~/x.png"])
def test_no_path_leaves_the_project(path: str) -> None:
    assert "leaves the project folder" in faults_of(small(style_images=[path]))[0]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse(b"\xef\xbb\xbf" + small().encode()).plan.project == "night"


def test_a_plan_is_kept_with_its_bytes_and_hash(tmp_path: Path) -> None:
    path = tmp_path / "night" / "plan.json"
    path.parent.mkdir()
    path.write_text(small(title="Night"), encoding="utf-8")
    loaded = read_plan(path, project_from_folder="night")
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (loaded.plan.title, loaded.path, loaded.notes, loaded.source) == ("Night", path, (), path.read_bytes())


def test_a_missing_plan_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        read_plan(tmp_path / "plan.json", project_from_folder="night")
    assert caught.value.code == "no-plan"
    assert caught.value.message == f"there is no plan at {tmp_path / 'plan.json'}"
    assert caught.value.remedy == "starsend init night, or put the client's plan there"


def test_a_plan_larger_than_5_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b" " * 5_000_001)
    with pytest.raises(PlanError) as caught:
        read_plan(path, project_from_folder="night")
    assert caught.value.code == "plan-too-large"
    assert caught.value.message == f"{path} is larger than 5 MB"


def test_a_large_plan_is_read() -> None:
    shots = [{"id": f"SH{i:03d}", "prompt": "Wide. The truck alone.", "duration_s": 4} for i in range(1, 101)]
    sequences = [{"id": f"SEQ{i}", "shots": shots} for i in range(500)]
    text = small(episodes=[{"id": "ep_001", "sequences": sequences}])
    assert 3_500_000 < len(text) < 5_000_000
    assert len(parse(text).plan.episodes[0].sequences) == 500


def test_dialogue_by_somebody_else_is_only_a_warning() -> None:
    shot = {"id": "SH01", "prompt": "x", "duration_s": 4, "dialogue": [{"who": "bob", "text": "Hi."}]}
    loaded = parse(small(episodes=[{"id": "e", "sequences": [{"id": "SEQ01", "shots": [shot]}]}]))
    assert [str(warning) for warning in loaded.warnings] == [
        'line 1, /episodes/0/sequences/0/shots/0/dialogue/0/who: "bob" speaks in SEQ01_SH01 and is no element; '
        "the name goes as plain words; add an element if someone is to be seen"
    ]


OLDER = """{
  "SEQ01": {"elements": ["dana"], "shots": [
    {"id": "SH01", "prompt": "@dana waits by @truck.", "duration": 4},
    {"prompt": "Close-up.", "duration_s": 3}
  ]},
  "SEQ02": {"shots": {"SH01": {"prompt": "Wide."}}}
}"""


@pytest.mark.parametrize("text", [OLDER, f'{{"sequences": {OLDER}}}'])
def test_the_older_shape_is_read_and_says_what_was_assumed(text: str) -> None:
    loaded = parse(text)
    assert loaded.notes == (
        "older shape: project night is taken from the folder, and the episode is ep_001",
        "older shape: SEQ01, shot 2 is taken as SH02",
        "older shape: SEQ02, shot 1 is taken as SH01",
        "older shape: SEQ02, shot 1 has no duration and is taken as 5 s",
        "older shape: elements without images are plain words: dana, truck",
    )
    episode, sequence = loaded.plan.find_sequence("SEQ01")
    assert (episode.id, [(shot.id, int(shot.duration_s)) for shot in sequence.shots]) == (
        "ep_001",
        [("SH01", 4), ("SH02", 3)],
    )
    assert [element.images for element in loaded.plan.elements] == [(), ()]


def test_faults_of_the_older_shape_point_into_the_file_as_it_is() -> None:
    text = OLDER.replace('"duration": 4', '"duration": -4').replace('"Wide."', '""')
    assert faults_of(text) == [
        "line 3, /SEQ01/shots/0/duration: duration_s -4 can't be used; write more than 0",
        "line 6, /SEQ02/shots/SH01/prompt: prompt is empty; say what is seen: size, angle, action",
    ]


@pytest.mark.parametrize(
    ("first", "fault"),
    [
        (-1, "-1 can't be used; write at least 0"),
        (100_001, "100001 can't be used; write at most 100000"),
        ("1001", '"1001" is not a whole number; write a whole number, without quotes'),
        (1.5, "1.5 is not a whole number; write a whole number, without quotes"),
    ],
)
def test_a_first_frame_is_a_whole_number_from_nought(first: object, fault: str) -> None:
    text = json.dumps({"project": "night", "format": {"first_frame": first}, "episodes": []})
    assert f"line 1, /format/first_frame: first_frame {fault}" in faults_of(text)
