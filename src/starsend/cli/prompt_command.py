"""``prompt``: a slate's words as planned, overridden and sent last; changed, cleared, written back into the plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starsend.cli.options import Where, complete_slate, json_option, located, opened
from starsend.errors import MoveError, PlanError, SetupError
from starsend.model.slate import Slate, shot_id

if TYPE_CHECKING:
    from starsend.production.overrides import ShotWords
    from starsend.production.write_back import WriteBack
    from starsend.studio import OpenProject


@click.command("prompt")
@click.argument("slate", shell_complete=complete_slate)
@click.option("--shot", help="One shot of a sequence: 2 or SH02.")
@click.option("--set", "words", help="Other words in the place of the plan's, kept in the record.")
@click.option("--file", type=click.Path(path_type=Path), help="A file with the words; - is standard input.")
@click.option("--clear", is_flag=True, help="Use the plan's words again.")
@click.option("--write-back", is_flag=True, help="Write overrides into the plan: shown first, then asked.")
@click.option("--yes", is_flag=True, help="Don't ask before the plan is written.")
@json_option
@located
def prompt_command(
    where: Where,
    slate: str,
    shot: str | None,
    words: str | None,
    file: Path | None,
    clear: bool,
    write_back: bool,
    yes: bool,
) -> int:
    """Show prompts as planned, overridden and sent last; override them, or write overrides back into the plan."""
    if sum((words is not None, file is not None, clear, write_back)) > 1:
        raise PlanError(
            "one of --set, --file, --clear and --write-back at a time", remedy="choose one", code="one-of-several"
        )
    with opened(where, sound=False) as desk:
        place = _place(desk, slate, shot)
        if write_back:
            return _write_back(desk, place, where, yes=yes)
        if clear:
            desk.overrides.write(place, dict.fromkeys(_shots_of(desk, place)))
        elif words is not None or file is not None:
            if place.shot is None:
                raise PlanError(f"{place}: the words of which shot?", remedy="name it: --shot SH01", code="shot-needed")
            desk.overrides.write(place, {place.shot: words if file is None else _read(file)})
        _show(desk, place, where)
    return 0


def _place(desk: OpenProject, slate: str, shot: str | None) -> Slate:
    named = Slate.parse(slate)
    if shot is not None and named.shot not in (None, shot_id(shot)):
        raise PlanError(f"{named} is no slate of {shot_id(shot)}", remedy="leave --shot out", code="one-of-two")
    return desk.project.as_planned(named if shot is None else named.of_shot(shot_id(shot)))


def _shots_of(desk: OpenProject, place: Slate) -> list[str]:
    """Whose overrides are cleared.

    Raises:
        MoveError: ``nothing-to-clear``.
    """
    shots = [each.shot for each in desk.overrides.words(place) if each.override is not None]
    if not shots:
        raise MoveError(
            f"{place} has no prompt that was overridden",
            remedy=f"look at its words: starsend prompt {place}",
            code="nothing-to-clear",
        )
    return shots


def _read(file: Path) -> str:
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise PlanError(f"{file} is not UTF-8 text", remedy="save it as UTF-8", code="bad-text") from error
    except FileNotFoundError as error:
        raise PlanError(f"{file} is not there", remedy="give the path of a text file", code="missing") from error
    except OSError as error:
        raise SetupError(f"{file} can't be read: {error.strerror}", remedy="look at the file", code="disk") from error


def _write_back(desk: OpenProject, place: Slate, where: Where, *, yes: bool) -> int:
    """Show the change, ask, and write it; the plan before is kept as a numbered backup."""
    from starsend.cli.render import as_json, say

    shown = desk.plan_writer.preview(place)
    if not where.json:
        say(*shown.diff.splitlines())
    if not yes:
        _ask(place, shown)
    backup, record = desk.plan_writer.write(place, shown.plan_sha256, shown.shots)
    kept = desk.paths.relative(backup)
    if where.json:
        shots = list(shown.shots)
        as_json({"slate": record.id, "shots": shots, "diff": shown.diff, "backup": kept, "revision": record.revision})
    else:
        say(f"{record.id}: {', '.join(shown.shots)} written into the plan; the plan before is {kept}")
    return 0


def _ask(place: Slate, shown: WriteBack) -> None:
    """Let it pass on a person's word.

    Raises:
        MoveError: ``not-confirmed``; nothing was written.
    """
    asked = sys.stdin.isatty() and sys.stderr.isatty()
    if asked and click.confirm(f"Write {', '.join(shown.shots)} of {place.parent} into the plan?", err=True):
        return
    raise MoveError(
        f"{place}: the plan was not changed, as nobody confirmed it", remedy="confirm it: --yes", code="not-confirmed"
    )


def _show(desk: OpenProject, place: Slate, where: Where) -> None:
    from starsend.cli.render import as_json, say

    every = desk.overrides.words(place)
    if where.json:
        as_json({"slate": str(place.parent), "prompts": [vars(words) for words in every]})
        return
    for words in every:
        say(*_lines(place.parent.of_shot(words.shot), words))


def _lines(slate: Slate, words: ShotWords) -> list[str]:
    lines = [str(slate), f"  planned   {words.planned}"]
    if words.override is not None:
        lines.append(f"  override  {words.override}")
    if words.sent is None:
        return [*lines, "  sent      nothing yet"]
    if words.sent == words.now:
        return [*lines, f"  sent      the same, with {words.sent_in}"]
    changed = "".join(text if tag == "=" else f"[{tag}{text}{tag}]" for tag, text in words.difference)
    return [*lines, f"  sent      {words.sent}  ({words.sent_in})", f"  changed   {changed}"]
