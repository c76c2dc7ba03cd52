from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from starsend.catalogue.loader import load_catalogue
from starsend.errors import PlanError
from starsend.production.plan_check import PlanReport, check_file, check_plan, plan_schema
from starsend.production.plan_file import read_plan
from starsend.production.sample_plans import sample_plan, starting_plan

CATALOGUE = load_catalogue()


def shot(number: int, seconds: float, prompt: str = "Wide.", **more: Any) -> dict[str, Any]:
    return {"id": f"SH{number:02d}", "prompt": prompt, "duration_s": seconds} | more


def plan_of(*shots: dict[str, Any], sequence: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    one = {"id": "SEQ01", "shots": list(shots)} | (sequence or {})
    return {"project": "night", "episodes": [{"id": "ep_001", "sequences": [one]}]} | more


def check(folder: Path, document: dict[str, Any]) -> PlanReport:
    project = folder / "night"
    project.mkdir(exist_ok=True)
    (project / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return check_file(project / "plan.json", project, CATALOGUE)


def faults(report: PlanReport) -> list[tuple[str, str, str]]:
    return [(fault.pointer, fault.message, fault.remedy) for fault in report.faults]


def warnings(report: PlanReport) -> list[tuple[str, str]]:
    return [(warning.pointer, warning.message) for warning in report.warnings]


SHOT = "/episodes/0/sequences/0/shots/0"


def test_a_sequence_too_long_for_one_job_is_covered_in_parts_with_their_cost(tmp_path: Path) -> None:
    report = check(tmp_path, plan_of(*[shot(i, 5) for i in range(1, 5)]))
    assert faults(report) == []
    assert [(part.shots, part.seconds, part.estimate_usd) for part in report.parts[0].parts] == [
        (("SH01", "SH02"), Decimal(10), Decimal("1.12")),
        (("SH03", "SH04"), Decimal(10), Decimal("1.12")),
    ]
    assert report.estimate_usd == Decimal("2.24")


def test_single_mode_is_one_job_a_shot_and_estimates_round_up_to_the_cent(tmp_path: Path) -> None:
    report = check(tmp_path, plan_of(shot(1, 4), shot(2, 3), sequence={"mode": "single"}))
    assert [(part.shots, part.estimate_usd) for part in report.parts[0].parts] == [
        (("SH01",), Decimal("0.45")),
        (("SH02",), Decimal("0.34")),
    ]


def test_audio_costs_what_the_catalogue_says(tmp_path: Path) -> None:
    report = check(tmp_path, plan_of(shot(1, 10), defaults={"audio": True}))
    assert report.estimate_usd == Decimal("1.40")


@pytest.mark.parametrize(
    ("seconds", "message", "remedy"),
    [
        (16, "SEQ01_SH01 lasts 16 s, and kling-o3-pro makes at most 15 s", "split the shot"),
        (4.5, "SEQ01_SH01 lasts 4.5 s, and kling-o3-pro makes only whole seconds", "write 4"),
        (
            2,
            "SEQ01 lasts 2 s, and a job of kling-o3-pro lasts at least 3 s",
            "make its shots longer, or the shots beside them shorter so that they fit one job",
        ),
    ],
)
def test_durations_that_the_model_cannot_make(tmp_path: Path, seconds: float, message: str, remedy: str) -> None:
    assert faults(check(tmp_path, plan_of(shot(1, seconds)))) == [(f"{SHOT}/duration_s", message, remedy)]


def test_a_shot_of_its_own_that_is_shorter_than_a_job_is_raised_with_a_warning(tmp_path: Path) -> None:
    report = check(tmp_path, plan_of(shot(1, 2), shot(2, 4), sequence={"mode": "single"}))
    assert faults(report) == []
    assert [(each.pointer, each.message, each.remedy) for each in report.warnings] == [
        (
            f"{SHOT}/duration_s",
            "SEQ01_SH01 lasts 2 s, and kling-o3-pro makes at least 3 s as a shot of its own",
            "write 3 or more; else it is made 3 s long",
        )
    ]


def test_models_ratios_and_kinds_are_checked(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        plan_of(
            shot(1, 4),
            format={"aspect_ratio": "2.39:1"},
            defaults={"image_model": "kling-o3-pro", "video_model": "kling-o3-por"},
        ),
    )
    assert [(pointer, message) for pointer, message, _ in faults(report)] == [
        ("/defaults/image_model", "kling-o3-pro makes videos"),
        ("/defaults/video_model", 'no model "kling-o3-por" is known'),
    ]
    assert report.parts == ()
    report = check(tmp_path, plan_of(shot(1, 4), format={"aspect_ratio": "2.39:1", "fps": "25", "resolution": "4k"}))
    assert faults(report) == [
        (
            "/format/aspect_ratio",
            "gemini-3-pro-image does not make 2.39:1",
            "choose one of 1:1, 2:3, 3:2, 3:4, 4:3, 9:16, 16:9, 21:9, or another image model",
        ),
        (
            "/format/aspect_ratio",
            "kling-o3-pro does not make 2.39:1",
            "choose one of 16:9, 9:16, 1:1, or another video model",
        ),
    ]
    assert warnings(report) == [
        ("/format/fps", "kling-o3-pro makes 24 frames a second; the cut at 25 repeats or drops some"),
        ("/format/resolution", "kling-o3-pro makes 1080p; the cut is scaled up to 4k"),
    ]


def test_prompts_are_measured_with_their_style(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        plan_of(
            shot(1, 4, "x" * 2499), shot(2, 4, "x" * 600), sequence={"style": "$look"}, snippets={"look": "35mm film"}
        ),
    )
    assert faults(report) == [
        (
            f"{SHOT}/prompt",
            "the prompt of SEQ01_SH01 has 2510 characters with its style, and kling-o3-pro takes 2500",
            "shorten it",
        )
    ]
    assert warnings(report) == [
        (
            "/episodes/0/sequences/0/shots/1/prompt",
            "the prompt of SEQ01_SH02 has 611 characters with its style; kling-o3-pro may cut it after 512",
        )
    ]


def test_pictures_that_are_missing_unfit_no_pictures_or_linked_from_outside_are_faults(tmp_path: Path) -> None:
    elements = tmp_path / "night" / "elements"
    elements.mkdir(parents=True)
    Image.new("RGB", (200, 400)).save(elements / "small.png")
    Image.new("RGB", (400, 400)).save(elements / "good.png")
    (elements / "page.png").write_text("<html>")
    Image.new("RGB", (400, 400)).save(tmp_path / "secret.png")
    (elements / "link.png").symlink_to(tmp_path / "secret.png")
    (elements / "loop.png").symlink_to(elements / "loop.png")
    names = ["good", "small", "page", "link", "loop", "gone"]
    report = check(
        tmp_path,
        plan_of(
            shot(1, 4, end_frame="elements/gone.png"),
            elements=[{"id": name, "frontal": f"elements/{name}.png"} for name in names],
        ),
    )
    told = {pointer: message for pointer, message, _ in faults(report)}
    assert set(told) == {f"/elements/{i}/frontal" for i in range(1, 6)} | {f"{SHOT}/end_frame"}
    assert told["/elements/1/frontal"] == "small.png is 200×400 px; both sides must be at least 300 px"
    assert "page.png" in told["/elements/2/frontal"]
    assert told["/elements/3/frontal"] == "elements/link.png leaves the project folder"
    assert told["/elements/5/frontal"] == "elements/gone.png is missing"
    assert told[f"{SHOT}/end_frame"] == "elements/gone.png is missing"


def test_the_element_cap_is_told_with_names(tmp_path: Path) -> None:
    folder = tmp_path / "night" / "elements"
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 400)).save(folder / "x.png")
    names = ["dana", "truck", "phone", "rain", "fog"]
    document = plan_of(
        shot(1, 4, "@dana"),
        sequence={"elements": names},
        elements=[{"id": name, "description": name, "frontal": "elements/x.png"} for name in names],
    )
    report = check(tmp_path, document)
    assert report.parts[0].dropped == ("rain", "fog")
    assert warnings(report) == [
        ("/episodes/0/sequences/0/elements", "Model takes 3 elements beside a start frame; dropped: rain, fog (SEQ01)")
    ]
    document["episodes"][0]["sequences"][0]["start_frame"] = "none"
    assert check(tmp_path, document).parts[0].warnings == (
        "Model takes 4 elements without a start frame; dropped: fog (SEQ01)",
    )


def test_what_will_not_be_sent_is_warned_of(tmp_path: Path) -> None:
    folder = tmp_path / "night" / "elements"
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 400)).save(folder / "x.png")
    report = check(
        tmp_path,
        plan_of(
            shot(1, 4, "@dana @fog", end_frame="elements/x.png"),
            shot(2, 4),
            budget={"sequence_usd": "0.50"},
            elements=[{"id": "dana", "frontal": "elements/x.png"}, {"id": "fog"}],
        ),
    )
    assert sorted(warnings(report)) == sorted(
        [
            (
                "/elements/1",
                'the element "fog" has neither images nor a description; prompts will say only its name',
            ),
            (
                "/episodes/0/sequences/0",
                "one take of all of SEQ01 costs $0.90, more than its budget of $0.50",
            ),
            (f"{SHOT}/end_frame", "SEQ01_SH01 is not the last shot of its job, so its end frame is not sent"),
            (f"{SHOT}/prompt", "SEQ01_SH01 names @dana, which is not among the elements of SEQ01; it goes as words"),
        ]
    )


def test_an_end_frame_needs_a_start_frame(tmp_path: Path) -> None:
    folder = tmp_path / "night" / "elements"
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 400)).save(folder / "x.png")
    report = check(tmp_path, plan_of(shot(1, 4, end_frame="elements/x.png"), sequence={"start_frame": "none"}))
    assert faults(report) == [
        (
            f"{SHOT}/end_frame",
            "SEQ01_SH01 has an end frame, and kling-o3-pro takes one only beside a start frame",
            'write "start_frame": "required" or "optional", or take the end frame out',
        )
    ]


def test_faults_of_schema_names_files_and_models_come_in_one_report(tmp_path: Path) -> None:
    report = check(
        tmp_path,
        plan_of(
            shot(1, 20, "@nobody"),
            shot(2, -1),
            titel="x",
            format={"aspect_ratio": "5:4"},
            style_images=["elements/gone.png"],
        ),
    )
    assert sorted(fault.pointer for fault in report.faults) == [
        f"{SHOT}/duration_s",
        f"{SHOT}/prompt",
        "/episodes/0/sequences/0/shots/1/duration_s",
        "/format/aspect_ratio",
        "/format/aspect_ratio",
        "/style_images/0",
        "/titel",
    ]


def test_a_file_that_is_no_json_is_one_fault_and_no_plan_an_error(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{")
    assert len(check_file(tmp_path / "plan.json", tmp_path, CATALOGUE).faults) == 1
    with pytest.raises(PlanError, match="there is no plan"):
        check_file(tmp_path / "other.json", tmp_path, CATALOGUE)


def test_the_older_shape_is_checked_too(tmp_path: Path) -> None:
    project = tmp_path / "night"
    project.mkdir()
    (project / "plan.json").write_text('{"SEQ01": {\n"shots": [{"prompt": "Wide.",\n"duration": 20}]}}')
    loaded = read_plan(project / "plan.json", project_from_folder="night")
    report = check_plan(loaded, project, CATALOGUE)
    assert [str(fault) for fault in report.faults] == [
        "line 3, /SEQ01/shots/0/duration: SEQ01_SH01 lasts 20 s, and kling-o3-pro makes at most 15 s; split the shot"
    ]
    assert report.notes[0] == "older shape: project night is taken from the folder, and the episode is ep_001"


def broken() -> Iterator[dict[str, Any]]:
    yield {}
    yield {"project": "../x"}
    yield {"project": "night", "titel": "x"}
    yield {"project": "night", "defaults": {"audio": "yes"}}
    yield {"project": "night", "budget": {"project_usd": 0}}
    yield {"project": "night", "budget": {"project_usd": "0.00"}}
    yield {"project": "night", "format": {"resolution": "8k"}}
    yield {"project": "night", "snippets": {"5": "x"}}
    yield plan_of(shot(1, 0))
    yield plan_of(shot(1, 4) | {"id": "S1"})
    yield plan_of(shot(1, 4) | {"duration_s": "4"})
    yield plan_of(shot(1, 4, "  "))
    yield plan_of()
    yield plan_of(shot(1, 4), sequence={"id": "SEQ01_SH01"})
    yield plan_of(shot(1, 4), sequence={"mode": "fast"})


@pytest.mark.parametrize("document", list(broken()))
def test_the_published_schema_refuses_what_the_reader_refuses(document: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, plan_schema())


@pytest.mark.parametrize("document", [sample_plan(), starting_plan("night"), {"project": "night"}, plan_of(shot(1, 4))])
def test_the_published_schema_takes_good_plans(document: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    jsonschema.validate(document, plan_schema())


def test_the_published_schema_explains_itself() -> None:
    schema = plan_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "Starsend plan"
    assert schema["$defs"]["Shot"]["properties"]["prompt"]["description"]
