"""``basket``: what is to be made again, put together for nothing, shown with its sum, and sent once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from starsend.cli.driving import ask, drive, worst
from starsend.cli.options import Where, complete_slate, json_option, located, opened
from starsend.cli.run_shift import gate
from starsend.cli.work_commands import Usd
from starsend.errors import PlanError, StarsendError
from starsend.model.money import show_usd
from starsend.model.slate import Slate

if TYPE_CHECKING:
    from starsend.production.basket import Contents
    from starsend.production.basket_sending import Priced
    from starsend.studio import OpenProject


class Listing(click.Group):
    """A group that lists where no command of it is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name ``list`` where only options are given."""
        named = bool(args) and (not args[0].startswith("-") or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["list", *args])


@click.group("basket", cls=Listing)
def basket_command() -> None:
    """Put together what is to be made again, and send it all at once; without more, list it."""


@basket_command.command("list")
@json_option
@located
def list_command(where: Where) -> int:
    """List the basket: each item with its price or what is wrong with it, and the sum against the budgets."""
    with opened(where, sound=False) as desk:
        _show(desk, desk.basket.read(), where)
    return 0


@basket_command.command("add")
@click.argument("slate", shell_complete=complete_slate)
@click.option("--mode", type=click.Choice(["auto", "grid", "multi", "single"]), help="As generate takes it.")
@click.option("--shots", help="A part of the sequence: 1-4.")
@click.option("--takes", type=click.IntRange(1, 20), help="How many takes.")
@click.option("--prompt", help="Words for these takes alone, of a single shot or a grid.")
@click.option("--start-frame", help="A picture's path, take:N, previous, sequence or none.")
@click.option("--end-frame", help="A picture's path.")
@click.option("--model", help="Another model than the plan's, for these takes alone.")
@click.option("--words", help="What is wanted of it, for the people who look at the basket.")
@json_option
@located
def add_command(where: Where, slate: str, **fields: Any) -> int:
    """Put a slate into the basket; nothing is sent."""
    given = {name: _kept(name, value) for name, value in fields.items() if value is not None}
    with opened(where, sound=False) as desk:
        contents = desk.basket.add(Slate.parse(slate), given)
        _show(desk, contents, where)
    return 0


@basket_command.command("drop")
@click.argument("item", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Empty the basket.")
@json_option
@located
def drop_command(where: Where, item: tuple[str, ...], all_: bool) -> int:
    """Take items out of the basket, by the names that the list shows."""
    if bool(item) == all_:
        raise PlanError("which item?", remedy="name it as the list does, or --all", code="item-needed")
    with opened(where, sound=False) as desk:
        contents = desk.basket.read()
        for name in [each.id for each in contents.items] if all_ else item:
            contents = desk.basket.remove(name, contents.revision)
        _show(desk, contents, where)
    return 0


@basket_command.command("send")
@click.option("--yes", is_flag=True, help="Don't ask, whatever it costs (budgets still hold).")
@click.option("--max-cost", type=Usd(), help="Stop, before anything is sent, if it may cost more than this.")
@json_option
@located
def send_command(where: Where, yes: bool, max_cost: Decimal | None) -> int:
    """Send all of the basket that can be sent, and wait for it; asks once, with the price."""
    from starsend.production.basket_sending import sum_of

    with opened(where) as desk:
        sender = desk.basket_sender
        contents = desk.basket.read()
        offered = sender.price(contents)
        priced = sender.sendable(offered)
        _tell_wrong(offered)
        for name in sorted({each.item.place.sequence for each in priced}):
            gate(desk, name)
        for name in dict.fromkeys(job.provider for each in priced for job in each.jobs):
            desk.provider(name, None).check_ready()
        sender.check_budgets(priced)
        total = sum_of(priced)
        ask(desk, total, total, yes=yes, max_cost=max_cost)
        mark = desk.studio.desk.new_id()
        desk.basket.mark({each.item.id for each in priced}, mark, contents.revision)
        try:
            return _send(desk, priced, where)
        finally:
            desk.basket.settle(mark)
            desk.mark_stale({each.item.place.sequence for each in priced})


def _send(desk: OpenProject, priced: tuple[Priced, ...], where: Where) -> int:
    from starsend.cli.render import show_error

    desk.keep_plan()
    codes: list[int] = []

    def failed(_place: Slate, error: StarsendError) -> None:
        show_error(error)
        codes.append(error.exit_code)

    for jobs in desk.basket_sender.rounds(priced, failed=failed):
        codes.append(drive(desk, jobs, where))
    return worst(codes)


def _kept(name: str, value: Any) -> Any:
    """A picture that is named from where the person stands is kept by its whole path."""
    if name in ("start_frame", "end_frame") and Path(value).is_file():
        return str(Path(value).resolve())
    return value


def _show(desk: OpenProject, contents: Contents, where: Where) -> None:
    from starsend.cli.render import as_json, say, table, warn
    from starsend.production.basket_sending import sum_of

    sender = desk.basket_sender
    priced = sender.price(contents)
    if where.json:
        as_json(sender.view(contents, priced))
        return
    if not priced:
        say("the basket is empty")
        return
    rows = [
        (
            each.item.id,
            each.item.slate,
            _wanted(each),
            str(each.item.takes),
            show_usd(each.usd) if each.ready else "",
        )
        for each in priced
    ]
    table(("item", "slate", "what", "takes", "may cost"), rows, numeric=(3, 4))
    for each in priced:
        for said in each.overridden:
            say(f"{each.item.id}, {each.item.place.parent.of_shot(said.shot)} as overridden: {said.words}")
    say(f"sending it may cost {show_usd(sum_of(priced))}")
    for ahead in sender.ahead(priced):
        level = ahead.level
        say(f"the {level.kind} {level.name}: {show_usd(ahead.after_usd)} of {show_usd(level.cap_usd)} after it")
    _tell_wrong(priced)
    over = [p.level for p in sender.ahead(priced) if p.over]
    warn(*(f"the budget of the {level.kind} {level.name} can't bear it" for level in over))


def _tell_wrong(priced: tuple[Priced, ...]) -> None:
    from starsend.cli.render import warn

    for each in priced:
        if each.error is not None:
            warn(f"{each.item.id}, {each.item.slate}: {each.error.message}", f"  → {each.error.remedy}")


def _wanted(each: Priced) -> str:
    """What is asked for that differs from the plan, in few words."""
    from starsend.production.basket_words import own_words

    item = each.item
    parts = [
        item.mode if item.mode != "auto" else "",
        f"shots {item.shots}" if item.shots else "",
        f"model {item.model}" if item.model else "",
        f"from {item.start_frame}" if item.start_frame else "",
        f"to {item.end_frame}" if item.end_frame else "",
        "own words" if own_words(item) else "",
        "as overridden" if each.overridden else "",
        f"“{item.words}”" if item.words else "",
    ]
    return ", ".join(part for part in parts if part) or "as planned"
