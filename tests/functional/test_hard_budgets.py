"""Budgets hold, however many spend at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from starsend.errors import (
    BudgetError,
)
from starsend.production.wish import Wish
from tests.fakes.bench import bench, error_of, shots
from tests.fakes.processes import Process


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": f"SEQ{n:02d}", "shots": shots(f"Road number {n}.")} for n in range(1, count + 1)]


def test_threads_that_spend_at_once_never_pass_a_budget(tmp_path: Path) -> None:
    films = bench(tmp_path, *many(20), budget={"project_usd": "2.50"})
    desk = films.world.open()
    jobs = [films.jobs(f"SEQ{n:02d}")[0] for n in range(1, 21)]
    start = threading.Barrier(20)

    def spend(number: int) -> str:
        start.wait()
        try:
            desk.steps.advance(jobs[number].slate, jobs[number].request, "book")
        except BudgetError as error:
            return error.code
        return "sent"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(spend, range(20)))
    assert outcomes.count("sent") == films.accepted == 7, "seven times $0.34 is $2.38"
    assert outcomes.count("over-budget") == 13
    assert sum(desk.store.books().committed.values()) == Decimal("2.38")


def test_processes_that_spend_at_once_never_pass_a_budget(tmp_path: Path, processes: Callable[..., Process]) -> None:
    films = bench(tmp_path, *many(8), budget={"project_usd": "1.50"})
    commands = [processes(act="run") for _ in range(4)]
    for code, said in [command.end() for command in commands]:
        assert code in (3, 4), said
    assert films.accepted == 4, "four times $0.34 is $1.36"
    assert sum(films.world.open().store.books().committed.values()) == Decimal("1.36")
    takes = [len(version.takes) for version in (films.record(f"SEQ{n:02d}") for n in range(1, 9))]
    assert sorted(takes) == [0, 0, 0, 0, 1, 1, 1, 1]


def test_a_budget_names_what_it_would_pass(tmp_path: Path) -> None:
    films = bench(tmp_path, budget={"sequence_usd": "0.50"})
    error = error_of(films.generate(wish=Wish(takes=2)))
    assert (error.exit_code, error.message) == (
        4,
        "SEQ01: $0.68 more would bring the sequence SEQ01 to $0.68, over its budget of $0.50 ($0.00 is committed)",
    )
    assert films.accepted == 0


def test_a_price_of_the_studio_counts_and_is_rounded_up_for_each_take(tmp_path: Path) -> None:
    films = bench(tmp_path)
    toml = '[prices."kling-o3-pro"]\nusd_per_second = "0.1001"\n'
    (films.world.workspace / "starsend.toml").write_text(toml, encoding="utf-8")
    films.generate(wish=Wish(takes=2))
    assert [take.estimate_usd for take in films.record().takes] == [Decimal("0.31"), Decimal("0.31")]
