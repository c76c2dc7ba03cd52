"""``starsend.toml`` and the environment, made into one frozen Settings. The only reader of ``os.environ``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from starsend.errors import SetupError
from starsend.model.money import MOST


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # only the whole is built, when it is used


class Poll(_Section):
    """Seconds between looks at a running job: grows from ``first_s`` to ``max_s``, jittered."""

    first_s: float = Field(default=2.0, gt=0, le=3600)
    max_s: float = Field(default=15.0, gt=0, le=3600)


class Confirm(_Section):
    """Above this sum a command asks, or wants ``--yes``."""

    above_usd: Decimal = Field(default=Decimal("5.00"), ge=0, lt=MOST)


class Budget(_Section):
    """Hard caps of the studio; plans may only lower them."""

    project_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)
    sequence_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)
    shot_usd: Decimal | None = Field(default=None, ge=0, lt=MOST)


class Animatic(_Section):
    """How the embedded provider draws: ``full`` boards, or ``fast`` ones that are smaller and flatter."""

    profile: Literal["full", "fast"] = "full"


class Run(_Section):
    """How many slates ``starsend run`` works at once."""

    at_once: int = Field(default=8, ge=1, le=256)


class Notify(_Section):
    """Who is told when something waits; nobody yet in this version."""


class Store(_Section):
    """Where records are kept: JSON files in this version."""

    kind: Literal["json"] = "json"


class Media(_Section):
    """Where media are kept: the workspace in this version."""

    url: Literal[""] = ""


class Settings(_Section):
    """Everything that can be set. Unknown keys are refused, so that a typing error is not silently ignored.

    Attributes:
        workspace: The folder that holds ``projects/`` and ``state/``.
        provider: ``animatic``, or ``live`` for the paid ones.
        prices: Overrides of the catalogue: model id → price field → USD.
    """

    workspace: Path
    provider: str = "animatic"
    poll: Poll = Poll()
    confirm: Confirm = Confirm()
    budget: Budget = Budget()
    animatic: Animatic = Animatic()
    run: Run = Run()
    notify: Notify = Notify()
    store: Store = Store()
    media: Media = Media()
    prices: dict[str, dict[str, str]] = Field(default_factory=dict)


def read_settings(
    workspace: Path | None = None,
    *,
    provider: str | None = None,
    fast: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Read ``starsend.toml`` of the workspace; arguments win over the environment, which wins over the file.

    Args:
        workspace: As given on the command line; else ``STARSEND_WORKSPACE``, else the current folder.
        provider: As given on the command line.
        fast: ``--fast`` was given.
        environ: The environment.

    Raises:
        SetupError: ``bad-settings``, naming each key that is wrong; ``no-workspace``.
    """
    place = workspace or Path(environ.get("STARSEND_WORKSPACE") or ".")
    try:
        place = place.expanduser().absolute()
    except (RuntimeError, OSError) as error:
        raise SetupError(
            f"{place} is no folder that can be found: {error}",
            remedy="give a folder: --workspace DIR",
            code="no-workspace",
        ) from error
    if place.exists() and not place.is_dir():
        raise SetupError(f"{place} is not a folder", remedy="give a folder: --workspace DIR", code="no-workspace")
    data: dict[str, Any] = {**_read_toml(place / "starsend.toml"), "workspace": place}
    if provider is not None:
        data["provider"] = provider
    if fast:
        section = data.get("animatic", {})
        data["animatic"] = {**section, "profile": "fast"} if isinstance(section, dict) else section
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)]
        raise SetupError(
            f"{place / 'starsend.toml'}: {'; '.join(faults)}",
            remedy="correct these keys; docs/settings.md lists them all",
            code="bad-settings",
        ) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SetupError(
            f"{path} can't be read: {error}", remedy="correct the file, or move it away", code="bad-settings"
        ) from error
