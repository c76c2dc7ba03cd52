"""One slate as Dailies shows it: the page's island and the API's answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starsend.console.views.beside import compare_of, cut_from, neighbour
from starsend.console.views.links import link
from starsend.console.views.listing import Sums
from starsend.console.views.prompts import dropped_of, joined, prompts_gone, prompts_of
from starsend.console.views.story import Story
from starsend.console.views.take_view import take_view
from starsend.console.views.words import state_word, waits_for_a_look
from starsend.errors import RecordBroken, StarsendError, UnknownName
from starsend.model.money import ZERO
from starsend.model.plan import Sequence, Shot
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.next_step import next_step
from starsend.production.staleness import PictureHashes, stale_reasons
from starsend.production.words_now import words_now
from starsend.studio import OpenProject


def dailies_view(
    desk: OpenProject, slate: Slate, story: Story, sums: Sums, hashes: PictureHashes, progress: Mapping[str, float]
) -> dict[str, Any]:
    """Everything that the page needs to show one slate and to act on it.

    Args:
        desk: The project.
        slate: As a person named it.
        story: The order of its slates.
        sums: What is committed.
        hashes: Content hashes of pictures, to tell what changed since a take.
        progress: How far takes are that are being made here, by their names.

    Raises:
        UnknownName: Neither the plan nor a record knows the slate.
        RecordBroken: Its record can't be read.
    """
    project = desk.project
    place = project.named(slate)
    record = project.record(place)
    try:
        episode, sequence, shot = project.planned(place)
        shots = sequence.shots if shot is None else (shot,)
        planned = (episode.id, sequence, shots)
    except UnknownName:
        planned = None
    overrides = _overrides(desk, place, record)
    takes = () if record is None else record.takes
    shown = first_shown(takes)
    prompts = prompts_gone(shown) if planned is None else prompts_of(desk.loaded.plan, planned[2], overrides, shown)
    approved = {take.take for take in record.approved} if record is not None else set()
    standing = {} if record is None or planned is None else cut_from(project, record)
    hinders = {} if record is None else desk.review.hinders(record)
    views = [
        take_view(
            record,
            take,
            _stale(desk, take, overrides, hashes),
            str(desk.paths.workspace),
            approved=take.take in approved,
            in_cut=standing.get(take.take, ()),
            now=words_now(desk.loaded.plan, take, overrides),
            progress=progress,
            hinders=hinders[take.take],
        )
        for take in takes
        if record is not None
    ]
    return {
        "project": desk.paths.project,
        **_identity(desk, place, record, planned),
        "first_frame": project.first_frame,
        "takes": views,
        "current": None if shown is None else shown.take,
        "compare": [] if record is None else compare_of(project, record),
        "prompts": prompts,
        "prompt": joined(prompts),
        **_pictures(desk, place, planned, shown, views),
        "neighbours": {"previous": neighbour(project, story, place, -1), "next": neighbour(project, story, place, 1)},
        "budget": budget_of(desk, place, sums),
        "next": None if planned is None else vars(next_step(project, place)),
        "except_possible": shown is not None and shown.medium == "video" and len(shown.covers) > 1,
    }


def first_shown(takes: tuple[Take, ...]) -> Take | None:
    """The take shown first: the newest that waits for a verdict; once one is approved, only what is newer waits."""
    complete = [take for take in takes if take.outcome == "complete"]
    if not complete:
        return takes[-1] if takes else None
    if complete[-1].medium == "grid":
        return complete[-1]
    approved = max((take for take in complete if take.verdict == "approved"), key=_judged_at, default=None)
    newest = 0 if approved is None else approved.take
    waiting = [take for take in complete if take.medium == "video" and take.verdict is None and take.take > newest]
    return waiting[-1] if waiting else approved or complete[-1]


def _judged_at(take: Take) -> datetime:
    return take.verdict_at or datetime.min.replace(tzinfo=UTC)


def budget_of(desk: OpenProject, slate: Slate, sums: Sums) -> dict[str, Any]:
    """The budgets that a new take of a slate would fall under, and what is committed of them; money as text."""
    caps = desk.project.caps
    levels = {
        "project": (caps.project, sums.project),
        "sequence": (caps.sequence, sums.sequences.get(slate.sequence, ZERO)),
        "shot": (caps.shot if slate.shot else None, sums.records.get(str(slate), ZERO)),
    }
    return {
        name: {"cap": None if cap is None else format(cap, "f"), "committed": format(usd, "f")}
        for name, (cap, usd) in levels.items()
    }


def _identity(
    desk: OpenProject, slate: Slate, record: Record | None, planned: tuple[str, Sequence, tuple[Shot, ...]] | None
) -> dict[str, Any]:
    state = desk.project.first_state(slate) if record is None else record.state
    media = None if record is None else next((t.media for t in reversed(record.takes) if t.medium == "video"), None)
    return {
        "slate": str(slate),
        "kind": "sequence" if slate.shot is None else "shot",
        "sequence": slate.sequence,
        "shot": slate.shot,
        "episode": planned[0] if planned is not None else ("" if record is None else record.episode),
        "sequence_title": planned[1].title if planned is not None else "",
        "planned": planned is not None,
        "state": str(state),
        "state_word": state_word(str(state)),
        "revision": 0 if record is None else record.revision,
        "waits": waits_for_a_look(str(state)),
        "approved_take": None if record is None else record.approved_take,
        "committed_usd": format(ZERO if record is None else record.committed_usd, "f"),
        "fps": media.fps if media is not None and media.fps else _rate(desk),
        "at": record.history[-1].at if record is not None and record.history else None,
        "by": record.history[-1].by if record is not None and record.history else "",
    }


def _rate(desk: OpenProject) -> str:
    rate = desk.loaded.plan.rate
    return f"{rate.numerator}/{rate.denominator}"


def _overrides(desk: OpenProject, slate: Slate, record: Record | None) -> dict[str, str]:
    """Those of the sequence's record; they serve its shots as well."""
    if slate.shot is None:
        return {} if record is None else record.prompt_overrides
    try:
        own = desk.project.record(slate.parent)
    except RecordBroken:
        own = None
    return {} if own is None else own.prompt_overrides


def _stale(desk: OpenProject, take: Take, overrides: dict[str, str], hashes: PictureHashes) -> tuple[str, ...]:
    return stale_reasons(desk.project, take, overrides, hashes, whole=True) if take.outcome == "complete" else ()


def _pictures(
    desk: OpenProject,
    slate: Slate,
    planned: tuple[str, Sequence, tuple[Shot, ...]] | None,
    shown: Take | None,
    views: list[dict[str, Any]],
) -> dict[str, Any]:
    """The start frame that lies there now, and the elements: those of the take shown, and what it went without."""
    clean = None if planned is None else desk.project.clean_frame(slate)
    used = next((view for view in views if shown is not None and view["take"] == shown.take), None)
    elements = [] if used is None else [{**element, "dropped": False} for element in used["elements"]]
    dropped: list[str] = []
    if planned is not None:
        dropped = _dropped(desk, slate, planned[1], planned[2], clean, shown)
        known, root = desk.loaded.plan.elements_by_id, f"projects/{desk.paths.project}"
        there = {element["id"] for element in elements}
        elements += [
            {
                "id": name,
                "kind": known[name].kind,
                "description": known[name].description,
                "url": link(f"{root}/{known[name].images[0]}", None, 320) if known[name].images else None,
                "dropped": name in dropped,
            }
            for name in planned[1].elements
            if name in known and name not in there and (name in dropped or not there)
        ]
    return {
        "start_frame": None if clean is None else {"url": link(clean, _stamp(desk, clean)), "path": clean},
        "elements": elements,
        "dropped": dropped,
    }


def _dropped(
    desk: OpenProject, slate: Slate, sequence: Sequence, shots: tuple[Shot, ...], clean: str | None, shown: Take | None
) -> list[str]:
    """What doesn't fit: with the take that is shown, and as the plan stands now where there is none."""
    if shown is not None and shown.medium == "video" and shown.mode != "import":
        sent = {str(e.get("id")) for e in shown.order.get("elements") or () if isinstance(e, dict)}
        known = desk.loaded.plan.elements_by_id
        wanted = [name for name in shown.inputs.elements if name in known and known[name].images]
        cut = any("dropped: " in warning for warning in shown.warnings)
        return [name for name in wanted if name not in sent] if cut else []
    try:
        return dropped_of(desk, sequence, shots, single=slate.shot is not None, frame=clean is not None)
    except StarsendError:  # an unknown model, an element that is gone: the plan's own page says so
        return []


def _stamp(desk: OpenProject, path: str) -> str:
    """What tells one picture in this place from the next, quicker than its content."""
    try:
        stat = (desk.paths.workspace / path).stat()
    except OSError:
        return ""
    return f"{stat.st_mtime_ns:x}{stat.st_size:x}"
