"""Everything that can be set, a section each, with its bounds and defaults."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from starsend.model.money import MOST
from starsend.settings.environment import Keys

_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


class Section(BaseModel):
    """A part of the settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # only the whole is built, when it is used


class Poll(Section):
    """Seconds between looks at a running job: grows from ``first_s`` to ``max_s``, jittered."""

    first_s: float = Field(default=2.0, gt=0, le=3600)
    max_s: float = Field(default=15.0, gt=0, le=3600)


class Confirm(Section):
    """Above this sum a command asks, or wants ``--yes``."""

    above_usd: Decimal = Field(default=Decimal("5.00"), ge=0, lt=MOST)


class Budget(Section):
    """Hard caps of the studio; plans may only lower them."""

    project_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)
    sequence_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)
    shot_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)


class Animatic(Section):
    """How the embedded provider draws: ``full`` boards, or ``fast`` ones that are smaller and flatter."""

    profile: Literal["full", "fast"] = "full"


class Run(Section):
    """How many slates ``starsend run`` works at once."""

    at_once: int = Field(default=8, ge=1, le=256)


class Fal(Section):
    """How jobs are sent to fal: ``low`` waits behind everybody else's jobs of the same model."""

    priority: Literal["normal", "low"] = "normal"


class Download(Section):
    """The largest file that is fetched, in megabytes of 1,000,000 bytes."""

    largest_mb: int = Field(default=2000, ge=1)


class Review(Section):
    """How frames are counted where the plan doesn't say it: the number of the first one."""

    first_frame: int = Field(default=0, strict=True, ge=0, le=100_000)


class Notify(Section):
    """Who is told when something waits for a person, is refused, a budget is nearly used up, or a run ends.

    Attributes:
        command: Run with the news as JSON on its standard input, and as ``STARSEND_EVENT`` and ``STARSEND_MESSAGE``.
        url: An https address that the news is posted to as JSON.
        on: What is told.
        budget_part: A budget is told of when so much of it is committed.
    """

    command: str = ""
    url: str = ""
    on: tuple[Literal["waits", "refused", "budget", "ended"], ...] = ("waits", "refused", "budget", "ended")
    budget_part: float = Field(default=0.8, gt=0, le=1)

    @field_validator("url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        if url and not _is_safe_address(url):
            raise ValueError("it must be an https address")
        return url


class Store(Section):
    """Where records are kept: JSON files in this version."""

    kind: Literal["json"] = "json"


class Media(Section):
    """Where media are kept: the workspace in this version."""

    url: Literal[""] = ""


class Settings(Section):
    """Everything that can be set. Unknown keys are refused, so that a typing error is not silently ignored.

    Attributes:
        workspace: The folder that holds ``projects/`` and ``state/``.
        provider: ``animatic``, or ``live`` for the paid ones.
        prices: Overrides of the catalogue: model id → price field → USD.
        keys: From the environment; a file can't hold them.
    """

    workspace: Path
    provider: str = "animatic"
    poll: Poll = Poll()
    confirm: Confirm = Confirm()
    budget: Budget = Budget()
    animatic: Animatic = Animatic()
    run: Run = Run()
    fal: Fal = Fal()
    download: Download = Download()
    review: Review = Review()
    notify: Notify = Notify()
    store: Store = Store()
    media: Media = Media()
    prices: dict[str, dict[str, str]] = Field(default_factory=dict)
    keys: Keys = Field(default=Keys(), exclude=True)


def _is_safe_address(url: str) -> bool:
    """Whether it is https to somewhere, or stays on this machine; by its host, not by how it begins."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE))
