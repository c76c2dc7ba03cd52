"""Names of providers and how each is made; the only importer of the adapters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from starsend.errors import SetupError
from starsend.model.take import Medium
from starsend.providers.base import Provider


@dataclass(frozen=True)
class Surroundings:
    """What an adapter may need of its surroundings.

    Attributes:
        workspace: The folder that holds ``projects/`` and ``state/``.
        uploads: Where the embedded provider keeps pictures that it was given.
        profile: How the embedded provider draws.
    """

    workspace: Path
    uploads: Path
    profile: Literal["full", "fast"]


def _animatic(around: Surroundings, base_url: str | None) -> Provider:  # noqa: ARG001 - it has no address
    from starsend.providers.animatic import AnimaticProvider

    return AnimaticProvider(around.workspace, around.uploads, around.profile)


FACTORIES: Final[dict[str, Callable[[Surroundings, str | None], Provider]]] = {"animatic": _animatic}
"""name → factory. A take is always resumed with the provider that it was sent to, and its base URL."""

CHOICES: Final[dict[str, dict[Medium, str]]] = {
    "animatic": {"grid": "animatic", "frame": "animatic", "video": "animatic"},
}
"""What ``provider = …`` in the settings means for each medium."""


def choose(setting: str, medium: Medium) -> str:
    """The provider that a setting means for a medium.

    Raises:
        SetupError: ``unknown-provider``.
    """
    if setting not in CHOICES:
        known = ", ".join(CHOICES)
        raise SetupError(
            f"the provider {setting!r} is not part of this version; it has: {known}",
            remedy="draw offline and free instead: --provider animatic",
            code="unknown-provider",
        )
    return CHOICES[setting][medium]


def make(name: str, around: Surroundings, base_url: str | None = None) -> Provider:
    """Make a provider, for a new take or to resume one.

    Raises:
        SetupError: ``unknown-provider``.
    """
    if name not in FACTORIES:
        known = ", ".join(FACTORIES)
        raise SetupError(
            f"a take was sent to the provider {name!r}, which this version doesn't have; it has: {known}",
            remedy="use a version of Starsend that has it; the take is safe in its record",
            code="unknown-provider",
        )
    return FACTORIES[name](around, base_url)
