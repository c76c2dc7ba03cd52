"""The canary: the cheapest live jobs, bought through the same steps as everything else, while the traffic is kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from starsend.catalogue.image_sizes import about_px
from starsend.doctor.canary_plan import FILM, GRID, PROJECT, Birds, cheapest, lay_out, shortest_s
from starsend.doctor.expectation import Evidence, Outcome, judge
from starsend.doctor.fal_picture import FAL
from starsend.doctor.gemini_picture import GEMINI
from starsend.doctor.paid import doors, secrets_of
from starsend.doctor.traffic import TrafficLog
from starsend.errors import ProviderError, SetupError, StarsendError
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.job import Job
from starsend.production.take_request import intent_of
from starsend.production.wish import Wish
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings
from starsend.settings import Notify, Settings
from starsend.studio import OpenProject, Parts, Studio

PATIENCE_S: Final = 60.0
"""How long a finished job is looked for in the listing and in the bills; it says whether they lag, not how much."""
_FIRST_PAUSE_S: Final = 1.0
_SIZES: Final = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}


@dataclass(frozen=True)
class Flight:
    """What came of a canary.

    Attributes:
        traffic: The file with everything that went to and fro, keys removed.
        outcomes: How our picture of the vendors fared.
        takes: What was bought or gone on with, by name.
        troubles: What stopped a job.
    """

    workspace: Path
    traffic: Path
    outcomes: tuple[Outcome, ...]
    takes: tuple[tuple[str, Take], ...]
    troubles: tuple[StarsendError, ...]


class Canary:
    """Flies once. Use as a context manager: it ends what it started.

    Args:
        settings: Of the studio's workspace: keys, addresses, prices and budgets hold for the canary too.
        parts: The studio's.
        patience_s: How long a finished job is looked for in the listing and in the bills.

    Raises:
        SetupError: ``no-key``: not one key is set; or the disk.
    """

    def __init__(self, settings: Settings, parts: Parts, *, patience_s: float = PATIENCE_S) -> None:
        self.workspace = settings.workspace / "canary"
        self._patience_s = patience_s
        self._clock = parts.desk
        self._with_key = {door.name for door in doors(settings.keys) if door.has_key}
        if not self._with_key:
            raise SetupError(
                "a canary needs a key, and none is set",
                remedy="set FAL_KEY or GEMINI_API_KEY; all else is looked at without: starsend doctor",
                code="no-key",
            )
        stamp = parts.desk.now().strftime("%Y%m%dT%H%M%SZ")
        self._log = TrafficLog(self.workspace / f"{stamp}-traffic.jsonl", parts.desk.now, secrets_of(settings.keys))
        own = settings.model_copy(update={"workspace": self.workspace, "provider": "live", "notify": Notify()})
        self._studio = Studio(own, replace(parts, make_provider=self._tapped(parts)))
        self._birds: Birds = cheapest(self._studio.catalogue)
        lay_out(self.workspace, self._birds)
        self.desk: OpenProject = self._studio.open(PROJECT)

    def __enter__(self) -> Canary:
        return self

    def __exit__(self, *error: object) -> None:
        self._studio.__exit__(*error)

    def _tapped(self, parts: Parts) -> Callable[[str, Surroundings, str | None], Provider]:
        return lambda name, around, base_url: parts.make_provider(name, replace(around, tap=self._log), base_url)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is not bought because there is no key for it, in words."""
        return tuple(
            f"{entry.title} is left out: no key for {entry.provider} is set"
            for entry in (self._birds.video, self._birds.image)
            if entry.provider not in self._with_key
        )

    def jobs(self) -> tuple[Job, ...]:
        """What would be bought; what an earlier canary left unsettled goes on instead. Sends nothing.

        Raises:
            StarsendError: As for any take.
        """
        wanted = [
            (Slate(name), wish)
            for name, entry, wish in (
                (FILM, self._birds.video, Wish()),
                (GRID, self._birds.image, Wish(mode="grid")),
            )
            if entry.provider in self._with_key
        ]
        jobs: list[Job] = []
        for slate, wish in wanted:
            record = self.desk.project.record(slate)
            if record is not None and record.unsettled:
                jobs.append(self.desk.runner.going_on(slate))
            else:
                jobs += self.desk.runner.prepare(slate.sequence, wish)
        return tuple(jobs)

    def fly(self, jobs: tuple[Job, ...], say: Callable[[str], None]) -> Flight:
        """Run the jobs one after the other, look into listing and bills, and judge. Costs the jobs' estimates."""
        self.desk.keep_plan()
        troubles: list[StarsendError] = []
        outcomes: list[Outcome] = []
        takes: list[tuple[str, Take]] = []
        for job in jobs:
            try:
                self._run(job, say)
            except StarsendError as error:
                troubles.append(error)
            record = self.desk.project.record(job.slate)
            if record is not None and record.takes:
                take = record.takes[-1]
                takes.append((record.slate.take(take.take), take))
                outcomes += self._judge(take)
        return Flight(self.workspace, self._log.path, tuple(outcomes), tuple(takes), tuple(troubles))

    def _run(self, job: Job, say: Callable[[str], None]) -> None:
        step = self.desk.steps.advance(job.slate, job.request, job.provider or None)
        take = step.record.takes[-1]
        name = job.slate.take(take.take)
        say(f"{name}: {take.model}, for about {take.estimate_usd} USD")
        if take.medium == "video" and take.receipt is not None and take.unsettled:
            with suppress(ProviderError):  # only to see whether an unfinished job is listed
                self.desk.provider(take.provider, take.base_url).lookup(intent_of(job.slate, take))
        record = self.desk.steps.run_out(job.slate)
        take = record.takes[-1]
        say(f"{name}: {take.outcome}{f', {take.error.message}' if take.error is not None else ''}")
        if take.medium == "video" and take.receipt is not None:
            self._look_for(job.slate, take)

    def _look_for(self, slate: Slate, take: Take) -> None:
        """Look into the listing and the bills until both show the job, or patience ends."""
        provider = self.desk.provider(take.provider, take.base_url)
        job = provider.receipt_id(take.receipt or {})
        until, pause = self._clock.monotonic() + self._patience_s, _FIRST_PAUSE_S
        listed = billed = False
        while True:
            if not listed:
                with suppress(ProviderError):
                    found = provider.lookup(intent_of(slate, take)).matches
                    listed = any(provider.receipt_id(match) == job for match in found)
            if not billed:
                try:
                    billed = job in provider.billed([take.receipt or {}])
                except ProviderError as error:
                    billed = error.exit_code == SetupError.exit_code  # this key may not see it: asking again is no use
            if (listed and billed) or self._clock.monotonic() + pause > until:
                return
            self._clock.wait(pause)
            pause *= 2

    def _judge(self, take: Take) -> tuple[Outcome, ...]:
        entry = self._studio.catalogue.get(take.model)
        seen = self._log.seen()
        if take.medium == "video":
            seconds = shortest_s(entry)
            price = entry.video_usd(seconds, audio=False)
            size = _SIZES[entry.limits.resolution or "720p"]
            return judge(FAL, Evidence(take, seen, size, price, seconds))
        limits = entry.limits
        size = about_px(limits.default_size or "1K", str(take.request.get("aspect_ratio", "16:9")))
        return judge(GEMINI, Evidence(take, seen, size, entry.prices.usd_per_image[entry.limits.default_size or ""]))
