"""Reads a plan from disk: bounded, exact, and with all its faults in one report."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from starsend.errors import PlanError
from starsend.model.plan import Plan
from starsend.model.plan_bare import from_bare, is_bare
from starsend.model.plan_faults import STAND_IN, Fault, Finding, is_told, printable
from starsend.model.plan_lines import Places, find_places
from starsend.model.plan_rules import find_rule_faults
from starsend.model.plan_salvage import validate
from starsend.store.paths import ProjectPaths

__all__ = [
    "LARGEST_PLAN_BYTES",
    "Fault",
    "LoadedPlan",
    "PlanFaults",
    "decode",
    "locate",
    "parse_json",
    "parse_plan",
    "read_plan",
]

LARGEST_PLAN_BYTES = 5_000_000
_SHOWN = 100  # faults that a message holds; the report has all

_STAND_IN = re.compile(rf"\b{STAND_IN}\d+")


@dataclass(frozen=True)
class LoadedPlan:
    """A plan as it was read.

    Attributes:
        plan: What it says.
        sha256: Of the file's bytes.
        path: Where it lies.
        notes: What was assumed, where the file has the older shape.
        source: The file's bytes.
        origins: Where branches of the plan stand in an older-shape file, by JSON pointer.
        warnings: What reading found that is no fault.
    """

    plan: Plan
    sha256: str
    path: Path
    notes: tuple[str, ...]
    source: bytes
    origins: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()

    @cached_property
    def places(self) -> Places:
        """The lines of the file; scanned when first asked for."""
        return find_places(self.source.decode("utf-8-sig"))


class PlanFaults(PlanError):
    """A plan with faults: all that was found.

    Attributes:
        faults: By line, warnings left out.
        salvaged: The sound rest, to look for more faults in; not to be used.
    """

    code = "plan-faults"

    def __init__(self, path: Path, faults: Iterable[Fault], salvaged: LoadedPlan | None = None) -> None:
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.pointer)))
        self.salvaged = salvaged
        count = len(self.faults)
        lines = [f"{path.name} has {count} fault{'' if count == 1 else 's'}:", *map(str, self.faults[:_SHOWN])]
        if count > _SHOWN:
            lines.append(f"… and {count - _SHOWN} more")
        super().__init__(
            "\n  ".join(lines), remedy="mend them, then look again: starsend plan check --project " + path.parent.name
        )


def read_plan(path: Path, *, project_from_folder: str) -> LoadedPlan:
    """Read and check a plan by itself; files and models are checked by `plan_check`.

    Args:
        path: ``projects/<project>/plan.json``.
        project_from_folder: The name of the project folder.

    Raises:
        PlanError: If it is not there, can't be read or is larger than 5 MB.
        PlanFaults: If anything is wrong in it: everything that is.
    """
    try:
        if not path.is_file():
            raise PlanError(
                f"there is no plan at {path}",
                remedy=f"starsend init {project_from_folder}, or put the client's plan there",
                code="no-plan",
            )
        with path.open("rb") as file:
            source = file.read(LARGEST_PLAN_BYTES + 1)
    except OSError as error:
        raise PlanError(
            f"{path} can't be read: {error.strerror}", remedy="look at the file's permissions", code="unreadable-plan"
        ) from error
    return parse_plan(source, path, project_from_folder=project_from_folder)


def last_used_plan(paths: ProjectPaths) -> LoadedPlan | None:
    """The plan that was used last, from its copy; None where none is kept."""
    copies = sorted((paths.state / "plans").glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for kept in copies:
        try:
            return parse_plan(kept.read_bytes(), paths.plan, project_from_folder=paths.project)
        except (PlanError, OSError):
            continue
    return None


def parse_plan(source: bytes, path: Path, *, project_from_folder: str) -> LoadedPlan:
    """As `read_plan`, from bytes; ``path`` is only named in messages.

    Raises:
        PlanError: If it is larger than 5 MB.
        PlanFaults: If anything is wrong in it.
    """
    if len(source) > LARGEST_PLAN_BYTES:
        raise PlanError(
            f"{path} is larger than 5 MB",
            remedy="split it into several projects, and keep pictures in files of their own",
            code="plan-too-large",
        )
    text = decode(source, path)
    document, doubled = _parsed(text, path)
    notes: tuple[str, ...] = ()
    origins: Mapping[str, str] = {}
    if is_bare(document):
        bare = from_bare(document, project_from_folder)
        document, notes, origins = bare.document, tuple(bare.notes), bare.origins
    plan, findings = validate(copy.deepcopy(document), project_from_folder)
    if plan is not None:
        told = {finding.pointer for finding in findings}
        findings += [f for f in find_rule_faults(plan, project_from_folder) if not is_told(f.pointer, told)]
    sha256 = hashlib.sha256(source).hexdigest()
    if not findings and not doubled and plan is not None:
        return LoadedPlan(plan, sha256, path, notes, source, origins)
    places = find_places(text)
    faults = [locate(finding, places, origins) for finding in findings]
    faults += [_double(*double) for double in places.doubles]
    warnings = tuple(fault for fault in faults if fault.severity == "warning")
    loaded = LoadedPlan(plan, sha256, path, notes, source, origins, warnings) if plan is not None else None
    if loaded is None or len(warnings) < len(faults):
        raise PlanFaults(path, [fault for fault in faults if fault.severity == "fault"], loaded)
    return loaded


def locate(finding: Finding, places: Places, origins: Mapping[str, str]) -> Fault:
    """Turn a finding into a fault with the pointer and line of the file as it was written."""
    pointer = around = finding.pointer
    while around not in origins and around:
        around = around.rpartition("/")[0]
    if around in origins:
        pointer = origins[around] + pointer[len(around) :]
    message = printable(_STAND_IN.sub("it", finding.message[:1000]))
    return Fault(printable(pointer), places.line(pointer), message, finding.remedy, finding.severity)


def decode(source: bytes, path: Path) -> str:
    """Read a file's bytes as UTF-8, with or without a byte order mark.

    Raises:
        PlanFaults: With the line of the first byte that is not.
    """
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlanFaults(path, [Fault("", 1, "the file is UTF-16", "save it as UTF-8")])
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        fault = Fault("", line, f"the byte 0x{source[error.start]:02x} is not UTF-8", "save the file as UTF-8")
        raise PlanFaults(path, [fault]) from error


def parse_json(text: str, path: Path) -> Any:
    """Parse JSON text; numbers with a point are exact decimals.

    Raises:
        PlanFaults: With the line of what is not JSON, or of keys that are written twice.
    """
    document, doubled = _parsed(text, path)
    if doubled:
        raise PlanFaults(path, [_double(*double) for double in find_places(text).doubles])
    return document


def _parsed(text: str, path: Path) -> tuple[Any, bool]:
    """The document, and whether any key is written twice."""
    doubled = False

    def gather(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        result = dict(pairs)
        doubled = doubled or len(result) < len(pairs)
        return result

    try:
        return json.loads(text, object_pairs_hook=gather, parse_float=Decimal, parse_int=_whole), doubled
    except json.JSONDecodeError as error:
        message, remedy = _syntax(text, error)
        raise PlanFaults(path, [Fault("", error.lineno, message, remedy)]) from error
    except RecursionError as error:
        line = find_places(text).too_deep or 1
        fault = Fault("", line, "objects and lists nest too deep", "a plan nests 10 deep at most")
        raise PlanFaults(path, [fault]) from error


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < 20 else Decimal(digits)


def _syntax(text: str, error: json.JSONDecodeError) -> tuple[str, str]:
    found = text[error.pos : error.pos + 1]
    before = text[: error.pos].rstrip()[-1:]
    where = f"column {error.colno}: not JSON"
    if not text.strip():
        return "the file is empty", "see `starsend init` for a plan to begin with"
    if not found:
        return f"{where}, the file ends too early", "close what is open with ] or }, or get the whole file"
    if before == "," and found in "}]":
        return f"{where}, there is a comma before {found}", "take the comma out"
    if text.startswith(("//", "/*", "#"), error.pos):
        return f"{where}, comments are not allowed", "take the comment out"
    if found in "'“”‘’":
        return f"{where}, {found} is no JSON quote", 'use straight double quotes: "'
    if "',' delimiter" in error.msg:
        return f"{where}, a comma or the end is expected before {found}", "put a comma between the two"
    if "control character" in error.msg:
        return f"{where}, a line break or tab inside quotes", r"write \n for a line break, or close the quotes"
    return f"{where} ({error.msg.lower()})", "look at this place and the line before it"


def _double(pointer: str, line: int) -> Fault:
    key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    return Fault(printable(pointer), line, f'"{printable(key)}" is written twice in one object', "keep one of them")
