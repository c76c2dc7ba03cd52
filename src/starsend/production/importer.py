"""A file made elsewhere becomes a numbered take that covers all shots of its slate."""

from __future__ import annotations

import shutil
from collections.abc import Sequence as Many
from pathlib import Path
from typing import Any

from starsend.errors import MediaError, PlanError
from starsend.model.money import ZERO
from starsend.model.plan import Shot
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Inputs, ShotInput, Take
from starsend.production.inspector import Asked, Inspector, what_it_is
from starsend.production.numbering import numbers_on_disk
from starsend.production.project import Project
from starsend.production.start_frames import repaired_take
from starsend.production.timekeeping import Desk
from starsend.store.execution_store import move, refuse_unsettled
from starsend.store.files import disk_faults, place


class Importer:
    """Imports videos into one project."""

    def __init__(self, project: Project, inspector: Inspector, desk: Desk) -> None:
        self._project = project
        self._inspector = inspector
        self._desk = desk

    def import_file(self, slate: Slate, source: Path) -> Record:
        """Copy, check and number a video; the record moves to ``video_complete``. The source stays where it is.

        Raises:
            PlanError: ``missing``: there is no such file.
            MediaError: ``damage``: it can't be decoded; nothing was kept.
            Busy: A take of the slate is unsettled, or is being sent or imported.
        """
        if not source.is_file():
            raise PlanError(f"{source} is not there", remedy="give the path of a video file", code="missing")
        project = self._project
        _, sequence, shot = project.planned(slate)
        shots = sequence.shots if shot is None else (shot,)
        episode = project.episode_of(slate)
        project.store.init_sequence(str(slate), project.first_state(slate), episode=episode, by=self._desk.by)
        with project.store.submitting(str(slate)):  # so that no other take gets the number meanwhile
            return self._import(slate, source, shots, episode)

    def _import(self, slate: Slate, source: Path, shots: Many[Shot], episode: str) -> Record:
        project = self._project
        version = project.store.load(str(slate))
        refuse_unsettled(version.record)
        number = self._number(slate, source, episode, version.record)
        destination = project.paths.video(episode, slate, number)
        part = destination.with_name(f".{destination.stem}.part")
        with disk_faults(destination):
            destination.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(source, part)
            except OSError:
                part.unlink(missing_ok=True)
                raise
        found = self._check(slate, source, part, destination, shots, episode, number)
        take = Take(
            take=number,
            medium="video",
            mode="import",
            covers=tuple(s.id for s in shots),
            made_for=self._repairs(slate),
            provider="import",
            model="import",
            batch=number,
            intent_id=self._desk.new_id(),
            intent_at=self._desk.now(),
            estimate_usd=ZERO,
            cost_usd=ZERO,
            inputs=Inputs(
                plan_sha256=project.loaded.sha256,
                shots=tuple(ShotInput(id=s.id, prompt=s.prompt, duration_s=float(s.duration_s)) for s in shots),
            ),
            order={"imported_from": source.name},
            **found,
        )
        why = f"{source.name} is imported as {slate.take(number)}"

        def add(record: Record) -> Record:
            refuse_unsettled(record)
            added = record.with_take(take)
            if record.state is Status.VIDEO_COMPLETE:
                return log(added, at=self._desk.now(), by=self._desk.by, why=why)
            return move(added, Status.VIDEO_COMPLETE, at=self._desk.now(), by=self._desk.by, why=why)

        return project.store.revise(str(slate), add).record

    def _repairs(self, slate: Slate) -> str | None:
        repaired = None if slate.shot is None else repaired_take(self._project.record(slate.parent), slate.shot)
        return None if repaired is None else slate.parent.take(repaired.take)

    def _number(self, slate: Slate, source: Path, episode: str, record: Record) -> int:
        """A file that lies in the slate's folder as a take keeps its number; any other one gets the next."""
        paths, taken = self._project.paths, {take.take for take in record.takes}
        for number in range(1, numbers_on_disk(paths, episode, slate) + 1):
            if number not in taken and paths.video(episode, slate, number).resolve() == source.resolve():
                return number
        return 1 + max([numbers_on_disk(paths, episode, slate), *taken])

    def _check(
        self, slate: Slate, source: Path, part: Path, destination: Path, shots: Many[Shot], episode: str, number: int
    ) -> dict[str, Any]:
        """Check the copy, and put it in its place; a damaged one leaves nothing behind."""
        plan, paths = self._project.plan, self._project.paths
        durations = tuple(float(s.duration_s) for s in shots)
        asked = Asked(durations, plan.rate, plan.format.size_px, None, plan.defaults.audio)
        thumbnail, strip = paths.thumbnail(episode, slate, number), paths.filmstrip(episode, slate, number)
        report = self._inspector.check(part, asked.expected(), thumbnail, strip)
        if report.damaged or report.info is None:
            for leftover in (part, thumbnail, strip):
                leftover.unlink(missing_ok=True)
            raise MediaError(
                f"{source} is no video that can be used: {report.findings[0].message}",
                remedy="export it again as H.264 in an MP4",
                code="damage",
            )
        size = part.stat().st_size
        with disk_faults(destination):
            place(part, destination)
        return what_it_is(report, paths, destination, size, thumbnail, strip)
