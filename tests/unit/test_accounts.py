"""The judge of all proofs: made-up books in which each fault stands once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Fault, Media, Settled, Take
from starsend.rehearsal.accounts import compare
from starsend.rehearsal.books import Books, Job

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ENDPOINT = "fal-ai/kling-video/o3/pro/text-to-video"
INPUT = {"prompt": "A road.", "duration": "3"}


def job(name: str = "job-1", **changes: Any) -> Job:
    given: dict[str, Any] = {
        "request_id": name,
        "provider": "fal",
        "endpoint": ENDPOINT,
        "input": INPUT,
        "sent_at": NOW.isoformat(),
        "outcome": "ok",
        "billed_usd": "0.336",
        **changes,
    }
    return Job(**given)


def take(number: int = 1, receipt: str | None = "job-1", **changes: Any) -> Take:
    given: dict[str, Any] = {
        "take": number,
        "medium": "video",
        "mode": "single",
        "provider": "fal",
        "model": "kling-o3-pro",
        "request": {"_endpoint": ENDPOINT, **INPUT},
        "intent_id": f"intent-{number}",
        "intent_at": NOW,
        "receipt": None if receipt is None else {"request_id": receipt},
        "outcome": "complete",
        "estimate_usd": Decimal("0.34"),
        "media": Media(path="x.mp4", sha256="0", bytes=1),
        **changes,
    }
    return Take(**given)


def lost(number: int = 1, **changes: Any) -> Take:
    return take(number, None, **{"outcome": "pending", "media": None, **changes})


def settled(how: str, after_s: float = 60) -> dict[str, Any]:
    return {"outcome": "unknown", "settled": Settled(at=NOW + timedelta(seconds=after_s), by="ana", how=how)}


def record(*takes: Take, id: str = "SEQ01", why: str = "") -> Record:
    made = Record(
        id=id,
        project="film",
        episode="ep_001",
        kind="sequence",
        state=Status.VIDEO_PENDING,
        revision=1,
        takes=takes,
    )
    return log(made, at=NOW, by="test", why=why)


def faults(jobs: list[Job], *records: Record) -> tuple[str, ...]:
    return compare(Books(tuple(jobs)), records).faults


def test_one_job_and_its_take_agree() -> None:
    accounts = compare(Books((job(),)), [record(take())])
    assert accounts.faults == ()
    assert accounts.waiting == ()
    assert [(pair.name, pair.job and pair.job.request_id) for pair in accounts.pairs] == [("SEQ01_T001", "job-1")]
    assert (accounts.billed_usd, accounts.committed_usd) == (Decimal("0.336"), Decimal("0.34"))


@pytest.mark.parametrize(
    "ours",
    [
        pytest.param(take(), id="with a receipt"),
        pytest.param(lost(), id="lost"),
        pytest.param(lost(**settled("give-up")), id="given up"),
    ],
)
def test_a_job_more_than_takes_was_paid_twice(ours: Take) -> None:
    (fault,) = faults([job("job-1"), job("job-2")], record(ours))
    assert fault == "the job job-2 was paid for, and no take has it"


def test_a_resend_that_was_sent_twice_is_not_hidden_by_the_take_that_it_replaces() -> None:
    later = (NOW + timedelta(seconds=90)).isoformat()
    never_came = lost(1, **settled("resend"))
    jobs = [job("job-1", sent_at=later), job("job-2", sent_at=later)]
    assert faults(jobs, record(never_came, take(2))) == ("the job job-2 was paid for, and no take has it",)
    assert faults(jobs[:1], record(never_came, take(2))) == ()


def test_a_lost_job_belongs_to_the_take_that_was_settled_after_it() -> None:
    later = (NOW + timedelta(seconds=90)).isoformat()
    ours = record(lost(1, **settled("resend")), take(2, "job-2"))
    assert faults([job("job-1"), job("job-2", sent_at=later)], ours) == ()


@pytest.mark.parametrize(
    "other",
    [
        {"input": {**INPUT, "prompt": "A car."}},
        {"input": {"prompt": "A road."}},
        {"endpoint": ENDPOINT.replace("/pro/", "/4k/")},
        {"provider": "gemini", "endpoint": "gemini-3-pro-image", "input": {"text": "A road."}},
    ],
    ids=["other words", "less", "another endpoint", "another provider"],
)
def test_a_job_that_no_take_asked_for_is_a_fault(other: dict[str, Any]) -> None:
    assert faults([job(**other)], record(lost())) == ("the job job-1 was paid for, and no take has it",)


def test_a_job_without_any_record_is_a_fault() -> None:
    assert faults([job()]) == ("the job job-1 was paid for, and no take has it",)


def test_a_lost_grid_is_told_by_model_and_words() -> None:
    grid = lost(provider="gemini", medium="grid", request={"model": "pro", "parts": [{"text": "A door."}]})
    made = job(provider="gemini", endpoint="pro", input={"contents": [{"parts": [{"text": "A door."}]}]})
    assert faults([made], record(grid)) == ()
    assert len(faults([made, made], record(grid))) == 1
    assert len(faults([job(provider="gemini", endpoint="lite", input=made.input)], record(grid))) == 1


def test_a_video_that_was_made_and_counts_as_failed_is_lost() -> None:
    fault = Fault(code="job-failed", message="it broke")
    (said,) = faults([job()], record(take(outcome="failed", media=None, error=fault)))
    assert said == "SEQ01_T001 was made and paid for, and was not kept: it broke"
    assert len(faults([job()], record(take(outcome="cancelled", media=None)))) == 1


def test_a_damaged_file_that_is_kept_beside_the_takes_is_no_fault() -> None:
    damaged = take(outcome="failed", media=None, error=Fault(code="damage", message="it can't be decoded"))
    assert faults([job()], record(damaged)) == ()


def test_a_complete_take_without_a_file_is_a_fault() -> None:
    assert faults([job()], record(take(media=None))) == ("SEQ01_T001 is complete here, and ok at the server",)
    assert len(faults([job(outcome="running", billed_usd="0")], record(take()))) == 1


def test_one_job_for_two_takes_is_a_fault() -> None:
    said = faults([job()], record(take(1), take(2)))
    assert "the job job-1 stands for 2 takes" in said


def test_a_receipt_that_nobody_gave_is_a_fault() -> None:
    assert faults([], record(take())) == ("SEQ01_T001 has a receipt that the server never gave",)


def test_a_sent_take_that_counts_as_never_sent_is_a_fault() -> None:
    unsent = take(outcome="failed", media=None, not_sent=True)
    said = faults([job(outcome="failed", billed_usd="0")], record(unsent))
    assert said == ("SEQ01_T001 counts as never sent, and the server has it as job-1",)
    assert faults([job()], record(lost(outcome="failed", not_sent=True))) == (
        "the job job-1 was paid for, and no take has it",
    )


@pytest.mark.parametrize("held", [{"cost_usd": Decimal("0.1")}, {"estimate_usd": Decimal("0.33")}])
def test_less_money_held_than_billed_is_a_fault(held: dict[str, Any]) -> None:
    (said,) = faults([job()], record(take(**held)))
    assert "USD, and the server bills 0.336" in said


def test_what_waits_is_told_with_its_reason_and_is_no_fault() -> None:
    ours = record(lost(), why="the outcome of SEQ01_T001 is not known: no answer came")
    for jobs in ([], [job()]):
        accounts = compare(Books(tuple(jobs)), [ours])
        assert accounts.faults == ()
        assert accounts.waiting == ("SEQ01_T001: the outcome of SEQ01_T001 is not known: no answer came",)


def test_free_takes_are_not_compared() -> None:
    assert faults([], record(take(provider="animatic"))) == ()
