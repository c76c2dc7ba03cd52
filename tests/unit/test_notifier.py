"""News: what is told, in which order, once; and that nothing which goes wrong with it stands in the way of work."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from starsend.errors import BudgetError, Interrupted, PersonNeeded, ProviderError, WrongKey
from starsend.model.status import Status
from starsend.model.take import Fault
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.production.messengers import NotDelivered, messengers_for
from starsend.production.news import News, news_of
from starsend.production.notifier import FAILURES, Notifier
from starsend.production.project import StudioCaps
from starsend.studio import OpenProject
from tests.fakes.bench import slate as slate_of
from tests.fakes.crash_child import InProcess, Quiet
from tests.fakes.records import a_take, lay
from tests.fakes.worlds import plan, world


@dataclass
class Pigeon:
    """Keeps what it delivered; a test makes it slow or lame."""

    told: list[Mapping[str, str]] = field(default_factory=list)
    act: Callable[[], None] = lambda: None
    stopped: bool = False

    def deliver(self, event: str, message: str, data: Mapping[str, str]) -> None:
        self.act()
        self.told.append(data)

    def stop(self) -> None:
        self.stopped = True

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(news["event"], news["slate"]) for news in self.told]


def film(tmp_path: Path, **budget: str) -> OpenProject:
    return world(tmp_path, InProcess(), plan(budget=budget)).open()


def notifier(
    desk: OpenProject, *pigeons: Pigeon, on: str = "waits refused budget ended", wait_s: float = 10
) -> Notifier:
    return Notifier(desk.project, pigeons, on.split(), Decimal("0.8"), desk.studio.desk, wait_s)


def ended(desk: OpenProject, slate: str) -> Result:
    return Result(slate_of(slate), desk.store.load(slate).record)


def person_needed(slate: str) -> Result:
    return Result(slate_of(slate), None, PersonNeeded(f"{slate} is lost", remedy="settle it"))


def test_what_needs_a_person_was_refused_or_is_over_a_budget_is_news_and_weather_is_none(tmp_path: Path) -> None:
    desk = film(tmp_path)
    fault = Fault(code="refused", message="content policy: a weapon", remedy="change the prompt")
    lay(desk, "SEQ01", Status.VIDEO_FAILED, a_take(1, outcome="failed", error=fault))
    refused = ended(desk, "SEQ01")
    assert news_of(refused, "film") == (
        News("refused", "film", "SEQ01", "SEQ01_T001 was refused: content policy: a weapon", "change the prompt"),
    )
    for code, message, told in (
        ("account-locked", "SEQ01_T001: fal has locked the account", ["SEQ01_T001: fal has locked the account"]),
        ("job-failed", "the job failed", []),
        ("unreachable", "nobody is there", []),
    ):
        lay(desk, "SEQ01", Status.VIDEO_FAILED, a_take(1, outcome="failed", error=Fault(code=code, message=message)))
        assert [news.message for news in news_of(ended(desk, "SEQ01"), "film")] == told
    lay(desk, "SEQ02", Status.VIDEO_PROCESSING, a_take(1, outcome="unknown", covers=("SH01",)))
    (waits,) = news_of(ended(desk, "SEQ02"), "film")
    assert (waits.event, waits.message) == ("waits", "the outcome of SEQ02_T001 is not known")
    assert news_of(person_needed("SEQ01"), "film")[0].event == "waits"
    locked = WrongKey("fal doesn't take the key", remedy="set another")
    assert news_of(Result(slate_of("SEQ01"), None, locked), "film")[0].event == "refused"
    over = Result(slate_of("SEQ01"), None, BudgetError("over", remedy="less"))
    assert news_of(over, "film")[0].event == "budget"
    for error in (ProviderError("weather", remedy="wait"), Interrupted("stopped", remedy="go on")):
        assert news_of(Result(slate_of("SEQ01"), None, error), "film") == ()


def test_news_is_told_in_order_once_a_command_and_the_end_last(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path), Pigeon()
    teller = notifier(desk, pigeon)
    watcher = teller.watching(Quiet())
    with teller.working("run"):
        with teller.working("run"):  # the rounds of a run are part of it
            for name in ("SEQ01", "SEQ02", "SEQ01"):
                watcher.began(Job(slate_of(name), None, ""))
                watcher.ended(person_needed(name))
        assert len(pigeon.told) < 3
    assert pigeon.events == [("waits", "SEQ01"), ("waits", "SEQ02"), ("ended", "")]
    assert pigeon.told[0]["text"] == "film: SEQ01 is lost\n→ settle it"
    assert pigeon.told[0]["at"].startswith("2026-11-22T10:")
    assert pigeon.told[2]["message"] == "run ended: 3 waiting for a person; $0.00 committed"
    with teller.working("run"):
        watcher.ended(person_needed("SEQ01"))
    assert pigeon.events[3:] == [("waits", "SEQ01"), ("ended", "")]


def test_the_end_counts_outcomes_and_what_this_command_committed(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path), Pigeon()
    teller = notifier(desk, pigeon)
    with teller.working("generate"):
        now = desk.studio.desk.now()
        old = a_take(1, intent_at=now.replace(year=2025), cost_usd="9.00")
        lay(desk, "SEQ01", Status.VIDEO_COMPLETE, old, a_take(2, intent_at=now), a_take(3, batch=2, intent_at=now))
        watcher = teller.watching(Quiet())
        watcher.began(Job(slate_of("SEQ01"), None, ""))
        watcher.ended(ended(desk, "SEQ01"))
    assert pigeon.told[-1]["message"] == "generate ended: 2 complete; $0.68 committed"


def test_a_command_that_did_nothing_tells_no_end(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path), Pigeon()
    teller = notifier(desk, pigeon)
    with teller.working("run"):
        pass
    assert pigeon.told == []


def test_a_budget_is_told_of_once_a_crossing_also_by_later_commands(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path, project_usd="1.00", sequence_usd="0.40"), Pigeon()

    def run_once(project: OpenProject = desk) -> list[str]:
        before = len(pigeon.told)
        teller = notifier(project, pigeon, on="budget")
        with teller.working("run"):
            teller.watching(Quiet()).ended(ended(project, "SEQ01"))
        return [news["message"] for news in pigeon.told[before:]]

    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, estimate_usd="0.31"))
    assert run_once() == []
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1, estimate_usd="0.32"))
    assert run_once() == ["$0.32 of the sequence SEQ01's budget of $0.40 is committed; $0.08 is free"]
    assert run_once() == []
    lay(desk, "SEQ02", Status.VIDEO_COMPLETE, a_take(1, estimate_usd="0.55", intent_id="b"))
    assert run_once() == [
        "$0.87 of the project film's budget of $1.00 is committed; $0.13 is free",
        "$0.55 of the sequence SEQ02's budget of $0.40 is committed; $0.00 is free",
    ]
    assert json.loads((desk.paths.state / "told.json").read_text())["budgets"] == [
        "project film",
        "sequence SEQ01",
        "sequence SEQ02",
    ]
    raised = world(tmp_path, InProcess(), plan(budget={"project_usd": "9.00", "sequence_usd": "0.40"})).open()
    assert run_once(raised) == []
    again = world(tmp_path, InProcess(), plan(budget={"project_usd": "1.00", "sequence_usd": "0.40"})).open()
    assert len(run_once(again)) == 1


def test_a_spoiled_memory_of_what_was_told_is_written_anew(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path, sequence_usd="0.30"), Pigeon()
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    for spoiled in (b"{", b"[]", b'{"budgets": [[]]}', b'{"budgets": 3}'):
        (desk.paths.state / "told.json").write_bytes(spoiled)
        teller = notifier(desk, pigeon, on="budget")
        with teller.working("run"):
            teller.watching(Quiet()).ended(ended(desk, "SEQ01"))
        assert teller.troubles() == ()
    assert len(pigeon.told) == 4


def test_a_budget_that_could_not_be_told_is_told_by_the_next_command(tmp_path: Path) -> None:
    desk, lame = film(tmp_path, sequence_usd="0.30"), Pigeon(act=lamed)
    lay(desk, "SEQ01", Status.VIDEO_COMPLETE, a_take(1))
    for _ in range(2):
        teller = notifier(desk, lame, on="budget")
        with teller.working("run"):
            teller.watching(Quiet()).ended(ended(desk, "SEQ01"))
        assert teller.troubles()
    lame.act = lambda: None
    teller = notifier(desk, lame, on="budget")
    with teller.working("run"):
        teller.watching(Quiet()).ended(ended(desk, "SEQ01"))
    assert len(lame.told) == 1


def lamed() -> None:
    raise NotDelivered("a broken wing")


def test_what_fails_is_a_trouble_and_the_other_messenger_still_delivers(tmp_path: Path) -> None:
    desk, lame, well = film(tmp_path), Pigeon(act=lamed), Pigeon()
    teller = notifier(desk, lame, well, on="waits")
    with teller.working("run"):
        for number in range(FAILURES + 4):
            teller.tell(News("waits", "film", "SEQ01", f"news {number}"))
    assert [news["message"] for news in well.told] == [f"news {n}" for n in range(FAILURES + 4)]
    assert teller.troubles() == (f"news was not told: a broken wing ({FAILURES} times)",)
    assert teller.troubles() == ()


def test_a_defect_of_a_messenger_ends_nothing(tmp_path: Path) -> None:
    def explode() -> None:
        raise ZeroDivisionError("a defect")

    desk, pigeon = film(tmp_path), Pigeon(act=explode)
    teller = notifier(desk, pigeon, on="waits")
    with teller.working("run"):
        teller.tell(News("waits", "film", "SEQ01", "one"))
        teller.tell(News("waits", "film", "SEQ01", "two"))
    assert teller.troubles() == ("news was not told: ZeroDivisionError('a defect') (2 times)",)


def test_work_is_not_held_and_the_end_waits_only_so_long(tmp_path: Path) -> None:
    never = threading.Event()
    desk, stuck = film(tmp_path), Pigeon(act=lambda: none(never.wait(200)))
    teller = notifier(desk, stuck, wait_s=0.05)
    begun = time.monotonic()
    with teller.working("run"):
        for number in range(2000):
            teller.tell(News("waits", "film", "SEQ01", f"news {number}"))
    assert time.monotonic() - begun < 100
    assert stuck.stopped
    assert any("left" in trouble for trouble in teller.troubles()) or any("too much" in t for t in teller.troubles())
    stuck.act = lambda: None
    with teller.working("run"):  # a new command, a new thread
        teller.tell(News("waits", "film", "SEQ01", "later"))
    never.set()
    assert "later" in [news["message"] for news in stuck.told]


def none(_value: object) -> None:
    return None


def test_nobody_to_tell_means_no_thread_and_the_watcher_itself(tmp_path: Path) -> None:
    desk, watcher = film(tmp_path), Quiet()
    teller = notifier(desk)
    assert teller.watching(watcher) is watcher
    before = threading.active_count()
    with teller.working("run"):
        teller.tell(News("waits", "film", "SEQ01", "one"))
    assert threading.active_count() == before
    assert messengers_for("", "", {}) == ()


def test_only_the_events_that_are_asked_for_are_told(tmp_path: Path) -> None:
    desk, pigeon = film(tmp_path), Pigeon()
    teller = notifier(desk, pigeon, on="ended")
    with teller.working("run"):
        teller.watching(Quiet()).ended(person_needed("SEQ01"))
    assert pigeon.events == [("ended", "")]


def test_the_studios_caps_count_too(tmp_path: Path) -> None:
    made = world(tmp_path, InProcess())
    (made.workspace / "starsend.toml").write_text('[budget]\nshot_usd = "0.40"\n')
    desk, pigeon = made.open(), Pigeon()
    assert desk.project.studio_caps == StudioCaps(shot=Decimal("0.40"))
    lay(desk, "SEQ01_SH02", Status.VIDEO_COMPLETE, a_take(1, covers=("SH02",)))
    teller = notifier(desk, pigeon, on="budget")
    with teller.working("run"):
        teller.watching(Quiet()).ended(ended(desk, "SEQ01_SH02"))
    assert pigeon.events == [("budget", "SEQ01_SH02")]
