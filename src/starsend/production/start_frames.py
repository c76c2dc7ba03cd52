"""Which picture a take starts (or ends) with, said in words that are printed and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from starsend.errors import MediaError, PersonNeeded, PlanError, UnknownName
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import FrameUse, Take
from starsend.model.timing import counted
from starsend.production.coverage import in_cut
from starsend.production.element_manager import image_faults
from starsend.production.project import Project
from starsend.production.segments import cut_span, planned_frames
from starsend.production.shot_spans import last_frame, shot_start

if TYPE_CHECKING:
    from starsend.catalogue.entries import ReferenceImages


@dataclass(frozen=True)
class Frame:
    """A picture that was chosen.

    Attributes:
        choice: How, in words: ``SEQ01's clean frame``.
        path: Below the workspace; None where the take goes without.
        pull: Where it must be pulled from first: a video below the workspace and a frame from 0.
    """

    choice: str
    path: Path | None
    pull: tuple[Path, int] | None = None


def repaired_take(sequence: Record | None, shot: str) -> Take | None:
    """The take that a fix of this shot repairs: the approved one that covers it, else the newest complete one."""
    if sequence is None:
        return None
    covering = [t for t in sequence.takes if t.medium == "video" and t.outcome == "complete" and shot in t.covers]
    approved = [take for take in sequence.approved if take in covering]
    if approved:
        return approved[-1]
    return covering[-1] if covering else None


def choose_start(project: Project, slate: Slate, first_shot: str, asked: str | None, *, bound: bool) -> Frame:
    """Choose the start frame of what runs.

    A single shot: its own clean frame; else its first frame in the take that it repairs; else the sequence's clean
    frame for the sequence's first shot; else none. A sequence or part: the clean frame of the sequence for its first
    shot, of the part's first shot otherwise; else none.

    Args:
        project: The plan and records.
        slate: The slate of the take: a sequence, or one of its shots.
        first_shot: The first shot of what runs.
        asked: ``--start-frame``: a path, ``take:N``, ``previous``, ``sequence`` or ``none``.
        bound: A sequence that requires a frame must have one here.

    Raises:
        PersonNeeded: ``frame-needed``.
        PlanError, UnknownName: ``asked`` can't be had.
    """
    if asked is not None:
        return _asked(project, slate, first_shot, asked)
    _, sequence, _ = project.planned(slate)
    if sequence.start_frame == "none" and slate.shot is None:
        return Frame("none: the plan wants none", None)
    own, of_shot = slate.parent, slate.of_shot(first_shot)
    first_of_sequence = sequence.shots[0].id == first_shot
    clean = project.clean_frame(of_shot)
    wanted = sequence.start_frame != "none"
    whole = project.clean_frame(own) if first_of_sequence and wanted else None
    if slate.shot is not None:
        if clean is not None:
            return Frame(f"{of_shot}'s clean frame", Path(clean))
        repaired = repaired_take(project.record(own), first_shot)
        if repaired is not None:
            return _from_take(project, own, repaired, first_shot)
        clean = whole
    else:
        clean = whole if whole is not None else clean
    if clean is not None:
        return Frame(f"{own if clean == whole else of_shot}'s clean frame", Path(clean))
    if bound and sequence.start_frame == "required":
        target = own if first_of_sequence else of_shot
        shot = "" if target.shot is None else f" --shot {target.shot}"
        record = project.record(target)
        drawn = record is not None and record.newest("grid") is not None
        grid = "look at its grid" if drawn else f"draw a grid: starsend generate --seq {own}{shot} --mode grid"
        raise PersonNeeded(
            f"{target} needs a start frame, and none is picked",
            remedy=f"{grid}; then: starsend crop --seq {own}{shot} --cell 1; or go without: --start-frame none",
            code="frame-needed",
        )
    return Frame(f"none: {of_shot} has no clean frame of its own" if wanted else "none: the plan wants none", None)


def given_picture(project: Project, text: str) -> Path:
    """A picture that a person names, as a path below the workspace; one from elsewhere is copied in.

    Raises:
        PlanError: ``missing``: there is no such file.
    """
    source = Path(text).expanduser()
    if not source.is_file():
        below = [place / text for place in (project.paths.root, project.paths.workspace)]
        there = next((path for path in below if path.is_file()), None)
        if there is None:
            raise PlanError(f"{text} is not there", remedy="give the path of a picture", code="missing")
        source = there
    source = source.resolve()
    workspace = project.paths.workspace.resolve()
    if source.is_relative_to(workspace):
        return source.relative_to(workspace)
    from starsend.media.files import keep_by_content
    from starsend.media.picture import inspect_picture

    inspect_picture(source)  # what is no picture is not copied in
    _, copy = keep_by_content(source, project.paths.root / "frames" / "given")
    return Path(project.paths.relative(copy))


def pull(project: Project, frame: Frame) -> FrameUse | None:
    """Make the chosen picture be there, and say what it is by content.

    Raises:
        MediaError: The take can't be decoded.
        PlanError: As :func:`check_frame`.
    """
    if frame.path is None:
        return None
    from starsend.media.files import keep_by_content
    from starsend.media.picture import inspect_picture

    place = project.paths.workspace / frame.path
    if frame.pull is not None and not place.exists():
        _pull_still(project, *frame.pull, place)
    check_frame(project, frame)
    info = inspect_picture(place)
    _, kept = keep_by_content(place, project.paths.uploads)
    return FrameUse(
        choice=frame.choice, path=frame.path.as_posix(), sha256=info.sha256, kept=project.paths.relative(kept)
    )


def check_frame(project: Project, frame: Frame) -> None:
    """Let a picture pass that the model takes; a still of a take passes: it needn't be pulled yet.

    Raises:
        PlanError: ``unfit-frame``: the model takes no such picture, or it can't be read.
    """
    if frame.path is None or frame.pull is not None:
        return
    limits = project.video_model.limits.reference_images
    unfit = _faults(
        project.paths.workspace, frame.path.as_posix(), limits, _stamp(project.paths.workspace / frame.path)
    )
    if unfit:
        faults = "; ".join(fault.rstrip(".") for fault in unfit)
        raise PlanError(
            f"{frame.path.as_posix()} can't start a take: {faults}",
            remedy="put another picture there, or choose one: --start-frame PATH",
            code="unfit-frame",
        )


@lru_cache(maxsize=512)
def _faults(folder: Path, image: str, limits: ReferenceImages, _as_seen: tuple[int, int] | None) -> tuple[str, ...]:
    """What keeps a picture from being sent; each is decoded once as long as its file stays the same."""
    return image_faults(folder, image, limits)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def _pull_still(project: Project, video: Path, index: int, place: Path) -> None:
    from starsend.media.picture import save_png
    from starsend.media.video import frame_at

    try:
        still = frame_at(project.paths.workspace / video, index)
    except MediaError as error:
        first = project.first_frame
        said, remedy = counted(error.message, first), counted(error.remedy, first)
        raise MediaError(said, remedy=remedy, code=error.code) from error
    save_png(still, place)


def _asked(project: Project, slate: Slate, first_shot: str, asked: str) -> Frame:
    own = slate.parent
    if asked == "none":
        return Frame("none: as asked", None)
    if asked == "sequence":
        clean = project.clean_frame(own)
        if clean is None:
            raise PersonNeeded(
                f"{own} has no clean frame",
                remedy=f"pick one: starsend crop --seq {own} --cell 1",
                code="frame-needed",
            )
        return Frame(f"{own}'s clean frame, as asked", Path(clean))
    if asked == "previous":
        return frame_before(project, slate.of_shot(first_shot))
    if asked.startswith("take:"):
        record = project.record(own)
        number = asked.removeprefix("take:").lstrip("Tt")
        number = number if number.isascii() and number.isdigit() else ""
        take = record.find(int(number)) if record is not None and number else None
        if take is None or take.media is None or take.medium != "video":
            raise UnknownName(
                f"{own} has no complete video take {number or '?'}", remedy=f"see its takes: starsend show {own}"
            )
        return _from_take(project, own, take, first_shot, how=", as asked")
    return Frame(f"{asked}, as asked", given_picture(project, asked))


def frame_before(project: Project, slate: Slate) -> Frame:
    """The last frame that the cut takes of the shot before, so that one shot goes on where the other ends.

    Of the take that the cut takes it from; else of the newest complete one that shows it.

    Raises:
        UnknownName: ``no-shot-before``, or no take shows it.
    """
    before = _shot_before(project, slate)
    if before is None or before.shot is None:
        raise UnknownName(
            f"{slate} is the first shot of its episode", remedy="choose another start frame", code="no-shot-before"
        )
    own, fix = project.record(before.parent), project.record(before)
    hit = in_cut(own, {} if fix is None else {before.shot: fix}, before.shot)
    if hit is None:
        records = [record for record in (own, fix) if record is not None]
        shown = [(r.slate, t) for r in records for t in r.takes if _is_film(t) and before.shot in t.covers]
        hit = shown[-1] if shown else None
    if hit is None or hit[1].media is None:
        raise UnknownName(f"no take shows {before} yet", remedy=f"make one: starsend generate --seq {before.sequence}")
    owner, take = hit
    rate, (_, sequence, _) = project.plan.rate, project.planned(before)
    span = cut_span(take, before.shot, planned_frames(sequence, before.shot, rate), rate)
    index = last_frame(take, before.shot) if span is None else span.end - 1
    name = owner.take(take.take)
    path = project.paths.still(project.episode_of(slate), before, f"{name}_f{index:05d}")
    choice = f"{before}'s last frame in {name} (frame {index}), as asked"
    return Frame(choice, Path(project.paths.relative(path)), (Path(hit[1].media.path), index))


def _shot_before(project: Project, slate: Slate) -> Slate | None:
    """The shot that is cut to before this one, in its sequence or in the one before it."""
    episode, sequence, _ = project.planned(slate)
    shots = [Slate(each.id, shot.id) for each in episode.sequences for shot in each.shots]
    place = shots.index(Slate(sequence.id, slate.shot)) - 1
    return shots[place] if place >= 0 else None


def _is_film(take: Take) -> bool:
    return take.medium == "video" and take.outcome == "complete" and take.media is not None


def _from_take(project: Project, own: Slate, take: Take, shot: str, how: str = "") -> Frame:
    if take.media is None:
        raise UnknownName(f"{own.take(take.take)} has no file", remedy=f"see its takes: starsend show {own}")
    index = shot_start(take, shot)
    name = own.take(take.take)
    path = project.paths.still(project.episode_of(own), own.of_shot(shot), f"{name}_f{index:05d}")
    source = Path(take.media.path)
    choice = f"{shot}'s first frame in {name} (frame {index}){how}"
    return Frame(choice, Path(project.paths.relative(path)), (source, index))
