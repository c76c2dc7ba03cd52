"""The embedded provider: draws storyboard grids and animatics, offline and free, with ``starsend.animatic``.

A job is accepted at once and drawn when it is collected; all that it needs stands in the body, so a take can be resumed
after any crash, and drawn again the same. Nothing lives outside this process: a reply that was lost was never sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson
from pydantic import TypeAdapter

from starsend.model.money import ZERO
from starsend.model.slate import parse_take
from starsend.model.take import JsonObject, Medium
from starsend.model.timing import shot_starts
from starsend.providers.base import (
    BodyMedia,
    Collected,
    Intent,
    JobStatus,
    Lookup,
    Prepared,
    Probe,
    Progress,
    board_part,
)
from starsend.providers.order import Order

if TYPE_CHECKING:
    from starsend.animatic.orders import ElementSketch, FilmOrder, GridOrder

GRID_MODEL = "animatic-board"
VIDEO_MODEL = "animatic-film"
_SHORT_SIDE_PX = {"full": 720, "fast": 360}
_SHEET_WIDTH_PX = {"full": 2048, "fast": 1280}
_ELEMENT = re.compile(r"@Element(\d+)")
_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)


@dataclass(frozen=True)
class AnimaticProvider:
    """Draws into the workspace.

    Args:
        workspace: Paths of orders are relative to it.
        uploads: Where pictures that it was given are kept by content hash, as a paid provider's storage would.
        profile: ``full``, or ``fast`` for smaller and flatter pictures.
    """

    workspace: Path
    uploads: Path
    profile: Literal["full", "fast"] = "full"
    name: str = "animatic"
    base_url: str = ""

    def model(self, medium: Medium, planned: str) -> str:  # noqa: ARG002 - it has one model of its own for each medium
        """Its own models, whatever the plan names."""
        return VIDEO_MODEL if medium == "video" else GRID_MODEL

    def video_size(self, planned: tuple[int, int]) -> tuple[int, int]:
        """The planned shape with a short side of 720 pixels (360 if fast), in even numbers."""
        short = min(planned)
        scale = Fraction(min(short, _SHORT_SIDE_PX[self.profile]), short)
        width, height = (max(2, round(side * scale / 2) * 2) for side in planned)
        return width, height

    def check_ready(self) -> None:
        """It needs nothing."""

    def preview(self, order: Order) -> Prepared:
        """The body, with the pictures where they lie now."""
        from starsend.media.files import sha256_of

        return self._body(order, lambda path: (sha256_of(self.workspace / path), path))

    def prepare(self, order: Order) -> Prepared:
        """Keep a copy of each picture by its content hash, and name the copies in the body."""
        from starsend.media.files import keep_by_content

        def keep(path: Path) -> tuple[str, Path]:
            sha256, copy = keep_by_content(self.workspace / path, self.uploads)
            return sha256, copy.relative_to(self.workspace)

        return self._body(order, keep)

    def _body(self, order: Order, keep: Callable[[Path], tuple[str, Path]]) -> Prepared:
        media: list[BodyMedia] = []

        def upload(path: Path, pointer: str) -> Path:
            sha256, place = keep(path)
            media.append(BodyMedia(pointer, path, sha256))
            return place

        sent = _with_uploads(order, upload)
        body: dict[str, Any] = _ORDERS.dump_python(sent, mode="json")
        del body["slate"]
        if not sent.first_frame:
            del body["first_frame"]  # asked for in the same words as ever
        return Prepared({**body, "profile": self.profile}, tuple(media))

    def receipt_id(self, receipt: JsonObject) -> str:
        """The job's id, which is its intent's."""
        return str(receipt.get("request_id", ""))

    def reply_room_bytes(self, order: Order) -> int:  # noqa: ARG002 - its replies are all the same
        """A reply is one short line."""
        return 4096

    def send_once(self, intent: Intent) -> bytes:
        """Accept the job."""
        return orjson.dumps({"request_id": intent.intent_id})

    def read_reply(self, intent: Intent, raw: bytes) -> JsonObject:  # noqa: ARG002 - nothing of the intent is needed
        """The receipt, as it was given."""
        receipt: JsonObject = orjson.loads(raw)
        return receipt

    def poll(self, intent: Intent, receipt: JsonObject) -> JobStatus:  # noqa: ARG002 - it is always ready
        """Always ready: drawing happens when it is collected."""
        return JobStatus("complete")

    def collect(
        self,
        intent: Intent,
        receipt: JsonObject,  # noqa: ARG002 - the body says it all
        raw: bytes | None,  # noqa: ARG002 - the file is never in the reply
        part: Path,
        progress: Progress,
    ) -> Collected:
        """Draw the grid, the film or the finished cell to ``part``. Takes seconds of one core."""
        order, profile = _order_of(intent)
        if intent.medium == "video":
            from starsend.animatic.film import render_film

            render_film(_film_order(self.workspace, intent, order, profile), part, progress)
            return Collected()
        from starsend.animatic.board import draw_cell, draw_grid

        if intent.medium == "frame":
            draw_cell(_cell_order(self.workspace, order, profile), order.cell or 1, part, *order.size_px)
            return Collected()
        grid = _grid_order(self.workspace, str(intent.slate), intent.take, order, profile)
        draw_grid(grid, part, board_part(part), progress)
        return Collected()

    def lookup(self, intent: Intent) -> Lookup:  # noqa: ARG002 - there is nowhere to look
        """Nothing lives outside this process, so what has no receipt was never made."""
        return Lookup(proven_absent=True)

    def cancel(self, intent: Intent, receipt: JsonObject) -> None:
        """Nothing to ask: a job that is not being drawn costs nothing."""

    def billed(self, receipts: Sequence[JsonObject]) -> dict[str, Decimal]:
        """Everything is free."""
        return {self.receipt_id(receipt): ZERO for receipt in receipts}

    def probe(self) -> tuple[Probe, ...]:
        """It is always there."""
        return (Probe("animatic: the embedded provider", "good", "draws on this machine, offline and free"),)

    def close(self) -> None:
        """It holds nothing."""


def _with_uploads(order: Order, upload: Any) -> Order:
    elements = tuple(
        replace(
            element,
            frontal=upload(element.frontal, f"/elements/{index}/frontal") if element.frontal else None,
            references=tuple(
                upload(path, f"/elements/{index}/references/{n}") for n, path in enumerate(element.references)
            ),
        )
        for index, element in enumerate(order.elements)
    )
    return replace(
        order,
        elements=elements,
        style_images=tuple(upload(path, f"/style_images/{n}") for n, path in enumerate(order.style_images)),
        start_frame=upload(order.start_frame, "/start_frame") if order.start_frame else None,
        end_frame=upload(order.end_frame, "/end_frame") if order.end_frame else None,
    )


def _order_of(intent: Intent) -> tuple[Order, Literal["full", "fast"]]:
    body = dict(intent.body)
    profile: Literal["full", "fast"] = "fast" if body.pop("profile", "full") == "fast" else "full"
    slate = {"sequence": intent.slate.sequence, "shot": intent.slate.shot}
    return _ORDERS.validate_python({**body, "slate": slate}), profile


def _sketches(workspace: Path, order: Order) -> Iterator[ElementSketch]:
    from starsend.animatic.orders import ElementSketch

    for element in order.elements:
        image = None if element.frontal is None else workspace / element.frontal
        yield ElementSketch(element.id, element.kind, element.description, image)


def _spoken(prompt: str, order: Order) -> str:
    """The prompt with @Element1, or what describes it, turned back into @dana: it says more to a painter."""

    def name(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        return f"@{order.elements[index].id}" if 0 <= index < len(order.elements) else match[0]

    prompt = _ELEMENT.sub(name, prompt)
    for element in order.elements:
        described = element.description.strip().rstrip(".")
        if described:
            prompt = prompt.replace(described, f"@{element.id}")
    return prompt


def _grid_order(workspace: Path, slate: str, take: int, order: Order, profile: Literal["full", "fast"]) -> GridOrder:
    from starsend.animatic.orders import GridOrder

    return GridOrder(
        slate=slate,
        take=take,
        title=order.title,
        prompt=_spoken(order.shots[0].prompt, order),
        style=order.style,
        columns=order.columns,
        rows=order.rows,
        aspect=order.aspect,
        elements=tuple(_sketches(workspace, order)),
        sheet_width_px=_SHEET_WIDTH_PX[profile],
    )


def _cell_order(workspace: Path, order: Order, profile: Literal["full", "fast"]) -> GridOrder:
    slate, take = parse_take(order.cell_of or str(order.slate))
    return _grid_order(workspace, str(slate), take or 1, order, profile)


def _film_order(workspace: Path, intent: Intent, order: Order, profile: Literal["full", "fast"]) -> FilmOrder:
    from starsend.animatic.orders import FilmOrder, FilmShot

    starts = shot_starts(tuple(shot.duration_s for shot in order.shots), order.fps)
    shots = tuple(
        FilmShot(shot.id, _spoken(shot.prompt, order), end - start)
        for shot, start, end in zip(order.shots, starts, starts[1:], strict=False)
    )
    return FilmOrder(
        slate=str(intent.slate),
        take=intent.take,
        title=order.title,
        shots=shots,
        style=order.style,
        elements=tuple(_sketches(workspace, order)),
        width_px=order.size_px[0],
        height_px=order.size_px[1],
        fps=order.fps,
        start_frame=workspace / order.start_frame if order.start_frame else None,
        end_frame=workspace / order.end_frame if order.end_frame else None,
        audio=order.audio,
        profile=profile,
        first_frame=order.first_frame,
    )
