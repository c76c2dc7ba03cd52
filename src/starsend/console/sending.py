"""The retake basket as pages see it, and how it is sent: overrides first, then jobs, each item once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starsend.console.hub import Hub
from starsend.console.work_room import Hands, Work, error_view
from starsend.errors import BudgetError, Busy, MoveError, StarsendError
from starsend.model.money import ZERO, show_usd
from starsend.model.slate import Slate
from starsend.production.basket import Contents, Item
from starsend.production.outlook import Prospect, check_confirmed, job_view, prospects, total_of
from starsend.production.plan_gate import let_pass
from starsend.production.sequence_runner import Job
from starsend.studio import OpenProject


@dataclass(frozen=True)
class Priced:
    """An item and what it would be.

    Attributes:
        jobs: What it would send; empty where it can't be sent now.
        error: Why it can't be sent.
        sending: It is being sent by this server.
    """

    item: Item
    jobs: tuple[Job, ...] = ()
    error: StarsendError | None = None
    sending: bool = False

    @property
    def usd(self) -> Decimal:
        """What it may cost."""
        return total_of(self.jobs)


def price(hub: Hub, desk: OpenProject, contents: Contents) -> tuple[Priced, ...]:
    """What each item would be; writes and spends nothing."""
    busy = hub.work.at_work(desk.paths.project)
    live = {work.mark for work in hub.work.works(desk.paths.project) if work.ended_at is None and work.mark}
    return tuple(
        Priced(item, sending=True) if item.sending in live else _price(desk, item, busy) for item in contents.items
    )


def basket_view(hub: Hub, desk: OpenProject, contents: Contents) -> dict[str, Any]:
    """The basket as a page shows it: each item with its price or what is wrong with it, the sum against the budgets."""
    priced = price(hub, desk, contents)
    ahead = _ahead(desk, priced)
    ready = [each for each in priced if each.error is None and not each.sending]
    over = [f"the budget of the {p.level.kind} {p.level.name} can't bear it" for p in ahead if p.over]
    return {
        "revision": contents.revision,
        "items": [_item_view(each) for each in priced],
        "total_usd": format(_total(priced), "f"),
        "confirm": True,
        "budgets": [each.as_dict() for each in ahead],
        "sendable": bool(ready) and not over,
        "problems": [*over, *(f"{each.item.slate}: {each.error.message}" for each in priced if each.error is not None)],
    }


def send(hub: Hub, desk: OpenProject, revision: int, confirmed: Decimal, more: dict[str, Any]) -> Work:
    """Send all items that can be sent, if the sum is the one that was shown.

    Raises:
        StaleWrite: The basket changed since ``revision``: somebody sent it, or changed it.
        BudgetError: ``not-confirmed``, ``over-budget``.
        MoveError: ``nothing-to-send``.
        Busy: ``at-work``: one of its slates is being worked on.
    """
    if desk.plan_fault is not None:
        raise desk.plan_fault
    contents = desk.basket.read()
    priced = [each for each in price(hub, desk, contents) if each.error is None and not each.sending]
    total = _total(priced)
    more["estimate_usd"] = format(total, "f")
    if not priced:
        raise MoveError("nothing in the basket can be sent", remedy="see what each item says", code="nothing-to-send")
    for name in {job.provider for each in priced for job in each.jobs}:
        desk.provider(name, None).check_ready()
    check_confirmed(total, confirmed, above=Decimal(-1), what="the basket")
    for each in _ahead(desk, priced):
        if each.over:
            level, after, cap = each.level, show_usd(each.after_usd), show_usd(each.level.cap_usd)
            raise BudgetError(
                f"the basket would bring the {level.kind} {level.name} to {after}, over its budget of {cap}; "
                "nothing was sent",
                remedy="take something out of it, or raise the budget in the plan or in starsend.toml",
            )
    mark = desk.studio.desk.new_id()
    desk.basket.mark({each.item.id for each in priced}, mark, revision)
    desk.keep_plan()

    def ended(_work: Work) -> None:
        tell(hub, desk, desk.basket.settle(mark))
        desk.mark_stale({each.item.place.sequence for each in priced})

    try:
        return hub.work.begin(
            desk,
            "basket",
            {job.slate for each in priced for job in each.jobs},
            lambda hands: _Sender(hub, desk, hands).work(priced),
            estimate_usd=total,
            then=ended,
            mark=mark,
        )
    except Busy:
        desk.basket.settle(mark)
        raise


def tell(hub: Hub, desk: OpenProject, contents: Contents) -> None:
    """Tell the pages that the basket changed."""
    data = {"revision": contents.revision, "count": len(contents.items)}
    hub.events.publish(desk.paths.project, "basket", data)


class _Sender:
    """Sends items, those of one slate one after the other."""

    def __init__(self, hub: Hub, desk: OpenProject, hands: Hands) -> None:
        self._hub = hub
        self._desk = desk
        self._hands = hands

    def work(self, priced: Sequence[Priced]) -> None:
        """Work until each was tried once; what stops one item doesn't stop the others."""
        left = list(priced)
        while left and not self._desk.studio.desk.stopped:
            busy: set[Slate] = set()
            jobs: list[Job] = []
            later: list[Priced] = []
            for each in left:
                slates = {job.slate for job in each.jobs}
                if slates & busy:
                    later.append(each)
                    continue
                busy |= slates
                jobs += self._ready(each)
            self._hands.run(jobs, self._noticed)
            left = later

    def _ready(self, each: Priced) -> tuple[Job, ...]:
        """The item's jobs, its overrides written; none where it can't be sent, or was opened already."""
        item, desk = each.item, self._desk
        try:
            if item.prompts:
                desk.overrides.write(item.place.parent, item.prompts)
                self._hub.changed(desk.paths.project, desk.store.load(str(item.place.parent)).record, why="prompts")
            jobs = desk.runner.prepare(item.place.sequence, item.wish)
            check_confirmed(total_of(jobs), each.usd, above=ZERO, what=item.slate)
        except StarsendError as error:
            self._hands.failed(item.place, error)
            return ()
        # The very version that the take must find when it is opened doesn't name the item: it is opened once at most.
        return tuple(
            job
            for job in jobs
            if job.request is not None
            and job.request.seen is not None
            and all(take.basket_item != item.id for take in job.request.seen.record.takes)
        )

    def _noticed(self) -> None:
        tell(self._hub, self._desk, self._desk.basket.settle())


def _price(desk: OpenProject, item: Item, busy: set[str]) -> Priced:
    try:
        if desk.plan_fault is not None:
            raise desk.plan_fault
        let_pass(desk.project, (item.place.sequence,))
        jobs = desk.runner.prepare(item.place.sequence, item.wish, dry=True)
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


def _ahead(desk: OpenProject, priced: Sequence[Priced]) -> tuple[Prospect, ...]:
    jobs = [job for each in priced for job in each.jobs]
    return prospects(desk.paths.project, desk.project.caps, desk.store.books().committed, jobs)


def _total(priced: Sequence[Priced]) -> Decimal:
    return sum((each.usd for each in priced), ZERO)


def _item_view(each: Priced) -> dict[str, Any]:
    return {
        **each.item.model_dump(mode="json"),
        "sending": each.sending,
        "estimate_usd": None if each.error is not None or each.sending else format(each.usd, "f"),
        "jobs": [job_view(job) for job in each.jobs],
        "error": None if each.error is None else error_view(each.error),
    }
