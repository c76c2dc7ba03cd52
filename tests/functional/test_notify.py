"""``[notify]`` by real commands: whom it tells, of what, and that a command which can't be reached changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from starsend.cli.main import run
from starsend.errors import OutcomeUnknown, Refused
from starsend.providers.base import Intent
from starsend.studio import Parts, PooledInspector
from tests.fakes.worlds import World, world


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


def cli(film: World, *arguments: str) -> int:
    parts = Parts(film.desk, film.checkpoint, film.make, film.choose, film.inspector)
    return run([*arguments, "--workspace", str(film.workspace)], parts)


def notify(film: World, more: str = "", command: str = "") -> Path:
    """Have news appended to a file, a line each."""
    out = film.workspace.parent / "told.jsonl"
    command = command or f"(cat; echo) >> '{out}'"
    (film.workspace / "starsend.toml").write_text(f'[notify]\ncommand = """{command}"""\n{more}')
    return out


def told(out: Path) -> list[tuple[str, str, str]]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return [(news["event"], news["slate"], news["message"]) for news in lines]


def test_a_run_tells_what_waits_what_was_refused_and_how_it_ended(film: World) -> None:
    def refuse(intent: Intent) -> None:
        if intent.medium == "video":
            raise Refused("content policy: a weapon", remedy="change the prompt")

    film.provider.before_send = refuse
    out = notify(film)
    assert cli(film, "run") == 6
    refused, waits, ended = told(out)
    assert refused == ("refused", "SEQ02", "SEQ02_T001 was refused: content policy: a weapon")
    assert waits[:2] == ("waits", "SEQ01")
    assert waits[2].startswith("SEQ01 waits for a start frame to be picked")
    assert ended == ("ended", "", "run ended: 1 complete, 1 failed, 2 left to a person; $0.50 committed")


def test_generate_tells_of_a_lost_job_and_its_end(film: World) -> None:
    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.listing = False
    film.provider.on_send = lose
    out = notify(film)
    assert cli(film, "generate", "--seq", "SEQ02") == 6
    waits, ended = told(out)
    assert waits[:2] == ("waits", "SEQ02")
    assert "the outcome of SEQ02_T001 is not known" in waits[2]
    assert ended[2] == "generate ended: 1 waiting for a person; $0.34 committed"


def test_a_budget_is_told_of_once_over_several_commands(film: World) -> None:
    out = notify(film, 'on = ["budget"]\nbudget_part = 0.3\n[budget]\nproject_usd = "1.00"\n')
    for _ in range(2):
        assert cli(film, "generate", "--seq", "SEQ02") == 0
    message = "$0.34 of the project film's budget of $1.00 is committed; $0.66 is free"
    assert told(out) == [("budget", "", message)]


def test_news_that_can_not_be_told_is_a_warning_and_the_work_is_done(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    notify(film, command="echo no route >&2; exit 9")
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    assert "! news was not told: the command ended with code 9: no route" in capsys.readouterr().err
    assert film.open().store.load("SEQ02").record.state == "video_complete"


def test_nothing_is_told_where_nothing_was_done(film: World) -> None:
    out = notify(film, 'on = ["ended", "budget", "refused"]')
    assert cli(film, "generate", "--seq", "SEQ02") == 0
    out.unlink()
    assert cli(film, "run", "--seq", "SEQ02") == 0
    assert not out.exists()
