"""The weathers of the rehearsal: all switches together, three settings of them, and changing them by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from starsend.errors import SetupError
from starsend.rehearsal.switches import FileWeather, GeminiWeather, JobWeather, PlatformWeather, SubmitWeather


@dataclass(frozen=True)
class Weather(SubmitWeather, JobWeather, FileWeather, PlatformWeather, GeminiWeather):
    """All switches; as it comes, it is calm and as strict as the vendors' words allow."""


CALM = Weather()
BUSY = Weather(
    queue_s=2,
    run_s=3,
    time_jitter=0.5,
    at_once=4,
    rate_limited=0.15,
    poll_5xx=0.05,
    listing_lag_s=2,
    listing_adds_defaults=True,
    gemini_run_s=1,
    gemini_429=0.15,
)
STORMY = Weather(
    queue_s=0.5,
    run_s=1,
    time_jitter=0.8,
    at_once=10,
    rate_limited=0.06,
    submit_5xx_not_accepted=0.02,
    submit_5xx_accepted=0.02,
    drop_before=0.02,
    drop_reply=0.05,
    redirect_submit=0.01,
    html_submit=0.01,
    poll_5xx=0.06,
    poll_drop=0.05,
    poll_lost=0.03,
    poll_html=0.02,
    result_5xx=0.06,
    refuse=0.03,
    fail_5xx_typed=0.02,
    upload_5xx=0.03,
    download_5xx=0.03,
    download_cut=0.06,
    download_wrong_type=0.03,
    download_short_no_length=0.03,
    download_huge=0.01,
    download_redirect=0.02,
    listing_5xx=0.05,
    listing_lag_s=1,
    listing_adds_defaults=True,
    gemini_run_s=0.3,
    gemini_block_prompt=0.02,
    gemini_block_output=0.02,
    gemini_text_only=0.02,
    gemini_thoughts=0.2,
    gemini_429=0.06,
    gemini_5xx=0.02,
    gemini_5xx_accepted=0.02,
    gemini_drop_before=0.02,
    gemini_drop_reply=0.05,
    gemini_html=0.01,
    gemini_redirect=0.01,
)
WEATHERS: Mapping[str, Weather] = {"calm": CALM, "busy": BUSY, "stormy": STORMY}
"""Calm; busy: queues, 429s, an occasional 5xx; stormy: all at a few per cent, what passes most."""

_OFF = {"0", "no", "off", "false"}
_ON = {"1", "yes", "on", "true"}


def changed(weather: Weather, switches: Mapping[str, Any]) -> Weather:
    """The weather with other switches; values may be text, as they come from a command line.

    Raises:
        SetupError: There is no such switch, or its value is of the wrong kind.
    """
    known = {field.name: str(field.type) for field in fields(Weather)}
    for name in switches:
        if name not in known:
            raise SetupError(
                f"The rehearsal has no switch {name}.",
                remedy=f"Take one of: {', '.join(sorted(known))}.",
                code="no-such-switch",
            )
    return replace(weather, **{name: _value(name, known[name], value) for name, value in switches.items()})


def _value(name: str, kind: str, value: Any) -> Any:
    """A switch's value as its type wants it."""
    word = str(value).strip().lower()
    wrong = SetupError(f"{value!r} is no value for the switch {name}.", remedy=f"Give a {kind}.", code="bad-switch")
    if kind == "bool" and word in _OFF | _ON:
        return word in _ON
    if kind in ("int", "float"):
        try:
            return int(word) if kind == "int" else float(word)
        except ValueError as error:
            raise wrong from error
    if kind == "bool" or (kind.startswith("Literal") and f"'{value}'" not in kind.replace('"', "'")):
        raise wrong
    return value
