"""ClientSequenceRunner: the workflow. Reads the plan, decides what runs and from which frame, and calls the steps."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import replace
from typing import Literal

from starsend.errors import MediaError, PersonNeeded, PlanError, RecordBroken, StarsendError
from starsend.model.money import ZERO
from starsend.model.plan import Sequence, Shot
from starsend.model.record import CleanFrame, Record
from starsend.model.slate import Slate, shot_id
from starsend.model.take import Medium
from starsend.production.coverage import Due, Waiting, find_due
from starsend.production.drafting import Drafting
from starsend.production.frame_desk import FrameDesk
from starsend.production.job import Agenda, Job
from starsend.production.plan_gate import let_pass
from starsend.production.project import Project
from starsend.production.request_builder import RequestBuilder
from starsend.production.start_frames import choose_start
from starsend.production.step_runner import StepRunner
from starsend.production.take_request import Draft, TakeRequest
from starsend.production.timekeeping import Desk
from starsend.production.wish import Mode, Wish, check_wish, shot_range
from starsend.store import inbox
from starsend.store.execution_store import Version


class ClientSequenceRunner:
    """Runs the sequences of one project.

    Args:
        project: Plan and records.
        steps: Does the work.
        frames: Accepts clean frames.
        builder: Gives a builder of requests for a provider's name.
        provider_for: Which provider makes a medium.
        desk: Time and who acts.
    """

    def __init__(
        self,
        project: Project,
        steps: StepRunner,
        frames: FrameDesk,
        builder: Callable[[str], RequestBuilder],
        provider_for: Callable[[Medium], str],
        desk: Desk,
    ) -> None:
        self._project = project
        self._steps = steps
        self._frames = frames
        self._builder = builder
        self._drafting = Drafting(project, builder)
        self._provider_for = provider_for
        self._desk = desk
        self._due_versions: dict[str, Version] = {}

    def run_sequence(
        self, sequence_id: str, target_shot: str | None = None, *, mode: Mode = "auto"
    ) -> tuple[Record, ...]:
        """Make a sequence, or one shot of it, and wait for the end. May cost what the plan's budgets allow.

        Raises:
            StarsendError: As the first job that stopped says; what was begun can be resumed.
        """
        records = []
        for job in self.prepare(sequence_id, Wish(mode=mode, shot=target_shot)):
            self._steps.advance(job.slate, job.request, job.provider)
            records.append(self._steps.run_out(job.slate))
        return tuple(records)

    def accept_clean_frame(self, slate: Slate) -> CleanFrame:
        """Take the picture that lies in ``clean/`` as the slate's start frame. See :meth:`FrameDesk.accept`."""
        return self._frames.accept(slate)

    def prepare(self, sequence_id: str, wish: Wish, *, dry: bool = False) -> tuple[Job, ...]:
        """Turn a wish into jobs. Reads pictures; makes the slate's record unless ``dry``; spends nothing.

        Raises:
            PlanError: The wish doesn't fit the plan or the model.
            PersonNeeded: ``frame-needed``.
        """
        _, sequence = self._project.plan.find_sequence(sequence_id)
        if wish.model is not None:
            return self._with_model(sequence, wish).prepare(sequence_id, replace(wish, model=None), dry=dry)
        self._due_versions = {}
        mode = self._mode(sequence, wish)
        check_wish(sequence, replace(wish, mode=mode) if wish.mode == "auto" and mode == "multi" else wish)
        if mode == "grid":
            return (self._grid_job(sequence, wish, dry=dry),)
        if mode == "multi":
            return (self._multi_job(sequence, shot_range(sequence, wish.shots), wish, dry=dry),)
        shots = [sequence.shot(shot_id(wish.shot))] if wish.shot is not None else shot_range(sequence, wish.shots)
        return tuple(
            self._single_job(sequence, shot, wish, bound=index == 0, dry=dry) for index, shot in enumerate(shots)
        )

    def _with_model(self, sequence: Sequence, wish: Wish) -> ClientSequenceRunner:
        """A runner for which the plan names the model that was chosen: its limits, parts and prices count.

        Raises:
            PlanError: There is no such model, it makes something else, or it can't make the sequence.
        """
        project = self._project.with_model(wish.model or "")
        kind = project.catalogue.get(wish.model or "").kind
        if (kind == "image") != (self._mode(sequence, wish) == "grid"):
            raise PlanError(
                f"{sequence.id}: {wish.model} makes {kind}s",
                remedy="choose a video model for videos, an image model for grids",
                code="wrong-model-kind",
            )
        let_pass(project, (sequence.id,))

        def builder(provider: str) -> RequestBuilder:
            return replace(self._builder(provider), project=project, given_model=True)

        return ClientSequenceRunner(project, self._steps, self._frames, builder, self._provider_for, self._desk)

    def agenda(self, *, episode: str | None = None, sequence: str | None = None, dry: bool = False) -> Agenda:
        """What is to be done: unsettled takes first, then what is due. Found frames are accepted unless ``dry``.

        Raises:
            UnknownName: There is no such episode or sequence.
        """
        jobs = [self.going_on(slate) for slate in self.at_work(episode, sequence)]
        waiting: list[Waiting] = []
        troubles: list[StarsendError] = []
        for planned in self._wanted(episode, sequence):
            try:
                more, left = self._to_do(planned, dry=dry)
            except (RecordBroken, MediaError) as error:  # this sequence is left alone; the others work
                troubles.append(error)
                continue
            except PlanError as error:
                if error.code != "unfit-frame":
                    raise
                troubles.append(error)
                continue
            jobs += more
            waiting += left
        return Agenda(tuple(jobs), tuple(waiting), tuple(troubles))

    def _to_do(self, planned: Sequence, *, dry: bool) -> tuple[list[Job], list[Waiting]]:
        slate = Slate(planned.id)
        if not dry:
            self._frames.adopt_found(slate)
        shots = (slate.of_shot(shot.id) for shot in planned.shots)
        versions = {str(s): self._project.store.find(str(s)) for s in (slate, *shots)}
        self._due_versions = {name: version for name, version in versions.items() if version is not None}
        due = self.due(planned)
        try:
            return self._due_jobs(planned, due, dry=dry), list(due.waiting)
        except PersonNeeded as error:
            return [], [*due.waiting, Waiting(slate, "pick", error.message, error.remedy)]

    def at_work(self, episode: str | None, sequence: str | None) -> list[Slate]:
        """Slates with unsettled takes, also those that are gone from the plan, unless only a part is asked for."""
        open_slates = [Slate.parse(name) for name in self._project.store.books().at_work]
        if episode is None and sequence is None:
            return open_slates
        names = {planned.id for planned in self._wanted(episode, sequence)}
        return [slate for slate in open_slates if slate.sequence in names]

    def _wanted(self, episode: str | None, sequence: str | None) -> list[Sequence]:
        return [
            planned
            for owner, planned in self._project.plan.sequences()
            if (episode is None or owner.id == episode) and (sequence is None or planned.id == sequence)
        ]

    def due(self, sequence: Sequence) -> Due:
        """What is due of a planned sequence."""
        own, shots = self._project.records_of(sequence)
        slate = Slate(sequence.id)
        frames = (slate, slate.of_shot(sequence.shots[0].id))
        has_frame = any(self._project.clean_frame(s) is not None for s in frames)
        return find_due(sequence, own, shots, has_frame=has_frame)

    def _due_jobs(self, sequence: Sequence, due: Due, *, dry: bool) -> list[Job]:
        if due.grid:
            return [self._grid_job(sequence, Wish(mode="grid"), dry=dry)]
        shots = [sequence.shot(name) for name in due.shots]
        busy = set(due.unsettled)
        if sequence.mode == "single":
            first = sequence.shots[0].id
            return [
                self._single_job(sequence, shot, Wish(mode="single"), bound=shot.id == first, dry=dry)
                for shot in shots
                if Slate(sequence.id, shot.id) not in busy
            ]
        return [self._multi_job(sequence, shots, Wish(mode="multi"), dry=dry, run=True)] if shots else []

    def _mode(self, sequence: Sequence, wish: Wish) -> Literal["grid", "multi", "single"]:
        if wish.mode != "auto":
            return wish.mode
        return "single" if wish.shot is not None or sequence.mode == "single" else "multi"

    def _grid_job(self, sequence: Sequence, wish: Wish, *, dry: bool) -> Job:
        shot = sequence.shots[0] if wish.shot is None else sequence.shot(shot_id(wish.shot))
        slate = Slate(sequence.id, None if wish.shot is None else shot.id)
        going = self._going_on(slate)
        if going is not None:
            return going
        provider = self._provider_for("grid")
        draft = self._drafting.grid(slate, sequence, shot, wish, provider)
        seen = None if dry else self._begin(slate, for_grid=True)
        return Job(slate, self._request((draft,) * wish.takes, seen, wish), provider, draft.warnings)

    def _multi_job(self, sequence: Sequence, shots: Many[Shot], wish: Wish, *, dry: bool, run: bool = False) -> Job:
        slate = Slate(sequence.id)
        going = self._going_on(slate)
        if going is not None:
            return going
        provider = self._provider_for("video")
        drafts: list[Draft] = []
        notes: list[str] = []
        for index, part in enumerate(self._drafting.parts(sequence, shots)):
            bound = index == 0 and (not run or part[0].id == sequence.shots[0].id)
            asked = wish.start_frame if index == 0 else None
            frame = choose_start(self._project, slate, part[0].id, asked, bound=bound)
            draft, said = self._drafting.video(slate, sequence, part, frame, wish, provider, dry=dry)
            drafts += [draft] * wish.takes
            notes += said
        seen = None if dry else self._begin(slate)
        return Job(slate, self._request(tuple(drafts), seen, wish), provider, tuple(dict.fromkeys(notes)))

    def _single_job(self, sequence: Sequence, shot: Shot, wish: Wish, *, bound: bool, dry: bool) -> Job:
        slate = Slate(sequence.id, shot.id)
        going = self._going_on(slate)
        if going is not None:
            return going
        provider = self._provider_for("video")
        frame = choose_start(self._project, slate, shot.id, wish.start_frame, bound=bound)
        draft, notes = self._drafting.video(slate, sequence, (shot,), frame, wish, provider, dry=dry)
        seen = None if dry else self._begin(slate)
        return Job(slate, self._request((draft,) * wish.takes, seen, wish), provider, tuple(notes))

    def going_on(self, slate: Slate) -> Job:
        """The job of a slate with unsettled takes: they go on, and none is opened."""
        record = self._project.store.load(str(slate)).record
        names = ", ".join(slate.take(take.take) for take in record.unsettled)
        unsent = [
            take
            for take in record.unsettled
            if take.receipt is None and inbox.stage(self._project.store.inbox(take.intent_id)) == "reserved"
        ]
        usd = sum((take.estimate_usd for take in unsent), ZERO)
        sent_now = f"; {', '.join(slate.take(take.take) for take in unsent)} was never sent and is sent now"
        return Job(slate, None, "", (f"{names} goes on{sent_now if unsent else ''}",), usd)

    def _going_on(self, slate: Slate) -> Job | None:
        record = self._project.record(slate)
        return None if record is None or not record.unsettled else self.going_on(slate)

    def _begin(self, slate: Slate, *, for_grid: bool = False) -> Version:
        """The record that a take is asked for in, as it was when the take was thought due; made where there is none."""
        known = self._due_versions.pop(str(slate), None)
        if known is not None:
            return known
        state = self._project.first_state(slate, for_grid=for_grid)
        return self._project.store.init_sequence(
            str(slate), state, episode=self._project.episode_of(slate), by=self._desk.by
        )

    def _request(self, drafts: tuple[Draft, ...], seen: Version | None, wish: Wish) -> TakeRequest:
        marked = tuple(replace(draft, basket_item=wish.basket_item) for draft in drafts)
        return TakeRequest(marked, self._project.caps, seen)
