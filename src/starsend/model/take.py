"""One take: what was asked, what it was made from, how it came out, what was said of it. Unknown fields are kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from starsend.model.money import ZERO, Usd

Medium = Literal["grid", "video", "frame"]
Outcome = Literal["pending", "complete", "failed", "unknown", "cancelled"]
Verdict = Literal["approved", "rejected"]
JsonObject = dict[str, Any]
Box = tuple[int, int, int, int]
"""``(x0, y0, x1, y1)`` in source pixels, end excluded."""

MOST_TAKES: Final = 10**9
"""No number of a take reaches it."""


class Kept(BaseModel):
    """Frozen, and keeps fields that it doesn't know, so that a newer or hand-made record loses nothing."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        populate_by_name=True,
        serialize_by_alias=True,
        defer_build=True,
        allow_inf_nan=False,
    )

    def but(self, **changes: Any) -> Self:
        """A copy with these fields changed (by their Python names)."""
        return self.model_copy(update=changes)


class Stroke(Kept):
    """One stroke of a drawing over a frame.

    Attributes:
        colour: ``#rrggbb``.
        width: Of the picture's width, 0 to 1.
        points: ``(x, y)`` or ``(x, y, pressure)`` from the picture's upper left corner, each 0 to 1.
        text: The words of a ``text`` stroke, which stand at its first point.
    """

    tool: Literal["pen", "arrow", "text"] = "pen"
    colour: str = "#ffffff"
    width: float = 0.004
    points: tuple[tuple[float, ...], ...] = ()
    text: str = ""


class Note(Kept):
    """A remark on a take.

    Attributes:
        id: ``t2n1``: of take 2 the first. Older notes have none on disk; see :func:`starsend.production.notes.named`.
        frame: Counted from 0; None where it is about the whole take.
        end_frame: The last frame that it is about, included; None where it is about one.
        drawing: What was drawn over the frame.
        reply_to: The id of the note of the same take that it answers.
        done: When and by whom it was marked as done; None where it is open.
    """

    at: AwareDatetime
    by: str
    text: str
    frame: int | None = None
    id: str = ""
    end_frame: int | None = None
    drawing: tuple[Stroke, ...] = ()
    reply_to: str | None = None
    done: Done | None = None


class Done(Kept):
    """When and by whom a note was marked as done."""

    at: AwareDatetime
    by: str


class Settled(Kept):
    """How a person settled a take whose outcome was unknown."""

    at: AwareDatetime
    by: str
    how: Literal["resend", "give-up"]


class Fault(Kept):
    """Why a take failed, in the words that were shown."""

    code: str
    message: str
    remedy: str = ""


class Found(Kept):
    """A finding of the quality check. Frames count from 0, ``end_frame`` excluded."""

    code: str
    severity: Literal["info", "warning", "failure"] = "info"
    message: str
    frame: int | None = None
    end_frame: int | None = None


class Media(Kept):
    """A collected file: its path below the workspace, its content hash, its measures."""

    path: str
    sha256: str
    bytes: int
    width: int | None = None
    height: int | None = None
    fps: str | None = None
    frames: int | None = None
    duration_s: float | None = None


class FrameUse(Kept):
    """A picture that went into a take: how it was chosen, where it lay, its content hash.

    Attributes:
        kept: A copy by its content, which stays when the picture in its place is replaced.
    """

    choice: str
    path: str
    sha256: str
    kept: str | None = None


class ShotInput(Kept):
    """A shot as it stood in the plan (with its override) when the take was asked for.

    Attributes:
        dialogue: ``dana: Don't stop.``, a line each; only where the model makes sound.
    """

    id: str
    prompt: str
    duration_s: float
    dialogue: tuple[str, ...] = ()


class Inputs(Kept):
    """What a take was made from, so that it can be explained, repeated and found stale.

    Attributes:
        shots: As planned or overridden, snippets expanded; the one shot of a grid.
        grid: It is a grid: durations don't matter.
        given_prompt: The prompt was given for this take alone.
        given_model: The model was chosen for this take alone.
        images: Reference and style pictures: path below the workspace → sha256.
    """

    plan_sha256: str | None = None
    grid: bool = False
    given_prompt: bool = False
    given_model: bool = False
    shots: tuple[ShotInput, ...] = ()
    style: str = ""
    elements: tuple[str, ...] = ()
    images: dict[str, str] = Field(default_factory=dict)
    start_frame: FrameUse | None = None
    end_frame: FrameUse | None = None


class Take(Kept):
    """One attempt, numbered from 1 within its slate, never overwritten or deleted. A grid is a take too.

    Attributes:
        stands_for: The planned model, where another one made the take (an animatic stands for a paid video).
        batch: The first take of those that were asked for together.
        order: What production asked for, in neutral words; the take can be made again from it.
        request: The body that was sent.
        not_sent: It is proven that nothing was sent, so it holds no money.
        billed_at: When the provider's bill told the cost; it may grow for some days.
        longest_s: The longest time that the model may take.
        basket_item: The item of the retake basket that it was asked for by; no item is ever sent twice.
        reasons: What kinds of fault a rejection names: ``hands``, ``motion``.
    """

    take: int = Field(ge=0, lt=MOST_TAKES)  # 0 until the store numbers it
    medium: Medium
    mode: str
    covers: tuple[str, ...] = ()
    made_for: str | None = None
    basket_item: str | None = None
    provider: str
    model: str
    stands_for: str | None = None
    base_url: str = ""
    batch: int | None = None
    order: JsonObject = Field(default_factory=dict)
    request: JsonObject = Field(default_factory=dict)
    request_media: tuple[JsonObject, ...] = ()
    fingerprint: str = ""
    intent_id: str = ""
    intent_at: AwareDatetime | None = None
    receipt: JsonObject | None = None
    outcome: Outcome = "pending"
    settled: Settled | None = None
    not_sent: bool = False
    error: Fault | None = None
    estimate_usd: Usd = ZERO
    cost_usd: Usd | None = None
    billed_at: AwareDatetime | None = None
    longest_s: float | None = None
    warnings: tuple[str, ...] = ()
    findings: tuple[Found, ...] = ()
    stale: tuple[str, ...] = ()
    inputs: Inputs = Inputs()
    cells: tuple[Box, ...] = ()
    found_cuts: tuple[int, ...] = ()
    bad_downloads: int = 0
    media: Media | None = None
    board: str | None = None
    thumbnail: str | None = None
    filmstrip: str | None = None
    verdict: Verdict | None = None
    verdict_at: AwareDatetime | None = None
    except_: tuple[str, ...] = Field(default=(), alias="except")
    reason: str | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def unsettled(self) -> bool:
        """Pending, or unknown until a person settles it."""
        return self.outcome == "pending" or (self.outcome == "unknown" and self.settled is None)

    @property
    def sent(self) -> bool:
        """The provider's receipt is on disk."""
        return self.receipt is not None

    @property
    def committed_usd(self) -> Decimal:
        """What this take holds of the budgets: its cost, else its estimate; zero only for a proven non-send."""
        if self.not_sent:
            return ZERO
        return self.estimate_usd if self.cost_usd is None else self.cost_usd
