"""Begins projects: an empty one to fill (``starsend init``), and the sample film with its drawn elements."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from starsend.errors import MoveError, SetupError
from starsend.model.plan import Plan
from starsend.model.slate import check_id
from starsend.production.sample_plans import SAMPLE_PROJECT, sample_plan, starting_plan

View = Literal["front", "side", "back"]
_VIEWS: tuple[View, ...] = ("front", "side", "back")
"""What an image's name says of it: elements/dana/side.png."""


def init_project(workspace: Path, project: str) -> list[Path]:
    """Begin a project: a small sound plan and a folder for its elements.

    Returns:
        What was written: ``projects/<project>/plan.json`` and ``projects/<project>/elements``.

    Raises:
        PlanError: If the id can't be a folder.
        MoveError: If the project is there already, in whatever case; nothing is touched.
        SetupError: If the workspace can't be written.
    """
    return _begin(workspace, project, starting_plan(project))


def write_sample(workspace: Path) -> list[Path]:
    """Write the sample project ``driver-beware``: its plan, and its elements' images drawn on this machine.

    Returns:
        All files written: the plan, the elements folder, the images.

    Raises:
        MoveError: If it is there already; nothing is touched.
        SetupError: If the workspace can't be written.
    """
    from starsend.animatic.element_art import draw_element  # the painter loads only when something is drawn

    document = sample_plan()
    folder = workspace / "projects" / SAMPLE_PROJECT
    if (folder / "plan.json").exists():
        raise _is_there(folder)
    written = []
    for element in Plan.model_validate(document).elements:
        for image in element.images:
            destination = folder / image
            destination.parent.mkdir(parents=True, exist_ok=True)
            view: View = next((known for known in _VIEWS if known == destination.stem), _VIEWS[0])
            draw_element(element.kind, element.description, view, f"{SAMPLE_PROJECT}/{element.id}", destination)
            written.append(destination)
    return [*_begin(workspace, SAMPLE_PROJECT, document), *written]  # the plan last: without it there is no project


def _begin(workspace: Path, project: str, document: dict[str, Any]) -> list[Path]:
    check_id(project, "a project")
    folder = workspace / "projects" / project
    try:
        _refuse_another(folder)
        elements = folder / "elements"
        elements.mkdir(parents=True, exist_ok=True)
        plan = folder / "plan.json"
        content = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        part = plan.with_name(f".plan.{os.getpid()}.part")
        part.write_text(content, encoding="utf-8")
        try:
            plan.hardlink_to(part)  # whole or not at all, and never over another one
        finally:
            part.unlink()
    except FileExistsError as error:
        raise _is_there(folder) from error
    except OSError as error:
        raise SetupError(
            f"{folder} can't be written: {error.strerror}",
            remedy="choose a workspace that you may write to: --workspace FOLDER",
            code="workspace-not-writable",
        ) from error
    return [plan, elements]


def _refuse_another(folder: Path) -> None:
    """Refuse a plan that is there, and a folder that differs only in case: other systems see one."""
    if (folder / "plan.json").exists():
        raise _is_there(folder)
    others = folder.parent.iterdir() if folder.parent.is_dir() else ()
    for other in others:
        if other.name != folder.name and other.name.lower() == folder.name.lower():
            raise _is_there(other)


def _is_there(folder: Path) -> MoveError:
    return MoveError(
        f"the project {folder.name} is there already; nothing was changed",
        remedy=f"choose another name, or go on with it: starsend status --project {folder.name}",
        code="project-exists",
    )
