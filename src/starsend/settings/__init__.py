"""``starsend.toml`` and the environment, made into one frozen Settings. Only this package reads ``os.environ``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from starsend.errors import SetupError
from starsend.settings.environment import Keys, environ_without_keys, read_keys
from starsend.settings.sections import Notify, Poll, Run, Section, Settings

__all__ = ["Keys", "Notify", "Poll", "Run", "Settings", "environ_without_keys", "read_settings"]


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
    place = _folder(workspace or Path(environ.get("STARSEND_WORKSPACE") or "."))
    data: dict[str, Any] = {**_read_toml(place / "starsend.toml"), "workspace": place}
    if "keys" in data:
        raise SetupError(
            f"{place / 'starsend.toml'}: keys don't belong into a file that is copied and shown around",
            remedy="take [keys] out; set FAL_KEY and GEMINI_API_KEY in the environment",
            code="bad-settings",
        )
    data["keys"] = read_keys(environ)
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


def _folder(place: Path) -> Path:
    """The workspace's folder, as an absolute path; it needn't be there yet."""
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
    return place


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
        if isinstance(held.default, Section):
            keys += [f"{name}.{inner}" for inner in type(held.default).model_fields]
    return keys


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SetupError(
            f"{path} can't be read: {error}", remedy="correct the file, or move it away", code="bad-settings"
        ) from error
