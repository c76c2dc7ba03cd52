"""Names of providers and how each is made; the only importer of the adapters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starsend.errors import SetupError
from starsend.model.take import Medium
from starsend.providers.base import Provider
from starsend.providers.surroundings import Surroundings


def _animatic(around: Surroundings, base_url: str | None) -> Provider:  # noqa: ARG001 - it has no address
    from starsend.providers.animatic import AnimaticProvider

    return AnimaticProvider(around.workspace, around.uploads, around.profile)


def _fal(around: Surroundings, base_url: str | None) -> Provider:
    from starsend.providers.fal import OWN_URL, FalProvider

    return FalProvider(around, _same_address("fal", around.fal.base_url or OWN_URL, base_url, "STARSEND_FAL_URL"))


def _gemini(around: Surroundings, base_url: str | None) -> Provider:
    from starsend.providers.gemini import OWN_URL, GeminiProvider

    url = _same_address("gemini", around.gemini.base_url or OWN_URL, base_url, "GOOGLE_GEMINI_BASE_URL")
    return GeminiProvider(around, url)


def _same_address(name: str, configured: str, sent_to: str | None, variable: str) -> str:
    """The address of a provider; a take is resumed where it was sent, and the key goes nowhere but where it is meant.

    Raises:
        SetupError: ``other-address``.
    """
    if sent_to is None or sent_to.rstrip("/") == configured.rstrip("/"):
        return configured.rstrip("/")
    raise SetupError(
        f"the take was sent to {name} at {sent_to}, and {name} is now at {configured}; the key is not given to both",
        remedy=f"go on where it was sent: {variable}={sent_to} (or unset it, where that is the provider's own address)",
        code="other-address",
    )


FACTORIES: Final[dict[str, Callable[[Surroundings, str | None], Provider]]] = {
    "animatic": _animatic,
    "fal": _fal,
    "gemini": _gemini,
}
"""name → factory. A take is always resumed with the provider that it was sent to, and its base URL."""

CHOICES: Final[dict[str, dict[Medium, str]]] = {
    "animatic": {"grid": "animatic", "frame": "animatic", "video": "animatic"},
    "live": {"grid": "gemini", "frame": "gemini", "video": "fal"},
}
"""What ``provider = …`` in the settings means for each medium."""

PAID: Final = ("fal", "gemini")
"""Those that cost, and that need a key."""


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
