"""Reads the model catalogue: what each model can do, what it costs, and where that was read.

The numbers stand in ``models.toml``; this module merges families into models, applies the prices of ``starsend.toml``
and checks that nothing is missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from starsend.catalogue.entries import Catalogue, ModelEntry
from starsend.errors import SetupError

__all__ = ["Catalogue", "ModelEntry", "load_catalogue", "parse_catalogue"]


def load_catalogue(overrides: Mapping[str, Mapping[str, str]] | None = None) -> Catalogue:
    """Load the catalogue that comes with Starsend.

    Args:
        overrides: ``[prices."<model>"]`` of ``starsend.toml``: ``usd_per_second``, ``usd_per_second_audio``,
            ``usd_per_image`` (all sizes), ``usd_per_image_2k`` (one size), ``usd_per_input_image``,
            ``usd_text_allowance``, and ``usd_per_million_input``, ``…_image`` and ``…_text`` for what usage is counted
            by; where an image's price is overridden and none of these, its true cost stays unknown.

    Raises:
        SetupError: If an override names no model or no price, or is no amount; or the file itself is incomplete.
    """
    return parse_catalogue(_text(), overrides) if overrides else _as_it_comes()


def _text() -> str:
    return resources.files("starsend.catalogue").joinpath("models.toml").read_text(encoding="utf-8")


@cache
def _as_it_comes() -> Catalogue:
    """The catalogue without overrides, read once in a process."""
    return parse_catalogue(_text())


def parse_catalogue(text: str, overrides: Mapping[str, Mapping[str, str]] | None = None) -> Catalogue:
    """Read a catalogue from TOML text; see `load_catalogue`.

    Raises:
        SetupError: As `load_catalogue`.
    """
    document = tomllib.loads(text)
    families = document.get("families", {})
    raw = {
        model_id: _merged(families.get(model.get("family"), {}), model) | {"id": model_id}
        for model_id, model in document.get("models", {}).items()
    }
    for model_id, prices in (overrides or {}).items():
        _override(raw, model_id, prices)
    models = {}
    for model_id, entry in raw.items():
        try:
            models[model_id] = ModelEntry.model_validate(entry)
        except ValidationError as error:
            raise _incomplete(model_id, error) from error
    return Catalogue(models=models)


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in own.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = _merged(result[key], value) if both else value
    return result


def _override(raw: dict[str, dict[str, Any]], model_id: str, prices: Mapping[str, str]) -> None:
    if model_id not in raw:
        raise _bad_override(model_id, f"the models are: {', '.join(raw)}", "there is no such model")
    own = dict(raw[model_id]["prices"])
    tokens = dict(own.pop("usd_per_million_tokens", None) or {})
    by_token = {f"usd_per_million_{kind}": kind for kind in ("input", "image", "text") if tokens}
    sizes = {f"usd_per_image_{size.lower()}": size for size in own.get("usd_per_image", {})}
    whole = ["usd_per_image"] if sizes else []
    known = [*(key for key in own if key != "usd_per_image"), *whole, *sizes, *by_token]
    for key, value in prices.items():
        if key not in known:
            raise _bad_override(model_id, f"its prices are: {', '.join(known)}", f"it has no price {key}")
        amount = _amount(model_id, key, value)
        if key in by_token:
            tokens[by_token[key]] = amount
        elif key in sizes:
            own["usd_per_image"] = own["usd_per_image"] | {sizes[key]: amount}
        elif key == "usd_per_image":
            own["usd_per_image"] = dict.fromkeys(own["usd_per_image"], amount)
        else:
            own[key] = amount
    if tokens and (not prices or any(key in by_token for key in prices)):
        own["usd_per_million_tokens"] = tokens  # else they are of another price list than the studio's own
    raw[model_id] = raw[model_id] | {"prices": own}


def _amount(model_id: str, key: str, value: str) -> Decimal:
    try:
        amount = Decimal(str(value))
    except ArithmeticError as error:
        raise _bad_override(model_id, 'write it as text, such as "0.112"', f"{key} = {value!r} is no amount") from error
    if not amount.is_finite() or amount < 0:
        raise _bad_override(model_id, 'write it as text, such as "0.112"', f"{key} = {value!r} is no amount")
    return amount


def _bad_override(model_id: str, remedy: str, what: str) -> SetupError:
    return SetupError(f'[prices."{model_id}"] in starsend.toml: {what}', remedy=remedy, code="bad-price")


def _incomplete(model_id: str, error: ValidationError) -> SetupError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return SetupError(
        f"the model catalogue is not complete: {model_id}{f', {where}' if where else ''}: {what}",
        remedy="mend models.toml, or install Starsend again",
        code="bad-catalogue",
    )
