"""Why a shot is missing from the cut: what is waited for, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from starsend.model.money import round_up, show_usd
from starsend.model.plan import Sequence, Shot
from starsend.model.reasons import said_reason
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.production.coverage import video_takes
from starsend.production.project import Project


def why_missing(
    project: Project, sequence: Sequence, shot: Shot, own: Record | None, shots: Mapping[str, Record]
) -> str:
    """In one line: a grid to be picked from, a video to be judged, what failed and why, or what making it may cost."""
    showing = [(slate, take) for slate, take in video_takes(own, shots) if shot.id in take.covers]
    newest = sorted(showing, key=lambda hit: hit[1].intent_at.timestamp() if hit[1].intent_at else 0.0)
    for slate, take in reversed(newest):
        said = _of_take(slate.take(take.take), take, shot.id)
        if said:
            return said
    record = shots.get(shot.id)
    picking = next((r for r in (record, own) if r is not None and r.state is Status.KEYFRAME_COMPLETE), None)
    if picking is not None:
        return f"the grid of {picking.id} waits for a pick"
    if own is not None and own.state is Status.KEYFRAME_GENERATING:
        return f"the grid of {own.id} is being drawn"
    if own is not None and own.state is Status.KEYFRAME_FAILED:
        return f"the grid of {own.id} failed{_fault(own)}"
    frame = project.clean_frame(Slate(sequence.id))
    if sequence.start_frame == "required" and frame is None and shot is sequence.shots[0] and not newest:
        return f"a grid of {sequence.id} is to be drawn, then {_price(project, shot)}"
    return _price(project, shot)


def _of_take(name: str, take: Take, shot: str) -> str:
    """What one take means for the shot; empty where the one before it has more to say."""
    if take.unsettled:
        return f"{name} is being made" if take.sent else f"{name} is being sent, or its reply is lost: see Activity"
    if take.outcome == "complete" and take.verdict is None:
        return f"{name} waits for a verdict"
    if take.verdict == "rejected":
        return f"{name} was rejected: {said_reason(take.reason, take.reasons)}; another take is to be made"
    if take.verdict == "approved":
        return f"{name} is approved without {shot}; a fix is to be made"
    if take.outcome == "failed" and take.error is not None:
        return f"{name} failed: {take.error.message}"
    return f"{name} was {'given up' if take.outcome == 'unknown' else take.outcome}"


def _fault(record: Record) -> str:
    failed = next((take for take in reversed(record.takes) if take.error is not None), None)
    return "" if failed is None or failed.error is None else f": {failed.error.message}"


def _price(project: Project, shot: Shot) -> str:
    """What the shot alone may cost with the planned model; in a take of the whole sequence it is about as much."""
    usd = project.video_model.video_usd(Decimal(str(shot.duration_s)), audio=project.plan.defaults.audio)
    return f"a take is to be made, about {show_usd(round_up(usd))}"
