"""``starsend.toml`` and the environment, made into one frozen Settings. The only reader of ``os.environ``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from starsend.errors import SetupError
from starsend.model.money import MOST

KEY_VARIABLES: Final = frozenset({"FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "GEMINI_API_KEY", "GOOGLE_API_KEY"})
"""Keys of paid providers, or parts of one, by the names that their own SDKs know."""
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


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


class Fal(_Section):
    """How jobs are sent to fal: ``low`` waits behind everybody else's jobs of the same model."""

    priority: Literal["normal", "low"] = "normal"


class Download(_Section):
    """The largest file that is fetched, in megabytes of 1,000,000 bytes."""

    largest_mb: int = Field(default=2000, ge=1)


class Review(_Section):
    """How frames are counted where the plan doesn't say it: the number of the first one."""

    first_frame: int = Field(default=0, strict=True, ge=0, le=100_000)


class Notify(_Section):
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


class Store(_Section):
    """Where records are kept: JSON files in this version."""

    kind: Literal["json"] = "json"


class Media(_Section):
    """Where media are kept: the workspace in this version."""

    url: Literal[""] = ""


@dataclass(frozen=True)
class Keys:
    """Keys and addresses of the paid providers, from the environment only; a key is never shown.

    Attributes:
        fal_url: Another server in fal's place; empty means fal's own hosts.
        gemini_url: Another server in Google's place.
    """

    fal: str = field(default="", repr=False)
    gemini: str = field(default="", repr=False)
    fal_url: str = ""
    gemini_url: str = ""


class Settings(_Section):
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


def read_settings(
    workspace: Path | None = None,
    *,
    provider: str | None = None,
    fast: bool = False,
    priority: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Read ``starsend.toml`` of the workspace; arguments win over the environment, which wins over the file.

    Args:
        workspace: As given on the command line; else ``STARSEND_WORKSPACE``, else the current folder.
        provider: As given on the command line.
        fast: ``--fast`` was given.
        priority: As given on the command line.
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
    if "keys" in data:
        raise SetupError(
            f"{place / 'starsend.toml'}: keys don't belong into a file that is copied and shown around",
            remedy="take [keys] out; set FAL_KEY and GEMINI_API_KEY in the environment",
            code="bad-settings",
        )
    data["keys"] = _keys(environ)
    if provider is not None:
        data["provider"] = provider
    for section, changes in (("animatic", {"profile": "fast"} if fast else {}), ("fal", {"priority": priority})):
        there = data.get(section, {})
        if isinstance(there, dict):
            data[section] = {**there, **{key: value for key, value in changes.items() if value is not None}}
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        faults, remedies = _faults(error)
        raise SetupError(
            f"{place / 'starsend.toml'}: {'; '.join(faults)}",
            remedy="; ".join(remedies) or "correct these keys; docs/settings.md lists them all",
            code="bad-settings",
        ) from error


def _faults(error: ValidationError) -> tuple[list[str], list[str]]:
    """What is wrong, by key; and the known key that was likely meant in the place of each unknown one."""
    faults, remedies = [], []
    for each in error.errors(include_url=False, include_input=False):
        key = ".".join(map(str, each["loc"]))
        if each["type"] != "extra_forbidden":
            faults.append(f"{key}: {each['msg']}")
            continue
        faults.append(f"unknown key {key}")
        near = get_close_matches(key, _known_keys(), n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        remedies.append(f"{key}: {meant}docs/settings.md lists all keys")
    return faults, remedies


def _known_keys() -> list[str]:
    """``provider``, ``poll.first_s`` …: what a file may set."""
    keys = []
    for name, held in Settings.model_fields.items():
        if name in ("workspace", "keys"):
            continue
        keys.append(name)
        if isinstance(held.default, _Section):
            keys += [f"{name}.{inner}" for inner in type(held.default).model_fields]
    return keys


def _is_safe_address(url: str) -> bool:
    """Whether it is https to somewhere, or stays on this machine; by its host, not by how it begins."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _THIS_MACHINE))


def environ_without_keys(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for commands that are not ours: without the keys of paid providers."""
    return {name: value for name, value in environ.items() if name not in KEY_VARIABLES}


def _keys(environ: Mapping[str, str]) -> Keys:
    return Keys(
        fal=environ.get("FAL_KEY", "").strip(),
        gemini=(environ.get("GOOGLE_API_KEY") or environ.get("GEMINI_API_KEY") or "").strip(),  # as Google's SDK does
        fal_url=_address(environ, "STARSEND_FAL_URL"),
        gemini_url=_address(environ, "GOOGLE_GEMINI_BASE_URL"),
    )


def _address(environ: Mapping[str, str], variable: str) -> str:
    url = environ.get(variable, "").strip()
    if "@" in url:  # it stands in records and on screens
        raise SetupError(
            f"{variable} has a user or a password in it, and an address is written into records",
            remedy=f"write it without: {variable}=http://127.0.0.1:9000",
            code="bad-settings",
        )
    if url and not _is_address(url):
        raise SetupError(
            f"{variable} is {url!r}, which is no address",
            remedy=f"write it whole: {variable}=http://127.0.0.1:9000",
            code="bad-settings",
        )
    return url.rstrip("/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return (
            parts.scheme in ("https", "http")
            and bool(host)
            and url.isprintable()
            and " " not in url
            and parts.port != 0
            and not (parts.query or parts.fragment)
        )
    except ValueError:  # a port that is no number, a bracket too few
        return False


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SetupError(
            f"{path} can't be read: {error}", remedy="correct the file, or move it away", code="bad-settings"
        ) from error
