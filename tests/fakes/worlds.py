"""A workspace with a small plan, a studio on it, and a clock that never waits: what many tests begin with."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starsend.model.take import Medium
from starsend.production.timekeeping import Desk
from starsend.providers import registry
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings
from starsend.settings import read_settings
from starsend.store.checkpoints import Checkpoint, passing
from starsend.studio import OpenProject, Parts, PooledInspector, Studio
from tests.fakes.book_provider import BookProvider


@dataclass
class FakeTime:
    """Time that moves only when somebody waits."""

    at: datetime = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    ticks: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        with self.guard:
            self.at += timedelta(milliseconds=1)
            return self.at

    def monotonic(self) -> float:
        return self.ticks

    def pass_s(self, seconds: float) -> None:
        with self.guard:
            self.at += timedelta(seconds=seconds)
            self.ticks += seconds


class QuickDesk(Desk):
    """A desk whose waits are over at once, the clock moved on instead."""

    time: FakeTime

    def wait(self, seconds: float) -> None:
        self.check_stop()
        self.time.pass_s(max(seconds, 0.0))


def quick_desk(time: FakeTime | None = None) -> QuickDesk:
    time = time if time is not None else FakeTime()
    ids = itertools.count(1)
    desk = QuickDesk(
        now=time.now,
        monotonic=time.monotonic,
        new_id=lambda: f"intent-{next(ids):04d}",
        jitter=lambda: 0.5,
        acting=lambda: "test",
    )
    object.__setattr__(desk, "time", time)
    return desk


def plan(**changes: Any) -> dict[str, Any]:
    """A sound plan: SEQ01 with three shots, SEQ02 with two; cheap models."""
    document: dict[str, Any] = {
        "schema_version": 1,
        "project": "film",
        "title": "Film",
        "format": {"aspect_ratio": "16:9", "fps": "24", "resolution": "720p"},
        "defaults": {"image_model": "gemini-3-pro-image", "video_model": "kling-o3-pro"},
        "episodes": [
            {
                "id": "ep_001",
                "sequences": [
                    {
                        "id": "SEQ01",
                        "shots": [
                            {"id": "SH01", "prompt": "Wide. A road at night.", "duration_s": 1},
                            {"id": "SH02", "prompt": "Close-up. A hand on the wheel.", "duration_s": 1},
                            {"id": "SH03", "prompt": "Wide. The car stops.", "duration_s": 1},
                        ],
                    },
                    {
                        "id": "SEQ02",
                        "start_frame": "none",
                        "shots": [
                            {"id": "SH01", "prompt": "A kitchen.", "duration_s": 2},
                            {"id": "SH02", "prompt": "A window.", "duration_s": 1},
                        ],
                    },
                ],
            }
        ],
    }
    document.update(changes)
    return document


def write_plan(workspace: Path, document: dict[str, Any] | None = None) -> Path:
    document = document if document is not None else plan()
    path = workspace / "projects" / str(document["project"]) / "plan.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


@dataclass
class World:
    """A studio on a workspace whose provider is a BookProvider."""

    workspace: Path
    provider: BookProvider
    desk: Desk
    inspector: PooledInspector
    checkpoint: Checkpoint = passing

    def studio(self) -> Studio:
        parts = Parts(self.desk, self.checkpoint, self.make, self.choose, self.inspector)
        return Studio(read_settings(self.workspace, environ={}), parts)

    def open(self, project: str = "film") -> OpenProject:
        """Read everything anew, as another process would."""
        return self.studio().open(project)

    def make(self, name: str, around: Surroundings, base_url: str | None) -> Provider:
        return self.provider if name == self.provider.name else registry.make(name, around, base_url)

    def choose(self, setting: str, medium: Medium) -> str:
        return self.provider.name if setting in ("animatic", "book") else registry.choose(setting, medium)


def world(tmp_path: Path, inspector: PooledInspector, document: dict[str, Any] | None = None, **provider: Any) -> World:
    workspace = tmp_path / "workspace"
    write_plan(workspace, document)
    return World(workspace, BookProvider(tmp_path / "book", workspace, **provider), quick_desk(), inspector)
