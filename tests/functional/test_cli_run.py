"""``starsend run``: what is due is done and what waits is named, whatever else happens meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from starsend.errors import OutcomeUnknown, Refused
from starsend.providers.base import Intent
from starsend.studio import PooledInspector
from tests.fakes.commands import cli, printed
from tests.fakes.worlds import World, plan, world, write_plan


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


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
