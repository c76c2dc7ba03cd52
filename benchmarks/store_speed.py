"""How quick the records are: a fsynced move against the bare write of the same bytes, and pages of a large project."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import orjson

from starsend.model.record import Record, log
from starsend.model.status import Status
from starsend.model.take import Inputs, Media, ShotInput, Take
from starsend.store.execution_store import Filter
from starsend.store.files import atomic_write
from starsend.store.json_store import Clock, JsonStore
from starsend.store.paths import ProjectPaths

RECORD_BYTES = 13_000
MOVES = 300
MANY = 10_000
PAGES = 60


def _clock() -> Clock:
    return Clock(lambda: datetime.now(UTC), time.monotonic, time.sleep)


def _take(number: int) -> Take:
    prompt = "Wide. The truck alone on the wet highway at night, headlights in the rain. Slow push in. " * 2
    return Take(
        take=number,
        medium="video",
        mode="multi",
        covers=("SH01", "SH02", "SH03"),
        provider="fal",
        model="kling-o3-pro",
        request={"multi_prompt": [{"prompt": prompt, "duration": "4"}] * 3, "elements": [{"url": "x" * 80}] * 3},
        fingerprint="0" * 64,
        intent_id=f"intent-{number}",
        intent_at=datetime(2026, 11, 22, tzinfo=UTC),
        receipt={"request_id": "r", "status_url": "u" * 90, "response_url": "u" * 90},
        outcome="complete",
        estimate_usd=Decimal("1.57"),
        inputs=Inputs(shots=tuple(ShotInput(id=f"SH0{n}", prompt=prompt, duration_s=4) for n in (1, 2, 3))),
        media=Media(path="projects/p/takes/ep_001/SEQ01/SEQ01_T001.mp4", sha256="0" * 64, bytes=1),
    )


def record_of_size(slate: str, size: int) -> Record:
    """A record as a worked sequence has it, of about this many bytes on disk."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    record = Record(id=slate, project="p", episode="ep_001", kind="sequence", state=Status.VIDEO_PENDING)
    number = 0
    while len(_bytes(record)) < size - 2600:
        number += 1
        record = log(record.with_take(_take(number)), at=at, by="bench", why="a take")
    while len(_bytes(record)) < size:
        record = log(record, at=at, by="bench", why="a note on SEQ01_T001")
    return record


def _bytes(record: Record) -> bytes:
    return orjson.dumps(record.model_dump(mode="json"), option=orjson.OPT_INDENT_2)


def _cpu_ms(work: Callable[[], object], times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - before) * 1000 / times


def move_overhead_ms() -> tuple[float, float, int]:
    """CPU milliseconds of a move, of the bare atomic write of the same bytes, and the record's size in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        paths = ProjectPaths(Path(folder), "p")
        store = JsonStore(paths, _clock())
        record = record_of_size("SEQ01", RECORD_BYTES)
        data = _bytes(record)
        place = paths.record(record.slate)
        bare = place.with_name("BARE.json")
        moves, writes = [], []
        for _ in range(5):  # in turn, so that the machine's drift meets both
            atomic_write(place, data)
            states = [Status.VIDEO_COMPLETE, Status.VIDEO_PENDING] * (MOVES // 10)
            moves.append(_cpu_ms(_mover(store, states), len(states)))
            writes.append(_cpu_ms(lambda: atomic_write(bare, data), len(states)))
        return statistics.median(moves), statistics.median(writes), len(data)


def _mover(store: JsonStore, states: list[Status]) -> Callable[[], object]:
    turns = iter(states)
    return lambda: store.transition("SEQ01", next(turns), by="bench", why="a move")


def list_p95_ms() -> tuple[float, bool]:
    """The 95th percentile, in wall milliseconds, of a page of 100 out of 10,000 records, warm; hand edits were seen."""
    with tempfile.TemporaryDirectory() as folder:
        paths = ProjectPaths(Path(folder), "p")
        paths.records.mkdir(parents=True)
        for number in range(MANY):
            slate = f"SEQ{number:05d}"
            record = Record(
                id=slate, project="p", episode="ep_001", kind="sequence", state=Status.VIDEO_COMPLETE, takes=(_take(1),)
            )
            (paths.records / f"{slate}.json").write_bytes(_bytes(record))
        store = JsonStore(paths, _clock())
        store.list(Filter())
        times = []
        for page in range(PAGES):
            after = f"SEQ{(page * 100) % MANY:05d}"
            begun = time.perf_counter()
            store.list(Filter(), after=after, limit=100)
            times.append((time.perf_counter() - begun) * 1000)
        edited = paths.records / "SEQ00050.json"
        edited.write_bytes(edited.read_bytes().replace(b'"video_complete"', b'"approved"', 1))
        seen = store.list(Filter(state=Status.APPROVED)).rows
        times.sort()
        return times[int(len(times) * 0.95)], [v.record.id for v in seen] == ["SEQ00050"]
