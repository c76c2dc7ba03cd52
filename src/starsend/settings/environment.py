"""Keys and addresses of paid providers in the environment, and the environment without them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starsend.errors import SetupError

KEY_VARIABLES: Final = frozenset({"FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "GEMINI_API_KEY", "GOOGLE_API_KEY"})
"""Keys of paid providers, or parts of one, by the names that their own SDKs know."""


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


def read_keys(environ: Mapping[str, str]) -> Keys:
    """Read keys and addresses.

    Raises:
        SetupError: ``bad-settings``: an address is none, or has a password in it.
    """
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


def environ_without_keys(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for commands that are not ours: without the keys of paid providers."""
    return {name: value for name, value in environ.items() if name not in KEY_VARIABLES}
