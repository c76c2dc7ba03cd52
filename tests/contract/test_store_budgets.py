"""What every ExecutionStore counts into the budgets, and that none is passed."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest

from starsend.errors import BudgetError
from starsend.model.money import Caps
from starsend.store.execution_store import ExecutionStore
from tests.contract.kept_stores import Kept, S, video


def test_a_budget_that_is_met_exactly_is_met(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    assert len(kept.open("SEQ01", video("0.60"), video("0.40"), caps=Caps(project=Decimal("1.00"))).takes) == 2


def test_all_takes_of_one_request_count_together(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    with pytest.raises(BudgetError) as caught:
        kept.open("SEQ01", video("0.60"), video("0.41"), caps=Caps(project=Decimal("1.00")))
    assert str(caught.value) == (
        "SEQ01: $1.01 more would bring the project film to $1.01, over its budget of $1.00 ($0.00 is committed)"
    )
    assert caught.value.exit_code == 4
    assert kept.store.load("SEQ01").record.takes == ()


def test_the_projects_budget_counts_all_records_whatever_became_of_their_takes(kept: Kept) -> None:
    for number, outcome in enumerate(("complete", "failed", "unknown", "cancelled"), 1):
        kept.reach(f"SEQ0{number}", S.VIDEO_PENDING)
        kept.open(f"SEQ0{number}", video("1.00"))
        kept.settle(f"SEQ0{number}", 1, outcome=outcome)
    kept.reach("SEQ09", S.VIDEO_PENDING)
    with pytest.raises(BudgetError, match=r"the project film to \$5.00, over its budget of \$4.99"):
        kept.open("SEQ09", video("1.00"), caps=Caps(project=Decimal("4.99")))


def test_a_true_cost_replaces_its_estimate(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"))
    kept.settle("SEQ01", 1, outcome="failed", cost_usd=Decimal("0.25"))
    assert kept.store.books().committed == {"SEQ01": Decimal("0.25")}


def test_a_proven_non_send_holds_nothing(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"))
    assert kept.store.books().committed == {"SEQ01": Decimal("1.00")}
    kept.settle("SEQ01", 1, outcome="failed", not_sent=True)
    assert kept.store.books().committed == {"SEQ01": Decimal("0.00")}
    assert len(kept.open("SEQ01", video("1.00"), caps=Caps(project=Decimal("1.00"))).takes) == 2


def test_a_sequences_budget_includes_its_shots_and_no_other_sequence(kept: Kept) -> None:
    caps = Caps(sequence=Decimal("2.00"))
    for slate in ("SEQ01", "SEQ01_SH01", "SEQ01_SH02", "SEQ010", "SEQ0"):
        kept.reach(slate, S.VIDEO_PENDING)
    kept.open("SEQ01", video("1.00"), caps=caps)
    kept.open("SEQ010", video("2.00"), caps=caps)
    kept.open("SEQ0", video("2.00"), caps=caps)
    kept.open("SEQ01_SH01", video("1.00"), caps=caps)
    with pytest.raises(BudgetError) as caught:
        kept.open("SEQ01_SH02", video("0.01"), caps=caps)
    assert str(caught.value) == (
        "SEQ01_SH02: $0.01 more would bring the sequence SEQ01 to $2.01, over its budget of $2.00 ($2.00 is committed)"
    )


def test_a_shots_budget_counts_its_own_record_alone(kept: Kept) -> None:
    caps = Caps(shot=Decimal("1.00"))
    for slate in ("SEQ01", "SEQ01_SH01"):
        kept.reach(slate, S.VIDEO_PENDING)
    kept.open("SEQ01", video("5.00"), caps=caps)
    kept.open("SEQ01_SH01", video("1.00"), caps=caps)
    kept.settle("SEQ01_SH01", 1, outcome="failed")
    with pytest.raises(BudgetError, match=r"the shot SEQ01_SH01 to \$1.01, over its budget of \$1.00"):
        kept.open("SEQ01_SH01", video("0.01"), caps=caps)


def test_many_that_run_at_once_do_not_pass_one_budget(kept: Kept) -> None:
    ids = [f"SEQ{number:02d}" for number in range(12)]
    for slate in ids:
        kept.reach(slate, S.VIDEO_PENDING)
    refused: list[str] = []

    def ask(store: ExecutionStore, slate: str) -> None:
        try:
            store.open_take(slate, [video("1.00")], Caps(project=Decimal("5.50")), seen=store.load(slate), by="t")
        except BudgetError:
            refused.append(slate)

    threads = [
        threading.Thread(target=ask, args=(store, slate))
        for slate, store in zip(ids, [kept.store, kept.another] * 6, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert sum(kept.store.books().committed.values()) == 5


def test_a_copy_of_a_record_made_by_hand_counts_its_takes_once(kept: Kept) -> None:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    kept.reach("SEQ02", S.VIDEO_PENDING)
    opened = kept.open("SEQ01", video("1.00", fingerprint="c" * 64))

    def copy(record: dict[str, Any]) -> None:
        record["takes"] = opened.model_dump(mode="json")["takes"]

    kept.by_hand("SEQ02", copy)
    assert sum(kept.store.books().committed.values()) == 1
    kept.settle("SEQ01", 1, outcome="complete")
    books = kept.store.books()
    assert (sum(books.committed.values()), books.unsettled) == (1, {})
    kept.reach("SEQ03", S.VIDEO_PENDING)
    assert len(kept.open("SEQ03", video(fingerprint="c" * 64), caps=Caps(project=Decimal("2.00"))).takes) == 1
