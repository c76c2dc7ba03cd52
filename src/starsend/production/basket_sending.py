"""The retake basket priced, held against the budgets, and sent: overrides first, then jobs, each item once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from starsend.errors import BudgetError, Busy, MoveError, PlanError, StarsendError
from starsend.model.money import ZERO, show_usd
from starsend.model.slate import Slate
from starsend.production.basket import Contents, Item
from starsend.production.basket_words import Overridden, overridden
from starsend.production.job import Job
from starsend.production.outlook import Prospect, check_confirmed, job_view, prospects, total_of
from starsend.production.overrides import Overrides
from starsend.production.plan_gate import let_pass
from starsend.production.project import Project
from starsend.production.sequence_runner import ClientSequenceRunner


@dataclass(frozen=True)
class Priced:
    """An item and what it would be.

    Attributes:
        jobs: What it would send; empty where it can't be sent now.
        error: Why it can't be sent.
        sending: It is being sent just now.
        overridden: Overrides that it would send in place of the plan's words.
    """

    item: Item
    jobs: tuple[Job, ...] = ()
    error: StarsendError | None = None
    sending: bool = False
    overridden: tuple[Overridden, ...] = ()

    @property
    def usd(self) -> Decimal:
        """What it may cost."""
        return total_of(self.jobs)

    @property
    def ready(self) -> bool:
        """It can be sent."""
        return self.error is None and not self.sending

    def as_dict(self) -> dict[str, Any]:
        """For JSON: money as text."""
        error = self.error
        return {
            **self.item.model_dump(mode="json"),
            "sending": self.sending,
            "overridden": [each.as_dict() for each in self.overridden],
            "estimate_usd": format(self.usd, "f") if self.ready else None,
            "jobs": [job_view(job) for job in self.jobs],
            "error": None if error is None else {"code": error.code, "message": error.message, "remedy": error.remedy},
        }


class BasketSender:
    """Prices and sends the baskets of one project.

    Args:
        project: Plan and records.
        runner: Turns wishes into jobs.
        overrides: Writes an item's words before it is sent.
        opened: Where takes were opened for an item already: these are not sent again.
        plan_fault: What is wrong with the plan; nothing can be sent then.
        stopped: Whether the sending should end.
    """

    def __init__(
        self,
        project: Project,
        runner: ClientSequenceRunner,
        overrides: Overrides,
        opened: Callable[[Item], Collection[Slate]],
        plan_fault: PlanError | None,
        stopped: Callable[[], bool],
    ) -> None:
        self._project = project
        self._runner = runner
        self._overrides = overrides
        self._opened = opened
        self._plan_fault = plan_fault
        self._stopped = stopped

    def price(
        self, contents: Contents, *, busy: Collection[str] = (), live: Collection[str] = ()
    ) -> tuple[Priced, ...]:
        """What each item would be; writes and spends nothing.

        Args:
            contents: The basket.
            busy: Slates that are being worked on.
            live: Marks of sends that go on.
        """
        return tuple(
            replace(
                Priced(item, sending=True) if item.sending in live else self._price(item, busy),
                overridden=overridden(self._project, item),
            )
            for item in contents.items
        )

    def _price(self, item: Item, busy: Collection[str]) -> Priced:
        try:
            if self._plan_fault is not None:
                raise self._plan_fault
            let_pass(self._project, (item.place.sequence,))
            jobs = self._runner.prepare(item.place.sequence, item.wish, dry=True)
            opened = self._opened(item)
            jobs = tuple(job for job in jobs if job.slate not in opened)
            for job in jobs:
                if job.request is None or str(job.slate) in busy:
                    raise Busy(
                        f"{job.slate} is being made just now",
                        remedy="it can be sent when that take has come",
                        code="at-work",
                    )
        except StarsendError as error:
            return Priced(item, error=error)
        return Priced(item, jobs)

    def ahead(self, priced: Sequence[Priced]) -> tuple[Prospect, ...]:
        """The budgets, as they are and as they would be with all of it."""
        jobs = [job for each in priced for job in each.jobs]
        project = self._project
        return prospects(project.paths.project, project.caps, project.store.books().committed, jobs)

    def view(self, contents: Contents, priced: Sequence[Priced]) -> dict[str, Any]:
        """The basket for JSON: each item with its price or what is wrong with it, the sum against the budgets."""
        ahead = self.ahead(priced)
        over = [f"the budget of the {p.level.kind} {p.level.name} can't bear it" for p in ahead if p.over]
        wrong = [f"{each.item.slate}: {each.error.message}" for each in priced if each.error is not None]
        return {
            "revision": contents.revision,
            "items": [each.as_dict() for each in priced],
            "total_usd": format(sum_of(priced), "f"),
            "budgets": [each.as_dict() for each in ahead],
            "sendable": any(each.ready for each in priced) and not over,
            "problems": [*over, *wrong],
        }

    def sendable(self, priced: Sequence[Priced]) -> tuple[Priced, ...]:
        """Those that can be sent.

        Raises:
            PlanError: The plan has faults.
            MoveError: ``nothing-to-send``.
        """
        if self._plan_fault is not None:
            raise self._plan_fault
        ready = tuple(each for each in priced if each.ready)
        if not ready:
            raise MoveError(
                "nothing in the basket can be sent", remedy="see what each item says", code="nothing-to-send"
            )
        return ready

    def check_budgets(self, priced: Sequence[Priced]) -> None:
        """Hold the sum against every budget, before anything is sent.

        Raises:
            BudgetError: ``over-budget``; nothing was sent.
        """
        for each in self.ahead(priced):
            if each.over:
                level, after, cap = each.level, show_usd(each.after_usd), show_usd(each.level.cap_usd)
                raise BudgetError(
                    f"the basket would bring the {level.kind} {level.name} to {after}, over its budget of {cap}; "
                    "nothing was sent",
                    remedy="take something out of it, or raise the budget in the plan or in starsend.toml",
                )

    def rounds(
        self,
        priced: Sequence[Priced],
        *,
        failed: Callable[[Slate, StarsendError], None],
        overridden: Callable[[Slate], None] = lambda _slate: None,
    ) -> Iterator[list[Job]]:
        """What is to be driven, round by round: of one slate one item after the other. May cost what was priced.

        Each item is tried once; what stops one doesn't stop the others. A round is made ready when it is asked for.

        Args:
            priced: Items as they were confirmed, with marks of this send.
            failed: Told what stopped an item before anything of it was begun.
            overridden: Told of a sequence whose prompts were overridden.
        """
        left = list(priced)
        while left and not self._stopped():
            busy: set[Slate] = set()
            jobs: list[Job] = []
            later: list[Priced] = []
            for each in left:
                slates = {job.slate for job in each.jobs}
                if slates & busy:
                    later.append(each)
                    continue
                busy |= slates
                try:
                    jobs += self._jobs(each, overridden)
                except StarsendError as error:
                    failed(each.item.place, error)
            yield jobs
            left = later

    def _jobs(self, each: Priced, overridden: Callable[[Slate], None]) -> Iterator[Job]:
        """The item's jobs, its overrides written; none where it was opened already."""
        item = each.item
        if item.prompts:
            self._overrides.write(item.place.parent, item.prompts)
            overridden(item.place.parent)
        opened = self._opened(item)
        jobs = [job for job in self._runner.prepare(item.place.sequence, item.wish) if job.slate not in opened]
        check_confirmed(total_of(jobs), each.usd, above=ZERO, what=item.slate)
        # The very version that the take must find when it is opened doesn't name the item: it is opened once at most.
        return (
            job
            for job in jobs
            if job.request is not None
            and job.request.seen is not None
            and all(take.basket_item != item.id for take in job.request.seen.record.takes)
        )


def sum_of(priced: Sequence[Priced]) -> Decimal:
    """What all of them may cost."""
    return sum((each.usd for each in priced), ZERO)
