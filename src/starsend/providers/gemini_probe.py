"""A look round at Gemini that costs nothing: the key, the address, the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starsend.errors import ProviderError, RateLimited, Unreachable, WrongKey
from starsend.providers.base import Probe
from starsend.providers.gemini_errors import KEY_REMEDY
from starsend.providers.gemini_line import Line
from starsend.providers.surroundings import NO_KEY_SIGNS

if TYPE_CHECKING:
    from starsend.providers.surroundings import Surroundings


def look_round(line: Line, around: Surroundings, base_url: str) -> tuple[Probe, ...]:
    """Look for the key, the address, and the catalogue's models in Gemini's list. Never raises; shows no key."""
    key = around.gemini.key
    if not key:
        remedy = "set GEMINI_API_KEY (or GOOGLE_API_KEY); or draw offline and free: --provider animatic"
        return (Probe("gemini: the key", "bad", "none is set", remedy),)
    if not around.gemini.fits_header:
        return (Probe("gemini: the key", "bad", NO_KEY_SIGNS, KEY_REMEDY),)
    there = Probe("gemini: the address", "good", f"{base_url} answers")
    try:
        listed = line.models()
    except WrongKey as error:
        return (there, Probe("gemini: the key", "bad", error.message.replace(key, "(key removed)"), error.remedy))
    except RateLimited as error:
        return (there, Probe("gemini: the key", "warning", error.message.replace(key, "(key removed)"), error.remedy))
    except Unreachable as error:
        return (
            Probe("gemini: the address", "bad", error.message, "look at the network, and at GOOGLE_GEMINI_BASE_URL"),
        )
    except ProviderError as error:
        return (Probe("gemini: the address", "bad", error.message.replace(key, "(key removed)"), error.remedy),)
    except Exception as error:  # noqa: BLE001 - a look-round never stops
        said = f"{base_url} answers in a way that can't be read ({type(error).__name__})"
        return (Probe("gemini: the address", "bad", said, "look at GOOGLE_GEMINI_BASE_URL"),)
    ours = [entry.id for entry in around.catalogue().models.values() if entry.provider == "gemini"]
    return (there, Probe("gemini: the key", "good", "is taken"), *(_known(model, listed) for model in ours))


def _known(model: str, listed: frozenset[str]) -> Probe:
    what = f"gemini: {model}"
    if model in listed:
        return Probe(what, "good", "is in its list")
    return Probe(what, "warning", "is not in its list", "name another in the plan, as defaults.image_model")
