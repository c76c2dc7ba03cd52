"""What a retake can start with: everything that can be asked for of a slate now, in words and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starsend.errors import StarsendError
from starsend.model.slate import Slate
from starsend.model.timing import counted
from starsend.production.project import Project
from starsend.production.start_frames import choose_start

MOST_TAKES: Final = 12
"""So many takes are offered, the newest first."""


@dataclass(frozen=True)
class StartChoice:
    """One start frame that can be asked for.

    Attributes:
        asked: What ``--start-frame`` takes; empty for what is used unless something is asked for.
        words: What it is: ``SEQ01's clean frame``.
        picture: Below the workspace, if it lies there already; what is pulled from a take lies there once it was used.
        why: Why it can't be had; empty where it can.
    """

    asked: str
    words: str
    picture: str | None = None
    why: str = ""


def start_choices(project: Project, slate: Slate) -> tuple[StartChoice, ...]:
    """What a take of a slate can start with, the usual first; what can't be had is left out, but for the usual.

    Raises:
        UnknownName: It is not in the plan.
    """
    _, sequence, shot = project.planned(slate)
    first = sequence.shots[0].id if shot is None else shot.id
    own = project.record(slate.parent)
    takes = [] if own is None else [take for take in reversed(own.takes) if take.medium == "video"]
    asked = [
        *(["sequence"] if slate.shot is not None else []),
        *[f"take:{take.take}" for take in takes if first in take.covers][:MOST_TAKES],
        "previous",
        "none",
    ]
    others = (_choice(project, slate, first, each) for each in asked)
    return (_choice(project, slate, first, None), *(each for each in others if not each.why))


def _choice(project: Project, slate: Slate, first: str, asked: str | None) -> StartChoice:
    try:
        frame = choose_start(project, slate, first, asked, bound=True)
    except StarsendError as error:
        return StartChoice(asked or "", error.message, why=error.message)
    there = frame.path is not None and (project.paths.workspace / frame.path).is_file()
    picture = frame.path.as_posix() if frame.path is not None and there else None
    words = (
        "none, from words alone"
        if asked == "none"
        else counted(frame.choice, project.first_frame).removesuffix(", as asked")
    )
    return StartChoice(asked or "", words, picture)
