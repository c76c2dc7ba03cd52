"""What is asked for: takes of a slate, drafted; and how a take on record is read again as an order or an intent."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pydantic import TypeAdapter, ValidationError

from starsend.errors import OutcomeUnknown, RecordBroken
from starsend.model.money import NO_CAPS, ZERO, Caps
from starsend.model.slate import Slate
from starsend.model.take import Inputs, JsonObject, Take
from starsend.providers.base import Intent
from starsend.providers.order import Order
from starsend.store.execution_store import Version


@cache
def _orders() -> TypeAdapter[Order]:
    return TypeAdapter(Order)


@dataclass(frozen=True)
class Draft:
    """A take that is about to be asked for: the order, and what the record keeps beside it.

    Attributes:
        basket_item: The item of the retake basket that asks for it.
    """

    order: Order
    covers: tuple[str, ...]
    estimate_usd: Decimal
    longest_s: float
    made_for: str | None = None
    inputs: Inputs = field(default_factory=Inputs)
    warnings: tuple[str, ...] = ()
    basket_item: str | None = None


@dataclass(frozen=True)
class TakeRequest:
    """Takes of one slate that are asked for together: written in one go, sent one after the other.

    Attributes:
        seen: The record as it was when they were thought due; if it has changed since, nothing is sent.
    """

    drafts: tuple[Draft, ...]
    caps: Caps = NO_CAPS
    seen: Version | None = None

    @property
    def estimate_usd(self) -> Decimal:
        """What all of them may cost."""
        return sum((draft.estimate_usd for draft in self.drafts), ZERO)


def order_of(take: Take) -> Order:
    """The neutral order of a take, as it stands in the record.

    Raises:
        RecordBroken: It can't be read.
    """
    try:
        return _orders().validate_python(take.order)
    except ValidationError as error:
        raise RecordBroken(
            f"the order of take {take.take} can't be read: {error.errors(include_url=False)[0]['msg']}",
            remedy="mend the record by hand, or restore a copy",
        ) from error


def order_json(order: Order) -> JsonObject:
    """An order as a record keeps it."""
    dumped: JsonObject = _orders().dump_python(order, mode="json")
    return dumped


def intent_of(slate: Slate, take: Take) -> Intent:
    """A take's intent, as the provider wants it.

    Raises:
        OutcomeUnknown: The record doesn't say when it was written.
    """
    if take.intent_at is None:
        raise OutcomeUnknown(
            f"{slate.take(take.take)} has no time of its intent", remedy="mend the record by hand: intent_at"
        )
    return Intent(take.intent_id, take.intent_at, slate, take.take, take.medium, take.model, take.request)
