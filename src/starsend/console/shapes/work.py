"""What makes takes: models, works, prompts, start frames; and what actions answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from starsend.console.shapes.base import Address, Shape, Slates, Usd
from starsend.console.shapes.money import Basket
from starsend.console.shapes.slates import NoteWords
from starsend.model.record import Record


class Work(Shape):
    """Something that is made in the background; its end is told by events."""

    id: str
    kind: str
    slates: Slates
    ended_at: str | None
    stopping: bool
    estimate_usd: Usd
    progress: dict[str, float]
    results: list[dict[str, Any]]


class Unsettled(Shape):
    """A slate with takes that are not settled."""

    slate: str
    takes: list[int]
    working: bool
    sender: str | None
    free: Annotated[bool, Field(description="Going on sends nothing that costs")]
    unsent_usd: Usd


class Works(Shape):
    """What is at work here, the newest first, and what waits to be gone on with."""

    works: list[Work]
    unsettled: list[Unsettled]


class Begun(Shape):
    """A work that was begun, or stopped."""

    work: Work


class KeptFix(Shape):
    """A shot that the cut goes on taking from an approved take of its own."""

    shot: str
    slate: str
    take: int
    name: str
    revision: Annotated[int, Field(description="Of that record: reopen it with ``every``")]


class Approved(Record):
    """The record, and the shots of the take that stay with their fixes."""

    kept: list[KeptFix]


class Reconciled(Shape):
    """``work`` where it is looked for or bought again; ``settled`` and the record where it was given up."""

    work: Work | None = None
    settled: list[str] | None = None
    record: Record | None = None


class Finished(Shape):
    """``work`` where it is being made; the frame where it was made before."""

    work: Work | None = None
    slate: str | None = None
    frame: dict[str, Any] | None = None


class Cancelled(Shape):
    """Takes that the provider was asked to stop."""

    cancelled: list[str]
    record: Record


class Sent(Shape):
    """The work that sends the basket, and the basket as it is then."""

    work: Work
    basket: Basket


class VideoModel(Shape):
    """A model for videos."""

    id: str
    title: str
    usd_per_s: Usd
    max_shots: int | None
    max_total_s: float | None
    default: bool


class GridModel(Shape):
    """A model for grids."""

    id: str
    title: str
    usd_per_image: Usd
    default: bool


class Models(Shape):
    """The models that can be chosen."""

    video: list[VideoModel]
    grid: list[GridModel]
    provider: dict[str, str]


class Words(Shape):
    """A shot's prompt, and the difference from what was sent last, by words."""

    shot: str
    planned: str
    override: str | None
    now: str
    sent: str | None
    sent_in: str | None
    difference: list[list[str]]


class Prompts(Shape):
    """A slate's prompts; after they were written also the record."""

    slate: str
    revision: int
    prompts: list[Words]
    gone: Annotated[list[dict[str, Any]], Field(description="Words for shots that the plan no longer has")]


class WriteBack(Shape):
    """What writing back would change in the plan: a unified diff."""

    slate: str
    revision: int
    plan_sha256: str


class WrittenBack(Prompts):
    """The prompts after they were written into the plan."""

    backup: str
    plan_sha256: str


class NoteSaid(NoteWords):
    """A note as it was just written or marked; frames count from 0."""

    drawing: list[dict[str, Any]] | None
    done: bool
    done_by: str | None
    done_at: str | None


class Noted(Shape):
    """The note, and the record with it."""

    note: NoteSaid
    record: Record


class Frame(Shape):
    """The start frame that was taken, whose it is, and how to take it back."""

    slate: str
    frame: dict[str, Any]
    undo: dict[str, Any]
    record: Record


class FinishOffer(Shape):
    """Whether a cell can be rendered at full size, and its price."""

    offered: bool
    why: str | None = None
    estimate_usd: Usd | None = None
    confirm: bool | None = None
    made_before: bool | None = None


class StartFrame(Shape):
    """Something that a take can start with; ``start_frame`` is what to ask for."""

    start_frame: str
    words: str
    url: Address | None


class StartFrames(Shape):
    """What a slate's take can start with."""

    slate: str
    choices: list[StartFrame]


class Picking(Shape):
    """What a pick needs to know: the ratio, the frame that stands, the sequence's other shots."""

    slate: str
    revision: int
    aspect: list[int]
    wanted: list[int]
    frame: dict[str, Any] | None
    shots: list[dict[str, Any]]


class Health(Shape):
    """Whether the workspace is there."""

    status: str
    version: str
