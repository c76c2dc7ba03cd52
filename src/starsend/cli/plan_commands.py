"""``plan check``, ``plan schema``, ``plan export``, ``plan import``: the client's plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from starsend.cli.options import Where, json_option, located, opened, studio_of
from starsend.errors import BudgetError, PlanError
from starsend.model.money import show_usd

if TYPE_CHECKING:
    from starsend.model.plan_faults import Fault
    from starsend.production.plan_check import PlanReport
    from starsend.production.plan_exchange import Change


@click.group("plan")
def plan_command() -> None:
    """Check, export and import the client's plan."""


@plan_command.command("check")
@json_option
@located
def check(where: Where) -> int:
    """Find all faults at once, and show how each sequence is covered and what that costs."""
    from starsend.cli.render import as_json
    from starsend.production.plan_check import check_file
    from starsend.store.paths import ProjectPaths

    with studio_of(where) as studio:
        name = where.project if where.project is not None else studio.only_project()
        paths = ProjectPaths(studio.settings.workspace, name)
        report = check_file(paths.plan, paths.root, studio.catalogue)
    if where.json:
        as_json(_report_json(report))
    else:
        _show_report(name, report)
    return 2 if report.faults else 0


@plan_command.command("schema")
def schema() -> int:
    """Print the plan's JSON Schema."""
    from starsend.cli.render import as_json
    from starsend.production.plan_check import plan_schema

    as_json(plan_schema())
    return 0


@plan_command.command("export")
@click.option("--csv", "as_csv", is_flag=True, help="One row a shot, for a spreadsheet (the default).")
@click.option("--out", type=click.Path(path_type=Path), help="A file; else standard output.")
@located
def export(where: Where, as_csv: bool, out: Path | None) -> int:  # noqa: ARG001 - CSV is the one format so far
    """Print the plan as CSV."""
    from starsend.production.plan_exchange import export_csv

    with opened(where) as desk:
        text = export_csv(desk.loaded.plan)
    if out is None:
        sys.stdout.write(text.replace("\r\n", "\n"))
    else:
        from starsend.media.files import keep_backup, write_atomically

        if out.is_symlink() or (out.exists() and not out.is_file()) or out.suffix.lower() == ".json":
            raise PlanError(
                f"{out} can't take a spreadsheet", remedy="name a new file: --out plan.csv", code="bad-place"
            )
        keep_backup(out)
        write_atomically(out, text.encode("utf-8-sig"))
    return 0


@plan_command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Also remove what the file doesn't have.")
@click.option("--dry-run", is_flag=True, help="Only show the difference.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@json_option
@located
def import_(where: Where, file: Path, prune: bool, dry_run: bool, yes: bool) -> int:
    """Merge a CSV or JSON plan by id, and show the difference first."""
    from starsend.cli.render import as_json, say
    from starsend.production.plan_exchange import import_plan, write_plan

    if not file.is_file():
        raise PlanError(f"{file} is not there", remedy="give the path of a CSV or JSON file", code="missing")
    kind: Literal["csv", "json"] = "json" if file.suffix.lower() == ".json" else "csv"
    with opened(where) as desk:
        merge = import_plan(desk.loaded, file.read_bytes(), kind, prune=prune)
        if where.json:
            as_json({"changes": [{"pointer": c.pointer, "before": c.before, "after": c.after} for c in merge.changes]})
        else:
            for change in merge.changes:
                _show_change(change)
        if not merge.changes:
            say("nothing differs")
            return 0
        if dry_run:
            return 0
        asking = sys.stdin.isatty() and sys.stderr.isatty() and not yes
        if not asking and not yes:
            raise BudgetError(
                f"{len(merge.changes)} changes were not confirmed; nothing was written",
                remedy="look at them, then write them: --yes",
                code="not-confirmed",
            )
        if asking and not click.confirm(f"Write {len(merge.changes)} changes to the plan?", err=True):
            say("nothing was written")
            return 0
        backup = write_plan(desk.paths.plan, merge.document, expected_sha256=desk.loaded.sha256)
        if not where.json:
            say(f"{desk.paths.plan} is written; the plan before is {backup.name if backup else 'none'}")
    return 0


def _report_json(report: PlanReport) -> dict[str, Any]:
    return {
        "faults": [_fault_json(fault) for fault in report.faults],
        "warnings": [_fault_json(fault) for fault in report.warnings],
        "notes": list(report.notes),
        "sequences": [
            {
                "id": each.sequence,
                "parts": [
                    {"shots": list(p.shots), "seconds": str(p.seconds), "estimate_usd": str(p.estimate_usd)}
                    for p in each.parts
                ],
                "dropped": list(each.dropped),
                "warnings": list(each.warnings),
            }
            for each in report.parts
        ],
        "estimate_usd": str(report.estimate_usd),
    }


def _fault_json(fault: Fault) -> dict[str, Any]:
    return {"pointer": fault.pointer, "line": fault.line, "message": fault.message, "remedy": fault.remedy}


def _show_report(project: str, report: PlanReport) -> None:
    from starsend.cli.render import say, table, warn

    for note in report.notes:
        say(f"assumed: {note}")
    for fault in report.faults:
        say(f"line {fault.line}  {fault.pointer or '/'}", style="bold red")
        say(f"  {fault.message}", f"  → {fault.remedy}")
    warn(*(f"line {each.line}: {each.message}; {each.remedy}" for each in report.warnings))
    rows = [
        (each.sequence, _shots(part.shots), f"{part.seconds} s", show_usd(part.estimate_usd))
        for each in report.parts
        for part in each.parts
    ]
    if rows:
        table(("sequence", "one job for", "length", "USD"), rows, numeric=(2, 3))
    count = len(report.faults)
    if count:
        say(f"{project}: {count} fault{'s' * (count != 1)}")
    else:
        say(f"{project}: the plan is sound; one take of all its video: {show_usd(report.estimate_usd)}")


def _shots(shots: tuple[str, ...]) -> str:
    return shots[0] if len(shots) == 1 else f"{shots[0]}–{shots[-1]}"


def _show_change(change: Change) -> None:
    from starsend.cli.render import say

    say(change.where or change.pointer, style="bold")
    if change.before is not None:
        say(f"  - {_one_line(change.before)}", style="red")
    if change.after is not None:
        say(f"  + {_one_line(change.after)}", style="green")


def _one_line(value: Any) -> str:
    import orjson

    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text if len(text) <= 200 else f"{text[:199]}…"
