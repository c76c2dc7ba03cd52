"""How the server's work is begun: what goes on, what is due, what is looked for or bought again; the sum confirmed."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from starsend.console.hub import Hub
from starsend.console.work_room import Hands
from starsend.console.works import Work
from starsend.errors import Busy, MoveError, ProviderError, StarsendError
from starsend.model.money import ZERO
from starsend.model.slate import Slate
from starsend.production.job import Agenda, Job
from starsend.production.outlook import check_confirmed, total_of
from starsend.production.plan_gate import let_pass
from starsend.production.shift import Part, hold_within
from starsend.studio import OpenProject

More = MutableMapping[str, Any]
"""What an error's answer says beside the error: here the estimate, so that the page can ask again with it."""


def confirmed_jobs(
    hub: Hub, desk: OpenProject, jobs: Sequence[Job], confirmed: Decimal | None, more: More, *, what: str
) -> Decimal:
    """Let jobs pass whose providers are ready and whose sum was confirmed, or needs nobody's word. Gives the sum.

    Raises:
        SetupError: A provider has no key.
        BudgetError: ``not-confirmed``.
    """
    for name in dict.fromkeys(job.provider for job in jobs if job.request is not None and job.provider):
        desk.provider(name, None).check_ready()
    total = total_of(jobs)
    more["estimate_usd"] = format(total, "f")
    check_confirmed(total, confirmed, above=hub.studio.settings.confirm.above_usd, what=what)
    return total


def go_on(hub: Hub, desk: OpenProject, place: Slate | None, confirmed: Decimal | None, more: More) -> Work:
    """Go on with a slate's unsettled takes, or with all that nobody works on here.

    Raises:
        MoveError: ``nothing-to-do``.
        BudgetError: ``not-confirmed``: some were never sent.
        Busy: ``at-work``.
    """
    busy = hub.work.at_work(desk.paths.project) if place is None else set()
    open_slates = [slate for slate in desk.runner.at_work(None, None) if str(slate) not in busy]
    jobs = [desk.runner.going_on(slate) for slate in open_slates if place is None or slate == place]
    if not jobs:
        raise MoveError("nothing waits to be gone on with", remedy="see what is due", code="nothing-to-do")
    total = confirmed_jobs(hub, desk, jobs, confirmed, more, what="going on")
    return hub.work.begin(
        desk, "resume", [job.slate for job in jobs], lambda hands: hands.run(jobs), estimate_usd=total
    )


def go_on_free(hub: Hub) -> list[Work]:
    """Go on, as the server starts, with takes that providers have: that costs nothing. What can't be read is left."""
    begun = []
    for name in hub.studio.projects():
        try:
            desk = hub.project(name)
            jobs = [job for slate in desk.runner.at_work(None, None) if (job := _free(desk, slate)) is not None]
            if jobs:
                slates = [job.slate for job in jobs]
                begun.append(hub.work.begin(desk, "resume", slates, partial(_run, jobs)))
        except StarsendError:  # the page of that project says what is wrong with it
            continue
    return begun


def due(desk: OpenProject, episode: str | None, sequence: str | None, *, dry: bool) -> Agenda:
    """What is due of a part of the project; the plan must be sound.

    Raises:
        PlanError: The plan has faults.
        UnknownName: There is no such sequence.
    """
    if desk.plan_fault is not None:
        raise desk.plan_fault
    if sequence is not None:
        desk.loaded.plan.find_sequence(sequence)
    let_pass(desk.project, None if sequence is None else (sequence,))
    return desk.runner.agenda(episode=episode, sequence=sequence, dry=dry)


def run_due(
    hub: Hub, desk: OpenProject, episode: str | None, sequence: str | None, confirmed: Decimal | None, more: More
) -> Work:
    """Do all that is due, round by round, within what was confirmed.

    Raises:
        MoveError: ``nothing-to-do``.
        StarsendError: What keeps all of it from being done, such as ``unfit-frame``.
        Busy: ``at-work``: all of it is being made here.
        BudgetError: ``not-confirmed``.
    """
    first = due(desk, episode, sequence, dry=True)
    jobs = idle(hub, desk, first.jobs)
    if not jobs:
        if first.jobs:
            raise Busy("all that is due is being made", remedy="wait for its end, or stop it", code="at-work")
        if first.troubles and not first.waiting:
            raise first.troubles[0]
        said = first.waiting[0] if first.waiting else None
        raise MoveError(
            "nothing is due" if said is None else f"nothing is due: {said.message}",
            remedy="make another take of something" if said is None else said.remedy,
            code="nothing-to-do",
        )
    total = confirmed_jobs(hub, desk, jobs, confirmed, more, what="what is due")
    most = max(total, hub.studio.settings.confirm.above_usd) if confirmed is None else total
    desk.keep_plan()

    def work(hands: Hands) -> None:
        shift = desk.shift(Part(episode, sequence), _Crew(hands, most))
        shift.work()
        desk.notifier.left(shift.left().waiting)

    return hub.work.begin(desk, "run", (), work, estimate_usd=total, part=sequence or episode or "")


def idle(hub: Hub, desk: OpenProject, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Those of slates that nobody works on in this server."""
    busy = hub.work.at_work(desk.paths.project)
    return tuple(job for job in jobs if str(job.slate) not in busy)


def look_for(hub: Hub, desk: OpenProject, place: Slate, confirmed: Decimal | None, more: More) -> Work:
    """Look for a slate's lost jobs, also for those that were given up, and go on with what is found.

    Raises:
        MoveError: ``nothing-to-do``.
        BudgetError: ``not-confirmed``: some were never sent, and would be now.
    """
    record = desk.store.load(str(place)).record
    given_up = [take for take in record.takes if take.outcome == "unknown" and take.settled is not None]
    if not record.unsettled and not given_up:
        raise MoveError(f"{place} has no lost take", remedy=f"look at it: starsend show {place}", code="nothing-to-do")
    jobs = [desk.runner.going_on(place)] if record.unsettled else []
    total = confirmed_jobs(hub, desk, jobs, confirmed, more, what=str(place))

    def work(hands: Hands) -> None:
        silent: ProviderError | None = None
        for take in given_up:
            try:
                desk.reconciler.search(place, take)
            except ProviderError as error:
                silent = error
        if desk.store.load(str(place)).record.unsettled:
            hands.run([desk.runner.going_on(place)])
        if silent is not None:
            raise silent

    return hub.work.begin(desk, "reconcile", [place], work, estimate_usd=total)


def resend(hub: Hub, desk: OpenProject, place: Slate, confirmed: Decimal | None, more: More) -> Work:
    """Settle a slate's lost takes on a person's word, and buy them again; those that have a receipt go on first.

    Raises:
        MoveError: ``nothing-to-settle``.
        BudgetError: ``not-confirmed``, or over a budget.
    """
    again = desk.resend(place)
    total = confirmed_jobs(hub, desk, [again.job], confirmed, more, what=f"buying {place} again")
    again.check()

    def work(hands: Hands) -> None:
        again.settle()
        for job in again.jobs():
            hands.run([job])

    return hub.work.begin(desk, "resend", [place], work, estimate_usd=total)


class _Crew:
    """Works a shift for a page: within the sum that was confirmed, or that needs no word."""

    def __init__(self, hands: Hands, most_usd: Decimal) -> None:
        self._hands = hands
        self._most_usd = most_usd

    def let_send(self, jobs: Sequence[Job], sent: Decimal) -> None:
        """Let a round pass that is within the sum."""
        hold_within(jobs, sent, self._most_usd)

    def drive(self, jobs: Sequence[Job]) -> set[str]:
        """In the background, told to the pages."""
        return self._hands.run_again(jobs)


def unsettled_view(hub: Hub, desk: OpenProject) -> list[dict[str, Any]]:
    """Takes that are not settled, a slate each: whether they are worked on here, and what going on would send."""
    busy = hub.work.at_work(desk.paths.project)
    rows = []
    for slate in desk.runner.at_work(None, None):
        try:
            job = desk.runner.going_on(slate)
            takes = [take.take for take in desk.store.load(str(slate)).record.unsettled]
        except StarsendError:  # settled just now, or broken: the list says that
            continue
        rows.append(
            {
                "slate": str(slate),
                "takes": takes,
                "working": str(slate) in busy,
                "sender": None if str(slate) in busy else desk.store.sender(str(slate)),
                "free": job.unsent_usd == ZERO,
                "unsent_usd": format(job.unsent_usd, "f"),
            }
        )
    return rows


def models_view(desk: OpenProject) -> dict[str, Any]:
    """The models that can be chosen in the place of the planned ones."""
    project = desk.project
    video, image = project.video_model, project.image_model
    return {
        "video": [
            {
                "id": entry.id,
                "title": entry.title,
                "usd_per_s": format(entry.video_usd(Decimal(1), audio=project.plan.defaults.audio), "f"),
                "max_shots": entry.limits.max_shots,
                "max_total_s": None if entry.limits.max_total_s is None else float(entry.limits.max_total_s),
                "default": entry.id == video.id,
            }
            for entry in project.catalogue.of_kind("video")
            if entry.provider == video.provider
        ],
        "grid": [
            {
                "id": entry.id,
                "title": entry.title,
                "usd_per_image": format(entry.image_usd(), "f"),
                "default": entry.id == image.id,
            }
            for entry in project.catalogue.of_kind("image")
            if entry.provider == image.provider
        ],
        "provider": {"video": desk.provider_name("video"), "grid": desk.provider_name("grid")},
    }


def _run(jobs: Sequence[Job], hands: Hands) -> None:
    hands.run(jobs)


def _free(desk: OpenProject, slate: Slate) -> Job | None:
    """The job of a slate whose takes all were sent; None where going on might send something."""
    job = desk.runner.going_on(slate)
    record = desk.store.load(str(slate)).record
    return job if job.unsent_usd == ZERO and any(take.sent for take in record.unsettled) else None
