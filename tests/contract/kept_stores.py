"""Every kind of ExecutionStore, and takes to put into it. A new store is one more entry in ``STORES``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from starsend.model.money import NO_CAPS, Caps
from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.store.execution_store import ExecutionStore
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths
from tests.fakes.worlds import FakeTime

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
S = Status


@dataclass
class Kept:
    """A store, a second one on the same records (another process), and a hand that edits a record behind its back."""

    store: ExecutionStore
    another: ExecutionStore
    by_hand: Callable[[str, Callable[[dict[str, Any]], None]], None]

    def reach(self, slate: str, *states: Status) -> Record:
        """Begin a record in the first state and move it through the others."""
        version = self.store.init_sequence(slate, states[0], episode="ep_001", by="test")
        for state in states[1:]:
            version = self.store.transition(slate, state, by="test", why="")
        return version.record

    def open(self, slate: str, *takes: Take, caps: Caps = NO_CAPS, beyond: int = 0) -> Record:
        seen = self.store.load(slate)
        return self.store.open_take(slate, takes, caps, seen=seen, by="test", beyond=beyond).record

    def settle(self, slate: str, number: int, **changes: Any) -> Record:
        """Write a take's outcome, moving nothing."""

        def edit(record: Record) -> Record:
            found = record.find(number)
            assert found is not None
            return log(record.with_take(found.but(**changes)), at=AT, by="test", why="")

        return self.store.revise(slate, edit).record


def json_store(tmp_path: Path) -> Kept:
    paths = ProjectPaths(tmp_path, "film")
    clock = Clock(FakeTime().now, time.monotonic, time.sleep)  # real: writers wait for each other's locks

    def by_hand(slate: str, edit: Callable[[dict[str, Any]], None]) -> None:
        path = paths.records / f"{slate}.json"
        record = orjson.loads(path.read_bytes())
        edit(record)
        path.write_bytes(orjson.dumps(record))

    return Kept(JsonStore(paths, clock), JsonStore(paths, clock), by_hand)


STORES: dict[str, Callable[[Path], Kept]] = {"json": json_store}


_serial = iter(range(1, 1_000_000))


def video(usd: str = "1.00", **fields: Any) -> Take:
    number = next(_serial)
    given: dict[str, Any] = {
        "take": 0,
        "medium": "video",
        "mode": "multi",
        "provider": "p",
        "model": "m",
        "intent_id": f"intent-{number}",
        "intent_at": AT,
        "fingerprint": f"{number:064x}",
        "estimate_usd": usd,
    }
    return Take(**{**given, **fields})


def grid(usd: str = "0.10", **fields: Any) -> Take:
    return video(usd, **{"medium": "grid", "mode": "grid", **fields})


def pending(kept: Kept, *takes: Take) -> tuple[str, ...]:
    kept.reach("SEQ01", S.VIDEO_PENDING)
    return tuple(take.intent_id for take in kept.open("SEQ01", *takes).takes)
