"""What changed since a take was asked for: prompts, durations, style, elements, pictures."""

from __future__ import annotations

from pathlib import Path

from starsend.errors import StarsendError
from starsend.model.plan import Plan, Sequence
from starsend.model.plan_names import expand_snippets
from starsend.model.record import Inputs, Record, Take, log
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import all_records

_SHOWN = 60


class PictureHashes:
    """Content hashes of pictures, each read once."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._known: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        """The sha256 of a picture below the workspace; None where it is gone."""
        if path not in self._known:
            from starsend.media.files import sha256_of

            try:
                self._known[path] = sha256_of(self._workspace / path)
            except StarsendError:
                self._known[path] = None
        return self._known[path]


def stale_reasons(project: Project, take: Take, overrides: dict[str, str], hashes: PictureHashes) -> tuple[str, ...]:
    """Say what changed since the take was asked for; empty where nothing did. Imports have no inputs to compare."""
    if take.mode == "import" or not take.inputs.shots:
        return ()
    wanted = str(take.order.get("slate", {}).get("sequence", ""))
    sequence = next((s for _, s in project.plan.sequences() if s.id == wanted), None)
    if sequence is None:
        return ("it is gone from the plan",)
    return (
        *_words(project.plan, sequence, take.inputs, overrides),
        *_pictures(take.inputs, hashes),
    )


def mark_stale(project: Project, record: Record, overrides: dict[str, str], hashes: PictureHashes) -> Record:
    """The record with each complete take's ``stale`` as it is now; the same object where nothing differs."""
    for take in record.takes:
        if take.outcome == "complete":
            reasons = stale_reasons(project, take, overrides, hashes)
            if reasons != take.stale:
                record = record.with_take(take.but(stale=reasons))
    return record


def mark_changed(project: Project, desk: Desk) -> tuple[str, ...]:
    """Mark every take that another plan or picture made stale, unmark what fits again; gives the records."""
    hashes = PictureHashes(project.paths.workspace)
    records, _ = all_records(project.store)
    changed = []
    for record in records.values():
        own = records.get(str(record.slate.parent))
        overrides = {} if own is None else own.prompt_overrides

        def edit(now: Record, overrides: dict[str, str] = overrides) -> Record:
            marked = mark_stale(project, now, overrides, hashes)
            return log(marked, at=desk.now(), by=desk.by, why="what its takes were made from has changed")

        if mark_stale(project, record, overrides, hashes) is not record:
            project.store.revise(record.id, edit)
            changed.append(record.id)
    return tuple(changed)


def _words(plan: Plan, sequence: Sequence, inputs: Inputs, overrides: dict[str, str]) -> list[str]:
    reasons: list[str] = []
    now = {shot.id: shot for shot in sequence.shots}
    for then in inputs.shots:
        shot = now.get(then.id)
        if shot is None:
            reasons.append(f"{then.id} is gone from the plan")
            continue
        prompt = expand_snippets(_prompt_now(sequence, then.id, overrides, inputs), plan.snippets)
        if not inputs.given_prompt and prompt != then.prompt:
            reasons.append(f"{then.id}'s prompt was {_short(then.prompt)}, is {_short(prompt)}")
        if not inputs.grid and float(shot.duration_s) != then.duration_s:
            reasons.append(f"{then.id} was {then.duration_s:g} s, is {float(shot.duration_s):g} s")
    style = expand_snippets(sequence.style, plan.snippets)
    if style != inputs.style:
        reasons.append(f"the style was {_short(inputs.style)}, is {_short(style)}")
    if tuple(sequence.elements) != inputs.elements:
        reasons.append(f"the elements were {_names(inputs.elements)}, are {_names(sequence.elements)}")
    return reasons


def _prompt_now(sequence: Sequence, shot: str, overrides: dict[str, str], inputs: Inputs) -> str:
    if inputs.grid and sequence.grid_prompt is not None and shot == sequence.shots[0].id:
        return sequence.grid_prompt
    return overrides.get(shot, sequence.shot(shot).prompt)


def _pictures(inputs: Inputs, hashes: PictureHashes) -> list[str]:
    used = {**inputs.images}
    frames = [("start frame", inputs.start_frame), ("end frame", inputs.end_frame)]
    reasons = []
    for what, frame in frames:
        if frame is not None and hashes.of(frame.path) not in (frame.sha256, None):
            reasons.append(f"its {what} {Path(frame.path).name} was replaced")
    for path, sha256 in used.items():
        now = hashes.of(path)
        if now != sha256:
            reasons.append(f"{path} {'is gone' if now is None else 'was replaced'}")
    return reasons


def _short(text: str) -> str:
    return f"“{text[:_SHOWN].rstrip()}…”" if len(text) > _SHOWN else f"“{text}”"


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "none"
