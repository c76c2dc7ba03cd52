"""``doctor``: whether everything is in place, and with ``--canary`` whether the vendors still are as we think."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from starsend.cli.driving import confirm, worst
from starsend.cli.options import Where, current_parts, json_option, located, stopping_on_interrupt
from starsend.cli.work_commands import Usd
from starsend.errors import PlanError, ProviderError, SetupError

if TYPE_CHECKING:
    from starsend.doctor.canary import Flight
    from starsend.doctor.finding import Finding


@click.command("doctor")
@click.option("--provider", help="Look at this one: fal, gemini, animatic; or at those of live.")
@click.option("--canary", is_flag=True, help="Buy the cheapest live jobs, and compare the vendors with our picture.")
@click.option("--max-cost", type=Usd(), help="What the canary may cost at most; it needs this.")
@click.option("--yes", is_flag=True, help="Don't ask before the canary spends.")
@json_option
@located
def doctor_command(where: Where, canary: bool, max_cost: Decimal | None, yes: bool) -> int:
    """Look at keys, addresses, models, prices, disk, fonts, clock and records; say what is not good, and what to do."""
    if canary:
        return _canary(where, max_cost, yes=yes)
    if max_cost is not None or yes:
        raise PlanError(
            "--max-cost and --yes belong to --canary: looking costs nothing",
            remedy="starsend doctor; or: starsend doctor --canary --max-cost 1",
            code="canary-only",
        )
    from starsend.cli.render import as_json
    from starsend.doctor.examination import examine
    from starsend.settings import read_settings
    from starsend.studio import Parts

    parts = current_parts() or Parts()
    found = examine(read_settings(where.workspace), parts, provider=where.provider, project=where.project)
    bad = sum(finding.state == "bad" for finding in found)
    warnings = sum(finding.state == "warning" for finding in found)
    if where.json:
        as_json({"findings": [vars(finding) for finding in found], "bad": bad, "warnings": warnings})
    else:
        _show(found, bad, warnings)
    return SetupError.exit_code if bad else 0


def _show(found: tuple[Finding, ...], bad: int, warnings: int) -> None:
    from starsend.cli.render import say, table

    table(("", "", "", "what was found"), [(f.state, f.area, f.what, f.said) for f in found])
    troubles = [finding for finding in found if finding.state != "good"]
    if troubles:
        say("")
    for finding in troubles:
        say(f"{finding.state}: {finding.area}, {finding.what}: {finding.said}", f"  → {finding.remedy}")
    say(f"{bad} bad, {warnings} to look at, {len(found) - bad - warnings} good")


def _canary(where: Where, max_cost: Decimal | None, *, yes: bool) -> int:
    if max_cost is None:
        raise PlanError(
            "a canary buys something live: say what it may cost at most",
            remedy="starsend doctor --canary --max-cost 1",
            code="max-cost-needed",
        )
    from starsend.cli.render import say, warn
    from starsend.doctor.canary import Canary
    from starsend.settings import read_settings
    from starsend.studio import Parts

    settings = read_settings(where.workspace)
    with Canary(settings, current_parts() or Parts()) as canary, stopping_on_interrupt(canary.desk.studio.desk):
        warn(*canary.left_out)
        jobs = canary.jobs()
        if not where.json:
            say(*(note for job in jobs for note in job.notes))
        confirm(canary.desk, jobs, yes=yes, max_cost=max_cost)
        flight = canary.fly(jobs, _silent if where.json else say)
    return _tell(flight, where)


def _silent(_text: str) -> None:
    """Say nothing: JSON is printed alone."""


def _tell(flight: Flight, where: Where) -> int:
    from starsend.cli.render import as_json, say, show_error, table

    if where.json:
        takes = [{"take": name, "outcome": take.outcome, "model": take.model} for name, take in flight.takes]
        outcomes = [vars(outcome) for outcome in flight.outcomes]
        as_json({"takes": takes, "expectations": outcomes, "traffic": str(flight.traffic)})
    else:
        rows = [(o.verdict, o.provider, o.name, o.expected, o.seen) for o in flight.outcomes]
        table(("", "", "", "what we think", "what was seen"), rows)
        different = [outcome for outcome in flight.outcomes if outcome.verdict == "different"]
        if different:
            say("", "where our picture is wrong, and what hangs on it:")
        say(*(f"  {o.provider}, {o.name}: {o.seen or 'not so'} ({o.matters})" for o in different))
        say(f"the traffic, keys removed: {flight.traffic}")
    for error in flight.troubles:
        show_error(error)
    failed = [ProviderError.exit_code for _, take in flight.takes if take.outcome in ("failed", "cancelled")]
    return worst([*failed, *(error.exit_code for error in flight.troubles)])
