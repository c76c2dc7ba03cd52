"""Prompts that stand before the plan's: kept in the sequence's record, compared with what was sent last."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starsend.errors import PlanError, UnknownName
from starsend.model.plan import Shot
from starsend.model.plan_names import expand_snippets
from starsend.model.record import Record, log
from starsend.model.slate import Slate, shot_id
from starsend.model.take import ShotInput, Take
from starsend.production.fitting import check_names
from starsend.production.project import Project
from starsend.production.staleness import PictureHashes, mark_changed, mark_stale
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import Version

LONGEST: Final = 20_000
"""Characters of one prompt; no model takes as many."""
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class ShotWords:
    """The words of one shot.

    Attributes:
        override: What stands before the plan's words; None where nothing does.
        now: What would be sent now, snippets expanded.
        sent: What was sent with the last take of the shot; None where none was made.
        sent_in: That take.
        difference: From what was sent to now, by words: ``=`` stays, ``-`` is gone, ``+`` is new.
    """

    shot: str
    planned: str
    override: str | None
    now: str
    sent: str | None
    sent_in: str | None
    difference: tuple[tuple[str, str], ...]


class Overrides:
    """Overrides the prompts of one project."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._project = project
        self._desk = desk

    def words(self, slate: Slate) -> tuple[ShotWords, ...]:
        """The words of a sequence's shots in order, or of one shot; none of what is gone from the plan.

        Raises:
            UnknownName: Neither the plan nor a record knows it.
        """
        if not self._is_planned(slate):
            return ()
        _, sequence, shot = self._project.planned(slate)
        own, shots = self._project.records_of(sequence)
        overrides = {} if own is None else own.prompt_overrides
        records = [record for record in (own, *shots.values()) if record is not None]
        wanted = sequence.shots if shot is None else (shot,)
        return tuple(self._words(each, overrides.get(each.id), records) for each in wanted)

    def gone(self, slate: Slate) -> dict[str, str]:
        """Overrides of shots that the plan no longer has: they serve nothing, and are kept until a person drops them.

        Of a sequence that is gone these are all that it has.

        Raises:
            UnknownName: Neither the plan nor a record knows the sequence.
        """
        planned: set[str] = set()
        if self._is_planned(slate.parent):
            _, sequence, _ = self._project.planned(slate.parent)
            planned = {shot.id for shot in sequence.shots}
        own = self._project.record(slate.parent)
        return {} if own is None else {s: text for s, text in own.prompt_overrides.items() if s not in planned}

    def _words(self, shot: Shot, override: str | None, records: list[Record]) -> ShotWords:
        now = expand_snippets(override or shot.prompt, self._project.plan.snippets)
        last = _last_sent(records, shot.id)
        if last is None:
            return ShotWords(shot.id, shot.prompt, override, now, None, None, ())
        name, sent = last
        return ShotWords(shot.id, shot.prompt, override, now, sent.prompt, name, word_difference(sent.prompt, now))

    def write(self, slate: Slate, changes: Mapping[str, str | None], *, seen: Version | None = None) -> Record:
        """Override prompts of a sequence, or clear overrides (None); marks what that makes stale. Gives its record.

        Words that are the plan's own clear the override. A sequence without a record gets one.

        Args:
            slate: The sequence, or one of its shots.
            changes: Shot id → the new words; None also drops those of a shot that is gone from the plan.
            seen: The sequence's record as the person saw it.

        Raises:
            UnknownName: There is no such shot.
            PlanError: ``empty-prompt``, ``prompt-too-long``, or ``unknown-name`` in the words.
            StaleWrite: The record changed since ``seen``.
        """
        own = slate.parent
        gone = self.gone(own)
        dropped = {name: None for name, text in changes.items() if text is None and name in gone}
        wanted = {name: text for name, text in changes.items() if name not in dropped}
        new: dict[str, str | None] = {**self._written(own, wanted), **dropped}
        if seen is None:
            self._project.store.init_sequence(
                str(own), self._project.first_state(own), episode=self._project.episode_of(own), by=self._desk.by
            )
        hashes = PictureHashes(self._project.paths.workspace)

        def edit(record: Record) -> Record:
            merged = {**record.prompt_overrides, **new}
            overrides = {shot: text for shot, text in merged.items() if text is not None}
            changed = [shot for shot, text in new.items() if record.prompt_overrides.get(shot) != text]
            record = mark_stale(self._project, record.but(prompt_overrides=overrides), overrides, hashes)
            why = f"prompts changed: {', '.join(changed) or 'none'}"
            return log(record, at=self._desk.now(), by=self._desk.by, why=why)

        record = self._project.store.revise(str(own), edit, seen=seen).record
        mark_changed(self._project, self._desk, (own.sequence,))
        return record

    def _written(self, own: Slate, wanted: Mapping[str, str | None]) -> dict[str, str | None]:
        """Shot id, as planned → the new words, checked.

        Raises:
            UnknownName, PlanError: As :meth:`write`.
        """
        if not wanted:
            return {}
        _, sequence, _ = self._project.planned(own)
        shots = {name: sequence.shot(shot_id(name)) for name in wanted}
        return {shot.id: self._checked(own.of_shot(shot.id), shot, wanted[name]) for name, shot in shots.items()}

    def _is_planned(self, slate: Slate) -> bool:
        """Whether the plan has it; else a record must know it.

        Raises:
            UnknownName: Neither does.
        """
        try:
            self._project.planned(slate)
        except UnknownName:
            if self._project.record(slate.parent) is None:
                raise
            return False
        return True

    def _checked(self, slate: Slate, shot: Shot, text: str | None) -> str | None:
        if text is None or text.strip() == shot.prompt.strip():
            return None
        if not text.strip():
            raise PlanError(
                f"{slate}: an empty prompt", remedy="write one, or clear it to use the plan's", code="empty-prompt"
            )
        if len(text) > LONGEST:
            raise PlanError(f"{slate}: a prompt of {len(text)} characters", remedy="shorten it", code="prompt-too-long")
        return check_names(self._project.plan, slate, text.strip())


def word_difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """From one text to another, by words: ``=`` stays, ``-`` is gone, ``+`` is new. Joined they give both texts."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[tuple[str, str]] = []
    for tag, a0, a1, b0, b1 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("=", "".join(old[a0:a1])))
            continue
        if a1 > a0:
            pieces.append(("-", "".join(old[a0:a1])))
        if b1 > b0:
            pieces.append(("+", "".join(new[b0:b1])))
    return tuple(pieces)


def _last_sent(records: list[Record], shot: str) -> tuple[str, ShotInput] | None:
    """What was sent of a shot with its last video, else with its last grid; words for one take alone don't count."""
    sent: list[tuple[bool, float, Take, str, ShotInput]] = []
    for record in records:
        for take in record.takes:
            for each in take.inputs.shots:
                if each.id == shot and not take.inputs.given_prompt and take.intent_at is not None:
                    name = record.slate.take(take.take)
                    sent.append((take.medium == "video", take.intent_at.timestamp(), take, name, each))
    if not sent:
        return None
    _, _, _, name, words = max(sent, key=lambda row: (row[0], row[1]))
    return name, words
