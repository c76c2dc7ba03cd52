"""A workspace that works with the paid providers' adapters, by the commands that users type."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from starsend.cli.main import run
from starsend.model.record import Record
from starsend.model.take import Take
from starsend.production.timekeeping import Desk
from starsend.store.checkpoints import Checkpoint, passing
from starsend.studio import Parts, real_desk
from tests.fakes.warm import WARM

FAL_KEY, GEMINI_KEY = "test-fal-key", "test-gemini-key"
QUICK = "[poll]\nfirst_s = 0.05\nmax_s = 0.2\n"
_PAYING = ("run", "generate", "finish", "estimate")


class BriskDesk(Desk):
    """A desk whose waits take a twentieth of their time."""

    def wait(self, seconds: float) -> None:
        super().wait(seconds / 20)


def brisk_desk() -> BriskDesk:
    """Waits little, by the real clock."""
    real = real_desk()
    return BriskDesk(**{each.name: getattr(real, each.name) for each in fields(real)})


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class PaidWorld:
    """Commands on one workspace, with the keys and addresses that a person would export; each opens it anew."""

    workspace: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    environ: dict[str, str] = field(default_factory=dict)
    heard: list[Said] = field(default_factory=list)
    checkpoint: Checkpoint = passing
    desk: Desk | None = None

    def at(self, url: str) -> PaidWorld:
        """Both providers at one address, with keys that any rehearsal server takes."""
        self.environ |= {
            "FAL_KEY": FAL_KEY,
            "GEMINI_API_KEY": GEMINI_KEY,
            "STARSEND_FAL_URL": url,
            "GOOGLE_GEMINI_BASE_URL": url,
        }
        return self

    def __call__(self, *arguments: str, provider: str = "live", for_s: float | None = None) -> Said:
        """Run a command as a user types it; ``run`` and its like speak with the paid providers.

        Args:
            arguments: Without the workspace.
            provider: For those that may cost.
            for_s: After so many seconds it is stopped as by Ctrl-C: some weather lasts for hours.
        """
        for name in ("FAL_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "STARSEND_FAL_URL", "GOOGLE_GEMINI_BASE_URL"):
            self.monkeypatch.delenv(name, raising=False)
        for name, value in self.environ.items():
            self.monkeypatch.setenv(name, value)
        paying = ("--provider", provider) if arguments[0] in _PAYING else ()
        self.capsys.readouterr()
        desk = self.desk if self.desk is not None else real_desk()
        stopper = threading.Timer(for_s or 0.0, desk.stop.set)
        if for_s is not None:
            stopper.start()
        code = run(
            [*arguments, *paying, "--workspace", str(self.workspace)], Parts(desk, self.checkpoint, inspector=WARM)
        )
        stopper.cancel()
        said = Said(code, *self.capsys.readouterr())
        self.heard.append(said)
        return said

    def records(self) -> dict[str, Record]:
        """All records by their ids, read from their files."""
        folder = self.workspace / "state" / "film" / "shots"
        return {path.stem: Record.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))}

    def take(self, slate: str = "SEQ01") -> Take:
        """The last take of a slate."""
        return self.records()[slate].takes[-1]

    def held(self) -> str:
        """What all takes hold of the budgets, in USD."""
        return str(sum(take.committed_usd for record in self.records().values() for take in record.takes))
