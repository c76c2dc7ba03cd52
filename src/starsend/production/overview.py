"""What ``status`` lists: every planned slate and every record, its state, takes, money and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from starsend.model.money import ZERO
from starsend.model.plan import Sequence
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Take
from starsend.production.coverage import find_due, in_cut
from starsend.production.numbering import unrecorded_videos
from starsend.production.project import Project
from starsend.production.staleness import PictureHashes, stale_reasons
from starsend.store.execution_store import Broken, all_records


@dataclass(frozen=True)
class Row:
    """One slate.

    Attributes:
        record: None where it was never worked on; then ``state`` is its first state.
        planned: It is in the plan.
        stale: Takes (by number) whose inputs changed since, and how.
        waits: What it waits for, in words.
        unrecorded: Videos in its folder that no record knows.
        missing: Files of its takes that are gone.
    """

    slate: Slate
    episode: str
    state: Status
    record: Record | None
    planned: bool
    stale: dict[int, tuple[str, ...]] = field(default_factory=dict)
    waits: str = ""
    unrecorded: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def committed_usd(self) -> Decimal:
        """What its takes hold."""
        return ZERO if self.record is None else self.record.committed_usd


@dataclass(frozen=True)
class Overview:
    """All rows in story order, slates gone from the plan at the end; and records that can't be read."""

    rows: tuple[Row, ...]
    broken: tuple[Broken, ...]


def look_over(project: Project) -> Overview:
    """Read everything that ``status`` shows. Shots get a row of their own once they have a record or a file."""
    records, broken = all_records(project.store)
    hashes = PictureHashes(project.paths.workspace)
    rows: list[Row] = []
    bad = {b.name for b in broken}
    for episode, sequence in project.plan.sequences():
        slate = Slate(sequence.id)
        own = records.pop(str(slate), None)
        shots = {
            shot.id: record
            for shot in sequence.shots
            if (record := records.pop(str(slate.of_shot(shot.id)), None)) is not None
        }
        overrides = {} if own is None else own.prompt_overrides
        if str(slate) not in bad:
            state = own.state if own is not None else project.first_state(slate)
            waits = _sequence_waits(project, sequence, own, shots)
            rows.append(_row(project, slate, episode.id, state, own, overrides, hashes, waits))
        for shot in sequence.shots:
            own_slate = slate.of_shot(shot.id)
            if shot.id in shots:
                record = shots[shot.id]
                waits = _record_waits(record)
                rows.append(_row(project, own_slate, episode.id, record.state, record, overrides, hashes, waits))
            elif str(own_slate) not in bad and unrecorded_videos(project.paths, episode.id, own_slate, set()):
                state = project.first_state(own_slate)
                rows.append(_row(project, own_slate, episode.id, state, None, overrides, hashes, ""))
    rows += [
        Row(record.slate, record.episode, record.state, record, planned=False, waits="gone from the plan")
        for record in records.values()
    ]
    return Overview(tuple(rows), broken)


def cut_of(project: Project, sequence: Sequence) -> dict[str, str | None]:
    """Which take the cut takes each shot from: ``SH01`` → ``SEQ01_T002``, None where nothing is approved."""
    own, shots = project.records_of(sequence)
    found = {shot.id: in_cut(own, shots, shot.id) for shot in sequence.shots}
    return {name: None if hit is None else hit[0].take(hit[1].take) for name, hit in found.items()}


def waits_of(project: Project, sequence: Sequence) -> dict[str, str]:
    """What a sequence, and those of its shots that have a record, wait for, by slate.

    Raises:
        RecordBroken: One of its records can't be read.
    """
    own, shots = project.records_of(sequence)
    waits = {sequence.id: _sequence_waits(project, sequence, own, shots)}
    return waits | {record.id: _record_waits(record) for record in shots.values()}


def _row(
    project: Project,
    slate: Slate,
    episode: str,
    state: Status,
    record: Record | None,
    overrides: dict[str, str],
    hashes: PictureHashes,
    waits: str,
) -> Row:
    takes: tuple[Take, ...] = () if record is None else record.takes
    stale = {
        take.take: reasons
        for take in takes
        if take.outcome == "complete" and (reasons := stale_reasons(project, take, overrides, hashes))
    }
    known = {take.media.path for take in takes if take.media is not None}
    strangers = unrecorded_videos(project.paths, episode, slate, known)
    return Row(
        slate,
        episode,
        state,
        record,
        planned=True,
        stale=stale,
        waits=waits,
        unrecorded=tuple(project.paths.relative(path) for path in strangers),
        missing=tuple(path for path in sorted(known) if not (project.paths.workspace / path).exists()),
    )


def _sequence_waits(project: Project, sequence: Sequence, own: Record | None, shots: dict[str, Record]) -> str:
    slate = Slate(sequence.id)
    frames = (slate, slate.of_shot(sequence.shots[0].id))
    has_frame = any(project.clean_frame(s) is not None for s in frames)
    due = find_due(sequence, own, shots, has_frame=has_frame)
    if own is not None and own.unsettled:
        return _record_waits(own)
    parts = [waiting.message.removeprefix(f"{slate} waits for ") for waiting in due.waiting]
    if due.grid:
        parts.append("a grid is due")
    if due.shots:
        parts.append(f"due: {', '.join(due.shots)}")
    if own is not None:
        parts.append(_record_waits(own))
        left_out = own.standing.except_ if own.standing is not None else ()
        unfixed = [shot for shot in left_out if in_cut(own, shots, shot) is None]
        parts.append(f"a fix of {', '.join(unfixed)}" if unfixed else "")
        if own.state is Status.APPROVED:
            rest = [s.id for s in sequence.shots if s.id not in left_out and in_cut(own, shots, s.id) is None]
            parts.append(f"an approved take of {', '.join(rest)}" if rest else "")
    return "; ".join(filter(None, parts))


def _record_waits(record: Record) -> str:
    open_takes = record.unsettled
    if open_takes:
        sent = all(take.sent for take in open_takes)
        return "the provider works on it: starsend run" if sent else "its reply is missing: starsend reconcile"
    return "a look" if record.state is Status.VIDEO_COMPLETE else ""
