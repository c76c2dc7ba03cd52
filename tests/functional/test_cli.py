"""The command line as a user types it, over a provider that keeps books: what is printed, and every exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from starsend.cli.main import COMMANDS, run
from starsend.studio import PooledInspector
from tests.fakes.commands import cli, printed
from tests.fakes.worlds import World, world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def test_the_whole_job_by_commands(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "plan", "check") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "grid") == 0
    assert cli(film, "crop", "--seq", "SEQ01", "--cell", "3") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "multi") == 0
    capsys.readouterr()
    assert cli(film, "note", "SEQ01", "closer") == 0
    assert "a note on SEQ01_T002" in capsys.readouterr().out, "the video, not the grid"
    assert cli(film, "note", "SEQ02", "closer") == 2, "there is nothing to write on"
    assert cli(film, "approve", "SEQ01", "--except", "SH03") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--shot", "3", "--mode", "single") == 0
    assert cli(film, "note", "SEQ01_SH03", "--take", "1", "--frame", "5", "her hand") == 0
    assert cli(film, "approve", "SEQ01_SH03") == 0
    capsys.readouterr()
    assert cli(film, "status", "--json") == 0
    states = {record["id"]: record["state"] for record in printed(capsys)["records"]}
    assert states == {"SEQ01": "approved", "SEQ01_SH03": "approved", "SEQ02": "video_pending"}
    assert len(film.provider.accepted()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("generate", "--seq", "SEQ01", "--mode", "single"), 2, "shot-needed"),
        (("generate", "--seq", "SEQ01", "--mode", "multi", "--shot", "2"), 2, "shot-not-wanted"),
        (("generate", "--seq", "SEQ01", "--mode", "multi", "--prompt", "x"), 2, "prompt-not-wanted"),
        (("generate", "--seq", "SEQ01", "--shot", "9", "--mode", "single"), 2, "SEQ01 has no shot SH09"),
        (("generate", "--seq", "SEQ09"), 2, "film has no sequence SEQ09"),
        (("generate", "--seq", "SEQ01", "--mode", "multi"), 6, "SEQ01 needs a start frame, and none is picked"),
        (("generate", "--seq", "SEQ01", "--mode", "multi", "--shots", "3-1"), 2, "runs backwards"),
        (("generate", "--seq", "SEQ01", "--mode", "nonsense"), 2, "nonsense"),
        (("generate", "--seq", "SEQ02", "--max-cost", "0.10"), 4, "more than --max-cost $0.10; nothing was sent"),
        (("generate", "--seq", "SEQ02", "--max-cost", "much"), 2, "is not a sum of money"),
        (("generate", "--seq", "SEQ02", "--provider", "sora"), 7, "the provider 'sora' is not part of this version"),
        (("generate", "--seq", "SEQ01", "--start-frame", "none.png"), 2, "none.png is not there"),
        (("crop", "--seq", "SEQ01", "--cell", "1"), 2, "SEQ01 has no complete grid"),
        (("crop", "--seq", "SEQ01"), 2, "name a cell or a box"),
        (("crop", "--seq", "SEQ01", "--box", "1,2,3"), 2, "four whole numbers are wanted"),
        (("approve", "SEQ01"), 3, "SEQ01 has no take yet"),
        (("approve", "SEQ77"), 2, "film has no sequence SEQ77"),
        (("approve", "../../etc"), 2, "can't be a"),
        (("reopen", "SEQ01"), 3, "SEQ01 has no take yet"),
        (("show", "SEQ01"), 3, "SEQ01 has no take yet"),
        (("cancel", "SEQ01"), 3, "SEQ01 has no take yet"),
        (("reconcile", "SEQ01", "--give-up"), 3, "SEQ01 has no take yet"),
        (("reconcile", "NOPE99"), 2, "film has no sequence NOPE99"),
        (("generate", "--seq", "SEQ02", "--prompt", "hello"), 2, "prompt-not-wanted"),
        (("generate", "--seq", "SEQ01", "--mode", "grid", "--end-frame", "x.png"), 2, "frame-not-wanted"),
        (("import", "SEQ01", "nothing.mp4"), 2, "nothing.mp4 is not there"),
        (("reconcile", "SEQ01", "--resend", "--give-up"), 2, "not both"),
        (("status", "--project", "other"), 2, "there is no project other"),
        (("status", "--project", "../film"), 2, "can't be a project"),
        (("run", "--episode", "ep_009"), 2, "there is no episode ep_009"),
    ],
)
def test_bad_arguments_have_one_clear_error(
    film: World, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert cli(film, *arguments) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert film.provider.accepted() == []


def test_every_error_comes_with_a_remedy(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "approve", "SEQ01")
    assert capsys.readouterr().err == (
        "nothing-to-judge: SEQ01 has no take yet\n  → make one: starsend generate --seq SEQ01\n"
    )


def test_an_empty_workspace_is_a_matter_of_set_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--workspace", str(tmp_path)]) == 7
    assert capsys.readouterr().err == (
        f"empty-workspace: {tmp_path} has no project\n"
        "  → begin one: starsend init NAME; or choose another folder: --workspace DIR\n"
    )


def test_help_needs_no_heavy_module() -> None:
    code = (
        "import sys; from starsend.cli.main import run; run(['--help']); "
        "assert not {'av', 'cv2', 'numpy', 'PIL', 'pydantic', 'rich'} & set(sys.modules), sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in COMMANDS)


def test_status_needs_no_heavy_module(film: World) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    code = (
        "import sys; from starsend.cli.main import run; "
        f"run(['status', '--workspace', {str(film.workspace)!r}]); "
        "assert not {'av', 'cv2', 'numpy', 'PIL', 'fal_client', 'google.genai'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "_STARSEND_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_its_own_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert "Usage: starsend" in capsys.readouterr().out


def test_control_characters_are_shown_and_not_sent_to_the_terminal(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    cli(film, "note", "SEQ02", "red \x1b]0;title\x07 [bold]", "--take", "1")
    capsys.readouterr()
    assert cli(film, "show", "SEQ02") == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "red \\x1b]0;title\\x07 [bold]" in told


def test_text_that_is_not_utf8_is_refused_before_it_is_written(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    assert cli(film, "note", "SEQ02", "bad \udcff", "--take", "1") == 2
    assert "bad-text" in capsys.readouterr().err
