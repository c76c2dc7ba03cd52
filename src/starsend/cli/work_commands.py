"""``generate``, ``run``, ``reconcile``, ``cancel``: what makes takes, and what may cost."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

import click

from starsend.cli.driving import confirm, drive, show_dry, worst
from starsend.cli.options import Where, complete_sequence, complete_slate, json_option, located, opened
from starsend.cli.run_shift import gate, run_part, tell_left
from starsend.errors import PlanError, ProviderError
from starsend.model.money import MOST
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.model.take import Take
    from starsend.production.job import Job
    from starsend.production.shift import Part
    from starsend.studio import OpenProject


class Usd(click.ParamType[Decimal]):
    """A sum in US dollars, exact."""

    name = "USD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read it."""
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is not a sum of money", param, ctx)
        if not amount.is_finite() or not 0 <= amount < MOST:
            self.fail(f"{value!r} is not a sum of money", param, ctx)
        return amount


def spending(command: Any) -> Any:
    """The options of commands that may cost."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing."),
        click.option("--yes", is_flag=True, help="Don't ask, whatever it costs (budgets still hold)."),
        click.option("--max-cost", type=Usd(), help="Stop, before anything is sent, if it may cost more than this."),
        click.option("--priority", type=click.Choice(["normal", "low"]), help="Low: wait behind everybody at fal."),
        click.option("--provider", help="animatic (offline, free), or live."),
        click.option("--fast", is_flag=True, help="Animatics smaller and flatter, several times as fast."),
    ):
        command = option(command)
    return command


@click.command("generate")
@click.option("--seq", required=True, help="The sequence.", shell_complete=complete_sequence)
@click.option("--mode", type=click.Choice(["auto", "grid", "multi", "single"]), default="auto", show_default=True)
@click.option("--shot", help="One shot: 3 or SH03.")
@click.option("--shots", help="A part of the sequence: 1-4.")
@click.option("--takes", type=click.IntRange(1, 20), default=1, help="How many takes.")
@click.option("--prompt", help="Words for this take alone, of a single shot or a grid.")
@click.option("--start-frame", help="A picture's path, take:N, sequence or none.")
@click.option("--end-frame", help="A picture's path.")
@click.option("--model", help="Another model than the plan's, for these takes alone.")
@spending
@json_option
@located
def generate_command(
    where: Where,
    seq: str,
    mode: Literal["auto", "grid", "multi", "single"],
    shot: str | None,
    shots: str | None,
    takes: int,
    prompt: str | None,
    start_frame: str | None,
    end_frame: str | None,
    model: str | None,
    dry_run: bool,
    yes: bool,
    max_cost: Decimal | None,
) -> int:
    """Make a grid, a multi-shot take or one shot of a sequence, and wait for it."""
    from starsend.production.wish import Wish

    wish = Wish(mode, shot, shots, takes, prompt, start_frame, end_frame, model)
    with opened(where) as desk:
        desk.loaded.plan.find_sequence(seq)
        gate(desk, seq)
        if not dry_run:
            desk.frames.adopt_found(Slate(seq))
            desk.mark_stale((seq,))
        jobs = desk.runner.prepare(seq, wish, dry=dry_run)
        if dry_run:
            return show_dry(desk, jobs)
        confirm(desk, jobs, yes=yes, max_cost=max_cost)
        desk.keep_plan()
        code = drive(desk, jobs, where)
        desk.mark_stale((seq,))
        return code


@click.command("run")
@click.option("--episode", "-e", help="Only this episode.")
@click.option("--seq", help="Only this sequence.", shell_complete=complete_sequence)
@spending
@json_option
@located
def run_command(
    where: Where,
    episode: str | None,
    seq: str | None,
    dry_run: bool,
    yes: bool,
    max_cost: Decimal | None,
) -> int:
    """Go on with what was begun, then do all that is due, many slates at once; Ctrl-C is safe."""
    from starsend.production.shift import Part

    with opened(where, sound=False) as desk:
        _check_names(desk, episode, seq)
        part = Part(episode, seq)
        return _dry_run(desk, part) if dry_run else run_part(desk, where, part, yes=yes, max_cost=max_cost)


def _dry_run(desk: OpenProject, part: Part) -> int:
    if desk.plan_fault is not None:
        raise desk.plan_fault
    gate(desk, part.sequence)
    agenda = desk.runner.agenda(episode=part.episode, sequence=part.sequence, dry=True)
    show_dry(desk, agenda.jobs)
    return tell_left(agenda)


@click.command("reconcile")
@click.argument("slate", required=False, shell_complete=complete_slate)
@click.option("--resend", is_flag=True, help="Settle the slate's open takes as unknown, and buy them again.")
@click.option("--give-up", is_flag=True, help="Settle the slate's open takes as unknown.")
@click.option("--yes", is_flag=True, help="Don't ask before sending, whatever it costs.")
@click.option("--cost", type=Usd(), help="What the given-up take cost, where the provider's list says so.")
@json_option
@located
def reconcile_command(
    where: Where, slate: str | None, resend: bool, give_up: bool, yes: bool, cost: Decimal | None
) -> int:
    """Look for lost jobs and go on with them; or settle a slate's takes by hand."""
    from starsend.cli.render import say

    if (resend or give_up) and slate is None:
        raise PlanError("which slate?", remedy="name it: starsend reconcile SEQ01 --give-up", code="slate-needed")
    if resend and give_up:
        raise PlanError("--resend or --give-up, not both", remedy="choose one", code="one-of-two")
    with opened(where, sound=False) as desk:
        named = None if slate is None else desk.project.named(Slate.parse(slate))
        if named is not None and (resend or give_up):
            asked = desk.project.with_record(named)
            return _resend(desk, asked, where, yes=yes) if resend else _give_up(desk, asked, cost)
        found, jobs = _lost(desk, named)
        if not jobs:
            say("nothing to reconcile" if not found else "nothing was found")
            return 0
        confirm(desk, jobs, yes=yes, max_cost=None)  # takes that were never sent are sent now
        return drive(desk, jobs, where)


def _give_up(desk: OpenProject, slate: Slate, cost: Decimal | None) -> int:
    from starsend.cli.render import say

    if cost is not None and len(desk.store.load(str(slate)).record.unsettled) > 1:
        raise PlanError(
            f"{slate} has several open takes, and --cost is of one",
            remedy="leave --cost out: their estimates stay committed",
            code="cost-of-one",
        )
    settled = desk.reconciler.settle_by_hand(slate, "give-up", cost_usd=cost)
    say(f"{', '.join(slate.take(take.take) for take in settled)}: settled as unknown (given up)")
    return 0


def _resend(desk: OpenProject, slate: Slate, where: Where, *, yes: bool) -> int:
    """Settle the lost takes and buy them again; those that have a receipt go on first."""
    from starsend.cli.render import say

    again = desk.resend(slate)
    confirm(desk, [again.job], yes=yes, max_cost=None)
    again.check()
    settled = again.settle()
    say(f"{', '.join(slate.take(take.take) for take in settled)}: settled as unknown (resent)")
    return worst([drive(desk, [job], where) for job in again.jobs()])


@click.command("cancel")
@click.argument("slate", shell_complete=complete_slate)
@located
def cancel_command(where: Where, slate: str) -> int:
    """Ask the provider to stop a slate's takes; one that comes all the same is kept."""
    from starsend.cli.render import say

    with opened(where, sound=False) as desk:
        for name in desk.canceller.cancel(desk.project.with_record(Slate.parse(slate))):
            say(f"{name}: the provider was asked to stop it; what comes all the same is kept")
        return 0


def _lost(desk: OpenProject, slate: Slate | None) -> tuple[int, list[Job]]:
    """Slates with open takes, and given-up takes that were found after all."""
    from starsend.store.execution_store import Filter

    seen, jobs = 0, []
    after: str | None = None
    while True:
        page = desk.store.list(Filter(sequence=slate.sequence if slate else None), after=after, limit=200)
        for version in page.rows:
            record = version.record
            if slate is not None and record.id != str(slate):
                continue
            given_up = [t for t in record.takes if t.outcome == "unknown" and t.settled is not None]
            seen += len(given_up)
            found = [take for take in given_up if _search(desk, record.slate, take)]
            if record.unsettled or found:
                jobs.append(desk.runner.going_on(record.slate))
        if page.next is None:
            return seen, jobs
        after = page.next


def _search(desk: OpenProject, slate: Slate, take: Take) -> bool:
    """Look for a given-up take; a provider that can't be asked just now doesn't stop the look for the others."""
    from starsend.cli.render import warn

    try:
        return desk.reconciler.search(slate, take)
    except ProviderError as error:
        warn(f"{slate.take(take.take)} could not be looked for: {error.message}")
        return False


def _check_names(desk: OpenProject, episode: str | None, seq: str | None) -> None:
    if seq is not None:
        desk.loaded.plan.find_sequence(seq)
    if episode is not None and episode not in {e.id for e in desk.loaded.plan.episodes}:
        known = ", ".join(e.id for e in desk.loaded.plan.episodes)
        raise PlanError(f"there is no episode {episode}", remedy=f"its episodes are: {known}", code="unknown-episode")
