"""Overrides written back into the client's plan: shown first, only those strings changed, the file kept as it looks."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starsend.errors import MoveError, PlanError, StaleWrite
from starsend.model.plan_lines import pointer_of
from starsend.model.plan_spans import string_spans, with_string
from starsend.model.record import Record, log
from starsend.model.slate import Slate, shot_id
from starsend.production.plan_file import LoadedPlan, decode, parse_plan, read_plan
from starsend.production.project import Project
from starsend.production.timekeeping import Desk
from starsend.store.locks import folder_lock

_KEYS: Final = ("prompt", "description", "text")
"""What a shot's prompt is called; the older shape knows three words for it."""
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class WriteBack:
    """What writing back would change.

    Attributes:
        shots: Whose prompts.
        plan_sha256: Of the plan that it begins with.
        diff: A unified diff of the file.
        source: The new file's bytes.
    """

    shots: tuple[str, ...]
    plan_sha256: str
    diff: str
    source: bytes


class PlanWriter:
    """Writes the overrides of one project back into its plan."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def preview(self, slate: Slate, shots: Collection[str] | None = None) -> WriteBack:
        """Show what would change in the plan; nothing is written.

        Args:
            slate: A sequence, or one of its shots.
            shots: Only these; None means all that are overridden, or the slate's own shot.

        Raises:
            MoveError: ``nothing-to-write-back``.
            PlanError: The plan on disk has faults, or would have.
            UnknownName: The slate or a shot is not in the plan.
        """
        loaded = read_plan(self._project.paths.plan, project_from_folder=self._project.paths.project)
        wanted = self._wanted(slate, shots)
        before = decode(loaded.source, loaded.path)
        after = before
        for shot, words in wanted.items():
            span = _span(loaded, after, slate.sequence, shot)
            after = with_string(after, span, words)
        source = (_BOM if loaded.source.startswith(_BOM) else b"") + after.encode()
        checked = parse_plan(source, loaded.path, project_from_folder=self._project.paths.project)
        _, sequence = checked.plan.find_sequence(slate.sequence)
        if any(sequence.shot(shot).prompt != words for shot, words in wanted.items()):
            raise PlanError(
                f"{slate}: the plan says its prompts in a way that can't be changed in place",
                remedy=f"change it by hand: {loaded.path}",
                code="not-in-place",
            )
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), "plan.json", "plan.json, written back"
        )
        diff = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        return WriteBack(tuple(wanted), loaded.sha256, diff, source)

    def write(self, slate: Slate, plan_sha256: str, shots: Collection[str] | None = None) -> tuple[Path, Record]:
        """Write it, keep the plan before as a numbered backup, and clear the overrides. Gives the backup, the record.

        Raises:
            StaleWrite: ``plan-changed`` since it was shown; nothing is written.
            As :meth:`preview`.
        """
        from starsend.media.files import keep_backup, write_atomically

        path = self._project.paths.plan
        with folder_lock(path.parent):
            shown = self.preview(slate, shots)
            if shown.plan_sha256 != plan_sha256 or hashlib.sha256(path.read_bytes()).hexdigest() != plan_sha256:
                raise StaleWrite(
                    f"the plan of {self._project.paths.project} has changed since it was shown; nothing was written",
                    remedy="look at the new difference, then write it",
                    code="plan-changed",
                )
            backup = keep_backup(path) or path
            write_atomically(path, shown.source)
        return backup, self._clear(slate.parent, shown)

    def _clear(self, own: Slate, written: WriteBack) -> Record:
        """Take the overrides away that stand in the plan now; one that was changed meanwhile stays."""
        words = self._project.record(own)
        before = {} if words is None else words.prompt_overrides

        def edit(record: Record) -> Record:
            kept = {
                shot: text
                for shot, text in record.prompt_overrides.items()
                if shot not in written.shots or text != before.get(shot)
            }
            why = f"written back into the plan: {', '.join(written.shots)}"
            return log(record.but(prompt_overrides=kept), at=self._desk.now(), by=self._desk.by, why=why)

        return self._project.store.revise(str(own), edit).record

    def _wanted(self, slate: Slate, shots: Collection[str] | None) -> dict[str, str]:
        record = self._project.record(slate.parent)
        overrides = {} if record is None else record.prompt_overrides
        named = shots if shots is not None else overrides if slate.shot is None else (slate.shot,)
        _, sequence, _ = self._project.planned(slate.parent)
        ids = [sequence.shot(shot_id(name)).id for name in named]
        wanted = {shot: overrides[shot] for shot in ids if shot in overrides}
        if not wanted:
            raise MoveError(
                f"{slate} has no prompt that was overridden",
                remedy="change a prompt first, then write it back",
                code="nothing-to-write-back",
            )
        return wanted


def _span(loaded: LoadedPlan, text: str, sequence: str, shot: str) -> tuple[int, int]:
    """Where a shot's prompt stands in the file, also in the older shape."""
    spans = string_spans(text)
    for e, episode in enumerate(loaded.plan.episodes):
        for s, planned in enumerate(episode.sequences):
            if planned.id != sequence:
                continue
            number = next(i for i, each in enumerate(planned.shots) if each.id == shot)
            branch = _in_file(loaded, pointer_of("episodes", e, "sequences", s, "shots", number))
            found = next((spans[f"{branch}/{key}"] for key in _KEYS if f"{branch}/{key}" in spans), None)
            found = found or spans.get(branch)
            if found is not None:
                return found
    raise PlanError(
        f"{sequence}_{shot}: its prompt isn't found in the plan's file",
        remedy=f"change it by hand: {loaded.path}",
        code="not-in-place",
    )


def _in_file(loaded: LoadedPlan, pointer: str) -> str:
    around = pointer
    while around not in loaded.origins and around:
        around = around.rpartition("/")[0]
    return loaded.origins[around] + pointer[len(around) :] if around in loaded.origins else pointer
