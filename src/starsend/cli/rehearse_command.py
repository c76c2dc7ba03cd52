"""``rehearse``: the production as it would run with the paid providers, in a chosen weather, for nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from starsend.cli.options import Where, json_option, located, stopping_on_interrupt, studio_of
from starsend.errors import Interrupted, PersonNeeded, PlanError, ProviderError, StarsendError
from starsend.model.money import show_usd

if TYPE_CHECKING:
    from starsend.rehearsal.accounts import Pair
    from starsend.rehearsal.rehearse import Rehearsal

WEATHERS = ("calm", "busy", "stormy")
_KLING = "fal-ai/kling-video/"


@click.command("rehearse")
@click.option("--weather", type=click.Choice(WEATHERS), default="calm", show_default=True, help="What goes wrong.")
@click.option("--switch", "switches", multiple=True, help="One switch of the weather: drop_reply=0.2. Repeatable.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed strikes alike.")
@click.option("--from-grids", is_flag=True, help="Begin with the grids, also where frames are picked already.")
@click.option("--canned", is_flag=True, help="Tiny canned clips in the place of drawn ones: many times as fast.")
@click.option("--into", type=click.Path(path_type=Path), help="Where the copy goes; else rehearsals/ of the workspace.")
@json_option
@located
def rehearse_command(
    where: Where,
    weather: str,
    switches: tuple[str, ...],
    seed: int,
    from_grids: bool,
    canned: bool,
    into: Path | None,
) -> int:
    """Run a copy of the project against a server that speaks fal's and Gemini's protocols; then compare the books.

    Costs nothing, needs no keys, and leaves the project itself as it is. Exit codes are those of run; 1 where the books
    disagree.
    """
    from starsend.cli.driving import Terminal
    from starsend.cli.render import Bars, as_json
    from starsend.rehearsal.rehearse import rehearse
    from starsend.rehearsal.weather import WEATHERS as KNOWN
    from starsend.rehearsal.weather import changed

    chosen = changed(KNOWN[weather], dict(_switch(text) for text in switches))
    with studio_of(where) as studio, stopping_on_interrupt(studio.desk):
        project = studio.open(where.project).paths.project
        workspace = into.absolute() if into is not None else _fresh(studio.settings.workspace / "rehearsals", project)
        clips: Literal["canned", "drawn"] = "canned" if canned else "drawn"
        with Bars() as bars:
            said = (lambda _: None) if where.json else bars.line
            said(f"rehearsing {project} in {workspace}: {weather} weather, seed {seed}; nothing is paid")
            result = rehearse(
                studio.settings,
                project,
                workspace,
                weather=chosen,
                seed=seed,
                clips=clips,
                with_frames=not from_grids,
                watcher=Terminal(bars, quiet=where.json),
                say=said,
                parts=studio.parts,
            )
    if where.json:
        as_json({"weather": weather, "seed": seed, **_as_data(result)})
    else:
        _show(result)
    return _code(result)


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


def _code(result: Rehearsal) -> int:
    """The exit code that a run would have; 1 where the books disagree, for that is a defect of ours."""
    from starsend.cli.driving import worst

    if result.accounts.faults:
        return StarsendError.exit_code
    codes = [error.exit_code for error in result.left]
    codes += [ProviderError.exit_code for _ in result.failed]
    codes += [PersonNeeded.exit_code for _ in result.accounts.waiting]
    return worst([*codes, *([Interrupted.exit_code] if result.stopped else [])])


def _show(result: Rehearsal) -> None:
    """Print the server's books beside ours, and what a person would have to do."""
    from starsend.cli.render import say, table, warn

    accounts = result.accounts
    if accounts.pairs:
        headers = ("take", "in our books", "held", "at the server", "billed", "job", "model")
        table(headers, [_row(pair) for pair in _in_order(accounts.pairs)], numeric=(2, 4))
    jobs = len(result.books.jobs)
    say(
        f"the server accepted {jobs} job{'' if jobs == 1 else 's'} and would bill {_exact(accounts.billed_usd)}; "
        f"our books hold {show_usd(accounts.committed_usd)}"
    )
    unsure = [pair for pair in accounts.pairs if pair.take and pair.take.outcome != "complete" and pair.committed_usd]
    if unsure:
        say("what failed or is lost goes on holding its estimate: fal doesn't promise that it costs nothing")
    if result.struck:
        struck = ", ".join(f"{switch} {count}" for switch, count in result.struck.most_common())
        say(f"the weather struck {result.struck.total()} times: {struck}")
    for name, fault in result.failed:
        warn(f"{name} failed: {fault.message.removeprefix(f'{name}: ')}", *_remedy(fault.remedy))
    for error in result.left:
        warn(error.message, *_remedy(error.remedy))
    for text in accounts.faults:
        warn(f"THE BOOKS DISAGREE: {text}")
    if not accounts.faults:
        say("the books agree: nothing was paid twice, and nothing that was paid for is lost")
    if result.stopped:
        warn("stopped before its end")
    say(f"all of it lies in {result.workspace}", f"  look at it: starsend status --workspace {result.workspace}")


def _remedy(remedy: str) -> tuple[str, ...]:
    return (f"  a person would: {remedy}",) if remedy else ()


def _in_order(pairs: tuple[Pair, ...]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (pair.slate is None, pair.name))


def _row(pair: Pair) -> tuple[str, ...]:
    job, take = pair.job, pair.take
    return (
        pair.name or "–",
        "–" if take is None else "not sent" if take.not_sent else take.outcome,
        show_usd(pair.committed_usd),
        job.outcome if job is not None else "never came",
        _exact(pair.billed_usd),
        job.request_id[:8] if job is not None else "–",
        job.endpoint.removeprefix(_KLING) if job is not None else "–",
    )


def _exact(amount: Decimal) -> str:
    """Dollars to the last digit that counts, cents at least: the server bills by the second and by the token."""
    text = f"{amount.normalize():f}"
    whole, _, part = text.partition(".")
    return f"${whole}.{part.ljust(2, '0')}"


def _as_data(result: Rehearsal) -> dict[str, Any]:
    accounts = result.accounts
    return {
        "workspace": str(result.workspace),
        "jobs": len(result.books.jobs),
        "billed_usd": str(accounts.billed_usd),
        "committed_usd": str(accounts.committed_usd),
        "pairs": [
            {
                "take": pair.name or None,
                "outcome": None if pair.take is None else pair.take.outcome,
                "not_sent": pair.take is not None and pair.take.not_sent,
                "committed_usd": str(pair.committed_usd),
                "job": None if pair.job is None else pair.job.request_id,
                "endpoint": None if pair.job is None else pair.job.endpoint,
                "at_the_server": None if pair.job is None else pair.job.outcome,
                "billed_usd": str(pair.billed_usd),
            }
            for pair in _in_order(accounts.pairs)
        ],
        "struck": dict(result.struck),
        "picked": list(result.picked),
        "failed": [{"take": name, **fault.model_dump()} for name, fault in result.failed],
        "left": [{"code": e.code, "message": e.message, "remedy": e.remedy} for e in result.left],
        "waiting": list(accounts.waiting),
        "faults": list(accounts.faults),
        "stopped": result.stopped,
    }
