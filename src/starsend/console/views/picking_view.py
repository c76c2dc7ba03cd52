"""What picking needs to know beside the grid: the frame that is wanted, the one that stands, other shots."""

from __future__ import annotations

from typing import Any

from starsend.console.views.links import SMALL_PX, link
from starsend.errors import RecordBroken, UnknownName
from starsend.model.plan_names import expand_snippets
from starsend.model.record import CleanFrame, Record
from starsend.model.slate import Slate
from starsend.studio import OpenProject


def picking_view(desk: OpenProject, slate: Slate) -> dict[str, Any]:
    """The frame's ratio and size, the clean frame that stands, and whom a cell could be given to.

    Args:
        desk: The project.
        slate: Whose grid is looked at.

    Raises:
        UnknownName: Neither the plan nor a record knows the slate.
        RecordBroken: Its record can't be read.
    """
    project = desk.project
    place = project.named(slate)
    record = project.record(place)
    return {
        "slate": str(place),
        "revision": 0 if record is None else record.revision,
        "aspect": list(project.plan.aspect),
        "wanted": list(project.plan.format.size_px),
        "frame": None if record is None else _shown(record.clean_frame),
        "shots": _shots(desk, place),
    }


def _shots(desk: OpenProject, slate: Slate) -> list[dict[str, Any]]:
    """The sequence and its shots, each with the frame that it has; none where it is gone from the plan."""
    project = desk.project
    try:
        _, sequence, _ = project.planned(slate.parent)
    except UnknownName:
        return []
    rows = [(slate.parent, f"{sequence.id}, the sequence", sequence.title)]
    rows += [
        (slate.of_shot(shot.id), shot.id, expand_snippets(shot.prompt, project.plan.snippets))
        for shot in sequence.shots
    ]
    found = []
    for place, label, words in rows:
        record = _record(desk, place)
        clean = None if record is None else _shown(record.clean_frame)
        frame = None if clean is None else clean["small"]
        found.append({"slate": str(place), "label": label, "prompt": words, "frame": frame, "clean": clean})
    return found


def _record(desk: OpenProject, slate: Slate) -> Record | None:
    """A record, or None where there is none or it is broken: another page says so."""
    try:
        return desk.project.record(slate)
    except RecordBroken:
        return None


def _shown(frame: CleanFrame | None) -> dict[str, Any] | None:
    if frame is None:
        return None
    return {
        "url": link(frame.path, frame.sha256),
        "small": link(frame.path, frame.sha256, SMALL_PX),
        "width": frame.width,
        "height": frame.height,
        "from": frame.from_,
        "cell": frame.cell,
        "box": None if frame.box is None else list(frame.box),
        "note": frame.note,
        "at": frame.at,
        "words": _words(frame),
    }


def _words(frame: CleanFrame) -> str:
    """Where a frame came from, in one line: ``SEQ01_T001, cell 3, 1920×1080``."""
    known = {"upload": "an uploaded picture", "found": "a picture that was put there"}
    said = [known.get(frame.from_, frame.from_) or "a picture"]
    if frame.cell is not None:
        said.append(f"cell {frame.cell}")
    elif frame.box is not None:
        said.append("a box")
    if frame.note is not None and frame.note.startswith("finished"):
        said.append(frame.note)
    return ", ".join([*said, f"{frame.width}×{frame.height}"])
