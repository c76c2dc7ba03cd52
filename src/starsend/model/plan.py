"""The client's plan: episodes, sequences, shots, prompts, elements. Pure data, frozen, nothing unknown let in.

What one value may be stands in `plan_fields`; what needs the files or the model catalogue is checked by
`starsend.production.plan_check`. Descriptions here become the published JSON Schema (``starsend plan schema``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from starsend.errors import UnknownName
from starsend.model.plan_fields import (
    AspectRatio,
    Dollars,
    FirstFrame,
    FrameRate,
    Id,
    LocalPath,
    ModelId,
    Prompt,
    Seconds,
    SequenceId,
    ShortText,
    ShotId,
    SnippetName,
    Text,
    Truth,
    aspect_of,
    rate_of,
)

_LINES = {"720p": 720, "1080p": 1080, "4k": 2160}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # only the whole is built, when it is used


class Format(_Part):
    """The shape of the film that is delivered."""

    aspect_ratio: AspectRatio = Field("16:9", description="Width to height, such as 16:9, 9:16 or 2.39:1.")
    fps: FrameRate = Field("24", description='Frames a second: "24", "23.976", "25", "29.97" or "30000/1001".')
    resolution: Literal["720p", "1080p", "4k"] = Field("1080p", description="The size of the cut.")
    first_frame: FirstFrame | None = Field(
        None, description="The number of a first frame, such as 0 or 1001; null leaves the studio's own."
    )

    @property
    def aspect(self) -> tuple[int, int]:
        """Width and height as whole numbers without a common factor; ``"2.39:1"`` is ``(239, 100)``."""
        return aspect_of(self.aspect_ratio)

    @property
    def rate(self) -> Fraction:
        """Frames a second, exact; ``"23.976"`` is 24000/1001."""
        return rate_of(self.fps)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in even pixels: the largest of this shape inside the resolution's 16:9 box, or 9:16."""
        width, height = self.aspect
        short = _LINES[self.resolution]
        long = short * 16 // 9
        wide = width >= height
        ratio = Fraction(max(width, height), min(width, height))
        if ratio * short > long:
            short = _even(long / ratio)
        else:
            long = _even(short * ratio)
        return (long, short) if wide else (short, long)


class Defaults(_Part):
    """Which models make it, and how."""

    image_model: ModelId = Field("gemini-3-pro-image", description="A model of the catalogue that makes grids.")
    video_model: ModelId = Field("kling-o3-pro", description="A model of the catalogue that makes takes.")
    grid: str = Field("2x2", pattern=r"^[1-4]x[1-4]$", description="Columns x rows of a grid.")
    audio: Truth = Field(default=False, description="Whether the video model makes sound too; it may cost more.")


class PlanBudget(_Part):
    """Caps in US dollars. They can only lower the studio's own; null leaves the studio's."""

    project_usd: Dollars | None = Field(None, description="All takes of the project.")
    sequence_usd: Dollars | None = Field(None, description="All takes of one sequence, its shots included.")
    shot_usd: Dollars | None = Field(None, description="All takes of one shot's own record.")


class Element(_Part):
    """A recurring character, prop or place. With images it is bound to the video model; without, it is plain words."""

    id: Id = Field(description="How prompts call it: @dana. Also its folder under elements/.")
    kind: ShortText = Field("character", description="character, prop, place, vehicle, weather …")
    description: Text = Field("", description="The words that stand for it where it can't be sent.")
    frontal: LocalPath | None = Field(None, description="Its main image, as a path in the project folder.")
    references: tuple[LocalPath, ...] = Field((), description="More views of it, as paths in the project folder.")

    @property
    def images(self) -> tuple[str, ...]:
        """All its images as written in the plan, the frontal one first, none twice."""
        return tuple(dict.fromkeys([*([self.frontal] if self.frontal else []), *self.references]))


class Line(_Part):
    """One line of dialogue."""

    who: ShortText = Field(description="Who says it: an element's id, or a name.")
    text: Text


class Shot(_Part):
    """One uninterrupted run of frames."""

    id: ShotId = Field(description="SH and digits, unique in its sequence.")
    prompt: Prompt = Field(description="What is seen: size, angle, move, action. @name is an element, $name a snippet.")
    duration_s: Seconds = Field(description="Seconds on screen, as an exact decimal number.")
    end_frame: LocalPath | None = Field(None, description="The frame to arrive at, as a path in the project folder.")
    dialogue: tuple[Line, ...] = ()

    @property
    def number(self) -> int:
        """The number in its id: SH03 is 3."""
        return int(self.id[2:])


class Sequence(_Part):
    """Shots that are made together, as one multi-shot take or one shot at a time."""

    id: SequenceId = Field(description="The slate, such as SEQ01. Unique in the project, ignoring case.")
    title: ShortText = ""
    mode: Literal["multi", "single"] = Field("multi", description="multi: one take for all; single: a take a shot.")
    start_frame: Literal["required", "optional", "none"] = Field(
        "required", description="Whether a person must pick a start frame before video is made."
    )
    elements: tuple[Id, ...] = Field((), description="Element ids; the order is priority, the first stay.")
    style: Text = Field("", description="Added to each prompt; $name is a snippet.")
    grid_prompt: Prompt | None = Field(None, description="What the grid explores; null means the first shot's prompt.")
    style_images: tuple[LocalPath, ...] = Field((), description="Images whose look is followed, project paths.")
    shots: Annotated[tuple[Shot, ...], Field(min_length=1)]

    @property
    def duration_s(self) -> Decimal:
        """The seconds of all its shots together."""
        return sum((shot.duration_s for shot in self.shots), Decimal(0))

    @property
    def first_prompt(self) -> str:
        """What a grid of it explores, before names are replaced."""
        return self.grid_prompt or self.shots[0].prompt

    def shot(self, shot_id: str) -> Shot:
        """Find a shot by its id; SH03 also finds a shot that the plan writes SH3.

        Raises:
            UnknownName: If the sequence has none of that id.
        """
        digits = shot_id.removeprefix("SH")
        for shot in self.shots:
            if shot.id == shot_id or (digits.isdecimal() and shot.number == int(digits)):
                return shot
        known = ", ".join(shot.id for shot in self.shots)
        raise UnknownName(f"{self.id} has no shot {shot_id}", remedy=f"its shots are {known}", code="unknown-shot")


class Episode(_Part):
    """Sequences that are cut together."""

    id: Id = Field(description="Such as ep_001. Also a folder.")
    title: ShortText = ""
    sequences: tuple[Sequence, ...] = ()


class Plan(_Part):
    """A client's plan for one project."""

    schema_version: Literal[1] = 1
    project: Id = Field(description="The project's id: the name of its folder.")
    title: ShortText = ""
    format: Format = Format()
    defaults: Defaults = Defaults()
    budget: PlanBudget = PlanBudget()
    style_images: tuple[LocalPath, ...] = Field((), description="Images whose look all sequences follow.")
    snippets: dict[SnippetName, Text] = Field(  # bounded, since each may stand in each other
        default_factory=dict,
        max_length=1000,
        description="Words used again and again; $look in a prompt or style is replaced by them.",
    )
    elements: Annotated[tuple[Element, ...], Field(max_length=1000)] = ()
    episodes: tuple[Episode, ...] = ()

    @property
    def aspect(self) -> tuple[int, int]:
        """The aspect ratio of its format as two whole numbers."""
        return self.format.aspect

    @property
    def rate(self) -> Fraction:
        """The frame rate of its format, exact."""
        return self.format.rate

    def sequences(self) -> Iterator[tuple[Episode, Sequence]]:
        """All sequences with their episodes, in the plan's order."""
        for episode in self.episodes:
            for sequence in episode.sequences:
                yield episode, sequence

    def find_sequence(self, sequence_id: str) -> tuple[Episode, Sequence]:
        """Find a sequence, and the episode that it is in, by its id.

        Raises:
            UnknownName: If the plan has none of that id.
        """
        for episode, sequence in self.sequences():
            if sequence.id == sequence_id:
                return episode, sequence
        known = ", ".join(sequence.id for _, sequence in self.sequences()) or "none yet"
        raise UnknownName(
            f"{self.project} has no sequence {sequence_id}",
            remedy=f"its sequences are: {known}",
            code="unknown-sequence",
        )

    @cached_property
    def elements_by_id(self) -> dict[str, Element]:
        """All elements by their ids, in the plan's order."""
        return {element.id: element for element in self.elements}

    def element(self, element_id: str) -> Element:
        """Find an element by its id.

        Raises:
            UnknownName: If the plan has none of that id.
        """
        if found := self.elements_by_id.get(element_id):
            return found
        known = ", ".join(element.id for element in self.elements) or "none yet"
        raise UnknownName(
            f"{self.project} has no element {element_id}", remedy=f"its elements are: {known}", code="unknown-element"
        )


def _even(value: Fraction | int) -> int:
    return max(2, round(value / 2) * 2)
