"""What a take is looked at beside: other takes of the same shots, and what comes before and after it in the story."""

from __future__ import annotations

from typing import Any

from starsend.console.views.links import link
from starsend.console.views.story import Story
from starsend.errors import RecordBroken, UnknownName
from starsend.model.plan import Sequence
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.coverage import in_cut
from starsend.production.project import Project
from starsend.production.segments import cut_span, planned_frames, segments_of, span_of


def compare_of(project: Project, record: Record) -> list[dict[str, Any]]:
    """Takes of other records that show the same shots: a shot's own in a take of the sequence, and its fixes.

    ``offset`` is the first frame within the other file, ``frames`` how many of it show the shot, ``at`` the frame that
    they lie beside in each of this slate's own takes that show it, by its number: where its shot was cut.
    """
    slate, lies = record.slate, _lies(record)
    if slate.shot is not None:
        own = _record(project, slate.parent)
        takes = () if own is None else own.takes
        return [
            _beside(slate.parent, take, slate.shot, span) | {"at": lies.get(slate.shot, {})}
            for take in takes
            if _shown(take) and (span := span_of(take, slate.shot)) is not None
        ]
    shots = sorted({shot for take in record.takes if take.medium == "video" for shot in take.covers})
    found = []
    for shot in shots:
        fixes = _record(project, slate.of_shot(shot))
        for take in () if fixes is None else fixes.takes:
            if _shown(take) and take.media is not None:
                fix = _beside(slate.of_shot(shot), take, shot, (0, take.media.frames or 0))
                found.append(fix | {"at": lies.get(shot, {})})
    return found


def cut_from(project: Project, record: Record) -> dict[int, list[str]]:
    """The shots that the cut takes from a record's takes, by number; only of takes that it uses."""
    slate = record.slate
    shots = [slate.shot] if slate.shot is not None else sorted({s for take in record.approved for s in take.covers})
    found: dict[int, list[str]] = {}
    for shot in shots:
        fix = record if slate.shot is not None else _record(project, slate.of_shot(shot))
        hit = in_cut(None if slate.shot is not None else record, {} if fix is None else {shot: fix}, shot)
        if hit is not None and hit[0] == slate:
            found.setdefault(hit[1].take, []).append(shot)
    return found


def neighbour(project: Project, story: Story, slate: Slate, step: int) -> dict[str, Any] | None:
    """What is cut to before (``step`` −1) or after (+1) a slate, as it would stand in the cut now."""
    try:
        episode, sequence, shot = project.planned(slate)
    except UnknownName:
        return None
    if shot is not None:
        place = [each.id for each in sequence.shots].index(shot.id) + step
        if 0 <= place < len(sequence.shots):
            return _in_cut(project, sequence, sequence.shots[place].id)
    number = story.numbers.get(sequence.id, -1) + step
    if not 0 <= number < len(story.sequences):
        return None
    other, there, _ = project.planned(Slate(story.sequences[number]))
    if other.id != episode.id:
        return None
    return _in_cut(project, there, there.shots[-1 if step < 0 else 0].id)


def _in_cut(project: Project, sequence: Sequence, shot: str) -> dict[str, Any] | None:
    """The approved take of a shot, else the newest complete one that shows it; only the frames that the cut takes."""
    slate = Slate(sequence.id)
    own, fix = _record(project, slate), _record(project, slate.of_shot(shot))
    hit = in_cut(own, {} if fix is None else {shot: fix}, shot)
    if hit is None:
        takes = [(r.slate, t) for r in (own, fix) if r is not None for t in r.takes if _shown(t) and shot in t.covers]
        hit = takes[-1] if takes else None
    if hit is None:
        return None
    where, take = hit
    whole = (0, take.media.frames or 0) if take.media is not None else (0, 0)
    rate = project.plan.rate
    span = cut_span(take, shot, planned_frames(sequence, shot, rate), rate)
    return _beside(where, take, shot, whole if span is None else (span.start, span.end))


def _lies(record: Record) -> dict[str, dict[str, int]]:
    """The first frame of each shot in each take of a record that shows it: shot → take → frame."""
    found: dict[str, dict[str, int]] = {}
    for take in record.takes:
        for segment in segments_of(take):
            found.setdefault(segment.shot, {})[str(take.take)] = segment.start
    return found


def _beside(slate: Slate, take: Take, shot: str, span: tuple[int, int]) -> dict[str, Any]:
    media = take.media
    return {
        "name": slate.take(take.take),
        "slate": str(slate),
        "take": take.take,
        "shot": shot,
        "verdict": take.verdict,
        "url": None if media is None else link(media.path, media.sha256),
        "offset": span[0],
        "frames": span[1] - span[0],
        "fps": None if media is None else media.fps,
    }


def _shown(take: Take) -> bool:
    return take.medium == "video" and take.outcome == "complete" and take.media is not None


def _record(project: Project, slate: Slate) -> Record | None:
    """A record, or None where there is none or it is broken: this page is about another one."""
    try:
        return project.record(slate)
    except RecordBroken:
        return None
