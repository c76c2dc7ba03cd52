"""Costs, budgets, estimates, the retake basket."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from starsend.console.shapes.base import Broken, Shape, Slates, Trouble, Usd


class Budget(Shape):
    """A budget and what is committed of it."""

    kind: Literal["project", "sequence", "shot"]
    name: str
    cap_usd: Usd
    committed_usd: Usd
    left_usd: Usd


class BudgetAfter(Budget):
    """A budget as it would be after what is asked for."""

    after_usd: Usd
    over: Annotated[bool, Field(description="It can't bear it: it would be refused")]


class Budgets(Shape):
    """Every budget, and from which sum on a person is asked."""

    budgets: list[Budget]
    committed_usd: Usd
    confirm_above_usd: Usd


class Sums(Shape):
    """Takes added up: estimated against actual."""

    takes: int
    known: Annotated[int, Field(description="Takes whose actual cost is known")]
    estimated_usd: Usd
    actual_usd: Usd
    difference_usd: Usd
    unknown_usd: Annotated[Usd, Field(description="Estimates of takes whose cost is not known")]
    committed_usd: Usd


class Costs(Shape):
    """What was committed, by the columns asked for; each line also has its columns' values."""

    by: list[str]
    lines: list[Sums]
    total: Sums
    committed_usd: Usd
    budgets: list[Budget]
    broken: list[Broken]


class Booked(Shape):
    """A cost that a provider told."""

    provider: str
    take: str
    cost_usd: Usd


class Billed(Shape):
    """What asking the providers brought."""

    booked: list[Booked]
    unknown: list[str]
    troubles: list[Trouble]
    answered: Any


class CostsBilled(Costs):
    """The costs as they are after the providers were asked."""

    billed: Billed


class PlannedPart(Shape):
    """One part of the plan and its price."""

    sequence: str
    what: str
    model: str
    usd: Usd


class DuePart(Shape):
    """One job that is due."""

    slate: str
    usd: Usd


class PlanEstimate(Shape):
    """What the plan would cost, one take of everything, and what is due now."""

    planned: list[PlannedPart]
    planned_usd: Usd
    due: list[DuePart]
    due_usd: Usd
    provider: str | None
    warnings: list[str]


class Job(Shape):
    """What would be sent for a slate."""

    slate: str
    mode: str
    provider: str
    model: str
    takes: int
    covers: list[str]
    estimate_usd: Usd
    notes: list[str]
    warnings: list[str]
    going_on: Annotated[bool, Field(description="It was begun before and is gone on with")]


class Estimate(Shape):
    """What jobs may cost against the budgets; nothing was sent."""

    estimate_usd: Usd
    confirm: Annotated[bool, Field(description="A person must send the sum back as confirmed_usd")]
    jobs: list[Job]
    bought: list[Any]
    budgets: list[BudgetAfter]


class Left(Shape):
    """What is left to a person."""

    slate: str
    kind: str
    message: str
    remedy: str | None


class Due(Estimate):
    """What is due and what it would cost."""

    making: Slates
    waiting: list[Left]
    troubles: list[Trouble]


class Answered(Shape):
    """A note that an item answers."""

    id: str
    take: str
    frame: Annotated[int | None, Field(description="Counted from 0")]
    by: str
    text: str


class BasketItem(Shape):
    """One thing to be made, with its price or what is wrong with it."""

    id: str
    slate: str
    mode: str
    shots: str | None
    takes: int
    start_frame: str | None
    end_frame: str | None
    model: str | None
    prompt: str | None
    prompts: dict[str, str]
    notes: Annotated[list[str], Field(description="Ids of notes")]
    answers: list[Answered]
    words: str
    by: str
    at: str
    sending: bool
    estimate_usd: Usd | None
    jobs: list[Job]
    error: Trouble | None


class Basket(Shape):
    """The retake basket and its sum against the budgets."""

    revision: int
    items: list[BasketItem]
    total_usd: Usd
    budgets: list[BudgetAfter]
    sendable: bool
    problems: list[str]
    confirm: bool


class Part(Shape):
    """Some slates: how many, and the first dozen."""

    count: int
    slates: Slates


class Working(Part):
    """Slates with open takes, and what those hold of the budgets."""

    usd: Usd


class BasketPart(Part):
    """What is queued in the basket."""

    takes: int
    usd: Usd
    over: Annotated[list[str], Field(description="Budgets that it would break")]
    fault: Annotated[str | None, Field(description="Why the basket can't be read")]


class Closing(Shape):
    """The end of dailies."""

    begun: bool
    day: Annotated[str, Field(description="Today in UTC, ``2026-05-04``")]
    approved: Annotated[Part, Field(description="Approved today")]
    approved_ever: int
    waiting: Annotated[Part, Field(description="Waits for a look")]
    due: Annotated[Part, Field(description="Ready: the video is due")]
    again: Annotated[Part, Field(description="Rejected or failed")]
    working: Working
    basket: BasketPart
    committed_usd: Usd
    broken: int
