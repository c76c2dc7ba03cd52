"""The retake basket as pages see it, and how this server sends it: in the background, told to every page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starsend.console.hub import Hub
from starsend.console.views.note_words import with_words
from starsend.console.work_room import Hands
from starsend.console.works import Work
from starsend.errors import Busy
from starsend.production.basket import Contents
from starsend.production.basket_sending import Priced, sum_of
from starsend.production.outlook import check_confirmed
from starsend.studio import OpenProject


def price(hub: Hub, desk: OpenProject, contents: Contents) -> tuple[Priced, ...]:
    """What each item would be; writes and spends nothing."""
    live = {work.mark for work in hub.work.works(desk.paths.project) if work.ended_at is None and work.mark}
    return desk.basket_sender.price(contents, busy=hub.work.at_work(desk.paths.project), live=live)


def basket_view(hub: Hub, desk: OpenProject, contents: Contents) -> dict[str, Any]:
    """The basket as a page shows it: each item with its price or what is wrong with it, the sum against the budgets."""
    view = desk.basket_sender.view(contents, price(hub, desk, contents))
    return {**view, "items": with_words(desk.project, view["items"]), "confirm": True}


def send(hub: Hub, desk: OpenProject, revision: int, confirmed: Decimal, more: dict[str, Any]) -> Work:
    """Send all items that can be sent, if the sum is the one that was shown.

    Raises:
        StaleWrite: The basket changed since ``revision``: somebody sent it, or changed it.
        BudgetError: ``not-confirmed``, ``over-budget``.
        MoveError: ``nothing-to-send``.
        Busy: ``at-work``: one of its slates is being worked on.
    """
    sender = desk.basket_sender
    offered = price(hub, desk, desk.basket.read())
    more["estimate_usd"] = format(sum_of(offered), "f")
    priced = sender.sendable(offered)
    for name in {job.provider for each in priced for job in each.jobs}:
        desk.provider(name, None).check_ready()
    check_confirmed(sum_of(priced), confirmed, above=Decimal(-1), what="the basket")
    sender.check_budgets(priced)
    mark = desk.studio.desk.new_id()
    desk.basket.mark({each.item.id for each in priced}, mark, revision)
    desk.keep_plan()

    def work(hands: Hands) -> None:
        rounds = sender.rounds(
            priced,
            failed=hands.failed,
            overridden=lambda own: hub.changed(desk.paths.project, desk.store.load(str(own)).record, why="prompts"),
        )
        for jobs in rounds:
            hands.run(jobs, lambda: tell(hub, desk, desk.basket.settle()))

    def ended(_work: Work) -> None:
        tell(hub, desk, desk.basket.settle(mark))
        desk.mark_stale({each.item.place.sequence for each in priced})

    try:
        return hub.work.begin(
            desk,
            "basket",
            {job.slate for each in priced for job in each.jobs},
            work,
            estimate_usd=sum_of(priced),
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
