"""By command what the page does too: the last choice taken back, prompts overridden and written back, the basket."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from starsend.cli.main import run
from starsend.errors import OutcomeUnknown, Refused
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.providers.base import Intent
from starsend.studio import Parts, PooledInspector, real_desk
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import World, plan, world, write_plan

Cli = Callable[..., int]


@pytest.fixture
def film(tmp_path: Path, inspector: PooledInspector) -> World:
    return world(tmp_path, inspector)


@pytest.fixture
def cli(film: World) -> Cli:
    def call(*arguments: str) -> int:
        parts = Parts(film.desk, film.checkpoint, film.make, film.choose, film.inspector)
        return run([*arguments, "--workspace", str(film.workspace)], parts)

    return call


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def words(film: World, shot: int = 0) -> str:
    document = json.loads((film.workspace / "projects/film/plan.json").read_text("utf-8"))
    return str(document["episodes"][0]["sequences"][1]["shots"][shot]["prompt"])


def test_the_last_verdict_is_taken_back_and_named(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("generate", "--seq", "SEQ02") == 0
    assert cli("reject", "SEQ02", "--reason", "her hands") == 0
    capsys.readouterr()
    assert cli("undo", "SEQ02") == 0
    assert capsys.readouterr().out == "SEQ02: the verdict on SEQ02_T001 is taken back → video_complete\n"
    (take,) = film.open().store.load("SEQ02").record.takes
    assert (take.verdict, take.reason) == (None, None)
    assert cli("undo", "SEQ02") == 3
    assert "nothing-to-undo: SEQ02: no verdict is there to take back" in capsys.readouterr().err


def test_picked_frames_are_taken_back_too_one_by_one(film: World, cli: Cli) -> None:
    assert cli("generate", "--seq", "SEQ01", "--mode", "grid") == 0
    assert [cli("crop", "--seq", "SEQ01", "--cell", cell) for cell in ("2", "3")] == [0, 0]
    assert cli("undo", "SEQ01") == 0
    record = film.open().store.load("SEQ01").record
    assert (record.clean_frame and record.clean_frame.cell, record.state) == (2, "video_pending")
    assert cli("undo", "SEQ01") == 0
    assert film.open().store.load("SEQ01").record.state == "keyframe_complete"


def test_an_approval_says_what_stays_with_a_fix(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    desk = film.open()
    fix = a_take(1, covers=("SH02",), intent_id="fix", verdict="approved")
    lay(desk, "SEQ01_SH02", Status.APPROVED, fix)
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    assert cli("approve", "SEQ01") == 0
    command = "starsend reopen SEQ01_SH02 --every"
    said = f"SH02 stays with its fix SEQ01_SH02_T001; to use this take: {command}"
    assert capsys.readouterr().out.splitlines()[-1] == said
    assert cli(*command.split()[1:]) == 0
    assert film.open().store.load("SEQ01_SH02").record.standing is None


def test_what_another_decided_is_left_to_them(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("generate", "--seq", "SEQ02") == 0
    marias = World(film.workspace, film.provider, real_desk(lambda: "maria"), film.inspector)
    marias.open().review.approve(Slate.parse("SEQ02"))
    assert cli("undo", "SEQ02") == 3
    assert "the last verdict, on SEQ02_T001, is maria's" in capsys.readouterr().err


def test_a_prompt_is_overridden_shown_and_cleared(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("generate", "--seq", "SEQ02") == 0
    capsys.readouterr()
    assert cli("prompt", "SEQ02", "--shot", "1", "--set", "A kitchen at night.") == 0
    assert capsys.readouterr().out == (
        "SEQ02_SH01\n  planned   A kitchen.\n  override  A kitchen at night.\n"
        "  sent      A kitchen.  (SEQ02_T001)\n  changed   A [-kitchen.-][+kitchen at night.+]\n"
    )
    assert film.open().store.load("SEQ02").record.takes[0].stale
    assert cli("prompt", "SEQ02", "--json") == 0
    told = printed(capsys)["prompts"]
    assert [(each["shot"], each["override"]) for each in told] == [("SH01", "A kitchen at night."), ("SH02", None)]
    assert cli("prompt", "SEQ02", "--clear") == 0
    assert "  sent      the same, with SEQ02_T001" in capsys.readouterr().out
    assert film.open().store.load("SEQ02").record.prompt_overrides == {}
    assert words(film) == "A kitchen."


def test_words_come_from_a_file(film: World, cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("\ufeffA window, rain.\n", encoding="utf-8")
    assert cli("prompt", "SEQ02_SH02", "--file", str(file)) == 0
    assert film.open().store.load("SEQ02").record.prompt_overrides == {"SH02": "A window, rain."}


def test_writing_back_shows_the_change_and_wants_a_word(
    film: World, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("prompt", "SEQ02_SH01", "--set", "A kitchen at night.") == 0
    capsys.readouterr()
    assert cli("prompt", "SEQ02", "--write-back") == 3
    shown = capsys.readouterr()
    assert '+              "prompt": "A kitchen at night.",' in shown.out
    assert "not-confirmed: SEQ02: the plan was not changed" in shown.err
    assert words(film) == "A kitchen."
    assert cli("prompt", "SEQ02", "--write-back", "--yes", "--json") == 0
    told = printed(capsys)
    assert told["shots"] == ["SH01"]
    assert (film.workspace / told["backup"]).is_file()
    assert words(film) == "A kitchen at night."
    assert film.open().store.load("SEQ02").record.prompt_overrides == {}
    assert cli("prompt", "SEQ02", "--write-back", "--yes") == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("undo", "SEQ01"), 3, "SEQ01 has no take yet"),
        (("undo", "SEQ77"), 2, "film has no sequence SEQ77"),
        (("prompt", "SEQ77"), 2, "film has no sequence SEQ77"),
        (("prompt", "SEQ02", "--shot", "9"), 2, "SEQ02 has no shot SH09"),
        (("prompt", "SEQ02", "--set", "x"), 2, "shot-needed"),
        (("prompt", "SEQ02_SH01", "--set", " "), 2, "empty-prompt"),
        (("prompt", "SEQ02_SH01", "--set", "@nobody"), 2, "nobody"),
        (("prompt", "SEQ02_SH01", "--shot", "2"), 2, "SEQ02_SH01 is no slate of SH02"),
        (("prompt", "SEQ02_SH01", "--set", "x", "--clear"), 2, "one-of-several"),
        (("prompt", "SEQ02_SH01", "--file", "no.txt"), 2, "no.txt is not there"),
        (("prompt", "SEQ02", "--clear"), 3, "nothing-to-clear"),
        (("prompt", "SEQ02", "--write-back", "--yes"), 3, "nothing-to-write-back"),
        (("basket", "add", "SEQ77"), 2, "film has no sequence SEQ77"),
        (("basket", "add", "SEQ02", "--takes", "0"), 2, "0 is not in the range"),
        (("basket", "drop", "gone"), 2, "the basket has no item gone"),
        (("basket", "drop"), 2, "item-needed"),
        (("basket", "send"), 3, "nothing in the basket can be sent"),
    ],
)
def test_bad_input_has_one_clear_error_and_changes_nothing(
    film: World, cli: Cli, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert cli(*arguments) == code
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert film.provider.accepted() == []
    assert words(film) == "A kitchen."


def test_the_basket_is_listed_with_its_sum_against_the_budgets(
    film: World, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(film.workspace, plan(budget={"project_usd": "5.00"}))
    assert cli("basket") == 0
    assert capsys.readouterr().out == "the basket is empty\n"
    assert cli("basket", "add", "SEQ02", "--takes", "2", "--words", "slower") == 0
    assert cli("basket", "add", "SEQ01") == 0
    capsys.readouterr()
    assert cli("basket", "list") == 0
    told = capsys.readouterr()
    assert "sending it may cost $0.68" in told.out
    assert "the project film: $0.68 of $5.00 after it" in told.out
    assert "SEQ01 needs a start frame, and none is picked" in told.err
    assert cli("basket", "--json") == 0
    view = printed(capsys)
    assert [(each["slate"], each["estimate_usd"]) for each in view["items"]] == [("SEQ02", "0.68"), ("SEQ01", None)]
    assert cli("basket", "drop", view["items"][1]["id"]) == 0
    assert [item.slate for item in film.open().basket.read().items] == ["SEQ02"]
    assert cli("basket", "drop", "--all") == 0
    assert film.open().basket.read().items == ()
    assert film.provider.accepted() == []


def test_the_basket_names_overrides_and_not_the_plan(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("basket", "add", "SEQ02") == 0
    assert "as planned" in capsys.readouterr().out
    assert cli("prompt", "SEQ02", "--shot", "1", "--set", "Close-up of a kettle.") == 0
    capsys.readouterr()
    assert cli("basket") == 0
    told = capsys.readouterr().out
    assert "as planned" not in told
    assert "SEQ02_SH01 as overridden: Close-up of a kettle." in told
    assert cli("basket", "send", "--yes") == 0
    assert film.provider.accepted() != []


def test_the_basket_is_sent_once_with_its_words(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[confirm]\nabove_usd = "0.50"\n')
    assert cli("basket", "add", "SEQ02", "--takes", "2") == 0
    assert cli("basket", "send") == 4
    assert "this may cost $0.68 and was not confirmed; nothing was sent" in capsys.readouterr().err
    assert cli("basket", "send", "--max-cost", "0.60", "--yes") == 4
    assert film.provider.accepted() == []
    assert cli("basket", "send", "--yes") == 0
    assert [take.outcome for take in film.open().store.load("SEQ02").record.takes] == ["complete", "complete"]
    assert film.open().basket.read().items == ()
    assert cli("basket", "send", "--yes") == 3
    assert len(film.provider.accepted()) == 2


def test_two_items_of_one_slate_are_sent_one_after_the_other(film: World, cli: Cli) -> None:
    assert cli("basket", "add", "SEQ02") == 0
    assert cli("basket", "add", "SEQ02", "--model", "kling-o3-standard") == 0
    assert cli("basket", "send") == 0
    models = [take.model for take in film.open().store.load("SEQ02").record.takes]
    assert models == ["kling-o3-pro", "kling-o3-standard"]


def test_an_item_that_is_refused_is_not_sent_again_by_itself(film: World, cli: Cli) -> None:
    def refuse(_intent: Intent) -> None:
        raise Refused("no kitchens, please", remedy="change the words")

    film.provider.before_send = refuse
    assert cli("basket", "add", "SEQ02") == 0
    assert cli("basket", "send") == 5
    assert film.open().basket.read().items == ()


def test_an_item_whose_reply_is_lost_is_not_bought_twice(film: World, cli: Cli) -> None:
    film.provider.listing = False

    def lose(_intent: Intent) -> None:
        raise OutcomeUnknown("the connection dropped", remedy="run again")

    film.provider.on_send = lose
    assert cli("basket", "add", "SEQ02") == 0
    assert cli("basket", "send") == 6
    assert cli("basket", "send") == 3
    assert len(film.provider.accepted()) == 1


def test_a_basket_over_a_budget_sends_nothing(film: World, cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    write_plan(film.workspace, plan(budget={"project_usd": "0.50"}))
    assert cli("basket", "add", "SEQ02", "--takes", "2") == 0
    assert "the budget of the project film can't bear it" in capsys.readouterr().err
    assert cli("basket", "send", "--yes") == 4
    assert "the basket would bring the project film to $0.68, over its budget of $0.50" in capsys.readouterr().err
    assert film.provider.accepted() == []
    assert film.open().basket.read().items[0].sending is None
