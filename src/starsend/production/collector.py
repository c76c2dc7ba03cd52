"""From a receipt to a checked file in its place: poll, fetch, check, rename, record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from starsend.errors import BadRequest, MediaError, OutcomeUnknown, PersonNeeded, ProviderError, Refused
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Box, Fault, Media, Take
from starsend.production.inspector import Asked, Inspector, findings_of, what_it_is
from starsend.production.paid_call import intent_of, order_of
from starsend.production.settle import settle
from starsend.production.timekeeping import Desk
from starsend.providers.base import Collected, JobStatus, Progress, Provider, board_part
from starsend.store import inbox
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.store.execution_store import ExecutionStore, move
from starsend.store.files import disk_faults, make_folder, place
from starsend.store.paths import ProjectPaths

DOWNLOADS = 2
"""A complete file that can't be decoded is fetched again; this many times it must fail to fail the take."""


class Collector:
    """Looks at one job, and brings home what it made."""

    def __init__(
        self, store: ExecutionStore, paths: ProjectPaths, inspector: Inspector, desk: Desk, checkpoint: Checkpoint
    ) -> None:
        self._store = store
        self._paths = paths
        self._inspector = inspector
        self._desk = desk
        self._checkpoint = checkpoint

    def look(self, slate: Slate, intent_id: str, provider: Provider, progress: Progress) -> None:
        """Ask once how far the job is, and collect it when it is complete.

        Raises:
            ProviderError: Weather; nothing changed.
            PersonNeeded: ``reply-gone``: the file was in the reply, and the reply is gone.
            SetupError: The disk; the state stays as it is and the next look goes on.
        """
        record = self._store.load(str(slate)).record
        take = record.intent(intent_id)
        if take is None or take.receipt is None or not take.unsettled:
            return
        try:
            status = provider.poll(intent_of(slate, take), take.receipt)
            self._checkpoint(CrashPoint.POLLED)
            if take.medium == "video" and record.state is Status.VIDEO_SUBMITTED and take.settled is None:
                self._processing(slate, take, provider)
            if status.state in ("failed", "cancelled"):
                self._end(slate, take, status)
            elif status.state == "complete":
                self._collect_alone(slate, take, provider, progress)
        except (Refused, BadRequest) as error:  # typed: the provider says that this job has failed
            fault = Fault(code=error.code, message=error.message, remedy=error.remedy)
            self._end(slate, take, JobStatus("failed", fault))

    def hold_to_time(self, record: Record, intent_id: str) -> None:
        """A job that is still queued or running after its model's longest time is left to a person; it is not ended.

        Raises:
            PersonNeeded: ``too-long``: no take of the slate is younger than its model's longest time.
        """
        take = record.intent(intent_id)
        if take is None or not take.unsettled or not self._overdue(take):
            return
        if all(self._overdue(other) for other in record.unsettled if other.receipt is not None):
            minutes = (take.longest_s or 0.0) / 60
            raise PersonNeeded(
                f"{record.slate.take(take.take)} is still being made after {minutes:.0f} minutes, "
                f"the longest time of {take.model}",
                remedy=f"wait on: starsend run; or stop it: starsend cancel {record.id}",
                code="too-long",
            )

    def say_weather(self, slate: Slate, intent_id: str, error: ProviderError) -> None:
        """Write down why nothing is heard of a take, so that a person who looks meanwhile can see it."""
        take = self._store.load(str(slate)).record.intent(intent_id)
        if take is None:
            return
        why = f"{slate.take(take.take)} is asked for again and again: {error.message}"
        if all(move.why != why for move in self._store.load(str(slate)).record.history):
            self._store.revise(str(slate), lambda record: log(record, at=self._desk.now(), by=self._desk.by, why=why))

    def out_of_time(self, slate: Slate, intent_id: str, error: ProviderError) -> None:
        """Weather has lasted: it is asked again until the model's longest time; a day later the outcome is unknown.

        Raises:
            PersonNeeded: ``no-answer``: no take of the slate is younger than its model's longest time.
        """
        record = self._store.load(str(slate)).record
        take = record.intent(intent_id)
        if take is None or not take.unsettled or not self._overdue(take):
            return
        name = slate.take(take.take)
        if self._overdue(take, timedelta(hours=24)) and take.outcome == "pending":
            why = f"{name} gave no answer in the model's longest time and a day"
            settle(self._store, slate, intent_id, {"outcome": "unknown"}, self._desk, why=why)
        if all(self._overdue(other) for other in record.unsettled if other.receipt is not None):
            raise PersonNeeded(
                f"{name} gives no answer, for longer than its model takes: {error.message}",
                remedy=f"ask again later: starsend run; or settle it: starsend reconcile {slate} --give-up",
                code="no-answer",
            )

    def _overdue(self, take: Take, grace: timedelta = timedelta(0)) -> bool:
        longest = timedelta(seconds=take.longest_s or 0.0) + grace
        return take.intent_at is not None and self._desk.now() > take.intent_at + longest

    def _processing(self, slate: Slate, take: Take, provider: Provider) -> None:
        why = f"{provider.name} works on {slate.take(take.take)}"

        def edit(record: Record) -> Record:
            if record.state is not Status.VIDEO_SUBMITTED:
                return log(record, at=self._desk.now(), by=self._desk.by, why=why)
            return move(record, Status.VIDEO_PROCESSING, at=self._desk.now(), by=self._desk.by, why=why)

        self._store.revise(str(slate), edit)

    def _end(self, slate: Slate, take: Take, status: JobStatus) -> None:
        fault = status.fault or Fault(code=f"job-{status.state}", message=f"{take.provider}: the job {status.state}")
        changes = {"outcome": status.state, "error": fault, "cost_usd": status.cost_usd}
        settle(self._store, slate, take.intent_id, changes, self._desk, why=fault.message)
        inbox.clear(self._store.inbox(take.intent_id))

    def _collect_alone(self, slate: Slate, take: Take, provider: Provider, progress: Progress) -> None:
        """Collect, unless another process does so just now, or has done so since we asked how far the job is."""
        with self._store.collecting(str(slate)) as ours:
            now = self._store.load(str(slate)).record.intent(take.intent_id)
            if ours and now is not None and now.unsettled:
                self._collect(slate, now, provider, progress)

    def _collect(self, slate: Slate, take: Take, provider: Provider, progress: Progress) -> None:
        episode = self._store.load(str(slate)).record.episode
        destination = self._destination(slate, take, episode)
        part = destination.with_name(f".{destination.stem}.part")
        with disk_faults(destination):
            make_folder(destination.parent)
            collected = self._fetch(slate, take, provider, part, progress)
            self._checkpoint(CrashPoint.PART_WRITTEN)
            if take.medium == "video":
                self._keep_video(slate, take, part, destination, episode, collected)
            else:
                self._keep_picture(slate, take, part, destination, episode, collected)
        self._checkpoint(CrashPoint.COLLECTED)
        inbox.clear(self._store.inbox(take.intent_id))

    def _fetch(self, slate: Slate, take: Take, provider: Provider, part: Path, progress: Progress) -> Collected:
        raw = inbox.arrived(self._store.inbox(take.intent_id))
        receipt = take.receipt or {}
        begun = False

        def tell(share: float) -> None:
            nonlocal begun
            if not begun:
                begun = True
                self._checkpoint(CrashPoint.FETCHING)
            progress(share)

        try:
            return provider.collect(intent_of(slate, take), receipt, raw, part, tell)
        except OutcomeUnknown as error:
            raise PersonNeeded(
                f"{slate.take(take.take)}: {error.message}",
                remedy=f"settle it: starsend reconcile {slate} --give-up",
                code="reply-gone",
            ) from error
        except MediaError as error:
            said = f"{slate.take(take.take)}: {error.message}"
            if error.code == "too-large":  # no weather: each further look would fetch as much for nothing
                give_up = f"or settle it: starsend reconcile {slate} --give-up"
                raise PersonNeeded(said, remedy=f"{error.remedy}; {give_up}", code=error.code) from error
            raise ProviderError(said, remedy=error.remedy, code=error.code) from error

    def _destination(self, slate: Slate, take: Take, episode: str) -> Path:
        if take.medium == "video":
            return self._paths.video(episode, slate, take.take)
        if take.medium == "grid":
            return self._paths.grid(episode, slate.take(take.take))
        return self._paths.frame_take(episode, slate.take(take.take))

    def _keep_video(
        self, slate: Slate, take: Take, part: Path, destination: Path, episode: str, collected: Collected
    ) -> None:
        order = order_of(take)
        start = None if order.start_frame is None else self._paths.workspace / order.start_frame
        thumbnail = self._paths.thumbnail(episode, slate, take.take)
        strip = self._paths.filmstrip(episode, slate, take.take)
        report = self._inspector.check(part, Asked.of(order, start).expected(), thumbnail, strip)
        self._checkpoint(CrashPoint.CHECKED)
        if report.damaged or report.info is None:
            self._damaged(slate, take, part, destination, findings_of(report)[0].message)
            return
        size = part.stat().st_size
        place(part, destination, self._checkpoint)
        changes = what_it_is(report, self._paths, destination, size, thumbnail, strip)
        changes["cost_usd"] = _cost(take, collected)
        settle(self._store, slate, take.intent_id, changes, self._desk, why=f"{slate.take(take.take)} is complete")

    def _damaged(self, slate: Slate, take: Take, part: Path, destination: Path, what: str) -> None:
        """Fetch again; after the second time the file is kept beside the takes, and the take fails."""
        bad = take.bad_downloads + 1
        if bad < DOWNLOADS:
            why = f"{slate.take(take.take)} arrived damaged and is fetched again: {what}"
            settle(self._store, slate, take.intent_id, {"bad_downloads": bad}, self._desk, why=why)
            part.unlink(missing_ok=True)
            return
        kept = destination.with_suffix(".damaged")
        part.replace(kept)
        fault = Fault(
            code="damage",
            message=f"{slate.take(take.take)} can't be decoded: {what}",
            remedy=f"the file is kept as {self._paths.relative(kept)}; make another take: starsend generate",
        )
        changes = {"outcome": "failed", "error": fault, "bad_downloads": bad}
        settle(self._store, slate, take.intent_id, changes, self._desk, why=fault.message)

    def _keep_picture(
        self, slate: Slate, take: Take, part: Path, destination: Path, episode: str, collected: Collected
    ) -> None:
        from starsend.media.picture import inspect_picture

        try:
            info = inspect_picture(part)
            cells = _cells(take, part) if take.medium == "grid" else ()
        except MediaError as error:
            self._damaged(slate, take, part, destination, error.message)
            return
        self._checkpoint(CrashPoint.CHECKED)
        board: str | None = None
        sheet = board_part(part)
        if cells and not sheet.exists():  # the provider draws none for reading
            _annotate(slate, take, part, cells, sheet)
        if sheet.exists():
            board_place = self._paths.board(episode, slate.take(take.take))
            place(sheet, board_place)
            board = self._paths.relative(board_place)
        place(part, destination, self._checkpoint)
        changes = {
            "outcome": "complete",
            "media": Media(
                path=self._paths.relative(destination),
                sha256=info.sha256,
                bytes=info.bytes,
                width=info.width_px,
                height=info.height_px,
            ),
            "board": board,
            "cells": cells,
            "cost_usd": _cost(take, collected),
        }
        settle(self._store, slate, take.intent_id, changes, self._desk, why=f"{slate.take(take.take)} is complete")


def _cost(take: Take, collected: Collected) -> Decimal | None:
    """What came with the file, else what was booked before: a given-up take may have been billed and told of."""
    return take.cost_usd if collected.cost_usd is None else collected.cost_usd


def _cells(take: Take, sheet: Path) -> tuple[Box, ...]:
    """The cells of a sheet as they lie in it: gutters are looked for, whoever made it."""
    from starsend.media.grid import find_cells
    from starsend.media.picture import load_rgb

    order = order_of(take)
    return find_cells(load_rgb(sheet), order.columns, order.rows, order.aspect)


def _annotate(slate: Slate, take: Take, sheet: Path, cells: tuple[Box, ...], destination: Path) -> None:
    from starsend.media.board_page import BoardWords, annotate_grid
    from starsend.media.picture import load_rgb

    order = order_of(take)
    words = BoardWords(
        slate=str(slate),
        take=take.take,
        title=order.title,
        made_by=take.model,
        elements=tuple(element.id for element in order.elements),
        words=" ".join(shot.prompt for shot in order.shots),
    )
    annotate_grid(load_rgb(sheet), cells, order.columns, words, destination)
