"""A provider that keeps books on disk, as a paid one does at its end: what it accepted stands there whatever we lose.

Its files are real: small PNGs and MP4s. What a test switches: whether it has a listing, whether grids are answered at
once in the reply itself (as Gemini does), and faults by name.
"""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import orjson
from pydantic import TypeAdapter

from starsend.errors import OutcomeUnknown
from starsend.media.files import sha256_of, write_atomically
from starsend.media.picture import save_png
from starsend.model.take import JsonObject, Medium
from starsend.model.timing import shot_starts
from starsend.providers.base import BodyMedia, Collected, Intent, JobStatus, Lookup, Prepared, Probe, Progress
from starsend.providers.order import Order

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)


@dataclass
class BookProvider:
    """Accepts jobs into ``book``, one file each.

    Args:
        book: The folder of the provider's own books.
        workspace: Where orders' paths lie.
        listing: Whether lost jobs can be looked up.
        looks: How many polls a job takes until it is complete.
        on_send: Called after a job is accepted and before its reply; raise to lose the reply.
        before_send: Called before a job is accepted; raise for a proven non-send or a refusal.
        on_lookup: Called before the listing is read; raise for weather.
        on_cancel: Called before a job is noted as cancelled; raise for weather.
        garble: Given each reply; gives what arrives in its place.
        spoil: Called with each fetched file and the number of the download.
        on_poll: Called with the job's id and the number of the poll; gives another status, or raises weather.
    """

    book: Path
    workspace: Path
    listing: bool = True
    looks: int = 1
    name: str = "book"
    base_url: str = "book://here"
    on_send: Callable[[Intent], None] = lambda _intent: None
    before_send: Callable[[Intent], None] = lambda _intent: None
    on_poll: Callable[[str, int], JobStatus | None] = lambda _job, _number: None
    on_lookup: Callable[[Intent], None] = lambda _intent: None
    on_cancel: Callable[[Intent], None] = lambda _intent: None
    garble: Callable[[bytes], bytes] = lambda raw: raw
    spoil: Callable[[Path, int], None] = lambda _part, _number: None
    polls: dict[str, int] = field(default_factory=dict)
    downloads: dict[str, int] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)

    def accepted(self) -> list[JsonObject]:
        """All jobs that were ever accepted, in order: what we would be billed for."""
        return [orjson.loads(path.read_bytes()) for path in sorted(self.book.glob("job-*.json"))]

    def model(self, medium: Medium, planned: str) -> str:
        return planned

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        return (64, 36) if planned[0] >= planned[1] else (36, 64)

    def check_ready(self) -> None:
        pass

    def preview(self, order: Order) -> Prepared:
        return self.prepare(order)

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:
        return {}

    def probe(self) -> tuple[Probe, ...]:
        return (Probe("book: its folder", "good"),)

    def close(self) -> None:
        pass

    def prepare(self, order: Order) -> Prepared:
        media = []
        if order.start_frame is not None:
            media.append(BodyMedia("/start_frame", order.start_frame, sha256_of(self.workspace / order.start_frame)))
        body = _ORDERS.dump_python(order, mode="json")
        del body["slate"]
        return Prepared(body, tuple(media))

    def receipt_id(self, receipt: JsonObject) -> str:
        return str(receipt["request_id"])

    def reply_room_bytes(self, order: Order) -> int:
        return 200_000

    def send_once(self, intent: Intent) -> bytes:
        self.before_send(intent)
        self.book.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(len(list(self.book.glob("job-*.json"))) + 1):
            path = self.book / f"job-{number:05d}.json"
            job = {"request_id": path.stem, "input": intent.body, "sent_at": intent.intent_at.isoformat()}
            try:
                with path.open("xb") as file:
                    file.write(orjson.dumps(job))
            except FileExistsError:
                continue
            break
        self.on_send(intent)
        reply = {"request_id": path.stem}
        if intent.medium != "video":
            reply["image"] = base64.b64encode(_picture(self.book / f"{path.stem}.png")).decode()
        return self.garble(orjson.dumps(reply))

    def read_reply(self, intent: Intent, raw: bytes) -> JsonObject:
        return {"request_id": orjson.loads(raw)["request_id"]}

    def poll(self, intent: Intent, receipt: JsonObject) -> JobStatus:
        job = str(receipt["request_id"])
        number = self.polls[job] = self.polls.get(job, 0) + 1
        other = self.on_poll(job, number)
        if other is not None:
            return other
        return JobStatus("complete" if number >= self.looks or intent.medium != "video" else "running")

    def collect(
        self, intent: Intent, receipt: JsonObject, raw: bytes | None, part: Path, progress: Progress
    ) -> Collected:
        progress(0.5)
        job = str(receipt["request_id"])
        number = self.downloads[job] = self.downloads.get(job, 0) + 1
        if intent.medium == "video":
            order = _ORDERS.validate_python(
                {**intent.body, "slate": {"sequence": intent.slate.sequence, "shot": intent.slate.shot}}
            )
            durations = tuple(shot.duration_s for shot in order.shots)
            write_video(part, shot_starts(durations, order.fps), order.fps, order.size_px)
            self.spoil(part, number)
            return Collected()
        if raw is None and not self.listing:
            raise OutcomeUnknown("the picture was in the reply, and the reply is gone", remedy="look at the inbox")
        data = base64.b64decode(orjson.loads(raw)["image"]) if raw else (self.book / f"{job}.png").read_bytes()
        write_atomically(part, data)
        self.spoil(part, number)
        return Collected()

    def lookup(self, intent: Intent) -> Lookup:
        self.on_lookup(intent)
        if not self.listing:
            return Lookup(listing=False)
        same = [
            {"request_id": job["request_id"]}
            for job in self.accepted()
            if all(job["input"].get(key) == value for key, value in intent.body.items())
        ]
        return Lookup(tuple(same))

    def cancel(self, intent: Intent, receipt: JsonObject) -> None:
        self.on_cancel(intent)
        self.cancelled.append(str(receipt["request_id"]))


def _picture(path: Path) -> bytes:
    """A 2x2 sheet of four greys with a light gutter."""
    sheet = np.full((180, 320, 3), 240, np.uint8)
    for index, (x, y) in enumerate(((0, 0), (162, 0), (0, 92), (162, 92))):
        sheet[y : y + 88, x : x + 158] = 40 + 40 * index
    save_png(sheet, path)
    return path.read_bytes()


def write_video(path: Path, starts: tuple[int, ...], fps: Fraction, size: tuple[int, int]) -> None:
    """A small film: every shot another grey, with a bar that moves."""
    path.write_bytes(_video(starts, fps, size))


@cache
def _video(starts: tuple[int, ...], fps: Fraction, size: tuple[int, int]) -> bytes:
    width, height = size
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for shot, (start, end) in enumerate(itertools.pairwise(starts)):
            for index in range(start, end):
                picture = np.full((height, width, 3), 30 + (shot * 67) % 180, np.uint8)
                x = (index * 3) % (width - 8)
                picture[:, x : x + 8] = 230
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts = index
                for packet in stream.encode(frame):
                    container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return made.getvalue()
