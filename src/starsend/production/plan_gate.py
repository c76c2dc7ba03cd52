"""Lets work begin only on a plan that can be worked: all its faults at once, before anything is paid."""

from __future__ import annotations

from collections.abc import Collection

from starsend.model.plan import Plan
from starsend.model.plan_faults import Fault
from starsend.model.plan_rules import sequence_pointers
from starsend.production.plan_check import check_plan
from starsend.production.plan_file import PlanFaults
from starsend.production.project import Project


def let_pass(project: Project, sequences: Collection[str] | None = None) -> tuple[str, ...]:
    """Check the plan, its files and what the models can do. Gives what is worth a warning.

    Args:
        project: Whose plan.
        sequences: Those that are worked on; faults of the others only warn. None means all.

    Raises:
        PlanFaults: Everything that stands in the way.
    """
    report = check_plan(project.loaded, project.paths.root, project.catalogue)
    standing = [fault for fault in report.faults if _concerns(project.plan, fault, sequences)]
    if standing:
        raise PlanFaults(project.loaded.path, standing)
    others = [f"the plan has a fault elsewhere: {fault}" for fault in report.faults]
    return (*project.loaded.notes, *others)


def _concerns(plan: Plan, fault: Fault, sequences: Collection[str] | None) -> bool:
    """Whether a fault stands in the way of these sequences: their own, their elements', or one of the whole plan."""
    if sequences is None:
        return True
    by_pointer = dict(sequence_pointers(plan))
    for pointer, sequence in by_pointer.items():
        if fault.pointer == pointer or fault.pointer.startswith(f"{pointer}/"):
            return sequence.id in sequences
    if fault.pointer.startswith("/elements/"):
        index = fault.pointer.split("/")[2]
        element = plan.elements[int(index)].id if index.isdigit() and int(index) < len(plan.elements) else None
        used = {name for sequence in by_pointer.values() if sequence.id in sequences for name in sequence.elements}
        return element is None or element in used
    return True
