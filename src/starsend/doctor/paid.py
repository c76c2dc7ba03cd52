"""The paid providers: keys (that they are there, never what they are), addresses, models, prices and their age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from starsend.doctor.finding import Finding, Notebook
from starsend.errors import SetupError
from starsend.providers import registry
from starsend.settings import Keys, Settings
from starsend.store.paths import ProjectPaths
from starsend.studio import Studio

OLD_DAYS: Final = 90
"""Prices of early 2026 stood at about twice those of November: in a quarter much can change."""

_SECRET_CHARS: Final = 8
"""A shorter part of a key is no secret, and might be a word."""


@dataclass(frozen=True)
class Door:
    """How a paid provider is reached.

    Attributes:
        variables: What its key is set in.
        address_variable: What sends it to another address.
        has_key: Whether a key is set; the key itself is nobody's business here.
        address: Another server in its place; empty means its own.
    """

    name: str
    variables: str
    address_variable: str
    has_key: bool
    address: str


def doors(keys: Keys) -> tuple[Door, ...]:
    """All paid providers."""
    return (
        Door("fal", "FAL_KEY", "STARSEND_FAL_URL", bool(keys.fal), keys.fal_url),
        Door("gemini", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", bool(keys.gemini), keys.gemini_url),
    )


def secrets_of(keys: Keys) -> tuple[str, ...]:
    """What must never be shown or written: each key, and the parts of one that is written as ``id:secret``."""
    parts = {part for key in (keys.fal, keys.gemini) for part in (key, *key.split(":")) if len(part) >= _SECRET_CHARS}
    return tuple(sorted(parts, key=len, reverse=True))


def wanted(provider: str | None, setting: str) -> tuple[frozenset[str], frozenset[str]]:
    """The providers to look at, and those of them that the work needs.

    Args:
        provider: As given on the command line: one by name, ``live`` or ``animatic``; None looks at all.
        setting: ``provider`` of the settings.

    Raises:
        SetupError: ``unknown-provider``.
    """
    every = frozenset(registry.FACTORIES)
    if provider is not None and provider in every:
        return frozenset({provider}), frozenset({provider})
    needed = frozenset(registry.choose(setting if provider is None else provider, m) for m in ("grid", "video"))
    return (every if provider is None else needed), needed


def look_at_providers(
    studio: Studio, names: Iterable[str], needed: frozenset[str], paths: ProjectPaths
) -> tuple[Finding, ...]:
    """Ask each provider, for nothing, whether it can be used; one without a key is skipped."""
    notes = Notebook("providers")
    by_name = {door.name: door for door in doors(studio.settings.keys)}
    for name in sorted(names):
        door = by_name.get(name)
        if door is not None and door.address:
            said = f"{door.address_variable} sends it to {door.address}"
            notes.good(f"{name}: the address", said)
        if door is not None and not door.has_key:
            said = "no key is set, so nothing was asked"
            if name in needed:
                notes.bad(
                    f"{name}: the key", said, f"set {door.variables}; or draw offline and free: --provider animatic"
                )
            else:
                notes.warn(f"{name}: the key", said, f"set {door.variables} to use it")
            continue
        with notes.looking(f"{name}: ready"):
            made = studio.provider(paths, name, None)
            made.check_ready()
            notes.take(made.probe())
    return notes.findings()


def look_at_prices(studio: Studio, settings: Settings, today: date) -> tuple[Finding, ...]:
    """Look at the models a plan can name, at the age of their prices, and at what the studio overrides."""
    notes = Notebook("prices")
    try:
        catalogue = studio.catalogue
    except SetupError as error:
        notes.bad("catalogue", error.message, error.remedy)
        return notes.findings()
    for kind, setting in (("video", "defaults.video_model"), ("image", "defaults.image_model")):
        names = [entry.id for entry in catalogue.models.values() if entry.kind == kind]
        notes.good(f"{kind} models", f"{', '.join(names)} ({setting})")
    paid = [entry for entry in catalogue.models.values() if entry.provider in registry.PAID]
    ages = {entry.id: (today - entry.sources.prices.date).days for entry in paid if entry.id not in settings.prices}
    old = [f"{name} ({days} days)" for name, days in ages.items() if days > OLD_DAYS]
    if old:
        remedy = "look at the vendors' pages (named in catalogue/models.toml); override in starsend.toml: [prices]"
        notes.warn("age of prices", f"read more than {OLD_DAYS} days ago: {', '.join(old)}", remedy)
    elif ages:
        oldest = max(ages.values())
        notes.good("age of prices", f"{len(ages)} models; the oldest was read {max(oldest, 0)} days ago")
    for name, prices in settings.prices.items():
        said = ", ".join(f"{key} = {value}" for key, value in prices.items())
        notes.good(f"[prices.{name}]", f"the studio's own: {said}")
    return notes.findings()
