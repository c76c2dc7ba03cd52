"""What a slate needs next, before any take of it is good: a grid, a pick from one, a video, or its shots' own takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starsend.errors import PersonNeeded, StarsendError
from starsend.model.plan import Sequence
from starsend.model.slate import Slate
from starsend.model.timing import counted
from starsend.production.coverage import covered_shots
from starsend.production.project import Project
from starsend.production.start_frames import choose_start
from starsend.production.wish import Mode

Need = Literal["grid", "pick", "video", "shots", "nothing", "trouble"]


@dataclass(frozen=True)
class NextStep:
    """What a slate needs.

    Attributes:
        need: ``grid`` (a frame is required and none stands), ``pick`` (a grid is there to pick from), ``video``,
            ``shots`` (the plan makes it shot by shot), ``nothing`` (it is made shot by shot, and they are covered),
            ``trouble`` (``words`` say what).
        mode: What to ask for, so that it can be sent; None where nothing can.
        shot: The first of the shots that no take covers, of a sequence that is made shot by shot.
        words: What is chosen, or what stands in the way.
        frame: It may begin with a start frame: the plan doesn't rule one out.
    """

    need: Need
    mode: Mode | None
    shot: str | None = None
    words: str = ""
    frame: bool = True


def next_step(project: Project, slate: Slate) -> NextStep:
    """Say what a planned slate needs. Looks whether frames are there; opens no picture, spends nothing.

    Raises:
        UnknownName: It is not in the plan.
    """
    _, sequence, shot = project.planned(slate)
    frame = sequence.start_frame != "none"
    try:
        if shot is None and sequence.mode == "single":
            return _shots(project, sequence, frame)
        first = sequence.shots[0] if shot is None else shot
        chosen = choose_start(project, slate, first.id, None, bound=True)
        return NextStep(
            "video",
            "multi" if shot is None else "single",
            words=counted(chosen.choice, project.first_frame),
            frame=frame,
        )
    except PersonNeeded as error:
        return NextStep("pick" if _drawn(project, slate) else "grid", "grid", words=error.message)
    except StarsendError as error:
        return NextStep("trouble", None, words=error.message, frame=frame)


def _shots(project: Project, sequence: Sequence, frame: bool) -> NextStep:
    own, shots = project.records_of(sequence)
    covered = covered_shots(own, shots)
    left = [each.id for each in sequence.shots if each.id not in covered]
    if not left:
        return NextStep("nothing", None, words="each of its shots has a take", frame=frame)
    slate = Slate(sequence.id, left[0])
    chosen = choose_start(project, slate, left[0], None, bound=left[0] == sequence.shots[0].id)
    return NextStep("shots", "single", shot=left[0], words=counted(chosen.choice, project.first_frame), frame=frame)


def _drawn(project: Project, slate: Slate) -> bool:
    """A grid is there that a frame can be picked from."""
    records = (project.record(each) for each in dict.fromkeys((slate, slate.parent)))
    return any(record is not None and record.newest("grid") is not None for record in records)
