"""The cut of an episode: its shots in order, each with the frames that the cut takes, or what is missing.

All is counted in whole frames of the film's rate, from 0; only ``seconds`` and ``…_s`` are for people.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from starsend.console.views.links import link, thumbnail_of
from starsend.console.views.missing import why_missing
from starsend.errors import StarsendError, UnknownName
from starsend.model.plan import Episode, Sequence, Shot
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.model.timing import shot_starts
from starsend.production.coverage import in_cut
from starsend.production.project import Project
from starsend.production.segments import cut_span


def cut_view(project: Project, episode: str = "") -> dict[str, Any]:
    """The cut of one episode.

    Args:
        project: The plan and records.
        episode: Its id; empty for the first.

    Raises:
        UnknownName: There is no such episode.
    """
    chosen = _episode(project, episode)
    items = [] if chosen is None else [item for seq in chosen.sequences for item in _sequence(project, seq)]
    at, rate = 0, project.plan.rate
    for item in items:
        item["at"] = at
        at += item["length"]
    gone = sum(item["gone"] for item in items)
    missing = [item for item in items if item["url"] is None]
    lacking = sum(item["length"] for item in missing)
    return {
        "project": project.paths.project,
        "episode": "" if chosen is None else chosen.id,
        "title": "" if chosen is None else chosen.title,
        "episodes": [{"id": each.id, "title": each.title} for each in project.plan.episodes],
        "fps": str(rate),
        "first_frame": project.first_frame,
        "aspect": "{}/{}".format(*project.plan.aspect),
        "items": items,
        "frames": at,
        "total_s": _seconds(at, rate),
        "missing": len(missing),
        "gone": gone,
        "missing_frames": lacking,
        "missing_s": _seconds(lacking, rate),
    }


def _episode(project: Project, asked: str) -> Episode | None:
    episodes = project.plan.episodes
    if not asked:
        return next((each for each in episodes if each.sequences), episodes[0] if episodes else None)
    found = next((each for each in episodes if each.id == asked), None)
    if found is None:
        known = ", ".join(each.id for each in episodes) or "none yet"
        raise UnknownName(f"there is no episode {asked}", remedy=f"its episodes are {known}", code="unknown-episode")
    return found


def _sequence(project: Project, sequence: Sequence) -> list[dict[str, Any]]:
    try:
        own, shots = project.records_of(sequence)
        fault = ""
    except StarsendError as error:  # its shots stand as slates; the rest of the cut plays
        own, shots, fault = None, {}, error.message
    starts = shot_starts(tuple(float(shot.duration_s) for shot in sequence.shots), project.plan.rate)
    return [
        _item(project, sequence, shot, end - start, _Kept(own, shots, fault))
        for shot, start, end in zip(sequence.shots, starts, starts[1:], strict=False)
    ]


@dataclass(frozen=True)
class _Kept:
    """The records of a sequence and of its shots, or why they can't be read."""

    own: Record | None
    shots: Mapping[str, Record]
    fault: str


def _item(project: Project, sequence: Sequence, shot: Shot, planned: int, kept: _Kept) -> dict[str, Any]:
    record = kept.shots.get(shot.id, kept.own)
    item = {
        "slate": str(Slate(sequence.id).of_shot(shot.id)),
        "sequence": sequence.id,
        "sequence_title": sequence.title,
        "shot": shot.id,
        "prompt": shot.prompt,
        "planned_s": float(shot.duration_s),
        "length": planned,
        "unused": 0,
        "seconds": _seconds(planned, project.plan.rate),
        "take": None,
        "url": None,
        "gone": False,
        "href": f"/{project.paths.project}/dailies?state=any&slate={sequence.id if record is None else record.id}",
        "thumbnail": None,
        "filmstrip": None,
        "why": kept.fault,
    }
    hit = in_cut(kept.own, kept.shots, shot.id)
    if hit is None:
        return {**item, "why": kept.fault or why_missing(project, sequence, shot, kept.own, kept.shots)}
    return item | _played(project, shot.id, planned, *hit)


def _played(project: Project, shot: str, planned: int, slate: Slate, take: Take) -> dict[str, Any]:
    """Which frames of which file the cut takes; only what is missing where the file is."""
    name, media = slate.take(take.take), take.media
    span = cut_span(take, shot, planned, project.plan.rate)
    href = f"/{project.paths.project}/dailies?state=any&slate={slate}&take={take.take}"
    if media is None or not os.path.isfile(project.paths.workspace / media.path):  # noqa: PTH113 - for each of many
        return {"take": name, "href": href, "gone": True, "why": f"the file of {name} is gone"}
    if span is None:
        return {"take": name, "href": href, "why": f"where the shot lies in {name} is not known"}
    return {
        "take": name,
        "href": href if span.start == 0 else f"{href}&frame={span.start}",
        "url": link(media.path, media.sha256),
        "start": span.start,
        "end": span.end,
        "shot_end": span.shot_end,
        "fps": str(Fraction(media.fps or project.plan.rate)),
        "file_frames": media.frames,
        "length": span.length,
        "unused": span.unused,
        "seconds": _seconds(span.length, project.plan.rate),
        "thumbnail": thumbnail_of(take),
        "filmstrip": link(take.filmstrip, media.sha256),
        "model": take.model,
        "why": "",
    }


def _seconds(frames: int, rate: Fraction) -> float:
    return round(float(frames / rate), 4)
