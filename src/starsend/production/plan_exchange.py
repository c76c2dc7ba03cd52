"""A plan to a spreadsheet and back, and the merge of what comes back: by id, with the difference shown."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from starsend.errors import PlanError, StaleWrite
from starsend.model.plan import Plan
from starsend.model.plan_bare import from_bare, is_bare
from starsend.model.plan_merge import Change, changes_between, merged
from starsend.production.plan_file import LARGEST_PLAN_BYTES, LoadedPlan, decode, parse_json, parse_plan
from starsend.production.plan_rows import COLUMNS, guarded, plan_rows, read_rows, rows_document
from starsend.store.locks import folder_lock

__all__ = ["Change", "Merge", "export_csv", "import_plan", "write_plan"]


@dataclass(frozen=True)
class Merge:
    """What an import would make of the plan; nothing is written yet.

    Attributes:
        document: The new plan as JSON, in the client's own order of keys.
        changes: What differs, by JSON pointer; None stands for "not there".
        plan: The new plan, checked.
    """

    document: dict[str, Any]
    changes: tuple[Change, ...]
    plan: Plan


def export_csv(plan: Plan) -> str:
    """Write a plan as CSV, one row a shot, with a header; what a spreadsheet would run as a formula is quoted by '."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row.values()] for row in plan_rows(plan))
    return out.getvalue()


def import_plan(current: LoadedPlan, incoming: bytes, kind: Literal["csv", "json"], *, prune: bool = False) -> Merge:
    """Merge a plan that comes back, by id: what is known is updated, what is new is added.

    Args:
        current: The plan as it is.
        incoming: The file that came: CSV as `export_csv` writes it (also with ; or tabs), or JSON, whole or in part.
        kind: Which of the two.
        prune: Remove what the incoming file does not have; without it nothing is removed.

    Raises:
        PlanError: If the incoming file can't be read; all its bad rows are named.
        PlanFaults: If the plan would be at fault afterwards.
    """
    if len(incoming) > LARGEST_PLAN_BYTES:
        raise PlanError("the incoming plan is larger than 5 MB", remedy="import it in parts", code="plan-too-large")
    before = _document(current)
    text = decode(incoming, Path(f"incoming.{kind}"))
    if kind == "csv":
        changed = rows_document(read_rows(text), current.plan)
    else:
        changed = parse_json(text, Path("incoming.json"))
        if is_bare(changed):
            changed = from_bare(changed, current.plan.project).document
        if not isinstance(changed, dict):
            raise PlanError("the incoming plan is not an object", remedy="see `starsend plan schema`")
    after = merged(before, changed, prune=prune)
    checked = parse_plan(_dump(after), current.path, project_from_folder=current.path.parent.name)
    return Merge(after, tuple(changes_between(before, after)), checked.plan)


def write_plan(path: Path, document: dict[str, Any], *, expected_sha256: str | None = None) -> Path | None:
    """Write a plan, whole or not at all, and keep the one before as a numbered backup.

    Args:
        path: ``projects/<project>/plan.json``.
        document: As in `Merge.document`.
        expected_sha256: Of the plan that the merge began with; refused if the file is another one by now.

    Returns:
        The backup (``plan.1.json`` and on), or None where there was no plan yet.

    Raises:
        StaleWrite: If someone changed the plan in the meantime; nothing is written.
    """
    from starsend.media.files import keep_backup, write_atomically

    with folder_lock(path.parent):
        if expected_sha256 is not None:
            there = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
            if there != expected_sha256:
                raise StaleWrite(
                    f"{path.name} of {path.parent.name} changed while it was being merged; nothing was written",
                    remedy="import again: the new difference will be shown",
                )
        backup = keep_backup(path)
        write_atomically(path, _dump(document))
    return backup


def _document(current: LoadedPlan) -> dict[str, Any]:
    """The plan's own JSON, in its own order; an older shape in today's."""
    document: dict[str, Any] = json.loads(current.source.decode("utf-8-sig"))
    if is_bare(document):
        document = json.loads(json.dumps(from_bare(document, current.plan.project).document, default=float))
    return document


def _dump(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, ensure_ascii=False, default=_plain_number) + "\n").encode("utf-8")


def _plain_number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)
