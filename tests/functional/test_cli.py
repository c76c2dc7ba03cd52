"""The command line as a user types it, over a provider that keeps books: what is printed, and every exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from starsend.cli.main import COMMANDS, run
from starsend.errors import Interrupted, OutcomeUnknown, Refused
from starsend.media.picture import save_png
from starsend.providers.base import Intent
from starsend.store.checkpoints import CrashPoint
from starsend.studio import Parts, PooledInspector
from tests.fakes.worlds import World, plan, world, write_plan

Cli = Callable[..., int]


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def cli(film: World, *arguments: str) -> int:
    parts = Parts(film.desk, film.checkpoint, film.make, film.choose, film.inspector)
    return run([*arguments, "--workspace", str(film.workspace)], parts)


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_the_whole_job_by_commands(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "plan", "check") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "grid") == 0
    assert cli(film, "crop", "--seq", "SEQ01", "--cell", "3") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "multi") == 0
    assert cli(film, "approve", "SEQ01", "--except", "SH03") == 0
    assert cli(film, "generate", "--seq", "SEQ01", "--shot", "3", "--mode", "single") == 0
    assert cli(film, "note", "SEQ01_SH03", "--take", "1", "--frame", "5", "her hand") == 0
    assert cli(film, "approve", "SEQ01_SH03") == 0
    capsys.readouterr()
    assert cli(film, "status", "--json") == 0
    states = {record["id"]: record["state"] for record in printed(capsys)["records"]}
    assert states == {"SEQ01": "approved", "SEQ01_SH03": "approved", "SEQ02": "video_pending"}
    assert len(film.provider.accepted()) == 3


def test_run_does_what_is_due_and_names_what_waits(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "run") == 6
    told = capsys.readouterr().err
    assert "SEQ01 waits for a start frame to be picked" in told
    assert "starsend crop --seq SEQ01 --cell 1" in told
    assert cli(film, "crop", "--seq", "SEQ01", "--cell", "1") == 0
    assert cli(film, "run") == 0
    assert cli(film, "run") == 0
    assert capsys.readouterr().out.endswith("nothing is due\n")
    assert len(film.provider.accepted()) == 3


def test_run_in_a_dry_run_sends_and_writes_nothing(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "run", "--dry-run") == 0
    shown = printed(capsys)["dry_run"]
    assert [job["slate"] for job in shown] == ["SEQ01", "SEQ02"]
    assert shown[1]["requests"][0]["order"]["shots"][0]["prompt"] == "A kitchen."
    assert film.provider.accepted() == []
    assert not (film.workspace / "state").exists()


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


def test_a_sum_over_the_threshold_is_not_spent_unasked(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[confirm]\nabove_usd = "0.30"\n')
    assert cli(film, "generate", "--seq", "SEQ02") == 4
    told = capsys.readouterr().err
    assert "not-confirmed: this may cost $0.34 and was not confirmed; nothing was sent\n" in told
    assert "→ confirm it: --yes\n" in told
    assert film.provider.accepted() == []
    assert cli(film, "generate", "--seq", "SEQ02", "--yes") == 0
    assert len(film.provider.accepted()) == 1


def test_a_budget_is_hard(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.50"\n')
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    assert cli(film, "generate", "--seq", "SEQ02", "--yes") == 4
    told = capsys.readouterr().err
    assert "SEQ02: $0.34 more would bring the project film to $0.68, over its budget of $0.50" in told
    assert len(film.provider.accepted()) == 1


def test_prices_can_be_set(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[prices.kling-o3-pro]\nusd_per_second = "1.00"\n')
    assert cli(film, "estimate", "--seq", "SEQ02", "--json") == 0
    assert printed(capsys)["due_usd"] == "3.00"


def test_what_is_due_is_estimated_for_the_provider_that_is_named(
    film: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the paid ones without a key, too: nothing is sent."""
    for name in ("FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    place = ("--seq", "SEQ02", "--json", "--workspace", str(film.workspace))
    for provider, usd in (("animatic", "0.00"), ("live", "0.34")):
        assert run(["estimate", "--provider", provider, *place]) == 0
        said = printed(capsys)
        assert (said["provider"], said["due_usd"]) == (provider, usd)
    assert run(["estimate", "--provider", "nobody", *place]) == 7


def test_a_setting_that_is_not_known_is_named(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text("[poll]\nfrist_s = 2\n")
    assert cli(film, "status") == 7
    assert "poll.frist_s" in capsys.readouterr().err


def test_a_refusal_exits_5_with_the_providers_words_and_the_others_go_on(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse_grids(intent: Intent) -> None:
        if intent.medium == "grid":
            raise Refused("content policy: a weapon", remedy="change the prompt")

    film.provider.before_send = refuse_grids
    assert cli(film, "run") == 5
    told = capsys.readouterr().err
    assert "SEQ01_T001 failed: content policy: a weapon" in told
    assert "SEQ02_T001 complete" in told
    assert cli(film, "run") == 5
    assert len(film.provider.accepted()) == 1


def test_a_lost_reply_is_looked_up_and_adopted_by_the_same_command(film: World) -> None:
    lost: list[Intent] = []

    def lose(intent: Intent) -> None:
        if not lost:
            lost.append(intent)
            raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    assert len(film.provider.accepted()) == 1


def test_giving_up_and_resending_by_command(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    film.provider.listing = False

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli(film, "generate", "--seq", "SEQ02") == 6
    assert cli(film, "run", "--seq", "SEQ02") == 6
    film.provider.on_send = lambda _intent: None
    assert cli(film, "reconcile", "SEQ02", "--resend") == 0
    assert len(film.provider.accepted()) == 2
    capsys.readouterr()
    assert cli(film, "costs", "--json") == 0
    assert printed(capsys)["committed_usd"] == "0.68"


def test_show_tells_everything_of_a_take(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    cli(film, "reject", "SEQ02", "--reason", "too dark")
    capsys.readouterr()
    assert cli(film, "show", "SEQ02") == 0
    told = capsys.readouterr().out
    for part in ("SEQ02  rejected", "SEQ02_T001  video  complete  rejected", "too dark", "SH01, SH02", "history"):
        assert part in told


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


def test_run_goes_on_with_a_take_whose_sequence_is_gone_from_the_plan(film: World) -> None:
    film.provider.on_send = lambda _intent: film.desk.stop.set()
    assert cli(film, "generate", "--seq", "SEQ02") == 130
    film.desk.stop.clear()
    film.provider.on_send = lambda _intent: None
    document = plan()
    document["episodes"][0]["sequences"].pop(1)
    write_plan(film.workspace, document)
    assert cli(film, "run") == 6
    record = film.open().store.load("SEQ02").record
    assert [take.outcome for take in record.takes] == ["complete"]
    assert len([job for job in film.provider.accepted() if job["input"]["medium"] == "video"]) == 1


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


def test_run_leaves_a_broken_record_alone_and_does_the_rest(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    record = film.workspace / "state" / "film" / "shots" / "SEQ01.json"
    record.parent.mkdir(parents=True)
    record.write_text("{")
    assert cli(film, "run") == 7
    assert "record-broken: the record" in capsys.readouterr().err
    assert film.open().store.load("SEQ02").record.state == "video_complete"
    assert record.read_text() == "{"
    assert len(film.provider.accepted()) == 1


def test_run_names_a_clean_frame_that_is_no_picture_and_does_the_rest(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = film.workspace / "projects" / "film" / "frames" / "ep_001" / "clean" / "SEQ01.png"
    clean.parent.mkdir(parents=True)
    clean.write_text("<html>not a picture</html>")
    assert cli(film, "run") == 2
    assert "not-a-picture" in capsys.readouterr().err
    assert film.open().store.load("SEQ02").record.state == "video_complete"


def test_a_shot_may_be_typed_as_the_plan_does_not_write_it(film: World) -> None:
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][2]["id"] = "SH3"
    write_plan(film.workspace, document)
    assert cli(film, "generate", "--seq", "SEQ01", "--shot", "3", "--mode", "grid") == 0
    assert cli(film, "crop", "--seq", "SEQ01", "--shot", "SH03", "--cell", "2") == 0
    assert film.open().store.load("SEQ01_SH3").record.clean_frame is not None


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


def test_two_runs_at_once_buy_nothing_twice(film: World) -> None:
    document = plan()
    shots = [{"id": "SH01", "prompt": "Wide. A road.", "duration_s": 3}]
    document["episodes"][0]["sequences"] = [
        {"id": f"SEQ0{n}", "start_frame": "none", "shots": [{**shots[0], "prompt": f"Wide. Road {n}."}]}
        for n in range(1, 6)
    ]
    write_plan(film.workspace, document)
    (film.workspace / "starsend.toml").write_text("[run]\nat_once = 1\n")
    inner: list[int] = []

    def run_beside(_intent: Intent) -> None:
        film.provider.on_send = lambda _intent: None
        inner.append(cli(film, "run", "--yes", "--seq", "SEQ05"))

    film.provider.on_send = run_beside
    assert cli(film, "run", "--yes") == 0
    assert inner == [0]
    assert len(film.provider.accepted()) == 5


def test_a_plan_that_was_spoiled_does_not_hold_what_was_sent(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    film.provider.on_send = lambda _intent: film.desk.stop.set()
    assert cli(film, "generate", "--seq", "SEQ02") == 130
    film.desk.stop.clear()
    document = plan()
    document["episodes"][0]["sequences"][0]["shots"][0]["prompt"] = "@nobody waits."
    write_plan(film.workspace, document)
    assert cli(film, "run") == 2
    assert "@nobody" in capsys.readouterr().err
    for command in (("status",), ("show", "SEQ02"), ("approve", "SEQ02"), ("note", "SEQ02", "good", "--take", "1")):
        assert cli(film, *command) == 0
        assert "the last one that was used stands in" in capsys.readouterr().err
    assert cli(film, "generate", "--seq", "SEQ02") == 2
    assert len(film.provider.accepted()) == 1


def test_run_does_what_an_earlier_round_left_due(film: World) -> None:
    document = plan()
    document["episodes"][0]["sequences"] = document["episodes"][0]["sequences"][1:]
    write_plan(film.workspace, document)
    film.provider.on_send = lambda _intent: film.desk.stop.set()
    assert cli(film, "generate", "--seq", "SEQ02", "--shots", "1") == 130
    film.desk.stop.clear()
    film.provider.on_send = lambda _intent: None
    assert cli(film, "run") == 0
    record = film.open().store.load("SEQ02").record
    assert [take.covers for take in record.takes] == [("SH01",), ("SH02",)]


def test_an_intent_that_was_never_sent_counts_against_max_cost(film: World) -> None:
    before = film.checkpoint

    def stop_after_the_intent(point: CrashPoint) -> None:
        if point is CrashPoint.INTENT_WRITTEN:
            film.desk.stop.set()

    film.checkpoint = stop_after_the_intent
    assert cli(film, "generate", "--seq", "SEQ02") == 130
    film.checkpoint = before
    film.desk.stop.clear()
    assert film.provider.accepted() == []
    assert cli(film, "run", "--seq", "SEQ02", "--max-cost", "0") == 4
    (film.workspace / "starsend.toml").write_text('[confirm]\nabove_usd = "0.30"\n')
    assert cli(film, "reconcile") == 4
    assert film.provider.accepted() == []
    (film.workspace / "starsend.toml").unlink()
    assert cli(film, "run", "--seq", "SEQ02") == 0
    assert len(film.provider.accepted()) == 1


def test_an_import_finds_the_shot_however_it_is_typed(film: World, tmp_path: Path) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    made = next((film.workspace / "projects").rglob("*.mp4"))
    assert cli(film, "import", "SEQ01_SH2", str(made)) == 0
    assert cli(film, "approve", "SEQ01_SH2") == 0
    assert film.open().store.load("SEQ01_SH02").record.state == "approved"
    assert film.open().store.find("SEQ01_SH2") is None


def test_a_resend_buys_only_what_was_lost(film: World) -> None:
    film.provider.listing = False
    sent: list[Intent] = []

    def lose_the_second(intent: Intent) -> None:
        sent.append(intent)
        if len(sent) == 2:
            raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose_the_second
    assert cli(film, "generate", "--seq", "SEQ02", "--takes", "3", "--yes") == 6
    assert cli(film, "reconcile", "SEQ02", "--resend") == 0
    takes = film.open().store.load("SEQ02").record.takes
    assert [take.outcome for take in takes] == ["complete", "unknown", "complete", "complete"]
    assert len(film.provider.accepted()) == 4


def test_a_resend_reads_the_reply_that_came_before_it_buys(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    film.provider.listing = False
    before = film.checkpoint

    def stop_before_the_receipt(point: CrashPoint) -> None:
        if point is CrashPoint.INBOX_WRITTEN:
            raise Interrupted("stopped", remedy="go on: starsend run")

    film.checkpoint = stop_before_the_receipt
    cli(film, "generate", "--seq", "SEQ02")
    film.checkpoint = before
    assert film.open().store.load("SEQ02").record.takes[0].receipt is None
    assert cli(film, "reconcile", "SEQ02", "--resend", "--yes") == 3
    assert "nothing-to-settle" in capsys.readouterr().err
    assert cli(film, "run", "--seq", "SEQ02") == 0
    (take,) = film.open().store.load("SEQ02").record.takes
    assert (take.outcome, take.settled) == ("complete", None)
    assert len(film.provider.accepted()) == 1


def test_a_resend_over_budget_settles_nothing(film: World) -> None:
    film.provider.listing = False

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli(film, "generate", "--seq", "SEQ02") == 6
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.50"\n')
    assert cli(film, "reconcile", "SEQ02", "--resend") == 4
    assert film.open().store.load("SEQ02").record.takes[0].settled is None


def test_a_finished_frame_that_was_stopped_before_it_was_accepted_is_not_bought_again(film: World) -> None:
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "grid") == 0
    film.provider.on_send = lambda _intent: film.desk.stop.set()
    assert cli(film, "finish", "--seq", "SEQ01", "--cell", "2", "--yes") == 130
    film.desk.stop.clear()
    film.provider.on_send = lambda _intent: None
    assert cli(film, "run", "--seq", "SEQ01") == 6
    assert cli(film, "finish", "--seq", "SEQ01", "--cell", "2", "--yes") == 0
    record = film.open().store.load("SEQ01").record
    assert record.clean_frame is not None
    assert record.clean_frame.note == "finished as SEQ01_T002"
    assert len(film.provider.accepted()) == 2


def test_names_in_a_given_prompt_and_in_overrides_are_checked(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("generate", "--seq", "SEQ01", "--mode", "grid")
    assert cli(film, *asked, "--prompt", "Wide. @nobody walks.") == 2
    assert "the prompt names @nobody, which the plan doesn't know" in capsys.readouterr().err
    assert film.provider.accepted() == []


def test_a_start_frame_that_no_model_takes_is_refused_before_anything_is_paid(
    film: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = tmp_path / "tiny.png"
    save_png(np.zeros((8, 8, 3), np.uint8), tiny)
    asked = ("generate", "--seq", "SEQ01", "--mode", "multi", "--start-frame", str(tiny))
    assert cli(film, *asked) == 2
    assert "can't start a take" in capsys.readouterr().err
    assert film.provider.accepted() == []


def test_a_video_that_lies_in_its_folder_is_recorded_in_place(film: World) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    folder = film.workspace / "projects" / "film" / "takes" / "ep_001" / "SEQ02"
    by_hand = folder / "SEQ02_T004.mp4"
    by_hand.write_bytes((folder / "SEQ02_T001.mp4").read_bytes())
    assert cli(film, "import", "SEQ02", str(by_hand)) == 0
    assert [take.take for take in film.open().store.load("SEQ02").record.takes] == [1, 4]
    assert sorted(path.name for path in folder.glob("*.mp4")) == ["SEQ02_T001.mp4", "SEQ02_T004.mp4"]


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


def test_an_export_never_replaces_the_plan_or_a_device(film: World, tmp_path: Path) -> None:
    before = film.open().loaded.source
    assert cli(film, "plan", "export", "--out", str(film.open().paths.plan)) == 2
    (tmp_path / "link.csv").symlink_to(tmp_path / "target")
    assert cli(film, "plan", "export", "--out", str(tmp_path / "link.csv")) == 2
    assert film.open().loaded.source == before


@pytest.mark.parametrize("cost", ["1e30", "-1", "NaN"])
def test_a_cost_that_is_a_slip_is_refused(film: World, cost: str) -> None:
    assert cli(film, "reconcile", "SEQ02", "--give-up", "--cost", cost) == 2


def test_a_negative_cost_in_a_record_lifts_no_budget(film: World) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    record = film.workspace / "state" / "film" / "shots" / "SEQ02.json"
    record.write_text(record.read_text().replace('"cost_usd": null', '"cost_usd": "-100"'))
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "0.40"\n')
    assert cli(film, "status") == 7
    assert cli(film, "generate", "--seq", "SEQ01", "--mode", "grid") == 4


def test_status_says_when_the_file_of_a_take_is_gone(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    cli(film, "generate", "--seq", "SEQ02")
    next((film.workspace / "projects").rglob("*.mp4")).unlink()
    capsys.readouterr()
    assert cli(film, "status") == 0
    assert "takes/ep_001/SEQ02/SEQ02_T001.mp4 is gone, and SEQ02 has a take of it" in capsys.readouterr().err
