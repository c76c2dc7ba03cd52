"""The projects: plans that can be read, broken records, takes that are not settled, budgets, locks that are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from starsend.doctor.finding import Finding, Notebook
from starsend.model.money import show_left, show_usd
from starsend.production.budget_levels import budget_levels
from starsend.store.execution_store import all_records
from starsend.studio import OpenProject, Studio

LONG_S: Final = 3600.0
"""A lock that is held for longer than this is worth a look: sending takes seconds, fetching minutes."""
_NAMED: Final = 6


def look_at_project(studio: Studio, name: str, held: Callable[[Path], Iterator[Path]]) -> tuple[Finding, ...]:
    """Look at one project; writes nothing.

    Args:
        studio: The workspace.
        name: The project's id.
        held: Gives the locks of a folder that somebody holds now.
    """
    notes = Notebook(name)
    with notes.looking("plan"):
        desk = studio.open(name, sound=False)
        if desk.plan_fault is not None:
            remedy = f"see them all: starsend plan check --project {name}"
            notes.warn("plan", "it has faults, so the last one that was used stands in", remedy)
        else:
            count = sum(1 for _ in desk.loaded.plan.sequences())
            notes.good("plan", f"{count} sequence{'' if count == 1 else 's'}")
        with notes.looking("records"):
            _look_at_records(notes, desk)
        with notes.looking("budgets"):
            _look_at_budgets(notes, desk)
        _look_at_locks(notes, desk, held)
    return notes.findings()


def _look_at_records(notes: Notebook, desk: OpenProject) -> None:
    records, broken = all_records(desk.store)
    for bad in broken:
        path = desk.paths.records / f"{bad.name}.json"
        notes.bad("records", f"{bad.name} can't be read: {bad.why}", f"mend it by hand, or restore a copy: {path}")
    if not broken:
        notes.good("records", f"{len(records)}, all readable")
    unsettled = [r.slate.take(take.take) for r in records.values() for take in r.unsettled]
    if unsettled:
        names = ", ".join(unsettled[:_NAMED]) + (
            f" and {len(unsettled) - _NAMED} more" if len(unsettled) > _NAMED else ""
        )
        remedy = f"go on with them: starsend run --project {desk.paths.project}"
        notes.warn("unsettled takes", f"{len(unsettled)}: {names}", remedy)
    else:
        notes.good("unsettled takes", "none")


def _look_at_budgets(notes: Notebook, desk: OpenProject) -> None:
    caps = desk.project.caps
    if caps.project is None:
        said = "the project has none"
        if desk.studio.settings.keys.fal or desk.studio.settings.keys.gemini:
            notes.warn("budget", said, 'cap it: "budget": {"project_usd": "150"} in the plan, or [budget]')
        else:
            notes.good("budget", said)
        return
    level = budget_levels(desk.paths.project, caps, desk.store.books().committed)[0]
    if level.left_usd == 0:
        notes.warn("budget", str(level), "raise it, or nothing more can be made")
    else:
        notes.good("budget", f"{show_left(level.cap_usd, level.committed_usd)} of {show_usd(level.cap_usd)} are free")


def _look_at_locks(notes: Notebook, desk: OpenProject, held: Callable[[Path], Iterator[Path]]) -> None:
    now = desk.studio.desk.now().timestamp()
    names: list[str] = []
    late: list[str] = []
    for path in held(desk.paths.locks):
        who = f"{path.name} by pid {_holder(path)}"
        (late if now - path.stat().st_mtime > LONG_S else names).append(who)
    if late:
        notes.warn(
            "locks", f"held for more than an hour: {', '.join(late)}", "see whether that process hangs; if so end it"
        )
    elif names:
        notes.good("locks", f"in use just now: {', '.join(names)}")
    else:
        notes.good("locks", "none is held")


def held_locks(folder: Path) -> Iterator[Path]:
    """The lock files of a folder that a live process holds, as the kernel says; asking takes no lock.

    The kernel frees the locks of a dead process, so what is held has a holder that lives, if only to hang.
    """
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
        files = sorted(folder.iterdir())
    except OSError:  # not Linux, or no project was worked on: nothing can be seen
        return
    inodes = {int(part[5].rpartition(":")[2]) for line in lines if len(part := line.split()) > 5 and part[1] == "FLOCK"}
    yield from (path for path in files if path.stat().st_ino in inodes)


def _holder(path: Path) -> str:
    text = path.read_bytes()[:16].decode("ascii", "replace").strip()
    return text if text.isdigit() else "unknown"
