"""StepRunner: one step of seconds at a time, from a record to its next state. It knows no plan and no workflow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from starsend.errors import OutcomeUnknown, PersonNeeded, PlanError, ProviderError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.collector import Collector
from starsend.production.paid_call import PaidCall
from starsend.production.poll_times import PollTimes
from starsend.production.reconciler import Reconciler
from starsend.production.take_request import TakeRequest
from starsend.production.timekeeping import Desk
from starsend.providers.base import Provider
from starsend.store.execution_store import ExecutionStore

OnProgress = Callable[[Slate, int, float], None]
"""Told the slate, the take's number and how far it is, 0 to 1."""

_WEATHER_LOOKS = 3
"""So many looks in a row must fail before a late job is left to a person; one may be chance after a long night."""


@dataclass(frozen=True)
class Step:
    """What one step came to.

    Attributes:
        record: The record as it is now.
        done: Nothing of the slate is unsettled any more.
        wait_s: Seconds until the next step makes sense.
    """

    record: Record
    done: bool
    wait_s: float = 0.0


@dataclass(frozen=True)
class Workbench:
    """The parts that a StepRunner works with.

    Attributes:
        provider: Gives a provider by name and, for a take that was sent, its base URL.
        paid_call: Gives the caller that may send to a provider.
        remark: Told what a person may want to know while they wait.
    """

    store: ExecutionStore
    provider: Callable[[str, str | None], Provider]
    paid_call: Callable[[Provider], PaidCall]
    reconciler: Reconciler
    collector: Collector
    polls: PollTimes
    desk: Desk
    remark: Callable[[str], None] = lambda _text: None


class StepRunner:
    """Runs takes to their end, a step at a time. Safe for threads; one driver a slate."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._looked_for: set[str] = set()
        self._weather: Counter[str] = Counter()

    def execute_keyframe(self, slate: Slate, request: TakeRequest, provider: str) -> Record:
        """Draw grids (or finished frames) until they are complete, failed, or need a person. May cost money.

        Raises:
            PersonNeeded: An outcome is unknown.
        """
        return self._execute(slate, request, provider, ("grid", "frame"))

    def execute_video(self, slate: Slate, request: TakeRequest, provider: str) -> Record:
        """Make takes of one shot, image to video. May cost money.

        Raises:
            PersonNeeded: An outcome is unknown.
        """
        return self._execute(slate, request, provider, ("video",))

    def execute_multi_shot(self, slate: Slate, request: TakeRequest, provider: str) -> Record:
        """Make takes that each show several shots. May cost money.

        Raises:
            PersonNeeded: An outcome is unknown.
        """
        return self._execute(slate, request, provider, ("video",))

    def advance(
        self,
        slate: Slate,
        request: TakeRequest | None = None,
        provider: str | None = None,
        progress: OnProgress | None = None,
    ) -> Step:
        """Do one thing: begin the request, or take the next step of an unsettled take.

        With an unsettled take on the slate ``request`` is left alone: that take goes on, and none is opened.

        Raises:
            PersonNeeded: An outcome is unknown, and no other take of the slate can go on. (A reply that was lost just
                now raises nothing: the next step looks for it.)
            BudgetError, Busy, MoveError, SetupError: Nothing was begun.
        """
        bench = self._bench
        version = bench.store.load(str(slate))
        if version.record.unsettled:
            return self._next_step(slate, version.record, progress)
        if request is None:
            return Step(version.record, done=True)
        if provider is None:
            raise PlanError("a request needs a provider", remedy="name one: --provider animatic")
        with suppress(OutcomeUnknown):
            seen = version if request.seen is None else request.seen
            bench.paid_call(bench.provider(provider, None)).submit(slate, request, seen=seen)
        return self._state(slate)

    def run_out(self, slate: Slate, progress: OnProgress | None = None) -> Record:
        """Go on with whatever is unsettled until nothing is.

        Raises:
            PersonNeeded, Interrupted: It can't go on by itself, or was stopped.
        """
        while True:
            step = self.advance(slate, progress=progress)
            if step.done:
                return step.record
            self._bench.desk.wait(step.wait_s)

    def _execute(self, slate: Slate, request: TakeRequest, provider: str, media: tuple[str, ...]) -> Record:
        wrong = next((d.order.medium for d in request.drafts if d.order.medium not in media), None)
        if wrong is not None:
            raise PlanError(f"{slate}: a {wrong} was asked of a step for {media[0]}", remedy="use the step for it")
        self.advance(slate, request, provider)
        return self.run_out(slate)

    def _next_step(self, slate: Slate, record: Record, progress: OnProgress | None) -> Step:
        """One step of the take whose time has come; one that waits for a person doesn't hold the others."""
        sent = [take for take in record.unsettled if take.receipt is not None]
        lost = [take for take in record.unsettled if take.receipt is None]
        unseen = [take for take in lost if take.intent_id not in self._looked_for]
        if unseen or not sent:
            self._find(slate, (unseen or lost)[0], alone=not sent and len(unseen) < 2)
            return self._state(slate)
        take = min(sent, key=lambda t: self._bench.polls.wait_s(t.intent_id))
        wait_s = self._bench.polls.wait_s(take.intent_id)
        if wait_s > 0:
            return Step(record, done=False, wait_s=wait_s)
        return self._look(slate, take, progress)

    def _find(self, slate: Slate, take: Take, *, alone: bool) -> None:
        """Look for a take without a receipt; what only a person can settle is raised when nothing else can go on."""
        self._looked_for.add(take.intent_id)
        try:
            self._bench.reconciler.find_again(slate, take.intent_id)
        except OutcomeUnknown:
            return
        except PersonNeeded:
            if alone:
                record = self._bench.store.load(str(slate)).record
                self._looked_for -= {other.intent_id for other in record.unsettled}  # the next command looks again
                raise

    def _look(self, slate: Slate, take: Take, progress: OnProgress | None) -> Step:
        bench = self._bench
        provider = bench.provider(take.provider, take.base_url)

        def tell(part: float) -> None:
            bench.desk.check_stop()
            if progress is not None:
                progress(slate, take.take, part)

        try:
            bench.collector.look(slate, take.intent_id, provider, tell)
        except ProviderError as error:  # weather: asked again until the model's longest time
            self._weather[take.intent_id] += 1
            if self._weather[take.intent_id] == _WEATHER_LOOKS:
                bench.collector.say_weather(slate, take.intent_id, error)
                bench.remark(f"{slate.take(take.take)} is asked for again and again: {error.message}")
            if self._weather[take.intent_id] >= _WEATHER_LOOKS:
                bench.collector.out_of_time(slate, take.intent_id, error)
        else:
            self._weather.pop(take.intent_id, None)
        finally:
            bench.polls.looked(take.intent_id)
        step = self._state(slate)
        if all(other.intent_id != take.intent_id for other in step.record.unsettled):
            bench.polls.forget(take.intent_id)
        if not self._weather[take.intent_id]:
            bench.collector.hold_to_time(step.record, take.intent_id)
        return step

    def _state(self, slate: Slate) -> Step:
        record = self._bench.store.load(str(slate)).record
        open_takes = record.unsettled
        waits = [self._bench.polls.wait_s(t.intent_id) for t in open_takes if t.receipt is not None]
        return Step(record, done=not open_takes, wait_s=min(waits, default=0.0))
