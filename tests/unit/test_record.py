from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Settled, Take

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def take(number: int, **fields: Any) -> Take:
    given: dict[str, Any] = {"medium": "video", "mode": "multi", "provider": "p", "model": "m", "outcome": "complete"}
    return Take(take=number, **{**given, **fields})


def approved(number: int, minutes: int, **fields: Any) -> Take:
    return take(number, verdict="approved", verdict_at=AT + timedelta(minutes=minutes), **fields)


def record(*takes: Take, **fields: Any) -> Record:
    given: dict[str, Any] = {"id": "SEQ01", "project": "film", "kind": "sequence", "state": Status.VIDEO_COMPLETE}
    return Record(takes=takes, **{**given, **fields})


def test_the_standing_take_is_the_latest_approved_not_the_newest() -> None:
    assert record(approved(1, 5), approved(2, 3), take(3)).standing == approved(1, 5)


def test_an_approved_take_stands_whatever_the_state_is() -> None:
    for state in Status:
        assert record(approved(1, 1), state=state).standing == approved(1, 1)


def test_a_verdict_on_what_is_no_complete_video_does_not_stand() -> None:
    assert record(approved(1, 1, medium="grid"), approved(2, 2, outcome="failed")).standing is None


def test_a_bare_hand_edit_to_approved_means_the_newest_complete_video() -> None:
    takes = (take(1), take(2), take(3, outcome="failed"), take(4, medium="grid"))
    assert record(*takes, state=Status.APPROVED).standing == take(2)
    assert record(*takes, state=Status.VIDEO_COMPLETE).standing is None


def test_a_hand_edit_to_approved_with_a_take_means_that_take() -> None:
    takes = (take(1), take(2))
    assert record(*takes, state=Status.APPROVED, approved_take=1).standing == take(1)
    assert record(*takes, state=Status.APPROVED, approved_take=9).standing == take(2)


def test_a_hand_edit_to_approved_of_a_record_without_videos_means_nothing() -> None:
    assert record(take(1, medium="grid"), state=Status.APPROVED).standing is None


def test_a_verdict_written_by_hand_without_a_time_is_older_than_any_other() -> None:
    assert record(take(1, verdict="approved"), approved(2, 1), take(3, verdict="approved")).approved == (
        take(1, verdict="approved"),
        take(3, verdict="approved"),
        approved(2, 1),
    )


@pytest.mark.parametrize(
    ("outcome", "settled", "unsettled"),
    [
        ("pending", False, True),
        ("unknown", False, True),
        ("unknown", True, False),
        ("pending", True, True),
        ("complete", False, False),
        ("failed", False, False),
        ("cancelled", False, False),
    ],
)
def test_a_take_is_unsettled_while_pending_or_unknown_without_a_persons_word(
    outcome: str, settled: bool, unsettled: bool
) -> None:
    word = Settled(at=AT, by="ann", how="give-up") if settled else None
    assert take(1, outcome=outcome, settled=word).unsettled is unsettled


@pytest.mark.parametrize("outcome", ["pending", "complete", "failed", "unknown", "cancelled"])
def test_a_take_holds_its_cost_else_its_estimate_whatever_the_outcome(outcome: str) -> None:
    assert take(1, outcome=outcome, estimate_usd="1.57").committed_usd == Decimal("1.57")
    assert take(1, outcome=outcome, estimate_usd="1.57", cost_usd="1.50").committed_usd == Decimal("1.50")
    assert take(1, outcome=outcome, estimate_usd="1.57", cost_usd="0").committed_usd == Decimal(0)


def test_only_a_proven_non_send_holds_nothing() -> None:
    assert take(1, outcome="failed", estimate_usd="1.57", not_sent=True).committed_usd == 0
    assert record(take(1, estimate_usd="1.00"), take(2, estimate_usd="0.34")).committed_usd == Decimal("1.34")


def test_unknown_fields_are_kept_at_every_level() -> None:
    written = {
        "id": "SEQ01",
        "project": "film",
        "kind": "sequence",
        "state": "video_complete",
        "client_ref": {"a": [1, None]},
        "takes": [
            {
                "take": 1,
                "medium": "video",
                "mode": "upscale",
                "provider": "p",
                "model": "m",
                "colour": "warm",
                "media": {"path": "x.mp4", "sha256": "0", "bytes": 1, "codec": "h264"},
                "notes": [{"at": "2026-11-22T10:00:00Z", "by": "ann", "text": "x", "tag": "!"}],
            }
        ],
        "history": [{"at": "2026-11-22T10:00:00Z", "from": None, "to": "keyframe_pending", "by": "cli", "host": "a"}],
    }
    again = Record.model_validate(written).model_dump(mode="json")
    assert again["client_ref"] == {"a": [1, None]}
    assert again["takes"][0]["colour"] == "warm"
    assert again["takes"][0]["media"]["codec"] == "h264"
    assert again["takes"][0]["notes"][0]["tag"] == "!"
    assert again["history"][0]["host"] == "a"


def test_the_written_record_has_every_name_of_the_contract() -> None:
    full = log(record(take(2, covers=("SH01",))), at=AT, by="cli", why="")
    written = full.model_dump(mode="json")
    assert {
        "schema_version", "id", "project", "episode", "kind", "state", "revision", "approved_take", "prompt_overrides",
        "takes", "history",
    } <= written.keys()  # fmt: skip
    assert {
        "take", "medium", "mode", "covers", "made_for", "provider", "model", "request", "fingerprint", "intent_id",
        "intent_at", "receipt", "outcome", "settled", "estimate_usd", "cost_usd", "warnings", "findings", "stale",
        "media", "verdict", "except", "reason", "notes",
    } <= written["takes"][0].keys()  # fmt: skip
    assert written["history"] == [
        {"at": "2026-11-22T10:00:00Z", "from": "video_complete", "to": "video_complete", "by": "cli", "why": ""}
    ]


def test_money_is_written_as_text() -> None:
    written = take(1, estimate_usd="1.57", cost_usd="0.10").model_dump(mode="json")
    assert (written["estimate_usd"], written["cost_usd"]) == ("1.57", "0.10")


def test_records_and_takes_are_frozen() -> None:
    with pytest.raises(ValidationError):
        record().state = Status.APPROVED  # type: ignore[misc]
    with pytest.raises(ValidationError):
        take(1).outcome = "failed"  # type: ignore[misc]


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValidationError):
        take(1, intent_at=datetime(2026, 11, 22, 10))  # noqa: DTZ001 - that is the point


def test_a_take_is_put_in_the_place_of_its_number() -> None:
    first = record(take(1), take(2))
    assert [t.reason for t in first.with_take(take(1, reason="dark")).takes] == ["dark", None]
    assert [t.take for t in first.with_take(take(3)).takes] == [1, 2, 3]


def test_takes_are_found_by_number_intent_and_medium() -> None:
    made = record(
        take(1, medium="grid", intent_id="a"), take(2, intent_id="b"), take(3, intent_id="b", outcome="failed")
    )
    assert made.find(2) == made.takes[1]
    assert made.find(9) is None
    assert made.intent("b") == made.takes[1]
    assert made.intent("c") is None
    assert made.newest("video") == made.takes[1]
    assert made.newest("frame") is None
