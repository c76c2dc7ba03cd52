"""Hundreds of slates in stormy weather, run on until nothing goes on by itself; then the books are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from starsend.media.files import sha256_of
from starsend.model.record import Record
from starsend.rehearsal.accounts import Accounts, compare
from starsend.rehearsal.books import Books
from starsend.rehearsal.server import RehearsalServer
from starsend.rehearsal.weather import STORMY, Weather
from tests.fakes.paid_worlds import QUICK, PaidWorld
from tests.fakes.worlds import write_plan

ROUNDS = 12
"""More runs than any storm needs; each is a new command that reads all anew."""

STORM = replace(STORMY, queue_s=0.1, run_s=0.2, at_once=40, listing_lag_s=0.4, gemini_run_s=0.05)
"""The storm that users rehearse in, its waits shorter."""

OTHER_WAY = replace(
    STORM,
    validate_at_submit=True,
    error_style="string",
    error_in_status=False,
    retry_header="X-Fal-Needs-Retry",
    bill_refused=True,
    billable_units_header=False,
    status_without_logs=True,
    listing_unfinished=True,
    listing_adds_defaults=False,
    listing_window="ended_at",
    billing_admin_only=True,
    max_elements=7,
    shot_chars=512,
    sum_strict=False,
    single_image_element_ok=True,
    repeated_frontal_ok=False,
    v3_reference=True,
    redirect_accepts=True,
    html_accepts=True,
    locked_status=402,
    gemini_single_size_ok=True,
    gemini_wrong_key_status=401,
)
"""All that the vendors' pages leave open, the other way round."""


def plan_of(slates: int) -> dict[str, Any]:
    """As many slates: of ten, one sequence that begins with a grid, five that don't, four single shots."""
    sequences: list[dict[str, Any]] = []
    left = slates
    for number in range(1, slates + 1):
        if left <= 0:
            break
        kind = ("grid", "multi", "single", "multi", "single", "multi", "multi", "multi")[number % 8]
        shots = [
            {"id": f"SH{n:02d}", "prompt": f"Sequence {number}, shot {n}: a road at night.", "duration_s": 3}
            for n in range(1, {"grid": 2, "multi": 3, "single": 2}[kind] + 1)
        ]
        mode = "single" if kind == "single" else "multi"
        start = "required" if kind == "grid" else "none"
        sequences.append({"id": f"SEQ{number:03d}", "mode": mode, "start_frame": start, "shots": shots})
        left -= len(shots) if kind == "single" else 1
    return {
        "schema_version": 1,
        "project": "film",
        "format": {"resolution": "720p"},
        "episodes": [{"id": "ep_001", "sequences": sequences}],
    }


@dataclass(frozen=True)
class Ended:
    """How a storm ended: both books, and what the commands gave."""

    workspace: Path
    books: Books
    records: dict[str, Record]
    codes: tuple[int, ...]
    jobs_after_each: tuple[int, ...]

    @property
    def accounts(self) -> Accounts:
        return compare(self.books, self.records.values())

    def faults(self) -> Iterator[str]:
        """What must never be, in words."""
        yield from self.accounts.faults
        yield from self._once_each()
        yield from self._waiting()
        yield from self._failed()
        yield from self._complete()

    def _once_each(self) -> Iterator[str]:
        for record in self.records.values():
            counts = Counter(take.medium for take in record.takes)
            yield from (f"{record.id}: {n} takes of a {medium}" for medium, n in counts.items() if n > 1)
        paid = [take for record in self.records.values() for take in record.takes if not take.not_sent]
        if len(self.books.jobs) > len(paid):
            yield f"{len(self.books.jobs)} jobs for {len(paid)} takes"

    def _waiting(self) -> Iterator[str]:
        for record in self.records.values():
            for take in record.unsettled:
                name = record.slate.take(take.take)
                if not any(name in move.why and "not known" in move.why for move in record.history):
                    yield f"{name} waits, and its record doesn't say why"

    def _failed(self) -> Iterator[str]:
        """A failed take says what the server said, and what to do."""
        for pair in self.accounts.pairs:
            take = pair.take
            if take is None or take.outcome != "failed":
                continue
            if take.error is None or not take.error.remedy or not take.error.message:
                yield f"{pair.name} failed, and says no more: {take.error}"
            elif pair.job is not None and pair.job.failure is not None and pair.job.provider == "fal":
                if pair.job.failure.error not in take.error.message:
                    yield f"{pair.name} says {take.error.message!r}, and the server said {pair.job.failure.error!r}"
            elif pair.job is None and not take.not_sent:
                yield f"{pair.name} failed without a job, and holds money: {take.error.message}"

    def _complete(self) -> Iterator[str]:
        for record in self.records.values():
            for take in record.takes:
                if take.outcome != "complete":
                    continue
                if take.media is None or sha256_of(self.workspace / take.media.path) != take.media.sha256:
                    yield f"{record.slate.take(take.take)} is complete without its whole file"


def weather_through(
    tmp_path: Path,
    starsend: PaidWorld,
    slates: int,
    weather: Weather,
    seed: int,
) -> Ended:
    """Run, pick cells, run again, each a command of its own, until two in a row change nothing."""
    write_plan(starsend.workspace, plan_of(slates))
    (starsend.workspace / "starsend.toml").write_text(f"{QUICK}[run]\nat_once = 16\n", encoding="utf-8")
    codes, jobs, idle = [], [], 0
    with RehearsalServer(tmp_path / "server", weather=weather, seed=seed) as server:
        starsend.at(server.url)
        for _ in range(ROUNDS):
            before = {name: record.revision for name, record in starsend.records().items()}
            codes.append(starsend("run", "--yes").code)
            for name, record in starsend.records().items():
                if record.state == "keyframe_complete" and not record.unsettled:
                    assert starsend("crop", "--seq", name, "--cell", "2").code == 0
            jobs.append(len(server.books().jobs))
            same = before == {name: record.revision for name, record in starsend.records().items()}
            idle = idle + 1 if same else 0
            if idle == 2:
                break
        books = server.books()
    return Ended(starsend.workspace, books, starsend.records(), tuple(codes), tuple(jobs))


@pytest.fixture
def starsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> PaidWorld:
    return PaidWorld(tmp_path / "workspace", monkeypatch, capsys)


def looked_at(ended: Ended, slates: int) -> None:
    """What every storm must come to."""
    assert list(ended.faults()) == []
    assert len([record for record in ended.records.values() if record.takes]) == slates
    assert set(ended.codes) <= {0, 5, 6}
    outcomes = Counter(take.outcome for record in ended.records.values() for take in record.takes)
    assert outcomes["complete"] > 0.7 * sum(outcomes.values()), outcomes
    assert ended.jobs_after_each[-1] == ended.jobs_after_each[-3], "running on bought something"


@pytest.mark.slow
def test_two_hundred_slates_come_through_a_storm(tmp_path: Path, starsend: PaidWorld) -> None:
    ended = weather_through(tmp_path, starsend, 200, STORM, seed=1)
    looked_at(ended, 200)
    struck = [job for job in ended.books.jobs if job.reply_lost or job.failure is not None]
    assert len(struck) > 10, "it was no storm"
    assert any(take.outcome == "failed" for record in ended.records.values() for take in record.takes)
    assert 6 in ended.codes, "what was lost must wait for a person"


@pytest.mark.slow
def test_what_the_vendors_leave_open_may_be_the_other_way_round(tmp_path: Path, starsend: PaidWorld) -> None:
    looked_at(weather_through(tmp_path, starsend, 60, OTHER_WAY, seed=2), 60)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("weather", [STORM, OTHER_WAY], ids=["storm", "other-way"])
def test_two_hundred_slates_come_through_other_storms(
    tmp_path: Path, starsend: PaidWorld, weather: Weather, seed: int
) -> None:
    looked_at(weather_through(tmp_path, starsend, 200, weather, seed), 200)
