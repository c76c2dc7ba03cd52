"""What a person asks of one sequence, and whether it makes sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from starsend.errors import PlanError
from starsend.model.plan import Sequence, Shot
from starsend.model.slate import shot_id

Mode = Literal["auto", "grid", "multi", "single"]


@dataclass(frozen=True)
class Wish:
    """What a person asks of one sequence.

    Attributes:
        shot: One shot, as ``3`` or ``SH03``.
        shots: A part, as ``1-4`` or ``2``.
        takes: How many takes of each.
        prompt: Words for this take alone; of a single shot or a grid.
        start_frame: A path, ``take:N``, ``previous``, ``sequence`` or ``none``.
        end_frame: A path.
        model: Another model than the plan's, for this take alone; its limits and prices count.
        overrides: Prompts that stand before those of the plan and of the record, by shot id.
        basket_item: The item of the retake basket that asks for it.
    """

    mode: Mode = "auto"
    shot: str | None = None
    shots: str | None = None
    takes: int = 1
    prompt: str | None = None
    start_frame: str | None = None
    end_frame: str | None = None
    model: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    basket_item: str | None = None


def check_wish(sequence: Sequence, wish: Wish) -> None:
    """Let a wish pass that makes sense.

    Raises:
        PlanError: A shot is missing or not wanted, a prompt where none fits, a part that is none.
    """
    if wish.mode == "single" and wish.shot is None:
        raise PlanError(
            f"{sequence.id}: --mode single makes one shot, and none is named",
            remedy="name it: --shot 3",
            code="shot-needed",
        )
    if wish.mode == "multi" and wish.shot is not None:
        raise PlanError(
            f"{sequence.id}: --mode multi makes the sequence, not --shot {wish.shot}",
            remedy="make a part of it: --shots 1-4; or the one shot: --mode single",
            code="shot-not-wanted",
        )
    if wish.mode == "multi" and wish.prompt is not None:
        raise PlanError(
            f"{sequence.id}: --prompt is for a single shot or a grid",
            remedy="change the prompts in the plan, or override them in the record",
            code="prompt-not-wanted",
        )
    if wish.mode == "grid" and (wish.start_frame is not None or wish.end_frame is not None):
        raise PlanError(
            f"{sequence.id}: a grid explores start frames, and takes none",
            remedy="leave --start-frame and --end-frame out, or make a video: --mode multi",
            code="frame-not-wanted",
        )
    if wish.shots is not None and (wish.mode not in ("multi", "auto") or wish.shot is not None):
        raise PlanError(
            f"{sequence.id}: --shots names a part for --mode multi", remedy="leave one of them out", code="bad-part"
        )
    if wish.takes < 1:
        raise PlanError(f"{sequence.id}: --takes {wish.takes}", remedy="ask for at least one take", code="bad-takes")


def shot_range(sequence: Sequence, text: str | None) -> list[Shot]:
    """The shots of ``1-4``, ``SH02-SH03`` or ``3``; all of them for None.

    Raises:
        PlanError: ``bad-part``: it runs backwards.
        UnknownName: There is no such shot.
    """
    if text is None:
        return list(sequence.shots)
    begin, _, end = text.partition("-")
    first = sequence.shot(shot_id(begin.strip()))
    last = sequence.shot(shot_id(end.strip())) if end else first
    start, stop = sequence.shots.index(first), sequence.shots.index(last)
    if start > stop:
        raise PlanError(
            f"{sequence.id}: --shots {text} runs backwards",
            remedy="give the first shot first: --shots 1-4",
            code="bad-part",
        )
    return list(sequence.shots[start : stop + 1])
