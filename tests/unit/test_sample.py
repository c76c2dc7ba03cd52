from __future__ import annotations

import json
from pathlib import Path

import pytest

from starsend.catalogue.loader import load_catalogue
from starsend.errors import MoveError, PlanError
from starsend.model.plan import Plan
from starsend.production.plan_check import check_file
from starsend.production.sample import init_project, write_sample
from starsend.production.sample_plans import sample_plan


def test_a_new_project_has_a_sound_plan_and_a_folder_for_elements(tmp_path: Path) -> None:
    plan, elements = init_project(tmp_path, "night-road")
    assert plan == tmp_path / "projects/night-road/plan.json"
    assert elements.is_dir()
    report = check_file(plan, plan.parent, load_catalogue())
    assert (report.faults, report.warnings) == ((), ())
    assert json.loads(plan.read_text(encoding="utf-8"))["title"] == "Night Road"


@pytest.mark.parametrize("name", ["night", "NIGHT"])
def test_a_project_that_is_there_is_not_touched(tmp_path: Path, name: str) -> None:
    plan, _ = init_project(tmp_path, "night")
    plan.write_text("mine", encoding="utf-8")
    with pytest.raises(MoveError) as caught:
        init_project(tmp_path, name)
    assert caught.value.message == "the project night is there already; nothing was changed"
    assert caught.value.remedy == "choose another name, or go on with it: starsend status --project night"
    assert plan.read_text(encoding="utf-8") == "mine"
    assert [folder.name for folder in (tmp_path / "projects").iterdir()] == ["night"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "-x"])
def test_no_project_leaves_the_workspace(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlanError):
        init_project(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_the_sample_shows_the_element_cap_and_fits_one_job_a_sequence() -> None:
    plan = Plan.model_validate(sample_plan())
    assert [len(sequence.elements) for _, sequence in plan.sequences()] == [4, 2]
    assert all(8 <= sequence.duration_s <= 14 for _, sequence in plan.sequences())
    assert all(3 <= len(sequence.shots) <= 4 for _, sequence in plan.sequences())


def test_the_sample_is_sound_with_its_drawn_elements(tmp_path: Path) -> None:
    plan, *rest = write_sample(tmp_path)
    assert [path.suffix for path in rest] == ["", *[".png"] * 6]
    report = check_file(plan, plan.parent, load_catalogue())
    assert report.faults == ()
    assert [warning.message for warning in report.warnings] == [
        "Model takes 3 elements beside a start frame; dropped: rain (SEQ01)"
    ]
    with pytest.raises(MoveError):
        write_sample(tmp_path)
