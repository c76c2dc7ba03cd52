"""The server's books: every accepted job and every request seen, kept in memory and on disk, a line an event."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import orjson

from starsend.model.take import JsonObject

Outcome = Literal["queued", "running", "ok", "refused", "failed", "cancelled"]
_KEPT_REQUESTS = 200_000  # in memory; all are on disk
UNFINISHED: tuple[Outcome, ...] = ("queued", "running")


@dataclass(frozen=True)
class Failure:
    """How a job failed: the status code and body of its result, and what its status says."""

    status_code: int
    body: JsonObject
    error: str
    error_type: str


@dataclass(frozen=True)
class Job:
    """An accepted job.

    Attributes:
        request_id: As the client was told, if the reply reached it.
        provider: ``fal`` or ``gemini``.
        endpoint: fal's endpoint id, or Gemini's model.
        input: The body as it was sent; inline data of Gemini's as its hash, size and type.
        sent_at, started_at, ended_at: UTC, ISO 8601, by the server's clock.
        outcome: What became of it.
        billed_usd: What the vendor would bill, a decimal number as text.
        delivered: Whether its media were fetched to the end at least once.
        reply_lost: Whether the client was left without the answer to its submit.
        stored: Whether the listing may show its input.
        start_within_s: Seconds in the queue after which the client wants it to fail.
        failure: Where it failed, how.
        file: Where it ended well, the path of its file under the server's URL.
    """

    request_id: str
    provider: Literal["fal", "gemini"]
    endpoint: str
    input: JsonObject
    sent_at: str
    started_at: str | None = None
    ended_at: str | None = None
    outcome: Outcome = "queued"
    billed_usd: str = "0"
    delivered: bool = False
    reply_lost: bool = False
    stored: bool = True
    start_within_s: float | None = None
    failure: Failure | None = None
    file: str | None = None


@dataclass(frozen=True)
class Seen:
    """A request that came in.

    Attributes:
        at: UTC, ISO 8601.
        method: For example ``POST``.
        path: Without the query.
        host: The Host header.
        carried_key: Whether a vendor's key came with it, in whatever place.
        key_in_url: Whether the key stood in the URL.
    """

    at: str
    method: str
    path: str
    host: str
    carried_key: bool
    key_in_url: bool = False


@dataclass(frozen=True)
class StoredFile:
    """A file that the server gives out: where it lies, what it is, and the job that made it (None: uploaded)."""

    path: str
    disk: str
    content_type: str
    request_id: str | None = None


@dataclass(frozen=True)
class Books:
    """A copy of the books at one moment: jobs in the order in which they were accepted, and all requests seen."""

    jobs: tuple[Job, ...]
    requests: tuple[Seen, ...] = ()

    @property
    def billed_usd(self) -> Decimal:
        """What the vendors would bill in all."""
        return sum((Decimal(job.billed_usd) for job in self.jobs), Decimal(0))

    def as_json(self) -> dict[str, Any]:
        """As ``GET /rehearsal/books`` answers."""
        return {
            "jobs": [asdict(job) for job in self.jobs],
            "requests": [asdict(seen) for seen in self.requests],
            "billed_usd": str(self.billed_usd),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Books:
        """Read what ``GET /rehearsal/books`` answered."""
        return cls(tuple(_job(job) for job in data["jobs"]), tuple(Seen(**seen) for seen in data["requests"]))


@dataclass
class Ledger:
    """Keeps the books: events are appended as they happen, so that nothing is lost when the process is killed.

    Args:
        folder: Of ``books.jsonl`` and ``requests.jsonl``; what stands there already is read.
    """

    folder: Path
    jobs: dict[str, Job] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    requests: deque[Seen] = field(default_factory=lambda: deque(maxlen=_KEPT_REQUESTS))
    events: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        for event in _lines(self.folder / "books.jsonl"):
            self._apply(event)
        self.requests.extend(Seen(**seen) for seen in _lines(self.folder / "requests.jsonl"))
        self._log = (self.folder / "books.jsonl").open("ab", buffering=0)
        self._seen = (self.folder / "requests.jsonl").open("ab", buffering=0)

    def accept(self, job: Job) -> Job:
        """Enter a new job."""
        self._write({"event": "accepted", "job": asdict(job)})
        return job

    def change(self, request_id: str, **changes: Any) -> Job:
        """Change what is known of a job."""
        failure = changes.get("failure")
        if isinstance(failure, Failure):
            changes["failure"] = asdict(failure)
        self._write({"event": "changed", "request_id": request_id, "changes": changes})
        return self.jobs[request_id]

    def keep(self, file: StoredFile) -> StoredFile:
        """Enter a file."""
        self._write({"event": "file", "file": asdict(file)})
        return file

    def see(self, seen: Seen) -> None:
        """Note a request."""
        with self._lock:
            self.requests.append(seen)
            self._seen.write(orjson.dumps(asdict(seen)) + b"\n")

    def copy(self) -> Books:
        """The books as they are now; from any thread."""
        with self._lock:
            return Books(tuple(self.jobs.values()), tuple(self.requests))

    def close(self) -> None:
        """Close the files."""
        self._log.close()
        self._seen.close()

    def _write(self, event: JsonObject) -> None:
        with self._lock:
            self._log.write(orjson.dumps(event) + b"\n")
            self._apply(event)

    def _apply(self, event: JsonObject) -> None:
        self.events += 1
        if event["event"] == "accepted":
            job = _job(event["job"])
            self.jobs[job.request_id] = job
        elif event["event"] == "changed":
            changes = dict(event["changes"])
            if changes.get("failure"):
                changes["failure"] = Failure(**changes["failure"])
            self.jobs[event["request_id"]] = replace(self.jobs[event["request_id"]], **changes)
        else:
            file = StoredFile(**event["file"])
            self.files[file.path] = file


def _job(data: dict[str, Any]) -> Job:
    failure = data.get("failure")
    return Job(**{**data, "failure": Failure(**failure) if failure else None})


def _lines(path: Path) -> list[JsonObject]:
    """The events of a file; a last line that a kill cut short is cut off, so that the next event starts a line."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) != len(content):
        path.write_bytes(whole)
    return [orjson.loads(line) for line in whole.splitlines()]
