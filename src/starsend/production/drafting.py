"""From shots that are wanted to drafts of takes: split to fit, begun with which frame, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from decimal import Decimal

from starsend.model.plan import Sequence, Shot
from starsend.model.plan_parts import split_parts
from starsend.model.slate import Slate
from starsend.model.take import FrameUse
from starsend.model.timing import counted
from starsend.production.project import Project
from starsend.production.request_builder import Frames, RequestBuilder
from starsend.production.start_frames import Frame, check_frame, given_picture, pull, repaired_take
from starsend.production.take_request import Draft
from starsend.production.wish import Wish


class Drafting:
    """Drafts takes of one project. Reads pictures, and keeps the frames that takes begin with; spends nothing.

    Args:
        project: Plan and records.
        builder: Gives a builder of requests for a provider's name.
    """

    def __init__(self, project: Project, builder: Callable[[str], RequestBuilder]) -> None:
        self._project = project
        self._builder = builder

    def parts(self, sequence: Sequence, shots: Many[Shot]) -> tuple[tuple[Shot, ...], ...]:
        """Consecutive runs of shots, each split where it is too much for one job."""
        limits = self._project.video_model.limits
        runs: list[list[Shot]] = []
        numbers = {shot.id: number for number, shot in enumerate(sequence.shots)}
        for shot in shots:
            if runs and numbers[shot.id] == numbers[runs[-1][-1].id] + 1:
                runs[-1].append(shot)
            else:
                runs.append([shot])
        most, longest = limits.max_shots or len(shots), limits.max_total_s or Decimal(10**6)
        shortest = limits.min_total_s or Decimal(0)
        return tuple(part for run in runs for part in split_parts(run, most, longest, shortest))

    def grid(self, slate: Slate, sequence: Sequence, shot: Shot, wish: Wish, provider: str) -> Draft:
        """A sheet of variants for a slate's start frame.

        Raises:
            PlanError: It doesn't fit the plan or the model.
        """
        return self._builder(provider).grid(slate, sequence, shot, wish.prompt, self._overrides(sequence, wish))

    def video(
        self,
        slate: Slate,
        sequence: Sequence,
        shots: Many[Shot],
        start: Frame,
        wish: Wish,
        provider: str,
        *,
        dry: bool,
    ) -> tuple[Draft, list[str]]:
        """A take of some shots, and what is to be said of it; in a dry run no frame is pulled.

        Raises:
            PlanError: It doesn't fit the plan or the model; ``unfit-frame``, in a dry run, too.
            MediaError: A frame can't be pulled from its take.
        """
        end = self._end_frame(shots[-1], wish)
        frames = Frames(
            start=_promise(self._project, start) if dry else pull(self._project, start),
            end=None if end is None else _promise(self._project, end) if dry else pull(self._project, end),
        )
        made_for = self._made_for(slate)
        draft = self._builder(provider).video(
            slate,
            sequence,
            shots,
            frames,
            prompt=wish.prompt,
            overrides=self._overrides(sequence, wish),
            made_for=made_for,
        )
        names = f"{shots[0].id}–{shots[-1].id}" if len(shots) > 1 else shots[0].id
        said = [f"{sequence.id} {names} starts with {counted(start.choice, self._project.first_frame)}"]
        if end is not None:
            said.append(f"{sequence.id} {names} ends with {end.choice}")
        if made_for is not None:
            said.append(f"{slate} is made to repair {made_for}")
        return draft, [*said, *draft.warnings]

    def _made_for(self, slate: Slate) -> str | None:
        """The take of the sequence that a shot's own take repairs."""
        if slate.shot is None:
            return None
        repaired = repaired_take(self._project.record(slate.parent), slate.shot)
        return None if repaired is None else slate.parent.take(repaired.take)

    def _end_frame(self, last: Shot, wish: Wish) -> Frame | None:
        if wish.end_frame is not None:
            return Frame(f"{wish.end_frame}, as asked", given_picture(self._project, wish.end_frame))
        if last.end_frame is not None:
            place = self._project.paths.root / last.end_frame
            return Frame(f"{last.end_frame}, as planned", place.relative_to(self._project.paths.workspace))
        return None

    def _overrides(self, sequence: Sequence, wish: Wish) -> dict[str, str]:
        record = self._project.record(Slate(sequence.id))
        return {**({} if record is None else record.prompt_overrides), **wish.overrides}


def _promise(project: Project, frame: Frame) -> FrameUse | None:
    """In a dry run nothing is pulled or kept; the choice is said, and what can't be sent is refused as it would be.

    Raises:
        PlanError: ``unfit-frame``.
    """
    check_frame(project, frame)
    return None if frame.path is None else FrameUse(choice=frame.choice, path=frame.path.as_posix(), sha256="")
