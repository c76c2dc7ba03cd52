"""Work on one slate, and what a run is going to do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from starsend.errors import StarsendError
from starsend.model.money import ZERO
from starsend.model.slate import Slate
from starsend.production.coverage import Waiting
from starsend.production.take_request import TakeRequest


@dataclass(frozen=True)
class Job:
    """Work on one slate: a request to begin, or an unsettled take to go on with (``request`` None).

    Attributes:
        provider: Who is asked; a take that goes on has its own.
        notes: What was chosen or assumed, to be printed.
        unsent_usd: What takes that go on may still cost: those whose intent is written and that were never sent.
    """

    slate: Slate
    request: TakeRequest | None
    provider: str
    notes: tuple[str, ...] = ()
    unsent_usd: Decimal = ZERO

    @property
    def estimate_usd(self) -> Decimal:
        """What this command may send for it."""
        return self.unsent_usd if self.request is None else self.request.estimate_usd


@dataclass(frozen=True)
class Agenda:
    """What ``run`` is going to do, what it leaves to a person, and what keeps it from some sequences."""

    jobs: tuple[Job, ...]
    waiting: tuple[Waiting, ...]
    troubles: tuple[StarsendError, ...] = ()

    @property
    def estimate_usd(self) -> Decimal:
        """What all of it may cost."""
        return sum((job.estimate_usd for job in self.jobs), ZERO)
