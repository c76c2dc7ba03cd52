"""Whether fal can be used: its key, its host, the catalogue's endpoints and what they cost now. All free to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from starsend.errors import ProviderError, SetupError, StarsendError, Unreachable
from starsend.providers.base import Probe
from starsend.providers.fal_platform import FalPlatform
from starsend.providers.fal_wire import Address
from starsend.providers.surroundings import Surroundings

if TYPE_CHECKING:
    from starsend.catalogue.entries import ModelEntry


def probe_fal(
    around: Surroundings, address: Address, platform: FalPlatform, check_ready: Callable[[], None]
) -> Iterator[Probe]:
    """Each thing that was looked at. Never raises."""
    try:
        check_ready()
    except SetupError as error:
        yield Probe("fal: the key", "bad", error.message, error.remedy)
        return
    yield Probe("fal: the key", "good", "FAL_KEY is set")
    try:
        models = [entry for entry in around.catalogue().of_kind("video") if entry.provider == "fal"]
    except StarsendError as error:
        yield Probe("fal: the catalogue", "bad", error.message, error.remedy)
        return
    endpoints = tuple(dict.fromkeys(endpoint for entry in models for endpoint in entry.endpoints.values()))
    try:
        prices = platform.prices(endpoints)
    except Unreachable as error:
        yield Probe("fal: the host", "bad", f"{address.platform}: {error.message}", error.remedy)
        return
    except SetupError as error:
        yield Probe("fal: the host", "good", f"{address.platform} answers")
        yield Probe("fal: the key is taken", "bad", error.message, error.remedy)
        return
    except ProviderError as error:
        yield Probe("fal: the host", "warning", error.message, "try again later: starsend doctor")
        return
    yield Probe("fal: the host", "good", f"{address.platform} answers")
    yield Probe("fal: the key is taken", "good", "by the list of prices")
    yield from _endpoints(platform, endpoints)
    for entry in models:
        yield _price(entry, prices)


def _endpoints(platform: FalPlatform, endpoints: tuple[str, ...]) -> Iterator[Probe]:
    try:
        known = platform.models(endpoints)
    except (ProviderError, SetupError) as error:
        yield Probe("fal: the models", "warning", error.message, "try again later: starsend doctor")
        return
    remedy = "look at https://fal.ai/models, and use another model in the plan: defaults.video_model"
    for endpoint in endpoints:
        status = known.get(endpoint)
        if status is None:
            yield Probe(f"fal: {endpoint}", "bad", "fal doesn't list it", remedy)
        elif status != "active":
            yield Probe(f"fal: {endpoint}", "warning", f"fal calls it {status}", remedy)
        else:
            yield Probe(f"fal: {endpoint}", "good", "active")


def _price(entry: ModelEntry, prices: dict[str, tuple[Decimal, str]]) -> Probe:
    """Whether fal still asks what the catalogue says, for a second without or with sound."""
    what = f"fal: the price of {entry.id}"
    ours = (entry.prices.usd_per_second, entry.prices.usd_per_second_audio)
    told = {prices[endpoint] for endpoint in entry.endpoints.values() if endpoint in prices}
    if not told:
        return Probe(what, "warning", "fal doesn't tell", "look at https://fal.ai/models; the catalogue's is used")
    other = sorted((price, unit) for price, unit in told if "second" in unit.lower() and price not in ours)
    if other:
        price, unit = other[0]
        remedy = f'starsend.toml, [prices."{entry.id}"] usd_per_second = "{price}" (and usd_per_second_audio)'
        return Probe(
            what,
            "warning",
            f"fal asks {price} USD a {unit}; the catalogue says {ours[0]} ({ours[1]} with sound)",
            remedy,
        )
    units = sorted({unit for _, unit in told if "second" not in unit.lower()})
    if units:
        return Probe(
            what,
            "warning",
            f"fal counts it by {units[0]}, the catalogue by the second",
            "look at https://fal.ai/models",
        )
    return Probe(what, "good", f"{ours[0]} USD a second ({ours[1]} with sound), as the catalogue says")
