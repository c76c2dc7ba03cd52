"""From a receipt to the file that came of it: poll, fetch, and hand it to the keeper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from starsend.errors import BadRequest, MediaError, OutcomeUnknown, PersonNeeded, ProviderError, Refused
from starsend.model.record import Record, log
from starsend.model.slate import Slate
from starsend.model.status import Status
from starsend.model.take import Fault, Take
from starsend.production.inspector import Inspector
from starsend.production.keeper import Keeper
from starsend.production.settle import settle
from starsend.production.take_request import intent_of
from starsend.production.timekeeping import Desk
from starsend.providers.base import Collected, JobStatus, Progress, Provider
from starsend.store import inbox
from starsend.store.checkpoints import Checkpoint, CrashPoint
from starsend.store.execution_store import ExecutionStore, move
from starsend.store.files import disk_faults, make_folder
from starsend.store.paths import ProjectPaths


class Collector:
    """Looks at one job, and brings home what it made."""

    def __init__(
        self, store: ExecutionStore, paths: ProjectPaths, inspector: Inspector, desk: Desk, checkpoint: Checkpoint
    ) -> None:
        self._store = store
        self._keeper = Keeper(store, paths, inspector, desk, checkpoint)
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
        kept = self._keeper.file_of(slate, take, self._store.load(str(slate)).record.episode)
        with disk_faults(kept.destination):
            make_folder(kept.destination.parent)
            collected = self._fetch(slate, take, provider, kept.part, progress)
            self._checkpoint(CrashPoint.PART_WRITTEN)
            self._keeper.keep(kept, collected)
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
