"""What adapters are given of the world around them. Light: it is imported with every command."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from starsend.catalogue.entries import Catalogue
    from starsend.providers.wire import Tap


NO_KEY_SIGNS: Final = "it has spaces, line ends or signs that no key has"
"""What is said of a key that can't be one; the key itself is not repeated."""
_KEY_SIGNS: Final = range(0x21, 0x7F)


def _own_catalogue() -> Catalogue:
    from starsend.catalogue.loader import load_catalogue

    return load_catalogue()


SHUT_S: Final = 60.0
"""So long nothing is sent with a key that a provider turned away: the next jobs would only fail for it, too."""


@dataclass(frozen=True)
class Access:
    """How a paid provider is reached.

    Attributes:
        key: Empty where none is set. Never shown.
        base_url: Another server in the vendor's place, such as a rehearsal server; empty means the vendor's own.
    """

    key: str = field(default="", repr=False)
    base_url: str = ""

    @property
    def fits_header(self) -> bool:
        """The key has only signs that a header takes: of any other the HTTP library complains, and repeats the key."""
        return all(ord(sign) in _KEY_SIGNS for sign in self.key)


@dataclass(frozen=True)
class Surroundings:
    """What an adapter may need of its surroundings.

    Attributes:
        workspace: The folder that holds ``projects/`` and ``state/``.
        uploads: Where pictures that were given to a provider are kept by content hash, and what is known of uploads.
        profile: How the embedded provider draws.
        catalogue: What the models can do and cost; read when first asked for.
        now: Aware UTC time.
        monotonic: A clock in seconds that never jumps.
        priority: In which of fal's queues jobs wait.
        largest_bytes: A larger download is not begun.
        tap: Told all traffic, keys removed; only a canary run listens.
    """

    workspace: Path
    uploads: Path
    profile: Literal["full", "fast"]
    fal: Access = Access()
    gemini: Access = Access()
    catalogue: Callable[[], Catalogue] = _own_catalogue
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    priority: Literal["normal", "low"] = "normal"
    largest_bytes: int = 2_000_000_000
    tap: Tap | None = None
