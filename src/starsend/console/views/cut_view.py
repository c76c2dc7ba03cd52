"""The cut of an episode: its shots in order, each with the frames that the cut takes, or what is missing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from starsend.console.views.links import link, thumbnail_of
from starsend.console.views.segments import span_of
from starsend.console.views.words import state_word
from starsend.errors import StarsendError, UnknownName
from starsend.model.plan import Episode, Sequence, Shot
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.coverage import in_cut
from starsend.production.project import Project


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
    at = 0.0
    for item in items:
        item["at"] = round(at, 4)
        at += item["seconds"]
    missing = [item for item in items if item["url"] is None]
    return {
        "project": project.paths.project,
        "episode": "" if chosen is None else chosen.id,
        "title": "" if chosen is None else chosen.title,
        "episodes": [{"id": each.id, "title": each.title} for each in project.plan.episodes],
        "fps": str(project.plan.rate),
        "aspect": "{}/{}".format(*project.plan.aspect),
        "items": items,
        "total_s": round(at, 4),
        "missing": len(missing),
        "missing_s": round(sum(item["seconds"] for item in missing), 4),
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
    return [_item(project, sequence, shot, own, shots, fault) for shot in sequence.shots]


def _item(
    project: Project, sequence: Sequence, shot: Shot, own: Record | None, shots: Mapping[str, Record], fault: str
) -> dict[str, Any]:
    slate = Slate(sequence.id).of_shot(shot.id)
    record = shots.get(shot.id, own)
    planned = float(shot.duration_s)
    item = {
        "slate": str(slate),
        "sequence": sequence.id,
        "sequence_title": sequence.title,
        "shot": shot.id,
        "prompt": shot.prompt,
        "planned_s": planned,
        "seconds": planned,
        "take": None,
        "url": None,
        "href": f"/{project.paths.project}/dailies?state=any&slate={sequence.id if record is None else record.id}",
        "thumbnail": None,
        "filmstrip": None,
        "why": fault,
    }
    hit = in_cut(own, shots, shot.id)
    if hit is None:
        state = "never worked on" if record is None else f"{record.id}: {state_word(str(record.state))}"
        return {**item, "why": fault or f"no take of it is approved; {state}"}
    return item | _played(project, shot.id, *hit)


def _played(project: Project, shot: str, slate: Slate, take: Take) -> dict[str, Any]:
    """Which frames of which file the cut takes; only what is missing where the file is."""
    name, media = slate.take(take.take), take.media
    span = span_of(take, shot)
    href = f"/{project.paths.project}/dailies?state=any&slate={slate}&take={take.take}"
    if media is None or not os.path.isfile(project.paths.workspace / media.path):  # noqa: PTH113 - for each of many
        return {"take": name, "href": href, "why": f"the file of {name} is gone"}
    if span is None:
        return {"take": name, "href": href, "why": f"where the shot lies in {name} is not known"}
    rate = Fraction(media.fps or project.plan.rate)
    start, end = span
    return {
        "take": name,
        "href": href if start == 0 else f"{href}&frame={start}",
        "url": link(media.path, media.sha256),
        "start": start,
        "end": end,
        "fps": float(rate),
        "frames": media.frames,
        "seconds": round(float((end - start) / rate), 4),
        "thumbnail": thumbnail_of(take),
        "filmstrip": link(take.filmstrip, media.sha256),
        "model": take.model,
        "why": "",
    }
