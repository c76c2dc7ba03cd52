"""``rehearse``: the production as it would run with the paid providers, in a chosen weather, for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from starsend.cli.options import Where, located, stopping_on_interrupt, studio_of
from starsend.errors import PlanError
from starsend.model.money import show_usd

if TYPE_CHECKING:
    from starsend.rehearsal.rehearse import Rehearsal

WEATHERS = ("calm", "busy", "stormy")


@click.command("rehearse")
@click.option("--weather", type=click.Choice(WEATHERS), default="calm", show_default=True, help="What goes wrong.")
@click.option("--switch", "switches", multiple=True, help="One switch of the weather: drop_reply=0.2. Repeatable.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed strikes alike.")
@click.option("--canned", is_flag=True, help="Tiny canned clips in the place of drawn ones: many times as fast.")
@click.option("--into", type=click.Path(path_type=Path), help="Where the copy goes; else rehearsals/ of the workspace.")
@located
def rehearse_command(
    where: Where, weather: str, switches: tuple[str, ...], seed: int, canned: bool, into: Path | None
) -> int:
    """Run a copy of the project against a server that speaks fal's and Gemini's protocols; then compare the books."""
    from starsend.cli.driving import Terminal
    from starsend.cli.render import Bars, say
    from starsend.rehearsal.rehearse import rehearse
    from starsend.rehearsal.weather import WEATHERS as KNOWN
    from starsend.rehearsal.weather import changed

    with studio_of(where) as studio, stopping_on_interrupt(studio):
        desk = studio.open(where.project)
        project = desk.paths.project
        workspace = into.absolute() if into is not None else _fresh(studio.settings.workspace / "rehearsals", project)
        say(f"rehearsing {project} in {workspace}, {weather} weather, seed {seed}: nothing is paid")
        clips: Literal["canned", "drawn"] = "canned" if canned else "drawn"
        with Bars() as bars:
            result = rehearse(
                studio.settings,
                project,
                workspace,
                weather=changed(KNOWN[weather], dict(_switch(text) for text in switches)),
                seed=seed,
                clips=clips,
                watcher=Terminal(bars, quiet=False),
                say=bars.line,
                parts=studio.parts,
            )
    return _show(result)


def _fresh(folder: Path, project: str) -> Path:
    """``rehearsals/<project>-001``, the first number that is free."""
    for number in range(1, 1000):
        place = folder / f"{project}-{number:03d}"
        if not place.exists():
            return place
    raise PlanError(f"{folder} is full of rehearsals", remedy="delete old ones, or: --into DIR", code="not-empty")


def _switch(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise PlanError(f"--switch {text} has no value", remedy="write name=value: --switch drop_reply=0.2")
    return name.strip(), value.strip()


def _show(result: Rehearsal) -> int:
    """Print the server's books beside ours, and give the exit code: 6 where a person must decide, 1 for a fault."""
    from starsend.cli.render import say, table, warn

    rows = [
        (
            pair.job.request_id[:8] if pair.job is not None else "–",
            pair.job.endpoint.removeprefix("fal-ai/") if pair.job is not None else "–",
            pair.job.outcome if pair.job is not None else "not there",
            show_usd(pair.billed_usd),
            pair.name or "–",
            "not sent" if pair.take is not None and pair.take.not_sent else pair.take.outcome if pair.take else "–",
            show_usd(pair.committed_usd),
        )
        for pair in result.accounts.pairs
    ]
    headers = ("job", "endpoint", "at the server", "billed", "take", "in our books", "held")
    table(headers, rows, numeric=(3, 6))
    jobs = len(result.books.jobs)
    say(
        f"the server accepted {jobs} job{'' if jobs == 1 else 's'} and would bill "
        f"{show_usd(result.accounts.billed_usd)}; our books hold {show_usd(result.accounts.committed_usd)}"
    )
    if result.picked:
        say(f"cell 1 was picked in your place for {', '.join(result.picked)}")
    for text in result.failed:
        warn(f"failed: {text}")
    for error in result.stopped:
        warn(f"stopped: {error.message}", f"  → {error.remedy}")
    for text in result.accounts.waiting:
        warn(f"waits for a person: {text}")
    for text in result.accounts.faults:
        warn(f"THE BOOKS DISAGREE: {text}")
    say(f"paid twice or lost: {len(result.accounts.faults)}; the takes lie in {result.workspace}")
    if result.accounts.faults:
        return 1
    return 6 if result.accounts.waiting else 0
