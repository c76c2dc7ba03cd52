"""Money afterwards: what is listed, what is known, what providers say that they billed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from starsend.cli.main import run
from starsend.errors import ProviderError
from starsend.model.money import Caps
from starsend.model.status import Status
from starsend.model.take import JsonObject, Medium, Settled
from starsend.production.budget_levels import budget_levels
from starsend.production.costs import NO_DAY, Column, add_up
from starsend.production.wish import Wish
from starsend.providers import registry
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings
from starsend.studio import Parts
from tests.fakes.book_provider import BookProvider
from tests.fakes.crash_child import InProcess, Quiet
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import World, plan, quick_desk, write_plan


@dataclass
class Biller(BookProvider):
    """Says what it billed: what the test put down, by job; or raises."""

    bills: dict[str, Decimal] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    away: Callable[[], None] = lambda: None

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:
        self.away()
        ids = [self.receipt_id(receipt) for receipt in receipts]
        self.asked.append(ids)
        return {job: usd for job, usd in self.bills.items() if job in ids}


@pytest.fixture
def biller(tmp_path: Path) -> Biller:
    return Biller(tmp_path / "book", tmp_path / "workspace")


@pytest.fixture
def film(tmp_path: Path, biller: Biller) -> World:
    write_plan(tmp_path / "workspace")
    return World(tmp_path / "workspace", biller, quick_desk(), InProcess())


def cli(film: World, *arguments: str, others: dict[str, Provider] | None = None) -> int:
    def make(name: str, around: Surroundings, base_url: str | None) -> Provider:
        return (others or {}).get(name) or film.make(name, around, base_url)

    def choose(setting: str, medium: Medium) -> str:
        return registry.choose(setting, medium)

    parts = Parts(film.desk, film.checkpoint, make, choose, film.inspector)
    return run([*arguments, "--workspace", str(film.workspace)], parts)


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def words(line: str) -> str:
    return " ".join(line.split())


def five_takes(film: World) -> None:
    """Known, unknown, failed, proven unsent and undated ones, over two days and two sequences."""
    late = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-2)))  # the 23rd in UTC
    lay(
        film.open(),
        "SEQ01",
        Status.VIDEO_COMPLETE,
        a_take(1, cost_usd="0.40"),
        a_take(2, intent_at=late),
        a_take(3, outcome="failed", not_sent=True, estimate_usd="9.00"),
    )
    lay(
        film.open(),
        "SEQ02_SH01",
        Status.VIDEO_FAILED,
        a_take(4, covers=("SH01",), outcome="failed", cost_usd="0.00", model="kling-o3-4k"),
        a_take(5, covers=("SH01",), intent_at=None, outcome="unknown"),
    )


def test_takes_are_added_up_by_sequence_model_and_outcome(film: World) -> None:
    five_takes(film)
    costs = add_up(film.open().project)
    assert [line.by for line in costs.lines] == [
        (("sequence", "SEQ01"), ("model", "kling-o3-pro"), ("outcome", "complete")),
        (("sequence", "SEQ01"), ("model", "kling-o3-pro"), ("outcome", "not sent")),
        (("sequence", "SEQ02"), ("model", "kling-o3-4k"), ("outcome", "failed")),
        (("sequence", "SEQ02"), ("model", "kling-o3-pro"), ("outcome", "unknown")),
    ]
    complete, unsent, failed, unknown = costs.lines
    assert (complete.takes, complete.known) == (2, 1)
    assert (complete.estimated_usd, complete.actual_usd) == (Decimal("0.68"), Decimal("0.40"))
    assert (complete.difference_usd, complete.unknown_usd) == (Decimal("0.06"), Decimal("0.34"))
    assert complete.committed_usd == Decimal("0.74")
    assert (str(unsent.estimated_usd), str(unsent.committed_usd), unsent.known) == ("0.00", "0.00", 1)
    assert (str(failed.difference_usd), str(failed.committed_usd), failed.known) == ("-0.34", "0.00", 1)
    assert (unknown.unknown_usd, unknown.known) == (Decimal("0.34"), 0)


def test_the_lines_the_total_and_the_books_agree(film: World) -> None:
    five_takes(film)
    asked: tuple[tuple[Column, ...], ...] = (("day",), ("outcome", "day"), ("model",))
    for by in asked:
        costs = add_up(film.open().project, by)
        for name in ("estimated_usd", "actual_usd", "difference_usd", "unknown_usd", "committed_usd"):
            assert sum(getattr(line, name) for line in costs.lines) == getattr(costs.total, name)
        assert costs.total.committed_usd == costs.committed_usd == Decimal("1.08")


def test_days_are_utc_by_the_time_of_the_intent(film: World) -> None:
    five_takes(film)
    lines = add_up(film.open().project, ("day",)).lines
    assert [(line.by[0][1], line.takes) for line in lines] == [("2026-11-22", 3), ("2026-11-23", 1), (NO_DAY, 1)]


def test_a_copy_made_by_hand_counts_once(film: World) -> None:
    lay(film.open(), "SEQ01", Status.VIDEO_COMPLETE, a_take(1, fingerprint="a" * 64))
    lay(film.open(), "SEQ02", Status.VIDEO_COMPLETE, a_take(1, fingerprint="a" * 64))
    costs = add_up(film.open().project)
    assert costs.total.takes == 1
    assert costs.total.committed_usd == costs.committed_usd == Decimal("0.34")


def test_costs_prints_differences_unknowns_and_what_budgets_leave(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "5.00"\nsequence_usd = "0.80"\n')
    five_takes(film)
    assert cli(film, "costs", "--by", "day,outcome") == 0
    told = capsys.readouterr().out.splitlines()
    assert words(told[0]) == "day outcome takes estimated actual difference not known committed"
    assert words(told[1]) == "2026-11-22 complete 1 $0.34 $0.40 +$0.06 $0.40"
    assert words(told[2]) == "2026-11-22 failed 1 $0.34 $0.00 -$0.34 $0.00"
    assert words(told[4]) == "2026-11-23 complete 1 $0.34 $0.00 $0.34 of 1 $0.34"
    assert words(told[6]) == "all 5 $1.36 $0.40 -$0.28 $0.68 of 2 $1.08"
    assert told[7:] == [
        "committed in all: $1.08",
        "the project's budget is $5.00; $3.92 of it is free",
        "$0.74 of the sequence SEQ01's budget of $0.80 is committed; $0.06 is free",
    ]


def test_what_stands_in_a_column_comes_to_what_stands_below_it(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirds of a cent, each of which would be rounded away by itself; and each line adds up across."""
    for number in (1, 2, 3):
        told = a_take(1, estimate_usd="0.36", cost_usd="0.3333", fingerprint=f"{number}" * 64)
        held = a_take(2, estimate_usd="0.0017", fingerprint=f"{number + 3}" * 64)
        lay(film.open(), f"SEQ0{number}", Status.VIDEO_COMPLETE, told, held)
    assert cli(film, "costs", "--by", "sequence") == 0
    told_lines = [words(line).split() for line in capsys.readouterr().out.splitlines()[1:5]]
    cells = [[Decimal(cell.replace("$", "")) for cell in line if "$" in cell] for line in told_lines]
    assert [sum(column) for column in zip(*cells[:3], strict=True)] == cells[3]
    assert all(
        (actual + unknown, actual - (estimated - unknown)) == (committed, difference)
        for estimated, actual, difference, unknown, committed in cells
    )
    assert cells[3] == [Decimal(each) for each in ("1.09", "1.00", "-0.08", "0.01", "1.01")]


def test_costs_as_json_has_all_sums_as_text(film: World, capsys: pytest.CaptureFixture[str]) -> None:
    (film.workspace / "starsend.toml").write_text('[budget]\nproject_usd = "5.00"\n')
    five_takes(film)
    assert cli(film, "costs", "--by", "day", "--by", "sequence", "--json") == 0
    data = printed(capsys)
    assert data["by"] == ["day", "sequence"]
    assert data["lines"][0] == {
        "day": "2026-11-22",
        "sequence": "SEQ01",
        "takes": 2,
        "known": 2,
        "estimated_usd": "0.34",
        "actual_usd": "0.40",
        "difference_usd": "0.06",
        "unknown_usd": "0.00",
        "committed_usd": "0.40",
    }
    assert data["budgets"][0]["left_usd"] == "3.92"
    assert data["committed_usd"] == "1.08"


@pytest.mark.parametrize("asked", ["weekday", "day,", "Day", ""])
def test_what_costs_can_not_be_listed_by_is_named(film: World, asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli(film, "costs", "--by", asked) == 2
    assert "is none of: day, sequence, model, outcome" in capsys.readouterr().err


def test_a_broken_records_money_is_committed_and_the_record_is_named(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    five_takes(film)
    (film.workspace / "state" / "film" / "shots" / "SEQ01.json").write_text('{"takes": [{"estimate_usd": "2.00"}')
    assert cli(film, "costs", "--json") == 0
    data = printed(capsys)
    assert (data["committed_usd"], data["total"]["committed_usd"], data["broken"]) == ("2.34", "0.34", ["SEQ01"])


def test_what_the_provider_billed_is_booked_with_a_line_of_history(
    film: World, biller: Biller, capsys: pytest.CaptureFixture[str]
) -> None:
    given_up = Settled(at=datetime(2026, 11, 22, tzinfo=UTC), by="hand", how="give-up")
    lay(
        film.open(),
        "SEQ01",
        Status.VIDEO_COMPLETE,
        a_take(1, receipt={"request_id": "j1"}),
        a_take(2, receipt={"request_id": "j2"}),
        a_take(3, receipt={"request_id": "j3"}, cost_usd="0.30"),
        a_take(4, receipt={"request_id": "j4"}, outcome="unknown", settled=given_up),
        a_take(5, outcome="failed"),
    )
    biller.bills = {"j1": Decimal("1.57"), "j3": Decimal(7), "j4": Decimal("0.11")}
    assert cli(film, "costs", "--billed") == 0
    assert biller.asked == [["j1", "j2", "j4"]]
    record = film.open().store.load("SEQ01").record
    assert [take.cost_usd for take in record.takes] == [
        Decimal("1.57"),
        None,
        Decimal("0.30"),
        Decimal("0.11"),
        None,
    ]
    assert [move.why for move in record.history[1:]] == [
        "book says that SEQ01_T001 cost 1.57 USD",
        "book says that SEQ01_T004 cost 0.11 USD",
    ]
    told = capsys.readouterr().out
    assert "book says that SEQ01_T001 cost 1.57 USD (estimated: 0.34)" in told
    assert "nothing is said of: SEQ01_T002; events may lag, so ask again later" in told
    assert cli(film, "costs", "--billed", "--json") == 0
    assert printed(capsys)["billed"] == {"booked": [], "unknown": ["SEQ01_T002"], "troubles": []}
    assert len(film.open().store.load("SEQ01").record.history) == 3


def test_a_take_that_is_being_made_is_not_asked_for(film: World, biller: Biller) -> None:
    lay(film.open(), "SEQ01", Status.VIDEO_PROCESSING, a_take(1, receipt={"request_id": "j1"}, outcome="pending"))
    assert cli(film, "costs", "--billed") == 0
    assert biller.asked == []


def test_a_provider_that_can_not_be_asked_is_a_warning_and_the_others_are_asked(
    film: World, biller: Biller, capsys: pytest.CaptureFixture[str]
) -> None:
    away = Biller(biller.book, biller.workspace, name="away")

    def refuse() -> None:
        raise ProviderError("away doesn't tell without an admin's key", remedy="make one")

    away.away = refuse
    lay(film.open(), "SEQ01", Status.VIDEO_COMPLETE, a_take(1, receipt={"request_id": "j1"}, provider="away"))
    assert cli(film, "costs", "--billed", others={"away": away}) == 5
    assert "! away doesn't tell without an admin's key" in capsys.readouterr().err
    lay(film.open(), "SEQ02", Status.VIDEO_COMPLETE, a_take(2, receipt={"request_id": "j2"}))
    biller.bills = {"j2": Decimal("0.20")}
    assert cli(film, "costs", "--billed", others={"away": away}) == 0
    assert film.open().store.load("SEQ02").record.takes[0].cost_usd == Decimal("0.20")
    assert film.open().store.load("SEQ01").record.takes[0].cost_usd is None


@pytest.mark.parametrize("usd", ["-1", "NaN", "Infinity", "1E+30"])
def test_a_bill_that_can_not_be_right_is_not_written(
    film: World, biller: Biller, usd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(film.open(), "SEQ01", Status.VIDEO_COMPLETE, a_take(1, receipt={"request_id": "j1"}))
    biller.bills = {"j1": Decimal(usd)}
    assert cli(film, "costs", "--billed") == 0
    assert "which is no sum of a take; nothing was written" in capsys.readouterr().err
    assert film.open().store.load("SEQ01").record.takes[0].cost_usd is None


def test_estimate_warns_of_a_plan_that_its_own_budgets_can_not_bear(
    film: World, capsys: pytest.CaptureFixture[str]
) -> None:
    document = plan(budget={"project_usd": "0.70", "sequence_usd": "0.40", "shot_usd": "0.10"})
    document["episodes"][0]["sequences"][1]["mode"] = "single"
    write_plan(film.workspace, document)
    assert cli(film, "estimate") == 0
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [
        "! one take of everything would cost the project film $1.18, over its budget of $0.70",
        "! one take of everything would cost the sequence SEQ01 $0.50, over its budget of $0.40",
        "! one take of everything would cost the sequence SEQ02 $0.68, over its budget of $0.40",
        "! one take of everything would cost the shot SEQ02_SH01 $0.34, over its budget of $0.10",
        "! one take of everything would cost the shot SEQ02_SH02 $0.34, over its budget of $0.10",
    ]
    write_plan(film.workspace, plan(budget={"project_usd": "100"}))
    assert cli(film, "estimate") == 0
    assert capsys.readouterr().err == ""


def test_levels_count_shots_into_their_sequence_and_know_when_a_part_is_reached() -> None:
    committed = {"SEQ01": Decimal(7), "SEQ01_SH02": Decimal(1), "SEQ02": Decimal(1)}
    project, first, second, shot = budget_levels("film", Caps(Decimal(20), Decimal(10), Decimal(1)), committed)
    assert [level.committed_usd for level in (project, first, second)] == [Decimal(9), Decimal(8), Decimal(1)]
    assert (first.reached(Decimal("0.8")), second.reached(Decimal("0.8"))) == (True, False)
    assert (shot.name, str(shot.left_usd), shot.reached(Decimal(1))) == ("SEQ01_SH02", "0.00", True)
    nothing = budget_levels("film", Caps(Decimal(0)), {})
    assert not nothing[0].reached(Decimal("0.8"))


def test_a_bill_that_comes_in_two_parts_is_booked_whole_and_never_shrinks(film: World, biller: Biller) -> None:
    desk = film.open()
    desk.engine.run(list(desk.runner.prepare("SEQ02", Wish("multi"))), Quiet())
    for told, held in (("0.00", "0.00"), ("0.20", "0.20"), ("0.34", "0.34"), ("0.10", "0.34")):
        biller.bills = {"job-00001": Decimal(told)}
        film.open().bookkeeper.ask()
        (take,) = film.open().store.load("SEQ02").record.takes
        assert take.committed_usd == Decimal(held), told


def test_a_bill_is_not_asked_for_again_after_a_month(film: World, biller: Biller) -> None:
    desk = film.open()
    desk.engine.run(list(desk.runner.prepare("SEQ02", Wish("multi"))), Quiet())
    biller.bills = {"job-00001": Decimal("0.20")}
    film.open().bookkeeper.ask()
    film.desk.wait(31 * 24 * 3600)
    biller.asked.clear()
    film.open().bookkeeper.ask()
    assert biller.asked == []
