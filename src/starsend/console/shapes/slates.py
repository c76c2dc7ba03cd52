"""Projects, records, Dailies: lists of slates, and one slate with all that is said of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from starsend.console.shapes.base import Address, Broken, Shape, Trouble, Usd


class Row(Shape):
    """One slate of a list."""

    slate: str
    title: str
    episode: str
    state: str
    word: Annotated[str, Field(description="The state, for people")]
    dot: str
    detail: str
    revision: int
    take: Annotated[int, Field(description="The take that the row is about; 0 for none")]
    medium: str
    model: str
    cost: str
    findings: int
    warnings: int
    notes: int
    stale: bool
    thumbnail: Address | None
    filmstrip: Address | None
    at: str
    href: Address


class Rows(Shape):
    """A page of the list; pass ``next`` as ``after`` for the one that follows."""

    rows: list[Row]
    next: str | None
    total: int
    waiting: Annotated[int, Field(description="Slates of the whole project that wait for a look")]
    broken: list[Broken]


class Media(Shape):
    """A take's file."""

    url: Address | None
    path: str
    width: int
    height: int
    fps: Annotated[str | None, Field(description="A rational number, ``24000/1001``")]
    frames: int | None
    duration_s: float | None
    missing: bool


class TakeShot(Shape):
    """A shot inside a take; frames count from 0."""

    id: str
    start: int
    end: int
    prompt: str


class NoteWords(Shape):
    """What every answer says of a note."""

    id: str
    at: str
    by: str
    text: str
    frame: int | None
    end_frame: int | None
    reply_to: str | None


class NoteView(NoteWords):
    """A note as it stands at its take; frames count from 0."""

    drawing: list[dict[str, Any]]
    done: dict[str, Any] | None


class Hinders(Shape):
    """Why a take can't be judged now; ``approve`` is about the whole take."""

    approve: Trouble | None
    reject: Trouble | None


class TakeView(Shape):
    """One take as pages show it."""

    slate: str
    take: int
    name: str
    medium: Literal["grid", "frame", "video"]
    mode: str
    outcome: str
    verdict: str | None
    verdict_by: Annotated[str, Field(description="Who gave it; empty where that isn't known")]
    hinders: Annotated[
        Hinders, Field(description="What a verdict would be refused for now; null where it would be taken")
    ]
    except_: Annotated[list[str], Field(alias="except", description="Shots that an approval leaves out")]
    reason: str | None
    reasons: Annotated[list[str], Field(description="The kinds of fault that a rejection names")]
    rejected_for: Annotated[str, Field(description="Kinds and words of a rejection as pages say them")]
    approved: bool
    model: str
    provider: str
    estimate_usd: Usd
    cost_usd: Usd | None
    committed_usd: Usd
    covers: list[str]
    stale: Annotated[list[str], Field(description="What changed since it was made")]
    warnings: list[str]
    findings: list[dict[str, Any]]
    error: Trouble | None
    progress: float | None
    unsettled: bool
    media: Media | None
    thumbnail: Address | None
    filmstrip: Address | None
    shots: list[TakeShot]
    found_cuts: list[int]
    cells: Annotated[list[list[int]], Field(description="Boxes of a grid's cells: left, top, right, bottom")]
    notes: list[NoteView]


class ShotPrompt(Shape):
    """A shot's words: of the plan, expanded, overridden, and as they were sent last."""

    shot: str
    planned: str
    expanded: str
    override: str | None
    sent: str | None


class SlateView(Shape):
    """One slate with all that is said of it."""

    project: str
    slate: str
    kind: Literal["sequence", "shot"]
    sequence: str
    episode: str
    planned: bool
    state: str
    state_word: str
    revision: int
    waits: bool
    approved_take: int | None
    committed_usd: Usd
    first_frame: Annotated[int, Field(description="What people call the first frame")]
    takes: list[TakeView]
    current: Annotated[int | None, Field(description="The take that is shown first")]
    compare: list[dict[str, Any]]
    prompts: list[ShotPrompt]
    prompt: str
    elements: list[Any]
    dropped: list[Any]
    neighbours: dict[str, dict[str, Any] | None]
    budget: dict[str, dict[str, str | None]]
    work: Annotated[dict[str, Any] | None, Field(description="Its open takes")]


class ProjectId(Shape):
    """A project."""

    id: str


class Projects(Shape):
    """All projects of the workspace."""

    projects: list[ProjectId]


class RecordPage(Shape):
    """Records by id; each as ``Record``, without what is long."""

    records: list[dict[str, Any]]
    next: str | None
    broken: list[Broken]
