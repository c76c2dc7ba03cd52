"""Short ways for tests to begin takes, go on with them and look at what came."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starsend.errors import StarsendError
from starsend.model.record import Record
from starsend.model.slate import Slate
from starsend.model.take import Take
from starsend.production.engine import Result
from starsend.production.job import Job
from starsend.production.wish import Wish
from tests.fakes.crash_child import InProcess, Quiet
from tests.fakes.worlds import FakeTime, World, plan, quick_desk, world


def shots(*prompts: str, seconds: int = 3) -> list[dict[str, Any]]:
    """Planned shots SH01, SH02… with these prompts."""
    return [{"id": f"SH{n:02d}", "prompt": text, "duration_s": seconds} for n, text in enumerate(prompts, 1)]


def document(*sequences: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A plan of these sequences, at 8 frames a second: SEQ01 with a shot and no frame, where none are given."""
    given = sequences or ({"id": "SEQ01"},)
    filled = [{"start_frame": "none", "shots": shots("A road."), **sequence} for sequence in given]
    return plan(
        episodes=[{"id": "ep_001", "sequences": filled}],
        **{"format": {"fps": "8", "resolution": "720p"}, **changes},
    )


@dataclass
class Bench:
    """A world with one project. Each call opens the project anew, as another command would."""

    world: World

    def jobs(self, sequence: str = "SEQ01", wish: Wish | None = None) -> list[Job]:
        return list(self.world.open().runner.prepare(sequence, wish if wish is not None else Wish()))

    def generate(self, sequence: str = "SEQ01", wish: Wish | None = None) -> list[Result]:
        """What ``starsend generate`` does, to the end."""
        return self.drive(self.jobs(sequence, wish))

    def run(self) -> list[Result]:
        """What ``starsend run`` does, to the end."""
        return self.drive(list(self.world.open().runner.agenda().jobs))

    def drive(self, jobs: list[Job]) -> list[Result]:
        return self.world.open().engine.run(jobs, Quiet())

    def begin(self, sequence: str = "SEQ01", wish: Wish | None = None) -> Record:
        """Send the first job of a wish, and take no further step."""
        job = self.jobs(sequence, wish)[0]
        return self.world.open().steps.advance(job.slate, job.request, job.provider).record

    def record(self, slate: str = "SEQ01") -> Record:
        return self.world.open().store.load(slate).record

    def take(self, number: int = 1, slate: str = "SEQ01") -> Take:
        found = self.record(slate).find(number)
        assert found is not None
        return found

    def states(self, slate: str = "SEQ01") -> list[str]:
        """The states that a record went through."""
        entries = self.record(slate).history
        return [str(entry.to) for entry in entries if entry.from_ != entry.to]

    def whys(self, slate: str = "SEQ01") -> list[str]:
        return [entry.why for entry in self.record(slate).history]

    def past(self, take: int, slate: str = "SEQ01") -> Path:
        return self.world.workspace / "projects" / "film" / "takes" / "ep_001" / slate / f"{slate}_T{take:03d}.mp4"

    @property
    def accepted(self) -> int:
        """How many jobs the provider would bill."""
        return len(self.world.provider.accepted())


class RunningTime(FakeTime):
    """Time that also runs by itself, fifty times as fast: for engines, which wait for one another."""

    def monotonic(self) -> float:
        return self.ticks + time.monotonic() * 50


def bench(
    tmp_path: Path,
    *sequences: dict[str, Any],
    provider: dict[str, Any] | None = None,
    clock: FakeTime | None = None,
    **changes: Any,
) -> Bench:
    """Begin a project; ``provider`` are switches of the BookProvider, ``changes`` of the plan."""
    made = world(tmp_path, InProcess(), document(*sequences, **changes), **(provider or {}))
    return Bench(made if clock is None else replace(made, desk=quick_desk(clock)))


def error_of(results: list[Result]) -> StarsendError:
    """The one error among results."""
    (error,) = [result.error for result in results if result.error is not None]
    return error


def once(error: Exception) -> Callable[[Any], None]:
    """Raises the first time."""
    left = [error]

    def act(_given: Any) -> None:
        if left:
            raise left.pop()

    return act


def slate(text: str = "SEQ01") -> Slate:
    return Slate.parse(text)
