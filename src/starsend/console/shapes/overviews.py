"""A project at a glance: the board, the cut, the elements, what happened."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from starsend.console.shapes.base import Address, Broken, Shape
from starsend.console.shapes.slates import Row


class EpisodeName(Shape):
    """An episode of the plan."""

    id: str
    title: str


class Card(Row):
    """A slate on the board."""

    kind: str
    waits: Annotated[str, Field(description="What it waits for")]
    prompt: str


class Group(Shape):
    """A column's cards of one episode."""

    episode: str
    title: str
    cards: list[Card]


class Column(Shape):
    """Slates in like states."""

    key: str
    title: str
    count: int
    usd: str
    more: Annotated[int, Field(description="Cards that are not listed")]
    states: list[str]
    groups: list[Group]


class Board(Shape):
    """The Sequence Board."""

    episode: str
    episodes: list[EpisodeName]
    total: int
    columns: list[Column]
    broken: list[Broken]


class CutItem(Shape):
    """A shot of the cut: the file and its frames from ``start`` until before ``end``, or why there are none."""

    slate: str
    sequence: str
    shot: str
    planned_s: float
    at: Annotated[int, Field(description="Its first frame in the cut, from 0")]
    length: Annotated[int, Field(description="Frames of the cut; never more than planned of a shot that stands alone")]
    unused: Annotated[int, Field(description="Frames of the cut that the take has beyond that: spare, for handles")] = 0
    take: str | None
    url: Address | None
    gone: Annotated[bool, Field(description="A take is approved for it, and its file is not there")]
    why: str
    start: int | None = None
    end: int | None = None
    shot_end: Annotated[
        int | None, Field(description="Until where the file goes on with the shot, spare frames, too")
    ] = None
    fps: str | None = None


class Cut(Shape):
    """An episode as it would be cut."""

    project: str
    episode: str
    title: str
    episodes: list[EpisodeName]
    fps: str
    first_frame: int
    items: list[CutItem]
    frames: int
    total_s: float
    missing: Annotated[int, Field(description="Shots that can't be shown")]
    gone: Annotated[int, Field(description="Those of them whose take is approved, and its file is not there")]


class ElementImage(Shape):
    """A picture of an element, and why it doesn't fit."""

    path: str
    url: Address | None
    width: int | None
    height: int | None
    missing: bool
    faults: list[Any]
    frontal: bool


class Element(Shape):
    """An element, where it is used and where it is dropped."""

    id: str
    kind: str
    description: str
    images: list[ElementImage]
    fit: bool
    used: list[dict[str, Any]]
    dropped: list[dict[str, Any]]


class Elements(Shape):
    """All elements of the plan; ``undefined`` are named in prompts and defined nowhere."""

    project: str
    model: dict[str, Any]
    trouble: str
    elements: list[Element]
    undefined: list[Any]


class Entry(Shape):
    """Something that happened."""

    at: str
    by: str
    slate: str
    episode: str
    from_: Annotated[str | None, Field(alias="from", description="The state before; None at its beginning")]
    to: str
    why: str
    kind: str


class Activity(Shape):
    """What happened, the newest first; pass ``next`` as ``after`` for what was before."""

    entries: list[Entry]
    next: str | None
