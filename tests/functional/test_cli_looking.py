"""What commands show, and how they find what is typed or lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.studio import PooledInspector
from tests.fakes.commands import cli
from tests.fakes.worlds import World, plan, world, write_plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def test_a_setting_that_is_not_known_is_named(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text("[poll]\nfrist_s = 2\n")
    assert cli(film, "status") == 7
    assert "poll.frist_s" in capsys.readouterr().err


def test_show_tells_everything_of_a_take(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    cli(film, "reject", "SEQ02", "--reason", "too dark", "--fault", "camera")
    capsys.readouterr()
    assert cli(film, "show", "SEQ02") == 0
    told = capsys.readouterr().out
    for part in ("SEQ02  rejected", "SEQ02_T001  video  complete  rejected", "SH01, SH02", "history"):
        assert part in told
    assert "\n  rejected: camera: too dark\n" in told
    assert "SEQ02_T001 is rejected: camera: too dark" in told


def test_show_says_which_take_has_lost_its_file(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    cli(film, "approve", "SEQ02")
    capsys.readouterr()
    cli(film, "show", "SEQ02")
    assert "file gone" not in capsys.readouterr().out
    next((film.workspace / "projects").rglob("*.mp4")).unlink()
    assert cli(film, "show", "SEQ02") == 0
    assert "SEQ02_T001  video  complete  approved  file gone" in capsys.readouterr().out


def test_status_names_a_broken_record_and_shows_the_others(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    record = film.workspace / "state" / "film" / "shots" / "SEQ01.json"
    record.write_text('{"id": "SEQ01"')
    capsys.readouterr()
    assert cli(film, "status") == 7
    captured = capsys.readouterr()
    assert "the record of SEQ01 can't be read and was left as it is" in captured.err
    assert "SEQ02  video_complete" in captured.out
    assert record.read_text() == '{"id": "SEQ01"'
    assert cli(film, "approve", "SEQ02") == 0


def test_a_shot_may_be_typed_as_the_plan_does_not_write_it(film: World) -> None:
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][2]["id"] = "SH3"
    write_plan(film.workspace, document)
    assert cli(film, "generate", "--seq", "SEQ01", "--shot", "3", "--mode", "grid") == 0
    assert cli(film, "crop", "--seq", "SEQ01", "--shot", "SH03", "--cell", "2") == 0
    assert film.open().store.load("SEQ01_SH3").record.clean_frame is not None


def test_an_import_finds_the_shot_however_it_is_typed(film: World, tmp_path: Path) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    made = next((film.workspace / "projects").rglob("*.mp4"))
    assert cli(film, "import", "SEQ01_SH2", str(made)) == 0
    assert cli(film, "approve", "SEQ01_SH2") == 0
    assert film.open().store.load("SEQ01_SH02").record.state == "approved"
    assert film.open().store.find("SEQ01_SH2") is None


def test_a_video_that_lies_in_its_folder_is_recorded_in_place(film: World) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    folder = film.workspace / "projects" / "film" / "takes" / "ep_001" / "SEQ02"
    by_hand = folder / "SEQ02_T004.mp4"
    by_hand.write_bytes((folder / "SEQ02_T001.mp4").read_bytes())
    assert cli(film, "import", "SEQ02", str(by_hand)) == 0
    assert [take.take for take in film.open().store.load("SEQ02").record.takes] == [1, 4]
    assert sorted(path.name for path in folder.glob("*.mp4")) == ["SEQ02_T001.mp4", "SEQ02_T004.mp4"]


def test_status_says_when_the_file_of_a_take_is_gone(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    next((film.workspace / "projects").rglob("*.mp4")).unlink()
    capsys.readouterr()
    assert cli(film, "status") == 0
    assert "takes/ep_001/SEQ02/SEQ02_T001.mp4 is gone, and SEQ02 has a take of it" in capsys.readouterr().err
