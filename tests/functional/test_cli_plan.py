"""The plan by commands: its faults, its change, and the way to a spreadsheet and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.studio import PooledInspector
from tests.fakes.commands import cli
from tests.fakes.worlds import World, plan, world, write_plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def test_a_plan_with_faults_names_them_all_and_nothing_is_sent(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][0]["prompt"] = "Wide. @danna waits. $lok"
    document["episodes"][0]["sequences"][1]["shots"][1]["id"] = "SH01"
    write_plan(film.workspace, document)
    assert cli(film, "run") == 2
    told = capsys.readouterr().err
    assert "plan.json has 3 faults" in told
    assert film.provider.accepted() == []


def test_a_fault_elsewhere_does_not_stop_a_sound_sequence(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][2]["end_frame"] = "elements/missing.png"
    write_plan(film.workspace, document)
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    assert "the plan has a fault elsewhere" in capsys.readouterr().err
    assert cli(film, "run") == 2


def test_a_plan_goes_to_a_spreadsheet_and_back(film: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "plan.csv"
    assert cli(film, "plan", "export", "--csv", "--out", str(sheet)) == 0
    sheet.write_text(sheet.read_text("utf-8-sig").replace("The car stops.", "The car rolls on."), "utf-8")
    assert cli(film, "plan", "import", str(sheet)) == 4
    assert film.open().loaded.plan.find_sequence("SEQ01")[1].shots[2].prompt == "Wide. The car stops."
    assert cli(film, "plan", "import", str(sheet), "--yes") == 0
    told = capsys.readouterr().out
    assert "The car stops." in told
    assert "The car rolls on." in told
    assert film.open().loaded.plan.find_sequence("SEQ01")[1].shots[2].prompt == "Wide. The car rolls on."
    assert (film.workspace / "projects" / "film" / "plan.1.json").exists()


def test_a_changed_plan_marks_takes_stale_and_makes_nothing_due(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    document = plan()
    document["episodes"][0]["sequences"][1]["shots"][0]["prompt"] = "A kitchen at night."
    write_plan(film.workspace, document)
    assert cli(film, "run", "--seq", "SEQ02") == 0
    assert film.open().store.load("SEQ02").record.takes[0].stale == (
        "SH01's prompt was “A kitchen.”, is “A kitchen at night.”",
    )
    assert len(film.provider.accepted()) == 1
    capsys.readouterr()
    cli(film, "status")
    assert "SEQ02_T001 is stale: SH01's prompt was" in capsys.readouterr().err
    write_plan(film.workspace, plan())
    assert cli(film, "status") == 0
    assert "stale" not in capsys.readouterr().err


def test_dialogue_and_model_make_stale_too(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    document = plan()
    document["defaults"]["audio"] = True
    write_plan(film.workspace, document)
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    document["episodes"][0]["sequences"][1]["shots"][0]["dialogue"] = [{"who": "Ann", "text": "No."}]
    write_plan(film.workspace, document)
    capsys.readouterr()
    assert cli(film, "status") == 0
    assert "SEQ02_T001 is stale: what is heard in SH01 changed" in capsys.readouterr().err
    document["defaults"]["video_model"] = "kling-o3-standard"
    write_plan(film.workspace, document)
    assert cli(film, "status") == 0
    assert "the model was kling-o3-pro, is kling-o3-standard" in capsys.readouterr().err


def test_names_in_a_given_prompt_and_in_overrides_are_checked(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("generate", "--seq", "SEQ01", "--mode", "grid")
    assert cli(film, *asked, "--prompt", "Wide. @nobody walks.") == 2
    assert "the prompt names @nobody, which the plan doesn't know" in capsys.readouterr().err
    assert film.provider.accepted() == []


def test_an_export_never_replaces_the_plan_or_a_device(film: World, tmp_path: Path) -> None:
    before = film.open().loaded.source
    assert cli(film, "plan", "export", "--out", str(film.open().paths.plan)) == 2
    (tmp_path / "link.csv").symlink_to(tmp_path / "target")
    assert cli(film, "plan", "export", "--out", str(tmp_path / "link.csv")) == 2
    assert film.open().loaded.source == before
