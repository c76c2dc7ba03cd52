"""What is kept for one slate: state, takes, history. Frozen; unknown fields are kept.

The record is the checkpoint: everything that is needed to go on after a crash stands here.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import AwareDatetime, Field

from starsend.errors import UnknownName
from starsend.model.money import ZERO
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Box, Kept, Medium, Outcome, Take, Verdict

LARGEST_REVISION: Final = 2**53
"""What a page's numbers can hold."""


class Move(Kept):
    """One entry of the history; ``from`` equals ``to`` where only something beside the state changed.

    States are plain text here: a long history is written with each move, and enum members take seven times as long.
    """

    at: AwareDatetime
    from_: str | None = Field(default=None, alias="from")
    to: str
    by: str
    why: str = ""


class CleanFrame(Kept):
    """The start frame that a person accepted."""

    path: str
    sha256: str
    at: AwareDatetime
    width: int
    height: int
    from_: str = Field(default="", alias="from")
    cell: int | None = None
    box: Box | None = None
    note: str | None = None


class Said(Kept):
    """What was said of a take: its verdict, and what stands beside it."""

    take: int
    verdict: Verdict | None = None
    verdict_at: AwareDatetime | None = None
    except_: tuple[str, ...] = Field(default=(), alias="except")
    reason: str | None = None
    reasons: tuple[str, ...] = ()


class Undo(Kept):
    """What the last verdict changed, so that it can be taken back exactly.

    Attributes:
        take: Whose verdict it was.
        takes: How many takes there were then.
        state: The state before it.
        left: The state that it left.
        verdict: What was said of the take before; with the four fields below it.
        others: What was said of further takes that it changed.
    """

    at: AwareDatetime
    by: str
    take: int
    takes: int
    state: Status
    left: Status
    verdict: Verdict | None = None
    verdict_at: AwareDatetime | None = None
    except_: tuple[str, ...] = Field(default=(), alias="except")
    reason: str | None = None
    reasons: tuple[str, ...] = ()
    others: tuple[Said, ...] = ()


class Pick(Kept):
    """What a pick of a start frame changed, so that it can be taken back.

    Attributes:
        at: When; the frame that was picked has the same time.
        before: The frame that stood before it.
        state: The state before it.
        left: The state that it left.
    """

    at: AwareDatetime
    by: str
    before: CleanFrame | None = None
    state: Status
    left: Status


class Picked(Pick):
    """The last pick that stands.

    Attributes:
        earlier: Those before it, the last one last: each is taken back in its turn.
    """

    earlier: tuple[Pick, ...] = ()


class Record(Kept):
    """Everything about one slate. ``revision`` grows by one with each write.

    Attributes:
        undo: How the last verdict is taken back; None once it was.
        picked: How the last picks of a start frame are taken back, one by one; None once all were.
    """

    schema_version: int = 1
    id: str
    project: str
    episode: str = ""
    kind: Literal["sequence", "shot"]
    state: Status
    revision: int = Field(default=1, ge=0, lt=LARGEST_REVISION)
    approved_take: int | None = None
    prompt_overrides: dict[str, str] = Field(default_factory=dict)
    clean_frame: CleanFrame | None = None
    undo: Undo | None = None
    picked: Picked | None = None
    takes: tuple[Take, ...] = ()
    history: tuple[Move, ...] = ()

    @property
    def slate(self) -> Slate:
        """The record's id, parsed."""
        return Slate.parse(self.id)

    @property
    def unsettled(self) -> tuple[Take, ...]:
        """Takes whose outcome is still open."""
        return tuple(take for take in self.takes if take.unsettled)

    @property
    def committed_usd(self) -> Decimal:
        """What the takes of this record hold of the budgets."""
        return sum((take.committed_usd for take in self.takes), ZERO)

    def find(self, number: int) -> Take | None:
        """A take by its number, counted from 1."""
        return next((take for take in self.takes if take.take == number), None)

    def take(self, number: int) -> Take:
        """A take by its number, which must be there.

        Raises:
            UnknownName: ``no-take``.
        """
        found = self.find(number)
        if found is None:
            known = ", ".join(str(take.take) for take in self.takes) or "none"
            raise UnknownName(f"{self.id} has no take {number}", remedy=f"its takes are: {known}", code="no-take")
        return found

    def intent(self, intent_id: str) -> Take | None:
        """A take by its intent; the first where copies made by hand share one."""
        return next((take for take in self.takes if take.intent_id == intent_id), None)

    def newest(self, medium: Medium, outcome: Outcome = "complete") -> Take | None:
        """The last take of that medium and outcome."""
        return next((t for t in reversed(self.takes) if t.medium == medium and t.outcome == outcome), None)

    def with_take(self, take: Take) -> Self:
        """A copy in which this take stands in the place of the one with its number, or at the end."""
        if self.find(take.take) is None:
            return self.but(takes=(*self.takes, take))
        return self.but(takes=tuple(take if old.take == take.take else old for old in self.takes))

    @property
    def approved(self) -> tuple[Take, ...]:
        """Approved complete videos, the latest-approved last.

        A hand edit to ``approved`` that gives no take a verdict means the take named in ``approved_take``, else the
        newest complete video.
        """
        videos = [take for take in self.takes if take.medium == "video" and take.outcome == "complete"]
        approved = [take for take in videos if take.verdict == "approved"]
        if approved or self.state is not Status.APPROVED:
            return tuple(sorted(approved, key=_verdict_order))
        return tuple([take for take in videos if take.take == self.approved_take] or videos[-1:])

    @property
    def standing(self) -> Take | None:
        """The latest-approved take."""
        return next(reversed(self.approved), None)


def _verdict_order(take: Take) -> tuple[float, int]:
    return (take.verdict_at.timestamp() if take.verdict_at else 0.0, take.take)


def log(record: Record, *, at: datetime, by: str, why: str) -> Record:
    """Append a history entry that moves nothing."""
    entry = Move(at=at, from_=record.state.value, to=record.state.value, by=by, why=why)
    return record.but(history=(*record.history, entry))
